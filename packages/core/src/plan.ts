import { InvError, isInvError } from "@inv/transport";

import type { InventoryAdapter, Lookup, PlannedCall } from "./adapter.js";

/** One call of one account, and how to recognise the lookups that it answers. */
export interface AccountCall {
  readonly account: string;
  readonly adapter: InventoryAdapter;
  readonly call: PlannedCall;
}

/** What a read will do. Nothing has been asked yet. */
export interface ReadPlan {
  /** A frozen copy of each lookup, in the order of the request. */
  readonly lookups: readonly Lookup[];
  readonly calls: readonly AccountCall[];
  /** Lookups whose adapter failed to plan them, by `keyOf`. */
  readonly failures: ReadonlyMap<string, InvError>;
}

/** Equal for two lookups exactly when they ask the same. */
export function keyOf(lookup: Lookup): string {
  const item = own(lookup, "item");
  const parts = [own(lookup, "account"), own(item, "id"), own(item, "variantId"), own(own(lookup, "location"), "id")];
  return JSON.stringify(parts.map((part) => part ?? null));
}

/**
 * Plans a read: checks every lookup, asks equal ones once, lets each account's adapter make its calls.
 *
 * An adapter that fails to plan costs its own lookups only.
 *
 * @throws InvError `config` for the first lookup that is malformed or cannot be asked; `pointer` says which and where
 */
export function planRead(accounts: ReadonlyMap<string, InventoryAdapter>, given: readonly Lookup[]): ReadPlan {
  if (!Array.isArray(given))
    throw new InvError("config", "the lookups are no array", { attempts: 0, retryable: false });
  const lookups: Lookup[] = [];
  const distinct = new Map<string, Map<string, { readonly index: number; readonly lookup: Lookup }>>();
  for (const [index, value] of given.entries()) {
    const lookup = checkLookup(accounts, value, index);
    lookups.push(toPlain(lookup));
    const ofAccount = distinct.get(lookup.account) ?? new Map<string, { index: number; lookup: Lookup }>();
    distinct.set(lookup.account, ofAccount);
    const key = keyOf(lookup);
    if (!ofAccount.has(key)) ofAccount.set(key, { index, lookup });
  }

  const calls: AccountCall[] = [];
  const failures = new Map<string, InvError>();
  for (const [account, ofAccount] of distinct) {
    const adapter = adapterOf(accounts, account, 0);
    const asked = [...ofAccount.values()];
    try {
      const planned = planAccount(adapter, Object.freeze(asked.map(({ lookup }) => lookup)));
      for (const call of planned) calls.push({ account, adapter, call });
    } catch (error) {
      if (isInvError(error) && error.code === "config")
        throw atPosition(
          error,
          asked.map(({ index }) => index),
        );
      const failure = toProviderError(adapter, error);
      for (const key of ofAccount.keys()) failures.set(key, failure);
    }
  }
  return { lookups, calls, failures };
}

/** What an adapter threw as an error of its provider; anything but an `InvError` is a defect of the adapter. */
export function toProviderError(adapter: InventoryAdapter, error: unknown): InvError {
  if (!isInvError(error)) return defect(adapter, "threw something other than an InvError (see `cause`)", error);
  if (error.provider !== undefined) return error;
  const { body, cause } = error;
  const details = Object.assign({}, error, { provider: adapter.provider, body, cause });
  return new InvError(error.code, error.message, details);
}

/** The error for an adapter that breaks its interface. */
export function defect(adapter: InventoryAdapter, did: string, cause?: unknown): InvError {
  const { provider } = adapter;
  return new InvError("schema", `${provider}: its adapter ${did}; this is a defect of the adapter, please report it`, {
    kind: "adapter",
    provider,
    retryable: false,
    cause,
  });
}

function planAccount(adapter: InventoryAdapter, lookups: readonly Lookup[]): readonly PlannedCall[] {
  const calls = adapter.plan(lookups);
  if (!isList(calls)) throw defect(adapter, "planned no list of calls");
  const covered = calls.flatMap((call) => call.lookups.map(keyOf));
  if (covered.length !== lookups.length || new Set([...covered, ...lookups.map(keyOf)]).size !== lookups.length)
    throw defect(adapter, "did not put every lookup into exactly one call");
  return calls;
}

