import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";

import { InvError, unlimitedRates } from "@inv/transport";
import { openTelemetryHooks } from "@inv/transport/otel";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { connector as augno } from "../src/adapters/augno.js";
import { connector as fourthwall } from "../src/adapters/fourthwall.js";
import { connector as loop } from "../src/adapters/loop.js";
import { connector as walleo } from "../src/adapters/walleo.js";
import { connector as zettle } from "../src/adapters/zettle.js";
import { createInventory } from "../src/index.js";
import type { Connector, Lookup } from "../src/index.js";
import { Emissions, findCanaries } from "./canaries.js";
import type { Canaries } from "./canaries.js";

// Some of these make two hundred calls each.
vi.setConfig({ testTimeout: 60_000 });

type Options = Readonly<Record<string, unknown>>;

/** An account whose credentials are canaries, and a lookup with an answer to it. */
interface Account {
  readonly connector: Connector;
  readonly credentials: Readonly<Record<string, string>>;
  /** Those of them that a request to the API may carry; all others go to the token endpoint, or nowhere. */
  readonly sent: readonly string[];
  readonly lookup: Omit<Lookup, "account">;
  readonly answer: unknown;
}

// With characters that are written differently in a URL, in JSON, in a form and on a terminal.
const canary = (name: string, digits: string) => `${name}/+"\\'%=${digits}`;

const product = "7f3c2a10-5ce0-11ec-bf63-0242ac130002";
const store = "6e5e8d52-5ce0-11ec-bf63-0242ac130002";
const stock = { locationUuid: store, trackedProducts: [product], variants: [], latest: 0 };

const accounts: Readonly<Record<string, Account>> = {
  cards: {
    connector: walleo,
    credentials: {
      apiKey: canary("wk", "7c1f9a02e6"),
      identifier: canary("wi", "b8d3604c11"),
      sharedKey: "c4a9e17b5d20f3886aa1579bd2c0e4f1",
    },
    sent: ["apiKey", "identifier"],
    lookup: { item: { id: "KELPFR" } },
    answer: {
      inventories: {
        gift_card: { code: "KELPFR" },
        end_to_end_api: { enabled: true, available_amount: "unlimited" },
        stocks: [],
      },
    },
  },
  shop: {
    connector: fourthwall,
    credentials: { username: canary("fu", "19ce07d5b3"), password: canary("fp", "a67b20f94d") },
    sent: ["username", "password"],
    lookup: { item: { id: "hoodie" } },
    answer: { results: [], total: 0, page: 0, size: 20, totalPages: 1 },
  },
  app: {
    connector: fourthwall,
    credentials: { accessToken: canary("ft", "5e90d1c37a") },
    sent: ["accessToken"],
    lookup: { item: { id: "hoodie" } },
    answer: { results: [], total: 0, page: 0, size: 20, totalPages: 1 },
  },
  erp: {
    connector: augno,
    credentials: { apiKey: canary("ak", "d20b8e4f67") },
    sent: ["apiKey"],
    lookup: { item: { id: "it_01" } },
    answer: { on_hand: null, reserved: null, available_to_promise: null, short: null },
  },
  till: {
    connector: zettle,
    credentials: { clientId: canary("zc", "3fa86b91d0"), apiKey: canary("za", "80e5c2f71b") },
    sent: [],
    lookup: { item: { id: product } },
    answer: stock,
  },
  partner: {
    connector: zettle,
    credentials: {
      clientId: canary("zi", "f10c97e3a8"),
      clientSecret: canary("zs", "2b46d8f05c"),
      refreshToken: canary("zr", "e93a7105bd"),
    },
    sent: [],
    lookup: { item: { id: product } },
    answer: stock,
  },
  returns: {
    connector: loop,
    credentials: { apiKey: canary("lk", "64d1b9f2c8") },
    sent: ["apiKey"],
    lookup: { item: { id: "653985747439023617" }, location: { id: "631923350119788417" } },
    answer: { available_count: 42, product_variant: [], location: [] },
  },
};

/** What a token endpoint gives out: secrets as well. */
const issued = { accessToken: canary("ta", "c8f27d016e"), nextRefreshToken: canary("tr", "09b5e3a4d7") };

