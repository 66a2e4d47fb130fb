import { SpecError } from "./error.ts";
import { child, entriesOf, isObject, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { walk } from "./walk.ts";

const types = new Set<Json>(["string", "number", "integer", "boolean", "object", "array", "null"]);

/** The JSON types that a schema names itself, without `null`; empty when it names none. */
export function typesOf(schema: JsonObject): string[] {
  return [own(schema, "type") ?? []]
    .flat()
    .filter((type): type is string => typeof type === "string" && type !== "null");
}

export function isNullable(schema: JsonObject): boolean {
  return [own(schema, "type") ?? []].flat().includes("null") || own(schema, "nullable") === true;
}

/** Checks what the generators rely on in every schema of the document, used or not. */
export function checkSchemas(document: JsonObject): void {
  for (const { node, pointer, kind } of walk(document)) {
    if (kind !== "schema") continue;
    const refuse = (key: string, message: string) => {
      throw new SpecError("structure", child(pointer, key), message);
    };
    const type = own(node, "type");
    if (type !== undefined && ![type].flat().every((name) => types.has(name)))
      refuse("type", "has to be one or several of string, number, integer, boolean, object, array, null.");
    for (const key of ["properties", "patternProperties"])
      if (own(node, key) !== undefined && !isObject(own(node, key) ?? null)) refuse(key, "has to be an object.");
    for (const key of ["allOf", "anyOf", "oneOf", "prefixItems", "required", "enum"])
      if (own(node, key) !== undefined && !Array.isArray(own(node, key))) refuse(key, "has to be a list.");
    for (const key of ["allOf", "anyOf", "oneOf", "prefixItems"]) checkList(node, key, refuse);
    for (const [name, member] of entriesOf(node, "properties"))
      if (!isObject(member) && typeof member !== "boolean")
        refuse("properties", `${JSON.stringify(name)} has to be a schema.`);
    checkRequired(node, refuse);
    checkEnum(node, refuse);
    if (own(node, "format") === "int64" && own(node, "x-inv-type") === undefined)
      throw new SpecError(
        "number",
        pointer,
        "an int64 does not fit a JavaScript number; add `x-inv-type: id` or `x-inv-type: decimal` in the overlay.",
      );
  }
}

function checkList(node: JsonObject, key: string, refuse: (key: string, message: string) => void): void {
  const branches = own(node, key);
  if (Array.isArray(branches) && !branches.every((branch) => isObject(branch)))
    refuse(key, "every entry has to be a schema.");
}

function checkRequired(node: JsonObject, refuse: (key: string, message: string) => void): void {
  const required = own(node, "required");
  if (Array.isArray(required) && !required.every((name) => typeof name === "string"))
    refuse("required", "every entry has to be the name of a property.");
}

function checkEnum(node: JsonObject, refuse: (key: string, message: string) => void): void {
  const values = own(node, "enum");
  if (Array.isArray(values) && values.length === 0) refuse("enum", "is empty; list the values or remove it.");
  const scalar = [...(Array.isArray(values) ? values : []), own(node, "const") ?? null];
  for (const value of scalar) {
    if (typeof value === "object" && value !== null)
      refuse(Array.isArray(values) ? "enum" : "const", "only text, numbers, booleans and null are supported.");
    if (typeof value === "bigint" && !Number.isSafeInteger(Number(value)))
      refuse(Array.isArray(values) ? "enum" : "const", `${value} does not fit a JavaScript number; type it as string.`);
  }
}
