// GENERATED from ../openapi.yaml by scripts/test/paged.test.ts.

import type { Facts } from "@inv/transport";

/** What the transport has to know of each operation. */
export const facts: Facts = {
  operations: {
    "GET /shops/{shopId}/inventories": {
      operation: "listInventories",
      shape: {
        properties: {
          inventories: { items: { properties: { id: { leaf: "id" }, quantity: { leaf: "decimal", from: "number" } } } },
        },
      },
    },
    "GET /balances": {
      operation: "listBalances",
      shape: { items: { properties: { id: { leaf: "id" }, quantity: { leaf: "decimal", from: "number" } } } },
    },
    "GET /items": {
      operation: "listItems",
      shape: {
        properties: {
          data: { items: { properties: { id: { leaf: "id" }, quantity: { leaf: "decimal", from: "number" } } } },
        },
      },
    },
    "GET /products": {
      operation: "listProducts",
      shape: {
        properties: {
          results: { items: { properties: { id: { leaf: "id" }, quantity: { leaf: "decimal", from: "number" } } } },
          total: { leaf: "int32", from: "number" },
          totalPages: { leaf: "int32", from: "number" },
        },
      },
    },
  },
};
