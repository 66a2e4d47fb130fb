import type { InvError } from "./errors.js";

/** An attempt that failed, and what there is left to try with. */
export interface Failed {
  readonly error: InvError;
  /** The attempts so far, this one included. */
  readonly attempt: number;
  /** The most attempts of a call. */
  readonly maxAttempts: number;
  /** Whether the same request again changes nothing at the provider's. */
  readonly repeatable: boolean;
  /** The time until the call's deadline. */
  readonly remainingMs: number;
  /** At least 0 and below 1. */
  readonly random: number;
}

const firstWaitMs = 100;
const maxWaitMs = 5000;

/** The most attempts that a failure is worth, by code and kind; 1 for whatever is not here. */
const worth: Readonly<Record<string, number>> = {
  "transport{dns}": 3,
  "transport{refused}": 3,
  "transport{reset}": 3,
  "transport{network}": 3,
  // Whatever speaks no HTTP now is likely to speak none the next time.
  "transport{protocol}": 2,
  "timeout{connect}": 3,
  "timeout{headers}": 3,
  "timeout{body}": 3,
  "payload{empty}": 3,
  "payload{truncated}": 3,
  // A login page in between, or a body that was cut where the platform does not tell.
  "payload{content-type}": 2,
  "payload{not-json}": 2,
  "rate-limited": 3,
};

/**
 * How long to wait before the same request is sent again, in milliseconds; `undefined` to give up.
 *
 * Full jitter over 100 ms, doubled for every attempt and 5 s at most; never before the time that the provider asked for,
 * and never when that would pass the deadline.
 */
export function retryWaitMs({
  error,
  attempt,
  maxAttempts,
  repeatable,
  remainingMs,
  random,
}: Failed): number | undefined {
  if (!repeatable || attempt >= Math.min(maxAttempts, worthOf(error))) return undefined;
  const jitterMs = random * Math.min(maxWaitMs, firstWaitMs * 2 ** (attempt - 1));
  const waitMs = Math.max(jitterMs, error.retryAfterMs ?? 0);
  return waitMs < remainingMs ? waitMs : undefined;
}

function worthOf(error: InvError): number {
  const { code, kind, status = 0 } = error;
  if (code === "server") return status === 501 || status === 505 ? 1 : 3;
  if (code === "http") return status === 408 || status === 425 ? 3 : 1;
  // A name that does not exist is asked for once more; one that could not be looked up is as good as any other failure.
  if (kind === "dns" && error.cause instanceof Error && error.cause.message === "ENOTFOUND") return 2;
  const name = kind === undefined || code === "rate-limited" ? code : `${code}{${kind}}`;
  return Object.hasOwn(worth, name) ? (worth[name] ?? 1) : 1;
}
