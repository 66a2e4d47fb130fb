// GENERATED from specs/loop/ (sha256 d65d083e4407283edacef8508eb24c505e45d137eda12774cc160c5913e27728) by `npm run generate -- loop`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { Facts } from "@inv/transport";

/** What the transport has to know of each operation. */
export const facts: Facts = {
  rateLimit: { requests: 300, windowMs: 60000, scope: "account" },
  operations: {
    "GET /inventories/{productVariantId}/{locationId}": {
      operation: "getInventory",
      shape: {
        properties: {
          available_count: { leaf: "int64", from: "number" },
          product_variant: {
            properties: {
              id: { leaf: "id" },
              weight_grams: { leaf: "integer", from: "number" },
              barcode: { leaf: "id" },
            },
            items: {
              properties: {
                id: { leaf: "id" },
                weight_grams: { leaf: "integer", from: "number" },
                barcode: { leaf: "id" },
              },
            },
          },
          location: {
            properties: {
              id: { leaf: "id" },
              address: {
                properties: { postal_code: { leaf: "id" } },
                items: { properties: { postal_code: { leaf: "id" } } },
              },
            },
            items: {
              properties: {
                id: { leaf: "id" },
                address: {
                  properties: { postal_code: { leaf: "id" } },
                  items: { properties: { postal_code: { leaf: "id" } } },
                },
              },
            },
          },
        },
      },
    },
  },
};
