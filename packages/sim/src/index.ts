import { createFetch } from "./fetch.js";
import type { SimOptions, Simulation } from "./simulation.js";
import { createEngine } from "./simulation.js";

export type { Clock, ClockMode } from "./clock.js";
export type { AppCredentials, Credentials, ScopelessCredentials } from "./credentials.js";
export type { LoggedRequest } from "./log.js";
export { checkFaultPlan, FaultPlanError } from "./plan.js";
export type { Fault, FaultPlan, JsonChange, Malformed, PlannedFault } from "./plan.js";
export type { ProviderId } from "./provider.js";
export type { TillLocation } from "./providers/zettle.js";
export { createShape } from "./shape.js";
export type { Shape, ShapeDescription, ShapeExchange, ShapeOperation } from "./shape.js";
export type { SimOptions, Simulation, Truth } from "./simulation.js";
export type { GiftCard, Place, PlaceKey, Product, Unit, World } from "./world.js";

/** Five simulated providers in this process. */
export interface Sim extends Simulation {
  /**
   * Give it to the clients. It answers for the providers' real hosts; any other rejects like a host that is not there.
   * A fault that needs a connection ends as it does in Node's `fetch`: a reset rejects with a cause that has the code
   * `ECONNRESET`, a stall lasts until the signal is aborted.
   */
  readonly fetch: typeof fetch;
}

/**
 * Five providers over one seeded world, without a port: nothing is sent anywhere and nothing is patched.
 *
 * @throws FaultPlanError for a fault plan, TypeError for an option that is not known
 */
export function createSim(options: SimOptions = {}): Sim {
  const engine = createEngine(options);
  return { ...engine.simulation, fetch: createFetch(engine) };
}