const canaries: Canaries = Object.fromEntries([
  ...Object.entries(accounts).flatMap(([account, { credentials }]) =>
    Object.entries(credentials).map(([option, secret]) => [`${account}'s ${option}`, secret]),
  ),
  ...Object.entries(issued),
]);

/** A request as a server saw it. */
interface Seen {
  readonly account: string;
  readonly isToken: boolean;
  readonly url: string;
  readonly all: string;
}

type Answering = (response: ServerResponse, seen: Seen) => void;

/** Two servers on this machine: one that answers as each case says, and one that nobody may ever ask. */
const servers: { url: string; elsewhere: string; close: () => void } = { url: "", elsewhere: "", close: () => {} };
const cases = new Map<string, { readonly api: Answering; readonly token: Answering }>();
const seen: Seen[] = [];
const astray: string[] = [];
let emissions = new Emissions();

beforeAll(async () => {
  const provider = createServer((request, response) => void serveCase(request, response));
  const elsewhere = createServer((request, response) => {
    astray.push(`${request.url} ${JSON.stringify(request.rawHeaders)}`);
    response.end();
  });
  for (const server of [provider, elsewhere]) await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  servers.url = urlOf(provider.address());
  servers.elsewhere = urlOf(elsewhere.address());
  servers.close = () => {
    for (const server of [provider, elsewhere]) {
      server.closeAllConnections();
      server.close();
    }
  };
});

afterAll(() => servers.close());

function urlOf(address: AddressInfo | string | null): string {
  if (typeof address !== "object" || address === null) throw new Error("the server does not listen");
  return `http://127.0.0.1:${address.port}`;
}

async function serveCase(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const { url = "", rawHeaders } = request;
  const [, key = "", account = ""] = url.split("/");
  const isToken = url.endsWith("/token");
  const all = `${request.method} ${url}\n${rawHeaders.join("\n")}\n${Buffer.concat(chunks).toString()}`;
  const one: Seen = { account, isToken, url, all };
  seen.push(one);
  const scripted = cases.get(key);
  if (isToken) scripted?.token(response, one);
  else scripted?.api(response, one);
}

const consoleMethods = ["log", "info", "warn", "error", "debug", "trace", "dir"] as const;
const onWarning = (warning: Error) => emissions.add("process warning", warning);

beforeEach(() => {
  emissions = new Emissions();
  seen.length = 0;
  for (const method of consoleMethods)
    vi.spyOn(console, method).mockImplementation((...values: unknown[]) => emissions.add(`console.${method}`, values));
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      emissions.add(stream === process.stdout ? "stdout" : "stderr", String(chunk));
      return true;
    });
  process.on("warning", onWarning);
  // The wait before a retry is a random part of a time that grows: here none at all.
  vi.spyOn(Math, "random").mockReturnValue(0);
});

afterEach(() => {
  process.off("warning", onWarning);
  vi.restoreAllMocks();
});

/** All that a client can be told to report to. */
function listeners(account: string): Options {
  const told = (name: string) => (event: unknown) => emissions.add(`${account}, ${name}`, event);
  const span = { setStatus: told("span status"), end: told("span end") };
  const tracer = {
    startSpan(...given: unknown[]) {
      emissions.add(`${account}, span`, given);
      return span;
    },
  };
  const spans = openTelemetryHooks(tracer);
  return {
    onRequest: told("onRequest"),
    onRetry: told("onRetry"),
    onWait: told("onWait"),
    onTokenWarning: told("onTokenWarning"),
    onResponse(event: Parameters<typeof spans.onResponse>[0]) {
      told("onResponse")(event);
      spans.onResponse(event);
    },
  };
}

