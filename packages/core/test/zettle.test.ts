import { createZettleClient } from "@inv/zettle";
import { expect, test } from "vitest";

import { connector, zettle } from "../src/adapters/zettle.js";
import type { InventoryLevel } from "../src/index.js";
import { ask, levelOf, levelsOf, notesOf, oneAttempt } from "./ask.js";
import { describeAdapter, failureOf, print } from "./conformance.js";

const store = "6e5e8d52-5ce0-11ec-bf63-0242ac130002";
const mug = "7f3c2a10-5ce0-11ec-bf63-0242ac130002";
const mugVariant = "8a1d4b52-5ce0-11ec-bf63-0242ac130002";
const tea = "91b6c0e4-5ce0-11ec-bf63-0242ac130002";
const teaVariant = "a2c7d1f5-5ce0-11ec-bf63-0242ac130002";
const wrap = "b3d8e2a6-5ce0-11ec-bf63-0242ac130002";
const otherVariant = "c4e9f3b7-5ce0-11ec-bf63-0242ac130002";

function adapter(fetch: typeof globalThis.fetch) {
  return zettle(createZettleClient({ clientId: "c", apiKey: "k", fetch, ...oneAttempt }));
}

interface RowParts {
  readonly product?: string | undefined;
  readonly variant?: string | undefined;
  readonly location?: string;
  readonly type?: string;
}

function row(balance: string | undefined, parts: RowParts = {}): string {
  const { product, variant, location = store, type = "STORE" } = { product: mug, variant: mugVariant, ...parts };
  const fields = [`"locationUuid":"${location}"`, `"locationType":"${type}"`];
  if (product !== undefined) fields.push(`"productUuid":"${product}"`);
  if (variant !== undefined) fields.push(`"variantUuid":"${variant}"`);
  if (balance !== undefined) fields.push(`"balance":${balance}`);
  return `{${fields.join(",")}}`;
}

function balances(rows: readonly string[], tracked: readonly string[] = [mug, tea], location = store): string {
  const products = tracked.map((product) => `"${product}"`).join(",");
  return `{"locationUuid":"${location}","trackedProducts":[${products}],"variants":[${rows.join(",")}],"latest":0}`;
}

function item(id: string, variantId?: string) {
  return { item: variantId === undefined ? { id } : { id, variantId } };
}

function numbered(index: number): string {
  return `00000000-0000-0000-0000-${String(index).padStart(12, "0")}`;
}

/** On hand and the balance as a term; empty where there is no such term. */
function figures({ quantities, terms }: InventoryLevel): string[] {
  const term = terms["zettle.balance"];
  return [print(quantities.onHand), term === undefined ? "" : print(term)];
}

describeAdapter("zettle", {
  connector,
  credentials: { clientId: "c", apiKey: "k" },
  adapter,
  lookups: [
    { account: "acme", ...item(mug, mugVariant) },
    { account: "acme", ...item(tea) },
    { account: "acme", ...item(mug, mugVariant), location: { id: store } },
  ],
  answer: (balance) => balances([row(balance === undefined || balance === "null" ? balance : `"${balance}"`)]),
  figure: (level) => level.quantities.onHand,
  readings: {
    zero: "exact 0",
    negative: "exact -3",
    "beyond 2^53": "exact 9007199254740993",
    fraction: "exact 42.5",
    "trailing zeros": "exact 42.000",
    null: "unknown null",
    missing: "schema",
    "out of range": "quantity out-of-range",
  },
  refused: [
    [{ account: "acme", item: { id: "mug" } }, "/item/id"],
    [{ account: "acme", item: { id: mug, variantId: "blue" } }, "/item/variantId"],
    [{ account: "acme", item: { id: mug }, location: { id: "STORE" } }, "/location/id"],
  ],
  notFound: { status: 404, body: '{"errorType":"NOT_FOUND","developerMessage":"Not found"}' },
});

test("all products at the STORE are one POST that only reads, in the order of the lookups", async () => {
  const lookups = [item(mug, mugVariant), item(tea, teaVariant), item(wrap), item(mug, otherVariant), item(tea)];
  const { asked } = await ask(adapter, lookups, balances([]));
  expect(asked).toEqual([
    {
      method: "POST",
      path: "/organizations/self/inventory/products",
      body: { locationType: "STORE", productUuids: [mug, tea, wrap] },
    },
  ]);
});

