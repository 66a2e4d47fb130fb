import { isInvError } from "@inv/transport";
import { afterEach, describe, expect, test, vi } from "vitest";

import { createInventory } from "../src/index.js";
import type { Connector, Figure, InventoryAdapter, InventoryLevel, Lookup, Outcome } from "../src/index.js";
import { serve } from "./serve.js";
import type { Reply } from "./serve.js";

/** How the figure of an answer is written, by what is special about it; `missing` leaves the field out. */
const figures = {
  zero: "0",
  negative: "-3",
  "beyond 2^53": "9007199254740993",
  fraction: "42.5",
  "trailing zeros": "42.000",
  null: "null",
  missing: undefined,
  "out of range": `1${"0".repeat(100)}`,
} as const;

/** A figure (`exact 42`, `unknown null`) or the failure of its lookup (`quantity out-of-range`, `schema`). */
type Reading = string;

/** What the conformance suite has to know of a provider. */
export interface Scenarios {
  readonly connector: Connector;
  /** The connector's options that make a client of the tests' own. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly adapter: (fetch: typeof globalThis.fetch) => InventoryAdapter;
  /** Lookups that can be asked; `answer` answers the first. Its account is `acme`. */
  readonly lookups: readonly [Lookup, ...Lookup[]];
  /** The answer whose figure is written so. */
  readonly answer: (figure: string | undefined) => string;
  /** That figure in its level. */
  readonly figure: (level: InventoryLevel) => Figure | undefined;
  /** How this provider's figures read. */
  readonly readings: Readonly<Record<keyof typeof figures, Reading>>;
  /** Lookups that cannot be asked, and the field that is to blame. */
  readonly refused: readonly (readonly [lookup: Lookup, pointer: string])[];
  /** The provider's own answer for something that it does not know. */
  readonly notFound: Reply;
}

