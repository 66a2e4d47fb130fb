import type { Budget, BudgetLimit, Place, Turn } from "./budget.js";
import type { Clock } from "./deadline.js";
import { InvError } from "./errors.js";

/** Timers and networks are not exact: so much longer than the documented window a request counts. */
const guardMs = 20;
/** A request on behalf of others is counted this part of a window later, for nobody says when it was sent. */
const paceShare = 0.05;
const maxWaiting = 10_000;
/** However long a provider asks to wait, a scope is asked again after a day. */
const maxPauseMs = 24 * 60 * 60 * 1000;
/** Retries at hand, so that a few failures after a quiet time are all tried again. */
const spareRetries = 10;
const retriesPerCall = 0.08;
const retriesPerSuccess = 0.1;

interface Waiter {
  readonly endsAt: number;
  admit(place: ScopePlace): void;
  refuse(error: InvError): void;
}

/** Those that wait, in the order in which they are served: on behalf of others, again, for the first time. */
type Queues = readonly [pacing: Set<Waiter>, again: Set<Waiter>, first: Set<Waiter>];

/**
 * The budget of one scope in this process.
 *
 * A sliding log: the times of the last requests, on a clock that never jumps.
 *
 * What the provider counts is when a request arrives. That is between sending it and its answer; it counts from sending
 * it, plus as much as its answer took longer than the fastest of the window before, for that may have been the way there.
 */
export class ScopeBudget implements Budget {
  readonly clock: Clock;
  #limit: BudgetLimit;
  #log: ScopePlace[] = [];
  /** Before it the log is out of date. */
  #head = 0;
  #inFlight = 0;
  #pausedUntil = -Infinity;
  /** The fastest answers of the window before this one, and of this one. */
  #usualMs = 0;
  #fastestMs = Infinity;
  #usualUntil = -Infinity;
  #retries = spareRetries;
  readonly #queues: Queues = [new Set(), new Set(), new Set()];
  #disarm: (() => void) | undefined;

  constructor(limit: BudgetLimit, clock: Clock) {
    this.#limit = limit;
    this.clock = clock;
  }

