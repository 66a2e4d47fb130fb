/** What every event tells: nothing in it is an id, a query, a header, a body or a credential. */
export interface RequestEvent {
  readonly provider: string;
  /** The operation's name, e.g. `getInventory`. */
  readonly operation: string;
  readonly method: string;
  /** The path template, e.g. `/items/{id}`. */
  readonly path: string;
  /** Where it goes: host name, and port unless it is that of the scheme. */
  readonly host: string;
  /** Which request of its call it is, from 1. */
  readonly attempt: number;
}

/** How one request ended. */
export interface ResponseEvent extends RequestEvent {
  /** Absent when there was no answer. */
  readonly status?: number;
  /** From sending it to the end of the body. */
  readonly durationMs: number;
  /** Why it is a failure, as `code` or `code{kind}`; absent for a success. */
  readonly reason?: string;
  /** The provider's id of the request, where it sent one. */
  readonly requestId?: string;
}

/** A request that will be sent again. */
export interface RetryEvent extends RequestEvent {
  /** How long from now. */
  readonly waitMs: number;
  /** Why, as `code` or `code{kind}`. */
  readonly reason: string;
}

/** A request that had to wait for its place in the rate budget. */
export interface WaitEvent extends RequestEvent {
  /** How long it has waited. */
  readonly waitMs: number;
  readonly reason: "queue";
}

/** Functions that are told what a client does. Nothing that they do, return or throw has an effect on a call. */
export interface Hooks {
  /** A request is about to be sent. */
  readonly onRequest?: (event: RequestEvent) => unknown;
  /** A request has ended, with or without an answer. */
  readonly onResponse?: (event: ResponseEvent) => unknown;
  /** A request has failed and will be sent again. */
  readonly onRetry?: (event: RetryEvent) => unknown;
  /** A request had to wait and may be sent now. */
  readonly onWait?: (event: WaitEvent) => unknown;
}

/** Longer than this in a hook holds up the whole process. */
const slowMs = 100;
let warned = false;

/** Tells one hook. */
export function tell<Event>(hook: (event: Event) => unknown, event: Event): void {
  const begunAt = performance.now();
  try {
    const result = hook(event);
    if (result instanceof Promise) result.catch(() => warn("failed"));
  } catch {
    warn("threw");
  }
  if (performance.now() - begunAt > slowMs) warn(`took more than ${slowMs} ms`);
}

/** Once in a process, and not in the hook's words: they may hold anything. */
function warn(what: string): void {
  if (warned) return;
  warned = true;
  const message = `a hook of an @inv client ${what}; calls go on without it, and this is said only once`;
  // Not every platform has a `process`.
  if (typeof globalThis.process?.emitWarning === "function") process.emitWarning(message, "InvHookWarning");
  else console.warn(message);
}
