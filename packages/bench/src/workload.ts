import { createInventory } from "@inv/core";
import type { Inventory, InventoryLevel, Lookup, Outcome, Quantity } from "@inv/core";
import { augno } from "@inv/core/adapters/augno";
import { fourthwall } from "@inv/core/adapters/fourthwall";
import { loop } from "@inv/core/adapters/loop";
import { walleo } from "@inv/core/adapters/walleo";
import { zettle } from "@inv/core/adapters/zettle";
import { createAugnoClient } from "@inv/augno";
import { createFourthwallClient } from "@inv/fourthwall";
import { createLoopClient } from "@inv/loop";
import type { FaultPlan } from "@inv/sim";
import type { SimServer } from "@inv/sim/server";
import type { ClientOptions } from "@inv/transport";
import { createWalleoClient } from "@inv/walleo";
import { createZettleClient } from "@inv/zettle";

/** An inventory over all five simulators. */
export function connectAll({ baseUrls, tokenUrls, credentials }: SimServer, options: ClientOptions): Inventory {
  return createInventory({
    accounts: {
      cards: walleo(createWalleoClient({ ...options, ...credentials.walleo, baseUrl: baseUrls.walleo })),
      shop: fourthwall(createFourthwallClient({ ...options, ...credentials.fourthwall, baseUrl: baseUrls.fourthwall })),
      erp: augno(createAugnoClient({ ...options, ...credentials.augno, baseUrl: baseUrls.augno })),
      till: zettle(
        createZettleClient({
          ...options,
          ...credentials.zettle,
          baseUrl: baseUrls.zettle,
          tokenUrl: tokenUrls.zettle,
        }),
      ),
      returns: loop(createLoopClient({ ...options, ...credentials.loop, baseUrl: baseUrls.loop })),
    },
  });
}

/** So many lookups of each provider, of what the simulated world has. Where it has less, it is asked again. */
export function makeLookups({ world }: SimServer, each: number): Lookup[] {
  const cards = world.giftCards.flatMap(({ code, facialValues }) =>
    facialValues.map((face): Lookup => ({ account: "cards", item: { id: code, variantId: face } })),
  );
  const shop = world.products.flatMap(({ fourthwall: of }): Lookup[] =>
    of === undefined ? [] : [{ account: "shop", item: { id: of.productId, variantId: of.variantId } }],
  );
  const erp = world.products.flatMap(({ augno: of }): Lookup[] =>
    of === undefined ? [] : [{ account: "erp", item: { id: of.itemId } }],
  );
  const till = world.products.flatMap(({ zettle: of }): Lookup[] =>
    of === undefined ? [] : [{ account: "till", item: { id: of.productUuid, variantId: of.variantUuid } }],
  );
  const returns = world.products.flatMap(({ loop: of }): Lookup[] =>
    of === undefined
      ? []
      : world.places.map(({ loopId }) => ({
          account: "returns",
          item: { id: of.variantId },
          location: { id: loopId },
        })),
  );
  return [cards, shop, erp, till, returns].flatMap((lookups) =>
    Array.from({ length: each }, (_, index) => lookups[index % lookups.length]).filter(
      (lookup) => lookup !== undefined,
    ),
  );
}

/** Faults of every kind that may pass, with the given probability in all. */
export function makeFaults(probability: number): FaultPlan {
  const faults = [
    { type: "status", status: 500 },
    { type: "status", status: 503, headers: { "Retry-After": "1" } },
    { type: "status", status: 429, headers: { "Retry-After": "1" } },
    { type: "reset" },
    { type: "reset", at: "body" },
    { type: "truncate", framing: "length" },
    { type: "empty" },
    { type: "html" },
    { type: "bad-utf8" },
    { type: "mutate-json", change: { do: "nest", pointer: "", depth: 100 } },
  ] as const;
  // Each is drawn for what the ones before have left.
  return faults.map((fault, index) => {
    const share = probability / faults.length;
    return { probability: share / (1 - share * index), fault };
  });
}

/** What is wrong with an outcome, by what is true in the simulated world; nothing where it failed or is right. */
export function findWrong({ truth }: SimServer, outcome: Outcome): string[] {
  if (outcome.status === "failed") return [];
  return outcome.levels.flatMap((level) => {
    const expected = expectedFigures(truth, level);
    const shown: Record<string, string> = {};
    for (const [name, { quantity }] of [...Object.entries(level.quantities), ...Object.entries(level.terms)])
      shown[name] = toText(quantity);
    return Object.entries(shown)
      .filter(([name, text]) => expected[name] !== text)
      .map(
        ([name, text]) => `${level.provider} ${level.item.id} ${name}: says ${text}, is ${expected[name] ?? "nothing"}`,
      );
  });
}

function toText(quantity: Quantity): string {
  return quantity.kind === "exact" ? quantity.value : quantity.kind === "unknown" ? quantity.reason : quantity.kind;
}

function expectedFigures(
  truth: SimServer["truth"],
  level: InventoryLevel,
): Readonly<Record<string, string | undefined>> {
  const { id, variantId = "" } = level.item;
  switch (level.provider) {
    case "walleo": {
      const card = truth.walleo(id);
      const face = card?.stocks.find(({ facialValue }) => facialValue === variantId);
      return {
        available: card?.enabled === true ? "unlimited" : "disabled",
        "walleo.owned": face?.ownedQuantity,
        "walleo.shared": face?.sharedQuantity,
      };
    }
    case "fourthwall": {
      const variant = truth.fourthwall(id, variantId);
      return { available: variant?.stock === "LIMITED" ? variant.quantity : "not-listed" };
    }
    case "augno": {
      const item = truth.augno(id);
      return {
        onHand: item?.onHand,
        committed: item?.reserved,
        availableToPromise: item?.availableToPromise,
        short: item?.short,
      };
    }
    case "zettle": {
      const variant = truth.zettle(id, variantId);
      return { onHand: variant?.tracked === true ? variant.balance : "untracked" };
    }
    default:
      return { available: truth.loop(id, level.location?.id ?? "")?.availableCount };
  }
}