  restrict({ requests, windowMs, concurrency }: BudgetLimit): void {
    const known = this.#limit;
    const stricter = requests / windowMs < known.requests / known.windowMs;
    if (!stricter && concurrency >= known.concurrency) return;
    this.#limit = {
      ...(stricter ? { requests, windowMs } : known),
      concurrency: Math.min(concurrency, known.concurrency),
    };
  }

  isIdle(): boolean {
    const now = this.clock.now();
    const waits = this.#queues.some(({ size }) => size > 0);
    return !waits && this.#inFlight === 0 && this.#pausedUntil <= now && this.#live(now) === 0;
  }

  take({ signal, endsAt, again }: Turn): ScopePlace | Promise<ScopePlace> {
    const now = this.clock.now();
    if (!again) this.#retries = Math.min(spareRetries, this.#retries + retriesPerCall);
    if (this.#pausedUntil > endsAt) throw this.#pausedTooLong(now);
    const [pacing, before, first] = this.#queues;
    const queue = again ? before : first;
    const nobodyFirst = pacing.size + before.size + (again ? 0 : first.size) === 0;
    if (nobodyFirst && this.#inFlight < this.#limit.concurrency && this.#waitMs(now) <= 0) return this.#admit(now);
    if (!again && first.size >= maxWaiting)
      throw new InvError("overloaded", `${maxWaiting} requests wait for this account already`, { retryable: true });
    return this.#wait(queue, signal, endsAt);
  }

  async pace(signal: AbortSignal): Promise<void> {
    const now = this.clock.now();
    let place = this.#waitMs(now) <= 0 ? this.#admit(now) : undefined;
    // A request that is ready to be sent may be waiting for this one: it gives its place away.
    if (place === undefined && this.#pausedUntil <= now) {
      const unsent = this.#log.findLastIndex(({ isSent }) => !isSent);
      const holder = unsent < this.#head ? undefined : this.#log[unsent];
      if (holder !== undefined) {
        holder.lost = true;
        this.#log.splice(unsent, 1);
        place = this.#admit(now);
      }
    }
    place ??= await this.#wait(this.#queues[0], signal, Infinity);
    this.#inFlight -= 1;
    place.countLater(this.#limit.windowMs * paceShare);
    this.#serve();
  }

  pause(ms: number): void {
    const now = this.clock.now();
    const until = now + Math.min(ms, maxPauseMs);
    if (until <= this.#pausedUntil) return;
    this.#pausedUntil = until;
    for (const queue of this.#queues)
      for (const waiter of queue) if (waiter.endsAt < until) waiter.refuse(this.#pausedTooLong(now));
    this.#serve();
  }

  mayRetry(): boolean {
    if (this.#retries < 1) return false;
    this.#retries -= 1;
    return true;
  }

  /** A request has just been sent. */
  sent(): void {
    this.#serve();
  }

  /** How much later than it was sent a request counts, with an answer that took so long. */
  lateMs(tookMs: number): number {
    return Math.min(this.#limit.windowMs, Math.max(0, tookMs - this.#usualMs));
  }

  /** An answer took so long. */
  answered(tookMs: number): void {
    const now = this.clock.now();
    if (now >= this.#usualUntil) {
      this.#usualMs = this.#fastestMs === Infinity ? 0 : this.#fastestMs;
      this.#fastestMs = Infinity;
      this.#usualUntil = now + this.#limit.windowMs;
    }
    this.#fastestMs = Math.min(this.#fastestMs, tookMs);
  }

  /** A place is free again, or was never needed. */
  left(place: ScopePlace, succeeded: boolean): void {
    this.#inFlight -= 1;
    if (succeeded) this.#retries = Math.min(spareRetries, this.#retries + retriesPerSuccess);
    if (!place.isSent && !place.lost) {
      const index = this.#log.lastIndexOf(place);
      if (index >= 0) this.#log.splice(index, 1);
    }
    this.#serve();
  }

  #pausedTooLong(now: number): InvError {
    const retryAfterMs = Math.ceil(this.#pausedUntil - now);
    const when = `${Math.ceil(retryAfterMs / 1000)} s`;
    return new InvError("rate-limited", `the provider asked for a pause; nothing was sent: try again in ${when}`, {
      retryAfterMs,
      retryable: true,
    });
  }

  #admit(now: number): ScopePlace {
    const place = new ScopePlace(this);
    this.#inFlight += 1;
    if (this.#limit.requests === Infinity) return place;
    if (this.#live(now) === 0 || this.#head > 1024) {
      this.#log.splice(0, this.#head);
      this.#head = 0;
    }
    this.#log.push(place);
    return place;
  }

  /** How many requests count. */
  #live(now: number): number {
    const { windowMs } = this.#limit;
    for (let place = this.#log[this.#head]; place !== undefined; place = this.#log[this.#head]) {
      if (place.countsFrom(now) + windowMs + guardMs > now) break;
      this.#head += 1;
    }
    return this.#log.length - this.#head;
  }

  /** How long until one more may be sent; `Infinity` while those that could be out of date are not sent yet. */
  #waitMs(now: number): number {
    if (this.#pausedUntil > now) return this.#pausedUntil - now;
    const { requests, windowMs } = this.#limit;
    if (this.#live(now) < requests) return 0;
    const oldest = this.#log[this.#head];
    return oldest === undefined ? 0 : oldest.countsFrom(now) + windowMs + guardMs - now;
  }

  #wait(queue: Set<Waiter>, signal: AbortSignal, endsAt: number): Promise<ScopePlace> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        signal.removeEventListener("abort", stop);
        queue.delete(waiter);
      };
      const stop = () => {
        leave();
        reject(signal.reason);
        this.#serve();
      };
      const waiter: Waiter = {
        endsAt,
        admit(place) {
          leave();
          resolve(place);
        },
        refuse(error) {
          leave();
          reject(error);
        },
      };
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      signal.addEventListener("abort", stop, { once: true });
      queue.add(waiter);
      this.#serve();
    });
  }

  /** Admits whoever may go, and sets a timer for the next one. */
  readonly #serve = () => {
    if (this.#disarm !== undefined) this.#disarm();
    this.#disarm = undefined;
    const [pacing, again, first] = this.#queues;
    if (pacing.size + again.size + first.size === 0) return;
    const now = this.clock.now();
    for (const queue of this.#queues)
      for (const waiter of queue) {
        if (queue !== this.#queues[0] && this.#inFlight >= this.#limit.concurrency) return;
        // Its time was up while the machine slept: its deadline is about to say so.
        if (waiter.endsAt <= now) continue;
        const waitMs = this.#waitMs(now);
        if (waitMs > 0) {
          if (waitMs < Infinity) this.#disarm = this.clock.after(waitMs, this.#serve);
          return;
        }
        waiter.admit(this.#admit(now));
      }
  };
}

class ScopePlace implements Place {
  lost = false;
  readonly #budget: ScopeBudget;
  /** `Infinity` before it is sent. */
  #sentAt = Infinity;
  /** `undefined` before its answer. */
  #lateMs: number | undefined;

  constructor(budget: ScopeBudget) {
    this.#budget = budget;
  }

  get isSent(): boolean {
    return this.#sentAt < Infinity;
  }

  /** When it arrived at the provider's, as far as can be known now. */
  countsFrom(now: number): number {
    return this.#sentAt + (this.#lateMs ?? (this.isSent ? this.#budget.lateMs(now - this.#sentAt) : 0));
  }

  /** It is sent about now, and nobody will tell when exactly. */
  countLater(lateMs: number): void {
    this.#sentAt = this.#budget.clock.now();
    this.#lateMs = lateMs;
  }

  sent(): void {
    this.#sentAt = this.#budget.clock.now();
    this.#budget.sent();
  }

  answered(): void {
    const tookMs = this.#budget.clock.now() - this.#sentAt;
    this.#lateMs = this.#budget.lateMs(tookMs);
    this.#budget.answered(tookMs);
  }

  leave(succeeded: boolean): void {
    if (this.isSent) this.#lateMs ??= this.#budget.lateMs(this.#budget.clock.now() - this.#sentAt);
    this.#budget.left(this, succeeded);
  }
}
