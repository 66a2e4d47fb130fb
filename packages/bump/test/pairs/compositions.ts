import { create, drop, fresh, item, list, media, pair, put } from "../pair.js";
import type { Edit, Pair } from "../pair.js";

const sku = `${fresh}/sku`;
const both = (first: object, second: object) => [put(sku, { type: "string", allOf: [first, second] })];
const union = (...branches: object[]) => [put(sku, { anyOf: branches })];
const reference = { $ref: "#/components/schemas/Code" };
const code = (schema: object): Edit => put("/components/schemas/Code", { type: "string", ...schema });

/** A keyword that no type says, on a property of a body. */
function keyword(key: string, before: unknown, after: unknown, type: object = {}): Pair {
  return pair(
    "not understood",
    "major",
    `${key} changes`,
    [put(`${sku}/${key}`, after)],
    [put(sku, { ...type, [key]: before })],
  );
}

export const compositions: readonly Pair[] = [
  pair(
    "constraint-set",
    "major",
    "the tighter of two maxLength in an allOf falls",
    [put(`${sku}/allOf/0/maxLength`, 3)],
    both({ maxLength: 5 }, { maxLength: 10 }),
  ),
  pair(
    "constraint-set",
    "minor",
    "the tighter of two maxLength in an allOf rises",
    [put(`${sku}/allOf/0/maxLength`, 7)],
    both({ maxLength: 5 }, { maxLength: 10 }),
  ),
  pair(
    "constraint-set",
    "none",
    "the looser of two maxLength in an allOf falls",
    [put(`${sku}/allOf/1/maxLength`, 7)],
    both({ maxLength: 5 }, { maxLength: 10 }),
  ),
  pair(
    "constraint-set",
    "major",
    "a tighter minLength comes beside an allOf",
    [put(`${sku}/minLength`, 4)],
    both({ minLength: 2 }, {}),
  ),
  pair(
    "constraint-set",
    "major",
    "one of two patterns in an allOf changes",
    [put(`${sku}/allOf/0/pattern`, "^B")],
    both({ pattern: "^A" }, { pattern: "Z$" }),
  ),
  pair(
    "invisible-to-types",
    "major",
    "one of two formats in an allOf changes",
    [put(`${sku}/allOf/0/format`, "uri")],
    both({ format: "email" }, { format: "idn-email" }),
  ),
  pair(
    "constraint-set",
    "major",
    "a property that two parts of an allOf name gets tighter in one",
    [put(`${create}/requestBody/${media}/schema/allOf/0/properties/sku/maxLength`, 3)],
    [
      put(`${create}/requestBody/${media}/schema`, {
        allOf: [
          { type: "object", properties: { sku: { type: "string", maxLength: 5 } } },
          { type: "object", properties: { sku: { type: "string", maxLength: 9 } } },
        ],
      }),
    ],
  ),
  pair(
    "constraint-set",
    "major",
    "a bound beside a reference gets tighter where the reference stands elsewhere too",
    [put(`${sku}/maxLength`, 3)],
    [code({}), put(`${fresh}/code`, reference), put(sku, { ...reference, maxLength: 5 })],
  ),
  pair(
    "constraint-set",
    "major",
    "a bound beside an allOf of one gets tighter where its reference stands elsewhere too",
    [put(`${sku}/maxLength`, 3)],
    [code({}), put(`${fresh}/code`, reference), put(sku, { allOf: [reference], maxLength: 5 })],
  ),
  pair(
    "required",
    "major",
    "a field that no type of the same schema has becomes required",
    [put(`${create}/requestBody/${media}/schema/required`, ["code"])],
    [
      put("/components/schemas/Coded", { allOf: [{ $ref: "#/components/schemas/HasCode" }] }),
      put("/components/schemas/HasCode", { type: "object", properties: { code: { type: "string" } } }),
      put(`${create}/requestBody/${media}/schema`, { allOf: [{ $ref: "#/components/schemas/Coded" }] }),
    ],
  ),
  pair(
    "not understood",
    "major",
    "what may be null beside a reference",
    [put(`${item}/name/type`, ["string", "null"])],
    [code({}), put(`${item}/name`, { ...reference, type: "string" })],
  ),
  pair(
    "constraint-set",
    "major",
    "a branch of an anyOf gets tighter",
    [put(`${sku}/anyOf/0/maxLength`, 3)],
    union({ type: "string", maxLength: 5 }, { type: "number" }),
  ),
  pair(
    "constraint-set",
    "major",
    "a branch of an anyOf gets tighter and changes places",
    [put(`${sku}/anyOf`, [{ type: "number" }, { type: "string", maxLength: 3 }])],
    union({ type: "string", maxLength: 5 }, { type: "number" }),
  ),
  pair(
    "constraint-set",
    "minor",
    "a branch of an anyOf gets looser behind one that comes",
    [put(`${sku}/anyOf`, [{ type: "boolean" }, { type: "string", maxLength: 9 }, { type: "number" }])],
    union({ type: "string", maxLength: 5 }, { type: "number" }),
  ),
  pair(
    "not understood",
    "major",
    "a branch goes whose type another one has",
    [drop(`${sku}/anyOf/1`)],
    union({ type: "string", format: "email" }, { type: "string", format: "uri" }, { type: "number" }),
  ),
  pair(
    "not understood",
    "major",
    "a branch of a response comes whose type another one has",
    [put(`${item}/name/anyOf/-`, { type: "string", format: "uri" })],
    [put(`${item}/name`, { anyOf: [{ type: "string", format: "email" }, { type: "number" }] })],
  ),
  pair(
    "not understood",
    "major",
    "an anyOf of a request becomes a oneOf",
    [put(sku, { oneOf: [{ type: "string" }, { type: "number" }] })],
    union({ type: "string" }, { type: "number" }),
  ),
  pair(
    "composition-in-responses",
    "none",
    "an anyOf of a response becomes a oneOf",
    [put(`${item}/name`, { oneOf: [{ type: "string" }, { type: "number" }] })],
    [put(`${item}/name`, { anyOf: [{ type: "string" }, { type: "number" }] })],
  ),
  pair(
    "constraint-set",
    "major",
    "values of further properties get tighter",
    [put(`${sku}/additionalProperties/maxLength`, 3)],
    [put(sku, { type: "object", additionalProperties: { type: "string", maxLength: 5 } })],
  ),
  pair(
    "not understood",
    "major",
    "items of a list become none",
    [put(`${fresh}/labels/items`, false)],
    [put(`${fresh}/labels/items`, {})],
  ),
  keyword("not", { const: "A" }, { const: "B" }),
  keyword("patternProperties", { "^a": { type: "string" } }, { "^b": { type: "string" } }, { type: "object" }),
  keyword("propertyNames", { maxLength: 9 }, { maxLength: 3 }, { type: "object" }),
  keyword("dependentRequired", { a: ["b"] }, { a: ["b", "c"] }, { type: "object" }),
  keyword("dependentSchemas", { a: { required: ["b"] } }, { a: { required: ["c"] } }, { type: "object" }),
  keyword("if", { const: "A" }, { const: "B" }),
  keyword("then", { minLength: 1 }, { minLength: 2 }),
  keyword("else", { minLength: 1 }, { minLength: 2 }),
  keyword("unevaluatedProperties", true, false, { type: "object" }),
  keyword("contains", { const: 1 }, { const: 2 }, { type: "array" }),
  keyword("contentEncoding", "base64", "base64url", { type: "string" }),
  pair("constraint-set", "major", "a request minContains comes", [put(`${fresh}/labels/minContains`, 2)]),
  pair(
    "not understood",
    "major",
    "what a not refers to gets looser",
    [put("/components/schemas/Code/maxLength", 9)],
    [code({ maxLength: 5 }), put(`${sku}/not`, reference)],
  ),
  pair(
    "not understood",
    "major",
    "a constant is another object",
    [put(`${sku}/const`, { a: 2 })],
    [put(sku, { const: { a: 1 } })],
  ),
  pair(
    "enum",
    "major",
    "an enum loses a value that only one part of an allOf had refused",
    [put(`${list}/parameters/1/schema/allOf/0/enum`, ["good"])],
    [
      put(`${list}/parameters/1/schema`, {
        allOf: [{ enum: ["good", "service"] }, { enum: ["good", "service", "card"] }],
      }),
    ],
  ),
];
