import type { Clock } from "../src/index.js";

/** Time that passes only when a test says so, or as soon as nothing else is going on. */
export interface VirtualClock extends Clock {
  /** Lets time pass, running what falls due in its order, and whatever follows from it. */
  advance(ms: number): Promise<void>;
  /** The machine sleeps: time passes, and everything that has fallen due runs late, in its order, when it wakes. */
  suspend(ms: number): Promise<void>;
  /** How many timers are set. */
  readonly timers: number;
}

interface Timer {
  readonly dueAt: number;
  readonly run: () => void;
}

/** A clock that stands at 0. */
export function virtualClock(): VirtualClock {
  const timers = new Set<Timer>();
  let now = 0;

  const nextOf = () => [...timers].toSorted((one, other) => one.dueAt - other.dueAt)[0];

  return {
    now: () => now,
    after(ms, run) {
      const timer = { dueAt: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (let next = nextOf(); next !== undefined && next.dueAt <= end; next = nextOf()) {
        timers.delete(next);
        now = Math.max(now, next.dueAt);
        next.run();
        await settle();
      }
      now = end;
    },
    async suspend(ms) {
      await settle();
      now += ms;
      for (let next = nextOf(); next !== undefined && next.dueAt <= now; next = nextOf()) {
        timers.delete(next);
        next.run();
      }
      await settle();
    },
    get timers() {
      return timers.size;
    },
  };
}

/** Everything that promises lead to without a wait. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) await new Promise(setImmediate);
}