/** Puts the same questions to every adapter. */
export function describeAdapter(provider: string, scenarios: Scenarios): void {
  const { connector, lookups, answer, figure } = scenarios;
  const [lookup] = lookups;

  const read = async (reply: Reply, options: { raw?: boolean; deadlineMs?: number; signal?: AbortSignal } = {}) => {
    const { fetch, asked } = serve(() => reply);
    const inventory = createInventory({ accounts: { acme: scenarios.adapter(fetch) } });
    const { outcomes } = await inventory.read([lookup], options);
    return { outcome: one(outcomes), asked };
  };
  const levelOf = async (body: string) => one(okOf((await read({ body })).outcome).levels);
  const nothing = scenarios.adapter(() => Promise.reject(new Error("no request was due")));

  afterEach(() => {
    vi.useRealTimers();
  });

  describe(`${provider} as an adapter`, () => {
    test("goes by one id", () => {
      expect([nothing.provider, connector.provider]).toEqual([provider, provider]);
    });

    test("says which of its quantities answers whether it can be sold, if one does", () => {
      const { quantities, sellable } = nothing.capabilities;
      expect(sellable === undefined || quantities.includes(sellable)).toBe(true);
    });

    test("plans every lookup into exactly one call, in order, without any request", () => {
      const frozen = Object.freeze(structuredClone(lookups).map((each) => Object.freeze(each)));
      const first = nothing.plan(frozen);
      expect(first.flatMap((call) => call.lookups).toSorted(byJson)).toEqual([...lookups].toSorted(byJson));
      expect(nothing.plan(frozen)).toEqual(first);
      expect(first[0]?.lookups[0]).toEqual(lookup);
    });

    test("plans nothing for nothing", () => {
      expect(nothing.plan([])).toEqual([]);
    });

    test.each(scenarios.refused)("refuses the lookup %j by %s, before any request", async (refused, pointer) => {
      const inventory = createInventory({ accounts: { acme: nothing } });
      await expect(inventory.read([lookup, refused])).rejects.toMatchObject({
        code: "config",
        pointer: `/1${pointer}`,
      });
    });

    test("has exactly the quantities that it declares, each with a basis and the provider's own word", async () => {
      const level = await levelOf(answer("5"));
      expect(Object.keys(level.quantities)).toEqual(nothing.capabilities.quantities);
      for (const each of [...Object.values(level.quantities), ...Object.values(level.terms)]) {
        expect(["documented", "inferred", "unspecified"]).toContain(each.basis);
        expect(each.providerTerm).not.toBe("");
      }
    });

    test("calls terms by the provider's name", async () => {
      const level = await levelOf(answer("5"));
      for (const term of Object.keys(level.terms)) expect(term).toMatch(new RegExp(`^${provider}\\.[a-z]+$`));
    });

    test("says whose level it is, of what and where", async () => {
      const level = await levelOf(answer("5"));
      expect(level).toMatchObject({ account: "acme", provider, item: { id: lookup.item.id } });
      expect(level.location === undefined).toBe(nothing.capabilities.location === "none");
      expect(lookup.location === undefined || level.location?.id === lookup.location.id).toBe(true);
    });

    test("stamps the moment of the answer, in UTC", async () => {
      vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-20T13:00:00+01:00") });
      expect((await levelOf(answer("5"))).observedAt).toBe("2026-11-20T12:00:00.000Z");
    });

    test.each(Object.entries(figures))("P10 P11 P13 P17 P25 reads a figure: %s", async (name, written) => {
      const { outcome } = await read({ body: answer(written) });
      expect(`${name}: ${readingOf(outcome, figure)}`).toBe(`${name}: ${Reflect.get(scenarios.readings, name)}`);
    });

    test("P07 reads own properties only", async () => {
      const names = [
        "value",
        "quantity",
        "balance",
        "available_count",
        "owned_quantity",
        "unit",
        "updatedAt",
        "location",
      ];
      const body = answer(undefined);
      for (const name of names)
        Reflect.defineProperty(Object.prototype, name, { value: "999", configurable: true, writable: true });
      try {
        const { outcome } = await read({ body });
        expect(readingOf(outcome, figure)).toBe(scenarios.readings.missing);
      } finally {
        for (const name of names) Reflect.deleteProperty(Object.prototype, name);
      }
    });

    test("P23 ignores fields that it does not know, and gives them in raw when asked", async () => {
      const body = answer("5").replace(/^\{/, '{"added_later":{"quantity":999},');
      const plain = one(okOf((await read({ body })).outcome).levels);
      expect("raw" in plain).toBe(false);
      expect(readingOf({ lookup, status: "ok", levels: [plain], complete: true }, figure)).toBe("exact 5");
      const { outcome } = await read({ body }, { raw: true });
      expect(one(okOf(outcome).levels).raw).toMatchObject({ added_later: { quantity: 999 } });
    });

    test.each(["{}", "[]", '{"inventories":null,"results":null,"variants":null,"trackedProducts":null}'])(
      "P24 P26 fails on %s: an answer without its figures is not zero",
      async (body) => {
        expect(failureOf((await read({ body })).outcome)).toBe("schema");
      },
    );

    test("H07 what the provider does not know is a failure, not zero", async () => {
      const { outcome, asked } = await read(scenarios.notFound);
      expect(failureOf(outcome)).toBe("not-found");
      expect(asked).toHaveLength(1);
    });

    test.each([
      ["auth", { status: 401, body: "{}" }],
      ["http", { status: 404, body: "<html></html>", contentType: "text/html" }],
      ["rate-limited", { status: 429, body: "{}" }],
      ["server", { status: 500, body: "" }],
      ["payload", { status: 200, body: "<html></html>", contentType: "text/html" }],
      ["payload", { status: 200, body: "" }],
    ] as const)("a provider that is down or upset is a failure: %s for %j", async (code, reply) => {
      expect(failureOf((await read(reply)).outcome).split(" ")[0]).toBe(code);
    });

    test("a failure says who was asked, for which operation", async () => {
      for (const reply of [{ status: 500, body: "" }, { body: "{}" }]) {
        const { outcome } = await read(reply);
        const error = outcome.status === "failed" ? outcome.error : undefined;
        expect(error).toMatchObject({ provider, operation: expect.any(String), path: expect.stringMatching(/^\//) });
        expect(error).toMatchObject({ attempts: expect.any(Number), retryable: expect.any(Boolean) });
      }
    });

    test("C03 a provider that hangs is a timeout, and its request is given up", async () => {
      const { fetch } = serve(() => new Promise<never>(() => {}));
      const inventory = createInventory({ accounts: { acme: scenarios.adapter(fetch) } });
      const { outcomes } = await inventory.read([lookup], { deadlineMs: 30 });
      expect(failureOf(one(outcomes))).toBe("timeout total");
    });

    test("C08 an abort in flight is a cancelled outcome", async () => {
      const controller = new AbortController();
      const { fetch } = serve(() => {
        controller.abort();
        return new Promise<never>(() => {});
      });
      const inventory = createInventory({ accounts: { acme: scenarios.adapter(fetch) } });
      const { outcomes } = await inventory.read([lookup], { signal: controller.signal });
      expect(failureOf(one(outcomes))).toBe("cancelled");
    });

    test("P35 a result survives JSON", async () => {
      const { outcome } = await read({ body: answer("5") });
      const text = JSON.stringify(outcome);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(JSON.parse(text))));
      expect(text).toContain('"5"');
    });
  });

  describe(`${provider} from configuration`, () => {
    test("connects with the credentials of one scheme", () => {
      expect(connector.connect(scenarios.credentials).provider).toBe(provider);
    });

    test("A01 names the option and variable that is missing, never a value", () => {
      const secrets = Object.values(connector.credentials)
        .flat()
        .filter(({ secret }) => secret);
      const known = secrets.map(({ option, variable }) => `${option} (${variable})`);
      const given = Object.fromEntries(
        Object.entries(scenarios.credentials).filter(([option]) => !secrets.some((each) => each.option === option)),
      );
      const error = thrownBy(() => connector.connect(given));
      expect(isInvError(error) && error.code).toBe("config");
      expect(known.some((name) => String(error).includes(name))).toBe(true);
    });

    test("refuses a base URL that is none", () => {
      const error = thrownBy(() => connector.connect({ ...scenarios.credentials, baseUrl: "nowhere" }));
      expect(isInvError(error) && [error.code, error.provider]).toEqual(["config", provider]);
      expect(connector.options).toContain("baseUrl");
    });
  });
}

function byJson(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}

function one<Value>(values: readonly Value[]): Value {
  const [value, other] = values;
  if (value === undefined || other !== undefined) throw new Error(`expected one, got ${values.length}`);
  return value;
}

function okOf(outcome: Outcome): Extract<Outcome, { status: "ok" }> {
  if (outcome.status === "failed") throw outcome.error;
  return outcome;
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Code and kind of a failed outcome; empty for one that is ok. */
export function failureOf(outcome: Outcome | undefined): string {
  if (outcome?.status !== "failed") return "";
  return `${outcome.error.code} ${outcome.error.kind ?? ""}`.trim();
}

/** A quantity on one line. */
export function print(found: Figure | undefined): string {
  const quantity = found?.quantity;
  if (quantity?.kind === "exact") return `exact ${quantity.value}`;
  return quantity?.kind === "unknown" ? `unknown ${quantity.reason}` : String(quantity?.kind);
}

function readingOf(outcome: Outcome, figure: Scenarios["figure"]): Reading {
  if (outcome.status === "failed") return failureOf(outcome);
  return print(figure(one(outcome.levels)));
}
