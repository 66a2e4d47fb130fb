import { expect, test } from "vitest";
import type { Json } from "../pipeline/json.ts";
import { generated, smallDocument } from "./support.ts";

type Members = Readonly<Record<string, Json>>;

/** The type of a schema, on one line. */
async function typeOf(schema: Json): Promise<string> {
  const files = await generated(smallDocument({ "#/components/schemas/Thing": schema }));
  const [, type = ""] = /schemas: \{\s+Thing: (.*?;)\s+\};\s+responses/s.exec(files.get("schema.ts") ?? "") ?? [];
  return type.replaceAll(/\s+/g, " ");
}

const text = { type: "string" };
const number = { type: "number" };

test.each<[string, Members, string]>([
  ["of another type", { properties: { name: text }, additionalProperties: number }, "number | string"],
  [
    "of the same type",
    { properties: { name: { ...text, description: "A name." } }, additionalProperties: text },
    "string",
  ],
  ["of any type", { properties: { name: text }, additionalProperties: {} }, "unknown"],
  ["beside one of any type", { properties: { name: {} }, additionalProperties: number }, "unknown"],
  ["by pattern", { properties: { name: text }, patternProperties: { "^x-": number } }, "(number | string) | number"],
  [
    "by pattern and others",
    { properties: { name: text }, patternProperties: { "^x-": number }, additionalProperties: { type: "boolean" } },
    "(boolean | number | string) | number",
  ],
])("further members %s leave a type that a value can have", async (_, members, index) => {
  const type = await typeOf({ type: "object", ...members });
  expect(type.slice(type.indexOf("& {"))).toBe(`& { [key: string]: ${index}; };`);
});
