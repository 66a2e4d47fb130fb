import { createAugnoClient } from "@inv/augno";
import { expect, test } from "vitest";

import { augno, connector } from "../src/adapters/augno.js";
import type { InventoryLevel } from "../src/index.js";
import { ask, levelOf, notesOf, oneAttempt } from "./ask.js";
import { describeAdapter, failureOf, print } from "./conformance.js";
import type { Asked, Reply } from "./serve.js";

const tea = { item: { id: "it_01HTEA7K2M" } };

function adapter(fetch: typeof globalThis.fetch) {
  return augno(createAugnoClient({ apiKey: "k", fetch, ...oneAttempt }));
}

/** A quantity of the older shape; `null` and what begins with a brace is taken as it is. */
function quantity(value: string): string {
  if (value === "null" || value.startsWith("{")) return value;
  return `{"id":"q_1","object":"quantity","value":${value},"display_value":"999 kg","unit":null}`;
}

interface Values {
  readonly onHand?: string;
  readonly reserved?: string;
  readonly promise?: string;
  readonly short?: string;
}

function inventory({ onHand = '"10.5"', reserved = '"2.25"', promise = '"8.25"', short = '"0"' }: Values = {}): string {
  return `{"object":"item_inventory","on_hand":${quantity(onHand)},"reserved":${quantity(reserved)},"available_to_promise":${quantity(promise)},"short":${quantity(short)}}`;
}

function figures(level: InventoryLevel): string[] {
  const { onHand, committed, availableToPromise, short } = level.quantities;
  return [onHand, committed, availableToPromise, short].map(print);
}

async function levelFor(reply: string | ((asked: Asked) => string | Reply)): Promise<InventoryLevel> {
  return levelOf((await ask(adapter, [tea], reply)).outcomes[0]);
}

describeAdapter("augno", {
  connector,
  credentials: { apiKey: "k" },
  adapter,
  lookups: [
    { account: "acme", ...tea },
    { account: "acme", item: { id: "it_01HMUG9Q4R" } },
  ],
  answer: (value) => {
    const text = value === undefined ? undefined : value === "null" ? "null" : `"${value}"`;
    const onHand = text === undefined ? '{"object":"quantity","display_value":"1 kg","unit":null}' : text;
    return inventory({ onHand, reserved: '"0"', promise: '"5"', short: '"0"' });
  },
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
    [{ account: "acme", item: { id: "it_1", variantId: "v" } }, "/item/variantId"],
    [{ account: "acme", ...tea, location: { id: "here" } }, "/location"],
  ],
  notFound: {
    status: 404,
    body: '{"error":{"code":"resource_not_found","type":"invalid_request_error","message":"No such item","param":null,"is_transient":false}}',
  },
});

test("P19 all four quantities are asked for, in one call", async () => {
  const { asked } = await ask(adapter, [tea, tea], inventory());
  expect(asked.map(({ path }) => path)).toEqual([
    "/v1/catalog/items/it_01HTEA7K2M/inventory?include[]=on_hand&include[]=reserved&include[]=available_to_promise&include[]=short",
  ]);
});

test("a level has the four quantities under Augno's words, without a unit", async () => {
  expect(await levelFor(inventory())).toEqual({
    account: "acme",
    provider: "augno",
    item: { id: "it_01HTEA7K2M" },
    location: undefined,
    quantities: {
      onHand: { quantity: { kind: "exact", value: "10.5" }, basis: "documented", providerTerm: "On hand" },
      committed: { quantity: { kind: "exact", value: "2.25" }, basis: "documented", providerTerm: "Reserved" },
      availableToPromise: {
        quantity: { kind: "exact", value: "8.25" },
        basis: "documented",
        providerTerm: "Available to promise",
      },
      short: { quantity: { kind: "exact", value: "0" }, basis: "documented", providerTerm: "Short" },
    },
    terms: {},
    notes: [
      {
        code: "allocations-subtracted",
        text: "On hand is what is left after stock that is already allocated to orders.",
      },
    ],
    observedAt: expect.any(String),
  });
});

test("P19 a quantity that is null although it was asked for is unknown, not zero", async () => {
  expect(figures(await levelFor(inventory({ onHand: "null", short: "null" })))).toEqual([
    "unknown null",
    "exact 2.25",
    "exact 8.25",
    "unknown null",
  ]);
});

test("P20 the figure is value; display_value is not read", async () => {
  const onHand = '{"id":"q_1","object":"quantity","value":"10.5","display_value":"1,234.56 kg","unit":null}';
  expect(figures(await levelFor(inventory({ onHand })))[0]).toBe("exact 10.5");
});

test("P21 figures that contradict each other are passed on as they are, with a note", async () => {
  const level = await levelFor(inventory({ promise: '"9"' }));
  expect(figures(level)).toEqual(["exact 10.5", "exact 2.25", "exact 9", "exact 0"]);
  expect(level.notes.find(({ code }) => code === "inconsistent")?.text).toBe(
    "Available to promise is 9, but on hand minus reserved minus short is 8.25.",
  );
});

