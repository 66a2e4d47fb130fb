// GENERATED from specs/augno/ (sha256 b93bc0519f97963aefa976292e7f83fb5aaa3f0767a24ac9332e1180352c714a) by `npm run generate -- augno`. Not edited by hand:
// correct the document or an overlay there, then generate again.

export interface paths {
  "/v1/catalog/items/{id}/inventory": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Retrieve Item Inventory
     * @description Four figures of one item for the whole account, no locations: on hand, reserved, available to promise, short.
     *     A figure is null unless `include` names it; null does not mean zero. Without `include` all four are null.
     *     Figures are exact decimals in one unit, the base unit of the item's category, which this answer may leave out.
     *     `available_to_promise` is on hand less reserved less short and may be negative; `short` is demand that is not covered.
     *     Needs the permission `items:read`. Beta.
     *     https://docs.openmrp.ai/api-reference/items-management/retrieve-item-inventory (read 2026-11-20)
     */
    get: operations["retrieveItemInventory"];
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
    /** @description Four figures of one item, in one unit. */
    ItemInventory: {
      object: "item_inventory" | (string & {});
      /** @description What is in stock. Allocated stock is already subtracted; goods of customers in the account's keeping are counted in. Null: not asked for. */
      on_hand: components["schemas"]["Quantity"] | null;
      /** @description What orders hold without an allocation, so not free. Null: not asked for. */
      reserved: components["schemas"]["Quantity"] | null;
      /** @description What is free for new orders: on hand less reserved less short. May be negative. Null: not asked for. */
      available_to_promise: components["schemas"]["Quantity"] | null;
      /** @description Demand that supply does not cover, at least 0. Null: not asked for. */
      short: components["schemas"]["Quantity"] | null;
    };
    /** @description An exact decimal. `quantity` is the older shape, `computed_quantity` (since 2026-08-20) the newer one, which has no `id` and may hold its unit. */
    Quantity: {
      /** @description Made anew for each answer; it identifies nothing. */
      id?: string;
      object: "quantity" | "computed_quantity" | (string & {});
      /** @description The figure. */
      value: string;
      /** @description For people, with unit and thousands separators. Not to be parsed. */
      display_value: string;
      /** @description The unit. Always null in the older shape; null in the newer one unless loaded. */
      unit: components["schemas"]["Unit"] | null;
    };
    /** @description A unit of measure. Guess: the fields are those of the unit in the vendor's SDK; any may be missing here. */
    Unit: {
      id?: string;
      object?: string;
      /** @description Such as Kilogram. */
      name?: string;
      /** @description Such as kg. */
      abbreviation?: string;
      /** @description The dimension, such as mass or quantity. */
      type?: string;
    };
    ErrorEnvelope: {
      error: components["schemas"]["ErrorDetail"];
    };
    ErrorDetail: {
      /** @description What went wrong, for programs. */
      code: string;
      type: "invalid_request_error" | "api_error" | "idempotency_error" | (string & {});
      /** @description For people; not to be parsed. */
      message: string;
      /** @description The parameter that is to blame. */
      param?: string | null;
      doc_url?: string;
      /** @description Whether the same request may succeed later. */
      is_transient?: boolean;
      /** @description With `limit_exceeded` only. */
      quota?: components["schemas"]["Quota"] | null;
      request_log_url?: string | null;
    };
    /** @description The limit of the plan that is used up. */
    Quota: {
      limit?: number;
      used?: number;
      /** Format: date-time */
      reset_at?: string | null;
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
  retrieveItemInventory: {
    parameters: {
      query?: {
        /** @description The figures to fill in; those that are left out come back as null. The page shows three members: its list folds the fourth away, which the vendor's SDKs and server know. */
        "include[]"?: ("on_hand" | "reserved" | "available_to_promise" | "short")[];
      };
      header?: never;
      path: {
        /** @description The item. Opaque. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The figures of the item. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ItemInventory"];
        };
      };
      /** @description The request is not understood: `parameter_invalid` for a member of `include[]` that the server does not know, `api_version_required`, `validation_failed`, and others. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorEnvelope"];
        };
      };
      /** @description The key is missing, wrong, expired or revoked: `invalid_credentials`, `api_key_expired`, `api_key_revoked`, `expired_token`. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorEnvelope"];
        };
      };
      /** @description The account's plan is not paid for. */
      402: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorEnvelope"];
        };
      };
      /** @description The role behind the key lacks `items:read`, or a limit of the plan is used up: `insufficient_permissions`, `limit_exceeded`. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorEnvelope"];
        };
      };
      /** @description Guess: no item of this account has the id, or it was deleted. The code is documented in general, not for this operation. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorEnvelope"];
        };
      };
      /** @description More than 20 requests in a second from one IP address. */
      429: {
        headers: {
          /** @description Seconds to wait. */
          "Retry-After"?: number;
          /** @description Requests in a second. */
          "RateLimit-Limit"?: number;
          /** @description Requests left in the window. */
          "RateLimit-Remaining"?: number;
          /** @description Seconds until the window ends. */
          "RateLimit-Reset"?: number;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorEnvelope"];
        };
      };
      /** @description A failure at the provider's. Repeat only if `is_transient` is true. Guess: the code in the body. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorEnvelope"];
        };
      };
      /** @description A failure behind the provider's gateway. Repeat only if `is_transient` is true. Guess: the code in the body. */
      502: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorEnvelope"];
        };
      };
      /** @description Not available for now. Repeat only if `is_transient` is true. Guess: the code in the body. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorEnvelope"];
        };
      };
      /** @description No answer in time from behind the gateway. Repeat only if `is_transient` is true. Guess: the code in the body. */
      504: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorEnvelope"];
        };
      };
    };
  };
}
