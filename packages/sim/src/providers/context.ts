import type { AllCredentials } from "../credentials.js";
import type { Limiter, RateLimit } from "../rate.js";
import type { WorldState } from "../world.js";

/** What a simulated provider is made from. */
export interface Context {
  readonly seed: number;
  readonly state: WorldState;
  readonly keys: AllCredentials;
  /** A limiter, or one that allows everything where limits are switched off. */
  readonly limiter: (limit: RateLimit) => Limiter;
  readonly walleo: { readonly emptyPayload: "omit" | "keep" | "either"; readonly windowMs: number };
  readonly zettle: { readonly tokenLifetimeMs: number };
}
