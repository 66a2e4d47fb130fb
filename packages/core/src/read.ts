import { InvError } from "@inv/transport";
import type { AnswerNotes } from "@inv/transport";

import type { InventoryAdapter, Lookup, Outcome } from "./adapter.js";
import { noteCache } from "./level.js";
import type { Note } from "./level.js";
import { defect, isList, keyOf, planRead, toProviderError } from "./plan.js";
import type { AccountCall } from "./plan.js";

/** What a read gives back. `JSON.stringify` turns it into plain data: every id and figure a string, every error its fields. */
export interface ReadResult {
  /** One outcome for each lookup, in the order of the lookups. */
  readonly outcomes: readonly Outcome[];
  /** Whether every outcome is `ok` and lists all that it should. */
  readonly complete: boolean;
}

export interface ReadOptions {
  /** Ends the read: what is not answered by then is `failed` with code `cancelled`. */
  readonly signal?: AbortSignal;
  /** The whole read's time in milliseconds, default 60000: what is not answered by then is `failed` with code `timeout`. */
  readonly deadlineMs?: number;
  /** Whether each level keeps the provider's parsed answer as `raw`; default false. */
  readonly raw?: boolean;
}

export interface InventoryOptions {
  /** An adapter for each account, by a name of the caller's own. Two accounts may be with one provider. */
  readonly accounts: Readonly<Record<string, InventoryAdapter>>;
}

export interface Inventory {
  /**
   * Asks the accounts and returns one outcome for each lookup, in their order.
   *
   * Equal lookups are asked once. Accounts are asked at the same time, each with at most 8 calls in flight. A provider
   * that fails, hangs or talks nonsense costs its own lookups; the others keep their answers, and nothing is thrown
   * even if all of them fail.
   *
   * @throws InvError `config`, before any request, for a deadline or lookup that is malformed, names an unknown account,
   * or cannot be asked there; for a lookup `pointer` says which (`/3/location/id`)
   */
  readonly read: (lookups: readonly Lookup[], options?: ReadOptions) => Promise<ReadResult>;
}

const defaultDeadlineMs = 60_000;
/** The most that a timer can wait: a longer one fires at once. */
const maxDeadlineMs = 2 ** 31 - 1;
/** Calls of one account in flight at once. Documented rate limits are kept by the clients. */
const concurrency = 8;

/**
 * Returns one view of the stock of many accounts.
 *
 * @throws InvError `config` for an account without an adapter
 */
export function createInventory({ accounts: given }: InventoryOptions): Inventory {
  // A Map: an account may be called `__proto__` or `constructor`.
  const accounts = new Map(Object.entries(given));
  for (const [account, adapter] of accounts) {
    const parts: object = Object(adapter);
    if (typeof Reflect.get(parts, "plan") !== "function" || typeof Reflect.get(parts, "read") !== "function")
      throw new InvError("config", `account "${account}" has no adapter`, { attempts: 0, retryable: false });
  }
  return { read: (lookups, options) => read(accounts, lookups, options) };
}

type Ending = "cancelled" | "timeout";

