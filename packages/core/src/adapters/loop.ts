import { createLoopClient, credentials, getInventory } from "@inv/loop";
import type { GetInventoryResult, LoopClient } from "@inv/loop";

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
import type { InventoryLevel, Item, Location, Note } from "../level.js";
import { Wire, toQuantity } from "../wire.js";

const source = { provider: "loop", operation: "getInventory", path: "/inventories/{productVariantId}/{locationId}" };

const capabilities: Capabilities = { quantities: ["available"], sellable: "available", location: "required" };

/**
 * Returns the adapter for Loop's inventories: one call for each variant at each location.
 *
 * `item.id` is Loop's own product variant id and `location.id` its own location id, not the shop's; there is no
 * `variantId`. A variant that Loop holds no record of is `not-found`, never zero. An inactive location keeps its figure.
 *
 * @see https://docs.loopreturns.com/api-reference/latest/inventories/get-inventory (read 2026-11-20)
 */
export function loop(client: ClientHandle<"loop">): InventoryAdapter {
  const loopClient = toClient<LoopClient>("loop", client);
  return {
    provider: "loop",
    capabilities,
    plan(lookups) {
      for (const [index, { item }] of lookups.entries())
        if (item.variantId !== undefined)
          throw refuseLookup(
            "loop",
            index,
            "item/variantId",
            "Loop's item.id is the product variant already; leave variantId out",
          );
      const calls = groupLookups(lookups, ({ item, location }) => JSON.stringify([item.id, location?.id]));
      return Array.from(calls.values(), (same) => ({ lookups: same, request: undefined }));
    },
    async read({ lookups }: PlannedCall, context: CallContext) {
      const [asked] = lookups;
      const productVariantId = asked?.item.id ?? "";
      const locationId = asked?.location?.id ?? "";
      const input = { productVariantId, locationId };
      const answer = await getInventory(loopClient, input, toCallOptions(context));
      const observedAt = new Date().toISOString();
      return answerEach(lookups, (lookup) => ({
        levels: [toLevel(lookup, answer, observedAt, context.raw)],
        complete: true,
      }));
    },
  };
}

function toLevel(lookup: Lookup, answer: GetInventoryResult, observedAt: string, raw: boolean): InventoryLevel {
  const { account, item, location } = lookup;
  const wire = new Wire(source, answer);
  const variant = theOnlyOne(wire.at("product_variant"), item.id);
  const place = theOnlyOne(wire.at("location"), location?.id ?? "");
  const [active, statusNotes] = toActive(place?.at("status"));
  return {
    account,
    provider: "loop",
    item: toItem(item.id, variant),
    location: toLocation(location?.id ?? "", place, active),
    quantities: {
      available: {
        quantity: toQuantity(wire.at("available_count"), (count) => count.wholeDecimal()),
        basis: "documented",
        providerTerm: "available_count",
      },
    },
    terms: {},
    notes: [
      ...missing(variant, "product_variant", "variant"),
      ...missing(place, "location", "location"),
      ...statusNotes,
    ],
    observedAt,
    ...(raw ? { raw: answer } : {}),
  };
}

/**
 * The one object that Loop wraps into an array, or sends bare; `undefined` where there is none.
 *
 * Its id has to be the one that was asked for: a rounded id finds another record.
 */
function theOnlyOne(wrapped: Wire, askedId: string): Wire | undefined {
  if (wrapped.value === undefined) return undefined;
  const wires = Array.isArray(wrapped.value) ? wrapped.items() : [wrapped];
  const [wire, other] = wires;
  if (other !== undefined) throw wrapped.error("schema", `has ${wires.length} entries where one was due`);
  if (wire === undefined || wire.at("id").value === undefined) return undefined;
  if (wire.at("id").text() !== askedId)
    throw wire.at("id").error("identity", "is not the id that was asked for; the figure was not taken");
  return wire;
}

function missing(wire: Wire | undefined, field: string, what: string): readonly Note[] {
  if (wire !== undefined) return [];
  const text = `Loop sent no details in ${field}: that the figure is of the ${what} asked for rests on the request alone.`;
  return [{ code: "details-missing", text }];
}

function toItem(id: string, variant: Wire | undefined): Item {
  const sku = variant?.at("sku").detail();
  const barcode = variant?.at("barcode").detail();
  const name = variant?.at("name").detail();
  return {
    id,
    ...(sku === undefined ? {} : { sku }),
    ...(barcode === undefined ? {} : { barcode }),
    ...(name === undefined ? {} : { name }),
  };
}

function toLocation(id: string, place: Wire | undefined, active: boolean | undefined): Location {
  const name = place?.at("name").detail();
  return { id, ...(name === undefined ? {} : { name }), ...(active === undefined ? {} : { active }) };
}

function toActive(status: Wire | undefined): readonly [active: boolean | undefined, notes: readonly Note[]] {
  if (status?.value === undefined || status.value === null) return [undefined, []];
  if (status.value === "active") return [true, []];
  if (status.value === "inactive")
    return [
      false,
      [{ code: "inactive-location", text: "Loop lists this location as inactive; its figure still stands." }],
    ];
  const text = `Loop gives the location a status that is not documented: ${JSON.stringify(status.value)}.`;
  return [undefined, [{ code: "unknown-enum", text }]];
}

/** How configuration becomes a Loop account. */
export const connector: Connector = {
  provider: "loop",
  credentials,
  options: ["baseUrl"],
  connect: (options) => loop(createLoopClient(toOptions(options))),
};
