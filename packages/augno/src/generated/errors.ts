// GENERATED from specs/augno/ (sha256 b93bc0519f97963aefa976292e7f83fb5aaa3f0767a24ac9332e1180352c714a) by `npm run generate -- augno`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { components } from "./schema.js";

/** The parsed body of a failed call, by function and status; `unknown` where the document gives no schema. */
export interface ErrorBodies {
  retrieveItemInventory: {
    400: components["schemas"]["ErrorEnvelope"];
    401: components["schemas"]["ErrorEnvelope"];
    402: components["schemas"]["ErrorEnvelope"];
    403: components["schemas"]["ErrorEnvelope"];
    404: components["schemas"]["ErrorEnvelope"];
    429: components["schemas"]["ErrorEnvelope"];
    500: components["schemas"]["ErrorEnvelope"];
    502: components["schemas"]["ErrorEnvelope"];
    503: components["schemas"]["ErrorEnvelope"];
    504: components["schemas"]["ErrorEnvelope"];
  };
}
