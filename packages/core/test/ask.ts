import { unlimitedRates } from "@inv/transport";

import { createInventory } from "../src/index.js";
import type { InventoryAdapter, InventoryLevel, Lookup, Outcome } from "../src/index.js";
import { serve } from "./serve.js";
import type { Asked, Reply } from "./serve.js";

/** Client options for tests of an adapter: retries and rate limits are the transport's. */
export const oneAttempt = { maxAttempts: 1, rateStore: unlimitedRates };

/** Connects one adapter to a provider that answers by `reply`, and asks it. */
export async function ask(
  adapter: (fetch: typeof globalThis.fetch) => InventoryAdapter,
  lookups: readonly Omit<Lookup, "account">[],
  reply: string | ((asked: Asked) => string | Reply),
): Promise<{ outcomes: readonly Outcome[]; asked: readonly Asked[] }> {
  const { fetch, asked } = serve((request) => {
    const answer = typeof reply === "string" ? reply : reply(request);
    return typeof answer === "string" ? { body: answer } : answer;
  });
  const inventory = createInventory({ accounts: { acme: adapter(fetch) } });
  const { outcomes } = await inventory.read(lookups.map((lookup) => ({ account: "acme", ...lookup })));
  return { outcomes, asked };
}

/** The levels of an outcome that has to be ok. */
export function levelsOf(outcome: Outcome | undefined): readonly InventoryLevel[] {
  if (outcome === undefined) throw new Error("there is no outcome");
  if (outcome.status === "failed") throw outcome.error;
  return outcome.levels;
}

/** The one level of an outcome that has to be ok. */
export function levelOf(outcome: Outcome | undefined): InventoryLevel {
  const [level, other] = levelsOf(outcome);
  if (level === undefined || other !== undefined) throw new Error("expected one level");
  return level;
}

/** The codes of a level's notes. */
export function notesOf(level: InventoryLevel): string[] {
  return level.notes.map(({ code }) => code);
}
