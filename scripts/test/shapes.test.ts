import { expect, test } from "vitest";
import { own } from "../pipeline/json.ts";
import type { Json } from "../pipeline/json.ts";
import { bodyShapesOf, shapesOf } from "../pipeline/emit/shapes.ts";
import { refusal, smallDocument } from "./support.ts";

const schemas = "#/components/schemas";

/** The shape of a schema that stands in a document together with the others. */
function shapeOf(schema: Json, others: Readonly<Record<string, Json>> = {}, read = shapesOf) {
  const all = Object.entries({ ...others, Root: schema }).map(
    ([name, value]) => [`${schemas}/${name}`, value] as const,
  );
  const document = smallDocument(Object.fromEntries(all));
  const root = own(own(own(document, "components"), "schemas"), "Root") ?? null;
  const { shapes, named } = read(document, [[root]]);
  return { shape: plain(shapes[0]), named: plain(named) };
}

const exact: Json = { type: "number", "x-inv-type": "decimal" };

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

test.each<[string, Json, unknown]>([
  ["an id in either form", { type: ["integer", "string"], "x-inv-type": "id" }, { leaf: "id" }],
  ["an id as number only", { type: "integer", "x-inv-type": "id" }, { leaf: "id", from: "number" }],
  ["a decimal as text", { type: ["string", "null"], "x-inv-type": "decimal" }, { leaf: "decimal", from: "string" }],
  ["an exact whole number", { type: "integer", "x-inv-type": "decimal" }, { leaf: "int64", from: "number" }],
  ["an ordinary integer", { type: ["integer", "null"] }, { leaf: "integer", from: "number" }],
  ["an integer of 32 bits", { type: ["integer", "null"], format: "int32" }, { leaf: "int32", from: "number" }],
  ["an id of 32 bits", { type: "integer", format: "int32", "x-inv-type": "id" }, { leaf: "id", from: "number" }],
  [
    "an integer of 32 bits or of any size",
    { anyOf: [{ type: "integer", format: "int32" }, { type: "integer" }] },
    { leaf: "integer", from: "number" },
  ],
  [
    "an integer of any size or of 32 bits",
    { anyOf: [{ type: "integer" }, { type: "integer", format: "int32" }] },
    { leaf: "integer", from: "number" },
  ],
  [
    "an integer of 32 bits or any number",
    { anyOf: [{ type: "integer", format: "int32" }, { type: "number" }] },
    undefined,
  ],
  ["a plain number", { type: "number" }, undefined],
  ["text", { type: "string" }, undefined],
  ["a list", { type: "array", items: { type: "integer" } }, { items: { leaf: "integer", from: "number" } }],
  [
    "a map",
    { type: "object", additionalProperties: { type: "integer" } },
    { values: { leaf: "integer", from: "number" } },
  ],
  ["an object with nothing exact", { type: "object", properties: { a: { type: "string" } } }, undefined],
  [
    "an object of which one member is exact",
    { type: "object", properties: { a: { type: "string" }, b: { type: "integer" } } },
    { properties: { b: { leaf: "integer", from: "number" } } },
  ],
  [
    "a decimal or the word unlimited",
    { oneOf: [{ const: "unlimited" }, { type: "number", "x-inv-type": "decimal" }] },
    { leaf: "decimal" },
  ],
  [
    "an exact whole number or any exact number",
    {
      anyOf: [
        { type: "integer", "x-inv-type": "decimal" },
        { type: "number", "x-inv-type": "decimal" },
      ],
    },
    { leaf: "decimal", from: "number" },
  ],
  ["an integer or any number", { anyOf: [{ type: "integer" }, { type: "number" }] }, undefined],
  [
    "a list or one of its elements",
    { anyOf: [{ type: "array", items: { $ref: `${schemas}/Id` } }, { $ref: `${schemas}/Id` }] },
    { leaf: "id", from: "string", items: { leaf: "id", from: "string" } },
  ],
  [
    "the members of all branches",
    {
      allOf: [
        { properties: { a: { type: "integer" } } },
        { oneOf: [{ properties: { b: { type: "integer" } } }, { properties: { a: {} } }] },
      ],
    },
    { properties: { a: { leaf: "integer", from: "number" }, b: { leaf: "integer", from: "number" } } },
  ],
])("reads %s", (_, schema, shape) => {
  expect(shapeOf(schema, { Id: { type: "string", "x-inv-type": "id" } }).shape).toEqual(shape);
});

