import { isInvError } from "./errors.js";
import type { Given } from "./token-request.js";
import { isToken, maxLifetimeSeconds } from "./token-request.js";
import type { StoredTokens } from "./token-store.js";

/** A token is renewed so long before its end that a request made with it still arrives in time. */
const marginMs = 60_000;

/** An access token in use. */
export interface Token {
  readonly value: string;
  /** Both on the monotonic clock. */
  readonly renewAt: number;
  readonly expiresAt: number;
}

/** A token that need not be renewed yet; `undefined` otherwise. */
export function fresh(token: Token | undefined): Token | undefined {
  return token !== undefined && performance.now() < token.renewAt ? token : undefined;
}

/** How long before its end a token is renewed. */
export function marginOf(lifetimeMs: number): number {
  return Math.min(marginMs, lifetimeMs / 2);
}

/** A stored access token by the wall clock, which is all that outlives a process; from here on the monotonic one counts. */
export function fromStore({ obtainedAt = "", expiresAt = "" }: StoredTokens, value: string): Token | undefined {
  const lifetimeMs = Date.parse(expiresAt) - Date.parse(obtainedAt);
  const leftMs = Date.parse(expiresAt) - Date.now();
  if (!isToken(value) || !(lifetimeMs > 0 && lifetimeMs <= maxLifetimeSeconds * 1000)) return undefined;
  // More left than its lifetime: the clock was set back since.
  if (leftMs <= 0 || leftMs > lifetimeMs + marginMs) return undefined;
  const end = performance.now() + Math.min(leftMs, lifetimeMs);
  return { value, renewAt: end - marginOf(lifetimeMs), expiresAt: end };
}

/** What a store keeps of new tokens. */
export function toStore({ accessToken, lifetimeMs, sentAt }: Given, refreshToken: string | undefined): StoredTokens {
  const kept = refreshToken === undefined ? {} : { refreshToken };
  if (isInvError(accessToken)) return kept;
  const obtained = Date.now() - (performance.now() - sentAt);
  return { ...kept, accessToken, obtainedAt: toIso(obtained), expiresAt: toIso(obtained + lifetimeMs) };
}

function toIso(ms: number): string {
  const farthest = 8.64e15;
  return new Date(Math.min(Math.max(ms, 0), farthest)).toISOString();
}

/** Whether two entries of a store hold the same tokens. */
export function same(one: StoredTokens | undefined, other: StoredTokens | undefined): boolean {
  return one?.refreshToken === other?.refreshToken && one?.accessToken === other?.accessToken;
}
