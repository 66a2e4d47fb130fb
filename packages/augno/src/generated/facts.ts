// GENERATED from specs/augno/ (sha256 b93bc0519f97963aefa976292e7f83fb5aaa3f0767a24ac9332e1180352c714a) by `npm run generate -- augno`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { Facts } from "@inv/transport";

/** What the transport has to know of each operation. */
export const facts: Facts = {
  rateLimit: { requests: 20, windowMs: 1000, scope: "ip" },
  operations: {
    "GET /v1/catalog/items/{id}/inventory": {
      operation: "retrieveItemInventory",
      shape: {
        properties: {
          on_hand: { properties: { value: { leaf: "decimal", from: "string" } } },
          reserved: { properties: { value: { leaf: "decimal", from: "string" } } },
          available_to_promise: { properties: { value: { leaf: "decimal", from: "string" } } },
          short: { properties: { value: { leaf: "decimal", from: "string" } } },
        },
      },
    },
  },
};
