// GENERATED from specs/zettle/ (sha256 e593321ec0dd6ad67436dfb9311e6d159d66bbce896ac5ecdc28de6439e1369a) by `npm run generate -- zettle`. Not edited by hand:
// correct the document or an overlay there, then generate again.

import type { components } from "./schema.js";

/** The parsed body of a failed call, by function and status; `unknown` where the document gives no schema. */
export interface ErrorBodies {
  getInventory: {
    401: components["schemas"]["ErrorBody"];
    403: components["schemas"]["ErrorBody"];
    404: components["schemas"]["ErrorBody"];
    429: components["schemas"]["ErrorBody"];
  };
  getLocationInventory: {
    401: components["schemas"]["ErrorBody"];
    403: components["schemas"]["ErrorBody"];
    404: components["schemas"]["ErrorBody"];
    429: components["schemas"]["ErrorBody"];
  };
  getLocationTypeInventory: {
    401: components["schemas"]["ErrorBody"];
    403: components["schemas"]["ErrorBody"];
    404: components["schemas"]["ErrorBody"];
    429: components["schemas"]["ErrorBody"];
  };
  getProductsInventory: {
    401: components["schemas"]["ErrorBody"];
    403: components["schemas"]["ErrorBody"];
    404: components["schemas"]["ErrorBody"];
    429: components["schemas"]["ErrorBody"];
  };
  getProductInventory: {
    401: components["schemas"]["ErrorBody"];
    403: components["schemas"]["ErrorBody"];
    404: components["schemas"]["ErrorBody"];
    429: components["schemas"]["ErrorBody"];
  };
}
