import { describe, expect, it, onTestFinished, vi } from "vitest";

import { InvError } from "../src/index.js";
import type { Grant } from "../src/oauth.js";
import { assertionGrant, oauth, refreshGrant } from "../src/oauth.js";
import { codeOf, connectItems, failureOf, getItem } from "./items.js";
import type { Answering } from "./loopback.js";
import { json, serve } from "./loopback.js";

const form = (body: string) => Object.fromEntries(new URLSearchParams(body));
const assertion = assertionGrant("client-1", "assertion-canary");

interface Given {
  grant?: Grant;
  /** What the API answers; by default 200 to a token that the token endpoint gave last, 401 to any other. */
  api?: Answering;
}

/** A token endpoint that gives `token-canary-1`, `token-canary-2`, … unless told otherwise, an API, and a client of both. */
async function setUp(answer?: Answering, { grant = assertion, api }: Given = {}) {
  let given = 0;
  const tokens = await serve(
    answer ?? ((_, response) => json(response, `{"access_token":"token-canary-${(given += 1)}","expires_in":7200}`)),
  );
  const server = await serve(
    api ??
      ((request, response) => {
        const right = request.headers["authorization"] === `Bearer token-canary-${given}`;
        json(response, "{}", right ? 200 : 401);
      }),
  );
  const authoriser = oauth({ provider: "acme", tokenUrl: `${tokens.url}/token`, grant, fetch: undefined });
  const client = connectItems({ baseUrl: server.url }, { authoriser });
  return {
    tokens: tokens.seen,
    calls: server.seen,
    tokensUsed: () =>
      server.seen.map(({ headers }) => String(headers["authorization"]).replace("Bearer token-canary-", "")),
    read: async (signal?: AbortSignal) => getItem(client, { id: "1" }, signal === undefined ? {} : { signal }),
    /** Makes every token so far worthless. */
    expire: () => void (given += 1),
  };
}

/** A virtual clock for the lifetime of tokens; everything else goes on as it does. */
function virtualClock() {
  let now = 1_000_000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  onTestFinished(() => void vi.restoreAllMocks());
  return { advance: (seconds: number) => void (now += seconds * 1000) };
}

