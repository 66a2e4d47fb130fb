import { InvError } from "@inv/transport";
import { afterEach, expect, test, vi } from "vitest";

import { createInventory } from "../src/index.js";
import type { InventoryAdapter, Lookup, Outcome, PlannedCall, ReadResult } from "../src/index.js";
import { answerAll, deferred, failingAdapter, fakeAdapter, levelOf, untyped } from "./fakes.js";

afterEach(() => {
  vi.useRealTimers();
});

function at(account: string, id: string): Lookup {
  return { account, item: { id } };
}

async function answerPartly(call: PlannedCall): Promise<readonly Outcome[]> {
  return call.lookups.map((lookup) => ({ lookup, status: "ok", levels: [levelOf(lookup)], complete: false }));
}

/** Takes 2 ms for each call. */
function slowAdapter() {
  return fakeAdapter({
    read: async (call) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return answerAll(call);
    },
  });
}

function summary({ outcomes }: ReadResult): string[] {
  return outcomes.map((outcome) => {
    const { lookup } = outcome;
    const result = outcome.status === "ok" ? "ok" : `${outcome.error.code} ${outcome.error.kind ?? ""}`.trim();
    return `${lookup.account}/${lookup.item.id}: ${result}`;
  });
}

test("no lookups are an empty, complete result", async () => {
  expect(await createInventory({ accounts: {} }).read([])).toEqual({ outcomes: [], complete: true });
});

test("C01 one account that is down costs its own lookups, in place", async () => {
  const { read } = createInventory({ accounts: { till: fakeAdapter(), shop: failingAdapter(), erp: fakeAdapter() } });
  const result = await read([at("till", "a"), at("shop", "b"), at("erp", "c"), at("shop", "d")]);
  expect(summary(result)).toEqual(["till/a: ok", "shop/b: server", "erp/c: ok", "shop/d: server"]);
  expect(result.complete).toBe(false);
});

test("C02 all accounts down are outcomes, not a throw", async () => {
  const { read } = createInventory({ accounts: { till: failingAdapter(), shop: failingAdapter("auth") } });
  const result = await read([at("till", "a"), at("shop", "b")]);
  expect(summary(result)).toEqual(["till/a: server", "shop/b: auth"]);
});

test("C04 equal lookups are asked once and answered at each position", async () => {
  const till = fakeAdapter({ location: "optional" });
  const { read } = createInventory({ accounts: { till } });
  const mug = at("till", "mug");
  const lookups = [
    mug,
    at("till", "tea"),
    { account: "till", item: { id: "mug" } },
    { ...mug, location: { id: "here" } },
  ];
  const result = await read(lookups);
  expect(till.log.calls).toHaveLength(3);
  expect(result.outcomes.map(({ lookup }) => lookup)).toEqual(lookups);
  expect(result.complete).toBe(true);
});

test("C05 ids that are equal only after trimming or case folding are asked apart", async () => {
  const till = fakeAdapter();
  await createInventory({ accounts: { till } }).read([at("till", "Mug"), at("till", "mug"), at("till", "mug ")]);
  expect(till.log.calls.map(({ lookups }) => lookups[0]?.item.id)).toEqual(["Mug", "mug", "mug "]);
});

test("C06 the same id at two accounts stays two levels", async () => {
  const { read } = createInventory({ accounts: { till: fakeAdapter(), shop: fakeAdapter() } });
  const { outcomes } = await read([at("till", "mug"), at("shop", "mug")]);
  expect(outcomes.map((outcome) => outcome.status === "ok" && outcome.levels.map(({ account }) => account))).toEqual([
    ["till"],
    ["shop"],
  ]);
});

test("an outcome that is not complete makes the result incomplete", async () => {
  const inventory = createInventory({ accounts: { till: fakeAdapter({ read: answerPartly }) } });
  expect((await inventory.read([at("till", "a")])).complete).toBe(false);
});

test("at most 8 calls of one account are in flight, and every account has its own 8", async () => {
  const till = slowAdapter();
  const shop = slowAdapter();
  const lookups = Array.from({ length: 40 }, (_, index) => at(index % 2 === 0 ? "till" : "shop", `i${index}`));
  const result = await createInventory({ accounts: { till, shop } }).read(lookups);
  expect([till.log.peak, shop.log.peak]).toEqual([8, 8]);
  expect(result.complete).toBe(true);
});

test("C10 outcomes are in request order and byte-identical, in whichever of the 120 orders answers arrive", async () => {
  const names = ["a", "b", "c", "d", "e"];
  const texts = new Set<string>();
  for (const order of permutations(names)) {
    const answers = new Map(names.map((name) => [name, deferred<void>()]));
    const accounts = Object.fromEntries(
      names.map((name) => [
        name,
        fakeAdapter({
          read: async (call) => {
            await answers.get(name)?.promise;
            if (name === "c") throw new InvError("server", "acme: down", { provider: "acme" });
            return answerAll(call);
          },
        }),
      ]),
    );
    const reading = createInventory({ accounts }).read(names.map((name) => at(name, "mug")));
    for (const name of order) {
      answers.get(name)?.resolve();
      await Promise.resolve();
    }
    texts.add(JSON.stringify(await reading));
  }
  expect(texts.size).toBe(1);
  expect([...texts][0]).toContain(
    '{"outcomes":[{"lookup":{"account":"a","item":{"id":"mug"}},"status":"ok","levels":[{',
  );
});

