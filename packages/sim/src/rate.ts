/** So many requests in any window of that length. */
export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
}

/** What a limit says of one request. */
export interface RateVerdict {
  readonly allowed: boolean;
  /** How many more would be allowed now. */
  readonly remaining: number;
  /** Until the oldest counted request leaves the window. */
  readonly resetMs: number;
}

/** Counts the requests of a scope on a sliding window. */
export type Limiter = (scope: string, now: number) => RateVerdict;

/** A limiter that lets everything pass, as if each request were the first. */
export function createNoLimiter({ requests, windowMs }: RateLimit): Limiter {
  return () => ({ allowed: true, remaining: requests - 1, resetMs: windowMs });
}

/** A refused request does not count, or a client that keeps asking would never be let in again. */
export function createLimiter({ requests, windowMs }: RateLimit): Limiter {
  const counted = new Map<string, number[]>();
  return (scope, now) => {
    const times = (counted.get(scope) ?? []).filter((at) => now - at < windowMs);
    const allowed = times.length < requests;
    if (allowed) times.push(now);
    counted.set(scope, times);
    const [oldest = now] = times;
    return { allowed, remaining: requests - times.length, resetMs: windowMs - (now - oldest) };
  };
}
