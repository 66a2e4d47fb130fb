const longestTimer = 2 ** 31 - 1;

/** The time of a simulation, in milliseconds since it began. It never goes back. */
export interface Clock {
  now(): number;
  /** Moves it on at once: tokens grow old, rate windows pass, delays that have become due end. */
  advance(ms: number): void;
}

/** A clock with the waits that depend on it. */
export interface SimClock extends Clock {
  /**
   * Resolves when so much time has passed.
   *
   * @throws what the signal was aborted with
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** `running` keeps step with the machine's monotonic clock, `manual` stands still; both can be moved on. */
export type ClockMode = "running" | "manual";

interface Sleeper {
  readonly dueAt: number;
  wake(): void;
}

export function createClock(mode: ClockMode): SimClock {
  // Looked up for every use: fake timers replace what is there.
  const machine = () => (mode === "running" ? performance.now() : 0);
  const startedAt = machine();
  let ahead = 0;
  const sleepers = new Set<Sleeper>();
  const now = () => machine() - startedAt + ahead;

  return {
    now,
    advance(ms) {
      if (!(ms >= 0 && ms < Infinity)) throw new RangeError("a clock is advanced by milliseconds, 0 or more");
      ahead += ms;
      const due = [...sleepers].filter(({ dueAt }) => dueAt <= now());
      for (const sleeper of due.toSorted((one, other) => one.dueAt - other.dueAt)) sleeper.wake();
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const sleeper: Sleeper = { dueAt: now() + ms, wake: resolve };
      const stop = () => reject(signal?.reason);
      const arm = () => {
        const left = sleeper.dueAt - now();
        if (left <= 0) resolve();
        else if (mode === "running") timer = setTimeout(arm, Math.min(Math.ceil(left), longestTimer));
      };
      sleepers.add(sleeper);
      signal?.addEventListener("abort", stop, { once: true });
      try {
        arm();
        await promise;
      } finally {
        clearTimeout(timer);
        sleepers.delete(sleeper);
        signal?.removeEventListener("abort", stop);
      }
    },
  };
}
