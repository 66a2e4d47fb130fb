import { describe, expect, it } from "vitest";

import { createSim } from "../src/index.js";
import type { Credentials } from "../src/index.js";
import { fetchToken, mugAtLoop, realBases, realToken, send } from "./requests.js";

const limits = [
  ["zettle", 4, 1000, "/inventory"],
  ["augno", 20, 1000, "/v1/catalog/items/it_01HTEA7K2M/inventory"],
  ["fourthwall", 100, 10_000, "/open-api/v1.0/products/00aa4abd-5778-4199-8161-0b49b2f212e5/inventory"],
  ["loop", 300, 60_000, mugAtLoop],
] as const satisfies readonly (readonly [keyof Credentials, number, number, string])[];

describe.each(limits)("%s", (provider, requests, windowMs, path) => {
  it(`answers ${requests} requests in any ${windowMs} ms and refuses the next with 429`, async () => {
    const sim = createSim({ products: 10, clock: "manual" });
    const way = { sim, fetch: sim.fetch, bases: realBases, zettleToken: realToken };
    const token = provider === "zettle" ? await fetchToken(way) : undefined;
    const status = async () => (await send(way, provider, { path }, token)).status;
    expect(await status()).toBe(200);
    sim.clock.advance(windowMs / 2);
    for (let count = 1; count < requests; count++) expect(await status()).toBe(200);
    expect(await status()).toBe(429);
    sim.clock.advance(windowMs / 2 - 1);
    expect(await status()).toBe(429);
    sim.clock.advance(1);
    // Only the first of them has left the window; those that were refused never counted.
    expect(await status()).toBe(200);
    expect(await status()).toBe(429);
    expect(sim.requests.at(-1)?.refusal).toMatch(/^more than \d+ requests/);
  });
});

describe("limits", () => {
  it("are told by Augno with every answer, and how long to wait with a 429", async () => {
    const sim = createSim({ products: 10, clock: "manual" });
    const way = { sim, fetch: sim.fetch, bases: realBases, zettleToken: realToken };
    const path = "/v1/catalog/items/it_01HTEA7K2M/inventory";
    const told = async () => {
      const { headers } = await send(way, "augno", { path });
      return ["limit", "remaining", "reset"]
        .map((name) => headers.get(`ratelimit-${name}`))
        .concat(headers.get("retry-after"));
    };
    expect(await told()).toEqual(["20", "19", "1", null]);
    for (let count = 0; count < 18; count++) await told();
    expect(await told()).toEqual(["20", "0", "1", null]);
    expect(await told()).toEqual(["20", "0", "1", "1"]);
  });

  it("can be switched off", async () => {
    const sim = createSim({ products: 10, clock: "manual", rateLimits: false });
    const way = { sim, fetch: sim.fetch, bases: realBases, zettleToken: realToken };
    const token = await fetchToken(way);
    for (let count = 0; count < 10; count++)
      expect((await send(way, "zettle", { path: "/inventory" }, token)).status).toBe(200);
    expect(sim.maxInWindow("zettle", 1000)).toBe(11);
  });
});

describe("the rate in a window", () => {
  it("is that of the fullest window of that length, which does not include its own end", async () => {
    const sim = createSim({ products: 10, clock: "manual" });
    const way = { sim, fetch: sim.fetch, bases: realBases, zettleToken: realToken };
    for (const ms of [0, 400, 300, 299, 1, 5000]) {
      sim.clock.advance(ms);
      await send(way, "loop", { path: mugAtLoop });
    }
    expect([1, 2, 300, 601, 1000, 1001, 10_000].map((ms) => sim.maxInWindow("loop", ms))).toEqual([
      1, 2, 2, 4, 4, 5, 6,
    ]);
    expect(sim.maxInWindow("zettle", 1000)).toBe(0);
  });
});

describe("the log", () => {
  it("keeps the newer half when it is full", async () => {
    const sim = createSim({ products: 10, keepRequests: 10, clock: "manual" });
    const way = { sim, fetch: sim.fetch, bases: realBases, zettleToken: realToken };
    for (let count = 0; count < 11; count++) {
      await send(way, "loop", { path: mugAtLoop });
      sim.clock.advance(1);
    }
    expect(sim.requests.map(({ atMs }) => atMs)).toEqual([5, 6, 7, 8, 9, 10]);
  });
});

describe("the clock", () => {
  it("runs with the machine's unless told otherwise, and is moved on by hand", async () => {
    const running = createSim({ products: 0 });
    const before = running.clock.now();
    running.clock.advance(1000);
    expect(running.clock.now() - before).toBeGreaterThanOrEqual(1000);
    const manual = createSim({ products: 0, clock: "manual" });
    manual.clock.advance(1000);
    expect(manual.clock.now()).toBe(1000);
    expect(() => manual.clock.advance(-1)).toThrow(RangeError);
  });

  it("ends delays that have become due, in their order, and no others", async () => {
    const sim = createSim({
      clock: "manual",
      products: 10,
      faults: [
        { nth: 1, fault: { type: "slow", delayMs: 300 } },
        { nth: 2, fault: { type: "slow", delayMs: 200 } },
        { nth: 3, fault: { type: "slow", delayMs: 900 } },
      ],
    });
    const way = { sim, fetch: sim.fetch, bases: realBases, zettleToken: realToken };
    const ended: number[] = [];
    const calls = [1, 2, 3].map(async (call) => {
      await send(way, "loop", { path: mugAtLoop });
      ended.push(call);
    });
    await new Promise(setImmediate);
    sim.clock.advance(500);
    await Promise.all(calls.slice(0, 2));
    expect(ended).toEqual([2, 1]);
    sim.clock.advance(400);
    await calls[2];
    expect(ended).toEqual([2, 1, 3]);
  });
});
