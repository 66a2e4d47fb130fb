import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { inspect } from "node:util";

import { describe, expect, it, onTestFinished, vi } from "vitest";

import type { InvError } from "../src/index.js";
import type { Grant, StoredTokens, TokenStore } from "../src/oauth.js";
import { assertionGrant, memoryTokenStore, oauth, refreshGrant } from "../src/oauth.js";
import { canaries, codeOf, connectItems, failureOf, getItem } from "./items.js";
import type { Answering } from "./loopback.js";
import { json } from "./loopback.js";
import type { Given, Provider } from "./token-provider.js";
import { serveProvider } from "./token-provider.js";

interface With {
  readonly store?: TokenStore;
  readonly account?: string;
  readonly grant?: Grant;
}

/** A client of the provider: what a process has. Its warnings are kept, checked for leaks. */
function connectTo({ tokenUrl, baseUrl }: Provider, { store, account = "a", grant }: With = {}) {
  const warnings: InvError[] = [];
  const onTokenWarning = (warning: InvError) => {
    expect(inspect(warning, { depth: 9 })).not.toMatch(canaries);
    warnings.push(warning);
  };
  const authoriser = oauth({
    provider: "acme",
    tokenUrl,
    grant: grant ?? refreshGrant("client-1", "secret-canary", `refresh-canary-${account}-0`),
    fetch: undefined,
    onTokenWarning,
    ...(store === undefined ? {} : { tokenStore: store }),
  });
  const client = connectItems({ baseUrl }, { authoriser });
  return { warnings, read: async () => getItem(client, { id: "1" }) };
}

/** A store whose content can be seen and whose methods can be made to fail. */
function spiedStore() {
  const store = memoryTokenStore();
  const keys = new Set<string>();
  const fail: { read?: unknown; write?: unknown; lock?: unknown } = {};
  const writes: StoredTokens[] = [];
  const wrapped: TokenStore = {
    async read(key) {
      keys.add(key);
      if ("read" in fail) throw fail.read;
      return store.read(key);
    },
    async write(key, tokens) {
      if ("write" in fail) throw fail.write;
      writes.push(tokens);
      await store.write(key, tokens);
    },
    async withLock(key, work) {
      if ("lock" in fail) throw fail.lock;
      return store.withLock(key, work);
    },
  };
  /** Writes as another process would: to the only account there is. */
  const putAside = async (tokens: StoredTokens) => {
    for (const key of keys) await store.write(key, tokens);
  };
  return { store: wrapped, keys, writes, fail, putAside };
}

/** Both clocks, virtual. */
function virtualClocks() {
  let monotonic = 1_000_000;
  let wall = Date.parse("2026-11-20T12:00:00Z");
  vi.spyOn(performance, "now").mockImplementation(() => monotonic);
  vi.spyOn(Date, "now").mockImplementation(() => wall);
  onTestFinished(() => void vi.restoreAllMocks());
  return {
    advance(seconds: number) {
      monotonic += seconds * 1000;
      wall += seconds * 1000;
    },
    /** The date alone, as when somebody sets it. */
    jump: (seconds: number) => void (wall += seconds * 1000),
  };
}

/** Answers one token request, the nth, in a way of its own. */
function nth(index: number, instead: Answering): Given {
  return {
    instead: (request, response, at) => {
      if (at !== index) return false;
      void instead(request, response, at);
      return true;
    },
  };
}

const invalidGrant = '{"error":"invalid_grant","error_description":"canary"}';

