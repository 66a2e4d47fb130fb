import { InvError } from "./errors.js";

/** The longest delay that a timer takes; a longer one would fire at once. */
const maxDelayMs = 2 ** 31 - 1;

/**
 * Checks a time in milliseconds.
 *
 * @throws InvError `config` unless it is a number above 0 and at most 2^31 - 1
 */
export function checkDeadline(deadlineMs: number, option = "deadlineMs"): number {
  if (typeof deadlineMs === "number" && deadlineMs > 0 && deadlineMs <= maxDelayMs) return deadlineMs;
  throw new InvError("config", `${option} has to be above 0 and at most ${maxDelayMs}, and is ${String(deadlineMs)}`);
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

/** Where time comes from: the machine, or a test. */
export interface Clock {
  /** Milliseconds since some moment; never goes back, whatever happens to the date. */
  now(): number;
  /** Runs something once, so many milliseconds later; what it returns takes that back. */
  after(ms: number, run: () => void): () => void;
}

/** The machine's monotonic clock. */
export const machineClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.ceil(ms), maxDelayMs));
    return () => clearTimeout(timer);
  },
};

/** What a call is doing when its time runs out. */
export type Phase = "queue" | "headers" | "body" | "total";

const ends: Readonly<Record<Phase, string>> = {
  queue: "no place in the rate budget",
  headers: "no answer",
  body: "no complete body",
  total: "no complete answer",
};

/** One call's time: its deadline, and the limits of what it does within. One timer serves all of them. */
export class CallTime {
  /** When the call has to have settled, on its clock. */
  readonly endsAt: number;
  readonly clock: Clock;
  readonly #deadlineMs: number;
  readonly #settle: (error: InvError) => void;
  #controller = new AbortController();
  #over: InvError | undefined;
  #phase: Phase = "total";
  #limitMs = 0;
  #idleMs = Infinity;
  #phaseEndsAt = Infinity;
  #lastEndsAt = Infinity;
  #dueAt: number;
  #disarm: () => void;
  #giveUp: (error: InvError) => void = () => undefined;

  /** `firstMs`: when a limit is likely to be asked for; the timer is set for then, and has not to be set twice. */
  constructor(clock: Clock, deadlineMs: number, firstMs: number, settle: (error: InvError) => void) {
    this.clock = clock;
    this.#deadlineMs = deadlineMs;
    this.#settle = settle;
    const firstDueMs = Math.min(deadlineMs, firstMs);
    const now = clock.now();
    this.endsAt = now + deadlineMs;
    this.#dueAt = now + firstDueMs;
    this.#disarm = clock.after(firstDueMs, this.#tick);
  }

  /** Aborted with an error when what is under way has to end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Makes a new attempt possible after one that ran out of its own time. */
  renew(): void {
    if (this.#over === undefined && this.signal.aborted) this.#controller = new AbortController();
  }

  /** From now on the call does this, for so long at most, and for so long without any progress. */
  enter(phase: Phase, limitMs = Infinity, idleMs = Infinity): void {
    this.#phase = phase;
    this.#limitMs = limitMs;
    this.#idleMs = idleMs;
    this.#lastEndsAt = limitMs === Infinity ? Infinity : this.clock.now() + limitMs;
    this.progress();
    if (this.#phaseEndsAt < this.#dueAt) this.#arm();
  }

  /** Something has come. */
  progress(): void {
    this.#phaseEndsAt =
      this.#idleMs === Infinity ? this.#lastEndsAt : Math.min(this.#lastEndsAt, this.clock.now() + this.#idleMs);
  }

  /** What the work comes to, unless it has to end first; what it comes to after that is given to `late`. */
  race<Value>(work: Promise<Value>, late?: (value: Value) => void): Promise<Value> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      this.#giveUp = reject;
      const settle = (value: Value) => (signal.aborted ? late?.(value) : resolve(value));
      work.then(settle, reject);
      if (signal.aborted) reject(signal.reason);
    });
  }

  /** Lets time pass. */
  async wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const takeBack = this.clock.after(ms, resolve);
    try {
      await this.race(promise);
    } finally {
      takeBack();
    }
  }

  /**
   * Looks at the clock, for timers come late after the machine has slept.
   *
   * @throws InvError what the call has ended with
   */
  check(): void {
    if (this.#over === undefined && this.clock.now() >= this.endsAt) this.#endByDeadline();
    if (this.#over !== undefined) throw this.#over;
  }

  /** Ends the call, wherever it is. */
  end(error: InvError): void {
    if (this.#over !== undefined) return;
    this.#over = error;
    this.#settle(error);
    this.#giveUp(error);
    this.#controller.abort(error);
  }

  /** The call has settled. */
  release(): void {
    this.#disarm();
  }

  readonly #tick = () => {
    const now = this.clock.now();
    if (now >= this.endsAt) {
      this.#endByDeadline();
    } else if (now >= this.#phaseEndsAt) {
      const error = timeout(this.#phase, now >= this.#lastEndsAt ? this.#limitMs : this.#idleMs);
      this.#phaseEndsAt = Infinity;
      this.#arm();
      this.#giveUp(error);
      this.#controller.abort(error);
    } else {
      this.#arm();
    }
  };

  #endByDeadline(): void {
    this.end(timeout(this.#phase === "queue" ? "queue" : "total", this.#deadlineMs));
  }

  #arm(): void {
    this.#disarm();
    this.#dueAt = Math.min(this.endsAt, this.#phaseEndsAt);
    this.#disarm = this.clock.after(Math.max(0, this.#dueAt - this.clock.now()), this.#tick);
  }
}

function timeout(phase: Phase, ms: number): InvError {
  return new InvError("timeout", `${ends[phase]} within ${ms} ms`, { kind: phase, retryable: true });
}

/** What bounds a call. */
export interface TimeLimits {
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** When the first limit within the call is likely to end. */
  readonly firstMs: number;
  readonly signals: readonly (AbortSignal | undefined)[];
}

/**
 * Does work that ends in time: settles as the work does, or fails with `timeout` or `cancelled` as soon as it has to
 * end, whatever the work is doing then. Work that is never to be done is not begun. Timer and listeners go with the end.
 *
 * The work has to look at `time` after every wait: nobody else will clean up what arrives too late.
 */
export function inTime<Value>(limits: TimeLimits, work: (time: CallTime) => Promise<Value>): Promise<Value> {
  const { clock, deadlineMs, firstMs, signals } = limits;
  return new Promise((resolve, reject) => {
    const release = () => {
      time.release();
      for (const signal of signals) signal?.removeEventListener("abort", cancel);
    };
    const time = new CallTime(clock, deadlineMs, firstMs, (error) => {
      release();
      reject(error);
    });
    const cancel = () => time.end(new InvError("cancelled", "the call was aborted", { retryable: false }));
    if (signals.some((signal) => signal?.aborted)) {
      cancel();
      return;
    }
    for (const signal of signals) signal?.addEventListener("abort", cancel, { once: true });
    work(time).finally(release).then(resolve, reject);
  });
}

/** The same for work that has no limits within. */
export async function withDeadline<Value>(
  deadlineMs: number,
  signals: readonly (AbortSignal | undefined)[],
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  return inTime({ clock: machineClock, deadlineMs, firstMs: deadlineMs, signals }, async ({ signal }) => work(signal));
}
