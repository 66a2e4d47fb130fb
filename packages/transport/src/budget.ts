/** What one budget enforces. */
export interface BudgetLimit {
  /** The most requests in any window; `Infinity` for as many as one likes. */
  readonly requests: number;
  readonly windowMs: number;
  /** The most requests in flight. */
  readonly concurrency: number;
}

/** One request that wants to be sent. */
export interface Turn {
  /** Takes it out of the queue. */
  readonly signal: AbortSignal;
  /** When it is of no use any more, on the clock of the budget. */
  readonly endsAt: number;
  /** It belongs to a call that has waited once: it goes before those that have not. */
  readonly again: boolean;
}

/** The right to send one request now. */
export interface Place {
  /** Somebody else was sent in its stead; a new place is needed. */
  readonly lost: boolean;
  /** The request has just been sent. */
  sent(): void;
  /** Its answer has begun. */
  answered(): void;
  /** It is over, sent or not. */
  leave(succeeded: boolean): void;
}

/** What all requests of one scope share. */
export interface Budget {
  /**
   * A place, at once or when there is one; first come, first served.
   *
   * @throws InvError `overloaded` when 10,000 wait already; `rate-limited` when the scope is paused for longer than there
   * is time; the reason of the signal
   */
  take(turn: Turn): Place | Promise<Place>;
  /** Counts a request that is sent on behalf of others, before those that wait and beside those in flight. */
  pace(signal: AbortSignal): Promise<void>;
  /** Holds everything back for so long. */
  pause(ms: number): void;
  /** Whether there may be one more retry; it is counted. */
  mayRetry(): boolean;
}

/** Where budgets are kept: in this process, unless a client is given another. */
export interface RateStore {
  /**
   * The budget of a scope; asked for every request. Of several limits of one scope the strictest counts.
   *
   * @param scope names provider, origin and, by a hash, the credential
   */
  open(scope: string, limit: BudgetLimit): Budget;
}
