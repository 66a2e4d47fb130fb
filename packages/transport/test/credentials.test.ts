import { inspect } from "node:util";

import { describe, expect, it } from "vitest";

import type { Authoriser, Credentials } from "../src/index.js";
import { basic, bearer, chooseScheme, headerKey, isInvError } from "../src/index.js";
import { hexKey } from "../src/hmac.js";
import { codeOf, connectItems, failureOf, getItem, secret } from "./items.js";
import { json, serve } from "./loopback.js";

const table: Credentials = {
  signature: [
    { option: "apiKey", variable: "ACME_API_KEY", secret: true, page: "https://acme.example/keys" },
    { option: "shopId", variable: "ACME_SHOP_ID", secret: false, page: "https://acme.example/keys" },
  ],
  oauth: [{ option: "accessToken", variable: "ACME_ACCESS_TOKEN", secret: true, page: "https://acme.example/apps" }],
};

/** What a client says to its options, or the scheme that it takes. */
function said(options: object): string {
  try {
    return chooseScheme("acme", table, options);
  } catch (error) {
    if (!isInvError(error) || error.code !== "config" || error.provider !== "acme") throw error;
    expect(inspect(error)).not.toContain("canary");
    return error.message;
  }
}

async function sentWith(authoriser: Authoriser) {
  const { url, seen } = await serve((_, response) => json(response, "{}"));
  const client = connectItems({ baseUrl: url }, { authoriser });
  return { seen, read: async () => getItem(client, { id: "1" }) };
}

describe("A01 credentials", () => {
  it("are taken by the one scheme that is complete", () => {
    expect(said({ apiKey: "k", shopId: "s" })).toBe("signature");
    expect(said({ accessToken: "t" })).toBe("oauth");
    expect(said({ accessToken: () => "t" })).toBe("oauth");
    expect(said({ apiKey: "k", accessToken: "t" })).toBe("oauth");
  });

  it("that are missing are told with every option and variable, and where to make them", () => {
    for (const options of [{}, { apiKey: "canary" }, { shopId: "s" }, { apiKey: undefined, shopId: "s" }])
      expect(said(options)).toBe(
        "acme: credentials are missing: give apiKey (ACME_API_KEY) and shopId (ACME_SHOP_ID), or accessToken (ACME_ACCESS_TOKEN); it is made at https://acme.example/keys",
      );
  });

  it("of two schemes at once are refused", () => {
    expect(said({ apiKey: "canary", shopId: "s", accessToken: "canary" })).toMatch(
      /^acme: give either apiKey .* not both$/,
    );
  });

  it.each([
    ["", "is empty"],
    ["  ", "is empty"],
    ["\n", "is empty"],
    ["canary\n", "begins or ends with white space or a line break"],
    [" canary", "begins or ends with white space or a line break"],
    ["canary\r\n", "begins or ends with white space or a line break"],
    ["can\ncanary", "has a line break or control character in it"],
    ["can\u0000canary", "has a line break or control character in it"],
    ['"canary"', "is in quotes; give it without them"],
    ["'canary'", "is in quotes; give it without them"],
    ["undefined", 'is the text "undefined": the variable was not set'],
    ["null", 'is the text "null": the variable was not set'],
    [42, "is not a string"],
    [null, "is not a string"],
    [{ canary: 1 }, "is not a string"],
  ])("given as %j are refused with option and variable, never with their value", (value, what) => {
    expect(said({ accessToken: value })).toBe(`acme: accessToken (ACME_ACCESS_TOKEN) ${what}`);
  });

  it("that are no secret cannot be a function", () => {
    expect(said({ apiKey: "k", shopId: () => "s" })).toBe("acme: shopId (ACME_SHOP_ID) is not a string");
  });

  it("that a header cannot carry are config with option and variable, before anything is sent", async () => {
    for (const value of ["clé-canary", "😀-canary", "canary\nX-Evil: 1", "canary\r\n\r\n", "\u0000canary"])
      for (const authoriser of [headerKey("X-Api-Key", value), bearer(value), bearer(() => value)]) {
        const { read, seen } = await sentWith(authoriser);
        const error = await failureOf(read());
        expect(error).toMatchObject({ code: "config", attempts: 0, operation: "getItem" });
        expect(error.message).toContain("apiKey (ACME_API_KEY)");
        expect(seen).toEqual([]);
      }
  });

  it("that a function gives are checked like any other, before anything is sent", async () => {
    for (const value of ["", " ", "canary\n", '"canary"', "undefined", undefined, 42]) {
      // @ts-expect-error -- a caller without types
      const { read, seen } = await sentWith(bearer(async () => value));
      const error = await failureOf(read());
      expect(error).toMatchObject({ code: "config", attempts: 0, message: expect.stringContaining("ACME_API_KEY") });
      expect(seen).toEqual([]);
    }
  });
});

