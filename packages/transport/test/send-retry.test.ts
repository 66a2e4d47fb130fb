import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { gzipSync } from "node:zlib";

import { describe, expect, it, onTestFinished } from "vitest";

import type { Authoriser, ClientOptions, Facts } from "../src/index.js";
import { createRateStore } from "../src/index.js";
import { codeOf, connectItems, facts, failureOf, getItem, searchItems } from "./items.js";
import { json, serve } from "./loopback.js";
import { settle, virtualClock } from "./virtual-clock.js";

const item = '{"id":653985747439023617,"quantity":"7"}';
const exact = { id: "653985747439023617", quantity: "7" };

const limited = (rateLimit: Facts["rateLimit"] & object): Facts => ({ ...facts, rateLimit });

/** A client as users have one: three attempts, a budget. Its budget is its own. */
function connectFully(options: ClientOptions, parts: Parameters<typeof connectItems>[1] = {}) {
  return connectItems({ maxAttempts: 3, rateStore: createRateStore(parts.clock), ...options }, parts);
}

const networkError = (code: string) =>
  new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });

/** A `fetch` whose connections fail with these codes, one after the other; after them it answers. */
function failing(...codes: readonly (string | undefined)[]) {
  const calls: unknown[] = [];
  const fetch = async (url: unknown) => {
    const code = codes[Math.min(calls.length, codes.length - 1)];
    calls.push(url);
    if (code !== undefined) throw networkError(code);
    return new Response(item, { headers: { "content-type": "application/json" } });
  };
  return { fetch, calls };
}

/** A real TCP server that treats its connections one after the other like this. */
async function serveSockets(...answers: readonly ((socket: Socket, request: string) => void)[]) {
  const requests: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      const answer = answers[Math.min(requests.length, answers.length - 1)];
      requests.push(bytes.toString());
      answer?.(socket, bytes.toString());
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
const whole = (body: string) => (socket: Socket) =>
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);