/** Reads one lookup of an account through core and keeps all that comes of it. */
async function read(name: string, options: Options, where: string, signal?: AbortSignal): Promise<string> {
  const account = accounts[name];
  if (account === undefined) throw new Error(`there is no account ${name}`);
  const given = {
    ...account.credentials,
    rateStore: unlimitedRates,
    maxAttempts: 2,
    deadlineMs: 10_000,
    ...listeners(name),
    ...options,
  };
  try {
    const adapter = account.connector.connect(given);
    const { read: readAll } = createInventory({ accounts: { [name]: adapter } });
    const result = await readAll([{ account: name, ...account.lookup }], {
      raw: true,
      ...(signal === undefined ? {} : { signal }),
    });
    emissions.add(`${name}, ${where}, result`, result);
    const [outcome] = result.outcomes;
    if (outcome?.status !== "failed") return "ok";
    emissions.add(`${name}, ${where}, error`, outcome.error);
    return `${outcome.error.code} ${outcome.error.kind ?? ""}`.trim();
  } catch (error) {
    emissions.add(`${name}, ${where}, thrown`, error);
    return error instanceof InvError ? error.code : "unexpected";
  }
}

let caseCount = 0;

/** Reads every account, or these, from a provider that answers so; how each read ended. */
async function readAll(
  where: string,
  api: Answering,
  token: Answering = grant,
  names: readonly string[] = Object.keys(accounts),
  options: (name: string) => Options = () => ({}),
): Promise<readonly string[]> {
  const key = `case${(caseCount += 1)}`;
  cases.set(key, { api, token });
  const read1 = (name: string) => {
    const baseUrl = `${servers.url}/${key}/${name}`;
    return read(name, { baseUrl, tokenUrl: `${baseUrl}/token`, ...options(name) }, where);
  };
  const endings = await Promise.all(names.map(read1));
  cases.delete(key);
  return endings;
}

const json = { "content-type": "application/json" };

const grant: Answering = (response) => {
  response.writeHead(200, json);
  response.end(
    JSON.stringify({ access_token: issued.accessToken, refresh_token: issued.nextRefreshToken, expires_in: 7200 }),
  );
};

const answer: Answering = (response, { account }) => {
  response.writeHead(200, json);
  response.end(JSON.stringify(accounts[account]?.answer));
};

/** All that a request carried and everything that is secret: what an unfriendly server would put into its answer. */
function echoOf({ all }: Seen): string {
  return `${all}\n${Object.values(canaries).join("\n")}`;
}

const bodies: Readonly<Record<string, (echo: string) => readonly [type: string, body: string]>> = {
  "an error as JSON": (echo) => [
    "application/json",
    JSON.stringify({
      code: echo,
      http_code: "X",
      message: echo,
      error: { code: echo, message: echo },
      errors: [{ code: echo }],
      status: echo,
      errorType: echo,
      developerMessage: echo,
    }),
  ],
  HTML: (echo) => ["text/html", `<html>${echo}</html>`],
  "broken JSON": (echo) => ["application/json", `{"message":${JSON.stringify(echo)},`],
  "a name twice": (echo) => ["application/json", `{${JSON.stringify(echo)}:1,${JSON.stringify(echo)}:2}`],
  "figures of another type": (echo) => [
    "application/json",
    JSON.stringify({
      available_count: echo,
      results: echo,
      on_hand: { value: echo },
      variants: echo,
      trackedProducts: [echo],
      locationUuid: echo,
      inventories: { gift_card: { code: echo } },
    }),
  ],
  nothing: () => ["application/json", ""],
};

const statuses = [
  200, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 408, 409, 410, 418, 422, 423, 425, 429,
  451,
];
const serverStatuses = [500, 501, 502, 503, 504, 505, 529, 599];

function echoing(status: number, toBody: (echo: string) => readonly [string, string]): Answering {
  return (response, request) => {
    const echo = echoOf(request);
    const [type, body] = toBody(echo);
    const line = echo.replaceAll(/[^\u0020-\u007e]+/g, " ");
    response.writeHead(status, line, {
      "content-type": type,
      location: `${servers.elsewhere}/?key=${encodeURIComponent(line)}`,
      "www-authenticate": `Bearer ${line}`,
      "x-request-id": line,
      "retry-after": line,
      "set-cookie": `session=${encodeURIComponent(line)}`,
      warning: `199 - "${line}"`,
    });
    response.end(status === 204 || status === 304 ? undefined : body);
  };
}

