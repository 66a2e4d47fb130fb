import { expect, test } from "vitest";

import { fuzz, showFailure, showReport } from "./fuzz/fuzz.ts";
import { mutations } from "./fuzz/mutations.ts";
import { plantedBugs } from "./fuzz/planted-bugs.ts";
import { createSubject } from "./fuzz/subject.ts";

const seed = 1;
const runs = 6000;

test("no payload, however it is mutated, gives a figure that is not in it", { timeout: 120_000 }, async () => {
  const report = await fuzz({ seed, runs });
  expect(report.failure === undefined ? "" : showFailure(seed, report.failure)).toBe("");
  expect(report.payloads).toBe(runs);
  for (const name of Object.keys(mutations)) expect(report.byMutation[name]).toBeGreaterThan(20);
  for (const ending of [
    "exact",
    "unlimited",
    "untracked",
    "unknown null",
    "failed payload not-json",
    "failed quantity out-of-range",
  ])
    expect(report.byEnding[ending]).toBeGreaterThan(20);
  expect(showReport(report)).toContain("0 wrong figures, 0 unharmed payloads refused");
});

test.each(Object.entries(plantedBugs))(
  "the fuzz notices a planted bug: %s",
  { timeout: 120_000 },
  async (_, interference) => {
    const { failure } = await fuzz({ seed, runs, interference });
    expect(failure?.kind).toBe("wrong");
    expect(failure === undefined ? "" : showFailure(seed, failure)).toMatch(
      /seed 1, path [\d:]+\nmutations .+\nlookup .+\npayload /,
    );
  },
);

test("the same seed gives the same payloads", async () => {
  const [first, second, other] = [
    await fuzz({ seed, runs: 300 }),
    await fuzz({ seed, runs: 300 }),
    await fuzz({ seed: 2, runs: 300 }),
  ];
  expect(second.byMutation).toEqual(first.byMutation);
  expect(second.byEnding).toEqual(first.byEnding);
  expect(other.byMutation).not.toEqual(first.byMutation);
});

/** What one provider's answer gives, written as it is. */
async function read(provider: string, text: string, lookup: { item: object; location?: object }) {
  const payload = new TextEncoder().encode(text);
  const item = { id: "", ...lookup.item };
  const location = lookup.location === undefined ? {} : { location: { id: "", ...lookup.location } };
  const mutant = { label: "breaking", names: [], payload } as const;
  const { outcomes } = await createSubject().read(provider, mutant, [{ account: "acme", item, ...location }]);
  return outcomes[0];
}

const odd = {
  "a lone surrogate": "\ud83e",
  NUL: "a\u0000b",
  "a bidirectional override": "a\u202eb",
  "a zero-width space": "a\u200bb",
  "a composed letter": "caf\u00e9",
  "a letter and an accent": "cafe\u0301",
};

test.each(Object.entries(odd))("P31 a text with %s is kept to the character", async (_, text) => {
  const quoted = JSON.stringify(text);
  const body = `{"available_count":42,"product_variant":[{"id":"1","sku":${quoted},"name":${quoted}}],"location":[{"id":"2"}]}`;
  const outcome = await read("loop", body, { item: { id: "1" }, location: { id: "2" } });
  expect(outcome?.status === "ok" && outcome.levels[0]?.item).toEqual({ id: "1", sku: text, name: text });
});

test.each([
  ["a letter and an accent", "cafe\u0301", "caf\u00e9"],
  ["a zero-width space", "KELP\u200bFR", "KELPFR"],
  ["digits of full width", "\uff15\uff10", "50"],
])("P31 an id with %s is not the one that looks the same", async (_, sent, asked) => {
  const body = `{"inventories":{"gift_card":{"code":${JSON.stringify(sent)}},"end_to_end_api":{"enabled":true,"available_amount":"unlimited"},"stocks":[]}}`;
  const outcome = await read("walleo", body, { item: { id: asked } });
  expect(outcome?.status === "failed" && outcome.error.code).toBe("identity");
  expect((await read("walleo", body, { item: { id: sent } }))?.status).toBe("ok");
});
