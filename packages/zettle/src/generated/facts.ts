// GENERATED from specs/zettle/ (sha256 e593321ec0dd6ad67436dfb9311e6d159d66bbce896ac5ecdc28de6439e1369a) by `npm run generate -- zettle`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { Facts } from "@inv/transport";

/** What the transport has to know of each operation. */
export const facts: Facts = {
  rateLimit: { requests: 4, windowMs: 1000, scope: "account", concurrency: 8 },
  operations: {
    "GET /inventory": {
      operation: "getInventory",
      shape: {
        properties: {
          variants: { items: { properties: { balance: { leaf: "decimal" } } } },
          latest: { leaf: "int64", from: "number" },
        },
      },
    },
    "GET /organizations/self/inventory/locations/{locationUuid}": {
      operation: "getLocationInventory",
      shape: {
        properties: {
          variants: { items: { properties: { balance: { leaf: "decimal" } } } },
          latest: { leaf: "int64", from: "number" },
        },
      },
    },
    "GET /organizations/self/inventory/locations/": {
      operation: "getLocationTypeInventory",
      shape: {
        properties: {
          variants: { items: { properties: { balance: { leaf: "decimal" } } } },
          latest: { leaf: "int64", from: "number" },
        },
      },
    },
    "POST /organizations/self/inventory/products": {
      operation: "getProductsInventory",
      safe: true,
      shape: {
        properties: {
          variants: { items: { properties: { balance: { leaf: "decimal" } } } },
          latest: { leaf: "int64", from: "number" },
        },
      },
    },
    "GET /organizations/self/inventory/locations/{locationUuid}/products/{productUuid}": {
      operation: "getProductInventory",
      shape: { properties: { variants: { items: { properties: { balance: { leaf: "decimal" } } } } } },
    },
  },
};
