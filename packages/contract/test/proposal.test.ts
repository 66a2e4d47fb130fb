import { afterEach, expect, it } from "vitest";

import type { Facts, Shape } from "@inv/transport";
import { call, writeExact } from "@inv/transport";
import { correct, toEffective } from "../../../scripts/pipeline/effective.ts";
import { acceptOf } from "../../../scripts/pipeline/emit/answers.ts";
import { bodiesOf, bodyShapesOf } from "../../../scripts/pipeline/emit/shapes.ts";
import { readModel } from "../../../scripts/pipeline/model.ts";
import { proposeOverlay } from "../../../scripts/pipeline/proposal/proposal.ts";
import { parseDocument } from "../../../scripts/pipeline/read.ts";
import { toOpenApi3 } from "../../../scripts/pipeline/swagger.ts";
import { connectItems } from "../../transport/test/items.js";
import { isObject, isSameJson, parseExactJson, toRounded } from "../src/exact-json.ts";
import type { Document, Exchange, Operation } from "../src/exchanges.ts";
import { listOperations, listSchemes } from "../src/exchanges.ts";
import type { Prism } from "../src/prism.ts";
import { startPrism } from "../src/prism.ts";
import { toRawRequest, toTarget } from "../src/raw-request.ts";

// Prism is another reader of the documents that `npm run spec -- new` corrects: it has to find nothing wrong with what
// the proposal has made, neither with a request nor with its answer.

const shop = `
openapi: 3.0.3
info: { title: Shop, version: "1" }
servers: [{ url: https://api.shop.example }]
security: [{ key: [] }]
paths:
  /orders/{order-id}/lines:
    parameters: [{ $ref: "#/components/parameters/OrderId" }]
    get:
      parameters:
        - { name: "filter[state]", in: query, required: true, schema: { type: string, enum: [open, closed] } }
        - { name: ids, in: query, required: true, style: pipeDelimited, explode: false, schema: { type: array, items: { type: integer } } }
        - { name: "tags[]", in: query, required: true, schema: { type: array, items: { type: string } } }
        - { name: kinds, in: query, required: true, schema: { type: array, minItems: 2, uniqueItems: true, items: { type: string } } }
        - { name: X-Day, in: header, required: true, schema: { type: string, format: date } }
      responses:
        "200": { description: Lines., content: { "*/*": { schema: { type: array, items: { $ref: "#/components/schemas/Line" } } } } }
        "204": { description: None. }
        "400": { $ref: "#/components/responses/Problem" }
        "404": { $ref: "#/components/responses/Problem" }
        4XX: { $ref: "#/components/responses/Problem" }
        default: { description: Anything else. }
    post:
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/NewLine" } } } }
      responses:
        "201": { description: Made., content: { application/vnd.shop+json: { schema: { $ref: "#/components/schemas/Line" } } } }
        "422": { description: Not valid., content: { text/plain: { schema: { type: string } } } }
  /moves:
    post:
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Move" } } } }
      responses: { "200": { description: Moved., content: { application/json: { schema: { $ref: "#/components/schemas/Move" } } } } }
  /counts:
    get:
      responses:
        "200": { description: A count., content: { application/vnd.shop+json: { schema: { type: integer }, example: 12 } } }
        "202": { description: Not counted yet. }
  /animals:
    put:
      security: [{ basic: [] }]
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Animal" }, example: { kind: Cat, lives: 9 } } } }
      responses:
        "200": { description: Animals., content: { application/json: { schema: { type: array, items: { $ref: "#/components/schemas/Animal" } } } } }
        "202": { description: Later., content: { application/json: { schema: { type: object, additionalProperties: { type: number } } } } }
components:
  parameters:
    OrderId: { name: order-id, in: path, required: true, schema: { type: integer, format: int64, example: 653985747439023617 } }
  responses:
    Problem: { description: A problem., content: { application/problem+json: { schema: { $ref: "#/components/schemas/Problem" } } } }
  schemas:
    Problem: { type: object, required: [title], properties: { title: { type: string, minLength: 8 }, status: { type: integer, format: int32 } } }
    Move:
      type: object
      required: [item, quantity]
      properties:
        item: { type: integer, format: int64 }
        quantity: { type: number }
        lines: { type: array, items: { oneOf: [{ type: number }, { type: string, enum: [all] }] } }
      example: { item: 653985747439023617, quantity: 12.375, lines: [2.5, all] }
    NewLine: { type: object, required: [sku, id], properties: { id: { type: string, readOnly: true }, sku: { type: string, pattern: "^[A-Z]{3}-\\\\d{2}$" }, price: { type: string, format: decimal } } }
    Line:
      type: object
      required: [id, count]
      properties:
        id: { type: integer, format: int64 }
        count: { type: number, minimum: 0, exclusiveMinimum: true }
        note: { nullable: true, allOf: [{ $ref: "#/components/schemas/Problem" }] }
        parts: { type: array, items: { $ref: "#/components/schemas/Line" } }
        secret: { type: string, writeOnly: true }
    Animal: { oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }], discriminator: { propertyName: kind } }
    Cat: { type: object, required: [kind], properties: { kind: { type: string }, lives: { type: integer } } }
    Dog: { type: object, required: [kind], properties: { kind: { type: string }, owner: { type: string, format: email } } }
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key }
    basic: { type: http, scheme: basic }
`;

