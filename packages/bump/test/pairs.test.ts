import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bump } from "../src/index.js";
import type { Pair } from "./pair.js";
import { compositions } from "./pairs/compositions.js";
import { documents } from "./pairs/document.js";
import { requests } from "./pairs/requests.js";
import { responses } from "./pairs/responses.js";

const pairs: readonly Pair[] = [...requests, ...responses, ...compositions, ...documents];

describe.each(["requests", "responses", "compositions", "documents"] as const)("of %s", (part) => {
  test.each({ requests, responses, compositions, documents }[part])(
    "$row: $expected when $name",
    ({ before, after, expected }) => {
      const result = bump(before, after);
      expect(result.bump, JSON.stringify(result.changes, null, 1)).toBe(expected);
    },
  );
});

test("every row of the policy has a pair, and every pair a row", () => {
  const page = readFileSync(new URL("../../../docs/semver.md", import.meta.url), "utf8");
  const rows = Array.from(page.matchAll(/^\| `([a-z-]+)` \|/gm), ([, row]) => row);
  const tested = new Set(pairs.map(({ row }) => row));
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter((row) => row !== undefined && !tested.has(row))).toEqual([]);
  expect(
    [...tested].filter((row) => /^[a-z-]+$/.test(row) && row.includes("-") && row !== "x-inv" && !rows.includes(row)),
  ).toEqual([]);
});

test("there are at least 80 pairs, no two of one name in a row", () => {
  expect(pairs.length).toBeGreaterThanOrEqual(80);
  expect(new Set(pairs.map(({ row, name }) => `${row} ${name}`)).size).toBe(pairs.length);
});
