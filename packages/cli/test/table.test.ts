import type { Outcome } from "@inv/core";
import { InvError } from "@inv/transport";
import { describe, expect, it } from "vitest";

import { toTable } from "../src/table.js";
import { columns } from "../src/text.js";
import { exact, failed, figure, level, ok, providers, result, story } from "./story.js";

const lookup = { account: "till", item: { id: "a" } };

function rowsOf(...outcomes: readonly Outcome[]): string[] {
  return toTable(result(...outcomes), providers)
    .split("\n")
    .slice(3);
}

describe("toTable", () => {
  it("shows the story in 80 columns", () => {
    expect(toTable(story, providers))
      .toBe(`Account  Item           Where      On hand  Available  Committed  Free to  Short
                                                                  promise
────────────────────────────────────────────────────────────────────────────────
till     7f3c2a10…0002  6e5e8d…02       -3          ·          ·        ·      ·
         8a1d4b52…0002
till     91b6c0e4…0002  6e5e8d…02   12.375          ·          ·        ·      ·
         a2c7d1f5…0002
till     b3d8e2a6…0002  6e5e8d…02      not          ·          ·        ·      ·
         c4e9f3b7…0002             tracked
till     d5faa4c8…0002  6e5e8d…02        0          ·          ·        ·      ·
         e6abb5d9…0002
shop     00aa4abd…12e5  ·                ·          7          ·        ·      ·
         3f0e9c1a…4d51
shop     00aa4abd…12e5  ·                ·          0          ·        ·      ·
         3f0e9c1a…4d52
erp      it_01HTEA7K2M  ·             10.5          ·       2.25     8.25      0
         in kg
         see [1]
erp      it_01HMUG9Q4R  ·                4          ·          6     -3.5    1.5
         in pcs
         see [1]
returns  Stoneware mug  Main             ·         42          ·        ·      ·
         MUG-01         Warehouse
         65398574…3617
returns  65398574…3621  631923…17  not read: Loop answered 404 [2]
cards    Kelp & Clay    ·                ·  unlimited          ·        ·      ·
         KELPFR
         50
         also: walleo.owned 5, walleo.shared 0
         see [3]
cards    Kelp & Clay    ·                ·      ? [4]          ·        ·      ·
         Studio
         CLAYFR
         50
         also: walleo.owned 2, walleo.shared 0

[1] On hand is what is left after stock that is already allocated to orders.
[2] loop: GET /inventories/{productVariantId}/{locationId} answered 404: Loop
    holds no such record, which is not a stock of zero.
[3] The answer also lists face values that were not asked for: 25.
[4] disabled: Walleo does not make this card on demand for you; ask Walleo to
    switch it on.
·   the provider has no such notion
…   the middle of an id, left out here; --format json has it whole

Their words: On hand is "balance" at Zettle. Available is "quantity" at
Fourthwall (which does not say what it counts), "available_count" at Loop,
"available_amount" at Walleo. Committed is "Reserved" at Augno.

10 of 11 read, 1 failed. Nothing here is added up.
`);
  });

  it("keeps every line of the story within 80 columns", () => {
    expect(Math.max(...toTable(story, providers).split("\n").map(columns))).toBe(80);
  });

  it("says in a failed row how long to wait", () => {
    const busy = new InvError("rate-limited", "slow down", { status: 429, retryAfterMs: 11_200 });
    expect(rowsOf(failed(lookup, busy))[0]).toBe(
      "till     a            not read: Zettle answered 429, try again in 12 s",
    );
  });

  it.each([
    ["not read: Zettle refused the credentials (401) [1]", new InvError("auth", "m", { status: 401 })],
    ["not read: Zettle did not answer in time [1]", new InvError("timeout", "m")],
    ["not read: Zettle answered 503, try again later", new InvError("server", "m", { status: 503 })],
    [
      "not read: Zettle answered 429, try again in 5 min",
      new InvError("rate-limited", "m", { status: 429, retryAfterMs: 300_000 }),
    ],
    ["not read: Zettle answered about something else [1]", new InvError("identity", "m")],
    ["not read: the answer of Zettle cannot be used [1]", new InvError("schema", "m")],
    ["not read: cancelled", new InvError("cancelled", "m")],
  ])("says in a few words: %s", (words, error) => {
    const rows = rowsOf(failed({ account: "till", item: { id: "x" } }, error));
    const cell = rows.slice(0, rows.indexOf("")).map((row) => row.slice(22));
    expect(cell.join(" ")).toBe(words);
  });

  it("counts what was read in part", () => {
    const partly = { ...ok(level("shop", { id: "a" })), complete: false };
    const text = toTable(result(partly, ok(level("shop", { id: "b" }))), providers);
    expect(text).toContain("\n2 of 2 read, 1 of them in part. Nothing here is added up.\n");
    expect(text).toContain("[1] Fourthwall has more than it listed here.");
  });

  it("keeps two long ids apart that differ in the last digit", () => {
    const ids = ["123456789012345678901234567890123456", "123456789012345678901234567890123457"];
    const rows = rowsOf(...ids.map((id) => ok(level("shop", { id }))));
    expect(rows.slice(0, 2).map((row) => row.slice(9, 26))).toEqual(["12345678901…23456", "12345678901…23457"]);
  });

  it("writes long ids in full where their shortened forms are the same", () => {
    const ids = ["1234567890123456789-A-0123456789012", "1234567890123456789-B-0123456789012"];
    const rows = rowsOf(...ids.map((id) => ok(level("shop", { id }))));
    const cells = rows.slice(0, rows.indexOf("")).map((row) => row.slice(9, 26).trim());
    expect(cells.join("")).toBe(ids.join(""));
  });

  it("C05 shows an id that ends with a space apart from the one that does not", () => {
    expect(rowsOf(ok(level("shop", { id: "A1 " })))[0]).toContain('"A1 "');
  });

  it("shows the ids of places that go by one name", () => {
    const places = ["w1", "w2"].map((id) => ok(level("shop", { id: "a" }, { location: { id, name: "Main" } })));
    const text = toTable(result(...places), providers);
    expect(text).toContain("w1");
    expect(text).toContain("w2");
  });

  it("never breaks or shortens a figure, however long", () => {
    const value = "-123456789012345678901234567890.123456789";
    const available = figure(exact(value), "available");
    expect(rowsOf(ok(level("shop", { id: "a" }, { quantities: { available } })))[0]).toContain(` ${value} `);
  });

  it("shows quantities without a column of their own below the row, as words", () => {
    const quantities = { incoming: figure(exact("5"), "inbound") };
    expect(rowsOf(ok(level("shop", { id: "a" }, { quantities })))[1]).toBe("         also: incoming 5");
  });

  it("names the unit below the item", () => {
    expect(rowsOf(ok(level("erp", { id: "a" }, { unit: "kg" })))[1]).toBe("         in kg");
  });

  it.each([
    ["ANSI colours", "\u001b[31mred", String.raw`\x1b[31mred`],
    ["a link", "\u001b]8;;x\u0007", String.raw`\x1b]8;;x\x07`],
    ["a carriage return", "a\rb", String.raw`a\x0db`],
    ["text that runs backwards", "a\u202eb", String.raw`a\u202eb`],
    ["characters without width", "a\u200bb\u3164", String.raw`a\u200bb\u3164`],
    ["half a character", "a\ud800", String.raw`a\ud800`],
  ])("L15 writes out %s", (_, name, shown) => {
    const text = toTable(result(ok(level("shop", { id: "a", name }))), providers);
    expect(text).toContain(shown);
    expect(text).not.toContain(name);
  });

  it("L15 writes out what notes, remedies, terms, locations and errors hold", () => {
    const bad = "\u001b[2J";
    const quantity = { kind: "unknown", reason: "null", remedy: bad } as const;
    const text = toTable(
      result(
        ok(
          level(
            "shop",
            { id: bad, variantId: bad, sku: bad },
            {
              account: bad,
              provider: bad,
              unit: bad,
              location: { id: bad, name: bad },
              quantities: { available: figure(quantity, bad) },
              terms: { [bad]: figure(exact("1"), bad) },
              notes: [{ code: "inconsistent", text: bad }],
            },
          ),
        ),
        failed({ account: bad, item: { id: bad }, location: { id: bad } }, new InvError("http", bad, { status: 418 })),
      ),
      providers,
    );
    expect(text).not.toContain("\u001b");
  });

  it("lines up behind characters that take two columns", () => {
    const quantities = { available: figure(exact("1"), "available") };
    const rows = rowsOf(
      ok(level("shop", { id: "a", name: "陶器🍵" }, { quantities })),
      ok(level("shop", { id: "b", name: "cup" }, { quantities })),
    );
    expect([rows[0], rows[2]]).toEqual([
      "shop     陶器🍵  ·            ·          1          ·        ·      ·",
      "shop     cup     ·            ·          1          ·        ·      ·",
    ]);
  });

  it("takes 130,000 rows", { timeout: 60_000 }, () => {
    const outcomes = Array.from({ length: 130_000 }, (_, row) => ok(level("shop", { id: `item-${row}` })));
    expect(toTable({ outcomes, complete: true }, providers)).toContain("130000 of 130000 read.");
  });
});