describe("a connection that fails", () => {
  it("T01 is tried again twice when a name cannot be looked up, once when it does not exist", async () => {
    for (const [code, sends] of [
      ["EAI_AGAIN", 3],
      ["ENOTFOUND", 2],
    ] as const) {
      const { fetch, calls } = failing(code);
      const error = await failureOf(getItem(connectFully({ fetch }), { id: "id-canary" }));
      expect(codeOf(error)).toBe("transport{dns}");
      expect(error.attempts).toBe(sends);
      expect(calls).toHaveLength(sends);
      expect(error.message).toContain("acme.example");
    }
    expect(await getItem(connectFully(failing("EAI_AGAIN", undefined)), { id: "1" })).toEqual(exact);
  });

  it("T02 is not seen when another address of the host answers", async () => {
    const { url, seen } = await serve((_, response) => json(response, item));
    const client = connectFully({ baseUrl: url.replace("127.0.0.1", "localhost") });
    expect(await getItem(client, { id: "1" })).toEqual(exact);
    expect(seen).toHaveLength(1);
  });

  it("T03 that never comes about ends as timeout{headers}, for the platform does not tell the two apart", async () => {
    let calls = 0;
    const fetch = async () => new Promise<Response>(() => (calls += 1));
    const error = await failureOf(getItem(connectFully({ fetch, headersTimeoutMs: 20 }), { id: "1" }));
    expect(codeOf(error)).toBe("timeout{headers}");
    expect(calls).toBe(3);
  });

  it("T04 is not tried again when TLS refuses it, and nothing of the request is sent", async () => {
    const { url, requests } = await serveSockets((socket) => socket.end("no TLS here\r\n"));
    const error = await failureOf(
      getItem(connectFully({ baseUrl: url.replace("http:", "https:") }), { id: "path-canary" }),
    );
    expect(codeOf(error)).toBe("transport{tls}");
    expect(error.attempts).toBe(1);
    expect(requests).toHaveLength(1);
    expect(requests.join("")).not.toMatch(/canary|GET/);
    for (const code of [
      "CERT_HAS_EXPIRED",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    ]) {
      const { fetch, calls } = failing(code);
      expect(codeOf(await failureOf(getItem(connectFully({ fetch }), { id: "1" })))).toBe("transport{tls}");
      expect(calls).toHaveLength(1);
    }
  });

  it("T05 is tried again when it is reset before the headers", async () => {
    const reset = (socket: Socket) => socket.resetAndDestroy();
    const { url, requests } = await serveSockets(reset, reset, whole(item));
    expect(await getItem(connectFully({ baseUrl: url }), { id: "1" })).toEqual(exact);
    expect(requests).toHaveLength(3);
    const dead = await serveSockets(reset);
    const error = await failureOf(getItem(connectFully({ baseUrl: dead.url }), { id: "1" }));
    expect(error).toMatchObject({ code: "transport", kind: "reset", attempts: 3, retryable: true });
  });

  it("T06 T07 retries the whole request when the body is reset: the second answer counts, never a part of the first", async () => {
    const half = '{"id":1,"quantity":"12';
    for (const begin of [
      `${head}content-length: ${item.length}\r\n\r\n${half}`,
      `${head}transfer-encoding: chunked\r\n\r\n${half.length.toString(16)}\r\n${half}\r\n`,
    ]) {
      const { url, requests } = await serveSockets((socket) => {
        socket.write(begin, () => setTimeout(() => socket.resetAndDestroy(), 30));
      }, whole(item));
      expect(await getItem(connectFully({ baseUrl: url }), { id: "1" })).toEqual(exact);
      expect(requests).toHaveLength(2);
      expect(requests.join("")).not.toMatch(/^range:/im);
    }
  });

  it("T08 is tried again for a read on a stale connection, and not for a POST that may change something", async () => {
    for (const code of ["EPIPE", "UND_ERR_SOCKET", "ECONNRESET"]) {
      const read = failing(code, undefined);
      expect(await getItem(connectFully(read), { id: "1" })).toEqual(exact);
      const safe = failing(code, undefined);
      expect(await searchItems(connectFully(safe), { ids: ["1"] })).toMatchObject({ quantity: "7" });
      const write = failing(code, undefined);
      const unsafe: Facts = { operations: { "POST /search": { operation: "searchItems" } } };
      const error = await failureOf(searchItems(connectFully(write, { facts: unsafe }), { ids: ["1"] }));
      expect(codeOf(error)).toBe("transport{reset}");
      expect([read.calls.length, safe.calls.length, write.calls.length]).toEqual([2, 2, 1]);
    }
  });

  it("T14 T15 is tried again once when what comes is no HTTP", async () => {
    for (const bytes of [
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}",
      "HTTP/1.1 200 OK\r\nx-nul: a\0b\r\n\r\n{}",
      "HTTP/9.9 what\r\n\r\n",
      `HTTP/1.1 200 OK\r\nx-large: ${"x".repeat(20_000)}\r\n\r\n{}`,
      `HTTP/1.1 200 OK\r\n${Array.from({ length: 10_000 }, (_, index) => `x-${index}: 1\r\n`).join("")}\r\n{}`,
    ]) {
      const { url, requests } = await serveSockets((socket) => socket.end(bytes));
      const error = await failureOf(getItem(connectFully({ baseUrl: url }), { id: "1" }));
      expect(codeOf(error)).toBe("transport{protocol}");
      expect([error.attempts, requests.length]).toEqual([2, 2]);
    }
  });
});

