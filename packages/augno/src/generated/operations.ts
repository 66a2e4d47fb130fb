// GENERATED from specs/augno/ (sha256 b93bc0519f97963aefa976292e7f83fb5aaa3f0767a24ac9332e1180352c714a) by `npm run generate -- augno`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import { call } from "@inv/transport";
import type { CallOptions } from "@inv/transport";
import type { AugnoClient } from "../client.js";
import type { components } from "./schema.js";

/** What {@link retrieveItemInventory} takes. */
export interface RetrieveItemInventoryInput {
  /** The item. Opaque. */
  id: string;
  /** The figures to fill in; those that are left out come back as null. The page shows three members: its list folds the fourth away, which the vendor's SDKs and server know. */
  include?: ("on_hand" | "reserved" | "available_to_promise" | "short")[] | undefined;
}

/** What {@link retrieveItemInventory} returns. */
export type RetrieveItemInventoryResult = components["schemas"]["ItemInventory"];

/**
 * Retrieve Item Inventory
 *
 * Four figures of one item for the whole account, no locations: on hand, reserved, available to promise, short.
 * A figure is null unless `include` names it; null does not mean zero. Without `include` all four are null.
 * Figures are exact decimals in one unit, the base unit of the item's category, which this answer may leave out.
 * `available_to_promise` is on hand less reserved less short and may be negative; `short` is demand that is not covered.
 * Needs the permission `items:read`. Beta.
 * https://docs.openmrp.ai/api-reference/items-management/retrieve-item-inventory (read 2026-11-20)
 *
 * @throws InvError
 */
export function retrieveItemInventory(
  client: AugnoClient,
  input: RetrieveItemInventoryInput,
  options?: CallOptions,
): Promise<RetrieveItemInventoryResult> {
  return call(
    client,
    { method: "GET", path: "/v1/catalog/items/{id}/inventory", query: { "include[]": "include" } },
    input,
    options,
  );
}
