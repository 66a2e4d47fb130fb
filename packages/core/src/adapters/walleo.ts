import { createWalleoClient, credentials, getInventory } from "@inv/walleo";
import type { WalleoClient } from "@inv/walleo";
import { isInvError } from "@inv/transport";

import { answerEach, groupLookups, refuseLookup, toCallOptions, toClient, toOptions } from "../adapter.js";
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
import type { Figure, InventoryLevel } from "../level.js";
import { parseDecimal, toShortest, unknown, unlimited } from "../quantity.js";
import type { DecimalString, Quantity } from "../quantity.js";
import { Wire, attempt, theOnly, throwFirst, toQuantity } from "../wire.js";

const source = { provider: "walleo", operation: "getInventory", path: "/partners/v1/inventories/{id}" };

const capabilities: Capabilities = { quantities: ["available"], sellable: "available", location: "none" };

/**
 * Returns the adapter for Walleo's gift cards: one call for each card.
 *
 * `item.id` is the card's code, exactly as Walleo writes it; `item.variantId` a face value, compared as a number (`"50"`
 * asks for `"50.0"` too). A level has two channels that say nothing of each other: `available` is generation on demand,
 * unlimited or unknown; the terms `walleo.owned` and `walleo.shared` are cards bought before, by face value. The shared
 * ones may be taken by somebody else, so the two are never added.
 *
 * @see https://docs.walleo.io/api-reference/inventories (read 2026-11-20; one example, no schema)
 */
export function walleo(client: ClientHandle<"walleo">): InventoryAdapter {
  const walleoClient = toClient<WalleoClient>("walleo", client);
  return {
    provider: "walleo",
    capabilities,
    plan(lookups) {
      for (const [index, { item }] of lookups.entries())
        if (item.variantId !== undefined && isInvError(attempt(() => parseDecimal(item.variantId ?? ""))))
          throw refuseLookup(
            "walleo",
            index,
            "item/variantId",
            "Walleo's variant is a face value, a plain number such as 50",
          );
      const calls = groupLookups(lookups, ({ item }) => item.id);
      return Array.from(calls.values(), (ofCard) => ({ lookups: ofCard, request: undefined }));
    },
    async read({ lookups }: PlannedCall, context: CallContext) {
      const id = lookups[0]?.item.id ?? "";
      const answer = await getInventory(walleoClient, { id }, toCallOptions(context));
      const inventory = new Wire(source, answer).at("inventories");
      const code = inventory.at("gift_card").at("code");
      if (code.text() !== id) throw code.error("identity", "is not the code that was asked for; no figure was taken");
      const card: Card = {
        available: toAvailable(inventory.at("end_to_end_api")),
        name: inventory.at("gift_card").at("name").detail(),
        rows: inventory.at("stocks").items().map(toRow),
        asked: lookups.map(({ item }) => (item.variantId === undefined ? undefined : toShortest(item.variantId))),
        base: { observedAt: new Date().toISOString(), ...(context.raw ? { raw: answer } : {}) },
      };
      return answerEach(lookups, (lookup) => ({ levels: toLevels(lookup, card), complete: true }));
    },
  };
}

interface Row {
  readonly wire: Wire;
  /** As a number in its shortest text; an error where the row does not say whose it is. */
  readonly faceValue: DecimalString | Error;
}

interface Card {
  readonly available: Quantity;
  readonly name: string | undefined;
  readonly rows: readonly Row[];
  /** The face values that the call's lookups ask for; `undefined` is for all. */
  readonly asked: readonly (DecimalString | undefined)[];
  readonly base: Pick<InventoryLevel, "observedAt" | "raw">;
}

function toRow(wire: Wire): Row {
  return { wire, faceValue: attempt(() => toShortest(wire.at("facial_value").decimal())) };
}

