// GENERATED from specs/walleo/ (sha256 ec0e8bc82c6056007a465ba46186a2e013220362ed08373282b11be48eb97fb3) by `npm run generate -- walleo`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { components } from "./schema.js";

/** The parsed body of a failed call, by function and status; `unknown` where the document gives no schema. */
export interface ErrorBodies {
  getInventory: {
    401: components["schemas"]["ErrorAnswer"];
    404: components["schemas"]["ErrorAnswer"];
  };
}