describe("a secret", () => {
  it("travels in the header of its scheme", async () => {
    const cases: [Authoriser, string, string][] = [
      [headerKey("X-Api-Key", "k"), "x-api-key", "k"],
      [bearer("t"), "authorization", "Bearer t"],
      [bearer(async () => "later"), "authorization", "Bearer later"],
      [basic("user", "pass:word"), "authorization", `Basic ${btoa("user:pass:word")}`],
    ];
    for (const [authoriser, header, value] of cases) {
      const { read, seen } = await sentWith(authoriser);
      await read();
      expect(seen[0]?.headers[header]).toBe(value);
    }
  });

  it("A23 is written in UTF-8 by basic authorisation", async () => {
    const { read, seen } = await sentWith(basic("zoë", "pässwörd😀"));
    await read();
    const [, encoded = ""] = String(seen[0]?.headers["authorization"]).split(" ");
    expect(Buffer.from(encoded, "base64").toString("utf8")).toBe("zoë:pässwörd😀");
  });

  it("A23 of basic authorisation has no user name with a colon: config before anything is sent", async () => {
    const { read, seen } = await sentWith(basic("user:canary", "p"));
    expect(await failureOf(read())).toMatchObject({ code: "config", attempts: 0 });
    expect(seen).toEqual([]);
  });

  it("A25 from a function is asked for once for every request and never kept", async () => {
    let asked = 0;
    const { read, seen } = await sentWith(bearer(() => `key-${(asked += 1)}`));
    for (let round = 0; round < 3; round++) await read();
    expect(seen.map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer key-1",
      "Bearer key-2",
      "Bearer key-3",
    ]);
    expect(asked).toBe(3);
  });

  it("A24 of one client is never in a request of another", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    const clients = ["a", "b"].map((key) =>
      connectItems({ baseUrl: url }, { authoriser: headerKey("X-Api-Key", key) }),
    );
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const client = clients[index % 2];
        if (client !== undefined) await getItem(client, { id: index % 2 === 0 ? "a" : "b" });
      }),
    );
    expect(seen).toHaveLength(100);
    for (const { url: path, headers } of seen) expect(path).toBe(`/items/${String(headers["x-api-key"])}`);
  });

  it("I3 is not to be seen on a client", () => {
    const client = connectItems({ baseUrl: "https://acme.example" });
    expect(inspect(client, { depth: 9, showHidden: true })).not.toContain(secret);
    expect(JSON.stringify(client)).not.toContain(secret);
  });

  it("I3 is in no error of a fetch that quotes the URL and the headers that it was given", async () => {
    for (const failing of [
      (url: unknown, init: unknown) => {
        throw new Error(`failed: ${String(url)} ${inspect(init, { depth: 5 })} canary`);
      },
      async (url: unknown) => {
        throw Object.assign(new TypeError(`canary ${String(url)}`), { code: "ECONNRESET", cause: new Error("canary") });
      },
      async () => {
        throw "canary";
      },
      async () => undefined,
    ]) {
      const error = await failureOf(
        // @ts-expect-error -- a fetch that is none
        getItem(connectItems({ fetch: failing }), { id: "id-canary", since: "query-canary" }),
      );
      expect(error.code).toBe("transport");
      expect(error.message).not.toContain(secret);
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret);
    }
  });
});

describe("what gives the credential", () => {
  it("A02 throws or rejects: auth{signature}, once, and nothing is sent", async () => {
    for (const authorise of [
      () => {
        throw new Error("canary");
      },
      async () => {
        throw new TypeError("canary");
      },
      async () => {
        throw undefined;
      },
    ]) {
      let asked = 0;
      const { read, seen } = await sentWith({
        authorise: () => {
          asked += 1;
          return authorise();
        },
      });
      const error = await failureOf(read());
      expect(codeOf(error)).toBe("auth{signature}");
      expect(error).toMatchObject({ attempts: 0, retryable: false });
      expect(error.message).toContain("apiKey (ACME_API_KEY)");
      expect([asked, seen]).toEqual([1, []]);
    }
  });

  it("A03 is refused with 401: auth{rejected}, sent once, and the message says what to check", async () => {
    const { url, seen } = await serve((_, response) => json(response, '{"error":"canary"}', 401));
    for (const authoriser of [headerKey("X-Api-Key", "k"), bearer("t"), bearer(() => "t"), basic("u", "p")]) {
      const error = await failureOf(getItem(connectItems({ baseUrl: url }, { authoriser }), { id: "1" }));
      expect(codeOf(error)).toBe("auth{rejected}");
      expect(error).toMatchObject({ status: 401, attempts: 1, retryable: false, body: { error: "canary" } });
      expect(error.message).toBe(
        "acme: GET /items/{id} answered 401: the credentials were refused. Check apiKey (ACME_API_KEY); it is made at https://acme.example/keys and needs stock (read).",
      );
    }
    expect(seen).toHaveLength(4);
  });

  it("A04 is not allowed, with 403: auth{forbidden}, sent once, and the message names the scope", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}", 403));
    const error = await failureOf(
      getItem(connectItems({ baseUrl: url }, { credentialHint: "Ask the owner." }), { id: "1" }),
    );
    expect(codeOf(error)).toBe("auth{forbidden}");
    expect(error.message).toMatch(/needs stock \(read\)\. Ask the owner\.$/);
    expect(seen).toHaveLength(1);
  });
});

describe("A21 a shared key in hexadecimal digits", () => {
  it("is read in either case", () => {
    expect(hexKey("sharedKey", "00fFAa1e")).toEqual(Uint8Array.of(0x00, 0xff, 0xaa, 0x1e));
  });

  it("of an odd length or with another character is config that names the option, not the value", () => {
    for (const key of ["", "abc", "0g", "0x12", "12 34", "ab\n"])
      expect(() => hexKey("sharedKey (ACME_SHARED_KEY)", key)).toThrow(
        expect.objectContaining({
          code: "config",
          message: "sharedKey (ACME_SHARED_KEY) has to be an even number of hexadecimal digits",
        }),
      );
  });
});
