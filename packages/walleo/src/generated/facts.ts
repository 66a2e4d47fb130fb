// GENERATED from specs/walleo/ (sha256 ec0e8bc82c6056007a465ba46186a2e013220362ed08373282b11be48eb97fb3) by `npm run generate -- walleo`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { Facts } from "@inv/transport";

/** What the transport has to know of each operation. */
export const facts: Facts = {
  rateLimit: { requests: 5, windowMs: 1000, scope: "account", concurrency: 4 },
  operations: {
    "GET /partners/v1/inventories/{id}": {
      operation: "getInventory",
      shape: {
        properties: {
          inventories: {
            properties: {
              end_to_end_api: { properties: { available_amount: { leaf: "decimal" } } },
              stocks: {
                items: {
                  properties: {
                    facial_value: { leaf: "decimal", from: "number" },
                    owned_quantity: { leaf: "int64", from: "number" },
                    shared_quantity: { leaf: "int64", from: "number" },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};