test("a hundred products fit in one call, the next one takes another", async () => {
  const lookups = Array.from({ length: 101 }, (_, index) => item(numbered(index)));
  const { outcomes, asked } = await ask(adapter, lookups, balances([]));
  expect(asked.map(({ body }) => Reflect.get(Object(body), "productUuids").length)).toEqual([100, 1]);
  expect(outcomes).toHaveLength(101);
});

test("each location that is named is one read of its own; the read of one product is never used", async () => {
  const here = { location: { id: store } };
  const there = { location: { id: "5d6c1f7e-5ce0-11ec-bf63-0242ac130002" } };
  const lookups = [
    { ...item(mug), ...here },
    { ...item(mug), ...there },
    { ...item(tea, teaVariant), ...here },
    { ...item(mug), location: { id: store.toUpperCase() } },
  ];
  const { outcomes, asked } = await ask(adapter, lookups, ({ path }) => balances([], [mug], path.split("/").at(-1)));
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `GET /organizations/self/inventory/locations/${store}`,
    `GET /organizations/self/inventory/locations/${there.location.id}`,
  ]);
  expect(outcomes.map(failureOf)).toEqual(["", "", "", ""]);
});

test("a tracked product with a row has its balance", async () => {
  const { outcomes } = await ask(adapter, [item(mug, mugVariant)], balances([row('"-3"')]));
  expect(levelOf(outcomes[0])).toEqual({
    account: "acme",
    provider: "zettle",
    item: { id: mug, variantId: mugVariant },
    location: { id: store, kind: "stocked" },
    quantities: {
      onHand: { quantity: { kind: "exact", value: "-3" }, basis: "documented", providerTerm: "balance" },
    },
    terms: {},
    notes: [],
    observedAt: expect.any(String),
  });
});

test.each([
  ["a product", undefined],
  ["a variant", mugVariant],
])("a tracked product without a row is an exact zero for %s, by inference", async (_, variant) => {
  const { outcomes } = await ask(adapter, [item(mug, variant)], balances([]));
  const level = levelOf(outcomes[0]);
  expect(level.quantities.onHand).toEqual({
    quantity: { kind: "exact", value: "0" },
    basis: "inferred",
    providerTerm: "balance",
  });
  expect(level.item).toEqual(variant === undefined ? { id: mug } : { id: mug, variantId: variant });
});

test("a variant without a row is zero although another variant of its product has one", async () => {
  const { outcomes } = await ask(adapter, [item(mug, otherVariant), item(mug, mugVariant)], balances([row('"42"')]));
  expect(outcomes.map((outcome) => print(levelOf(outcome).quantities.onHand))).toEqual(["exact 0", "exact 42"]);
  expect(levelOf(outcomes[0]).quantities.onHand?.basis).toBe("inferred");
});

test("a product that is not tracked is untracked, not zero", async () => {
  const { outcomes } = await ask(adapter, [item(wrap), item(wrap, otherVariant)], balances([], [mug]));
  expect(outcomes.map((outcome) => figures(levelOf(outcome)))).toEqual([
    ["untracked", ""],
    ["untracked", ""],
  ]);
  expect(levelOf(outcomes[0]).location).toEqual({ id: store, kind: "stocked" });
});

test("a balance of a product that is not tracked is not taken, with a note", async () => {
  const { outcomes } = await ask(adapter, [item(mug)], balances([row('"42"')], []));
  const level = levelOf(outcomes[0]);
  expect([figures(level), notesOf(level)]).toEqual([["untracked", ""], ["inconsistent"]]);
});

test("a lookup of a product has one level for each variant with a row", async () => {
  const rows = [row('"-3"'), row('"12.375"', { variant: otherVariant })];
  const { outcomes } = await ask(adapter, [item(mug)], balances(rows));
  expect(levelsOf(outcomes[0]).map((level) => [level.item.variantId, print(level.quantities.onHand)])).toEqual([
    [mugVariant, "exact -3"],
    [otherVariant, "exact 12.375"],
  ]);
});

test("P16 a balance may be a text or a number, and keeps its digits either way", async () => {
  const rows = [row('"10.50"'), row("9007199254740993", { variant: otherVariant })];
  const { outcomes } = await ask(adapter, [item(mug)], balances(rows));
  expect(levelsOf(outcomes[0]).map(({ quantities }) => print(quantities.onHand))).toEqual([
    "exact 10.50",
    "exact 9007199254740993",
  ]);
});

