import { createFourthwallClient, credentials, getProductInventory } from "@inv/fourthwall";
import type { FourthwallClient } from "@inv/fourthwall";

import { answerEach, groupLookups, toCallOptions, toClient, toOptions } from "../adapter.js";
import type {
  CallContext,
  Capabilities,
  ClientHandle,
  Connector,
  InventoryAdapter,
  Lookup,
  PlannedCall,
} from "../adapter.js";
import { noteExtraRows } from "../level.js";
import type { InventoryLevel, Note } from "../level.js";
import { unknown } from "../quantity.js";
import type { Quantity } from "../quantity.js";
import { Wire, attempt, theOnly, throwFirst, toQuantity } from "../wire.js";

const source = {
  provider: "fourthwall",
  operation: "getProductInventory",
  path: "/open-api/v1.0/products/{productId}/inventory",
};

const capabilities: Capabilities = { quantities: ["available"], sellable: "available", location: "none" };

/**
 * Returns the adapter for a Fourthwall shop: one call for each product.
 *
 * `item.id` is the product, `item.variantId` the variant. Fourthwall does not say whether its `quantity` is on hand or
 * left to sell: the basis is `unspecified`. A variant that it does not list is unknown, not zero: products made on
 * demand have no count. An answer that says it has more rows than it holds is not complete.
 *
 * @see https://docs.fourthwall.com/api-reference/platform/products/get-product-inventory (read 2026-11-20)
 */
export function fourthwall(client: ClientHandle<"fourthwall">): InventoryAdapter {
  const fourthwallClient = toClient<FourthwallClient>("fourthwall", client);
  return {
    provider: "fourthwall",
    capabilities,
    plan(lookups) {
      const calls = groupLookups(lookups, ({ item }) => item.id);
      return Array.from(calls.values(), (ofProduct) => ({ lookups: ofProduct, request: undefined }));
    },
    async read({ lookups }: PlannedCall, context: CallContext) {
      const productId = lookups[0]?.item.id ?? "";
      const answer = await getProductInventory(fourthwallClient, { productId }, toCallOptions(context));
      const wire = new Wire(source, answer);
      const stock: Stock = {
        rows: wire.at("results").items().map(toRow),
        complete: isComplete(wire),
        asked: lookups.map(({ item }) => item.variantId),
        base: { observedAt: new Date().toISOString(), ...(context.raw ? { raw: answer } : {}) },
      };
      return answerEach(lookups, (lookup) => ({ levels: toLevels(lookup, stock), complete: stock.complete }));
    },
  };
}

interface Row {
  readonly wire: Wire;
  /** An error where the row does not say whose it is. */
  readonly variantId: string | Error;
}

interface Stock {
  readonly rows: readonly Row[];
  readonly complete: boolean;
  /** The variants that the call's lookups ask for; `undefined` is for all. */
  readonly asked: readonly (string | undefined)[];
  readonly base: Pick<InventoryLevel, "observedAt" | "raw">;
}

function toRow(wire: Wire): Row {
  return { wire, variantId: attempt(() => wire.at("variantId").text()) };
}

/** Whether the page holds all that it says there is. Fourthwall offers no way to ask for another page. */
function isComplete(answer: Wire): boolean {
  const count = (name: string) => {
    const wire = answer.at(name);
    return wire.value === undefined || wire.value === null ? 0 : Number(wire.wholeNumber());
  };
  return count("totalPages") <= 1 && count("total") <= answer.at("results").items().length;
}

function toLevels(lookup: Lookup, stock: Stock): readonly InventoryLevel[] {
  const { variantId } = lookup.item;
  const { rows } = stock;
  const wanted = rows.filter((row) => variantId === undefined || row.variantId === variantId);
  if (variantId === undefined || wanted.length === 0) throwFirst(rows.map((row) => row.variantId));
  if (wanted.length === 0) return [toLevel(lookup, variantId, missing(stock, variantId), undefined, stock)];
  const listed = [...new Set(wanted.map((row) => String(row.variantId)))];
  return listed.map((id) => {
    const wires = wanted.filter((row) => row.variantId === id).map(({ wire }) => wire);
    const { quantity, updatedAt } = theOnly(wires, readRow, (row) => [row.quantity]);
    return toLevel(lookup, id, quantity, updatedAt, stock);
  });
}

function readRow(row: Wire): { readonly quantity: Quantity; readonly updatedAt: string } {
  return {
    quantity: toQuantity(row.at("quantity"), (quantity) => quantity.wholeNumber()),
    updatedAt: row.at("updatedAt").instant(),
  };
}

function missing({ complete }: Stock, variantId: string | undefined): Quantity {
  if (!complete)
    return unknown("incomplete-page", "Fourthwall sent only a part of its list; look the variant up in its dashboard.");
  const what = variantId === undefined ? "no variant of this product" : "no stock for this variant";
  return unknown("not-listed", `Fourthwall lists ${what}, which is not zero: see there whether it is made on demand.`);
}

function toLevel(
  { account, item }: Lookup,
  variantId: string | undefined,
  quantity: Quantity,
  updatedAt: string | undefined,
  { rows, asked, base: { observedAt, ...raw } }: Stock,
): InventoryLevel {
  const unasked = asked.includes(undefined)
    ? []
    : rows.map((row) => row.variantId).filter((id) => !asked.includes(String(id)));
  const notes: readonly Note[] = noteExtraRows(
    "variants",
    unasked.filter((id) => typeof id === "string"),
  );
  return {
    account,
    provider: "fourthwall",
    item: { id: item.id, ...(variantId === undefined ? {} : { variantId }) },
    location: undefined,
    quantities: { available: { quantity, basis: "unspecified", providerTerm: "quantity" } },
    terms: {},
    notes,
    observedAt,
    ...(updatedAt === undefined ? {} : { sourceUpdatedAt: updatedAt }),
    ...raw,
  };
}

/** How configuration becomes a Fourthwall account. */
export const connector: Connector = {
  provider: "fourthwall",
  credentials,
  options: ["baseUrl"],
  connect: (options) => fourthwall(createFourthwallClient(toOptions(options))),
};