/** No canary was told to anybody, and each was sent only where it belongs. */
function expectNoLeaks(): void {
  expect(emissions.leaks(canaries)).toEqual([]);
  expect(astray).toEqual([]);
  const misplaced = seen.flatMap(({ account, isToken, url, all }) => {
    const own = accounts[account];
    const allowed = isToken
      ? [...Object.keys(own?.credentials ?? {}).map((option) => `${account}'s ${option}`), "nextRefreshToken"]
      : [
          ...(own?.sent ?? []).map((option) => `${account}'s ${option}`),
          ...(own?.sent.length === 0 ? ["accessToken"] : []),
        ];
    const strange = findCanaries(all, canaries).filter((leak) => !allowed.some((name) => leak.startsWith(`${name} (`)));
    return [...strange, ...findCanaries(url, canaries)].map(
      (leak) => `${account}, ${isToken ? "token" : "API"}: ${leak}`,
    );
  });
  expect([...new Set(misplaced)]).toEqual([]);
}

describe("I3 no credential is told", () => {
  test("by reads that succeed", async () => {
    expect(await readAll("success", answer)).toEqual(Object.keys(accounts).map(() => "ok"));
    expect(emissions.size).toBeGreaterThan(50);
    expectNoLeaks();
  });

  test("the answers of these tests are what they are meant to be", async () => {
    const toError = bodies["an error as JSON"] ?? (() => ["", ""]);
    const toPage = bodies["HTML"] ?? (() => ["", ""]);
    expect(await readAll("403", echoing(403, toError))).toEqual(Object.keys(accounts).map(() => "auth forbidden"));
    expect(await readAll("302", echoing(302, toError))).toEqual(Object.keys(accounts).map(() => "redirect"));
    expect(await readAll("404", echoing(404, toPage))).toEqual(Object.keys(accounts).map(() => "http unknown-shape"));
    expect(await readAll("200", echoing(200, toPage))).toEqual(Object.keys(accounts).map(() => "payload content-type"));
    expect(await readAll("503", echoing(503, toPage))).toEqual(Object.keys(accounts).map(() => "server"));
    expectNoLeaks();
  });

  test.each(Object.entries(bodies))(
    "H10 I4 when the provider sends it all back in %s, with any status",
    async (name, toBody) => {
      const all = [...statuses, ...serverStatuses];
      for (const status of all) {
        // Not the second or the minute that a 429 is worth.
        const hasty = () => (status === 429 ? { deadlineMs: 500 } : {});
        const endings = await readAll(`${status} with ${name}`, echoing(status, toBody), grant, undefined, hasty);
        expect(endings.includes("ok") || endings.includes("unexpected") ? `${status}: ${endings.join()}` : "").toBe("");
      }
      expectNoLeaks();
    },
  );

  test.each(Object.entries(bodies))(
    "A14 when the token endpoint sends it all back in %s, with any status",
    async (name, toBody) => {
      for (const status of [...statuses, ...serverStatuses]) {
        const endings = await readAll(`token: ${status} with ${name}`, answer, echoing(status, toBody), [
          "till",
          "partner",
        ]);
        expect(endings.includes("ok") ? `${status}: ${endings.join()}` : "").toBe("");
      }
      expectNoLeaks();
    },
  );

  test.each([
    ["is refused", { error: "invalid_grant", error_description: Object.values(canaries).join(" ") }, 400],
    ["has a line break", { access_token: `${issued.accessToken}\n` }, 200],
    ["is of another type", { access_token: issued.accessToken, token_type: issued.accessToken }, 200],
    ["has no lifetime", { access_token: issued.accessToken, expires_in: issued.accessToken }, 200],
    ["is missing", { refresh_token: issued.nextRefreshToken }, 200],
  ])("A13 when a token %s", async (_, body, status) => {
    const token: Answering = (response) => {
      response.writeHead(status, json);
      response.end(JSON.stringify(body));
    };
    const endings = await readAll("bad token", answer, token, ["till", "partner"]);
    expect(endings.every((ending) => ending.startsWith("auth"))).toBe(true);
    expectNoLeaks();
  });

  test("when a token is refused, renewed and refused again", async () => {
    const endings = await readAll(
      "401 for ever",
      echoing(401, () => ["application/json", "{}"]),
      grant,
      ["till", "partner"],
    );
    expect(endings).toEqual(["auth rejected", "auth rejected"]);
    expect(seen.filter(({ isToken }) => isToken).length).toBe(4);
    expectNoLeaks();
  });

  test("when the connection breaks or nothing comes", async () => {
    const faults: Readonly<Record<string, Answering>> = {
      reset: (response) => void response.destroy(),
      "reset in the body": (response, request) => {
        response.writeHead(200, { ...json, "content-length": "100000" });
        response.write(JSON.stringify(echoOf(request)), () => response.destroy());
      },
      "no answer": () => {},
      "no end": (response) => {
        response.writeHead(200, json);
        response.write("{");
      },
      "no HTTP": (response, request) => void response.socket?.end(`${echoOf(request)}\r\n\r\n`),
      "wrong encoding": (response, request) => {
        response.writeHead(200, { ...json, "content-encoding": "gzip" });
        response.end(echoOf(request));
      },
    };
    const short = () => ({ deadlineMs: 150 });
    for (const [name, fault] of Object.entries(faults)) {
      const endings = await readAll(name, fault, grant, undefined, short);
      expect(endings.includes("ok") ? `${name}: ${endings.join()}` : "").toBe("");
      await readAll(`token: ${name}`, answer, fault, ["till", "partner"], short);
    }
    await readAll("nobody there", answer, grant, undefined, () => ({
      baseUrl: "http://127.0.0.1:9",
      tokenUrl: "http://127.0.0.1:9/token",
    }));
    await readAll("no such host", answer, grant, undefined, () => ({
      baseUrl: "https://nowhere.invalid",
      tokenUrl: "https://nowhere.invalid/token",
    }));
    expectNoLeaks();
  });

  test("when a read is aborted before, during and after", async () => {
    for (const afterMs of [0, 1, 5, 20]) {
      const key = `case${(caseCount += 1)}`;
      cases.set(key, { api: (response, request) => void setTimeout(answer, 3, response, request), token: grant });
      const controller = new AbortController();
      const reading = Object.keys(accounts).map((name) => {
        const baseUrl = `${servers.url}/${key}/${name}`;
        return read(name, { baseUrl, tokenUrl: `${baseUrl}/token` }, "abort", controller.signal);
      });
      const reason = new Error(Object.values(canaries).join(" "));
      if (afterMs === 0) controller.abort(reason);
      else setTimeout(() => controller.abort(reason), afterMs);
      const endings = await Promise.all(reading);
      expect(endings.every((ending) => ["ok", "cancelled"].includes(ending))).toBe(true);
    }
    expectNoLeaks();
  });

  test("when fetch itself fails and quotes the request", async () => {
    const failing = (url: string | URL | Request, init: RequestInit = {}) => {
      const all = JSON.stringify([url, [...new Headers(init.headers)], init.body, canaries]);
      const cause = Object.assign(new Error(all, { cause: { init, all } }), { code: all, headers: all });
      return Promise.reject(Object.assign(new TypeError(all, { cause }), { request: all, name: all }));
    };
    const endings = await readAll("fetch", answer, grant, undefined, () => ({ fetch: failing }));
    expect(endings).toEqual(Object.keys(accounts).map(() => "transport network"));
    expectNoLeaks();
  });
});

