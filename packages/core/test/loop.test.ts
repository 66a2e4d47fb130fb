import { createLoopClient } from "@inv/loop";
import { expect, test } from "vitest";

import { connector, loop } from "../src/adapters/loop.js";
import { ask as askAdapter, levelOf, notesOf, oneAttempt } from "./ask.js";
import { describeAdapter, failureOf, print } from "./conformance.js";

const mug = { item: { id: "653985747439023617" }, location: { id: "631923350119788417" } };
const variant =
  '{"id":"653985747439023617","external_id":null,"sku":"MUG-01","name":"Stoneware mug","barcode":"0023141001205"}';
const place =
  '{"id":"631923350119788417","external_id":"main-warehouse","name":"Main Warehouse","status":"active","address":[]}';

function adapter(fetch: typeof globalThis.fetch) {
  return loop(createLoopClient({ apiKey: "k", fetch, ...oneAttempt }));
}

function answer(parts: { count?: string | undefined; variant?: string; place?: string } = {}): string {
  const { variant: ofVariant = `[${variant}]`, place: ofPlace = `[${place}]` } = parts;
  const count = "count" in parts ? parts.count : "42";
  const start = count === undefined ? "" : `"available_count":${count},`;
  return `{${start}"product_variant":${ofVariant},"location":${ofPlace}}`;
}

function ask(body: string, lookup = mug) {
  return askAdapter(adapter, [lookup], body).then(({ outcomes }) => outcomes[0]);
}

describeAdapter("loop", {
  connector,
  credentials: { apiKey: "k" },
  adapter,
  lookups: [
    { account: "acme", ...mug },
    { account: "acme", item: { id: "653985747439023619" }, location: mug.location },
  ],
  answer: (count) => answer({ count }),
  figure: (level) => level.quantities.available,
  readings: {
    zero: "exact 0",
    negative: "exact -3",
    "beyond 2^53": "exact 9007199254740993",
    fraction: "quantity not-integer",
    "trailing zeros": "exact 42",
    null: "unknown null",
    missing: "schema",
    "out of range": "quantity out-of-range",
  },
  refused: [
    [{ account: "acme", item: { id: "653985747439023617", variantId: "1" }, location: { id: "1" } }, "/item/variantId"],
    [{ account: "acme", item: { id: "653985747439023617" } }, "/location"],
  ],
  notFound: {
    status: 404,
    body: '{"code":"404","http_code":"GEN-NOT-FOUND","message":"The inventory could not be found."}',
  },
});

test("a level has what Loop says of variant and location", async () => {
  const { outcomes, asked } = await askAdapter(adapter, [mug], answer());
  expect(asked.map(({ path }) => path)).toEqual(["/api/2026-07/inventories/653985747439023617/631923350119788417"]);
  expect(levelOf(outcomes[0])).toEqual({
    account: "acme",
    provider: "loop",
    item: { id: "653985747439023617", sku: "MUG-01", barcode: "0023141001205", name: "Stoneware mug" },
    location: { id: "631923350119788417", name: "Main Warehouse", active: true },
    quantities: {
      available: { quantity: { kind: "exact", value: "42" }, basis: "documented", providerTerm: "available_count" },
    },
    terms: {},
    notes: [],
    observedAt: expect.any(String),
  });
});

test("variant and location may be bare objects", async () => {
  const level = levelOf(await ask(answer({ variant, place })));
  expect([level.item.sku, level.location?.name, notesOf(level)]).toEqual(["MUG-01", "Main Warehouse", []]);
});

test.each(["[]", '[{"sku":"MUG-01"}]'])(
  "P26 details that are missing (%s) leave the figure standing, with a note",
  async (empty) => {
    const level = levelOf(await ask(answer({ variant: empty, place: empty })));
    expect([print(level.quantities.available), notesOf(level)]).toEqual([
      "exact 42",
      ["details-missing", "details-missing"],
    ]);
    expect(level.item).toEqual({ id: "653985747439023617" });
    expect(level.location).toEqual({ id: "631923350119788417" });
  },
);

test("details that are not there at all leave the figure standing, with a note", async () => {
  const level = levelOf(await ask('{"available_count":42}'));
  expect([print(level.quantities.available), notesOf(level)]).toEqual([
    "exact 42",
    ["details-missing", "details-missing"],
  ]);
});

test("P26 details that are null are no answer of Loop's", async () => {
  expect(failureOf(await ask(answer({ variant: "null" })))).toBe("schema");
});

test("more than one variant or location is refused, not chosen from", async () => {
  expect(failureOf(await ask(answer({ variant: `[${variant},${variant}]` })))).toBe("schema");
  expect(failureOf(await ask(answer({ place: `[${place},${place}]` })))).toBe("schema");
});

test("P08 numeric ids are exact", async () => {
  const numeric = answer({
    variant: '[{"id":653985747439023617,"barcode":23141001205}]',
    place: '[{"id":631923350119788417}]',
  });
  expect(levelOf(await ask(numeric)).item).toEqual({ id: "653985747439023617", barcode: "23141001205" });
});

test.each([
  ["variant", answer({ variant: '[{"id":653985747439023600}]' })],
  ["location", answer({ place: '[{"id":"631923350119788418"}]' })],
])("P27 an answer about another %s is discarded", async (_, body) => {
  expect(failureOf(await ask(body))).toBe("identity");
});

test("an inactive location keeps its figure, with a note", async () => {
  const level = levelOf(await ask(answer({ place: `[${place.replace('"active"', '"inactive"')}]` })));
  expect([print(level.quantities.available), level.location?.active, notesOf(level)]).toEqual([
    "exact 42",
    false,
    ["inactive-location"],
  ]);
});

test("P22 a status that is not documented is told, and not taken for active", async () => {
  const level = levelOf(await ask(answer({ place: `[${place.replace('"active"', '"paused"')}]` })));
  expect([level.location, notesOf(level)]).toEqual([
    { id: "631923350119788417", name: "Main Warehouse" },
    ["unknown-enum"],
  ]);
  expect(level.notes[0]?.text).toContain('"paused"');
});

test("H07 a 404 says that a missing record is not zero", async () => {
  const body = '{"code":"404","http_code":"GEN-NOT-FOUND","message":"The inventory could not be found."}';
  const { outcomes } = await askAdapter(adapter, [mug], () => ({ status: 404, body }));
  const [outcome] = outcomes;
  expect(failureOf(outcome)).toBe("not-found");
  expect(outcome?.status === "failed" && outcome.error.message).toContain("not a stock of zero");
});

test("each variant and each location is a call of its own", async () => {
  const elsewhere = { ...mug, location: { id: "631923350119788418" } };
  const { outcomes, asked } = await askAdapter(adapter, [mug, elsewhere, mug], ({ path }) =>
    answer({ place: `[{"id":"${path.split("/").at(-1)}"}]` }),
  );
  expect(asked).toHaveLength(2);
  expect(outcomes.map((outcome) => levelOf(outcome).location?.id)).toEqual([
    "631923350119788417",
    "631923350119788418",
    "631923350119788417",
  ]);
});
