import { createFourthwallClient } from "@inv/fourthwall";
import { expect, it } from "vitest";

import { fourthwall } from "../src/adapters/fourthwall.js";
import { createInventory } from "../src/index.js";
import { levelOf, oneAttempt } from "./ask.js";

const stock =
  '{"results":[{"variantId":"v","quantity":7,"createdAt":"2026-11-01T00:00:00Z","updatedAt":"2026-11-01T00:00:00Z"}]}';

async function readThrough(headers: Readonly<Record<string, string>>) {
  const fetch = async () => new Response(stock, { headers: { "content-type": "application/json", ...headers } });
  const shop = fourthwall(createFourthwallClient({ ...oneAttempt, username: "u", password: "p", fetch }));
  const { outcomes } = await createInventory({ accounts: { shop } }).read([{ account: "shop", item: { id: "p" } }]);
  return levelOf(outcomes[0]);
}

it.each([
  [{ Age: "3600" }, "The answer came from a cache and is 3600 s old."],
  [{ "X-Cache": "HIT" }, "The answer came from a cache and is of unknown age."],
  [{ Warning: '110 - "stale"' }, "The answer came from a cache and is of unknown age."],
])("H19 notes the age of an answer that a cache gave: %j", async (headers, text) => {
  const { quantities, notes } = await readThrough(headers);
  expect(quantities.available?.quantity).toEqual({ kind: "exact", value: "7" });
  expect(notes).toEqual([{ code: "from-cache", text }]);
});

it("H19 says nothing of a fresh answer", async () => {
  expect((await readThrough({ "X-Cache": "MISS" })).notes).toEqual([]);
});
