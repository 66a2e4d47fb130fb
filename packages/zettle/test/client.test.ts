import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";

import { describe, expect, expectTypeOf, it, onTestFinished } from "vitest";

import type { ErrorBodies, GetInventoryResult, InvError, ZettleOptions } from "../src/index.js";
import {
  createZettleClient,
  getInventory,
  getLocationInventory,
  getLocationTypeInventory,
  getProductInventory,
  getProductsInventory,
  isInvError,
  isZettleError,
} from "../src/index.js";

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A server on this machine that gives one answer to everything, and remembers what it was asked. */
async function serve(answer: (request: Seen) => readonly [status: number, body: string]) {
  const seen: Seen[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = "", url: path = "", headers } = request;
    const one = { method, path, headers, body: await text(request) };
    seen.push(one);
    const [status, body] = answer(one);
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  };
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return { baseUrl: `http://127.0.0.1:${address.port}`, seen };
}

async function failureOf(call: Promise<unknown>): Promise<InvError> {
  const error = await call.then(
    () => new Error("the call succeeded"),
    (reason: unknown) => reason,
  );
  if (!isInvError(error)) throw error;
  expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain("canary");
  return error;
}

const assertion = { clientId: "client-1", apiKey: "jwt-canary" };
const refresh = { clientId: "client-1", clientSecret: "secret-canary", refreshToken: "refresh-canary-0" };
const empty = '{"locationUuid":"l","trackedProducts":[],"variants":[],"latest":0}';

/** Zettle's two hosts as one: the token endpoint gives `t1`, `t2`, …; the API takes those from `valid` on. */
async function zettle(valid = 1) {
  let tokens = 0;
  const { baseUrl, seen } = await serve(({ path, headers }) => {
    if (path === "/token")
      return [200, `{"access_token":"t${(tokens += 1)}","expires_in":7200,"refresh_token":"refresh-canary-${tokens}"}`];
    const token = Number(/^Bearer t(\d+)$/.exec(String(headers["authorization"]))?.[1]);
    return token >= valid ? [200, empty] : [401, '{"errorType":"UNAUTHORIZED","developerMessage":"canary"}'];
  });
  return {
    servers: { baseUrl, tokenUrl: `${baseUrl}/token` },
    seen,
    forms: () =>
      seen.filter(({ path }) => path === "/token").map(({ body }) => Object.fromEntries(new URLSearchParams(body))),
    calls: () => seen.filter(({ path }) => path !== "/token").map(({ headers }) => headers["authorization"]),
  };
}

