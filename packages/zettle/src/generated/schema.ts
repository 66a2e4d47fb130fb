// GENERATED from specs/zettle/ (sha256 e593321ec0dd6ad67436dfb9311e6d159d66bbce896ac5ecdc28de6439e1369a) by `npm run generate -- zettle`. Not edited by hand:
// correct the document or an overlay there, then generate again.

export interface paths {
  "/inventory": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Balances of the store
     * @description The balances of the organisation's STORE location; the organisation is that of the token.
     *     A tracked product without a row has balance 0; a product that is not in `trackedProducts` is not tracked, which is not 0.
     *     With `since`, only what changed since then: absence then means unchanged. Whether `trackedProducts` is complete then is not stated.
     *     Balances are exact decimals in the product's own unit, which this answer does not name, and may be negative. All in one answer: there are no pages.
     *     https://github.com/iZettle/api-documentation/blob/master/inventory-api/user-guides/manage-inventory-balances/fetch-inventory-balance.md (read 2026-11-20)
     */
    get: operations["getInventory"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/organizations/self/inventory/locations/{locationUuid}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Balances of one location
     * @description The balances of one location, given its UUID.
     *     A tracked product without a row has balance 0 there; a product that is not in `trackedProducts` is not tracked, which is not 0.
     *     Balances are exact decimals in the product's own unit, which this answer does not name, and may be negative. Only those of a STORE are stock that can be sold.
     *     All in one answer: there are no pages.
     *     https://github.com/iZettle/api-documentation/blob/master/inventory-api/user-guides/manage-inventory-balances/fetch-inventory-balance.md (read 2026-11-20)
     */
    get: operations["getLocationInventory"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/organizations/self/inventory/locations/": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Balances of one type of location
     * @description The balances of the organisation's location of one type.
     *     Only STORE is stock that can be sold; SOLD, BIN and SUPPLIER are where goods came from or went to, and their balances are bookkeeping.
     *     A tracked product without a row has balance 0 there; a product that is not in `trackedProducts` is not tracked, which is not 0.
     *     The slash at the end of the path belongs to it.
     *     https://github.com/iZettle/api-documentation/blob/master/inventory-api/user-guides/manage-inventory-balances/fetch-inventory-balance.md (read 2026-11-20)
     */
    get: operations["getLocationTypeInventory"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/organizations/self/inventory/products": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Balances of given products
     * @description The balances of the given products at the location of one type. A POST that only reads.
     *     This is the one read that tells all three states of each product asked for: a row is its balance; in `trackedProducts` without a row is 0; not in `trackedProducts` is not tracked.
     *     Balances are exact decimals in the product's own unit, which this answer does not name, and may be negative.
     *     https://github.com/iZettle/api-documentation/blob/master/inventory-api/user-guides/manage-inventory-balances/fetch-inventory-balance.md (read 2026-11-20)
     */
    post: operations["getProductsInventory"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/organizations/self/inventory/locations/{locationUuid}/products/{productUuid}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Balances of one product at one location
     * @description The balances of one product's variants at one location.
     *     It does not say whether the product is tracked: an empty list is either 0 or not tracked. Ask `getProductsInventory` where that matters.
     *     Balances are exact decimals in the product's own unit, which this answer does not name, and may be negative.
     *     https://github.com/iZettle/api-documentation/blob/master/inventory-api/user-guides/manage-inventory-balances/fetch-inventory-balance.md (read 2026-11-20)
     */
    get: operations["getProductInventory"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}

export type webhooks = Record<string, never>;

export interface components {
  schemas: {
    /** @description Balances at one location, and which products are tracked. */
    Balances: {
      /**
       * Format: uuid
       * @description The location.
       */
      locationUuid: string;
      /** @description The products that are tracked. One that is missing here is not tracked, which is not 0. */
      trackedProducts: string[];
      /** @description Rows with a balance other than 0. */
      variants: components["schemas"]["VariantBalance"][];
      /**
       * Format: int64
       * @description Always 0 in the examples, and not explained. Guess: an int64. Not a cursor.
       */
      latest?: string;
    };
    /** @description Balances of one product at one location. It does not say whether the product is tracked. */
    ProductBalances: {
      /**
       * Format: uuid
       * @description The location.
       */
      locationUuid: string;
      /** @description Rows with a balance other than 0. An empty list is either 0 or not tracked. */
      variants: components["schemas"]["VariantBalance"][];
    };
    /** @description The balance of one variant at one location. */
    VariantBalance: {
      /** Format: uuid */
      locationUuid: string;
      locationType: components["schemas"]["LocationType"];
      /** Format: uuid */
      productUuid: string;
      /** Format: uuid */
      variantUuid: string;
      /** @description How much is there, in the product's own unit. A string in these answers, a number in others of Zettle's: both are read. Guess: it may have decimals (goods sold by weight) and be negative (oversold). */
      balance: string;
    };
    /** @description Only STORE is stock that can be sold. SUPPLIER is without end by definition; SOLD and BIN are where goods went. */
    LocationType: "STORE" | "SOLD" | "BIN" | "SUPPLIER" | (string & {});
    /** @description Which products, and at which type of location. */
    ProductsQuery: {
      /**
       * @description The type of location. Guess: any of the four; the guide shows STORE only.
       * @enum {string}
       */
      locationType: "STORE" | "SOLD" | "BIN" | "SUPPLIER";
      /** @description The products. Only these are answered. */
      productUuids: string[];
    };
    /** @description Guess: the error body of Zettle's Product Library API; the inventory guides show none. */
    ErrorBody: {
      errorType?: string;
      developerMessage?: string;
      violations?: components["schemas"]["Violation"][];
    };
    /** @description Guess: as in the Product Library API. */
    Violation: {
      propertyName?: string;
      constraintType?: string;
      /** @description The value that was refused. */
      value?: unknown;
      /** @description What was due instead. */
      expected?: unknown;
      developerMessage?: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}

export type $defs = Record<string, never>;

export interface operations {
  getInventory: {
    parameters: {
      query?: {
        /** @description Only products and variants changed since then. Guess: an ISO 8601 date and time; the format is not stated. */
        since?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The balances of the store. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Balances"];
        };
      };
      /** @description The token is missing, wrong or expired. The header is documented. Guess: the body. */
      401: {
        headers: {
          /** @description Why; `ACCESS_TOKEN_EXPIRED` asks for a new token. */
          "WWW-Authenticate"?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Guess: the token lacks the scope `READ:PRODUCT`. Neither status nor body is documented. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Guess: the organisation has no such location yet; locations are made when tracking first starts. Neither status nor body is documented. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Too many requests. The limit is documented for the newer `/v3` paths only. Guess: status and body here. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
    };
  };
  getLocationInventory: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The location. */
        locationUuid: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The balances of the location. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Balances"];
        };
      };
      /** @description The token is missing, wrong or expired. The header is documented. Guess: the body. */
      401: {
        headers: {
          /** @description Why; `ACCESS_TOKEN_EXPIRED` asks for a new token. */
          "WWW-Authenticate"?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Guess: the token lacks the scope `READ:PRODUCT`. Neither status nor body is documented. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Guess: no such location or product in this organisation. Neither status nor body is documented. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Too many requests. The limit is documented for the newer `/v3` paths only. Guess: status and body here. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
    };
  };
  getLocationTypeInventory: {
    parameters: {
      query: {
        /** @description The type of location. */
        type: "STORE" | "SOLD" | "BIN" | "SUPPLIER";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The balances of the location of that type. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Balances"];
        };
      };
      /** @description The token is missing, wrong or expired. The header is documented. Guess: the body. */
      401: {
        headers: {
          /** @description Why; `ACCESS_TOKEN_EXPIRED` asks for a new token. */
          "WWW-Authenticate"?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Guess: the token lacks the scope `READ:PRODUCT`. Neither status nor body is documented. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Guess: the organisation has no such location yet; locations are made when tracking first starts. Neither status nor body is documented. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Too many requests. The limit is documented for the newer `/v3` paths only. Guess: status and body here. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
    };
  };
  getProductsInventory: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ProductsQuery"];
      };
    };
    responses: {
      /** @description The balances of those products, and which of them are tracked. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Balances"];
        };
      };
      /** @description The token is missing, wrong or expired. The header is documented. Guess: the body. */
      401: {
        headers: {
          /** @description Why; `ACCESS_TOKEN_EXPIRED` asks for a new token. */
          "WWW-Authenticate"?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Guess: the token lacks the scope `READ:PRODUCT`. Neither status nor body is documented. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Guess: the organisation has no such location yet; locations are made when tracking first starts. Neither status nor body is documented. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Too many requests. The limit is documented for the newer `/v3` paths only. Guess: status and body here. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
    };
  };
  getProductInventory: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The location. */
        locationUuid: string;
        /** @description The product. */
        productUuid: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The balances of the product's variants. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ProductBalances"];
        };
      };
      /** @description The token is missing, wrong or expired. The header is documented. Guess: the body. */
      401: {
        headers: {
          /** @description Why; `ACCESS_TOKEN_EXPIRED` asks for a new token. */
          "WWW-Authenticate"?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Guess: the token lacks the scope `READ:PRODUCT`. Neither status nor body is documented. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Guess: no such location or product in this organisation. Neither status nor body is documented. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
      /** @description Too many requests. The limit is documented for the newer `/v3` paths only. Guess: status and body here. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorBody"];
        };
      };
    };
  };
}