test.each<[string, Json, unknown]>([
  ["an exact number", { type: "number", "x-inv-type": "decimal" }, { leaf: "decimal", from: "number" }],
  ["an exact whole number", { type: ["integer", "null"], "x-inv-type": "id" }, { leaf: "id", from: "number" }],
  ["a number or text", { type: ["number", "string"], "x-inv-type": "decimal" }, undefined],
  ["a number in one branch, any text in another", { oneOf: [exact, { type: "string" }] }, undefined],
  ["text", { type: "string", "x-inv-type": "decimal" }, undefined],
  ["an ordinary number", { type: "integer" }, undefined],
  [
    "a number or one of two words",
    { oneOf: [exact, { const: "unlimited" }, { type: ["string", "null"], enum: ["none", null] }] },
    { leaf: "decimal", words: ["unlimited", "none"] },
  ],
  [
    "an object of which some members are exact numbers",
    {
      allOf: [
        { properties: { a: { type: "integer" }, b: { type: "string", "x-inv-type": "id" } } },
        { properties: { c: { type: "array", items: { $ref: `${schemas}/Exact` } } } },
      ],
    },
    { properties: { c: { items: { leaf: "decimal", from: "number" } } } },
  ],
])(
  "of a body only what a caller gives as text and the provider reads as a number is of interest: %s",
  (_, schema, shape) => {
    expect(shapeOf(schema, { Exact: exact }, bodyShapesOf).shape).toEqual(shape);
  },
);

test("writes a schema that contains itself once, under its name", () => {
  const tree = {
    type: "object",
    properties: {
      id: { type: "string", "x-inv-type": "id" },
      children: { type: "array", items: { $ref: `${schemas}/Tree` } },
    },
  };
  expect(shapeOf({ type: "object", properties: { tree: { $ref: `${schemas}/Tree` } } }, { Tree: tree })).toEqual({
    shape: { properties: { tree: { ref: "Tree" } } },
    named: { Tree: { properties: { id: { leaf: "id", from: "string" }, children: { items: { ref: "Tree" } } } } },
  });
});

test("a schema that contains itself by way of a union keeps what both branches say", () => {
  const list = { type: "object", properties: { next: { anyOf: [{ $ref: `${schemas}/List` }, { type: "integer" }] } } };
  expect(shapeOf({ $ref: `${schemas}/List` }, { List: list })).toEqual({
    shape: { properties: { next: { ref: "List" } } },
    named: {
      List: {
        leaf: "integer",
        from: "number",
        properties: { next: { ref: "List" } },
      },
    },
  });
});

test("refuses a value that is exact in two ways, with the pointer", async () => {
  const schema = {
    oneOf: [
      { type: "string", "x-inv-type": "id" },
      { type: "string", "x-inv-type": "decimal" },
    ],
  };
  const { kind, pointer } = await refusal(() => shapeOf(schema));
  expect({ kind, pointer }).toEqual({ kind: "shape", pointer: `${schemas}/Root/oneOf/1` });
});

test("refuses a value that is exact in one branch and a plain number in another", async () => {
  const schema = { oneOf: [{ type: "number", "x-inv-type": "decimal" }, { type: "number" }] };
  expect((await refusal(() => shapeOf(schema))).kind).toBe("shape");
});

test("writes a large schema that several answers share once, whichever comes first", () => {
  const properties = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`n${index}`, { type: "integer" }]));
  const document = smallDocument({ [`${schemas}/Large`]: { type: "object", properties } });
  const large = { $ref: `${schemas}/Large` };
  const { shapes, named } = shapesOf(document, [[large], [{ type: "array", items: large }], [{ type: "string" }]]);
  expect(plain(shapes)).toEqual([{ ref: "Large" }, { items: { ref: "Large" } }, null]);
  expect(Object.keys(named ?? {})).toEqual(["Large"]);
});