test("P21 the check is exact, whatever zeros the figures end in", async () => {
  const same = await levelFor(inventory({ onHand: '"0.3"', reserved: '"0.1"', promise: '"0.00"', short: '"0.20"' }));
  expect(notesOf(same)).toEqual(["allocations-subtracted"]);
  const off = inventory({ onHand: '"9007199254740993"', reserved: '"0"', promise: '"9007199254740992"' });
  expect(notesOf(await levelFor(off))).toEqual(["allocations-subtracted", "inconsistent"]);
});

test("P17 what can be promised may be negative", async () => {
  const level = await levelFor(inventory({ onHand: '"4"', reserved: '"6"', promise: '"-3.5"', short: '"1.5"' }));
  expect(figures(level)).toEqual(["exact 4", "exact 6", "exact -3.5", "exact 1.5"]);
  expect(notesOf(level)).toEqual(["allocations-subtracted"]);
});

test("a negative shortage is not understood, and nothing is computed from it", async () => {
  const level = await levelFor(inventory({ promise: '"9.25"', short: '"-1"' }));
  expect(figures(level)).toEqual(["exact 10.5", "exact 2.25", "exact 9.25", "unknown not-understood"]);
  expect(notesOf(level)).toEqual(["allocations-subtracted"]);
});

const refusal: Reply = {
  status: 400,
  body: '{"error":{"code":"parameter_invalid","type":"invalid_request_error","message":"Allowed: on_hand, reserved, available_to_promise","param":"include[]","is_transient":false}}',
};

test("a server that refuses to include short is asked once more without it; short is unknown then", async () => {
  const { outcomes, asked } = await ask(adapter, [tea], ({ path }) =>
    path.includes("short") ? refusal : inventory({ promise: '"9"', short: "null" }),
  );
  expect(asked.map(({ path }) => path)).toEqual([
    "/v1/catalog/items/it_01HTEA7K2M/inventory?include[]=on_hand&include[]=reserved&include[]=available_to_promise&include[]=short",
    "/v1/catalog/items/it_01HTEA7K2M/inventory?include[]=on_hand&include[]=reserved&include[]=available_to_promise",
  ]);
  const level = levelOf(outcomes[0]);
  expect(figures(level)).toEqual(["exact 10.5", "exact 2.25", "exact 9", "unknown not-expanded"]);
  expect(notesOf(level)).toEqual(["allocations-subtracted"]);
});

test("a second refusal is the failure", async () => {
  const { outcomes, asked } = await ask(adapter, [tea], () => refusal);
  expect([failureOf(outcomes[0]), asked.length]).toEqual(["http", 2]);
});

test.each([
  ["another parameter", refusal.body.replace("include[]", "id")],
  ["another code", refusal.body.replace("parameter_invalid", "parameter_unknown")],
  ["no envelope", "{}"],
])("a 400 about something else (%s) is not asked again", async (_, body) => {
  const { outcomes, asked } = await ask(adapter, [tea], () => ({ status: 400, body }));
  expect([failureOf(outcomes[0]), asked.length]).toEqual(["http", 1]);
});

function computed(value: string, unit: string): string {
  return `{"object":"computed_quantity","value":"${value}","display_value":"${value}","unit":${unit}}`;
}

test("the newer shape is read too, with the unit that it carries", async () => {
  const unit = '{"id":"un_1","object":"unit","name":"Kilogram","abbreviation":"kg"}';
  const level = await levelFor(
    inventory({
      onHand: computed("10.5", unit),
      reserved: computed("2.25", unit),
      promise: computed("8.25", "null"),
      short: computed("0", unit),
    }),
  );
  expect([level.unit, figures(level)]).toEqual(["kg", ["exact 10.5", "exact 2.25", "exact 8.25", "exact 0"]]);
});

test("a unit without an abbreviation goes by its name", async () => {
  expect((await levelFor(inventory({ onHand: computed("10.5", '{"name":"Kilogram"}') }))).unit).toBe("Kilogram");
});

test("P33 figures of one item in different units are no figures", async () => {
  const level = await levelFor(
    inventory({ onHand: computed("10.5", '{"abbreviation":"kg"}'), short: computed("0", '{"abbreviation":"g"}') }),
  );
  expect(figures(level)).toEqual([
    "unknown unit-mismatch",
    "unknown unit-mismatch",
    "unknown unit-mismatch",
    "unknown unit-mismatch",
  ]);
  expect("unit" in level).toBe(false);
});

test.each(['""', '" "', '"0x10"', '"1,234"', '"1.234,5"', '"12abc"', '"1e3"', '"+5"', '" 42 "', '"٤٢"', '"null"'])(
  "P14 the value %s is no quantity",
  async (value) => {
    const { outcomes } = await ask(adapter, [tea], inventory({ onHand: value }));
    expect(failureOf(outcomes[0])).toBe("quantity format");
  },
);

test.each(["10.5", "true", "[]"])("P16 a value of another type (%s) is not converted", async (value) => {
  const { outcomes } = await ask(adapter, [tea], inventory({ onHand: value }));
  expect(failureOf(outcomes[0])).toBe("schema");
});
