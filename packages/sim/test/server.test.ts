import { once } from "node:events";
import { Agent, get } from "node:http";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";

import { afterAll, beforeEach, describe, expect, it } from "vitest";

import { startSim } from "../src/server.js";
import type { Way } from "./requests.js";
import { fetchToken, mugAtLoop, send, signWalleo } from "./requests.js";

const sim = await startSim({ products: 200, rateLimits: false });
const port = Number(new URL(sim.url).port);
const way: Way = { sim, fetch, bases: sim.baseUrls, zettleToken: sim.tokenUrls.zettle };
const key = `X-Authorization: ${sim.credentials.loop.apiKey}`;
const request = `GET /loop${mugAtLoop} HTTP/1.1\r\nHost: x\r\n${key}\r\n\r\n`;
afterAll(() => sim.close());
beforeEach(() => sim.setFaults([]));

/** A connection and all that has come over it. */
async function open(): Promise<{
  socket: Socket;
  closed: Promise<unknown>;
  text: () => string;
  until: (part: string | RegExp) => Promise<string>;
}> {
  const socket = connect(port, "127.0.0.1");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await once(socket, "connect");
  let text = "";
  socket.on("data", (bytes) => (text += bytes.toString("latin1")));
  socket.on("error", () => undefined);
  const until = async (part: string | RegExp) => {
    for (let turn = 0; turn < 400; turn++) {
      if (typeof part === "string" ? text.includes(part) : part.test(text)) return text;
      await setTimeout(5);
    }
    throw new Error(`nothing like ${String(part)} came, but ${JSON.stringify(text.slice(0, 300))}`);
  };
  return { socket, closed, text: () => text, until };
}