const old = `
swagger: "2.0"
info: { title: Shop, version: "1" }
host: api.shop.example
consumes: [application/json]
produces: [application/json, application/xml]
securityDefinitions: { key: { type: apiKey, in: header, name: X-Key } }
parameters: { Body: { name: thing, in: body, required: true, schema: { $ref: "#/definitions/Thing" } } }
paths:
  /things/{id}:
    put:
      parameters: [{ name: id, in: path, required: true, type: string }, { $ref: "#/parameters/Body" }]
      responses:
        "200": { description: Fine., schema: { $ref: "#/definitions/Thing" }, examples: { application/json: { name: Mug } } }
        "404": { description: None. }
definitions: { Thing: { type: object, required: [name], properties: { name: { type: string, x-nullable: true } } } }
`;

let prism: Prism | undefined;
afterEach(async () => {
  await prism?.close();
  prism = undefined;
});

it.each([
  ["OpenAPI 3.0", shop],
  ["Swagger 2.0", old],
])("Prism answers every exchange of a corrected document of %s without a violation", async (_, text) => {
  const { effective } = propose(text);
  const content = parseExactJson(effective.text);
  if (!isObject(content)) throw new Error("the document is no object");
  const document = { provider: "shop", content };
  prism = await startPrism(JSON.parse(effective.text));
  const operations = listOperations(document);
  const asked = operations.flatMap((operation) => operation.exchanges.map((exchange) => ({ operation, exchange })));
  const problems: string[] = [];
  for (const { operation, exchange } of asked) {
    const problem = await ask(prism, document, operation, exchange);
    if (problem !== undefined)
      problems.push(`${operation.operationId} ${exchange.documented} ${exchange.name}: ${problem}`);
  }
  expect(problems).toEqual([]);
  expect(asked.length).toBeGreaterThan(operations.length);
});

it("Prism takes the exact numbers of a body and the media types that a client sends, and answers with both", async () => {
  const { effective, notes } = propose(shop);
  const model = readModel("shop", effective.document);
  const { document, operations } = model;
  const { shapes } = bodyShapesOf(document, bodiesOf({ operations }));
  const shape: Shape = JSON.parse(JSON.stringify(shapes[operations.findIndex(({ path }) => path === "/moves")]));
  const facts: Facts = {
    accept: acceptOf(model) ?? "",
    operations: { "GET /counts": { operation: "getCounts", bare: true } },
    bodies: { write: writeExact, operations: { "POST /moves": shape } },
  };
  prism = await startPrism(JSON.parse(effective.text));
  const bodies: unknown[] = [];
  const violations: (string | null)[] = [];
  const client = connectItems(
    {
      baseUrl: prism.url,
      fetch: async (url, init) => {
        bodies.push(init?.body);
        const answer = await fetch(url, init);
        violations.push(answer.headers.get("sl-violations"));
        return answer;
      },
    },
    { facts, authoriser: { authorise: ({ headers: sent }) => sent.set("X-Key", "any") } },
  );
  const operation = { method: "POST", path: "/moves", body: ["item", "quantity", "lines"] };
  const input = { item: "653985747439023617", quantity: "12.375", lines: ["2.5", "all"] };
  await call(client, operation, input);
  expect(bodies).toEqual(['{"item":653985747439023617,"quantity":12.375,"lines":[2.5,"all"]}']);
  expect(await call(client, { method: "GET", path: "/counts" }, {})).toBe(12);
  expect(violations).toEqual([null, null]);
  expect(notes.join()).not.toContain("does the provider take text");
});

/** The document that is proposed for a vendor's. */
function propose(text: string) {
  const given = toOpenApi3(parseDocument(text, { name: "shop.yaml", aliases: 0 }));
  const { overlay = "", notes } = proposeOverlay(given, { provider: "shop" });
  const corrections = parseDocument(overlay, { name: "overlay.yaml", aliases: 0 });
  return { effective: toEffective(correct(given, corrections, "overlay.yaml")), notes };
}

/** What is wrong with Prism's answer to one exchange. */
async function ask(
  { url }: Prism,
  document: Document,
  operation: Operation,
  exchange: Exchange,
): Promise<string | undefined> {
  const { method, headers, body, ...target } = toRawRequest(operation, exchange);
  const { mediaType, value } = exchange.response;
  for (const { header } of listSchemes(document)) {
    const [name = "", credential = ""] = header.split(": ");
    headers.set(name, credential);
  }
  headers.set("Accept", mediaType || "application/json");
  headers.set(
    "Prefer",
    value === undefined ? `code=${exchange.status}` : `code=${exchange.status}, example=${exchange.name}`,
  );
  const answer = await fetch(url + toTarget({ ...target, method, headers, body }), {
    method,
    headers,
    body: body ?? null,
  });
  const text = await answer.text();
  const violations = answer.headers.get("sl-violations");
  if (answer.status !== exchange.status) return `${answer.status} ${text} ${violations}`;
  if (violations !== null) return violations;
  return value === undefined || isSameJson(JSON.parse(text), toRounded(value)) ? undefined : `the body is ${text}`;
}
