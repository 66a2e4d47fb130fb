import { describe, expect, it } from "vitest";

import type { Authoriser } from "../src/index.js";
import { basic, bearer, headerKey } from "../src/index.js";
import { assertionGrant, oauth, refreshGrant } from "../src/oauth.js";
import { codeOf, connectItems, failureOf, getItem, searchItems } from "./items.js";
import { json, serve } from "./loopback.js";

const statuses = [301, 302, 303, 307, 308];

/** Every way of authorising, and what it needs beside: where its tokens come from. */
const schemes: Record<string, (tokenUrl: string) => Authoriser> = {
  "API key": () => headerKey("X-Authorization", "key-canary"),
  basic: () => basic("user-canary", "password-canary"),
  bearer: () => bearer("bearer-canary"),
  "assertion grant": (tokenUrl) =>
    oauth({ provider: "acme", tokenUrl, grant: assertionGrant("c", "jwt-canary"), fetch: undefined }),
  "refresh grant": (tokenUrl) =>
    oauth({
      provider: "acme",
      tokenUrl,
      grant: refreshGrant("c", "secret-canary", "refresh-canary"),
      fetch: undefined,
    }),
};

/** Where a redirect may point to, and whether that is the origin it comes from. */
function targets(here: string, there: string): readonly [location: string, sameOrigin: boolean][] {
  return [
    ["/stolen", true],
    [`${here}/stolen`, true],
    ["../stolen", true],
    [`${there}/stolen`, false],
    [`${there.replace("http:", "")}/stolen`, false],
    [`${there.replace("http://", "http://user:password@")}/stolen`, false],
    ["file:///etc/passwd", false],
    ["data:application/json,{}", false],
    ["http://[", false],
  ];
}

describe("H01 a redirect is an error and nothing is sent to its target", () => {
  for (const [scheme, authoriser] of Object.entries(schemes))
    it(`with ${scheme}, for every status and target`, async () => {
      const there = await serve((_, response) => json(response, "{}"));
      const tokens = await serve((_, response) => json(response, '{"access_token":"token-canary"}'));
      const here = await serve((request, response) => {
        const [, status = "", index = ""] = /^\/items\/(\d+)-(\d+)/.exec(request.url) ?? [];
        const location = targets(here.url, there.url)[Number(index)]?.[0] ?? "";
        response.writeHead(Number(status), { location }).end();
      });
      const client = connectItems({ baseUrl: here.url }, { authoriser: authoriser(tokens.url) });
      let calls = 0;
      for (const status of statuses)
        for (const [index, [location, sameOrigin]] of targets(here.url, there.url).entries()) {
          const error = await failureOf(getItem(client, { id: `${status}-${index}` }));
          expect(error, location).toMatchObject({
            code: "redirect",
            status,
            sameOrigin,
            attempts: 1,
            retryable: false,
          });
          expect(error.message).not.toContain("stolen");
          calls += 1;
        }
      expect(there.seen).toEqual([]);
      expect(here.seen).toHaveLength(calls);
      expect(here.seen.filter(({ url }) => url.includes("stolen"))).toEqual([]);
    });

  it("also without a location, and for a POST", async () => {
    const { url, seen } = await serve((request, response) => {
      response
        .writeHead(request.method === "POST" ? 307 : 302, request.method === "POST" ? { location: "/x" } : {})
        .end();
    });
    const client = connectItems({ baseUrl: url });
    expect(await failureOf(getItem(client, { id: "1" }))).toMatchObject({ code: "redirect", sameOrigin: false });
    expect(await failureOf(searchItems(client, { ids: ["1"] }))).toMatchObject({ code: "redirect", sameOrigin: true });
    expect(seen.map(({ url: path }) => path)).toEqual(["/items/1", "/search"]);
  });

  it("also as the opaque answer that a browser makes of it", async () => {
    const fetch = async () => {
      const response = Response.error();
      Object.defineProperty(response, "type", { value: "opaqueredirect" });
      return response;
    };
    const error = await failureOf(getItem(connectItems({ fetch }), { id: "1" }));
    expect(error).toMatchObject({ code: "redirect", sameOrigin: false });
  });
});

it("A14 a token endpoint that redirects is auth{refresh-failed} and nothing is sent to its target", async () => {
  const there = await serve((_, response) => json(response, '{"access_token":"token-canary"}'));
  for (const status of [300, ...statuses]) {
    const tokens = await serve((_, response) => {
      response.writeHead(status, { location: `${there.url}/token` }).end();
    });
    for (const scheme of ["assertion grant", "refresh grant"]) {
      const api = await serve((_, response) => json(response, "{}"));
      const client = connectItems({ baseUrl: api.url }, { authoriser: schemes[scheme]?.(tokens.url) ?? bearer("") });
      const error = await failureOf(getItem(client, { id: "1" }));
      expect(codeOf(error)).toBe("auth{refresh-failed}");
      expect(error.attempts).toBe(0);
      expect(api.seen).toEqual([]);
    }
    expect(tokens.seen).toHaveLength(2);
  }
  expect(there.seen).toEqual([]);
});
