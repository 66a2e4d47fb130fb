import type { ProviderId } from "./provider.js";

/** One request as it arrived and what became of it. Nothing that it was signed in with, no query, no body. */
export interface LoggedRequest {
  readonly provider: ProviderId;
  /** The operation id, or `token`; absent when there is none at that path. */
  readonly operation?: string;
  readonly method: string;
  /** Below the provider's base URL, without the query. */
  readonly path: string;
  /** On the clock of the simulation, which never goes back. */
  readonly atMs: number;
  /** Of the answer; absent when a fault left none. */
  readonly status?: number;
  /** The type of the fault that was injected. */
  readonly fault?: string;
  /** True when the fault found nothing to change: its pointer is not in this answer. */
  readonly faultMissed?: true;
  /** Why the provider refused the request, in more words than it gives away. */
  readonly refusal?: string;
}

/** The most requests that any window of that length holds; the window does not include its own end. */
export function maxInWindow(requests: readonly LoggedRequest[], provider: ProviderId, windowMs: number): number {
  const times = requests.filter((request) => request.provider === provider).map(({ atMs }) => atMs);
  let most = 0;
  let first = 0;
  for (const [last, at] of times.entries()) {
    while (at - (times[first] ?? at) >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