describe("I3 no credential is told by what the caller does wrong", () => {
  const broken: Readonly<Record<string, (secret: string) => unknown>> = {
    "has a line break in it": (secret) => `${secret}\nx`,
    "ends in a line break": (secret) => `${secret}\n`,
    "is in quotes": (secret) => `"${secret}"`,
    "is in an array": (secret) => [secret],
    "is an object": (secret) => ({ secret }),
    "is beyond ASCII": (secret) => `${secret}\u00e9`,
    "comes from a function that throws it": (secret) => () => {
      throw new Error(secret, { cause: secret });
    },
    "comes from a function that rejects with it": (secret) => () => Promise.reject(new TypeError(secret)),
    "comes from a function that rejects with a text": (secret) => () => Promise.reject(secret),
    "comes from a function as an array": (secret) => () => [secret],
    "comes from a function with a line break": (secret) => async () => `${secret}\n`,
    "comes from a function beyond ASCII": (secret) => () => `${secret}\u{1f511}`,
  };

  test.each(Object.entries(broken))("A01 A02 A25 a credential that %s", async (_, spoil) => {
    for (const [name, { credentials }] of Object.entries(accounts))
      for (const [option, secret] of Object.entries(credentials)) {
        const endings = await readAll(`spoilt ${option}`, answer, grant, [name], () => ({ [option]: spoil(secret) }));
        expect(endings).not.toEqual(["unexpected"]);
      }
    expectNoLeaks();
  });

  test("credentials of two schemes, or of half a one", async () => {
    const mixed = { ...accounts["shop"]?.credentials, ...accounts["app"]?.credentials };
    expect(await readAll("both", answer, grant, ["shop"], () => mixed)).toEqual(["config"]);
    expect(await readAll("half", answer, grant, ["shop"], () => ({ password: undefined }))).toEqual(["config"]);
    expectNoLeaks();
  });

  test("T19 base URLs and token URLs that hold one, or are none", async () => {
    for (const secret of Object.values(canaries)) {
      const encoded = encodeURIComponent(secret);
      const urls = [
        secret,
        `https://u:${encoded}@127.0.0.1/`,
        `https://127.0.0.1/?key=${encoded}`,
        `https://127.0.0.1/#${encoded}`,
        `http://example.com/?${encoded}`,
      ];
      for (const url of urls) {
        expect(await readAll("base URL", answer, grant, ["returns"], () => ({ baseUrl: url }))).toEqual(["config"]);
        expect(await readAll("token URL", answer, grant, ["till"], () => ({ tokenUrl: url }))).toEqual(["config"]);
      }
    }
    expectNoLeaks();
  });

  test("a store of tokens that fails and quotes them", async () => {
    const leaky = () => Promise.reject(new Error(Object.values(canaries).join(" "), { cause: issued }));
    const withLock = (_: string, work: () => Promise<unknown>) => work();
    const stores = [
      { read: leaky, write: leaky, withLock },
      { read: async () => undefined, write: leaky, withLock },
      { read: async () => undefined, write: async () => undefined, withLock: leaky },
      { read: async () => issued, write: async () => undefined, withLock },
    ];
    for (const tokenStore of stores) {
      const endings = await readAll("token store", answer, grant, ["till", "partner"], () => ({ tokenStore }));
      expect(endings).not.toContain("unexpected");
    }
    expectNoLeaks();
  });

  test("C12 hooks that throw what they are told", async () => {
    const throwing = (event: unknown) => {
      throw new Error(inspect(event, { depth: Infinity }));
    };
    const hooks = () => ({ onRequest: throwing, onResponse: throwing, onRetry: throwing, onWait: throwing });
    expect(await readAll("hooks", answer, grant, undefined, hooks)).toEqual(Object.keys(accounts).map(() => "ok"));
    expectNoLeaks();
  });
});

describe("the search for canaries", () => {
  const secret = canary("sk", "1f2e3d4c5b");

  test("finds it on the console, on both streams and in a process warning", async () => {
    console.warn({ nested: { deeply: { enough: { to: { be: { cut: secret } } } } } });
    process.stdout.write(Buffer.from(secret).toString("hex"));
    process.emitWarning(secret);
    await new Promise((done) => setImmediate(done));
    const leaks = emissions.leaks({ key: secret }).join("\n");
    for (const where of ["console.warn", "stdout", "process warning"]) expect(leaks).toContain(where);
  });

  test("finds a client that leaks, in its error and in what it sends elsewhere", async () => {
    const leaky: typeof fetch = async (input, init) => {
      console.debug("sending", init?.headers);
      return fetch(input, init);
    };
    await readAll("leaky", answer, grant, ["returns"], () => ({ fetch: leaky }));
    expect(emissions.leaks(canaries)).toEqual([expect.stringMatching(/^console\.debug, .+: returns's apiKey/)]);
  });
});
