// GENERATED from specs/loop/ (sha256 d65d083e4407283edacef8508eb24c505e45d137eda12774cc160c5913e27728) by `npm run generate -- loop`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { components } from "./schema.js";

/** The parsed body of a failed call, by function and status; `unknown` where the document gives no schema. */
export interface ErrorBodies {
  getInventory: {
    401: components["schemas"]["UnauthorizedResponse"];
    404: components["schemas"]["NotFoundResponse"];
    429: components["schemas"]["TooManyRequestsResponse"];
  };
}