describe("a token", () => {
  it("is asked for with the first call, by the assertion grant of RFC 7523", async () => {
    const { tokens, read, tokensUsed } = await setUp();
    expect(tokens).toEqual([]);
    await read();
    await read();
    expect(tokens).toHaveLength(1);
    expect(tokens[0]).toMatchObject({
      method: "POST",
      url: "/token",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    });
    expect(form(tokens[0]?.body ?? "")).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      client_id: "client-1",
      assertion: "assertion-canary",
    });
    expect(tokensUsed()).toEqual(["1", "1"]);
  });

  it("is asked for by the refresh grant with the newest refresh token, secrets from functions included", async () => {
    let count = 0;
    const { tokens, read } = await setUp(
      (_, response) =>
        json(response, `{"access_token":"token-canary-${(count += 1)}","refresh_token":"refresh-canary-${count}"}`),
      {
        grant: refreshGrant(
          "client-1",
          () => "secret-canary",
          async () => "refresh-canary-0",
        ),
        api: (request, response) =>
          json(response, "{}", request.headers["authorization"] === `Bearer token-canary-${count}` ? 200 : 401),
      },
    );
    await read();
    count += 1;
    await read();
    expect(tokens.map(({ body }) => form(body))).toEqual([
      {
        grant_type: "refresh_token",
        client_id: "client-1",
        client_secret: "secret-canary",
        refresh_token: "refresh-canary-0",
      },
      {
        grant_type: "refresh_token",
        client_id: "client-1",
        client_secret: "secret-canary",
        refresh_token: "refresh-canary-1",
      },
    ]);
  });

  it("A15 is asked for with the old refresh token when the answer brought no new one", async () => {
    const { tokens, read, expire } = await setUp(undefined, {
      grant: refreshGrant("c", "secret-canary", "refresh-canary-0"),
    });
    await read();
    expire();
    await read();
    expect(tokens.map(({ body }) => form(body)["refresh_token"])).toEqual(["refresh-canary-0", "refresh-canary-0"]);
  });

  it("whose answer is unusable has its refresh token kept, for the one that was used may be worth nothing", async () => {
    const { tokens, read } = await setUp((_, response) => json(response, '{"refresh_token":"refresh-canary-1"}'), {
      grant: refreshGrant("c", "secret-canary", "refresh-canary-0"),
    });
    await failureOf(read());
    await failureOf(read());
    expect(tokens.map(({ body }) => form(body)["refresh_token"])).toEqual(["refresh-canary-0", "refresh-canary-1"]);
  });

  it("A05 is asked for once by a thousand concurrent calls, at first and at its expiry", async () => {
    const clock = virtualClock();
    const { tokens, read, tokensUsed } = await setUp();
    const thousand = async () => Promise.all(Array.from({ length: 1000 }, async () => read()));
    await thousand();
    expect(tokens).toHaveLength(1);
    clock.advance(7200);
    await thousand();
    expect(tokens).toHaveLength(2);
    expect(
      tokensUsed()
        .slice(0, 1000)
        .every((token) => token === "1"),
    ).toBe(true);
    expect(
      tokensUsed()
        .slice(1000)
        .every((token) => token === "2"),
    ).toBe(true);
  });

  it("A05 is asked for once, also by a thousand that ask for it at the same moment and while it is fetched", async () => {
    const clock = virtualClock();
    const { url, seen } = await serve((_, response, index) => {
      setTimeout(() => json(response, `{"access_token":"token-canary-${index + 1}","expires_in":7200}`), 40);
    });
    const authoriser = oauth({ provider: "acme", tokenUrl: `${url}/token`, grant: assertion, fetch: undefined });
    const authorise = async () => {
      const { signal } = new AbortController();
      const headers = new Headers();
      await authoriser.authorise({ method: "GET", url: "https://acme.example/", body: undefined, headers, signal });
      return headers.get("authorization");
    };
    for (let expiry = 1; expiry <= 2; expiry++) {
      const early = Array.from({ length: 500 }, authorise);
      await expect.poll(() => seen.length).toBe(expiry);
      const late = Array.from({ length: 500 }, authorise);
      expect(new Set(await Promise.all([...early, ...late]))).toEqual(new Set([`Bearer token-canary-${expiry}`]));
      expect(seen).toHaveLength(expiry);
      clock.advance(7200);
    }
  });

  it("A16 is used until a minute before its end, whatever the wall clock says", async () => {
    const clock = virtualClock();
    vi.spyOn(Date, "now").mockReturnValue(0);
    const { tokens, read } = await setUp();
    await read();
    clock.advance(7200 - 61);
    vi.spyOn(Date, "now").mockReturnValue(8.64e15);
    await read();
    expect(tokens).toHaveLength(1);
    clock.advance(1);
    await read();
    expect(tokens).toHaveLength(2);
  });
});