test.each(['""', '" "', '"0x10"', '"1,234"', '"1.234,5"', '"12abc"', '"1e3"', '"+5"', '" 42 "', '"٤٢"', '"null"'])(
  "P14 the balance %s is no quantity, and costs its own variant only",
  async (balance) => {
    const lookups = [item(mug, mugVariant), item(tea, teaVariant)];
    const { outcomes } = await ask(
      adapter,
      lookups,
      balances([row(balance), row('"1"', { product: tea, variant: teaVariant })]),
    );
    expect(outcomes.map(failureOf)).toEqual(["quantity format", ""]);
  },
);

test("UUIDs are the same in either case, and lower in levels", async () => {
  const upper = row('"42"', {
    product: mug.toUpperCase(),
    variant: mugVariant.toUpperCase(),
    location: store.toUpperCase(),
  });
  const body = balances([upper], [mug.toUpperCase()], store.toUpperCase());
  const lookups = [item(mug.toUpperCase(), mugVariant.toUpperCase()), item(mug, mugVariant)];
  const { outcomes, asked } = await ask(adapter, lookups, body);
  expect(asked.map(({ body: sent }) => sent)).toEqual([{ locationType: "STORE", productUuids: [mug] }]);
  for (const outcome of outcomes) {
    const level = levelOf(outcome);
    expect([level.item, level.location?.id]).toEqual([{ id: mug, variantId: mugVariant }, store]);
    expect(print(level.quantities.onHand)).toBe("exact 42");
  }
});

const elsewhere = "5d6c1f7e-5ce0-11ec-bf63-0242ac130002";

test.each([
  ["SUPPLIER", "supplier"],
  ["SOLD", "virtual"],
  ["BIN", "virtual"],
])("the balance at a %s location is a term, not goods on hand", async (type, kind) => {
  const body = balances([row('"-37"', { location: elsewhere, type })], [mug, tea], elsewhere);
  const lookups = [
    { ...item(mug, mugVariant), location: { id: elsewhere } },
    { ...item(tea), location: { id: elsewhere } },
    { ...item(wrap), location: { id: elsewhere } },
  ];
  const { outcomes } = await ask(adapter, lookups, body);
  expect(outcomes.map((outcome) => figures(levelOf(outcome)))).toEqual([
    ["unknown not-listed", "exact -37"],
    ["unknown not-listed", "exact 0"],
    ["untracked", ""],
  ]);
  for (const outcome of outcomes) {
    expect(levelOf(outcome).location).toEqual({ id: elsewhere, kind });
    expect(notesOf(levelOf(outcome))).toEqual(["virtual-location"]);
  }
});

test("the STORE asked for by its id is goods on hand", async () => {
  const lookups = [
    { ...item(mug, mugVariant), location: { id: store } },
    { ...item(tea), location: { id: store } },
  ];
  const { outcomes } = await ask(adapter, lookups, balances([row('"42"')]));
  expect(outcomes.map((outcome) => figures(levelOf(outcome)))).toEqual([
    ["exact 42", ""],
    ["exact 0", ""],
  ]);
});

test("a location without any row does not say of which type it is: its zero is a term", async () => {
  const { outcomes } = await ask(adapter, [{ ...item(mug), location: { id: store } }], balances([]));
  const level = levelOf(outcomes[0]);
  expect([level.location, figures(level), notesOf(level)]).toEqual([
    { id: store },
    ["unknown not-listed", "exact 0"],
    [],
  ]);
});

test("P22 a type of location that is not documented is told, and not taken for STORE", async () => {
  const body = balances([row('"42"', { type: "WAREHOUSE2" })]);
  for (const lookup of [item(mug, mugVariant), { ...item(mug, mugVariant), location: { id: store } }]) {
    const { outcomes } = await ask(adapter, [lookup], body);
    const level = levelOf(outcomes[0]);
    expect([level.location, figures(level), notesOf(level)]).toEqual([
      { id: store },
      ["unknown not-understood", "exact 42"],
      ["unknown-enum"],
    ]);
    expect(level.notes[0]?.text).toContain('"WAREHOUSE2"');
  }
});

test("P27 an answer about another location is discarded", async () => {
  const { outcomes } = await ask(adapter, [{ ...item(mug), location: { id: elsewhere } }], balances([row('"42"')]));
  expect(failureOf(outcomes[0])).toBe("identity");
});

