// GENERATED from ../openapi.yaml by scripts/test/paged.test.ts.

import type { CallOptions } from "@inv/transport";
import { pages } from "@inv/transport/pages";
import type { CoverageOf, Pages } from "@inv/transport/pages";
import type { PagedClient } from "../client.js";
import type { components } from "./schema.js";

/** What {@link listInventories} takes. */
export interface ListInventoriesInput {
  shopId: string;
  limit?: number | undefined;
}

/** One page of what {@link listInventories} reads. */
export type ListInventoriesResult = {
  inventories: components["schemas"]["Row"][];
  page_info: {
    next_page_url: string | null;
  };
};

/** What {@link listInventories} yields. */
export type ListInventoriesRow = NonNullable<ListInventoriesResult["inventories"]>[number];

/**
 * Lists what a shop holds; the next page is a URL in the body.
 *
 * @throws InvError
 */
export function listInventories(
  client: PagedClient,
  input: ListInventoriesInput,
  options?: CallOptions,
): Pages<ListInventoriesRow> {
  return pages(
    client,
    { method: "GET", path: "/shops/{shopId}/inventories", query: { limit: "limit", cursor: "cursor" } },
    {
      operation: "listInventories",
      style: "next-url",
      items: "/inventories",
      next: "/page_info/next_page_url",
      parameter: "cursor",
    },
    input,
    options,
  );
}

/** What {@link listBalances} takes. */
export interface ListBalancesInput {
  updatedSince?: string | undefined;
}

/** One page of what {@link listBalances} reads. */
export type ListBalancesResult = components["schemas"]["Row"][];

/** What {@link listBalances} yields. */
export type ListBalancesRow = ListBalancesResult[number];

/**
 * Lists balances; the next page is a Link header.
 *
 * @throws InvError
 */
export function listBalances<Input extends ListBalancesInput = {}>(
  client: PagedClient,
  input?: Input,
  options?: CallOptions,
): Pages<ListBalancesRow, CoverageOf<Input, "updatedSince">> {
  return pages(
    client,
    { method: "GET", path: "/balances", query: { "updated-since": "updatedSince" } },
    { operation: "listBalances", style: "link", items: "", since: "updated-since" },
    input,
    options,
  );
}

/** What {@link listItems} takes. */
export interface ListItemsInput {
  q?: string | undefined;
}

/** One page of what {@link listItems} reads. */
export type ListItemsResult = {
  data?: components["schemas"]["Row"][];
  next?: string | null;
};

/** What {@link listItems} yields. */
export type ListItemsRow = NonNullable<ListItemsResult["data"]>[number];

/**
 * Lists items; the next page has a cursor.
 *
 * @throws InvError
 */
export function listItems(client: PagedClient, input: ListItemsInput = {}, options?: CallOptions): Pages<ListItemsRow> {
  return pages(
    client,
    { method: "GET", path: "/items", query: { q: "q", cursor: "cursor" } },
    { operation: "listItems", style: "cursor", items: "/data", next: "/next", parameter: "cursor" },
    input,
    options,
  );
}

/** What {@link listProducts} takes. */
export interface ListProductsInput {
  size?: number | undefined;
}

/** One page of what {@link listProducts} reads. */
export type ListProductsResult = {
  results: components["schemas"]["Row"][];
  /** Format: int32 */
  total?: number;
  /** Format: int32 */
  totalPages?: number;
};

/** What {@link listProducts} yields. */
export type ListProductsRow = NonNullable<ListProductsResult["results"]>[number];

/**
 * Lists products; pages are counted from zero.
 *
 * @throws InvError
 */
export function listProducts(
  client: PagedClient,
  input: ListProductsInput = {},
  options?: CallOptions,
): Pages<ListProductsRow> {
  return pages(
    client,
    { method: "GET", path: "/products", query: { page: "page", size: "size" } },
    {
      operation: "listProducts",
      style: "page",
      items: "/results",
      parameter: "page",
      first: 0,
      total: "/total",
      totalPages: "/totalPages",
    },
    input,
    options,
  );
}
