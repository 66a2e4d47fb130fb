import { afterAll, describe, expect, it } from "vitest";

import type { Fault } from "../src/index.js";
import { createSim } from "../src/index.js";
import { startSim } from "../src/server.js";
import type { Way } from "./requests.js";
import { mugAtLoop, realBases, realToken, send } from "./requests.js";

/** What a caller of `fetch` sees of one call. */
async function outcome(way: Way, ms = 2000): Promise<unknown> {
  const signal = AbortSignal.timeout(ms);
  const withSignal: Way = { ...way, fetch: (input, init) => way.fetch(input, { ...init, signal }) };
  let at = "headers";
  try {
    const response = await send(withSignal, "loop", { path: mugAtLoop });
    at = "body";
    const bytes = Buffer.from(await response.arrayBuffer());
    return {
      status: response.status,
      ok: response.ok,
      type: response.headers.get("content-type"),
      encoding: response.headers.get("content-encoding"),
      // Compression is for the connection to choose; of a large body the size is enough.
      body: bytes.length > 4000 ? bytes.length : bytes.toString("latin1"),
    };
  } catch (error) {
    return { at, name: nameOf(error), code: codeOf(error) };
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function codeOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return undefined;
  return "code" in cause && cause.code !== undefined ? cause.code : cause.name;
}

const server = await startSim({ products: 10, rateLimits: false });
afterAll(() => server.close());
const overSocket: Way = {
  sim: server,
  fetch: (input, init) =>
    fetch(input, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init?.headers)), "Accept-Encoding": "gzip, identity" },
    }),
  bases: server.baseUrls,
  zettleToken: server.tokenUrls.zettle,
};
const sim = createSim({ products: 10, rateLimits: false });
const inProcess: Way = { sim, fetch: sim.fetch, bases: realBases, zettleToken: realToken };

const faults: readonly Fault[] = [
  { type: "status", status: 401 },
  { type: "status", status: 429, headers: { "Retry-After": "2" } },
  { type: "status", status: 503 },
  { type: "status", status: 529, body: "overloaded" },
  { type: "status", status: 700 },
  { type: "status", status: 999 },
  { type: "headers", headers: { "Content-Type": "text/json" } },
  { type: "headers", headers: { "Content-Type": null } },
  { type: "redirect", location: "https://elsewhere.example/" },
  { type: "redirect", location: "../up", status: 308 },
  { type: "html" },
  { type: "empty" },
  { type: "no-content" },
  { type: "partial" },
  { type: "wrong-encoding", kind: "plain" },
  { type: "wrong-encoding", kind: "unknown" },
  { type: "wrong-encoding", kind: "nested", times: 2 },
  { type: "wrong-encoding", kind: "nested" },
  { type: "wrong-encoding", kind: "truncated" },
  { type: "wrong-encoding", kind: "bad-checksum" },
  { type: "bad-utf8" },
  { type: "bad-utf8", kind: "overlong" },
  { type: "bad-utf8", kind: "utf-16" },
  { type: "bom", count: 2 },
  { type: "mutate-json", change: { do: "set", pointer: "/available_count", raw: "43" } },
  { type: "mutate-json", change: { do: "nest", pointer: "/available_count", depth: 200 } },
  { type: "error-in-success" },
  { type: "clock-skew", skewMs: 600_000 },
  { type: "reset" },
  { type: "reset", at: "body" },
  { type: "reset", at: "body", framing: "chunked" },
  { type: "drip", bytes: 50, everyMs: 1 },
  { type: "drip" },
  { type: "truncate" },
  { type: "truncate", bytes: 3 },
  { type: "truncate", framing: "length" },
  { type: "truncate", framing: "chunked" },
  { type: "bomb", kind: "size", bytes: 1_000_000 },
  { type: "bomb", kind: "gzip", bytes: 5_000_000 },
  { type: "bomb", kind: "size", bytes: 1_000_000, status: 500 },
  { type: "malformed", kind: "status-line" },
  { type: "malformed", kind: "padded-status" },
  { type: "malformed", kind: "chunk" },
  { type: "malformed", kind: "two-lengths" },
  { type: "malformed", kind: "length-and-chunked" },
  { type: "malformed", kind: "nul-header" },
  { type: "malformed", kind: "big-headers" },
  { type: "malformed", kind: "many-headers" },
  { type: "cut-connection-after", when: "answer" },
  { type: "extra-bytes" },
  { type: "slow", delayMs: 30 },
  { type: "interim", statuses: [103, 102] },
];

describe("both forms", () => {
  it.each(faults.map((fault) => [JSON.stringify(fault), fault] as const))("show the same of %s", async (_, fault) => {
    sim.setFaults([{ fault }]);
    server.setFaults([{ fault }]);
    const seen = await outcome(inProcess);
    expect(seen).toEqual(await outcome(overSocket));
    expect(sim.requests.at(-1)).toMatchObject({ fault: fault.type, provider: "loop" });
    const { atMs: _at, path: _path, ...logged } = sim.requests.at(-1) ?? {};
    const { atMs: _otherAt, path: _otherPath, ...other } = server.requests.at(-1) ?? {};
    expect(logged).toEqual(other);
  });

  it.each([
    { type: "stall" },
    { type: "stall", at: "body" },
    { type: "drip", everyMs: 200 },
    { type: "drip", everyMs: 200, from: "headers" },
    { type: "bomb", kind: "endless" },
  ] as const)("leave a caller of $type ($at $from $kind) waiting until it gives up", async (fault) => {
    sim.setFaults([{ fault }]);
    server.setFaults([{ fault }]);
    const seen = await outcome(inProcess, 100);
    expect(seen).toMatchObject({ name: "TimeoutError: The operation was aborted due to timeout" });
    expect(seen).toEqual(await outcome(overSocket, 100));
  });
});

