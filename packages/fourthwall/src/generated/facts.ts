// GENERATED from specs/fourthwall/ (sha256 3232ba4db3ae64ce4f6daa97e04d686d69141a287bbfad38f266adc8c4f9aa0c) by `npm run generate -- fourthwall`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { Facts } from "@inv/transport";

/** What the transport has to know of each operation. */
export const facts: Facts = {
  rateLimit: { requests: 100, windowMs: 10000, scope: "account" },
  operations: {
    "GET /open-api/v1.0/products/{productId}/inventory": {
      operation: "getProductInventory",
      shape: {
        properties: {
          results: { items: { properties: { quantity: { leaf: "int32", from: "number" } } } },
          total: { leaf: "int32", from: "number" },
          page: { leaf: "int32", from: "number" },
          size: { leaf: "int32", from: "number" },
          totalPages: { leaf: "int32", from: "number" },
        },
      },
    },
  },
};
