import type { Clock, ClockMode, SimClock } from "./clock.js";
import { createClock } from "./clock.js";
import type { AllCredentials, AppCredentials, Credentials, ScopelessCredentials } from "./credentials.js";
import { createCredentials, environmentOf } from "./credentials.js";
import type { LoggedRequest } from "./log.js";
import { maxInWindow } from "./log.js";
import type { Message } from "./message.js";
import { toMessage } from "./message.js";
import type { ConnectionFault, Fault, FaultPlan } from "./plan.js";
import { checkFaultPlan, createFaultChooser, isConnectionFault } from "./plan.js";
import type { Call, Provider, ProviderId } from "./provider.js";
import { htmlAnswer } from "./provider.js";
import { augnoTruth, createAugno } from "./providers/augno.js";
import type { Context } from "./providers/context.js";
import { createFourthwall, fourthwallTruth } from "./providers/fourthwall.js";
import { createLoop, loopTruth } from "./providers/loop.js";
import { createWalleo, walleoTruth } from "./providers/walleo.js";
import type { TillLocation } from "./providers/zettle.js";
import { createZettle, zettleTruth } from "./providers/zettle.js";
import { createLimiter, createNoLimiter } from "./rate.js";
import type { World, WorldState } from "./world.js";
import { createWorld } from "./world.js";

/** What a simulation is made from. The same options give the same bytes. */
export interface SimOptions {
  /** Default 1. */
  readonly seed?: number;
  /** How many products there are, each with a SKU; default 2,000. A fifth as many gift cards. */
  readonly products?: number;
  readonly faults?: FaultPlan;
  /** Whether the documented rate limits are kept; default true. */
  readonly rateLimits?: boolean;
  /** Default `running`: in step with the machine. `manual` stands still until it is advanced. */
  readonly clock?: ClockMode;
  /** The providers' wall clock, Unix time in milliseconds; default `Date.now`. */
  readonly now?: () => number;
  readonly walleo?: {
    /** How a request without a payload has to be signed; default `either`. */
    readonly emptyPayload?: "omit" | "keep" | "either";
    /** How far a timestamp may be off; default 300,000. */
    readonly windowMs?: number;
  };
  readonly zettle?: {
    /** Default 7,200,000. */
    readonly tokenLifetimeMs?: number;
  };
  /** How many requests the log keeps; default 200,000. The older half of it goes when there are more. */
  readonly keepRequests?: number;
}

/** What is true, whatever went wrong on the way: exact text, `undefined` for what a provider does not know. */
export interface Truth {
  walleo(code: string): ReturnType<typeof walleoTruth>;
  fourthwall(productId: string, variantId: string): ReturnType<typeof fourthwallTruth>;
  augno(itemId: string): ReturnType<typeof augnoTruth>;
  /** The location is that of the store unless given. */
  zettle(productUuid: string, variantUuid: string, location?: TillLocation): ReturnType<typeof zettleTruth>;
  loop(variantId: string, locationId: string): ReturnType<typeof loopTruth>;
}

/** What both forms of a simulation have. */
export interface Simulation {
  readonly world: World;
  readonly truth: Truth;
  readonly clock: Clock;
  /** Every request in the order of arrival, while it goes on. */
  readonly requests: readonly LoggedRequest[];
  /** The most requests of a provider, its token endpoint's included, in any window of that length. */
  maxInWindow(provider: ProviderId, windowMs: number): number;
  /** The options that sign each client in to the merchant's own account. */
  readonly credentials: Credentials;
  readonly appCredentials: AppCredentials;
  readonly scopelessCredentials: ScopelessCredentials;
  /** The same as `credentials`, by the names of the environment variables. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Puts another fault plan in the place of the present one; counting begins anew.
   *
   * @throws FaultPlanError
   */
  setFaults(faults: FaultPlan): void;
}

/** @internal A request as a form has received it. */
export interface Arrival {
  readonly provider: ProviderId;
  /** Whether the host is one for tokens only, or has none. Absent: both are here. */
  readonly only?: "token" | "operations";
  readonly method: string;
  /** The whole URL as the client sees it. */
  readonly url: string;
  /** Below the provider's base URL. */
  readonly path: string;
  readonly query: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly peer: string;
}

/** @internal What goes back, and what is to go wrong with it on the way. */
export interface Outcome {
  readonly message: Message;
  readonly fault: ConnectionFault | undefined;
}

/** @internal */
export interface Engine {
  readonly simulation: Omit<Simulation, "clock"> & { readonly clock: SimClock };
  readonly providers: Readonly<Record<ProviderId, Provider>>;
  readonly keys: AllCredentials;
  handle(arrival: Arrival): Outcome;
  /** Writes a request into the log that is not answered at all. */
  note(arrival: Arrival, fault: Fault["type"]): void;
}

const optionNames = ["seed", "products", "faults", "rateLimits", "clock", "now", "walleo", "zettle", "keepRequests"];