describe("stored tokens", () => {
  it("A10 are saved before the access token is first used", async () => {
    const provider = await serveProvider();
    const { store, writes } = spiedStore();
    const callsAtWrite: number[] = [];
    const watched: TokenStore = {
      ...store,
      async write(key, tokens) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        callsAtWrite.push(provider.calls.length);
        await store.write(key, tokens);
      },
    };
    const { read } = connectTo(provider, { store: watched });
    await read();
    provider.end();
    await read();
    // The refused call is the second.
    expect(callsAtWrite).toEqual([0, 2]);
    expect(writes.map(({ accessToken, refreshToken }) => [accessToken, refreshToken])).toEqual([
      ["token-canary-a-1", "refresh-canary-a-1"],
      ["token-canary-a-2", "refresh-canary-a-2"],
    ]);
  });

  it("serve the next client without a token request, and its refresh token is the stored one", async () => {
    const provider = await serveProvider();
    const store = memoryTokenStore();
    await connectTo(provider, { store }).read();
    const next = connectTo(provider, { store });
    await next.read();
    expect(provider.tokenRequests).toHaveLength(1);
    provider.end();
    await next.read();
    expect(provider.refreshTokens()).toEqual(["a-0", "a-1"]);
  });

  it("are left alone when somebody authorises again and gives a new refresh token", async () => {
    const provider = await serveProvider();
    const { store, keys } = spiedStore();
    await connectTo(provider, { store, account: "a" }).read();
    await connectTo(provider, { store, account: "b" }).read();
    expect(provider.refreshTokens()).toEqual(["a-0", "b-0"]);
    expect(keys.size).toBe(2);
  });

  it("A24 of two accounts of one provider on one store are never mixed up", async () => {
    const provider = await serveProvider();
    const { store, keys } = spiedStore();
    const accounts = ["a", "b"].map((account) => connectTo(provider, { store, account }));
    for (let round = 0; round < 3; round++) {
      await Promise.all(accounts.flatMap(({ read }) => [read(), read(), read()]));
      provider.end("a");
      provider.end("b");
    }
    expect(provider.revoked("a") || provider.revoked("b")).toBe(false);
    expect(provider.refreshTokens().toSorted()).toEqual(["a-0", "a-1", "a-2", "b-0", "b-1", "b-2"]);
    expect([...keys].join(" ")).toMatch(/^acme\/[0-9a-f]{32} acme\/[0-9a-f]{32}$/);
  });

  it("A25 follow a function that gives another credential: it is asked for every token", async () => {
    const provider = await serveProvider();
    let account = "a";
    const grant = refreshGrant(
      "client-1",
      () => "secret-canary",
      async () => `refresh-canary-${account}-0`,
    );
    const { read } = connectTo(provider, { grant });
    await read();
    provider.end("a");
    account = "b";
    await read();
    expect(provider.refreshTokens()).toEqual(["a-0", "b-0"]);
  });

  it("of an assertion are the access token alone", async () => {
    const provider = await serveProvider({
      instead: (_, response) => {
        json(response, '{"access_token":"token-canary-a-0"}');
        return true;
      },
    });
    const { store, writes } = spiedStore();
    await failureOf(connectTo(provider, { store, grant: assertionGrant("c", "assertion-canary") }).read());
    expect(Object.keys(writes[0] ?? {})).toEqual(["accessToken", "obtainedAt", "expiresAt"]);
    expect(JSON.stringify(writes)).not.toContain("assertion");
  });
});