describe("a 401", () => {
  it("fetches a new token once and sends the call again", async () => {
    const { tokens, read, expire, tokensUsed } = await setUp();
    await read();
    expire();
    await read();
    expect(tokens).toHaveLength(2);
    expect(tokensUsed()).toEqual(["1", "1", "3"]);
  });

  it("A06 for a token that another call has replaced asks for none, and the call is sent again with the newest", async () => {
    let second: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (second = resolve));
    const { tokens, read, tokensUsed } = await setUp(undefined, {
      api: async (request, response, index) => {
        const old = request.headers["authorization"] === "Bearer token-canary-1";
        // Of the two calls with the first token the later one hears of its 401 only when the earlier one is done.
        if (index === 1) await held;
        json(response, "{}", old ? 401 : 200);
      },
    });
    const first = read();
    const late = read();
    await first;
    second?.();
    await late;
    expect(tokens).toHaveLength(2);
    expect(tokensUsed()).toEqual(["1", "1", "2", "2"]);
  });

  it("A07 after a new token is auth{rejected}: two requests and at most one more token for each call", async () => {
    const { tokens, calls, read } = await setUp(undefined, { api: (_, response) => json(response, "{}", 401) });
    const error = await failureOf(read());
    expect(codeOf(error)).toBe("auth{rejected}");
    expect(error.attempts).toBe(2);
    expect([tokens.length, calls.length]).toEqual([2, 2]);
  });

  it("lets the first answer go although its body never ends", async () => {
    const { read, tokens } = await setUp(undefined, {
      api: (_, response, index) => {
        response.on("error", () => undefined);
        if (index > 0) return json(response, "{}");
        response.writeHead(401, { "content-type": "application/json" });
        response.write("{");
      },
    });
    await read();
    expect(tokens).toHaveLength(2);
  });

  it("A04 is something else than 403, which fetches nothing", async () => {
    const { tokens, calls, read } = await setUp(undefined, { api: (_, response) => json(response, "{}", 403) });
    expect(codeOf(await failureOf(read()))).toBe("auth{forbidden}");
    expect([tokens.length, calls.length]).toEqual([1, 1]);
  });
});

describe("A13 an answer of the token endpoint", () => {
  async function endOf(body: string, status = 200, headers: Record<string, string> = {}) {
    const { read, calls } = await setUp((_, response) => json(response, body, status, headers), {
      api: (_, response) => json(response, "{}"),
    });
    const call = read();
    const failed = await call.then(
      () => undefined,
      async () => failureOf(call),
    );
    if (failed !== undefined) expect(calls).toEqual([]);
    return failed;
  }

  it.each([
    "{}",
    '{"access_token":""}',
    '{"access_token":42}',
    '{"access_token":null}',
    '{"access_token":"canary\\r\\nX-Evil: 1"}',
    '{"access_token":"clé-canary"}',
    '{"access_token":"can ary"}',
    '{"access_token":"canary","token_type":"mac"}',
    '{"access_token":"canary","token_type":7}',
    '{"access_token":"canary","expires_in":0}',
    '{"access_token":"canary","expires_in":-1}',
    '{"access_token":"canary","expires_in":1e999}',
    '{"access_token":"canary","expires_in":"soon"}',
    '{"access_token":"canary","expires_in":"-5"}',
    '{"access_token":"canary","expires_in":[7200]}',
    "[]",
    "null",
    "",
  ])("%s is auth{refresh-failed}", async (body) => {
    const error = await endOf(body);
    expect(error).toMatchObject({ code: "auth", kind: "refresh-failed", attempts: 0, operation: "getItem" });
  });

  it.each([
    '{"access_token":"canary"}',
    '{"access_token":"canary","token_type":"Bearer","expires_in":7200}',
    '{"access_token":"canary","token_type":"bearer","expires_in":"7200"}',
    '{"access_token":"canary","expires_in":null,"scope":"x"}',
  ])("%s is a token", async (body) => {
    expect(await endOf(body)).toBeUndefined();
  });

  it.each([
    ["is missing", "", 7200 - 61],
    ["is text", ',"expires_in":"7200"', 7200 - 61],
    ["is ten years", ',"expires_in":315360000', 24 * 3600 - 61],
    ["is shorter than two margins", ',"expires_in":60', 29],
  ])("whose lifetime %s is used so long and no longer", async (_, member, seconds) => {
    const clock = virtualClock();
    const { tokens, read } = await setUp((__, response) => json(response, `{"access_token":"canary"${member}}`), {
      api: (__, response) => json(response, "{}"),
    });
    await read();
    clock.advance(seconds);
    await read();
    expect(tokens).toHaveLength(1);
    clock.advance(2);
    await read();
    expect(tokens).toHaveLength(2);
  });

  it("A14 that is HTML or cut JSON with a token is auth{refresh-failed}, and nothing of it is told", async () => {
    for (const body of ["<html>canary</html>", '{"access_token":"canary"', "canary"])
      expect(codeOf((await endOf(body)) ?? new InvError("spec", "a token"))).toBe("auth{refresh-failed}");
    expect(codeOf((await endOf("x".repeat(70_000))) ?? new InvError("spec", "a token"))).toBe("auth{refresh-failed}");
  });

  it("that refuses the credentials is auth{refresh-failed} with its status and without its words", async () => {
    const error = await endOf('{"error":"invalid_grant","error_description":"canary"}', 400);
    expect(error).toMatchObject({ code: "auth", kind: "refresh-failed", status: 400, retryable: false });
    expect(error?.message).toContain("invalid_grant");
  });

  it("that cannot answer now may be asked again later", async () => {
    expect(await endOf("{}", 429, { "retry-after": "120" })).toMatchObject({
      retryable: true,
      retryAfterMs: 120_000,
      status: 429,
    });
    expect(await endOf("oops", 503)).toMatchObject({
      code: "auth",
      kind: "refresh-failed",
      retryable: true,
      status: 503,
    });
  });
});

