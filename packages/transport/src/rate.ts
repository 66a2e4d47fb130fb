import type { Budget, BudgetLimit, Place, RateStore } from "./budget.js";
import type { Clock } from "./deadline.js";
import { machineClock } from "./deadline.js";
import type { RateLimit } from "./operation.js";
import { ScopeBudget } from "./scope-budget.js";

const defaultConcurrency = 8;
const scopesKept = 1000;

/** The limit that a client keeps: its share of what the document says. */
export function limitOf(documented: RateLimit | undefined, share: number): BudgetLimit {
  const { requests = Infinity, windowMs = 1000, concurrency = defaultConcurrency } = documented ?? {};
  const part = requests * share;
  return {
    requests: Math.max(1, Math.floor(part)),
    windowMs: part < 1 ? windowMs / part : windowMs,
    concurrency: Math.max(1, Math.floor(concurrency * share)),
  };
}

/** A store of its own, for those who must not share one: tests, mostly. */
export function createRateStore(clock: Clock = machineClock): RateStore {
  const scopes = new Map<string, ScopeBudget>();
  return {
    open(scope, limit) {
      const known = scopes.get(scope);
      if (known !== undefined) {
        known.restrict(limit);
        return known;
      }
      if (scopes.size >= scopesKept) for (const [name, budget] of scopes) if (budget.isIdle()) scopes.delete(name);
      const budget = new ScopeBudget(limit, clock);
      scopes.set(scope, budget);
      return budget;
    },
  };
}

/** What all installed copies of this package share. Structural, and by version: a later one may differ. */
interface Registry {
  readonly store: RateStore;
  /** A name for a credential that is a function. */
  nameOf(source: object): string;
}

const registryKey = Symbol.for("@inv/transport/rate");
const version = "1";

/** The one registry of this process. */
export function sharedRegistry(): Registry {
  const known: Map<string, Registry> | undefined = Reflect.get(globalThis, registryKey);
  const versions = known ?? new Map<string, Registry>();
  if (known === undefined) Object.defineProperty(globalThis, registryKey, { value: versions });
  const registry = versions.get(version) ?? createRegistry();
  versions.set(version, registry);
  return registry;
}

function createRegistry(): Registry {
  const names = new WeakMap<object, string>();
  let count = 0;
  return {
    store: createRateStore(),
    nameOf(source) {
      const name = names.get(source) ?? `source ${(count += 1)}`;
      names.set(source, name);
      return name;
    },
  };
}

/** A store that holds nothing back and pauses nothing, for tests against servers that have no limit. */
export const unlimitedRates: RateStore = {
  open: () => nothingHeldBack,
};

const anyPlace: Place = {
  lost: false,
  sent: () => undefined,
  answered: () => undefined,
  leave: () => undefined,
};

const nothingHeldBack: Budget = {
  take: () => anyPlace,
  pace: () => Promise.resolve(),
  pause: () => undefined,
  mayRetry: () => true,
};

/**
 * The name under which requests share a budget: the provider's origin for a limit by address, otherwise the account
 * too, told by a hash of its credentials.
 */
export async function scopeOf(
  limit: RateLimit | undefined,
  provider: string,
  baseUrl: string,
  secrets: readonly unknown[],
): Promise<string> {
  const { origin } = new URL(baseUrl);
  if (limit?.scope === "ip") return `ip ${origin}`;
  const texts = secrets.map((secret) =>
    typeof secret === "function" ? sharedRegistry().nameOf(secret) : String(secret),
  );
  const text = JSON.stringify([provider, origin, ...texts]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `account ${provider} ${origin} ${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