describe("A16 a stored access token", () => {
  /** Whether a new client asks for a token when the date has moved by so many seconds since the last one was stored. */
  async function asksAfter(seconds: number, lifetimeSeconds = 7200) {
    const clocks = virtualClocks();
    const provider = await serveProvider({ lifetimeSeconds });
    const store = memoryTokenStore();
    await connectTo(provider, { store }).read();
    clocks.jump(seconds);
    await connectTo(provider, { store }).read();
    return provider.tokenRequests.length === 2;
  }

  it.each([
    ["serves until a minute before its end", 7200 - 61, false],
    ["is renewed from a minute before its end", 7200 - 60, true],
    ["is renewed when the clock was set a day forward", 86_400, true],
    ["serves when the clock was set back by less than a minute", -59, false],
    ["is renewed when the clock was set back by more", -61, true],
    ["is renewed when the clock was set a day back", -86_400, true],
  ])("%s", async (_, seconds, asks) => {
    expect(await asksAfter(seconds)).toBe(asks);
  });

  it("of a short life has a margin of half of it", async () => {
    expect([await asksAfter(29, 60), await asksAfter(31, 60)]).toEqual([false, true]);
  });

  it("once it is taken over is timed by the monotonic clock, whatever happens to the date", async () => {
    const clocks = virtualClocks();
    const provider = await serveProvider();
    const store = memoryTokenStore();
    await connectTo(provider, { store }).read();
    clocks.advance(7000);
    const { read } = connectTo(provider, { store });
    await read();
    for (const seconds of [86_400, -2 * 86_400]) {
      clocks.jump(seconds);
      await read();
    }
    expect(provider.tokenRequests).toHaveLength(1);
    clocks.advance(141);
    await read();
    expect(provider.tokenRequests).toHaveLength(2);
  });

  it("received while the date jumps lasts from the moment in which it was asked for", async () => {
    const clocks = virtualClocks();
    const provider = await serveProvider({
      instead: () => {
        clocks.jump(-86_400);
        return false;
      },
    });
    const { read } = connectTo(provider);
    await read();
    clocks.advance(7200 - 61);
    await read();
    expect(provider.tokenRequests).toHaveLength(1);
    clocks.advance(2);
    await read();
    expect(provider.tokenRequests).toHaveLength(2);
  });

  it.each([
    ["no times", {}],
    ["times that are none", { obtainedAt: "canary", expiresAt: "canary" }],
    ["an end before its beginning", { obtainedAt: "2026-11-20T12:00:00Z", expiresAt: "2026-11-20T11:00:00Z" }],
    ["a life of a year", { obtainedAt: "2026-11-20T12:00:00Z", expiresAt: "2027-11-20T12:00:00Z" }],
  ])("with %s is renewed", async (_, times) => {
    virtualClocks();
    const provider = await serveProvider();
    const { store, putAside } = spiedStore();
    await connectTo(provider, { store }).read();
    await putAside({ accessToken: "token-canary-a-1", refreshToken: "refresh-canary-a-1", ...times });
    await connectTo(provider, { store }).read();
    expect(provider.refreshTokens()).toEqual(["a-0", "a-1"]);
  });
});

describe("two clients on one store", () => {
  it("A06 make one request for a 401 that both of them get", async () => {
    const provider = await serveProvider();
    const store = memoryTokenStore();
    const [one, other] = [connectTo(provider, { store }), connectTo(provider, { store })];
    await Promise.all([one.read(), other.read()]);
    expect(provider.tokenRequests).toHaveLength(1);
    provider.end();
    await one.read();
    await other.read();
    expect(provider.refreshTokens()).toEqual(["a-0", "a-1"]);
  });

  it("A05 make one request for each expiry, however many of their calls wait", async () => {
    const clocks = virtualClocks();
    const provider = await serveProvider();
    const store = memoryTokenStore();
    const clients = Array.from({ length: 10 }, () => connectTo(provider, { store }));
    for (let expiry = 0; expiry < 3; expiry++) {
      await Promise.all(clients.flatMap(({ read }) => Array.from({ length: 20 }, async () => read())));
      expect(provider.tokenRequests).toHaveLength(expiry + 1);
      clocks.advance(7200);
    }
    expect(provider.revoked()).toBe(false);
  });
});

