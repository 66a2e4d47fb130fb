import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readEffective } from "../pipeline/effective.ts";
import { own, textOf } from "../pipeline/json.ts";
import type { Json, JsonObject } from "../pipeline/json.ts";
import { mergeDocuments } from "../pipeline/merge/merge.ts";
import { checkReferences } from "../pipeline/references.ts";
import { toOpenApi3 } from "../pipeline/swagger.ts";
import { vendor } from "../vendor.ts";
import { folderWith, page, printed } from "./pages.ts";
import { put, refusal, yaml } from "./support.ts";

/** A document of Swagger 2.0 with one operation, of which parts are replaced by pointer. */
function swagger(changes: Readonly<Record<string, Json>> = {}): JsonObject {
  const document = yaml(`
    swagger: "2.0"
    info: { title: Shop, version: "1" }
    host: api.shop.example
    basePath: /v2
    schemes: [https]
    consumes: [application/json]
    produces: [application/json]
    paths:
      /things:
        get:
          operationId: listThings
          parameters: []
          responses: { "200": { description: Things., schema: { $ref: "#/definitions/Thing" } } }
    parameters: {}
    responses: {}
    definitions:
      Thing: { type: object, properties: { id: { type: integer, format: int64, example: 653985747439023617 } } }
  `);
  for (const [pointer, value] of Object.entries(changes)) put(document, pointer, value);
  return document;
}

const operation = "#/paths/~1things/get";

function convert(changes: Readonly<Record<string, Json>> = {}): JsonObject {
  const document = toOpenApi3(swagger(changes));
  checkReferences(document);
  return document;
}

const operationOf = (document: JsonObject) => own(own(own(document, "paths"), "/things"), "get");
const parameterOf = (parameter: Json) => {
  const [first] = [own(operationOf(convert({ [`${operation}/parameters/0`]: parameter })), "parameters") ?? []].flat();
  return first;
};
const list = (more: JsonObject): Json => ({
  name: "q",
  in: "query",
  type: "array",
  items: { type: "string" },
  ...more,
});

test("a document of OpenAPI 3 is left as it is", () => {
  const document = yaml("openapi: 3.1.0");
  expect(toOpenApi3(document)).toBe(document);
});

test("what is given is not changed, and integers keep their digits", () => {
  const before = swagger();
  const document = toOpenApi3(before);
  expect(before).toEqual(swagger());
  expect(Object.keys(document).slice(0, 2)).toEqual(["openapi", "info"]);
  expect(own(own(document, "components"), "schemas")).toEqual({
    Thing: { type: "object", properties: { id: { type: "integer", format: "int64", example: 653985747439023617n } } },
  });
});

test("servers are made of schemes, host and base path, also those of one operation", () => {
  const document = convert({ "#/schemes": ["https", "http"], [`${operation}/schemes`]: ["http"] });
  expect(document["servers"]).toEqual([{ url: "https://api.shop.example/v2" }, { url: "http://api.shop.example/v2" }]);
  expect(own(operationOf(document), "servers")).toEqual([{ url: "http://api.shop.example/v2" }]);
  expect(operationOf(document)).not.toHaveProperty("schemes");
});

describe("a list in one text", () => {
  test.each<[string, JsonObject, JsonObject]>([
    ["no form", {}, { style: "form", explode: false }],
    ["csv", { collectionFormat: "csv" }, { style: "form", explode: false }],
    ["multi", { collectionFormat: "multi" }, { style: "form", explode: true }],
    ["ssv", { collectionFormat: "ssv" }, { style: "spaceDelimited", explode: false }],
    ["pipes", { collectionFormat: "pipes" }, { style: "pipeDelimited", explode: false }],
  ])("of the form %s is described as such", (_, given, style) => {
    expect(parameterOf(list(given))).toEqual({
      name: "q",
      in: "query",
      ...style,
      schema: { type: "array", items: { type: "string" } },
    });
  });

  test.each<[string, Json, string]>([
    ["tabs", list({ collectionFormat: "tsv" }), "collectionFormat"],
    ["pipes in a header", list({ in: "header", collectionFormat: "pipes" }), "collectionFormat"],
    [
      "a list of lists",
      list({ items: { type: "array", items: { type: "string" }, collectionFormat: "pipes" } }),
      "items",
    ],
  ])("of %s is refused, for OpenAPI 3.0 cannot describe it", async (_, parameter, key) => {
    const { kind, pointer } = await refusal(() => convert({ [`${operation}/parameters/0`]: parameter }));
    expect([kind, pointer]).toEqual(["structure", `${operation}/parameters/0/${key}`]);
  });

  test("in a shared parameter or in the header of an answer is looked at too", async () => {
    const shared = await refusal(() => convert({ "#/parameters/Q": list({ collectionFormat: "tsv" }) }));
    expect(shared.pointer).toBe("#/parameters/Q/collectionFormat");
    const header = { type: "array", items: { type: "string" }, collectionFormat: "ssv" };
    const answer = await refusal(() => convert({ [`${operation}/responses/200/headers`]: { "X-A": header } }));
    expect(answer.pointer).toBe(`${operation}/responses/200/headers/X-A/collectionFormat`);
  });
});

