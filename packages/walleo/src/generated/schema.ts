// GENERATED from specs/walleo/ (sha256 ec0e8bc82c6056007a465ba46186a2e013220362ed08373282b11be48eb97fb3) by `npm run generate -- walleo`. Not edited by hand:
// correct the document or an overlay there, then generate again.

export interface paths {
  "/partners/v1/inventories/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get an inventory
     * @description The stock of one gift card, by its code: cards bought in advance for each face value, and whether more are made on demand.
     *     `owned_quantity` and `shared_quantity` count cards and are not to be added: shared cards may go to somebody else.
     *     A face value that is not listed has no cards bought in advance; where `end_to_end_api` is enabled, cards may still be made on demand.
     *     No locations, no pages, no time of the count.
     *     https://docs.walleo.io/partners-api/api-reference/inventories (read 2026-11-20)
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
    /** @description The wrapper of the answer. */
    InventoryAnswer: {
      inventories: components["schemas"]["Inventory"];
    };
    /** @description The stock of one gift card. One object, although its field is called `inventories`. */
    Inventory: {
      gift_card: components["schemas"]["GiftCard"];
      end_to_end_api?: components["schemas"]["OnDemand"];
      /** @description Cards bought in advance, by face value. */
      stocks: components["schemas"]["Stock"][];
    };
    GiftCard: {
      /** @description The natural key of the gift card. */
      code: string;
      /** @description The name for people. */
      name?: string;
    };
    /** @description Cards made on demand. Guess: that this is about making cards on demand is concluded from the name. */
    OnDemand: {
      /** @description Whether cards are made on demand. Where it is false, `available_amount` says nothing. */
      enabled: boolean;
      /** @description `unlimited`, or something that is not documented. Guess: an amount of money as a number or text, in euros or in cents, and `null` or absent where there is none. Kept as text; not to be divided by a face value. */
      available_amount?: string | null;
    };
    /** @description Cards of one face value, bought in advance. */
    Stock: {
      /** @description The face value, exact. Guess: in whole units of the card's currency, which is not named. */
      facial_value: string;
      /** @description Cards. Guess: held for this partner alone. */
      owned_quantity: string;
      /** @description Cards. Guess: in a pool that other partners draw from too, so no promise. */
      shared_quantity: string;
    };
    /** @description The error body of Walleo's other operations. */
    ErrorAnswer: {
      errors: components["schemas"]["ErrorEntry"][];
      /** @description The name of the HTTP status, such as `not_found`; not a number. */
      status: string;
    };
    ErrorEntry: {
      /** @description For programs, such as `gift_card_not_found`. */
      code: string;
      /** @description For people. */
      message: string;
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
        /** @description The code of the gift card, exactly as Walleo spells it; not a UUID. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The stock of the gift card. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["InventoryAnswer"];
        };
      };
      /** @description The key or the signature is wrong. `invalid_signature` on an otherwise good request may mean that an empty payload is signed in the other way. Guess: documented for Walleo's other operations, not for this one. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorAnswer"];
        };
      };
      /** @description No gift card that this partner may draw has the code. Guess: documented for Walleo's other operations, not for this one. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ErrorAnswer"];
        };
      };
    };
  };
}