describe("A08 a token endpoint that cannot answer", () => {
  it.each([
    ["500", 500],
    ["503", 503],
    ["429", 429],
  ])("with %s is asked twice more by a grant that spends nothing", async (_, status) => {
    const provider = await serveProvider({
      instead: (_, response, index) => {
        if (index < 2) json(response, "{}", status);
        else json(response, '{"access_token":"token-canary-a-0"}');
        return true;
      },
    });
    const { read } = connectTo(provider, { grant: assertionGrant("c", "assertion-canary") });
    await failureOf(read());
    // Two that failed, one that did not, and one for the 401.
    expect(provider.tokenRequests).toHaveLength(4);
  });

  it("is asked once more with the same refresh token, and no third time", async () => {
    const provider = await serveProvider({
      instead: (_, response) => {
        json(response, "{}", 500);
        return true;
      },
    });
    const error = await failureOf(connectTo(provider).read());
    expect(error).toMatchObject({ code: "auth", kind: "refresh-failed", status: 500, retryable: true });
    expect(provider.refreshTokens()).toEqual(["a-0", "a-0"]);
  });

  it("leaves an old token that is still valid in use, and that is told", async () => {
    const clocks = virtualClocks();
    const down = { now: false };
    const provider = await serveProvider({
      instead: (_, response) => {
        if (down.now) json(response, "{}", 503);
        return down.now;
      },
    });
    const { read, warnings } = connectTo(provider);
    await read();
    down.now = true;
    clocks.advance(7200 - 60);
    await Promise.all([read(), read()]);
    expect(warnings.map(codeOf)).toEqual(["auth{refresh-failed}"]);
    expect(warnings[0]?.message).toBe(
      "acme: no new access token, and the old one serves until it expires: the token endpoint answered 503",
    );
    const asked = provider.tokenRequests.length;
    await read();
    expect(provider.tokenRequests).toHaveLength(asked);
    clocks.advance(6);
    down.now = false;
    await read();
    expect(provider.tokenRequests).toHaveLength(asked + 1);
    down.now = true;
    clocks.advance(7200);
    expect(codeOf(await failureOf(read()))).toBe("auth{refresh-failed}");
  });

  it("by saying nothing leaves an old token in use that is still valid: calls wait for the new one for 2 s", async () => {
    const now = performance.now.bind(performance);
    let passed = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now() + passed);
    onTestFinished(() => void vi.restoreAllMocks());
    let answer = () => undefined as void;
    const provider = await serveProvider(
      nth(1, (_, response) => {
        answer = () => json(response, '{"access_token":"token-canary-b-1","refresh_token":"refresh-canary-b-1"}');
      }),
    );
    const { store, writes } = spiedStore();
    const { read, warnings } = connectTo(provider, { store });
    await read();
    passed = (7200 - 50) * 1000;
    const begun = now();
    await Promise.all([read(), read()]);
    await read();
    expect(now() - begun).toBeGreaterThanOrEqual(1990);
    expect(now() - begun).toBeLessThan(2000 * 5);
    expect(provider.tokenRequests).toHaveLength(2);
    answer();
    await expect.poll(() => writes.length).toBe(2);
    expect(warnings).toEqual([]);
    await failureOf(read());
    expect(provider.calls.map(({ headers }) => headers["authorization"]).slice(0, 5)).toEqual([
      ...Array.from({ length: 4 }, () => "Bearer token-canary-a-1"),
      "Bearer token-canary-b-1",
    ]);
  });

  it("leaves no token in use that the provider has refused", async () => {
    const provider = await serveProvider(nth(1, (_, response) => json(response, "{}", 400)));
    const { read, warnings } = connectTo(provider);
    await read();
    provider.end();
    expect(codeOf(await failureOf(read()))).toBe("auth{refresh-failed}");
    expect(warnings).toEqual([]);
  });

  it("and says for how long is not asked before, and that is told at once", async () => {
    const clocks = virtualClocks();
    const provider = await serveProvider(nth(0, (_, response) => json(response, "{}", 429, { "retry-after": "120" })));
    const { read } = connectTo(provider);
    expect(await failureOf(read())).toMatchObject({ status: 429, retryAfterMs: 120_000 });
    clocks.advance(50);
    expect(await failureOf(read())).toMatchObject({ status: 429, retryAfterMs: 70_000, retryable: true });
    expect(provider.tokenRequests).toHaveLength(1);
    clocks.advance(70);
    await read();
    expect(provider.tokenRequests).toHaveLength(2);
  });

  it("is asked again no sooner than it says", async () => {
    const provider = await serveProvider(nth(0, (_, response) => json(response, "{}", 503, { "retry-after": "1" })));
    const begun = performance.now();
    await connectTo(provider).read();
    expect(performance.now() - begun).toBeGreaterThanOrEqual(1000);
    expect(provider.refreshTokens()).toEqual(["a-0", "a-0"]);
  });
});

