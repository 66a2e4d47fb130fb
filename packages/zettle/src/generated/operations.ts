// GENERATED from specs/zettle/ (sha256 e593321ec0dd6ad67436dfb9311e6d159d66bbce896ac5ecdc28de6439e1369a) by `npm run generate -- zettle`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import { call } from "@inv/transport";
import type { CallOptions } from "@inv/transport";
import type { ZettleClient } from "../client.js";
import type { components } from "./schema.js";

/** What {@link getInventory} takes. */
export interface GetInventoryInput {
  /** Only products and variants changed since then. Guess: an ISO 8601 date and time; the format is not stated. */
  since?: string | undefined;
}

/** What {@link getInventory} returns. */
export type GetInventoryResult = components["schemas"]["Balances"];

/**
 * Balances of the store
 *
 * The balances of the organisation's STORE location; the organisation is that of the token.
 * A tracked product without a row has balance 0; a product that is not in `trackedProducts` is not tracked, which is not 0.
 * With `since`, only what changed since then: absence then means unchanged. Whether `trackedProducts` is complete then is not stated.
 * Balances are exact decimals in the product's own unit, which this answer does not name, and may be negative. All in one answer: there are no pages.
 * https://github.com/iZettle/api-documentation/blob/master/inventory-api/user-guides/manage-inventory-balances/fetch-inventory-balance.md (read 2026-11-20)
 *
 * @throws InvError
 */
export function getInventory(
  client: ZettleClient,
  input: GetInventoryInput = {},
  options?: CallOptions,
): Promise<GetInventoryResult> {
  return call(client, { method: "GET", path: "/inventory", query: { since: "since" } }, input, options);
}

/** What {@link getLocationInventory} takes. */
export interface GetLocationInventoryInput {
  /** The location. */
  locationUuid: string;
}

/** What {@link getLocationInventory} returns. */
export type GetLocationInventoryResult = components["schemas"]["Balances"];

/**
 * Balances of one location
 *
 * The balances of one location, given its UUID.
 * A tracked product without a row has balance 0 there; a product that is not in `trackedProducts` is not tracked, which is not 0.
 * Balances are exact decimals in the product's own unit, which this answer does not name, and may be negative. Only those of a STORE are stock that can be sold.
 * All in one answer: there are no pages.
 * https://github.com/iZettle/api-documentation/blob/master/inventory-api/user-guides/manage-inventory-balances/fetch-inventory-balance.md (read 2026-11-20)
 *
 * @throws InvError
 */
export function getLocationInventory(
  client: ZettleClient,
  input: GetLocationInventoryInput,
  options?: CallOptions,
): Promise<GetLocationInventoryResult> {
  return call(
    client,
    { method: "GET", path: "/organizations/self/inventory/locations/{locationUuid}" },
    input,
    options,
  );
}

/** What {@link getLocationTypeInventory} takes. */
export interface GetLocationTypeInventoryInput {
  /** The type of location. */
  type: "STORE" | "SOLD" | "BIN" | "SUPPLIER";
}

/** What {@link getLocationTypeInventory} returns. */
export type GetLocationTypeInventoryResult = components["schemas"]["Balances"];

/**
 * Balances of one type of location
 *
 * The balances of the organisation's location of one type.
 * Only STORE is stock that can be sold; SOLD, BIN and SUPPLIER are where goods came from or went to, and their balances are bookkeeping.
 * A tracked product without a row has balance 0 there; a product that is not in `trackedProducts` is not tracked, which is not 0.
 * The slash at the end of the path belongs to it.
 * https://github.com/iZettle/api-documentation/blob/master/inventory-api/user-guides/manage-inventory-balances/fetch-inventory-balance.md (read 2026-11-20)
 *
 * @throws InvError
 */
export function getLocationTypeInventory(
  client: ZettleClient,
  input: GetLocationTypeInventoryInput,
  options?: CallOptions,
): Promise<GetLocationTypeInventoryResult> {
  return call(
    client,
    { method: "GET", path: "/organizations/self/inventory/locations/", query: { type: "type" } },
    input,
    options,
  );
}

/** What {@link getProductsInventory} takes. */
export interface GetProductsInventoryInput {
  /** The type of location. Guess: any of the four; the guide shows STORE only. */
  locationType: "STORE" | "SOLD" | "BIN" | "SUPPLIER";
  /** The products. Only these are answered. */
  productUuids: string[];
}

/** What {@link getProductsInventory} returns. */
export type GetProductsInventoryResult = components["schemas"]["Balances"];

/**
 * Balances of given products
 *
 * The balances of the given products at the location of one type. A POST that only reads.
 * This is the one read that tells all three states of each product asked for: a row is its balance; in `trackedProducts` without a row is 0; not in `trackedProducts` is not tracked.
 * Balances are exact decimals in the product's own unit, which this answer does not name, and may be negative.
 * https://github.com/iZettle/api-documentation/blob/master/inventory-api/user-guides/manage-inventory-balances/fetch-inventory-balance.md (read 2026-11-20)
 *
 * @throws InvError
 */
export function getProductsInventory(
  client: ZettleClient,
  input: GetProductsInventoryInput,
  options?: CallOptions,
): Promise<GetProductsInventoryResult> {
  return call(
    client,
    { method: "POST", path: "/organizations/self/inventory/products", body: ["locationType", "productUuids"] },
    input,
    options,
  );
}

/** What {@link getProductInventory} takes. */
export interface GetProductInventoryInput {
  /** The location. */
  locationUuid: string;
  /** The product. */
  productUuid: string;
}

/** What {@link getProductInventory} returns. */
export type GetProductInventoryResult = components["schemas"]["ProductBalances"];

/**
 * Balances of one product at one location
 *
 * The balances of one product's variants at one location.
 * It does not say whether the product is tracked: an empty list is either 0 or not tracked. Ask `getProductsInventory` where that matters.
 * Balances are exact decimals in the product's own unit, which this answer does not name, and may be negative.
 * https://github.com/iZettle/api-documentation/blob/master/inventory-api/user-guides/manage-inventory-balances/fetch-inventory-balance.md (read 2026-11-20)
 *
 * @throws InvError
 */
export function getProductInventory(
  client: ZettleClient,
  input: GetProductInventoryInput,
  options?: CallOptions,
): Promise<GetProductInventoryResult> {
  return call(
    client,
    { method: "GET", path: "/organizations/self/inventory/locations/{locationUuid}/products/{productUuid}" },
    input,
    options,
  );
}