describe("a Zettle client", () => {
  it("asks Zettle's own hosts", async () => {
    const urls: unknown[] = [];
    const client = createZettleClient({
      ...assertion,
      fetch: async (url) => {
        urls.push(url);
        return Response.json(urls.length === 1 ? { access_token: "t" } : {});
      },
    });
    await getInventory(client);
    expect(client.provider).toBe("zettle");
    expect(urls).toEqual(["https://oauth.zettle.com/token", "https://inventory.izettle.com/inventory"]);
  });

  it("gets its token by the assertion grant, once for all calls", async () => {
    const { servers, forms, calls } = await zettle();
    const client = createZettleClient({ ...assertion, ...servers });
    await Promise.all([
      getInventory(client),
      getInventory(client),
      getLocationTypeInventory(client, { type: "STORE" }),
    ]);
    expect(forms()).toEqual([
      { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", client_id: "client-1", assertion: "jwt-canary" },
    ]);
    expect(calls()).toEqual(["Bearer t1", "Bearer t1", "Bearer t1"]);
  });

  it("gets its token by the refresh grant, with the newest refresh token", async () => {
    const { servers, forms, calls } = await zettle(2);
    await getInventory(createZettleClient({ ...refresh, ...servers }));
    const form = { grant_type: "refresh_token", client_id: "client-1", client_secret: "secret-canary" };
    expect(forms()).toEqual([
      { ...form, refresh_token: "refresh-canary-0" },
      { ...form, refresh_token: "refresh-canary-1" },
    ]);
    expect(calls()).toEqual(["Bearer t1", "Bearer t2"]);
  });

  it("answers a 401 with one new token and one more request", async () => {
    const { servers, forms, calls } = await zettle(2);
    await getInventory(createZettleClient({ ...assertion, ...servers }));
    expect(forms()).toHaveLength(2);
    expect(calls()).toEqual(["Bearer t1", "Bearer t2"]);
  });

  it("A07 answers a second 401 with auth{rejected}", async () => {
    const { servers, forms, calls } = await zettle(9);
    const error = await failureOf(getInventory(createZettleClient({ ...assertion, ...servers })));
    expect(error).toMatchObject({ code: "auth", kind: "rejected", attempts: 2, operation: "getInventory" });
    expect(error.message).toContain("Check clientId (ZETTLE_CLIENT_ID) and apiKey (ZETTLE_API_KEY); ");
    expect([forms().length, calls().length]).toEqual([2, 2]);
  });

  it("sends each operation as documented", async () => {
    const { servers, seen } = await zettle();
    const client = createZettleClient({ ...assertion, ...servers });
    await getInventory(client, { since: "2026-11-19T00:00:00.000Z" });
    await getLocationInventory(client, { locationUuid: "l" });
    await getLocationTypeInventory(client, { type: "SUPPLIER" });
    await getProductsInventory(client, { locationType: "STORE", productUuids: ["p", "q"] });
    await getProductInventory(client, { locationUuid: "l", productUuid: "p" });
    expect(seen.slice(1).map(({ method, path, body }) => [method, path, body])).toEqual([
      ["GET", "/inventory?since=2026-11-19T00%3A00%3A00.000Z", ""],
      ["GET", "/organizations/self/inventory/locations/l", ""],
      ["GET", "/organizations/self/inventory/locations/?type=SUPPLIER", ""],
      ["POST", "/organizations/self/inventory/products", '{"locationType":"STORE","productUuids":["p","q"]}'],
      ["GET", "/organizations/self/inventory/locations/l/products/p", ""],
    ]);
  });

  it("A01 takes one way to authorise, whole", () => {
    // @ts-expect-error -- what a caller without types may do
    expect(() => createZettleClient({ clientId: "c" })).toThrow(
      /give clientId \(ZETTLE_CLIENT_ID\) and apiKey \(ZETTLE_API_KEY\), or clientId .* and refreshToken \(ZETTLE_REFRESH_TOKEN\)/,
    );
    // @ts-expect-error -- what a caller without types may do
    expect(() => createZettleClient({ ...assertion, ...refresh })).toThrow(/not both/);
    expect(() => createZettleClient({ ...assertion, apiKey: " " })).toThrow(
      /^zettle: apiKey \(ZETTLE_API_KEY\) is empty$/,
    );
  });

  it("T19 refuses a token endpoint that is not https", () => {
    expect(() => createZettleClient({ ...assertion, tokenUrl: "http://oauth.example/token" })).toThrow(
      /^zettle: tokenUrl has to be https/,
    );
  });

  it("is refused its token: auth{refresh-failed}, and no call is sent", async () => {
    const { baseUrl, seen } = await serve(() => [400, '{"error":"invalid_grant","error_description":"canary"}']);
    const error = await failureOf(
      getInventory(createZettleClient({ ...assertion, baseUrl, tokenUrl: `${baseUrl}/token` })),
    );
    expect(error).toMatchObject({ code: "auth", kind: "refresh-failed", status: 400, attempts: 0 });
    expect(seen.map(({ path }) => path)).toEqual(["/token"]);
  });
});

describe("an answer of Zettle", () => {
  async function answered(status: number, body: string) {
    const { baseUrl } = await serve(({ path }) => (path === "/token" ? [200, '{"access_token":"t"}'] : [status, body]));
    return createZettleClient({ ...assertion, baseUrl, tokenUrl: `${baseUrl}/token` });
  }

  it("has exact balances, given as text or as a number", async () => {
    const rows =
      '{"variants":[{"balance":"12.375"},{"balance":-3},{"balance":0.10},{"balance":9007199254740993}],"latest":0}';
    const { variants } = await getInventory(await answered(200, rows));
    expect(variants.map(({ balance }) => balance)).toEqual(["12.375", "-3", "0.10", "9007199254740993"]);
  });

  it("H07 is not-found for a 404 in Zettle's words and http{unknown-shape} for any other", async () => {
    const gone = '{"errorType":"NOT_FOUND","developerMessage":"canary"}';
    expect(await failureOf(getInventory(await answered(404, gone)))).toMatchObject({ code: "not-found" });
    expect(await failureOf(getInventory(await answered(404, "<h1>")))).toMatchObject({
      code: "http",
      kind: "unknown-shape",
    });
    expect(await failureOf(getInventory(await answered(200, gone)))).toMatchObject({
      code: "http",
      kind: "error-in-success",
    });
  });

  it("has a body of the document's type once its error is narrowed", async () => {
    const error: unknown = await failureOf(getInventory(await answered(403, '{"errorType":"FORBIDDEN"}')));
    if (!isZettleError(error, "getInventory", 403)) throw new Error("not narrowed");
    expectTypeOf(error.body).toEqualTypeOf<ErrorBodies["getInventory"][403]>();
    expect(error.body.errorType).toBe("FORBIDDEN");
    expect(error.kind).toBe("forbidden");
  });
});

it("has flat, exact types, and options that exclude each other", () => {
  expectTypeOf<GetInventoryResult["variants"][number]["balance"]>().toEqualTypeOf<string>();
  expectTypeOf<typeof assertion>().toExtend<ZettleOptions>();
  expectTypeOf<typeof refresh>().toExtend<ZettleOptions>();
  expectTypeOf<typeof assertion & typeof refresh>().not.toExtend<ZettleOptions>();
});