describe("a failure to get a token", () => {
  it("is told to all who wait and remembered by none", async () => {
    const { read, tokens } = await setUp(
      (_, response, index) => (index < 3 ? json(response, "{}", 500) : json(response, '{"access_token":"t"}')),
      { api: (_, response) => json(response, "{}") },
    );
    const ends = await Promise.allSettled(Array.from({ length: 10 }, async () => read()));
    expect(ends.every(({ status }) => status === "rejected")).toBe(true);
    expect(tokens).toHaveLength(3);
    await read();
    expect(tokens).toHaveLength(4);
  });

  it("of the network is told as one of the token endpoint", async () => {
    const { read } = await setUp((_, response) => void response.destroy());
    const error = await failureOf(read());
    expect(codeOf(error)).toBe("transport{reset}");
    expect(error.message).toContain("GET /items/{id}: the token endpoint: the connection failed");
  });

  it("by a function that throws or gives nothing is told, and the next call asks again", async () => {
    let asked = 0;
    const { read } = await setUp(undefined, {
      grant: assertionGrant("c", () => {
        asked += 1;
        if (asked === 1) throw new Error("canary");
        return asked === 2 ? "" : "assertion-canary";
      }),
    });
    expect(codeOf(await failureOf(read()))).toBe("auth{refresh-failed}");
    expect(await failureOf(read())).toMatchObject({ code: "config", message: expect.stringContaining("ACME_API_KEY") });
    await read();
  });
});

describe("a call that is aborted while a token is fetched", () => {
  it("ends alone: the others get the token of the one request", async () => {
    let answer = () => undefined as void;
    const { read, tokens } = await setUp(
      (_, response) => void (answer = () => json(response, '{"access_token":"t"}')),
      {
        api: (_, response) => json(response, "{}"),
      },
    );
    const controller = new AbortController();
    const first = failureOf(read(controller.signal));
    const second = read();
    await expect.poll(() => tokens.length).toBe(1);
    controller.abort();
    expect(await first).toMatchObject({ code: "cancelled", attempts: 0 });
    answer();
    await second;
    expect(tokens).toHaveLength(1);
  });

  it("leaves the token to those who come later, also when nobody waits any longer", async () => {
    let answer = () => undefined as void;
    const { read, tokens } = await setUp(
      (_, response) => void (answer = () => json(response, '{"access_token":"t"}')),
      {
        api: (_, response) => json(response, "{}"),
      },
    );
    const controller = new AbortController();
    const first = failureOf(read(controller.signal));
    await expect.poll(() => tokens.length).toBe(1);
    controller.abort();
    await first;
    answer();
    await read();
    expect(tokens).toHaveLength(1);
  });
});

it("A24 two clients share no token", async () => {
  const one = await setUp();
  const other = await setUp();
  await Promise.all([one.read(), other.read()]);
  expect([one.tokens.length, other.tokens.length]).toEqual([1, 1]);
});
