import { setImmediate } from "node:timers/promises";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The process was asked to end, and what it was doing has stopped. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: (typeof signals)[number]) {
    super(`interrupted by ${signal}`);
    this.name = "Interrupted";
    this.exitCode = exitCodes[signal];
  }
}

/**
 * Runs something that has to tidy up when the process is asked to end: instead of ending it, that aborts the signal that
 * `use` is given, with an `Interrupted` as the reason.
 */
export async function interruptible<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (name: (typeof signals)[number]) => controller.abort(new Interrupted(name));
  for (const name of signals) process.on(name, stop);
  try {
    return await use(controller.signal);
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}

/** Ends here what was interrupted. A request to end is heard between two steps, not while one computes. */
export async function pause(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}