async function read(
  accounts: ReadonlyMap<string, InventoryAdapter>,
  given: readonly Lookup[],
  options: ReadOptions = {},
): Promise<ReadResult> {
  // Own properties only: a host that put `deadlineMs` on every object has not given one.
  const own: ReadOptions = Object.assign(Object.create(null), options);
  const { signal, deadlineMs = defaultDeadlineMs, raw = false } = own;
  checkDeadline(deadlineMs);
  const { lookups, calls, failures } = planRead(accounts, given);
  const answers = new Map<string, Answer>();
  for (const [key, error] of failures) answers.set(key, { status: "failed", error });

  const controller = new AbortController();
  const endsAt = performance.now() + deadlineMs;
  let ending: Ending | undefined;
  const ended = new Promise<void>((resolve) => {
    controller.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const end = (reason: Ending) => {
    ending ??= reason;
    controller.abort();
  };
  const onAbort = () => end("cancelled");
  const timer = setTimeout(() => end("timeout"), deadlineMs);
  signal?.addEventListener("abort", onAbort, { once: true });

  const work = async (queue: Iterable<AccountCall>): Promise<void> => {
    for (const next of queue) {
      if (controller.signal.aborted) return;
      const context = { signal: controller.signal, deadlineMs: Math.max(1, endsAt - performance.now()), raw };
      const found = await answer(next, context);
      // What an aborted call says is no answer.
      if (!controller.signal.aborted) for (const [key, value] of found) answers.set(key, value);
    }
  };
  try {
    if (signal?.aborted === true) end("cancelled");
    const workers = Array.from(groupBy(calls, ({ account }) => account).values()).flatMap((ofAccount) => {
      // One iterator: each worker takes the next call that no other has taken.
      const queue = ofAccount.values();
      return Array.from({ length: concurrency }, () => work(queue));
    });
    await Promise.race([Promise.all(workers), ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }

  const outcomes = lookups.map((lookup): Outcome => {
    const found = answers.get(keyOf(lookup));
    if (found === undefined)
      return { lookup, status: "failed", error: unanswered(ending, deadlineMs, accounts.get(lookup.account)) };
    if (found.status === "failed") return { lookup, status: "failed", error: found.error };
    return { lookup, status: "ok", levels: found.levels, complete: found.complete };
  });
  return { outcomes, complete: outcomes.every((outcome) => outcome.status === "ok" && outcome.complete) };
}

/** An outcome without its lookup: several positions of a request may share it. */
type Answer = Outcome extends infer Each ? (Each extends Outcome ? Omit<Each, "lookup"> : never) : never;

/** Makes one call. Never throws: whatever its adapter does becomes an answer to the call's own lookups. */
async function answer(
  { adapter, call }: AccountCall,
  context: Parameters<InventoryAdapter["read"]>[1],
): Promise<ReadonlyMap<string, Answer>> {
  const keys = call.lookups.map(keyOf);
  const fromCache: Note[] = [];
  const onAnswer = (notes: AnswerNotes) => fromCache.push(...noteCache(notes));
  try {
    const outcomes = await adapter.read(call, { ...context, onAnswer });
    if (!isList(outcomes)) throw defect(adapter, "answered no list of outcomes");
    const byKey = groupBy(outcomes, ({ lookup }) => keyOf(lookup));
    return new Map(keys.map((key) => [key, withNotes(onlyAnswer(adapter, byKey.get(key) ?? []), fromCache)]));
  } catch (error) {
    const failure = toProviderError(adapter, error);
    return new Map(keys.map((key) => [key, { status: "failed", error: failure }]));
  }
}

function onlyAnswer(adapter: InventoryAdapter, outcomes: readonly Outcome[]): Answer {
  const [outcome, ...others] = outcomes;
  if (outcome === undefined) return failed(defect(adapter, "left a lookup without an answer"));
  if (others.length > 0) return failed(defect(adapter, "answered a lookup more than once"));
  if (outcome.status === "failed") return failed(toProviderError(adapter, outcome.error));
  if (!isList(outcome.levels) || outcome.levels.length === 0)
    return failed(defect(adapter, "answered a lookup without any level"));
  return { status: "ok", levels: outcome.levels, complete: outcome.complete };
}

/** The same answer, with notes on each of its levels. */
function withNotes(answered: Answer, notes: readonly Note[]): Answer {
  if (answered.status === "failed" || notes.length === 0) return answered;
  return { ...answered, levels: answered.levels.map((level) => ({ ...level, notes: [...level.notes, ...notes] })) };
}

function groupBy<Value>(values: readonly Value[], toKey: (value: Value) => string): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const group = groups.get(toKey(value));
    if (group === undefined) groups.set(toKey(value), [value]);
    else group.push(value);
  }
  return groups;
}

function failed(error: InvError): Answer {
  return { status: "failed", error };
}

function unanswered(ending: Ending | undefined, deadlineMs: number, adapter: InventoryAdapter | undefined): InvError {
  const provider = adapter?.provider ?? "";
  if (ending === "cancelled")
    return new InvError("cancelled", `${provider}: the read was cancelled before this was answered`, { provider });
  return new InvError("timeout", `${provider}: no answer within the ${deadlineMs} ms that the read was given`, {
    kind: "total",
    provider,
    retryable: true,
  });
}

function checkDeadline(deadlineMs: number): void {
  if (typeof deadlineMs === "number" && deadlineMs > 0 && deadlineMs <= maxDeadlineMs) return;
  throw new InvError("config", `deadlineMs has to be a number of milliseconds above 0 and up to ${maxDeadlineMs}`, {
    attempts: 0,
    retryable: false,
  });
}
