import * as fc from "fast-check";
import type { Json, JsonObject } from "../pipeline/json.ts";

const schemaNames = ["Item", "Line", "com.acme.Page", "a/b", "Odd Name's", "Tree"];
const petNames = ["Pet", "Cat", "Dog", "AnyPet"];
const prefix = "#/components/schemas/";
const ref = fc.constantFrom(...schemaNames, ...petNames).map((name): Json => ({
  $ref: prefix + name.replaceAll("~", "~0").replaceAll("/", "~1").replaceAll(" ", "%20"),
}));
const names = fc.constantFrom(
  "id",
  "orderId",
  "item_ids",
  "name",
  "quantity",
  "line-items",
  "kind",
  "class",
  "page_size",
  "note",
);

const text = fc.constantFrom<Json>(
  { type: "string" },
  { type: "string", format: "date-time" },
  { type: "string", format: "uuid", example: "no uuid" },
  { type: "string", format: "email" },
  { type: "string", pattern: "^[A-Z]{2}-\\d{3}$", minLength: 6n },
  { type: "string", pattern: "(" },
  { type: "string", minLength: 3n, maxLength: 5n },
  { type: "string", enum: ["a", "b"] },
  { type: "string", example: "fits" },
);
const number = fc.constantFrom<Json>(
  { type: "integer" },
  { type: "integer", format: "int64" },
  { type: "integer", format: "int64", example: 653985747439023617n },
  { type: "integer", format: "int32", minimum: 3n, maximum: 9n },
  { type: "integer", multipleOf: 7n, minimum: 10n },
  { type: "integer", enum: [1n, 2n], format: "int64" },
  { type: "number" },
  { type: "number", minimum: 0n, maximum: 1n, multipleOf: 0.25 },
  { type: "boolean" },
);

/** Schemas of OpenAPI 3.0 or 3.1, with what vendors write into them. */
function schemas(isOld: boolean): fc.Arbitrary<Json> {
  const exclusive: Json = isOld
    ? { type: "number", minimum: 0n, exclusiveMinimum: true }
    : { type: "number", exclusiveMinimum: 0n };
  const nullable: Json = isOld ? { type: "string", nullable: true } : { type: ["string", "null"] };
  const newer: Json[] = isOld
    ? [{ nullable: true, allOf: [{ $ref: `${prefix}Item` }] }]
    : [
        { const: "fixed" },
        { type: ["integer", "string"], examples: [1n, "a"] },
        { anyOf: [{ type: "string" }, { type: "null" }] },
      ];
  const leaf = fc.oneof(text, number, ref, fc.constantFrom<Json>(exclusive, nullable, {}, ...newer));
  return fc.letrec<{ schema: Json }>((tie) => ({
    schema: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      { arbitrary: leaf, weight: 4 },
      {
        arbitrary: fc
          .record({ items: tie("schema"), minItems: fc.constantFrom(0n, 2n), uniqueItems: fc.boolean() })
          .map((list): Json => Object.assign({ type: "array" }, list)),
        weight: 1,
      },
      { arbitrary: objects(tie("schema")), weight: 2 },
      {
        arbitrary: fc
          .tuple(
            fc.constantFrom("allOf", "anyOf", "oneOf"),
            fc.array(fc.oneof(ref, objects(tie("schema"))), { minLength: 1, maxLength: 3 }),
          )
          .map(([key, parts]): Json => ({ [key]: parts })),
        weight: 1,
      },
    ),
  })).schema;
}

function objects(member: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc
    .record({
      properties: fc.dictionary(names, member, { maxKeys: 4 }),
      isRequired: fc.boolean(),
      additionalProperties: fc.constantFrom<Json | undefined>(undefined, false, true, { type: "integer" }),
    })
    .map(({ properties, isRequired, additionalProperties }) => {
      const required = isRequired ? Object.keys(properties).slice(0, 2) : [];
      const listed = required.length === 0 ? undefined : required;
      return defined({ type: "object", properties, required: listed, additionalProperties });
    });
}

/** Schemas that are told apart by a discriminator, with or without the mapping and the constants that make it plain. */
const pets: fc.Arbitrary<JsonObject> = fc
  .record({
    isMapped: fc.boolean(),
    isListed: fc.boolean(),
    isHeir: fc.boolean(),
    key: fc.constantFrom("oneOf", "anyOf"),
  })
  .map(({ isMapped, isListed, isHeir, key }) => {
    const mapping = isMapped ? { mapping: { cat: `${prefix}Cat`, dog: "Dog" } } : {};
    const discriminator = { propertyName: "kind", ...mapping };
    const pet = (name: string, members: JsonObject): Json => {
      const listed = isListed ? { enum: [isMapped ? name.toLowerCase() : name] } : {};
      const own: Json = {
        type: "object",
        required: ["kind"],
        properties: { kind: { type: "string", ...listed }, ...members },
      };
      return isHeir ? { allOf: [{ $ref: `${prefix}Pet` }, own] } : own;
    };
    return {
      Pet: {
        type: "object",
        required: ["kind"],
        properties: { kind: { type: "string" } },
        ...(isHeir ? { discriminator } : {}),
      },
      Cat: pet("Cat", { lives: { type: "integer" } }),
      Dog: pet("Dog", { owner: { $ref: `${prefix}Pet` } }),
      AnyPet: { [key]: [{ $ref: `${prefix}Cat` }, { $ref: `${prefix}Dog` }], ...(isHeir ? {} : { discriminator }) },
    };
  });

