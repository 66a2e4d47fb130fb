import { InvError } from "./errors.js";

/** The longest delay that a timer takes; a longer one would fire at once. */
const maxDelayMs = 2 ** 31 - 1;

/**
 * Checks a whole call's time in milliseconds.
 *
 * @throws InvError `config` unless it is a number above 0 and at most 2^31 - 1
 */
export function checkDeadline(deadlineMs: number): number {
  if (typeof deadlineMs === "number" && deadlineMs > 0 && deadlineMs <= maxDelayMs) return deadlineMs;
  throw new InvError("config", `deadlineMs has to be above 0 and at most ${maxDelayMs}, and is ${String(deadlineMs)}`);
}

/** What is given as a signal; `null` is what the platform's `fetch` takes for none. */
export type GivenSignal = AbortSignal | null | undefined;

/**
 * Checks a signal before a call listens to it.
 *
 * @throws InvError `config` when it is something else, for example the controller
 */
export function checkSignal(signal: GivenSignal): AbortSignal | undefined {
  if (signal === undefined || signal === null) return undefined;
  if (typeof signal.aborted === "boolean" && typeof signal.addEventListener === "function") return signal;
  throw new InvError("config", "signal has to be an AbortSignal");
}

/**
 * Does work that ends in time: settles as the work does, or fails with `timeout` or `cancelled` as soon as it has to
 * end, whatever the work is doing then. Work that is never to be done is not begun. Timer and listeners go with the end.
 *
 * The work gets a signal that is aborted at such an end, and has to look at it after every wait: nobody else will clean
 * up what arrives too late.
 */
export function withDeadline<Value>(
  deadlineMs: number,
  signals: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const release = () => {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener("abort", cancel);
    };
    const end = (error: InvError) => {
      release();
      reject(error);
      controller.abort(error);
    };
    const cancel = () => end(new InvError("cancelled", "the call was aborted", { retryable: false }));
    const timer = setTimeout(() => {
      end(new InvError("timeout", `no complete answer within ${deadlineMs} ms`, { kind: "total", retryable: true }));
    }, deadlineMs);
    if (signals.some((signal) => signal?.aborted)) {
      cancel();
      return;
    }
    for (const signal of signals) signal?.addEventListener("abort", cancel, { once: true });
    work(controller.signal).finally(release).then(resolve, reject);
  });
}
