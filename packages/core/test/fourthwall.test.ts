import { createFourthwallClient } from "@inv/fourthwall";
import { expect, test } from "vitest";

import { connector, fourthwall } from "../src/adapters/fourthwall.js";
import { ask, levelOf, levelsOf, notesOf, oneAttempt } from "./ask.js";
import { describeAdapter, failureOf, print } from "./conformance.js";

const hoodie = "00aa4abd-5778-4199-8161-0b49b2f212e5";
const m = "3f0e9c1a-8a52-4c57-9f7e-6a1d2b3c4d51";
const l = "3f0e9c1a-8a52-4c57-9f7e-6a1d2b3c4d52";

function adapter(fetch: typeof globalThis.fetch) {
  return fourthwall(createFourthwallClient({ username: "u", password: "p", fetch, ...oneAttempt }));
}

function row(variantId: string, quantity: string | undefined, updatedAt = '"2026-11-19T08:30:00Z"'): string {
  const figure = quantity === undefined ? "" : `"quantity":${quantity},`;
  return `{"variantId":"${variantId}",${figure}"createdAt":"2026-01-05T09:00:00Z","updatedAt":${updatedAt}}`;
}

function page(rows: readonly string[], paging = ""): string {
  return `{"results":[${rows.join(",")}]${paging}}`;
}

const both = page([row(m, "7"), row(l, "0")]);

describeAdapter("fourthwall", {
  connector,
  credentials: { username: "u", password: "p" },
  adapter,
  lookups: [
    { account: "acme", item: { id: hoodie } },
    { account: "acme", item: { id: hoodie, variantId: m } },
    { account: "acme", item: { id: "mug" } },
  ],
  answer: (quantity) => page([row(m, quantity)]),
  figure: (level) => level.quantities.available,
  readings: {
    zero: "exact 0",
    negative: "exact -3",
    "beyond 2^53": "quantity out-of-range",
    fraction: "quantity not-integer",
    "trailing zeros": "exact 42",
    null: "unknown null",
    missing: "schema",
    "out of range": "quantity out-of-range",
  },
  refused: [[{ account: "acme", item: { id: hoodie }, location: { id: "here" } }, "/location"]],
  notFound: { status: 404, body: '{"code":"OFFER_NOT_FOUND_BY_SHOP_ID_AND_ID_ERROR","shopId":"s","offerId":"o"}' },
});

test("a lookup of a product has one level for each variant that is listed", async () => {
  const { outcomes, asked } = await ask(adapter, [{ item: { id: hoodie } }], both);
  expect(asked.map(({ path }) => path)).toEqual([`/open-api/v1.0/products/${hoodie}/inventory`]);
  expect(levelsOf(outcomes[0])).toEqual(
    [
      [m, "7"],
      [l, "0"],
    ].map(([variantId, value]) => ({
      account: "acme",
      provider: "fourthwall",
      item: { id: hoodie, variantId },
      location: undefined,
      quantities: {
        available: { quantity: { kind: "exact", value }, basis: "unspecified", providerTerm: "quantity" },
      },
      terms: {},
      notes: [],
      observedAt: expect.any(String),
      sourceUpdatedAt: "2026-11-19T08:30:00.000Z",
    })),
  );
});

test("variants of one product share one call", async () => {
  const lookups = [
    { item: { id: hoodie, variantId: l } },
    { item: { id: hoodie } },
    { item: { id: hoodie, variantId: m } },
  ];
  const { outcomes, asked } = await ask(adapter, lookups, both);
  expect(asked).toHaveLength(1);
  expect(outcomes.map((outcome) => levelsOf(outcome).map(({ quantities }) => print(quantities.available)))).toEqual([
    ["exact 0"],
    ["exact 7", "exact 0"],
    ["exact 7"],
  ]);
});

test("a variant that is not listed is unknown, not zero", async () => {
  const { outcomes } = await ask(adapter, [{ item: { id: hoodie, variantId: "other" } }], both);
  const level = levelOf(outcomes[0]);
  expect([level.item.variantId, print(level.quantities.available)]).toEqual(["other", "unknown not-listed"]);
  expect(outcomes[0]).toMatchObject({ complete: true });
});

test("P26 a product without rows has one level that says so", async () => {
  const { outcomes } = await ask(adapter, [{ item: { id: hoodie } }], page([]));
  const level = levelOf(outcomes[0]);
  expect([level.item, print(level.quantities.available)]).toEqual([{ id: hoodie }, "unknown not-listed"]);
});

test.each([
  ['"totalPages":2', ',"totalPages":2'],
  ['"total":3 for two rows', ',"total":3'],
])("a page that is not all (%s) is not complete, and a variant that is missing there is unknown", async (_, paging) => {
  const lookups = [
    { item: { id: hoodie, variantId: "other" } },
    { item: { id: hoodie, variantId: m } },
    { item: { id: hoodie } },
  ];
  const { outcomes } = await ask(adapter, lookups, page([row(m, "7"), row(l, "0")], paging));
  expect(outcomes.map((outcome) => outcome.status === "ok" && outcome.complete)).toEqual([false, false, false]);
  expect(outcomes.map((outcome) => print(levelsOf(outcome)[0]?.quantities.available))).toEqual([
    "unknown incomplete-page",
    "exact 7",
    "exact 7",
  ]);
});