describe("an answer that does not come", () => {
  it("T09 T11 is timeout{headers} after the time for headers, and tried again within the deadline", async () => {
    const quiet = await serveSockets(() => undefined);
    const slow = await serveSockets((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      const drip = setInterval(() => socket.write("x-drip: 1\r\n"), 10);
      socket.on("close", () => clearInterval(drip));
    });
    for (const { url, requests } of [quiet, slow]) {
      const begun = performance.now();
      const error = await failureOf(getItem(connectFully({ baseUrl: url, headersTimeoutMs: 60 }), { id: "1" }));
      expect(codeOf(error)).toBe("timeout{headers}");
      expect([error.attempts, requests.length]).toEqual([3, 3]);
      expect(performance.now() - begun).toBeLessThan(10 * 500);
    }
    const once = await serveSockets(() => undefined, whole(item));
    expect(await getItem(connectFully({ baseUrl: once.url, headersTimeoutMs: 100 }), { id: "1" })).toEqual(exact);
  });

  it("T10 is timeout{body} for a body that trickles for ever, and the deadline bounds that too", async () => {
    const { url, sockets } = await serve((_, response) => {
      response.on("error", () => undefined);
      response.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 10);
      response.on("close", () => clearInterval(drip));
    });
    const error = await failureOf(getItem(connectFully({ baseUrl: url, bodyTimeoutMs: 80 }), { id: "1" }));
    expect(error).toMatchObject({ code: "timeout", kind: "body", attempts: 3 });
    const client = connectFully({ baseUrl: url, bodyTimeoutMs: 20_000, deadlineMs: 100 });
    expect(codeOf(await failureOf(getItem(client, { id: "1" })))).toBe("timeout{total}");
    await expect.poll(() => sockets.size).toBe(0);
  });

  it("T10 is timeout{body} for a body that comes to a halt for ten seconds", async () => {
    const clock = virtualClock();
    let sent = 0;
    const fetch = async () => {
      sent += 1;
      const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"a":')) });
      return new Response(body, { headers: { "content-type": "application/json" } });
    };
    const call = failureOf(getItem(connectFully({ fetch, maxAttempts: 1 }, { clock }), { id: "1" }));
    await expect.poll(() => sent).toBe(1);
    await clock.advance(9_999);
    expect(clock.timers).toBe(1);
    await clock.advance(2);
    expect(codeOf(await call)).toBe("timeout{body}");
    expect(clock.timers).toBe(0);
  });

  it("T17 ends everything that ran out of time while the machine slept, at once and without a burst", async () => {
    const clock = virtualClock();
    const sent: number[] = [];
    const fetch = async () => {
      sent.push(clock.now());
      return new Promise<Response>(() => undefined);
    };
    const client = connectFully(
      { fetch },
      { clock, facts: limited({ requests: 2, windowMs: 1000, scope: "account" }) },
    );
    const calls = Array.from({ length: 50 }, async (_, id) => failureOf(getItem(client, { id: String(id) })));
    await expect.poll(() => sent.length).toBe(2);
    await clock.suspend(600_000);
    const ends = new Set((await Promise.all(calls)).map(codeOf));
    expect([...ends].toSorted()).toEqual(["timeout{queue}", "timeout{total}"]);
    expect(sent).toHaveLength(2);
    expect(clock.timers).toBe(0);
  });

  it("T17 ends a call of a process that really was stopped", async () => {
    const { url, seen } = await serve(() => undefined);
    const script = `
      import { registerHooks } from "node:module";
      import createFetchClient from "openapi-fetch";
      registerHooks({
        resolve: (specifier, context, next) =>
          next(context.parentURL?.includes("/src/") ? specifier.replace(/\\.js$/, ".ts") : specifier, context),
      });
      const { connect, headerKey } = await import("@inv/transport");
      const client = connect(createFetchClient, { provider: "acme", baseUrl: ${JSON.stringify(url)},
        facts: { operations: {}, rateLimit: { requests: 1, windowMs: 200, scope: "account" } }, credentials: {}, scheme: "key",
        authoriser: headerKey("X-Key", "k") }, { deadlineMs: 1500, maxAttempts: 1 });
      const ends = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) =>
        client.GET("/items/{id}", { params: { path: { id } } }).catch((error) => error.code + "{" + error.kind + "}")));
      console.log(JSON.stringify(ends));
    `;
    const child = spawn(process.execPath, ["--conditions=@inv/source", "--input-type=module", "-e", script], {
      cwd: new URL("..", import.meta.url),
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let out = "";
    child.stdout.on("data", (bytes) => (out += String(bytes)));
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBeGreaterThan(1);
    child.kill("SIGSTOP");
    const before = seen.length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    child.kill("SIGCONT");
    await once(child, "close");
    expect(seen.length).toBe(before);
    for (const end of JSON.parse(out)) expect(end).toMatch(/^timeout\{(total|queue)\}$/);
  }, 30_000);

  it("T18 a thousand calls at once have no more requests in flight than the cap, and open few connections", async () => {
    let inFlight = 0;
    let mostInFlight = 0;
    let mostSockets = 0;
    const { url, sockets, seen } = await serve((_, response) => {
      mostInFlight = Math.max(mostInFlight, (inFlight += 1));
      mostSockets = Math.max(mostSockets, sockets.size);
      setTimeout(() => {
        inFlight -= 1;
        json(response, item);
      }, 5);
    });
    const client = connectFully({ baseUrl: url });
    const ends = await Promise.all(Array.from({ length: 1000 }, async () => getItem(client, { id: "1" })));
    expect(ends.every(({ quantity }) => quantity === "7")).toBe(true);
    expect(seen).toHaveLength(1000);
    expect(mostInFlight).toBe(8);
    // The platform may open a connection while the last one is about to become free.
    expect(mostSockets).toBeLessThanOrEqual(2 * 8);
  });

  it("T18 is transport when the machine has no socket left", async () => {
    const { fetch } = failing("EMFILE");
    expect(codeOf(await failureOf(getItem(connectFully({ fetch }), { id: "1" })))).toBe("transport{network}");
  });
});

describe("T13 bytes that nobody asked for", () => {
  const answerOf = (id: string) => `${head}content-length: ${id.length + 7}\r\n\r\n{"id":${id}}`;
  const cases: Record<string, (socket: Socket) => unknown> = {
    "behind the announced length": (socket) => socket.write("extra"),
    "that are a second answer, with the first": (socket) => socket.write(answerOf("666")),
    "that are a second answer, after the first": (socket) => setTimeout(() => socket.write(answerOf("666")), 5),
  };
  for (const [name, addTo] of Object.entries(cases))
    it(`${name}, are never the answer to the next call`, async () => {
      const { url } = await serveSockets((socket, request) => {
        socket.write(answerOf(/items\/(\d+)/.exec(request)?.[1] ?? "0"));
        addTo(socket);
      });
      const client = connectFully({ baseUrl: url });
      for (const id of ["1", "2", "3", "4", "5"]) {
        expect(await getItem(client, { id })).toEqual({ id });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
});

describe("an answer that is no good", () => {
  /** How a call ends, and after how many requests, when every answer is like this. */
  async function endOf(status: number, headers: Record<string, string>, body: string | Uint8Array = "{}") {
    const { url, seen } = await serve((_, response) => {
      response.writeHead(status, headers);
      response.end(body);
    });
    const error = await failureOf(getItem(connectFully({ baseUrl: url }), { id: "1" }));
    expect(seen).toHaveLength(error.attempts ?? 0);
    return `${codeOf(error)} after ${seen.length}`;
  }
  const asJson = { "content-type": "application/json" };

  it("H03 is asked for once more when it is HTML", async () => {
    expect(await endOf(200, { "content-type": "text/html" }, "<h1>")).toBe("payload{content-type} after 2");
  });

  it("H04 is asked for again when it is empty", async () => {
    expect(await endOf(200, asJson, "")).toBe("payload{empty} after 3");
    expect(await endOf(204, {}, "")).toBe("payload{empty} after 3");
  });

  it("H05 is not asked for again when it is a part", async () => {
    expect(await endOf(206, asJson)).toBe("payload{partial} after 1");
  });

  it("H11 is asked for again after 408, 425 and 5xx, except 501 and 505", async () => {
    for (const status of [408, 425]) expect(await endOf(status, asJson)).toBe("http after 3");
    for (const status of [500, 502, 503, 504, 529, 599]) expect(await endOf(status, asJson)).toBe("server after 3");
    for (const status of [501, 505]) expect(await endOf(status, asJson)).toBe("server after 1");
  });

  it("H16 is payload{encoding} when it is encoded more than twice, or in an unknown way", async () => {
    const encoded = async (encoding: string) => endOf(200, { ...asJson, "content-encoding": encoding }, "{}");
    const thrice = { ...asJson, "content-encoding": "gzip, gzip, gzip" };
    expect(await endOf(200, thrice, gzipSync(gzipSync(gzipSync(item))))).toBe("payload{encoding} after 1");
    expect(await encoded(Array.from({ length: 50 }, () => "gzip").join(", "))).toBe("payload{encoding} after 1");
    expect(await encoded("rot13")).toBe("payload{encoding} after 1");
    expect(await encoded("gzip")).toBe("payload{encoding} after 1");
  });

  it("H16 is read when it is encoded twice", async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { ...asJson, "content-encoding": "gzip, gzip" });
      response.end(gzipSync(gzipSync(item)));
    });
    expect(await getItem(connectFully({ baseUrl: url }), { id: "1" })).toEqual(exact);
  });

  it("H18 is asked for again when its compressed bytes are damaged or cut", async () => {
    const zipped = gzipSync(item);
    const damaged = Buffer.from(zipped);
    damaged[damaged.length - 6] = (damaged.at(-6) ?? 0) ^ 0xff;
    const encoded = { ...asJson, "content-encoding": "gzip" };
    expect(await endOf(200, encoded, damaged)).toBe("payload{truncated} after 3");
    expect(await endOf(200, encoded, zipped.subarray(0, 30))).toMatch(
      /^payload\{(?:truncated\} after 3|not-json\} after 2)$/,
    );
  });

  it("P01 is asked for once more when its JSON is cut", async () => {
    expect(await endOf(200, asJson, item.slice(0, -2))).toBe("payload{not-json} after 2");
  });

  it("H17 P16 is not asked for again when it is too large or of the wrong shape", async () => {
    expect(await endOf(200, asJson, '{"id":true}')).toBe("schema after 1");
    expect(await endOf(200, asJson, "x".repeat(11 * 1024 * 1024))).toBe("payload{too-large} after 1");
  });

  it("H21 has the first valid Retry-After of several, and no two types that differ", async () => {
    const wait = async (...values: string[]) => {
      const { url } = await serveSockets((socket) => {
        const lines = values.map((value) => `retry-after: ${value}\r\n`).join("");
        socket.end(`HTTP/1.1 429 Slow\r\n${lines}content-length: 2\r\n\r\n{}`);
      });
      return (await failureOf(getItem(connectFully({ baseUrl: url }), { id: "1" }))).retryAfterMs;
    };
    expect(await wait("120", "60")).toBe(120_000);
    expect(await wait("soon", "60")).toBe(60_000);
    const date = new Date(Date.now() + 90_000).toUTCString();
    expect(await wait(date, "240")).toBeLessThanOrEqual(90_000);
    const types = async (...values: string[]) => {
      const { url } = await serveSockets((socket) => {
        const lines = values.map((value) => `content-type: ${value}\r\n`).join("");
        socket.end(`HTTP/1.1 200 OK\r\n${lines}content-length: ${item.length}\r\n\r\n${item}`);
      });
      return getItem(connectFully({ baseUrl: url, maxAttempts: 1 }), { id: "1" });
    };
    expect(await types("application/json", "application/json; charset=utf-8")).toEqual(exact);
    expect(codeOf(await failureOf(types("application/json", "text/html")))).toBe("payload{content-type}");
    expect(codeOf(await failureOf(types("application/json", "application/json; charset=latin1")))).toBe(
      "payload{encoding}",
    );
  });
});

