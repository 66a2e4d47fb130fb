import type { AnswerNotes } from "@inv/transport";

import type { Quantity } from "./quantity.js";

/**
 * The normalised quantity names, after Shopify's inventory states.
 *
 * - `onHand`: physically there, as the vendor counts it
 * - `available`: can be sold now
 * - `committed`: allocated to placed, unfulfilled orders
 * - `reserved`: held for carts or people, not an order yet
 * - `unavailable`: on hand but not sellable
 * - `incoming`: ordered or on the way
 * - `availableToPromise`: free for new orders by the provider's own rule; may be negative
 * - `short`: demand beyond supply, at least 0
 *
 * @see https://shopify.dev/docs/apps/build/orders-fulfillment/inventory-management-apps (read 2026-11-20)
 */
export const quantityNames = [
  "onHand",
  "available",
  "committed",
  "reserved",
  "unavailable",
  "incoming",
  "availableToPromise",
  "short",
] as const;
export type QuantityName = (typeof quantityNames)[number];

/** How sure the meaning of a figure is: stated by the provider, concluded from what it states, or not stated at all. */
export type Basis = "documented" | "inferred" | "unspecified";

/** A figure together with the provider's own word for it, e.g. `Reserved` for Augno's committed quantity. */
export interface Figure {
  readonly quantity: Quantity;
  readonly basis: Basis;
  /** The provider's own name for the figure, as its documentation writes it. */
  readonly providerTerm: string;
}

/** Something a reader of the figures has to know; `text` is a sentence for people, `code` is for programs. */
export interface Note {
  readonly code:
    | "inconsistent"
    | "inactive-location"
    | "virtual-location"
    | "unknown-enum"
    | "allocations-subtracted"
    | "extra-rows"
    | "details-missing"
    | "from-cache";
  readonly text: string;
}

/** An item as the provider knows it. Ids are strings, exact, and are compared exactly. */
export interface Item {
  readonly id: string;
  readonly variantId?: string;
  readonly sku?: string;
  readonly barcode?: string;
  readonly name?: string;
}

/** A place as the provider knows it. `kind` or `active` is left out where the provider does not say. */
export interface Location {
  readonly id: string;
  readonly name?: string;
  readonly kind?: "stocked" | "virtual" | "supplier";
  readonly active?: boolean;
}

/** The note for rows (`what` names them, in the plural) that an answer lists and no lookup of its call asked for; none where there are none. */
export function noteExtraRows(what: string, ids: Iterable<string>): readonly Note[] {
  const extra = [...new Set(ids)];
  if (extra.length === 0) return [];
  const shown = extra.slice(0, 3).join(", ");
  const rest = extra.length > 3 ? ` and ${extra.length - 3} more` : "";
  return [{ code: "extra-rows", text: `The answer also lists ${what} that were not asked for: ${shown}${rest}.` }];
}

/** The note for an answer that something between us and the provider had kept; none for one that is fresh. */
export function noteCache({ fromCache, ageMs }: AnswerNotes): readonly Note[] {
  if (!fromCache) return [];
  const age = ageMs === undefined ? "of unknown age" : `${Math.round(ageMs / 1000)} s old`;
  return [{ code: "from-cache", text: `The answer came from a cache and is ${age}.` }];
}

/** What one account says of one item at one place at one moment. */
export interface InventoryLevel {
  readonly account: string;
  readonly provider: string;
  readonly item: Item;
  /** Where; `undefined` when the provider keeps one figure for the whole account. */
  readonly location: Location | undefined;
  /** The unit of every figure of the level; absent when the provider does not say. */
  readonly unit?: string;
  /** A name is present exactly when the provider has a notion of it (`capabilities.quantities`). */
  readonly quantities: Readonly<Partial<Record<QuantityName, Figure>>>;
  /** Figures with no standard meaning, by qualified name (`walleo.owned`). Never added up. */
  readonly terms: Readonly<Record<string, Figure>>;
  readonly notes: readonly Note[];
  /** When the answer was received: ISO 8601, UTC. */
  readonly observedAt: string;
  /** When the provider says that the figure last changed: ISO 8601, UTC; absent when it does not say. */
  readonly sourceUpdatedAt?: string;
  /** The provider's parsed answer, only when the read asked for it. */
  readonly raw?: unknown;
}