describe("the server", () => {
  it("listens on 127.0.0.1, each provider below its id", async () => {
    expect(sim.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(sim.baseUrls.loop).toBe(`${sim.url}/loop`);
    const token = await fetchToken(way);
    const asked = [
      ["walleo", "/partners/v1/inventories/KELPFR"],
      ["fourthwall", "/open-api/v1.0/products/00aa4abd-5778-4199-8161-0b49b2f212e5/inventory"],
      ["augno", "/v1/catalog/items/it_01HTEA7K2M/inventory?include[]=on_hand"],
      ["zettle", "/inventory"],
      ["loop", mugAtLoop],
    ] as const;
    for (const [provider, path] of asked) expect((await send(way, provider, { path }, token)).status).toBe(200);
    expect((await fetch(`${sim.url}/shopify/x`)).status).toBe(404);
  });

  it("takes a signature over the URL as the client sees it", async () => {
    const path = "/walleo/partners/v1/inventories/KELPFR";
    const status = async (url: string) => {
      const authorization = signWalleo(sim.credentials.walleo, "GET", url, Math.floor(Date.now() / 1000));
      return (await fetch(`${sim.url}${path}`, { headers: { Authorization: authorization } })).status;
    };
    expect(await status(`${sim.url}${path}`)).toBe(200);
    expect(await status(`https://api.walleo.io${path.slice(7)}`)).toBe(401);
  });

  it("compresses larger answers for those who read gzip, and sends them in chunks", async () => {
    const token = await fetchToken(way);
    const headers = `Authorization: Bearer ${token}\r\nHost: x`;
    const zipped = await open();
    zipped.socket.write(`GET /zettle/inventory HTTP/1.1\r\n${headers}\r\nAccept-Encoding: gzip\r\n\r\n`);
    const text = await zipped.until(/\r\n0\r\n\r\n$/);
    expect(text).toContain("Content-Encoding: gzip");
    expect(text).toContain("Transfer-Encoding: chunked");
    const plain = await open();
    plain.socket.write(`GET /zettle/inventory HTTP/1.1\r\n${headers}\r\n\r\n`);
    const [head = "", body = ""] = (await plain.until(/"latest":0\}$/)).split("\r\n\r\n");
    expect(head).toContain(`Content-Length: ${body.length}`);
    const viaFetch = await send(way, "zettle", { path: "/inventory" }, token);
    expect(await viaFetch.text()).toBe(body);
    for (const { socket } of [zipped, plain]) socket.destroy();
  });

  it("keeps a connection, and answers requests that come at once in their order", async () => {
    const { socket, closed, until } = await open();
    const other = request.replace("788417", "788419");
    socket.write(request + other + request.replace("Host: x", "Connection: close\r\nHost: x"));
    const text = await until(/42.*-3.*42/s);
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
    await closed;
  });

  it("reads a request that comes byte by byte", async () => {
    const { socket, until } = await open();
    socket.setNoDelay(true);
    for (const byte of request) {
      socket.write(byte);
      await new Promise(setImmediate);
    }
    expect(await until('"available_count":42')).toContain("HTTP/1.1 200 OK");
    socket.destroy();
  });

  it("reads a body in chunks, and tells a client that waits to go on", async () => {
    const { clientId, apiKey } = sim.credentials.zettle;
    const form = `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&client_id=${clientId}&assertion=${apiKey}`;
    const { socket, until } = await open();
    socket.write(
      "POST /zettle/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
        "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    await until("HTTP/1.1 100 Continue\r\n");
    for (const part of [form.slice(0, 20), form.slice(20)]) socket.write(`${part.length.toString(16)}\r\n${part}\r\n`);
    socket.write("0\r\n\r\n");
    expect(await until("access_token")).toContain("HTTP/1.1 200 OK");
    socket.destroy();
  });

  it.each([
    "NONSENSE\r\n\r\n",
    "GET /loop HTTP/1.1\r\nno colon\r\n\r\n",
    "POST /loop HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "POST /loop HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST /loop HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  ])("answers %j with 400 and ends the connection", async (text) => {
    const { socket, closed, until } = await open();
    socket.write(text);
    expect(await until("\r\n\r\n")).toContain("HTTP/1.1 400 Bad Request");
    await closed;
  });

  it("sends the two halves of a large answer to a client that reads slowly", async () => {
    sim.setFaults([{ fault: { type: "bomb", kind: "size", bytes: 8_000_000 } }]);
    const { socket, text, until } = await open();
    socket.pause();
    socket.write(request);
    await setTimeout(50);
    socket.resume();
    await until(/"\}$/);
    expect(text().split("\r\n\r\n")[1]?.length).toBe(8_000_000);
    socket.destroy();
  });
});

describe("faults below HTTP", () => {
  it("bytes after the length are there", async () => {
    sim.setFaults([{ fault: { type: "extra-bytes", text: "surplus" } }]);
    const { socket, until } = await open();
    socket.write(request);
    expect(await until(/surplus$/)).toContain("}surplus");
    socket.destroy();
  });

  it.each(["at-once", "later", "with-next"] as const)("a second answer comes %s", async (when) => {
    sim.setFaults([{ nth: 1, fault: { type: "second-response", when, body: '{"available_count":1}' } }]);
    const { socket, text, until } = await open();
    socket.write(request);
    await until('"available_count":42');
    if (when === "with-next") {
      await setTimeout(40);
      expect(text()).not.toContain('"available_count":1}');
      socket.write(request);
      expect(await until(/42.*:1\}.*42/s)).toMatch(/HTTP\/1\.1 200 OK.*\{"available_count":1\}HTTP\/1\.1 200 OK/s);
    } else expect(await until('{"available_count":1}')).toMatch(/HTTP\/1\.1 200 OK.*HTTP\/1\.1 200 OK/s);
    socket.destroy();
  });

  it("a connection is cut when the next request comes on it, and the log knows", async () => {
    sim.setFaults([{ nth: 1, fault: { type: "cut-connection-after" } }]);
    const { socket, closed, text, until } = await open();
    socket.write(request);
    await until('"country_code":"US"');
    const before = text();
    socket.write(request);
    await closed;
    expect(text()).toBe(before);
    expect(sim.requests.at(-1)).toMatchObject({ fault: "cut-connection-after" });
    expect(sim.requests.at(-1)?.status).toBeUndefined();
  });

  it("a reset is a reset, before the headers and after half of the body", async () => {
    for (const at of ["headers", "body"] as const) {
      sim.setFaults([{ fault: { type: "reset", at } }]);
      const { socket, text } = await open();
      const failure = once(socket, "error");
      socket.write(request);
      const [error] = await failure.catch((reason: unknown) => [reason]);
      expect(error).toMatchObject({ code: "ECONNRESET" });
      expect(text().includes("available_count")).toBe(at === "body");
      expect(text().includes("country_code")).toBe(false);
    }
  });

  it("a drip comes in slices as small as asked, the headers too", async () => {
    sim.setFaults([{ fault: { type: "drip", from: "headers" } }]);
    const { socket, until } = await open();
    const sizes: number[] = [];
    socket.on("data", (bytes) => sizes.push(bytes.length));
    socket.write(request);
    await until('"country_code":"US"}]}]}');
    expect(sizes.length).toBeGreaterThan(20);
    socket.destroy();
  });

  it("interim answers stand in front of the answer", async () => {
    sim.setFaults([{ fault: { type: "interim" } }]);
    const { socket, until } = await open();
    socket.write(request);
    expect(await until("available_count")).toMatch(/^HTTP\/1\.1 103 Early Hints\r\n.*\r\n\r\nHTTP\/1\.1 200 OK\r\n/s);
    socket.destroy();
  });

  it("a bomb of 64 MiB costs the server little memory", async () => {
    sim.setFaults([{ fault: { type: "bomb", kind: "gzip" } }]);
    const { socket, until } = await open();
    const before = process.memoryUsage.rss();
    socket.write(request);
    const text = await until(/\r\n0\r\n\r\n$/);
    expect(text.length).toBeLessThan(200_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
    socket.destroy();
  });
});

describe("many", () => {
  it("1,000 connections are answered at once", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1000 });
    const before = sim.requests.length;
    const statuses = await Promise.all(
      Array.from({ length: 1000 }, async () => {
        const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
        const headers = { "X-Authorization": sim.credentials.loop.apiKey };
        get(`${sim.baseUrls.loop}${mugAtLoop}`, { agent, headers }, (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode));
        }).on("error", reject);
        return promise;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(sim.requests.length - before).toBe(1000);
    agent.destroy();
  });

  it("close ends at once whatever is under way, and leaves nothing", async () => {
    const handles = () => process.getActiveResourcesInfo().filter((kind) => kind.startsWith("TCP")).length;
    const before = handles();
    const own = await startSim({
      products: 10,
      faults: [
        { nth: 1, fault: { type: "stall" } },
        { nth: 2, fault: { type: "slow", delayMs: 60_000 } },
        { nth: 3, fault: { type: "drip", everyMs: 1000 } },
        { nth: 4, fault: { type: "bomb", kind: "endless" } },
        { nth: 5, fault: { type: "stall", at: "body" } },
      ],
    });
    const url = `${own.baseUrls.loop}${mugAtLoop}`;
    const calls = Array.from({ length: 6 }, () => {
      const call = get(url, { agent: false });
      call.on("error", () => undefined);
      call.on("response", (response) => response.on("error", () => undefined));
      return call;
    });
    while (own.requests.length < 6) await setTimeout(5);
    await setTimeout(30);
    const startedAt = performance.now();
    await own.close();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    for (const call of calls) call.destroy();
    await own.close();
    while (handles() > before) await setTimeout(5);
    await expect(fetch(own.url)).rejects.toThrow("fetch failed");
  });
});
