import { createWalleoClient } from "@inv/walleo";
import { expect, test } from "vitest";

import { connector, walleo } from "../src/adapters/walleo.js";
import type { InventoryLevel } from "../src/index.js";
import { ask, levelOf, levelsOf, notesOf, oneAttempt } from "./ask.js";
import { describeAdapter, failureOf, print } from "./conformance.js";

const credentials = {
  apiKey: "k",
  identifier: "b5245bbc-8ee7-4e55-92e0-b97e81085154",
  sharedKey: "6F2CE47010CF4F79B9767042BAFB1EB4",
};
const onDemand = '{"enabled":true,"available_amount":"unlimited"}';
const fifty = { item: { id: "KELPFR", variantId: "50" } };

function adapter(fetch: typeof globalThis.fetch) {
  return walleo(createWalleoClient({ ...credentials, fetch, ...oneAttempt }));
}

function row(faceValue: string, owned: string | undefined, shared: string | undefined): string {
  const parts = [`"facial_value":${faceValue}`];
  if (owned !== undefined) parts.push(`"owned_quantity":${owned}`);
  if (shared !== undefined) parts.push(`"shared_quantity":${shared}`);
  return `{${parts.join(",")}}`;
}

const stock = [row("25", "12", "3"), row("50", "5", "0")];

function inventory(rows: readonly string[] = stock, api: string | undefined = onDemand, code = "KELPFR"): string {
  const channel = api === "" ? "" : `"end_to_end_api":${api},`;
  return `{"inventories":{"gift_card":{"code":"${code}","name":"Kelp & Clay"},${channel}"stocks":[${rows.join(",")}]}}`;
}

/** Available, owned, shared. */
function figures({ quantities, terms }: InventoryLevel): string[] {
  return [quantities.available, terms["walleo.owned"], terms["walleo.shared"]].map(print);
}

describeAdapter("walleo", {
  connector,
  credentials,
  adapter,
  lookups: [
    { account: "acme", ...fifty },
    { account: "acme", item: { id: "KELPFR" } },
    { account: "acme", item: { id: "CLAYFR", variantId: "50" } },
  ],
  answer: (owned) => inventory([row("50", owned, "0")]),
  figure: (level) => level.terms["walleo.owned"],
  readings: {
    zero: "exact 0",
    negative: "unknown not-understood",
    "beyond 2^53": "exact 9007199254740993",
    fraction: "quantity not-integer",
    "trailing zeros": "exact 42",
    null: "unknown null",
    missing: "unknown not-listed",
    "out of range": "quantity out-of-range",
  },
  refused: [
    [{ account: "acme", item: { id: "KELPFR", variantId: "fifty" } }, "/item/variantId"],
    [{ account: "acme", item: { id: "KELPFR", variantId: "50 " } }, "/item/variantId"],
    [{ account: "acme", ...fifty, location: { id: "here" } }, "/location"],
  ],
  notFound: {
    status: 404,
    body: '{"errors":[{"code":"gift_card_not_found","message":"Gift card not found"}],"status":"not_found"}',
  },
});

test("a lookup of a card has one level for each face value", async () => {
  const { outcomes, asked } = await ask(adapter, [{ item: { id: "KELPFR" } }], inventory());
  expect(asked.map(({ path }) => path)).toEqual(["/partners/v1/inventories/KELPFR"]);
  const levels = levelsOf(outcomes[0]);
  expect(levels[1]).toEqual({
    account: "acme",
    provider: "walleo",
    item: { id: "KELPFR", variantId: "50", name: "Kelp & Clay" },
    location: undefined,
    quantities: {
      available: { quantity: { kind: "unlimited" }, basis: "inferred", providerTerm: "available_amount" },
    },
    terms: {
      "walleo.owned": { quantity: { kind: "exact", value: "5" }, basis: "unspecified", providerTerm: "owned_quantity" },
      "walleo.shared": {
        quantity: { kind: "exact", value: "0" },
        basis: "unspecified",
        providerTerm: "shared_quantity",
      },
    },
    notes: [],
    observedAt: expect.any(String),
  });
  expect(levels.map(({ item }) => item.variantId)).toEqual(["25", "50"]);
});

test("face values of one card share one call", async () => {
  const lookups = [fifty, { item: { id: "KELPFR", variantId: "25" } }, { item: { id: "KELPFR" } }];
  const { outcomes, asked } = await ask(adapter, lookups, inventory());
  expect(asked).toHaveLength(1);
  expect(outcomes.map((outcome) => levelsOf(outcome).length)).toEqual([1, 1, 2]);
});

test.each([
  ["50", "50.0"],
  ["50.00", "50"],
  ["12.50", "12.5"],
])(
  "the face value %s is found as %s: it is compared as a number and written as Walleo writes it",
  async (asked, sent) => {
    const { outcomes } = await ask(
      adapter,
      [{ item: { id: "KELPFR", variantId: asked } }],
      inventory([row(sent, "5", "0")]),
    );
    const level = levelOf(outcomes[0]);
    expect([level.item.variantId, figures(level)]).toEqual([sent, ["unlimited", "exact 5", "exact 0"]]);
  },
);

test("P34 owned and shared are kept apart, never added", async () => {
  const { outcomes } = await ask(adapter, [{ item: { id: "KELPFR", variantId: "25" } }], inventory());
  expect(figures(levelOf(outcomes[0]))).toEqual(["unlimited", "exact 12", "exact 3"]);
});