/** @internal @throws TypeError for an option that is not known, FaultPlanError */
export function createEngine(options: SimOptions): Engine {
  const unknown = Object.keys(options).find((name) => !optionNames.includes(name));
  if (unknown !== undefined) throw new TypeError(`${unknown} is no option; there are ${optionNames.join(", ")}`);
  const { seed = 1, products = 2000, rateLimits = true, now = () => Date.now(), keepRequests = 200_000 } = options;
  const clock = createClock(options.clock ?? "running");
  const state = createWorld(seed, products, now);
  const keys = createCredentials(seed);
  const providers = createProviders({
    seed,
    state,
    keys,
    limiter: rateLimits ? createLimiter : createNoLimiter,
    walleo: { emptyPayload: "either", windowMs: 300_000, ...options.walleo },
    zettle: { tokenLifetimeMs: 7_200_000, ...options.zettle },
  });
  let choose = createFaultChooser([], seed);
  const requests: LoggedRequest[] = [];
  let arrivals = 0;

  function setFaults(faults: FaultPlan): void {
    checkFaultPlan(faults);
    choose = createFaultChooser(faults, seed);
  }

  function log(entry: LoggedRequest): void {
    requests.push(entry);
    if (requests.length > keepRequests) requests.splice(0, Math.ceil(keepRequests / 2));
  }

  setFaults(options.faults ?? []);
  return {
    keys,
    providers,
    simulation: {
      world: state.world,
      truth: truthOf(state),
      clock,
      requests,
      maxInWindow: (provider, windowMs) => maxInWindow(requests, provider, windowMs),
      ...keys,
      environment: environmentOf(keys).own,
      setFaults,
    },
    handle(arrival) {
      const provider = providers[arrival.provider];
      const atMs = clock.now();
      const route = findRoute(provider, arrival);
      const operation = typeof route === "object" ? route.operation : undefined;
      const fault = choose(arrival.provider, operation);
      const wallMs = now() + (fault?.type === "clock-skew" ? fault.skewMs : 0);
      if (fault?.type === "token" && fault.kind === "expire") provider.expireTokens?.();
      const call = typeof route === "object" ? toCall(arrival, route, atMs, wallMs) : undefined;
      const answer = call === undefined ? noRoute(route === "other-method") : provider.answer(call);
      const onTheWay = fault !== undefined && isConnectionFault(fault) ? fault : undefined;
      const inAnswer = fault === undefined || isConnectionFault(fault) ? undefined : fault;
      const { message, missed } = toMessage(answer, inAnswer, provider, call);
      arrivals += 1;
      log({
        ...entryOf(arrival, operation, atMs),
        ...(leavesNoAnswer(fault) ? {} : { status: fault?.type === "bomb" ? (fault.status ?? 200) : message.status }),
        ...(fault && { fault: fault.type }),
        ...(missed && { faultMissed: true }),
        ...(answer.refusal !== undefined && { refusal: answer.refusal }),
      });
      const general = [
        ["Date", new Date(wallMs).toUTCString()],
        ["X-Request-Id", `sim-${arrivals}`],
      ] as const;
      const given = new Set(message.headers.map(([name]) => name.toLowerCase()));
      const headers = [...general.filter(([name]) => !given.has(name.toLowerCase())), ...message.headers];
      return { message: { ...message, headers }, fault: onTheWay };
    },
    note(arrival, fault) {
      const route = findRoute(providers[arrival.provider], arrival);
      log({ ...entryOf(arrival, typeof route === "object" ? route.operation : undefined, clock.now()), fault });
    },
  };
}

function createProviders(context: Context): Readonly<Record<ProviderId, Provider>> {
  return {
    walleo: createWalleo(context),
    fourthwall: createFourthwall(context),
    augno: createAugno(context),
    zettle: createZettle(context),
    loop: createLoop(context),
  };
}

function truthOf(state: WorldState): Truth {
  return {
    walleo: (code) => walleoTruth(state, code),
    fourthwall: (productId, variantId) => fourthwallTruth(state, productId, variantId),
    augno: (itemId) => augnoTruth(state, itemId),
    zettle: (productUuid, variantUuid, location = "STORE") => zettleTruth(state, productUuid, variantUuid, location),
    loop: (variantId, locationId) => loopTruth(state, variantId, locationId),
  };
}

interface Found {
  readonly operation: string;
  readonly segments: readonly string[];
}

function findRoute({ routes }: Provider, { method, path, only }: Arrival): Found | "other-method" | undefined {
  let other = false;
  for (const route of routes) {
    const match = route.path.exec(path);
    if (match === null || (only !== undefined && (only === "token") !== (route.operation === "token"))) continue;
    const segments = decodeAll(match.slice(1));
    if (segments === undefined) continue;
    if (route.method === method) return { operation: route.operation, segments };
    other = true;
  }
  return other ? "other-method" : undefined;
}

function decodeAll(segments: readonly string[]): string[] | undefined {
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function toCall(arrival: Arrival, { operation, segments }: Found, atMs: number, wallMs: number): Call {
  const { method, url, query, headers, body, peer } = arrival;
  return { operation, segments, method, url, query: new URLSearchParams(query), headers, body, peer, atMs, wallMs };
}

function noRoute(isOtherMethod: boolean) {
  return isOtherMethod
    ? htmlAnswer(405, "405 Method Not Allowed", "the path has other methods only")
    : htmlAnswer(404, "404 Not Found", "there is nothing at this path");
}

function entryOf({ provider, method, path }: Arrival, operation: string | undefined, atMs: number): LoggedRequest {
  return operation === undefined ? { provider, method, path, atMs } : { provider, operation, method, path, atMs };
}

function leavesNoAnswer(fault: Fault | undefined): boolean {
  if (fault?.type === "malformed") return fault.kind !== "chunk";
  return (fault?.type === "reset" || fault?.type === "stall") && (fault.at ?? "headers") === "headers";
}