test("a parameter keeps its bounds, its example and its extensions", () => {
  const parameter = {
    name: "q",
    in: "query",
    type: "integer",
    maximum: 9n,
    exclusiveMaximum: true,
    default: 1n,
    "x-example": 2n,
    "x-more": "kept",
  };
  expect(parameterOf(parameter)).toEqual({
    name: "q",
    in: "query",
    schema: { type: "integer", maximum: 9n, exclusiveMaximum: true, default: 1n },
    example: 2n,
    "x-more": "kept",
  });
});

describe("a body", () => {
  const body: Json = {
    name: "thing",
    in: "body",
    required: true,
    description: "A thing.",
    schema: { $ref: "#/definitions/Thing" },
  };
  const expected = {
    required: true,
    description: "A thing.",
    "x-body-name": "thing",
    content: { "application/vnd.shop+json": { schema: { $ref: "#/components/schemas/Thing" } } },
  };
  const consumes = { [`${operation}/consumes`]: ["application/vnd.shop+json"] };

  test("has the media types of its operation, wherever it is described", () => {
    const ref = { $ref: "#/parameters/Body" };
    const places: Readonly<Record<string, Json>>[] = [
      { [`${operation}/parameters/0`]: body },
      { [`${operation}/parameters/0`]: ref, "#/parameters/Body": body },
      { "#/paths/~1things/parameters": [body] },
      { "#/paths/~1things/parameters": [ref], "#/parameters/Body": body },
    ];
    for (const place of places) {
      const document = convert({ ...consumes, ...place });
      expect(own(operationOf(document), "requestBody")).toEqual(expected);
      expect(own(operationOf(document), "parameters") ?? []).toEqual([]);
      expect(own(own(own(document, "paths"), "/things"), "parameters") ?? []).toEqual([]);
    }
  });

  test("of the operation replaces that of its path", () => {
    const other = { name: "other", in: "body", schema: { type: "string" } };
    const put: Json = { operationId: "putThing", responses: { "204": { description: "Done." } } };
    const document = convert({
      ...consumes,
      [`${operation}/parameters/0`]: body,
      "#/paths/~1things/parameters": [other],
      "#/paths/~1things/put": put,
    });
    expect(own(operationOf(document), "requestBody")).toEqual(expected);
  });

  test("beside another, or beside form fields, is refused", async () => {
    const field = { name: "f", in: "formData", type: "string" };
    for (const other of [body, field]) {
      const { pointer } = await refusal(() => convert({ [`${operation}/parameters`]: [body, other] }));
      expect(pointer).toBe(`${operation}/parameters`);
    }
  });

  test("of form fields and files is one of its operation's form types", () => {
    const fields: Json = [
      { $ref: "#/parameters/Field" },
      { name: "file", in: "formData", type: "file", required: true },
      { name: "many", in: "formData", type: "array", items: { type: "string" }, collectionFormat: "multi" },
    ];
    const document = convert({
      "#/parameters/Field": { name: "field", in: "formData", type: "string" },
      [`${operation}/parameters`]: fields,
      [`${operation}/consumes`]: ["multipart/form-data"],
    });
    const properties = {
      field: { type: "string" },
      file: { type: "string", format: "binary" },
      many: { type: "array", items: { type: "string" } },
    };
    expect(own(operationOf(document), "requestBody")).toEqual({
      content: {
        "multipart/form-data": {
          schema: { type: "object", properties, required: ["file"] },
          encoding: { many: { style: "form", explode: true } },
        },
      },
    });
  });
});

describe("an answer", () => {
  test("has the media types of its operation, and the examples of each", () => {
    const document = convert({
      [`${operation}/produces`]: ["application/json", "application/vnd.shop+json"],
      [`${operation}/responses/200/examples`]: { "application/json": { id: 1n } },
      [`${operation}/responses/200/headers`]: { "X-Count": { type: "integer", description: "How many." } },
    });
    const schema = { $ref: "#/components/schemas/Thing" };
    expect(own(own(operationOf(document), "responses"), "200")).toEqual({
      description: "Things.",
      headers: { "X-Count": { description: "How many.", schema: { type: "integer" } } },
      content: { "application/json": { schema, example: { id: 1n } }, "application/vnd.shop+json": { schema } },
    });
  });

  test("that is a file is never JSON", () => {
    const document = convert({ [`${operation}/responses/200/schema`]: { type: "file" } });
    expect(own(own(own(operationOf(document), "responses"), "200"), "content")).toEqual({
      "application/octet-stream": { schema: { type: "string", format: "binary" } },
    });
  });

  test("that is shared is one component", () => {
    const document = convert({
      "#/responses/None": { description: "None.", schema: { $ref: "#/definitions/Thing" } },
      [`${operation}/responses/404`]: { $ref: "#/responses/None" },
    });
    expect(own(own(operationOf(document), "responses"), "404")).toEqual({ $ref: "#/components/responses/None" });
    expect(own(own(own(document, "components"), "responses"), "None")).toHaveProperty(["content", "application/json"]);
  });
});

