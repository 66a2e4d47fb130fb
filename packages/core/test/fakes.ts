import { InvError } from "@inv/transport";

import { exact } from "../src/index.js";
import type { Capabilities, InventoryAdapter, InventoryLevel, Lookup, Outcome, PlannedCall } from "../src/index.js";

/** What a fake adapter was asked, in order. */
export interface Log {
  readonly planned: (readonly Lookup[])[];
  readonly calls: PlannedCall[];
  /** The most calls that were in flight at once. */
  peak: number;
}

/** A level with one figure. */
export function levelOf(lookup: Lookup, value = "1"): InventoryLevel {
  return {
    account: lookup.account,
    provider: "acme",
    item: { ...lookup.item },
    location: undefined,
    quantities: { available: { quantity: exact(value), basis: "documented", providerTerm: "available" } },
    terms: {},
    notes: [],
    observedAt: "2026-11-20T12:00:00.000Z",
  };
}

/** Answers every lookup with one level. */
export function answerAll(call: PlannedCall, value = "1"): readonly Outcome[] {
  return call.lookups.map((lookup) => ({ lookup, status: "ok", levels: [levelOf(lookup, value)], complete: true }));
}

/** An adapter that plans one call for each lookup; what `parts` give replaces its own. */
export function fakeAdapter(
  parts: Partial<InventoryAdapter> & { readonly location?: Capabilities["location"] } = {},
): InventoryAdapter & { readonly log: Log } {
  const log: Log = { planned: [], calls: [], peak: 0 };
  const { location = "none", plan, read, ...rest } = parts;
  let inFlight = 0;
  return {
    provider: "acme",
    capabilities: { quantities: ["available"], sellable: "available", location },
    ...rest,
    log,
    plan(lookups) {
      log.planned.push(lookups);
      return plan?.(lookups) ?? lookups.map((lookup) => ({ lookups: [lookup], request: undefined }));
    },
    async read(call, context) {
      log.calls.push(call);
      inFlight += 1;
      log.peak = Math.max(log.peak, inFlight);
      try {
        return await (read?.(call, context) ?? Promise.resolve(answerAll(call)));
      } finally {
        inFlight -= 1;
      }
    },
  };
}

/** An adapter whose every call fails like this. */
export function failingAdapter(code: "server" | "auth" = "server"): InventoryAdapter & { readonly log: Log } {
  return fakeAdapter({
    read: () => Promise.reject(new InvError(code, `acme: GET /stock answered`, { provider: "acme", attempts: 1 })),
  });
}

/** A value where its type does not allow it, as JavaScript can put it. */
export function untyped(value: unknown): never {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- that is what it is for
  return value as never;
}

/** A promise, and how to settle it. */
export function deferred<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  const settle: ((value: Value) => void)[] = [];
  const promise = new Promise<Value>((resolve) => {
    settle.push(resolve);
  });
  return { promise, resolve: (value) => settle[0]?.(value) };
}
