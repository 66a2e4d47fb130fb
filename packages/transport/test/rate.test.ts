import { describe, expect, it, vi } from "vitest";

import type { Budget, BudgetLimit, Place } from "../src/index.js";
import { createRateStore, InvError, isInvError } from "../src/index.js";
import { limitOf, scopeOf, sharedRegistry } from "../src/rate.js";
import type { VirtualClock } from "./virtual-clock.js";
import { settle, virtualClock } from "./virtual-clock.js";

const fourPerSecond: BudgetLimit = { requests: 4, windowMs: 1000, concurrency: 100 };

function budgetOf(limit: BudgetLimit = fourPerSecond): { budget: Budget; clock: VirtualClock } {
  const clock = virtualClock();
  return { budget: createRateStore(clock).open("scope", limit), clock };
}

interface Asking {
  endsAt?: number;
  signal?: AbortSignal;
  again?: boolean;
}

/** Takes a place, sends and is over at once. */
async function go(
  budget: Budget,
  { endsAt = Infinity, signal = new AbortController().signal, again = false }: Asking = {},
) {
  const place = await budget.take({ signal, endsAt, again });
  place.sent();
  place.answered();
  place.leave(true);
}

/** When each of so many requests was sent. */
function sendAll(budget: Budget, clock: VirtualClock, count: number, sentAt: number[] = []): number[] {
  for (let index = 0; index < count; index++) void go(budget).then(() => sentAt.push(clock.now()));
  return sentAt;
}

/** The most of these times in any window of that length. */
function maxInWindow(times: readonly number[], windowMs: number): number {
  return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + windowMs).length));
}

async function errorOf(work: Promise<unknown>): Promise<InvError> {
  const error = await work.then(
    () => new Error("it succeeded"),
    (reason: unknown) => reason,
  );
  if (!isInvError(error)) throw error;
  return error;
}