test("P34 a count that is missing or negative is unknown; the other one stands", async () => {
  const { outcomes } = await ask(adapter, [fifty], inventory([row("50", undefined, "3")]));
  expect(figures(levelOf(outcomes[0]))).toEqual(["unlimited", "unknown not-listed", "exact 3"]);
  const negative = await ask(adapter, [fifty], inventory([row("50", "5", "-1")]));
  expect(figures(levelOf(negative.outcomes[0]))).toEqual(["unlimited", "exact 5", "unknown not-understood"]);
});

test.each([
  ['{"enabled":true,"available_amount":"unlimited"}', "unlimited"],
  ['{"enabled":true,"available_amount":"UNLIMITED"}', "unknown not-understood"],
  ['{"enabled":true,"available_amount":"infinite"}', "unknown not-understood"],
  ['{"enabled":true,"available_amount":""}', "unknown not-understood"],
  ['{"enabled":true,"available_amount":"500"}', "unknown not-understood"],
  ['{"enabled":true,"available_amount":-1}', "unknown not-understood"],
  ['{"enabled":true,"available_amount":0}', "unknown not-understood"],
  ['{"enabled":true,"available_amount":null}', "unknown null"],
  ['{"enabled":true}', "unknown not-listed"],
  ['{"enabled":false,"available_amount":"unlimited"}', "unknown disabled"],
  ['{"enabled":false,"available_amount":500}', "unknown disabled"],
  ['{"available_amount":"unlimited"}', "unknown not-listed"],
  ['{"enabled":null,"available_amount":"unlimited"}', "unknown null"],
  ["null", "unknown null"],
  ["", "unknown not-listed"],
])("P18 the on-demand channel %s is %s", async (api, expected) => {
  const { outcomes } = await ask(adapter, [fifty], inventory(stock, api));
  expect(figures(levelOf(outcomes[0]))).toEqual([expected, "exact 5", "exact 0"]);
});

test.each(['"true"', "1", "{}"])("P16 an enabled of another type (%s) is not converted", async (enabled) => {
  const api = `{"enabled":${enabled},"available_amount":"unlimited"}`;
  expect(failureOf((await ask(adapter, [fifty], inventory(stock, api))).outcomes[0])).toBe("schema");
});

test("P26 a card without rows has one level: on demand still answers, the counts are not listed", async () => {
  const { outcomes } = await ask(adapter, [{ item: { id: "KELPFR" } }], inventory([]));
  const level = levelOf(outcomes[0]);
  expect([level.item.variantId, figures(level)]).toEqual([
    undefined,
    ["unlimited", "unknown not-listed", "unknown not-listed"],
  ]);
});

test("a face value that is not in the list has counts that are unknown, not zero", async () => {
  const { outcomes } = await ask(adapter, [{ item: { id: "KELPFR", variantId: "75" } }], inventory());
  const level = levelOf(outcomes[0]);
  expect([level.item.variantId, figures(level)]).toEqual([
    "75",
    ["unlimited", "unknown not-listed", "unknown not-listed"],
  ]);
});

test.each(["kelpfr", "KELP-FR", "KELPFR "])("P27 an answer about the code %s is discarded", async (code) => {
  expect(failureOf((await ask(adapter, [fifty], inventory(stock, onDemand, code))).outcomes[0])).toBe("identity");
});

test("an array of inventories is refused, not chosen from", async () => {
  const body = inventory().replace('"inventories":{', '"inventories":[{').replace(/\}$/, "]}");
  expect(failureOf((await ask(adapter, [fifty], body)).outcomes[0])).toBe("schema");
});

test.each([
  ["missing", inventory().replace(/,"stocks":\[.*\]/, "")],
  ["null", inventory().replace(/"stocks":\[.*\]/, '"stocks":null')],
])("P26 stocks that are %s are no empty list", async (_, body) => {
  expect(failureOf((await ask(adapter, [fifty], body)).outcomes[0])).toBe("schema");
});

test("P28 a face value listed twice is one level when the counts are equal, else a failure of its own", async () => {
  const equal = await ask(adapter, [fifty], inventory([row("50", "5", "0"), row("50.0", "5", "0")]));
  expect(figures(levelOf(equal.outcomes[0]))).toEqual(["unlimited", "exact 5", "exact 0"]);
  const lookups = [fifty, { item: { id: "KELPFR", variantId: "25" } }];
  const different = await ask(adapter, lookups, inventory([...stock, row("50", "6", "0")]));
  expect(different.outcomes.map(failureOf)).toEqual(["quantity ambiguous", ""]);
});

test("P24 a row without a face value costs those who may be meant", async () => {
  const nameless = '{"owned_quantity":5,"shared_quantity":0}';
  const lookups = [fifty, { item: { id: "KELPFR", variantId: "75" } }, { item: { id: "KELPFR" } }];
  const { outcomes } = await ask(adapter, lookups, inventory([...stock, nameless]));
  expect(outcomes.map(failureOf)).toEqual(["", "schema", "schema"]);
});

test("P29 a face value that nobody asked for is left out and told", async () => {
  const level = levelOf((await ask(adapter, [fifty], inventory())).outcomes[0]);
  expect(level.notes).toEqual([
    { code: "extra-rows", text: "The answer also lists face values that were not asked for: 25." },
  ]);
  const all = await ask(adapter, [fifty, { item: { id: "KELPFR" } }], inventory());
  expect(all.outcomes.flatMap((outcome) => levelsOf(outcome).flatMap(notesOf))).toEqual([]);
});