test.each([
  ["location", { location: elsewhere }],
  ["type of location", { type: "BIN" }],
])("P27 a row about another %s costs its own variant only", async (_, parts) => {
  const rows = [row('"42"', parts), row('"1"', { product: tea, variant: teaVariant })];
  const { outcomes } = await ask(adapter, [item(mug, mugVariant), item(tea, teaVariant)], balances(rows));
  expect(outcomes.map(failureOf)).toEqual(["identity", ""]);
});

test.each([
  ["location", { location: elsewhere }],
  ["type of location", { type: "SUPPLIER" }],
])("P27 no zero is concluded from a list about another %s", async (_, parts) => {
  const body = balances([row('"42"', { product: tea, variant: teaVariant, ...parts })]);
  const { outcomes } = await ask(adapter, [item(mug), item(mug, mugVariant), item(wrap)], body);
  expect(outcomes.map(failureOf)).toEqual(["identity", "identity", ""]);
});

test.each([`${mug} `, mug.replaceAll("-", ""), "1"])(
  "P24 no zero is concluded beside a row of the product %j, which is no UUID",
  async (product) => {
    const { outcomes } = await ask(adapter, [item(mug), item(mug, mugVariant)], balances([row('"42"', { product })]));
    expect(outcomes.map(failureOf)).toEqual(["schema", "schema"]);
  },
);

test("P28 a variant listed twice is one level when the balances are equal, else a failure of its own", async () => {
  const equal = await ask(adapter, [item(mug)], balances([row('"42"'), row('"42.0"')]));
  expect(print(levelOf(equal.outcomes[0]).quantities.onHand)).toBe("exact 42");
  const lookups = [item(mug, mugVariant), item(mug, otherVariant)];
  const different = await ask(adapter, lookups, balances([row('"42"'), row('"43"')]));
  expect(different.outcomes.map(failureOf)).toEqual(["quantity ambiguous", ""]);
});

test("P29 what nobody asked for is left out and told", async () => {
  const rows = [row('"42"'), row('"1"', { variant: otherVariant }), row('"2"', { product: tea, variant: teaVariant })];
  const { outcomes } = await ask(adapter, [item(mug, mugVariant)], balances(rows));
  const level = levelOf(outcomes[0]);
  expect(print(level.quantities.onHand)).toBe("exact 42");
  expect(level.notes).toEqual([
    {
      code: "extra-rows",
      text: `The answer also lists variants or products that were not asked for: ${otherVariant}, ${tea}.`,
    },
  ]);
});

test("P29 other products are no surprise where a whole location was asked for", async () => {
  const rows = [row('"42"'), row('"2"', { product: tea, variant: teaVariant })];
  const { outcomes } = await ask(adapter, [{ ...item(mug, mugVariant), location: { id: store } }], balances(rows));
  expect(notesOf(levelOf(outcomes[0]))).toEqual([]);
});

test("P24 a row without its product costs those whose zero would rest on it", async () => {
  const rows = [row('"42"'), row('"5"', { product: undefined })];
  const lookups = [item(mug, mugVariant), item(mug), item(tea), item(tea, teaVariant), item(wrap)];
  const { outcomes } = await ask(adapter, lookups, balances(rows));
  expect(outcomes.map(failureOf)).toEqual(["", "schema", "schema", "schema", ""]);
});

test("P24 a row without its variant costs its own product only", async () => {
  const rows = [row('"42"'), row('"5"', { variant: undefined })];
  const { outcomes } = await ask(adapter, [item(mug, mugVariant), item(mug, otherVariant), item(tea)], balances(rows));
  expect(outcomes.map(failureOf)).toEqual(["", "schema", ""]);
});

test("P24 a tracked product that cannot be read costs those who would be untracked", async () => {
  const body = balances([row('"42"')]).replace('"trackedProducts":[', '"trackedProducts":[null,');
  const { outcomes } = await ask(adapter, [item(mug, mugVariant), item(wrap)], body);
  expect(outcomes.map(failureOf)).toEqual(["", "schema"]);
});

test.each([
  ["variants", "missing", /,"variants":\[\]/, ""],
  ["variants", "null", /"variants":\[\]/, '"variants":null'],
  ["trackedProducts", "missing", /"trackedProducts":\[[^\]]*\],/, ""],
  ["trackedProducts", "null", /"trackedProducts":\[[^\]]*\]/, '"trackedProducts":null'],
])("P26 %s that are %s are no empty list", async (_, __, found, replacement) => {
  const { outcomes } = await ask(adapter, [item(mug)], balances([]).replace(found, replacement));
  expect(failureOf(outcomes[0])).toBe("schema");
});