describe("every attempt", () => {
  it("A19 is authorised after the wait, anew", async () => {
    const clock = virtualClock();
    const signed: number[] = [];
    const authoriser: Authoriser = {
      authorise: ({ headers }) => {
        signed.push(clock.now());
        headers.set("X-Signed-At", String(clock.now()));
      },
    };
    const seen: [at: number, signature: string | null][] = [];
    const fetch = async (_: unknown, init?: RequestInit) => {
      seen.push([clock.now(), new Headers(init?.headers).get("x-signed-at")]);
      return new Response(item, {
        status: seen.length === 1 ? 429 : 200,
        headers: { "content-type": "application/json", "retry-after": "20" },
      });
    };
    const client = connectFully(
      { fetch, deadlineMs: 200_000 },
      { clock, authoriser, facts: limited({ requests: 1, windowMs: 60_000, scope: "account" }) },
    );
    const calls = Promise.all([getItem(client, { id: "1" }), getItem(client, { id: "2" })]);
    await expect.poll(() => seen.length).toBe(1);
    await clock.advance(200_000);
    await calls;
    expect(signed).toEqual([0, 60_020, 120_040]);
    expect(seen).toEqual([
      [0, "0"],
      [60_020, "60020"],
      [120_040, "120040"],
    ]);
  });

  it("A25 asks a credential function anew", async () => {
    const { url, seen } = await serve((_, response, index) => json(response, item, index < 2 ? 500 : 200));
    let count = 0;
    const authoriser: Authoriser = { authorise: ({ headers }) => headers.set("X-Api-Key", `key-${(count += 1)}`) };
    await getItem(connectFully({ baseUrl: url }, { authoriser }), { id: "1" });
    expect(seen.map(({ headers }) => headers["x-api-key"])).toEqual(["key-1", "key-2", "key-3"]);
  });

  it("A03 A04 is the last one after 401 and 403", async () => {
    for (const status of [401, 403]) {
      const { url, seen } = await serve((_, response) => json(response, "{}", status));
      expect((await failureOf(getItem(connectFully({ baseUrl: url }), { id: "1" }))).attempts).toBe(1);
      expect(seen).toHaveLength(1);
    }
  });

  it("A08 is not made because authorising failed, whatever that failed with", async () => {
    let asked = 0;
    const authoriser: Authoriser = {
      authorise: () => {
        asked += 1;
        throw networkError("ECONNRESET");
      },
    };
    const { url, seen } = await serve((_, response) => json(response, item));
    await failureOf(getItem(connectFully({ baseUrl: url }, { authoriser }), { id: "1" }));
    expect([asked, seen.length]).toEqual([1, 0]);
  });

  it("A07 may follow a 401 once with a newer credential, and its own failures are retried beside that", async () => {
    const answers = [500, 401, 500, 200];
    const { url, seen } = await serve((_, response, index) => json(response, item, answers[index] ?? 200));
    let token = 1;
    const authoriser: Authoriser = {
      authorise: ({ headers }) => {
        headers.set("X-Token", String(token));
        return String(token);
      },
      rejected: () => (token += 1) > 0,
    };
    const error = getItem(connectFully({ baseUrl: url }, { authoriser }), { id: "1" });
    expect(await error).toEqual(exact);
    expect(seen.map(({ headers }) => headers["x-token"])).toEqual(["1", "1", "2", "2"]);
  });
});