describe("A09 a token request whose answer never arrives", () => {
  it("is made once more with the same refresh token, for it may not have been spent", async () => {
    const provider = await serveProvider(nth(0, (_, response) => void response.destroy()));
    await connectTo(provider).read();
    expect(provider.refreshTokens()).toEqual(["a-0", "a-0"]);
  });

  it("was spent: auth{refresh-lost} says to authorise again, and what is stored stays", async () => {
    for (const cut of ["before the headers", "in the body"] as const) {
      const provider = await serveProvider({
        instead: (_, response, index) => {
          if (index === 0) return false;
          if (index > 1) json(response, invalidGrant, 400);
          else if (cut === "before the headers") response.destroy();
          else response.writeHead(200, { "content-length": "500" }).write('{"acc', () => response.destroy());
          return true;
        },
      });
      const { store, writes, keys } = spiedStore();
      const { read } = connectTo(provider, { store });
      await read();
      provider.end();
      const error = await failureOf(read());
      expect(error).toMatchObject({ code: "auth", kind: "refresh-lost", retryable: false, status: 400 });
      expect(error.message).toContain("Authorise again, and give the new refresh token");
      expect(provider.refreshTokens()).toEqual(["a-0", "a-1", "a-1"]);
      expect(writes).toHaveLength(1);
      for (const key of keys) expect(await store.read(key)).toBe(writes[0]);
    }
  });

  it("and whose second answer never arrives either is transport, and lost only once it is refused", async () => {
    const provider = await serveProvider({
      instead: (_, response, index) => {
        if (index < 2) response.destroy();
        else json(response, invalidGrant, 400);
        return true;
      },
    });
    const { read } = connectTo(provider);
    expect(codeOf(await failureOf(read()))).toBe("transport{reset}");
    expect(codeOf(await failureOf(read()))).toBe("auth{refresh-lost}");
    expect(provider.refreshTokens()).toEqual(["a-0", "a-0", "a-0"]);
  });

  it("is not repeated when the store holds newer tokens by then: they are used", async () => {
    const { provider, store } = await overtaken((response) => response.destroy());
    await connectTo(provider, { store }).read();
    expect(provider.refreshTokens()).toEqual(["b-0", "a-0"]);
  });
});

/** A provider that fails our request for a token while another process saves tokens of its own, those of account `b`. */
async function overtaken(fail: (response: ServerResponse) => void) {
  const { store, putAside } = spiedStore();
  const provider = await serveProvider(
    nth(1, async (_, response) => {
      await putAside({
        refreshToken: "refresh-canary-b-1",
        accessToken: "token-canary-b-1",
        obtainedAt: new Date().toISOString(),
        expiresAt: new Date(Date.now() + 7_200_000).toISOString(),
      });
      fail(response);
    }),
  );
  await connectTo(provider, { account: "b" }).read();
  return { provider, store };
}