describe("in process", () => {
  it("no other host is there", async () => {
    const failure = await sim.fetch("https://api.example.com/").catch((error: unknown) => error);
    expect([nameOf(failure), codeOf(failure)]).toEqual(["TypeError: fetch failed", "ENOTFOUND"]);
    await expect(sim.fetch("https://api.loopreturns.com.example/api/v1/x")).rejects.toThrow("fetch failed");
  });

  it("a path that no provider has is answered by what stands in front of it, in HTML", async () => {
    sim.setFaults([]);
    const [wrong, post] = [
      await sim.fetch(`${realBases.loop}/inventory`),
      await sim.fetch(`${realBases.loop}${mugAtLoop}`, { method: "POST" }),
    ];
    expect([wrong.status, wrong.headers.get("content-type"), post.status]).toEqual([
      404,
      "text/html; charset=utf-8",
      405,
    ]);
  });

  it("an aborted signal rejects with its reason, before, during a delay and in the body", async () => {
    const reason = new Error("enough");
    const read = async (signal: AbortSignal) =>
      (
        await sim.fetch(`${realBases.loop}${mugAtLoop}`, {
          signal,
          headers: { "X-Authorization": sim.credentials.loop.apiKey },
        })
      ).text();
    sim.setFaults([]);
    await expect(read(AbortSignal.abort(reason))).rejects.toBe(reason);
    for (const fault of [
      { type: "slow", delayMs: 60_000 },
      { type: "stall" },
      { type: "stall", at: "body" },
    ] as const) {
      sim.setFaults([{ fault }]);
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 5);
      await expect(read(controller.signal)).rejects.toBe(reason);
    }
  });

  it("a redirect is followed when asked for, without credentials to another origin", async () => {
    const target = `${realBases.fourthwall}/open-api/v1.0/products/00aa4abd-5778-4199-8161-0b49b2f212e5/inventory`;
    sim.setFaults([{ provider: "loop", nth: 1, fault: { type: "redirect", location: target } }]);
    const response = await sim.fetch(`${realBases.loop}${mugAtLoop}`, { headers: { Authorization: "Bearer x" } });
    expect([response.status, response.redirected, response.url]).toEqual([401, true, target]);
    expect(sim.requests.at(-1)?.refusal).toBe("no Authorization header");
  });

  it("a connection that was cut is noticed by the next call", async () => {
    sim.setFaults([{ nth: 1, fault: { type: "cut-connection-after" } }]);
    expect(await outcome(inProcess)).toMatchObject({ status: 200 });
    expect(await outcome(inProcess)).toEqual({
      at: "headers",
      name: "TypeError: fetch failed",
      code: "UND_ERR_SOCKET",
    });
    expect(await outcome(inProcess)).toMatchObject({ status: 200 });
  });

  it("a second answer is taken for that of the next call", async () => {
    sim.setFaults([{ nth: 1, fault: { type: "second-response", body: '{"available_count":1}' } }]);
    expect(await outcome(inProcess)).toMatchObject({ status: 200 });
    expect(await outcome(inProcess)).toMatchObject({ body: '{"available_count":1}' });
  });

  it("a fault that finds nothing to change says so in the log", async () => {
    sim.setFaults([{ fault: { type: "mutate-json", change: { do: "remove", pointer: "/none" } } }]);
    await outcome(inProcess);
    expect(sim.requests.at(-1)).toMatchObject({ fault: "mutate-json", faultMissed: true, status: 200 });
  });

  it("a clock that is off shows in Date, and in what Walleo thinks of a signature", async () => {
    sim.setFaults([{ nth: [1, 2], fault: { type: "clock-skew", skewMs: 600_000 } }]);
    const skewed = await send(inProcess, "loop", { path: mugAtLoop });
    const offMs = Date.parse(skewed.headers.get("date") ?? "") - Date.now();
    expect(Math.abs(offMs - 600_000)).toBeLessThan(5000);
    const card = { path: "/partners/v1/inventories/KELPFR" };
    expect((await send(inProcess, "walleo", card)).status).toBe(401);
    expect(sim.requests.at(-1)?.refusal).toMatch(/the timestamp is -6\d\d s off/);
    expect((await send(inProcess, "walleo", card)).status).toBe(200);
  });

  it("token faults refuse a grant, or make every token that is out expire", async () => {
    const { clientId, apiKey } = sim.credentials.zettle;
    const ask = async () => {
      const grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
      const body = new URLSearchParams({ grant_type: grant, client_id: clientId, assertion: apiKey });
      return (await sim.fetch(realToken, { method: "POST", body })).json();
    };
    sim.setFaults([
      { provider: "zettle", endpoint: "token", nth: 1, fault: { type: "token", kind: "invalid-grant" } },
      {
        provider: "zettle",
        endpoint: "token",
        nth: 3,
        fault: { type: "mutate-json", change: { do: "set", pointer: "/expires_in", raw: '"soon"' } },
      },
      { provider: "zettle", nth: 2, fault: { type: "token", kind: "expire" } },
    ]);
    expect(await ask()).toMatchObject({ error: "invalid_grant" });
    const { access_token: token } = await ask();
    const read = async () => (await send(inProcess, "zettle", { path: "/inventory" }, token)).status;
    expect([await read(), await read(), await read()]).toEqual([200, 401, 401]);
    expect(await ask()).toMatchObject({ expires_in: "soon" });
  });
});
