import { isInvError } from "@inv/transport";
import { createAugnoClient, credentials, retrieveItemInventory } from "@inv/augno";
import type { AugnoClient, RetrieveItemInventoryInput } from "@inv/augno";

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
import type { Figure, InventoryLevel, Note } from "../level.js";
import { subtract, toShortest, unknown } from "../quantity.js";
import type { Quantity } from "../quantity.js";
import { Wire, toQuantity } from "../wire.js";

type Include = NonNullable<RetrieveItemInventoryInput["include"]>;

const source = { provider: "augno", operation: "retrieveItemInventory", path: "/v1/catalog/items/{id}/inventory" };

const capabilities: Capabilities = {
  quantities: ["onHand", "committed", "availableToPromise", "short"],
  sellable: "availableToPromise",
  location: "none",
};

const allocationsSubtracted: Note = {
  code: "allocations-subtracted",
  text: "On hand is what is left after stock that is already allocated to orders.",
};

/**
 * Returns the adapter for Augno, now OpenMRP: one call for each item.
 *
 * `item.id` is the item; it has no variants and one figure for the whole account. Every quantity has to be asked for by
 * name, or Augno sends `null`; one that was asked for and is `null` all the same is unknown. Where Augno refuses `short`
 * by name it is asked once more without. The figures are passed on as sent, also where they contradict each other.
 *
 * @see https://docs.openmrp.ai (read 2026-11-20; `short` as an include is in its client libraries only)
 */
export function augno(client: ClientHandle<"augno">): InventoryAdapter {
  const augnoClient = toClient<AugnoClient>("augno", client);
  return {
    provider: "augno",
    capabilities,
    plan(lookups) {
      for (const [index, { item }] of lookups.entries())
        if (item.variantId !== undefined)
          throw refuseLookup("augno", index, "item/variantId", "an Augno item has no variants; leave variantId out");
      const calls = groupLookups(lookups, ({ item }) => item.id);
      return Array.from(calls.values(), (ofItem) => ({ lookups: ofItem, request: undefined }));
    },
    async read({ lookups }: PlannedCall, context: CallContext) {
      const id = lookups[0]?.item.id ?? "";
      const ask = (include: Include) => retrieveItemInventory(augnoClient, { id, include }, toCallOptions(context));
      let askedShort = true;
      const answer = await ask(["on_hand", "reserved", "available_to_promise", "short"]).catch((error: unknown) => {
        if (!refusesInclude(error)) throw error;
        askedShort = false;
        return ask(["on_hand", "reserved", "available_to_promise"]);
      });
      const base = { observedAt: new Date().toISOString(), ...(context.raw ? { raw: answer } : {}) };
      const wire = new Wire(source, answer);
      return answerEach(lookups, (lookup) => ({ levels: [toLevel(lookup, wire, askedShort, base)], complete: true }));
    },
  };
}

/** Whether Augno refused a member of `include[]`: the page that documents it folds away the last one. */
function refusesInclude(error: unknown): boolean {
  if (!isInvError(error) || error.status !== 400) return false;
  const detail = member(error.body, "error");
  return member(detail, "code") === "parameter_invalid" && member(detail, "param") === "include[]";
}

function member(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null && Object.hasOwn(of, name) ? Reflect.get(of, name) : undefined;
}

function toLevel(
  { account, item }: Lookup,
  answer: Wire,
  askedShort: boolean,
  { observedAt, ...raw }: Pick<InventoryLevel, "observedAt" | "raw">,
): InventoryLevel {
  const onHand = readQuantity(answer.at("on_hand"));
  const reserved = readQuantity(answer.at("reserved"));
  const promise = readQuantity(answer.at("available_to_promise"));
  const short = askedShort ? notNegative(readQuantity(answer.at("short"))) : notAsked;
  const units = new Set(
    ["on_hand", "reserved", "available_to_promise", "short"].map((name) => unitOf(answer.at(name))),
  );
  units.delete(undefined);
  const [unit, otherUnit] = units;
  const figure = (quantity: Quantity, providerTerm: string): Figure => ({
    quantity: otherUnit === undefined ? quantity : unitsDiffer(quantity),
    basis: "documented",
    providerTerm,
  });
  return {
    account,
    provider: "augno",
    item: { id: item.id },
    location: undefined,
    ...(unit === undefined || otherUnit !== undefined ? {} : { unit }),
    quantities: {
      onHand: figure(onHand, "On hand"),
      committed: figure(reserved, "Reserved"),
      availableToPromise: figure(promise, "Available to promise"),
      short: figure(short, "Short"),
    },
    terms: {},
    notes: [
      allocationsSubtracted,
      ...(otherUnit === undefined ? contradictions(onHand, reserved, promise, short) : []),
    ],
    observedAt,
    ...raw,
  };
}

const notAsked = unknown(
  "not-expanded",
  "This version of Augno does not give the shortage on request; use a newer one, or look the item up there.",
);

/** The `value` of a quantity object. Its `display_value` is written for people and never read; its `id` names nothing. */
function readQuantity(wire: Wire): Quantity {
  if (wire.value === null)
    return unknown("null", "Augno sent nothing although it was asked; check that the key's role may read this item.");
  return toQuantity(wire.at("value"), (value) => value.decimal());
}

function notNegative(short: Quantity): Quantity {
  if (short.kind !== "exact" || !short.value.startsWith("-")) return short;
  return unknown("not-understood", "Augno reports a negative shortage, which means nothing; look the item up there.");
}

/** The unit's text as Augno writes it. The older API always sends `null`. */
function unitOf(quantity: Wire): string | undefined {
  if (typeof quantity.value !== "object" || quantity.value === null) return undefined;
  const unit = quantity.at("unit");
  if (typeof unit.value !== "object" || unit.value === null) return undefined;
  return unit.at("abbreviation").detail() ?? unit.at("name").detail();
}

function unitsDiffer(quantity: Quantity): Quantity {
  if (quantity.kind !== "exact") return quantity;
  return unknown("unit-mismatch", "Augno sent the figures of this item in different units; look the item up there.");
}

/** Compares the figures with Augno's own definition. A contradiction is told, not repaired. */
function contradictions(onHand: Quantity, reserved: Quantity, promise: Quantity, short: Quantity): readonly Note[] {
  if (onHand.kind !== "exact" || reserved.kind !== "exact" || promise.kind !== "exact" || short.kind !== "exact")
    return [];
  const due = subtract(onHand.value, reserved.value, short.value);
  if (due === toShortest(promise.value)) return [];
  const text = `Available to promise is ${promise.value}, but on hand minus reserved minus short is ${due}.`;
  return [{ code: "inconsistent", text }];
}

/** How configuration becomes an Augno account. */
export const connector: Connector = {
  provider: "augno",
  credentials,
  options: ["baseUrl", "version", "account", "profile"],
  connect: (options) => augno(createAugnoClient(toOptions(options))),
};