describe("A12 invalid_grant", () => {
  it("is forgotten when the store holds a newer access token: it is used, without another request", async () => {
    const { provider, store } = await overtaken((response) => json(response, invalidGrant, 400));
    const { read, warnings } = connectTo(provider, { store });
    await read();
    expect(provider.refreshTokens()).toEqual(["b-0", "a-0"]);
    provider.end("b");
    await read();
    expect(provider.refreshTokens()).toEqual(["b-0", "a-0", "b-1"]);
    expect(warnings).toEqual([]);
  });

  it("is forgotten when the store holds a newer refresh token: it is used", async () => {
    const { store, putAside } = spiedStore();
    const provider = await serveProvider({
      instead: (_, response, index) => {
        if (index !== 0) return false;
        void putAside({ refreshToken: "refresh-canary-b-0" }).then(() => json(response, invalidGrant, 400));
        return true;
      },
    });
    const { read } = connectTo(provider, { store });
    await read();
    expect(provider.refreshTokens()).toEqual(["a-0", "b-0"]);
  });

  it("of the credential that was given is auth{refresh-failed}, and it is not sent again for a minute", async () => {
    const clocks = virtualClocks();
    const provider = await serveProvider(nth(0, (_, response) => json(response, invalidGrant, 400)));
    const { read } = connectTo(provider);
    for (let call = 0; call < 5; call++) expect(codeOf(await failureOf(read()))).toBe("auth{refresh-failed}");
    expect(provider.tokenRequests).toHaveLength(1);
    clocks.advance(61);
    await read();
    expect(provider.tokenRequests).toHaveLength(2);
  });

  it("of one that was stored is auth{refresh-lost}", async () => {
    const provider = await serveProvider(nth(1, (_, response) => json(response, invalidGrant, 400)));
    const { read } = connectTo(provider);
    await read();
    provider.end();
    expect(codeOf(await failureOf(read()))).toBe("auth{refresh-lost}");
  });
});

describe("A13 an answer without a usable access token", () => {
  it("has its refresh token saved, for the one that was used may be worth nothing", async () => {
    const provider = await serveProvider(
      nth(0, (_, response) => json(response, '{"access_token":7,"refresh_token":"refresh-canary-b-0"}')),
    );
    const { store, writes } = spiedStore();
    const { read } = connectTo(provider, { store });
    expect(codeOf(await failureOf(read()))).toBe("auth{refresh-failed}");
    expect(writes).toEqual([{ refreshToken: "refresh-canary-b-0" }]);
    await read();
    expect(provider.refreshTokens()).toEqual(["a-0", "b-0"]);
  });
});

describe("L20 tokens that cannot be saved", () => {
  const full = () => Object.assign(new Error("canary"), { code: "ENOSPC" });

  it("are used from memory, that is told once, and the store keeps what it had", async () => {
    const provider = await serveProvider();
    const { store, fail, writes } = spiedStore();
    const { read, warnings } = connectTo(provider, { store });
    await read();
    fail.write = full();
    provider.end();
    await read();
    await read();
    expect(warnings.map(codeOf)).toEqual(["auth{not-saved}"]);
    expect(warnings[0]?.message).toMatch(
      /^acme: the new refresh token could not be saved and ends with this process: /,
    );
    expect(writes).toHaveLength(1);
    provider.end();
    await read();
    expect(provider.refreshTokens()).toEqual(["a-0", "a-1", "a-2"]);
    expect(provider.revoked()).toBe(false);
  });

  it("are saved by a later call, as soon as that is possible", async () => {
    const clocks = virtualClocks();
    const provider = await serveProvider();
    const { store, fail, writes } = spiedStore();
    const { read, warnings } = connectTo(provider, { store });
    fail.write = full();
    await read();
    clocks.advance(6);
    await read();
    delete fail.write;
    await read();
    expect(writes).toEqual([]);
    clocks.advance(6);
    await read();
    await expect.poll(() => writes.map(({ refreshToken }) => refreshToken)).toEqual(["refresh-canary-a-1"]);
    expect(warnings).toHaveLength(1);
    await connectTo(provider, { store }).read();
    expect(provider.tokenRequests).toHaveLength(1);
  });

  it("are a warning of the process when nobody else listens", async () => {
    const { tokenUrl, baseUrl } = await serveProvider();
    const { store, fail } = spiedStore();
    fail.write = full();
    const grant = refreshGrant("client-1", "secret-canary", "refresh-canary-a-0");
    const authoriser = oauth({ provider: "acme", tokenUrl, grant, fetch: undefined, tokenStore: store });
    const warned = once(process, "warning");
    await getItem(connectItems({ baseUrl }, { authoriser }), { id: "1" });
    const [warning] = await warned;
    expect(warning).toMatchObject({
      name: "InvTokenWarning",
      message: expect.stringMatching(/^acme: the new refresh token could not be saved/),
    });
    expect(inspect(warning)).not.toMatch(canaries);
  });

  it("do not replace those of somebody who took over meanwhile", async () => {
    const provider = await serveProvider();
    const { store, writes, putAside } = spiedStore();
    const usurped: TokenStore = {
      ...store,
      // Ours is not the only one with the lock, as after a lease that ran out.
      async withLock(key, work) {
        await store.read(key);
        return work();
      },
      async read(key) {
        if (provider.tokenRequests.length === 1) await putAside({ refreshToken: "refresh-canary-a-1" });
        return store.read(key);
      },
    };
    await connectTo(provider, { store: usurped }).read();
    expect(writes).toEqual([]);
  });
});

