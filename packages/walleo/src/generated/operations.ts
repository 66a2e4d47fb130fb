// GENERATED from specs/walleo/ (sha256 ec0e8bc82c6056007a465ba46186a2e013220362ed08373282b11be48eb97fb3) by `npm run generate -- walleo`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import { call } from "@inv/transport";
import type { CallOptions } from "@inv/transport";
import type { WalleoClient } from "../client.js";
import type { components } from "./schema.js";

/** What {@link getInventory} takes. */
export interface GetInventoryInput {
  /** The code of the gift card, exactly as Walleo spells it; not a UUID. */
  id: string;
}

/** What {@link getInventory} returns. */
export type GetInventoryResult = components["schemas"]["InventoryAnswer"];

/**
 * Get an inventory
 *
 * The stock of one gift card, by its code: cards bought in advance for each face value, and whether more are made on demand.
 * `owned_quantity` and `shared_quantity` count cards and are not to be added: shared cards may go to somebody else.
 * A face value that is not listed has no cards bought in advance; where `end_to_end_api` is enabled, cards may still be made on demand.
 * No locations, no pages, no time of the count.
 * https://docs.walleo.io/partners-api/api-reference/inventories (read 2026-11-20)
 *
 * @throws InvError
 */
export function getInventory(
  client: WalleoClient,
  input: GetInventoryInput,
  options?: CallOptions,
): Promise<GetInventoryResult> {
  return call(client, { method: "GET", path: "/partners/v1/inventories/{id}" }, input, options);
}
