import { expect, test } from "vitest";
import type { Json } from "../pipeline/json.ts";
import { generated, refusal, smallDocument } from "./support.ts";

const schemas = "#/components/schemas";

/** A document with one operation that sends a body of this schema. */
function sending(schema: Json, more: Readonly<Record<string, Json>> = {}, required = true) {
  const operation: Json = {
    operationId: "addThing",
    requestBody: { required, content: { "application/json": { schema } } },
    responses: { "204": { description: "Done." } },
  };
  return smallDocument({ "#/paths/~1things": { post: operation }, ...more });
}

async function factsOf(schema: Json, more?: Readonly<Record<string, Json>>, required?: boolean): Promise<string> {
  return (await generated(sending(schema, more, required))).get("facts.ts") ?? "";
}

const move: Json = {
  type: "object",
  properties: {
    item: { type: "integer", format: "int64", "x-inv-type": "id" },
    count: { type: "integer" },
    text: { type: "string", "x-inv-type": "decimal" },
    lines: { type: "array", items: { $ref: `${schemas}/Line` } },
  },
};
const line: Json = { type: "object", additionalProperties: { type: ["number", "null"], "x-inv-type": "decimal" } };

test("the facts say where a body has only a number for what a caller gives as text, and name who writes it", async () => {
  expect(await factsOf(move, { [`${schemas}/Line`]: line })).toBe(`
import { writeExact } from "@inv/transport";
import type { Facts } from "@inv/transport";

/** What the transport has to know of each operation. */
export const facts: Facts = {
  operations: { "GET /things/{id}": { operation: "getThing" }, "POST /things": { operation: "addThing", empty: true } },
  bodies: {
    write: writeExact,
    operations: {
      "POST /things": {
        properties: {
          item: { leaf: "id", from: "number" },
          lines: { items: { values: { leaf: "decimal", from: "number" } } },
        },
      },
    },
  },
};
`);
});

test("a body that is one field as a whole has the same facts", async () => {
  const more = { [`${schemas}/Line`]: line };
  expect(await factsOf(move, more, false)).toBe(await factsOf(move, more));
});

test("a body that contains itself is written once", async () => {
  const tree: Json = {
    allOf: [line, { properties: { parts: { type: "array", items: { $ref: `${schemas}/Tree` } } } }],
  };
  const facts = await factsOf({ $ref: `${schemas}/Tree` }, { [`${schemas}/Tree`]: tree });
  expect(facts).toContain('operations: { "POST /things": { ref: "Tree" } },');
  expect(facts).toContain('Tree: { properties: { parts: { items: { ref: "Tree" } } }, values: {');
});

test("where no body has such a place, nothing is said and nothing imported", async () => {
  const facts = await factsOf({ type: "object", properties: { count: { type: "integer" }, id: { type: "string" } } });
  expect(facts).not.toContain("bodies");
  expect(facts).not.toContain("writeExact");
});

test("a number that is exact in one branch of a body and plain in another is refused, with the pointer", async () => {
  const schema: Json = { oneOf: [{ type: "number", "x-inv-type": "decimal" }, { type: "number" }] };
  const { kind, pointer } = await refusal(() => generated(sending(schema)));
  expect([kind, pointer]).toEqual([
    "shape",
    "#/paths/~1things/post/requestBody/content/application~1json/schema/oneOf/1",
  ]);
});