describe("Retry-After", () => {
  it("R04 pauses every caller of the account, not only the one that was told", async () => {
    const clock = virtualClock();
    const sent: number[] = [];
    const fetch = async () => {
      sent.push(clock.now());
      return new Response(item, {
        status: sent.length === 1 ? 429 : 200,
        headers: { "content-type": "application/json", "retry-after": "2" },
      });
    };
    const rateStore = createRateStore(clock);
    const client = connectFully({ fetch, rateStore }, { clock });
    const other = connectFully({ fetch, rateStore }, { clock });
    const first = getItem(client, { id: "1" });
    await expect.poll(() => sent.length).toBe(1);
    await settle();
    const rest = [getItem(other, { id: "2" }), getItem(client, { id: "3" })];
    await clock.advance(1999);
    expect(sent).toEqual([0]);
    await clock.advance(500);
    await Promise.all([first, ...rest]);
    expect(sent).toHaveLength(4);
    for (const at of sent.slice(1)) expect(at).toBeGreaterThanOrEqual(2000);
  });

  it("R05 beyond the deadline fails at once, and later calls fail without a request", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}", 429, { "retry-after": "120" }));
    const client = connectFully({ baseUrl: url });
    const begun = performance.now();
    expect(await failureOf(getItem(client, { id: "1" }))).toMatchObject({ retryAfterMs: 120_000, attempts: 1 });
    const later = await failureOf(getItem(client, { id: "2" }));
    expect(later).toMatchObject({ code: "rate-limited", attempts: 0, retryable: true, operation: "getItem" });
    expect(later.retryAfterMs).toBeGreaterThan(110_000);
    expect(later.retryAfterMs).toBeLessThanOrEqual(120_000);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(seen).toHaveLength(1);
  });

  it("R06 may be any date of RFC 9110, by the clock of the provider", async () => {
    for (const [date, retryAfter, waitMs] of [
      ["Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:51:37 GMT", 120_000],
      ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:51:37 GMT", 120_000],
      ["Sun, 06 Nov 1994 08:49:37 GMT", "Sun Nov  6 08:51:37 1994", 120_000],
      ["Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 0120 08:51:37 GMT", 0],
    ] as const) {
      const { url } = await serve((_, response) => json(response, "{}", 429, { date, "retry-after": retryAfter }));
      const error = await failureOf(getItem(connectFully({ baseUrl: url, maxAttempts: 1 }), { id: "1" }));
      expect(error.retryAfterMs, retryAfter).toBe(waitMs);
    }
  });

  it("R07 is the documented window when a 429 has none", async () => {
    const { url, seen } = await serve((_, response, index) => json(response, item, index === 0 ? 429 : 200));
    const second = { requests: 4, windowMs: 300, scope: "account" } as const;
    const begun = performance.now();
    expect(await getItem(connectFully({ baseUrl: url }, { facts: limited(second) }), { id: "1" })).toEqual(exact);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(299);
    expect(seen).toHaveLength(2);
    const loop = { requests: 300, windowMs: 60_000, scope: "account" } as const;
    const always = await serve((_, response) => json(response, "{}", 429));
    const error = await failureOf(
      getItem(connectFully({ baseUrl: always.url }, { facts: limited(loop) }), { id: "1" }),
    );
    expect(error).toMatchObject({ code: "rate-limited", retryAfterMs: 60_000, attempts: 1 });
  });

  it("R08 of a 503 is honoured the same way", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}", 503, { "retry-after": "120" }));
    const client = connectFully({ baseUrl: url });
    expect(await failureOf(getItem(client, { id: "1" }))).toMatchObject({ code: "server", retryAfterMs: 120_000 });
    expect((await failureOf(getItem(client, { id: "2" }))).attempts).toBe(0);
    expect(seen).toHaveLength(1);
  });

  it("R09 X-RateLimit-Remaining: 0 pauses until the reset, in seconds from now or since 1970", async () => {
    for (const headers of [
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "100" },
      { "ratelimit-remaining": "0", "ratelimit-reset": "100" },
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.round(Date.now() / 1000) + 100) },
    ]) {
      const { url, seen } = await serve((_, response) => json(response, item, 200, headers));
      const client = connectFully({ baseUrl: url });
      expect(await getItem(client, { id: "1" })).toEqual(exact);
      const error = await failureOf(getItem(client, { id: "1" }));
      expect(error).toMatchObject({ code: "rate-limited", attempts: 0 });
      expect(error.retryAfterMs).toBeGreaterThan(90_000);
      expect(error.retryAfterMs).toBeLessThan(102_000);
      expect(seen).toHaveLength(1);
    }
    for (const remaining of ["1", "00x", "-0", "0.5", "4294967296", ""]) {
      const { url } = await serve((_, response) =>
        json(response, item, 200, { "x-ratelimit-remaining": remaining, "x-ratelimit-reset": "100" }),
      );
      const client = connectFully({ baseUrl: url });
      await getItem(client, { id: "1" });
      expect(await getItem(client, { id: "1" })).toEqual(exact);
    }
  });
});