test("an empty page of several is unknown for that reason", async () => {
  const { outcomes } = await ask(
    adapter,
    [{ item: { id: hoodie } }],
    page([], ',"total":4,"page":0,"size":20,"totalPages":1'),
  );
  expect(outcomes[0]).toMatchObject({ complete: false });
  expect(print(levelOf(outcomes[0]).quantities.available)).toBe("unknown incomplete-page");
});

test("a page that is all is complete", async () => {
  const { outcomes } = await ask(
    adapter,
    [{ item: { id: hoodie } }],
    page([row(m, "7")], ',"total":1,"page":0,"size":20,"totalPages":1'),
  );
  expect(outcomes[0]).toMatchObject({ status: "ok", complete: true });
});

test("P28 a variant listed twice with one figure is one level", async () => {
  const { outcomes } = await ask(adapter, [{ item: { id: hoodie } }], page([row(m, "7"), row(m, "7")]));
  expect(print(levelOf(outcomes[0]).quantities.available)).toBe("exact 7");
});

test("P28 a variant listed with two figures fails, and the other one does not", async () => {
  const lookups = [
    { item: { id: hoodie, variantId: m } },
    { item: { id: hoodie, variantId: l } },
    { item: { id: hoodie } },
  ];
  const { outcomes } = await ask(adapter, lookups, page([row(m, "7"), row(l, "0"), row(m, "8")]));
  expect(outcomes.map(failureOf)).toEqual(["quantity ambiguous", "", "quantity ambiguous"]);
});

test("P24 a row without a figure costs its own variant only", async () => {
  const lookups = [{ item: { id: hoodie, variantId: m } }, { item: { id: hoodie, variantId: l } }];
  const { outcomes } = await ask(adapter, lookups, page([row(m, undefined), row(l, "0")]));
  expect(outcomes.map(failureOf)).toEqual(["schema", ""]);
});

test("P24 a row that does not say whose it is costs those who may be meant", async () => {
  const lookups = [
    { item: { id: hoodie, variantId: "other" } },
    { item: { id: hoodie } },
    { item: { id: hoodie, variantId: m } },
  ];
  const nameless = '{"quantity":3,"createdAt":"2026-01-05T09:00:00Z","updatedAt":"2026-11-19T08:30:00Z"}';
  const { outcomes } = await ask(adapter, lookups, page([nameless, row(m, "7")]));
  expect(outcomes.map(failureOf)).toEqual(["schema", "schema", ""]);
});

test.each(['"7"', "true", "[7]", '{"value":7}'])(
  "P16 a quantity of another type (%s) is not converted",
  async (quantity) => {
    const { outcomes } = await ask(adapter, [{ item: { id: hoodie } }], page([row(m, quantity)]));
    expect(failureOf(outcomes[0])).toBe("schema");
  },
);

test("P29 a variant that nobody asked for is left out and told", async () => {
  const { outcomes } = await ask(adapter, [{ item: { id: hoodie, variantId: m } }], both);
  const level = levelOf(outcomes[0]);
  expect([print(level.quantities.available), level.notes]).toEqual([
    "exact 7",
    [{ code: "extra-rows", text: `The answer also lists variants that were not asked for: ${l}.` }],
  ]);
});

test("a variant that another lookup of the call asks for is not extra", async () => {
  const { outcomes } = await ask(
    adapter,
    [{ item: { id: hoodie, variantId: m } }, { item: { id: hoodie, variantId: l } }],
    both,
  );
  expect(outcomes.map((outcome) => notesOf(levelOf(outcome)))).toEqual([[], []]);
});

test("ids that are no UUIDs are taken as they are", async () => {
  const { outcomes } = await ask(adapter, [{ item: { id: "pro_1", variantId: "var_1" } }], page([row("var_1", "3")]));
  expect(print(levelOf(outcomes[0]).quantities.available)).toBe("exact 3");
});

test.each([
  ["2026-11-19T08:30:00+01:00", "2026-11-19T07:30:00.000Z"],
  ["2026-11-19T08:30:00.123456Z", "2026-11-19T08:30:00.123Z"],
  ["2024-02-29t23:59:59z", "2024-02-29T23:59:59.000Z"],
  ["2026-01-01T00:30:00+02:00", "2025-12-31T22:30:00.000Z"],
])("P32 the time %s is %s", async (updatedAt, expected) => {
  const { outcomes } = await ask(adapter, [{ item: { id: hoodie } }], page([row(m, "7", `"${updatedAt}"`)]));
  expect(levelOf(outcomes[0]).sourceUpdatedAt).toBe(expected);
});

test.each([
  '"2026-11-19T08:30:00"',
  '"2026-11-19"',
  '"2026-11-19 08:30:00Z"',
  '"2026-11-19T24:00:00Z"',
  '"2016-12-31T23:59:60Z"',
  '"10000-01-01T00:00:00Z"',
  '"9999-12-31T23:59:59-01:00"',
  '"2026-02-30T00:00:00Z"',
  '"2026-11-19T08:30:00+2500"',
  '"1763541000"',
  "1763541000",
  "null",
])("P32 the time %s is none", async (updatedAt) => {
  const { outcomes } = await ask(adapter, [{ item: { id: hoodie } }], page([row(m, "7", updatedAt)]));
  expect(failureOf(outcomes[0])).toBe("schema");
});
