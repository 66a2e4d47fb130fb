// GENERATED from specs/fourthwall/ (sha256 3232ba4db3ae64ce4f6daa97e04d686d69141a287bbfad38f266adc8c4f9aa0c) by `npm run generate -- fourthwall`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import { call } from "@inv/transport";
import type { CallOptions } from "@inv/transport";
import type { FourthwallClient } from "../client.js";
import type { components } from "./schema.js";

/** What {@link getProductInventory} takes. */
export interface GetProductInventoryInput {
  /** The product (offer), as the product list names it. */
  productId: string;
}

/** What {@link getProductInventory} returns. */
export type GetProductInventoryResult = components["schemas"]["ProductInventory"];

/**
 * Get product (offer) inventory by id
 *
 * The stock rows of one product, one for each variant, shop-wide: pieces, not money.
 * A variant that is absent is not at zero; it may be unlimited (made on demand) or unknown.
 * There are no page parameters: compare `total` with the number of rows to know whether the answer is complete.
 * Needs the scope `offer_read` with OAuth; basic credentials need none.
 * https://docs.fourthwall.com/api-reference/platform/products/get-product-inventory (read 2026-11-20)
 *
 * @throws InvError
 * @see https://docs.fourthwall.com/api-reference/platform/products/get-product-inventory
 */
export function getProductInventory(
  client: FourthwallClient,
  input: GetProductInventoryInput,
  options?: CallOptions,
): Promise<GetProductInventoryResult> {
  return call(client, { method: "GET", path: "/open-api/v1.0/products/{productId}/inventory" }, input, options);
}
