// GENERATED from specs/fourthwall/ (sha256 3232ba4db3ae64ce4f6daa97e04d686d69141a287bbfad38f266adc8c4f9aa0c) by `npm run generate -- fourthwall`. Not edited by hand:
// correct the document or an overlay there, then generate again.

export interface paths {
  "/open-api/v1.0/products/{productId}/inventory": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get product (offer) inventory by id
     * @description The stock rows of one product, one for each variant, shop-wide: pieces, not money.
     *     A variant that is absent is not at zero; it may be unlimited (made on demand) or unknown.
     *     There are no page parameters: compare `total` with the number of rows to know whether the answer is complete.
     *     Needs the scope `offer_read` with OAuth; basic credentials need none.
     *     https://docs.fourthwall.com/api-reference/platform/products/get-product-inventory (read 2026-11-20)
     */
    get: operations["get-product-inventory"];
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
    /** @description One row for each variant that has stock rows. If `totalPages` is above 1 or `total` above the number of rows, the answer is incomplete: there is no documented way to ask for more. */
    "com.fourthwall.openapi.model.OpenApiPageResponseCom.fourthwall.openapi.model.StockV1": {
      /** @description An empty list says that there are no stock rows, not that the product is sold out. */
      results: components["schemas"]["StockRow"][];
      /**
       * Format: int32
       * @description Rows in all pages.
       */
      total?: number;
      /**
       * Format: int32
       * @description Number of this page. Guess: counted from 0, as in the product list.
       */
      page?: number;
      /**
       * Format: int32
       * @description Rows in a full page.
       */
      size?: number;
      /**
       * Format: int32
       * @description Pages in all.
       */
      totalPages?: number;
    };
    /** @description The stock of one variant, shop-wide. Fourthwall has no locations. */
    "com.fourthwall.openapi.model.StockV1": {
      /**
       * Format: uuid
       * @description The variant. Declared a UUID here, a plain string on the product itself.
       */
      variantId: string;
      /**
       * Format: int32
       * @description Pieces. Fourthwall does not say whether open orders are already subtracted. May be negative as far as the type goes. Unlimited (made on demand) variants are not marked as such here.
       */
      quantity: number;
      /**
       * Format: date-time
       * @description When the row was made.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description When the row last changed; not the moment of this answer.
       */
      updatedAt: string;
    };
    ProductInventory: components["schemas"]["com.fourthwall.openapi.model.OpenApiPageResponseCom.fourthwall.openapi.model.StockV1"];
    StockRow: components["schemas"]["com.fourthwall.openapi.model.StockV1"];
    /** @description No product of this shop has that id. */
    OfferNotFound: {
      /** @description `OFFER_NOT_FOUND_BY_SHOP_ID_AND_ID_ERROR`. */
      code: string;
      shopId?: string;
      /** @description The id that was asked for. */
      offerId?: string;
    };
    /** @description The rate limit of the shop is used up. */
    TooManyRequests: {
      /** @description `OPEN_API_TOO_MANY_REQUESTS`. */
      code: string;
      title?: string;
      /** Format: int32 */
      status?: number;
    };
    /** @description Guess: all documented error bodies have a `code`; the others are expected to have one too. */
    ApiError: {
      code?: string;
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
  "get-product-inventory": {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The product (offer), as the product list names it. */
        productId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The stock rows of the product. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ProductInventory"];
        };
      };
      /** @description Credentials are missing or wrong. Guess: no body is documented. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ApiError"];
        };
      };
      /** @description The token lacks the scope `offer_read`. Guess: no body is documented. A `User-Agent` that looks like a browser's is also said to be answered so. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ApiError"];
        };
      };
      /** @description Possible errors: `OFFER_NOT_FOUND_BY_SHOP_ID_AND_ID_ERROR` */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["OfferNotFound"];
        };
      };
      /** @description Too many requests. `Retry-After` is not documented; ten seconds is the length of the window. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["TooManyRequests"];
        };
      };
    };
  };
}