function permutations(names: readonly string[]): string[][] {
  if (names.length === 0) return [[]];
  return names.flatMap((name) =>
    permutations(names.filter((other) => other !== name)).map((rest) => [name].concat(rest)),
  );
}

test("C08 an abort before the start cancels everything and asks nothing", async () => {
  const till = fakeAdapter();
  const { read } = createInventory({ accounts: { till } });
  const result = await read([at("till", "a")], { signal: AbortSignal.abort() });
  expect(summary(result)).toEqual(["till/a: cancelled"]);
  expect(till.log.calls).toEqual([]);
});

test("C08 an abort keeps what is finished, cancels the rest at once and reaches the calls in flight", async () => {
  const controller = new AbortController();
  let seen: AbortSignal | undefined;
  const hanging = fakeAdapter({
    read: (_, { signal }) => {
      seen = signal;
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(new InvError("timeout", "late")));
      });
    },
  });
  const { read } = createInventory({ accounts: { till: fakeAdapter(), shop: hanging } });
  const reading = read([at("till", "a"), at("shop", "b")], { signal: controller.signal });
  await new Promise((resolve) => setTimeout(resolve, 5));
  const start = performance.now();
  controller.abort();
  expect(summary(await reading)).toEqual(["till/a: ok", "shop/b: cancelled"]);
  expect(performance.now() - start).toBeLessThan(200);
  expect(seen?.aborted).toBe(true);
});

test("C03 an adapter that never settles times out at the deadline, and the others keep their answers", async () => {
  vi.useFakeTimers();
  const hanging = fakeAdapter({ read: () => new Promise<never>(() => {}) });
  const { read } = createInventory({ accounts: { till: fakeAdapter(), shop: hanging } });
  const reading = read([at("shop", "b"), at("till", "a")], { deadlineMs: 5000 });
  await vi.advanceTimersByTimeAsync(5000);
  const result = await reading;
  expect(summary(result)).toEqual(["shop/b: timeout total", "till/a: ok"]);
  const [outcome] = result.outcomes;
  expect(outcome?.status === "failed" && outcome.error.message).toBe(
    "acme: no answer within the 5000 ms that the read was given",
  );
  expect(vi.getTimerCount()).toBe(0);
});

