/** A small document that every pair starts from: a till's stock, with one of everything that OpenAPI can say. */
export function base() {
  return {
    openapi: "3.1.0",
    info: { title: "Till", version: "1" },
    servers: [{ url: "https://api.till.example/v1" }, { url: "https://eu.till.example/v1" }],
    security: [{ key: [] as string[] }],
    tags: [{ name: "stock", description: "Stock." }],
    paths: {
      "/items": {
        get: {
          operationId: "listItems",
          summary: "Lists items.",
          tags: ["stock"],
          parameters: [
            { name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 100, default: 10 } },
            { name: "kind", in: "query", schema: { type: "string", enum: ["good", "service"] } },
            { name: "ids", in: "query", schema: { type: "array", items: { type: "string" } } },
            { name: "X-Shop", in: "header", schema: { type: "string" } },
          ],
          responses: {
            "200": {
              description: "The items.",
              headers: {
                "X-Total": { required: true, schema: { type: "integer" } },
                "X-Page": { schema: { type: "integer" } },
              },
              content: { "application/json": { schema: { $ref: "#/components/schemas/ItemPage" } } },
            },
            "401": {
              description: "No.",
              content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
            },
          },
        },
        post: {
          operationId: "createItem",
          requestBody: {
            required: true,
            content: { "application/json": { schema: { $ref: "#/components/schemas/NewItem" } } },
          },
          responses: {
            "201": {
              description: "Made.",
              content: { "application/json": { schema: { $ref: "#/components/schemas/Item" } } },
            },
          },
        },
      },
      "/items/{id}": {
        delete: {
          operationId: "deleteItem",
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string", format: "uuid" } }],
          responses: { "204": { description: "Gone." } },
        },
      },
    },
    webhooks: {
      stockChanged: {
        post: {
          requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/StockEvent" } } } },
          responses: { "200": { description: "Thanks." } },
        },
      },
    },
    components: {
      securitySchemes: {
        key: { type: "http", scheme: "bearer" },
        basic: { type: "http", scheme: "basic" },
        oauth: {
          type: "oauth2",
          flows: {
            clientCredentials: { tokenUrl: "https://till.example/token", scopes: { read: "Reads.", write: "Writes." } },
          },
        },
      },
      schemas: {
        ItemPage: {
          type: "object",
          required: ["items"],
          properties: {
            items: { type: "array", items: { $ref: "#/components/schemas/Item" } },
            next: { type: "string" },
          },
        },
        Item: {
          type: "object",
          required: ["id", "state", "quantity"],
          properties: {
            id: { type: "string", format: "uuid", readOnly: true },
            name: { type: "string", maxLength: 50, description: "What it is called." },
            note: { type: ["string", "null"] },
            state: { type: "string", enum: ["active", "archived"] },
            quantity: { type: "integer", format: "int32" },
            price: { type: "number" },
            place: { type: "object", properties: { shelf: { type: "string" }, row: { type: "integer" } } },
            goods: { $ref: "#/components/schemas/Goods" },
          },
        },
        Goods: {
          oneOf: [{ $ref: "#/components/schemas/Mug" }, { $ref: "#/components/schemas/Tea" }],
          discriminator: {
            propertyName: "type",
            mapping: { mug: "#/components/schemas/Mug", tea: "#/components/schemas/Tea" },
          },
        },
        Mug: {
          type: "object",
          required: ["type"],
          properties: { type: { type: "string" }, colour: { type: "string" } },
        },
        Tea: {
          type: "object",
          required: ["type"],
          properties: { type: { type: "string" }, grams: { type: "integer" } },
        },
        NewItem: {
          type: "object",
          required: ["name"],
          properties: {
            name: { type: "string", minLength: 1, maxLength: 50 },
            sku: { type: "string", pattern: "^[A-Z]+$" },
            state: { type: "string", enum: ["draft", "ready"] },
            quantity: { type: "integer", default: 0 },
            note: { type: ["string", "null"] },
            secret: { type: "string", writeOnly: true },
            labels: { type: "array", maxItems: 5, items: { type: "string" } },
          },
        },
        Problem: { type: "object", properties: { code: { type: "string" }, message: { type: "string" } } },
        StockEvent: {
          type: "object",
          required: ["id"],
          properties: { id: { type: "string" }, level: { type: "integer" } },
        },
        Unused: { type: "object", properties: { a: { type: "string" }, b: { type: "string" } } },
      },
    },
  };
}
