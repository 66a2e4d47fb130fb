// GENERATED from specs/loop/ (sha256 d65d083e4407283edacef8508eb24c505e45d137eda12774cc160c5913e27728) by `npm run generate -- loop`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import { call } from "@inv/transport";
import type { CallOptions } from "@inv/transport";
import type { LoopClient } from "../client.js";
import type { components } from "./schema.js";

/** What {@link getInventory} takes. */
export interface GetInventoryInput {
  /** The unique identifier for the product variant, created by Loop. */
  productVariantId: string;
  /** The unique identifier for the location, created by Loop. */
  locationId: string;
}

/** What {@link getInventory} returns. */
export type GetInventoryResult = components["schemas"]["InventoryResponse"];

/**
 * Get Inventory
 *
 * How many of one product variant are available at one location, in pieces, as declared by the system that feeds Loop.
 * Both ids are Loop's own, not the shop's, and exceed 2^53: give and keep them as strings. The client sends `X-Loop-Global-Identifier-Type: string`.
 * 404 says that Loop holds no such record, variant or location. It is not a zero.
 * Any field may be absent. Nothing says when the count was last fed.
 * https://docs.loopreturns.com/api-reference/latest/inventories/get-inventory (read 2026-11-20)
 *
 * @throws InvError
 */
export function getInventory(
  client: LoopClient,
  input: GetInventoryInput,
  options?: CallOptions,
): Promise<GetInventoryResult> {
  return call(client, { method: "GET", path: "/inventories/{productVariantId}/{locationId}" }, input, options);
}