test("calls that were still waiting at the deadline are not made any more", async () => {
  vi.useFakeTimers();
  const hanging = fakeAdapter({ read: () => new Promise<never>(() => {}) });
  const lookups = Array.from({ length: 10 }, (_, index) => at("till", `i${index}`));
  const reading = createInventory({ accounts: { till: hanging } }).read(lookups, { deadlineMs: 100 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(summary(await reading)).toEqual(lookups.map(({ item }) => `till/${item.id}: timeout total`));
  expect(hanging.log.calls).toHaveLength(8);
});

test("without a deadline of its own a read ends after 60 seconds", async () => {
  vi.useFakeTimers();
  const hanging = fakeAdapter({ read: () => new Promise<never>(() => {}) });
  const reading = createInventory({ accounts: { till: hanging } }).read([at("till", "a")]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(summary(await reading)).toEqual(["till/a: timeout total"]);
});

test("I6 a finished read leaves no timer and no listener", async () => {
  vi.useFakeTimers();
  const controller = new AbortController();
  const added = vi.spyOn(controller.signal, "addEventListener");
  const removed = vi.spyOn(controller.signal, "removeEventListener");
  await createInventory({ accounts: { till: fakeAdapter() } }).read([at("till", "a")], { signal: controller.signal });
  expect(vi.getTimerCount()).toBe(0);
  expect(removed.mock.calls.length).toBe(added.mock.calls.length);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "5000"])(
  "C09 a deadline of %s is refused before any request",
  async (deadlineMs) => {
    const till = fakeAdapter();
    const { read } = createInventory({ accounts: { till } });
    await expect(read([at("till", "a")], { deadlineMs: untyped(deadlineMs) })).rejects.toMatchObject({
      code: "config",
    });
    expect(till.log.calls).toEqual([]);
  },
);

test("C09 the longest deadline that a timer can wait is taken", async () => {
  const { read } = createInventory({ accounts: { till: fakeAdapter() } });
  expect((await read([at("till", "a")], { deadlineMs: 2 ** 31 - 1 })).complete).toBe(true);
});

const broken: Record<string, Partial<InventoryAdapter>> = {
  "plan throws": {
    plan: () => {
      throw new TypeError("boom with a secret");
    },
  },
  "plan returns undefined": { plan: () => untyped(undefined) },
  "plan forgets a lookup": { plan: (lookups) => lookups.slice(1).map((lookup) => ({ lookups: [lookup], request: 0 })) },
  "plan asks a lookup twice": {
    plan: (lookups) => [...lookups, ...lookups].map((lookup) => ({ lookups: [lookup], request: 0 })),
  },
  "plan mutates its input": {
    plan: (lookups) => {
      Object.assign(lookups[0]?.item ?? {}, { id: "other" });
      return [];
    },
  },
  "read throws synchronously": {
    read: () => {
      throw new TypeError("boom with a secret");
    },
  },
  "read rejects with no InvError": { read: () => Promise.reject(new Error("boom with a secret")) },
  "read returns undefined": { read: () => untyped(undefined) },
  "read resolves undefined": { read: () => Promise.resolve(untyped(undefined)) },
  "read answers nothing": { read: () => Promise.resolve([]) },
  "read answers without levels": {
    read: (call) =>
      Promise.resolve(call.lookups.map((lookup) => ({ lookup, status: "ok", levels: [], complete: true }))),
  },
  "read answers twice": { read: (call) => Promise.resolve([...answerAll(call, "1"), ...answerAll(call, "2")]) },
  "read answers null": { read: () => Promise.resolve([untyped(null)]) },
  "read mutates its input": {
    read: async (call) => {
      Object.assign(call.lookups[0]?.item ?? {}, { id: "other" });
      return answerAll(call);
    },
  },
};

test.each(Object.keys(broken))("C11 an adapter whose %s fails its own lookups only", async (name) => {
  const till = { ...fakeAdapter(), ...broken[name] };
  const { read } = createInventory({ accounts: { till, shop: fakeAdapter() } });
  const result = await read([at("till", "a"), at("shop", "b")]);
  expect(summary(result)).toEqual(["till/a: schema adapter", "shop/b: ok"]);
  expect(result.outcomes[0]?.lookup).toEqual(at("till", "a"));
  expect(JSON.stringify(result)).not.toContain("secret");
});

test("answers about lookups that were not asked are dropped", async () => {
  const read = async (call: PlannedCall): Promise<readonly Outcome[]> => [
    ...answerAll(call),
    { lookup: at("till", "b"), status: "ok", levels: [levelOf(at("till", "b"))], complete: true },
  ];
  const inventory = createInventory({ accounts: { till: fakeAdapter({ read }) } });
  expect(summary(await inventory.read([at("till", "a")]))).toEqual(["till/a: ok"]);
});

test("an error without a provider gets its adapter's", async () => {
  const error = new InvError("http", "answered 418", { status: 418, body: { tea: true } });
  const till = fakeAdapter({ read: () => Promise.reject(error) });
  const { outcomes } = await createInventory({ accounts: { till } }).read([at("till", "a")]);
  const [outcome] = outcomes;
  expect(outcome?.status === "failed" && outcome.error).toMatchObject({ code: "http", provider: "acme", status: 418 });
  expect(outcome?.status === "failed" && outcome.error.body).toEqual({ tea: true });
});

test("what the caller does to the lookups afterwards changes nothing", async () => {
  const answer = deferred<void>();
  const till = fakeAdapter({
    read: async (call) => {
      await answer.promise;
      return answerAll(call);
    },
  });
  const lookups = [at("till", "a")];
  const reading = createInventory({ accounts: { till } }).read(lookups);
  Object.assign(lookups[0]?.item ?? {}, { id: "other" });
  lookups.length = 0;
  answer.resolve();
  expect(summary(await reading)).toEqual(["till/a: ok"]);
});

test("P07 a polluted Object.prototype gives no lookup a variant, no read a deadline", async () => {
  const polluted = { variantId: "v", location: { id: "l" }, deadlineMs: -1, signal: AbortSignal.abort(), raw: true };
  const seen: unknown[] = [];
  const till = fakeAdapter({
    read: async (call, { raw }) => {
      seen.push(raw, call.lookups[0]?.item.variantId, call.lookups[0]?.location);
      return answerAll(call);
    },
  });
  const { read } = createInventory({ accounts: { till } });
  try {
    for (const [name, value] of Object.entries(polluted))
      Reflect.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
    const result = await read([at("till", "a")], {});
    expect(summary(result)).toEqual(["till/a: ok"]);
  } finally {
    for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
  }
  expect(seen).toEqual([false, undefined, undefined]);
});

test("P35 a result is plain JSON: figures are texts, errors their safe fields", async () => {
  const { read } = createInventory({ accounts: { till: fakeAdapter(), shop: failingAdapter() } });
  const result = await read([at("till", "a"), at("shop", "b")]);
  expect(JSON.parse(JSON.stringify(result))).toEqual({
    outcomes: [
      {
        lookup: { account: "till", item: { id: "a" } },
        status: "ok",
        levels: [
          {
            account: "till",
            provider: "acme",
            item: { id: "a" },
            quantities: {
              available: { quantity: { kind: "exact", value: "1" }, basis: "documented", providerTerm: "available" },
            },
            terms: {},
            notes: [],
            observedAt: "2026-11-20T12:00:00.000Z",
          },
        ],
        complete: true,
      },
      {
        lookup: { account: "shop", item: { id: "b" } },
        status: "failed",
        error: { code: "server", message: "acme: GET /stock answered", provider: "acme", attempts: 1 },
      },
    ],
    complete: false,
  });
});
