// GENERATED from specs/loop/ (sha256 d65d083e4407283edacef8508eb24c505e45d137eda12774cc160c5913e27728) by `npm run generate -- loop`. Not edited by hand:
// correct the document or an overlay there, then generate again.

export interface paths {
  "/inventories/{productVariantId}/{locationId}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get Inventory
     * @description How many of one product variant are available at one location, in pieces, as declared by the system that feeds Loop.
     *     Both ids are Loop's own, not the shop's, and exceed 2^53: give and keep them as strings. The client sends `X-Loop-Global-Identifier-Type: string`.
     *     404 says that Loop holds no such record, variant or location. It is not a zero.
     *     Any field may be absent. Nothing says when the count was last fed.
     *     https://docs.loopreturns.com/api-reference/latest/inventories/get-inventory (read 2026-11-20)
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
}

export type webhooks = Record<string, never>;

export interface components {
  schemas: {
    InventoryResponse: {
      /**
       * Format: int64
       * @description Pieces of the `product_variant` that can be offered from this `location`, as the system that feeds Loop declared them. May be negative as far as the type goes.
       */
      available_count?: string;
      /** @description The product variant, as an array of one or as a bare object. An empty array says that its details are missing; the count still holds. */
      product_variant?:
        | components["schemas"]["ProductVariantResponseData"][]
        | components["schemas"]["ProductVariantResponseData"];
      /** @description The location, as an array of one or as a bare object. An empty array says that its details are missing; the count still holds. */
      location?: components["schemas"]["LocationResponseData"][] | components["schemas"]["LocationResponseData"];
    };
    UnauthorizedResponse: {
      error?: {
        /** @description The HTTP status. Which of `code` and `http_code` holds it is not certain: the names look swapped. */
        code?: string | number;
        http_code?: string;
        message?: string;
      };
    };
    NotFoundResponse: {
      /** @description The HTTP status. Which of `code` and `http_code` holds it is not certain: the names look swapped. */
      code?: string | number;
      http_code?: string;
      message?: string;
    };
    ProductVariantResponseData: {
      /** @description The unique identifier for the product variant, created by Loop. */
      id?: string;
      /** @description The identifier used by an external source to identify the product variant. */
      external_id?: string | null;
      /** @description The SKU of the product variant. */
      sku?: string | null;
      /** @description The name of the product variant. */
      name?: string;
      /** @description The weight of the product variant in grams. */
      weight_grams?: number | null;
      /** @description The barcode of the product variant. */
      barcode?: string | null;
    };
    LocationResponseData: {
      /** @description The unique identifier for the location, created by Loop. */
      id?: string;
      /** @description The identifier used by an external source to identify the location. */
      external_id?: string | null;
      /** @description The name of the location. */
      name?: string;
      /** @description An inactive location still answers with its count. */
      status?: "active" | "inactive" | (string & {});
      /** @description The address, as an array of one or as a bare object. */
      address?: components["schemas"]["AddressResponseData"][] | components["schemas"]["AddressResponseData"];
    };
    AddressResponseData: {
      /** @description The name of the address. */
      name?: string | null;
      /** @description The name of the company residing at the address. */
      company?: string | null;
      /** @description Line 1 of the address. */
      address1?: string;
      /** @description Line 2 of the address. */
      address2?: string | null;
      /** @description The city in which the address is located. */
      city?: string;
      /** @description The state or region in which the address is located. */
      region?: string;
      /** @description The postal code associated with the address. */
      postal_code?: string | null;
      /** @description The country code associated with the address. */
      country_code?: string;
    };
    /** @description Guess: no body is documented. */
    TooManyRequestsResponse: {
      code?: string | number;
      http_code?: string;
      message?: string;
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
      query?: never;
      header?: never;
      path: {
        /** @description The unique identifier for the product variant, created by Loop. */
        productVariantId: string;
        /** @description The unique identifier for the location, created by Loop. */
        locationId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The count, with the details of variant and location. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["InventoryResponse"];
        };
      };
      /** @description The key is missing or wrong, or lacks the scope "Inventory (read)"; the answer does not tell which. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["UnauthorizedResponse"];
        };
      };
      /** @description Loop holds no such record, variant or location; the answer does not tell which. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["NotFoundResponse"];
        };
      };
      /** @description Too many requests: pause briefly. Guess: the body has the flat shape of the 404. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TooManyRequestsResponse"];
        };
      };
    };
  };
}
