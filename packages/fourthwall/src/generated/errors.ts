// GENERATED from specs/fourthwall/ (sha256 3232ba4db3ae64ce4f6daa97e04d686d69141a287bbfad38f266adc8c4f9aa0c) by `npm run generate -- fourthwall`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { components } from "./schema.js";

/** The parsed body of a failed call, by function and status; `unknown` where the document gives no schema. */
export interface ErrorBodies {
  getProductInventory: {
    401: components["schemas"]["ApiError"];
    403: components["schemas"]["ApiError"];
    404: components["schemas"]["OfferNotFound"];
    429: components["schemas"]["TooManyRequests"];
  };
}