describe("a token store that fails", () => {
  it("to be read has no token asked for, and its error is told", async () => {
    const provider = await serveProvider();
    const { store, fail } = spiedStore();
    fail.read = new Error("canary");
    const error = await failureOf(connectTo(provider, { store }).read());
    expect(codeOf(error)).toBe("auth{refresh-failed}");
    delete fail.read;
    fail.lock = new Error("canary");
    expect(codeOf(await failureOf(connectTo(provider, { store }).read()))).toBe("auth{refresh-failed}");
    expect(provider.tokenRequests).toEqual([]);
  });

  it("by never answering ends with the deadline of the call", async () => {
    const { tokenUrl, baseUrl } = await serveProvider();
    const store: TokenStore = { ...memoryTokenStore(), read: async () => new Promise<never>(() => undefined) };
    const grant = refreshGrant("client-1", "secret-canary", "refresh-canary-a-0");
    const authoriser = oauth({ provider: "acme", tokenUrl, grant, fetch: undefined, tokenStore: store });
    const client = connectItems({ baseUrl, deadlineMs: 50 }, { authoriser });
    expect((await failureOf(getItem(client, { id: "1" }))).code).toBe("timeout");
  });
});

describe("a renewal", () => {
  it("R03 waits for the rate budget before each of its requests", async () => {
    const { tokenUrl, tokenRequests } = await serveProvider(nth(0, (_, response) => json(response, "{}", 503)));
    const grant = refreshGrant("client-1", "secret-canary", "refresh-canary-a-0");
    const authoriser = oauth({ provider: "acme", tokenUrl, grant, fetch: undefined });
    const requestsAt: number[] = [];
    await authoriser.authorise({
      method: "GET",
      url: "https://acme.example/items/1",
      body: undefined,
      headers: new Headers(),
      signal: new AbortController().signal,
      async pace(signal) {
        expect(signal.aborted).toBe(false);
        requestsAt.push(tokenRequests.length);
      },
    });
    expect(requestsAt).toEqual([0, 1]);
  });

  it("I5 is left by an aborted call at once, and finished for the others", async () => {
    let answer = () => undefined as void;
    const provider = await serveProvider({
      instead: (_, response) => {
        answer = () => json(response, '{"access_token":"token-canary-a-0","refresh_token":"refresh-canary-a-0"}');
        return true;
      },
    });
    const { store, writes } = spiedStore();
    const grant = refreshGrant("client-1", "secret-canary", "refresh-canary-a-0");
    const authoriser = oauth({
      provider: "acme",
      tokenUrl: provider.tokenUrl,
      grant,
      fetch: undefined,
      tokenStore: store,
    });
    const client = connectItems({ baseUrl: provider.baseUrl }, { authoriser });
    const controller = new AbortController();
    const call = failureOf(getItem(client, { id: "1" }, { signal: controller.signal }));
    await expect.poll(() => provider.tokenRequests.length).toBe(1);
    const begun = performance.now();
    controller.abort();
    expect((await call).code).toBe("cancelled");
    expect(performance.now() - begun).toBeLessThan(20 * 10);
    answer();
    await expect.poll(() => writes.length).toBe(1);
  });
});