describe("a rate budget", () => {
  it("R01 R03 at the server no window holds more than the limit, and 95 % of it is reached", async () => {
    const limit = { requests: 40, windowMs: 1000, scope: "account", concurrency: 32 } as const;
    const windows = 3;
    let reached = 0;
    // A machine that is busy with something else reaches less, but must never send more.
    for (let round = 0; round < 3 && reached < 0.95; round++) {
      const arrivals: number[] = [];
      const { url } = await serve((_, response, index) => {
        arrivals.push(performance.now());
        json(response, item, index % 10 === 9 ? 503 : 200);
      });
      const client = connectFully({ baseUrl: url, deadlineMs: 4000 }, { facts: limited(limit) });
      await Promise.allSettled(Array.from({ length: 300 }, async (_, id) => getItem(client, { id: String(id) })));
      for (const start of arrivals)
        expect(arrivals.filter((at) => at >= start && at < start + limit.windowMs).length).toBeLessThanOrEqual(40);
      const [first = 0] = arrivals;
      const next = arrivals[windows * limit.requests] ?? Infinity;
      reached = (windows * limit.windowMs) / (next - first);
    }
    expect(reached).toBeGreaterThanOrEqual(0.95);
  }, 30_000);

  it("R03 counts a token request, which needs no place that calls are waiting with", async () => {
    const clock = virtualClock();
    const sent: [what: string, at: number][] = [];
    let token: Promise<string> | undefined;
    const authoriser: Authoriser = {
      async authorise({ headers, pace }) {
        token ??= (async () => {
          await pace?.(new AbortController().signal);
          sent.push(["token", clock.now()]);
          return "token";
        })();
        headers.set("X-Token", await token);
      },
    };
    const fetch = async () => {
      sent.push(["call", clock.now()]);
      return new Response(item, { headers: { "content-type": "application/json" } });
    };
    const facts2 = limited({ requests: 2, windowMs: 1000, scope: "account" });
    const client = connectFully({ fetch }, { clock, authoriser, facts: facts2 });
    const calls = Promise.all(Array.from({ length: 4 }, async (_, id) => getItem(client, { id: String(id) })));
    await expect.poll(() => sent.length).toBe(2);
    await clock.advance(5000);
    await calls;
    expect(sent.map(([what]) => what)).toEqual(["token", "call", "call", "call", "call"]);
    for (const [, start] of sent)
      expect(sent.filter(([, at]) => at >= start && at < start + 1000).length).toBeLessThanOrEqual(2);
  });

  it("R10 does not care about jumps of the wall clock", async () => {
    const now = Date.now;
    const { url, seen } = await serve((_, response) => json(response, item));
    const client = connectFully({ baseUrl: url }, { facts: limited({ requests: 2, windowMs: 200, scope: "account" }) });
    const begun = performance.now();
    try {
      for (const jumpMs of [3_600_000, -3_600_000, 0]) {
        Date.now = () => now() + jumpMs;
        await Promise.all([getItem(client, { id: "1" }), getItem(client, { id: "2" })]);
      }
    } finally {
      Date.now = now;
    }
    expect(performance.now() - begun).toBeGreaterThanOrEqual(2 * 219);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(seen).toHaveLength(6);
  });

  it("R12 C08 lets a queued call go at once when it is aborted or out of time, as cancelled or timeout{queue}", async () => {
    const { url, seen } = await serve((_, response) => json(response, item));
    const facts2 = limited({ requests: 1, windowMs: 1000, scope: "account" });
    const client = connectFully({ baseUrl: url }, { facts: facts2 });
    await getItem(client, { id: "1" });
    const controller = new AbortController();
    const aborted = failureOf(getItem(client, { id: "2" }, { signal: controller.signal }));
    const late = failureOf(getItem(client, { id: "3" }, { deadlineMs: 100 }));
    const last = getItem(client, { id: "4" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const begun = performance.now();
    controller.abort();
    expect(await aborted).toMatchObject({ code: "cancelled", attempts: 0 });
    expect(performance.now() - begun).toBeLessThan(20 * 10);
    expect(await late).toMatchObject({ code: "timeout", kind: "queue", attempts: 0, retryable: true });
    expect(await last).toEqual(exact);
    expect(seen.map(({ url: path }) => path)).toEqual(["/items/1", "/items/4"]);
  });

  it("R15 sends no more than 1.1 requests a call when a provider fails for five minutes and 100 callers go on", async () => {
    const clock = virtualClock();
    let requests = 0;
    let calls = 0;
    const fetch = async () => {
      requests += 1;
      return new Response("{}", { status: 500, headers: { "content-type": "application/json" } });
    };
    const facts2 = limited({ requests: 20, windowMs: 1000, scope: "account" });
    const client = connectFully({ fetch }, { clock, facts: facts2 });
    const caller = async () => {
      while (clock.now() < 300_000) {
        calls += 1;
        await getItem(client, { id: "1" }).catch(() => undefined);
      }
    };
    const callers = Promise.all(Array.from({ length: 100 }, caller));
    await expect.poll(() => requests).toBeGreaterThan(0);
    await clock.advance(340_000);
    await callers;
    expect(calls).toBeGreaterThan(3000);
    expect(requests).toBeGreaterThan(calls);
    expect(requests).toBeLessThanOrEqual(1.1 * calls);
  }, 60_000);

  it("A24 C17 is shared by the clients of one account and by no other", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}", 429, { "retry-after": "120" }));
    const credentials = { key: [{ option: "apiKey", variable: "K", secret: true, page: "" }] } as const;
    const connectAs = (apiKey: string, scope: "account" | "ip") => {
      const options: ClientOptions & { apiKey: string } = { baseUrl: url, apiKey, rateStore };
      return connectFully(options, { credentials, facts: limited({ requests: 9, windowMs: 1000, scope }) });
    };
    const rateStore = createRateStore();
    const attemptsOf = async (apiKey: string, scope: "account" | "ip") =>
      (await failureOf(getItem(connectAs(apiKey, scope), { id: "1" }))).attempts;
    expect(await attemptsOf("one", "account")).toBe(1);
    expect(await attemptsOf("one", "account")).toBe(0);
    expect(await attemptsOf("two", "account")).toBe(1);
    expect(await attemptsOf("three", "ip")).toBe(1);
    expect(await attemptsOf("four", "ip")).toBe(0);
    expect(seen).toHaveLength(3);
  });
});