/** Whether an adapter kept its word; it may be written in JavaScript. */
export function isList(value: unknown): boolean {
  return Array.isArray(value);
}

/** Moves an adapter's complaint from its own list to the caller's. */
function atPosition(error: InvError, positions: readonly number[]): InvError {
  const [, position = "", ...field] = error.pointer?.split("/") ?? [];
  const index = positions[Number(position)];
  if (position === "" || index === undefined) return error;
  return refusal(index, field.join("/"), error.message, error);
}

function refusal(index: number, field: string, problem: string, cause?: unknown): InvError {
  const place = field === "" ? "" : `, ${field.replaceAll("/", ".")}`;
  return new InvError("config", `lookup ${index}${place}: ${problem}`, {
    ...(isInvError(cause) && cause.provider !== undefined ? { provider: cause.provider } : {}),
    pointer: field === "" ? `/${index}` : `/${index}/${field}`,
    attempts: 0,
    retryable: false,
    cause,
  });
}

function checkLookup(accounts: ReadonlyMap<string, InventoryAdapter>, lookup: unknown, index: number): Lookup {
  const account = checkText(lookup, "account", "account", index);
  const { capabilities } = adapterOf(accounts, account, index);
  const item = own(lookup, "item");
  const id = checkSegment(checkText(item, "id", "item/id", index), "item/id", index);
  const variantId =
    own(item, "variantId") === undefined ? undefined : checkText(item, "variantId", "item/variantId", index);
  const location = own(lookup, "location");
  const locationId =
    location === undefined
      ? undefined
      : checkSegment(checkText(location, "id", "location/id", index), "location/id", index);
  if (capabilities.location === "required" && locationId === undefined)
    throw refusal(index, "location", `account "${account}" keeps stock by location; give location.id`);
  if (capabilities.location === "none" && locationId !== undefined)
    throw refusal(index, "location", `account "${account}" has no locations; leave location out`);
  return bare({
    account,
    item: bare(variantId === undefined ? { id } : { id, variantId }),
    ...(locationId === undefined ? {} : { location: bare({ id: locationId }) }),
  });
}

/** A frozen copy without a prototype: an absent `variantId` stays absent, whatever the host did to `Object.prototype`. */
function bare<Value extends object>(value: Value): Value {
  return Object.freeze(Object.assign(Object.create(null), value));
}

/** The lookup as an outcome shows it. */
function toPlain({ account, item, location }: Lookup): Lookup {
  return Object.freeze({
    account,
    item: Object.freeze({ ...item }),
    ...(location === undefined ? {} : { location: Object.freeze({ ...location }) }),
  });
}

function adapterOf(accounts: ReadonlyMap<string, InventoryAdapter>, account: string, index: number): InventoryAdapter {
  const adapter = accounts.get(account);
  if (adapter !== undefined) return adapter;
  const known = [...accounts.keys()].join(", ");
  throw refusal(index, "account", `there is no account "${account}"; there is ${known === "" ? "none at all" : known}`);
}

function checkText(of: unknown, name: string, field: string, index: number): string {
  const value = own(of, name);
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number" || typeof value === "bigint")
    throw refusal(index, field, "ids are texts, or large ones lose digits; put it in quotes");
  throw refusal(index, field, value === undefined ? "is missing" : "is not a text, or an empty one");
}

/** Ids become segments of a path: `..` would climb in it, and half of a surrogate pair cannot be written in it. */
function checkSegment(id: string, field: string, index: number): string {
  if ([".", ".."].includes(id.replaceAll(/%2e/gi, "."))) throw refusal(index, field, "is a dot segment and no id");
  try {
    encodeURIComponent(id);
  } catch (cause) {
    throw refusal(index, field, "is no valid text (it has half of a surrogate pair)", cause);
  }
  return id;
}

function own(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null && Object.hasOwn(of, name) ? Reflect.get(of, name) : undefined;
}