test("every way to sign in is described, with its flow", () => {
  const scopes = { read: "Read." };
  const [authorizationUrl, tokenUrl] = ["https://shop.example/auth", "https://shop.example/token"];
  const document = convert({
    "#/security": [{ key: [] }],
    "#/securityDefinitions": {
      key: { type: "apiKey", in: "header", name: "X-Key", "x-more": 1n },
      basic: { type: "basic", description: "A pair." },
      implicit: { type: "oauth2", flow: "implicit", authorizationUrl, scopes },
      code: { type: "oauth2", flow: "accessCode", authorizationUrl, tokenUrl, scopes },
      application: { type: "oauth2", flow: "application", tokenUrl, scopes },
      password: { type: "oauth2", flow: "password", tokenUrl, scopes },
    },
  });
  expect(document["security"]).toEqual([{ key: [] }]);
  expect(own(own(document, "components"), "securitySchemes")).toEqual({
    key: { type: "apiKey", in: "header", name: "X-Key", "x-more": 1n },
    basic: { type: "http", scheme: "basic", description: "A pair." },
    implicit: { type: "oauth2", flows: { implicit: { authorizationUrl, scopes } } },
    code: { type: "oauth2", flows: { authorizationCode: { authorizationUrl, tokenUrl, scopes } } },
    application: { type: "oauth2", flows: { clientCredentials: { tokenUrl, scopes } } },
    password: { type: "oauth2", flows: { password: { tokenUrl, scopes } } },
  });
});

test("a discriminator is an object, and null is allowed where an extension says so", () => {
  const document = convert({
    "#/definitions/Thing/discriminator": "kind",
    "#/definitions/Thing/properties/kind": { type: "string", "x-nullable": true, readOnly: true },
  });
  const thing = own(own(own(document, "components"), "schemas"), "Thing");
  expect(own(thing, "discriminator")).toEqual({ propertyName: "kind" });
  expect(own(own(thing, "properties"), "kind")).toEqual({ type: "string", nullable: true, readOnly: true });
});

test.each<[string, Readonly<Record<string, Json>>, string]>([
  ["another version", { "#/swagger": "1.2" }, "#/swagger"],
  ["__proto__ as a name", { "#/definitions/__proto__": { type: "object" } }, "#/definitions/__proto__"],
  [
    "a shared body that nothing uses",
    { "#/parameters/B": { name: "unused-name", in: "body", schema: {} } },
    "#/parameters/B/name",
  ],
])("X06 X20 %s is refused with a pointer: nothing is dropped without a word", async (_, changes, pointer) => {
  expect((await refusal(() => convert(changes))).pointer).toBe(pointer);
});

test("X20 a page and a file of Swagger 2.0 are vendored byte for byte, merged and generated from as OpenAPI 3", async () => {
  const text = (path: string, id: string) =>
    `swagger: "2.0"\ninfo: {title: Shop, version: "1"}\nhost: api.shop.example\nschemes: [https]\npaths:\n  ${path}:\n    get:\n      operationId: ${id}\n      responses: {"204": {description: None.}}\n`;
  const root = folderWith({ "a.md": page("yaml GET /a", text("/a", "getA")), "b.yaml": text("/b", "getB") });
  const { code, errors } = await printed(() => vendor(["acme", join(root, "a.md"), join(root, "b.yaml")], root));
  expect([code, errors]).toEqual([0, ""]);
  expect(readFileSync(join(root, "specs/acme/upstream/a.yaml"), "utf8")).toBe(text("/a", "getA"));
  const { document } = readEffective(root, "acme");
  expect(textOf(document, "openapi")).toMatch(/^3\.0\./);
  expect(document["servers"]).toEqual([{ url: "https://api.shop.example" }]);
  expect(Object.keys(Object(document["paths"]))).toEqual(["/a", "/b"]);
  expect(mergeDocuments([{ name: "a", document }]).document).toBe(document);
});

test("X20 what cannot be converted is refused with file and line, and nothing is written", async () => {
  const text =
    'swagger: "2.0"\ninfo: {title: Shop, version: "1"}\npaths:\n  /a:\n    get:\n      parameters:\n        - {name: q, in: query, type: array, items: {type: string}, collectionFormat: tsv}\n      responses: {"204": {description: None.}}\n';
  const root = folderWith({ "a.yaml": text });
  const { code, errors } = await printed(() => vendor(["acme", join(root, "a.yaml")], root));
  expect(code).toBe(1);
  expect(errors).toMatch(/a\.yaml:7: #\/paths\/~1a\/get\/parameters\/0\/collectionFormat: /);
});