/** The on-demand channel. Anything but the documented text is no number of cards: it may be an amount of money. */
function toAvailable(api: Wire): Quantity {
  const silent = "Walleo does not say whether it makes this card on demand; ask Walleo.";
  if (api.value === undefined) return unknown("not-listed", silent);
  if (api.value === null) return unknown("null", silent);
  const enabled = api.at("enabled");
  if (enabled.value === undefined) return unknown("not-listed", silent);
  if (enabled.value === null) return unknown("null", silent);
  if (!enabled.flag())
    return unknown("disabled", "Walleo does not make this card on demand for you; ask Walleo to switch it on.");
  const amount = api.at("available_amount").value;
  if (amount === "unlimited") return unlimited;
  if (amount === undefined) return unknown("not-listed", silent);
  if (amount === null) return unknown("null", silent);
  return unknown(
    "not-understood",
    "Walleo's available_amount is not the one documented text; ask Walleo what it means.",
  );
}

function toLevels(lookup: Lookup, card: Card): readonly InventoryLevel[] {
  const { rows } = card;
  const asked = lookup.item.variantId;
  const wanted = rows.filter((row) => asked === undefined || row.faceValue === toShortest(asked));
  if (asked === undefined || wanted.length === 0) throwFirst(rows.map((row) => row.faceValue));
  if (wanted.length === 0) return [toLevel(lookup, asked, notListed(asked), notListed(asked), card)];
  const listed = [...new Set(wanted.map((row) => row.faceValue))];
  return listed.map((faceValue) => {
    const wires = wanted.filter((row) => row.faceValue === faceValue).map(({ wire }) => wire);
    const { text, owned, shared } = theOnly(wires, readRow, (row) => [row.owned, row.shared]);
    return toLevel(lookup, text, owned, shared, card);
  });
}

function readRow(row: Wire): { readonly text: string; readonly owned: Quantity; readonly shared: Quantity } {
  return {
    text: row.at("facial_value").decimal(),
    owned: readCount(row.at("owned_quantity")),
    shared: readCount(row.at("shared_quantity")),
  };
}

function readCount(wire: Wire): Quantity {
  if (wire.value === undefined)
    return unknown("not-listed", "Walleo sent no such count for this face value; ask Walleo.");
  const count = toQuantity(wire, (value) => value.wholeDecimal());
  if (count.kind !== "exact" || !count.value.startsWith("-")) return count;
  return unknown("not-understood", "Walleo sent a negative count of cards, which means nothing; ask Walleo.");
}

function notListed(faceValue: string | undefined): Quantity {
  const what = faceValue === undefined ? "no cards bought before" : "no cards bought before of this face value";
  return unknown("not-listed", `Walleo lists ${what}; see whether it makes them on demand.`);
}

function toLevel(
  { account, item }: Lookup,
  faceValue: string | undefined,
  owned: Quantity,
  shared: Quantity,
  { available, name, rows, asked, base: { observedAt, ...raw } }: Card,
): InventoryLevel {
  const unasked = asked.includes(undefined)
    ? []
    : rows.map((row) => row.faceValue).filter((value) => !asked.includes(String(value)));
  return {
    account,
    provider: "walleo",
    item: {
      id: item.id,
      ...(faceValue === undefined ? {} : { variantId: faceValue }),
      ...(name === undefined ? {} : { name }),
    },
    location: undefined,
    quantities: { available: { quantity: available, basis: "inferred", providerTerm: "available_amount" } },
    terms: {
      "walleo.owned": term(owned, "owned_quantity"),
      "walleo.shared": term(shared, "shared_quantity"),
    },
    notes: noteExtraRows(
      "face values",
      unasked.filter((value) => typeof value === "string"),
    ),
    observedAt,
    ...raw,
  };
}

function term(quantity: Quantity, providerTerm: string): Figure {
  return { quantity, basis: "unspecified", providerTerm };
}

/** How configuration becomes a Walleo account. */
export const connector: Connector = {
  provider: "walleo",
  credentials,
  options: ["baseUrl", "emptyPayload"],
  connect: (options) => walleo(createWalleoClient(toOptions(options))),
};