describe("what caches say", () => {
  it("H19 is told beside the answer", async () => {
    const notes = async (headers: Record<string, string>) => {
      const { url } = await serve((_, response) => json(response, item, 200, headers));
      let told: unknown;
      const client = connectFully({ baseUrl: url });
      const init = { params: { path: { id: "1" } }, onAnswer: (answer: unknown) => (told = answer) };
      await client.GET("/items/{id}", init);
      return told;
    };
    expect(await notes({ age: "3600", "x-request-id": "r-1" })).toEqual({
      ageMs: 3_600_000,
      fromCache: true,
      requestId: "r-1",
    });
    expect(await notes({ age: "0" })).toEqual({ ageMs: 0, fromCache: false });
    expect(await notes({ age: "old", warning: '110 - "Response is Stale"' })).toEqual({ fromCache: true });
    expect(await notes({ "x-cache": "Hit from cloudfront" })).toEqual({ fromCache: true });
    expect(await notes({ "x-cache": "MISS", warning: "199 - x" })).toEqual({ fromCache: false });
  });
});

describe("an option that cannot be right", () => {
  it("is config with its name", () => {
    for (const options of [
      { maxAttempts: 0 },
      { maxAttempts: 1.5 },
      { headersTimeoutMs: 0 },
      { bodyTimeoutMs: Number.NaN },
      { rateShare: 0 },
      { rateShare: 1.1 },
      { rateStore: {} },
    ])
      // @ts-expect-error -- a caller without types
      expect(() => connectItems(options)).toThrow(
        expect.objectContaining({ code: "config", message: expect.stringContaining(Object.keys(options)[0] ?? "") }),
      );
  });
});