function parameters(schema: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc
    .record({
      name: fc.constantFrom(
        "id",
        "page-size",
        "page_size",
        "filter[name]",
        "ids[]",
        "X-Trace",
        "Authorization",
        "q",
        "class",
        "it's",
      ),
      in: fc.constantFrom("query", "query", "header", "cookie"),
      required: fc.constantFrom(true, false, false),
      schema: fc.oneof({ arbitrary: schema, weight: 1 }, { arbitrary: fc.oneof(text, number), weight: 3 }),
      style: fc.constantFrom(undefined, undefined, undefined, undefined, "form", "deepObject", "pipeDelimited"),
      explode: fc.constantFrom<boolean | undefined>(undefined, undefined, false),
      example: fc.constantFrom<Json | undefined>(undefined, undefined, "x", 1n),
    })
    .map(defined);
}

/** Without the members that are undefined. */
function defined(object: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}

function contents(schema: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> {
  const media = fc.constantFrom(
    "application/json",
    "application/json",
    "application/json",
    "*/*",
    "application/vnd.acme+json",
    "text/csv",
  );
  const example = fc.constantFrom<Json | undefined>(undefined, undefined, { a: 1n }, "text", []);
  return fc.tuple(media, schema, example, fc.boolean()).map(([name, body, value, isNamed]) => ({
    [name]: defined({
      schema: body,
      ...(isNamed ? { examples: value === undefined ? undefined : { "An Example": { value } } } : { example: value }),
    }),
  }));
}

function operations(schema: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> {
  const answer = fc.oneof(
    { arbitrary: contents(schema).map((content): Json => ({ description: "An answer.", content })), weight: 4 },
    { arbitrary: fc.constant<Json>({ description: "Nothing." }), weight: 1 },
    { arbitrary: fc.constant<Json>({ $ref: "#/components/responses/Problem" }), weight: 2 },
  );
  return fc
    .record({
      operationId: fc.constantFrom<Json | undefined>(undefined, "list", "get-thing", "getThing", "delete", "ä", "then"),
      parameters: fc.array(parameters(schema), { maxLength: 3 }),
      requestBody: fc.option(
        fc.tuple(contents(schema), fc.boolean()).map(([content, required]): Json => ({ content, required })),
        { nil: undefined, freq: 3 },
      ),
      responses: fc
        .dictionary(fc.constantFrom("200", "201", "204", "400", "404", "429", "default", "302", "4XX"), answer, {
          minKeys: 1,
          maxKeys: 4,
        })
        .map((found): Json => Object.assign({ "200": { description: "Fine." } }, found)),
      security: fc.constantFrom<Json | undefined>(
        undefined,
        undefined,
        [],
        [{ key: [] }],
        [{ basic: [] }, {}],
        [{ query: [] }],
      ),
    })
    .map(defined);
}

/** Documents as vendors write them: valid OpenAPI, of which a strict generator refuses a good part. */
export function documents(isOld: boolean): fc.Arbitrary<JsonObject> {
  const schema = schemas(isOld);
  const methods = fc.dictionary(fc.constantFrom("get", "post", "put", "delete"), operations(schema), {
    minKeys: 1,
    maxKeys: 2,
  });
  const paths = fc.dictionary(
    fc.constantFrom("/things", "/things/{id}", "/v1/orders/{orderId}/it's", "/a.b/{x}[y]"),
    methods,
    {
      minKeys: 1,
      maxKeys: 3,
    },
  );
  return fc
    .record({ paths, pets, members: fc.tuple(...schemaNames.map(() => schema)), secured: fc.boolean() })
    .map(({ paths, pets, members, secured }): JsonObject => ({
      openapi: isOld ? "3.0.3" : "3.1.0",
      info: { title: "Acme", version: "1" },
      servers: [{ url: "https://api.acme.example/v1" }],
      security: secured ? [{ key: [] }, { oauth: ["read"] }] : [],
      paths,
      components: {
        responses: {
          Problem: {
            description: "A problem.",
            content: { "application/problem+json": { schema: { $ref: `${prefix}Item` } } },
          },
        },
        schemas: Object.assign(
          Object.fromEntries(schemaNames.map((name, index) => [name, members[index] ?? {}])),
          pets,
        ),
        securitySchemes: {
          key: { type: "apiKey", in: "header", name: "X-Key" },
          query: { type: "apiKey", in: "query", name: "key" },
          basic: { type: "http", scheme: "basic" },
          oauth: {
            type: "oauth2",
            flows: { clientCredentials: { tokenUrl: "https://acme.example/token", scopes: { read: "Read." } } },
          },
        },
      },
    }));
}