describe("a budget", () => {
  it("R01 never has more than the limit in any window, and reaches 95 % of it", async () => {
    const { budget, clock } = budgetOf();
    const sentAt = sendAll(budget, clock, 10_000);
    await clock.advance(60_000);
    expect(maxInWindow(sentAt, 1000)).toBe(4);
    expect(sentAt.length).toBeGreaterThanOrEqual(0.95 * 4 * 60);
  });

  it("R02 keeps to it in a burst after one request and a pause", async () => {
    const { budget, clock } = budgetOf();
    const sentAt = sendAll(budget, clock, 1);
    await clock.advance(900);
    sendAll(budget, clock, 10, sentAt);
    await clock.advance(10_000);
    expect(sentAt).toHaveLength(11);
    expect(maxInWindow(sentAt, 1000)).toBe(4);
    expect(sentAt.slice(0, 4)).toEqual([0, 900, 900, 900]);
  });

  it("R01 counts a request from when it was sent, not from when it got its place", async () => {
    const { budget, clock } = budgetOf({ ...fourPerSecond, requests: 1 });
    const { signal } = new AbortController();
    const place = await budget.take({ signal, endsAt: Infinity, again: false });
    const sentAt = sendAll(budget, clock, 1);
    await clock.advance(5000);
    expect(sentAt).toEqual([]);
    place.sent();
    place.answered();
    await clock.advance(1019);
    expect(sentAt).toEqual([]);
    await clock.advance(1);
    expect(sentAt).toEqual([6020]);
  });

  it("R01 counts it from later when its answer took longer than usual: it may have arrived later", async () => {
    const { budget, clock } = budgetOf({ requests: 1, windowMs: 1000, concurrency: 8 });
    const sentAt: number[] = [];
    const send = async (answerMs: number) => {
      const place = await budget.take({ signal: new AbortController().signal, endsAt: Infinity, again: false });
      place.sent();
      sentAt.push(clock.now());
      await new Promise<void>((resolve) => clock.after(answerMs, resolve));
      place.answered();
      place.leave(true);
    };
    for (const answerMs of [300, 100, 100, 250, 100]) void send(answerMs);
    await clock.advance(20_000);
    const gaps = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
    // Nothing is known of the first two; the third is faster than the 300 ms of the first; 250 ms are 150 more than 100.
    expect(gaps).toEqual([1320, 1120, 1020, 1170]);
  });

  it("R01 counts one without an answer as if it could arrive at any moment, for one more window at most", async () => {
    const { budget, clock } = budgetOf({ requests: 1, windowMs: 1000, concurrency: 8 });
    const place = await budget.take({ signal: new AbortController().signal, endsAt: Infinity, again: false });
    place.sent();
    const sentAt = sendAll(budget, clock, 1);
    await clock.advance(10_000);
    expect(sentAt).toEqual([2020]);
  });

  it("gives a place back whole when nothing was sent", async () => {
    const { budget, clock } = budgetOf({ ...fourPerSecond, requests: 1 });
    const place = await budget.take({ signal: new AbortController().signal, endsAt: Infinity, again: false });
    const sentAt = sendAll(budget, clock, 1);
    await settle();
    expect(sentAt).toEqual([]);
    place.leave(false);
    await settle();
    expect(sentAt).toEqual([0]);
  });

  it("R03 counts what is sent on behalf of others, before those that wait", async () => {
    const { budget, clock } = budgetOf();
    const sentAt = sendAll(budget, clock, 10);
    await settle();
    const paced: number[] = [];
    void budget.pace(new AbortController().signal).then(() => paced.push(clock.now()));
    await clock.advance(10_000);
    expect(paced).toEqual([1020]);
    expect(maxInWindow([...sentAt, ...paced], 1000)).toBe(4);
  });

  it("R03 lets a token request have the place of a request that waits for the token", async () => {
    const { budget, clock } = budgetOf({ requests: 2, windowMs: 1000, concurrency: 2 });
    const { signal } = new AbortController();
    const turn = { signal, endsAt: Infinity, again: false };
    const first = await budget.take(turn);
    const second = await budget.take(turn);
    await budget.pace(signal);
    expect([first.lost, second.lost]).toEqual([false, true]);
    second.leave(false);
    first.sent();
    first.answered();
    const later: number[] = [];
    void go(budget, { again: true }).then(() => later.push(clock.now()));
    await clock.advance(1019);
    expect(later).toEqual([]);
    await clock.advance(50);
    expect(later).toEqual([1020]);
  });

  it("R04 pauses for all, for as long as it is told", async () => {
    const { budget, clock } = budgetOf();
    budget.pause(2000);
    budget.pause(100);
    const sentAt = sendAll(budget, clock, 3);
    await clock.advance(1999);
    expect(sentAt).toEqual([]);
    await clock.advance(1);
    expect(sentAt).toEqual([2000, 2000, 2000]);
  });

  it("R05 fails at once whoever has no time to wait for the end of a pause", async () => {
    const { budget, clock } = budgetOf();
    const sentAt = sendAll(budget, clock, 4);
    const before = errorOf(go(budget, { endsAt: 30_000 }));
    await settle();
    budget.pause(120_000);
    expect(await before).toMatchObject({ code: "rate-limited", retryAfterMs: 120_000, retryable: true });
    await clock.advance(20_000);
    expect(await errorOf(go(budget, { endsAt: 50_000 }))).toMatchObject({ retryAfterMs: 100_000 });
    expect(sentAt).toHaveLength(4);
    expect(clock.timers).toBe(0);
  });

  it("R06 pauses for a day at most, whatever it is told", async () => {
    const { budget, clock } = budgetOf();
    budget.pause(99_999_999_999_000);
    const sentAt = sendAll(budget, clock, 1);
    await clock.advance(24 * 60 * 60 * 1000);
    expect(sentAt).toHaveLength(1);
  });

  it("R11 has room for 10,000 that wait, and refuses the next at once", async () => {
    const { budget, clock } = budgetOf({ ...fourPerSecond, requests: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    const ends = Array.from({ length: 10_001 }, async () => go(budget, { signal }).catch(() => undefined));
    expect(await errorOf(go(budget))).toMatchObject({ code: "overloaded", retryable: true });
    controller.abort(new InvError("cancelled", "aborted"));
    await Promise.all(ends);
    expect(clock.timers).toBe(0);
  });

  it("R12 lets one that is aborted go, at once and without a change for the others", async () => {
    const { budget, clock } = budgetOf({ ...fourPerSecond, requests: 1 });
    const order: string[] = [];
    const controllers = new Map(["a", "b", "c", "d", "e"].map((name) => [name, new AbortController()]));
    for (const [name, { signal }] of controllers)
      void go(budget, { signal }).then(
        () => order.push(name),
        () => order.push(`${name} aborted`),
      );
    await settle();
    controllers.get("b")?.abort(new InvError("cancelled", "aborted"));
    controllers.get("d")?.abort(new InvError("cancelled", "aborted"));
    await settle();
    expect(order).toEqual(["a", "b aborted", "d aborted"]);
    await clock.advance(5000);
    expect(order).toEqual(["a", "b aborted", "d aborted", "c", "e"]);
    expect(clock.timers).toBe(0);
  });

  it("R14 has no more in flight than it may, whatever the rate allows", async () => {
    const { budget, clock } = budgetOf({ requests: 4, windowMs: 1000, concurrency: 8 });
    let inFlight = 0;
    let most = 0;
    const call = async () => {
      const place = await budget.take({ signal: new AbortController().signal, endsAt: Infinity, again: false });
      place.sent();
      most = Math.max(most, (inFlight += 1));
      await new Promise<void>((resolve) => clock.after(5000, resolve));
      inFlight -= 1;
      place.leave(true);
    };
    for (let index = 0; index < 100; index++) void call();
    await clock.advance(30_000);
    expect(most).toBe(8);
  });

  it("serves retries before those that have not been sent yet, in their order", async () => {
    const { budget, clock } = budgetOf({ ...fourPerSecond, requests: 1 });
    const order: string[] = [];
    for (const [name, again] of [
      ["a", false],
      ["b", false],
      ["c", true],
      ["d", true],
    ] as const)
      void go(budget, { again }).then(() => order.push(name));
    await clock.advance(10_000);
    expect(order).toEqual(["a", "c", "d", "b"]);
  });

  it("T17 sends no burst when the machine wakes: what ran out of time in its sleep is passed over", async () => {
    const { budget, clock } = budgetOf({ ...fourPerSecond, requests: 1 });
    const order: string[] = [];
    for (const [name, endsAt] of [
      ["a", 30_000],
      ["b", 30_000],
      ["c", 900_000],
      ["d", 900_000],
    ] as const)
      void go(budget, { endsAt }).then(() => order.push(name));
    await settle();
    await clock.suspend(600_000);
    expect(order).toEqual(["a", "c"]);
    await clock.advance(2000);
    expect(order).toEqual(["a", "c", "d"]);
  });

  it("R15 grants a retry for every tenth call at most when everything fails, and more when calls succeed", async () => {
    const { budget } = budgetOf({ requests: Infinity, windowMs: 1000, concurrency: 100 });
    const { signal } = new AbortController();
    const call = async (succeeded: boolean) => {
      const place = await budget.take({ signal, endsAt: Infinity, again: false });
      place.leave(succeeded);
      return budget.mayRetry() ? 1 : 0;
    };
    let retries = 0;
    for (let count = 1; count <= 1000; count++) retries += await call(false);
    expect(retries).toBeGreaterThan(70);
    expect(retries).toBeLessThanOrEqual(100);
    for (let count = 1; count <= 1000; count++) retries += await call(true);
    expect(retries).toBeGreaterThan(240);
  });
});

describe("a limit", () => {
  it("R13 is divided by the share of a client, so that all shares together keep to it", () => {
    const zettle = { requests: 4, windowMs: 1000, scope: "account", concurrency: 8 } as const;
    expect(limitOf(zettle, 1)).toEqual({ requests: 4, windowMs: 1000, concurrency: 8 });
    expect(limitOf(zettle, 0.5)).toEqual({ requests: 2, windowMs: 1000, concurrency: 4 });
    expect(limitOf(zettle, 0.4)).toEqual({ requests: 1, windowMs: 1000, concurrency: 3 });
    expect(limitOf(zettle, 0.125)).toEqual({ requests: 1, windowMs: 2000, concurrency: 1 });
  });

  it("T18 R14 allows eight in flight where nothing is documented", () => {
    expect(limitOf(undefined, 1)).toEqual({ requests: Infinity, windowMs: 1000, concurrency: 8 });
    expect(limitOf({ requests: 300, windowMs: 60_000, scope: "account" }, 1).concurrency).toBe(8);
  });
});

describe("a store", () => {
  it("has one budget for each scope, with the strictest limit that was asked for", async () => {
    const clock = virtualClock();
    const store = createRateStore(clock);
    const one = store.open("one", fourPerSecond);
    expect(store.open("one", { ...fourPerSecond, requests: 1 })).toBe(one);
    store.open("one", fourPerSecond);
    expect(store.open("two", fourPerSecond)).not.toBe(one);
    const sentAt = sendAll(one, clock, 4);
    await clock.advance(2100);
    expect(sentAt).toEqual([0, 1020, 2040]);
  });

  it("forgets scopes that nobody uses, and none that is in use", async () => {
    const clock = virtualClock();
    const store = createRateStore(clock);
    const places: Place[] = [];
    const used = store.open("used", fourPerSecond);
    places.push(await used.take({ signal: new AbortController().signal, endsAt: Infinity, again: false }));
    const paused = store.open("paused", fourPerSecond);
    paused.pause(5000);
    const idle = store.open("idle", fourPerSecond);
    for (let index = 0; index < 1000; index++) store.open(String(index), fourPerSecond);
    expect(store.open("used", fourPerSecond)).toBe(used);
    expect(store.open("paused", fourPerSecond)).toBe(paused);
    expect(store.open("idle", fourPerSecond)).not.toBe(idle);
  });
});

describe("a scope", () => {
  const account = { requests: 4, windowMs: 1000, scope: "account" } as const;
  const address = { ...account, scope: "ip" } as const;

  it("A24 is an account of a provider at an origin, or for a limit by address the origin", async () => {
    const scope = (provider: string, url: string, ...secrets: unknown[]) => scopeOf(account, provider, url, secrets);
    const one = await scope("acme", "https://acme.example/v1", "user", "key");
    expect(await scope("acme", "https://acme.example/v2", "user", "key")).toBe(one);
    const others = await Promise.all([
      scope("acme", "https://acme.example", "user", "other"),
      scope("acme", "https://acme.example", "userkey", ""),
      scope("acme", "https://other.example", "user", "key"),
      scope("other", "https://acme.example", "user", "key"),
    ]);
    expect(new Set([one, ...others]).size).toBe(5);
    expect(await scopeOf(address, "acme", "https://acme.example/v1", ["one"])).toBe("ip https://acme.example");
    expect(await scopeOf(address, "acme", "https://acme.example/v1", ["two"])).toBe("ip https://acme.example");
  });

  it("I3 shows nothing of a credential", async () => {
    const scope = await scopeOf(account, "acme", "https://acme.example", ["s3cr3t-canary"]);
    expect(scope).toMatch(/^account acme https:\/\/acme\.example [A-Za-z0-9+/]{43}=$/);
  });

  it("is the same for the same function", async () => {
    const [one, other] = [() => "key", () => "key"];
    const scope = (source: unknown) => scopeOf(account, "acme", "https://acme.example", [source]);
    expect(await scope(one)).toBe(await scope(one));
    expect(await scope(one)).not.toBe(await scope(other));
  });
});

it("C19 two installed copies share one registry", async () => {
  vi.resetModules();
  const copy = await import("../src/rate.js");
  expect(copy.createRateStore).not.toBe(createRateStore);
  expect(copy.sharedRegistry()).toBe(sharedRegistry());
});
