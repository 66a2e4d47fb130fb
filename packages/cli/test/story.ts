import type { Figure, InventoryLevel, Lookup, Outcome, Quantity, ReadResult } from "@inv/core";
import { InvError } from "@inv/transport";

const store = "6e5e8d52-5ce0-11ec-bf63-0242ac130002";
const warehouse = "631923350119788417";
const observedAt = "2026-11-20T10:00:00.000Z";

export const providers = new Map([
  ["till", "zettle"],
  ["shop", "fourthwall"],
  ["erp", "augno"],
  ["returns", "loop"],
  ["cards", "walleo"],
]);

export function exact(value: string): Quantity {
  return { kind: "exact", value };
}

export function figure(quantity: Quantity, providerTerm: string, basis: Figure["basis"] = "documented"): Figure {
  return { quantity, basis, providerTerm };
}

/** A level of an account of the story, with what matters to a test. */
export function level(
  account: string,
  item: InventoryLevel["item"],
  parts: Partial<InventoryLevel> = {},
): InventoryLevel {
  const provider = providers.get(account) ?? "loop";
  return { account, provider, item, location: undefined, quantities: {}, terms: {}, notes: [], observedAt, ...parts };
}

export function ok(...levels: readonly InventoryLevel[]): Outcome {
  const [first] = levels;
  if (first === undefined) throw new RangeError("an outcome has at least one level");
  return { lookup: { account: first.account, item: first.item }, status: "ok", levels, complete: true };
}

export function failed(lookup: Lookup, error: InvError): Outcome {
  return { lookup, status: "failed", error };
}

export function result(...outcomes: readonly Outcome[]): ReadResult {
  return { outcomes, complete: outcomes.every((outcome) => outcome.status === "ok" && outcome.complete) };
}

function till(id: string, variantId: string, quantity: Quantity): Outcome {
  const location = { id: store, kind: "stocked" } as const;
  return ok(level("till", { id, variantId }, { location, quantities: { onHand: figure(quantity, "balance") } }));
}

function shop(variantId: string, quantity: string): InventoryLevel {
  const available = figure(exact(quantity), "quantity", "unspecified");
  return level("shop", { id: "00aa4abd-5778-4199-8161-0b49b2f212e5", variantId }, { quantities: { available } });
}

type Four = readonly [onHand: string, reserved: string, free: string, short: string];

function erp(id: string, [onHand, reserved, free, short]: Four, parts: Partial<InventoryLevel> = {}): Outcome {
  return ok(
    level(
      "erp",
      { id },
      {
        quantities: {
          onHand: figure(exact(onHand), "On-hand"),
          committed: figure(exact(reserved), "Reserved"),
          availableToPromise: figure(exact(free), "Available-to-promise"),
          short: figure(exact(short), "Short"),
        },
        notes: [
          {
            code: "allocations-subtracted",
            text: "On hand is what is left after stock that is already allocated to orders.",
          },
        ],
        ...parts,
      },
    ),
  );
}

function cards(
  id: string,
  name: string,
  available: Quantity,
  owned: string,
  notes: InventoryLevel["notes"] = [],
): Outcome {
  return ok(
    level(
      "cards",
      { id, variantId: "50", name },
      {
        quantities: { available: figure(available, "available_amount", "inferred") },
        terms: {
          "walleo.owned": figure(exact(owned), "owned_quantity", "unspecified"),
          "walleo.shared": figure(exact("0"), "shared_quantity", "unspecified"),
        },
        notes,
      },
    ),
  );
}

const unknownItem: Lookup = { account: "returns", item: { id: "653985747439023621" }, location: { id: warehouse } };

/** The assortment of Kelp & Clay as five providers tell it. */
export const story = result(
  till("7f3c2a10-5ce0-11ec-bf63-0242ac130002", "8a1d4b52-5ce0-11ec-bf63-0242ac130002", exact("-3")),
  till("91b6c0e4-5ce0-11ec-bf63-0242ac130002", "a2c7d1f5-5ce0-11ec-bf63-0242ac130002", exact("12.375")),
  till("b3d8e2a6-5ce0-11ec-bf63-0242ac130002", "c4e9f3b7-5ce0-11ec-bf63-0242ac130002", { kind: "untracked" }),
  till("d5faa4c8-5ce0-11ec-bf63-0242ac130002", "e6abb5d9-5ce0-11ec-bf63-0242ac130002", exact("0")),
  ok(shop("3f0e9c1a-8a52-4c57-9f7e-6a1d2b3c4d51", "7"), shop("3f0e9c1a-8a52-4c57-9f7e-6a1d2b3c4d52", "0")),
  erp("it_01HTEA7K2M", ["10.5", "2.25", "8.25", "0"], { unit: "kg" }),
  erp("it_01HMUG9Q4R", ["4", "6", "-3.5", "1.5"], { unit: "pcs" }),
  ok(
    level(
      "returns",
      { id: "653985747439023617", name: "Stoneware mug", sku: "MUG-01", barcode: "0023141001205" },
      {
        location: { id: warehouse, name: "Main Warehouse", active: true },
        quantities: { available: figure(exact("42"), "available_count") },
      },
    ),
  ),
  failed(
    unknownItem,
    new InvError(
      "not-found",
      "loop: GET /inventories/{productVariantId}/{locationId} answered 404: Loop holds no such record, which is not a stock of zero",
      {
        provider: "loop",
        status: 404,
      },
    ),
  ),
  cards("KELPFR", "Kelp & Clay", { kind: "unlimited" }, "5", [
    { code: "extra-rows", text: "The answer also lists face values that were not asked for: 25." },
  ]),
  cards(
    "CLAYFR",
    "Kelp & Clay Studio",
    {
      kind: "unknown",
      reason: "disabled",
      remedy: "Walleo does not make this card on demand for you; ask Walleo to switch it on.",
    },
    "2",
  ),
);
