import { SpecError } from "./error.ts";
import { child, entriesOf, isObject, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { deref } from "./references.ts";
import { walk } from "./walk.ts";

// Beside a $ref these would say something about the type, and there is one type for all that refer to the target.
export const besideReference =
  "type format enum const nullable properties patternProperties additionalProperties required items prefixItems allOf anyOf oneOf discriminator".split(
    " ",
  );

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
    checkBesideReference(node, refuse);
    if (own(node, "$id") !== undefined)
      refuse("$id", "changes what the references below it mean; remove it in the overlay.");
    if (own(node, "format") === "int64" && own(node, "x-inv-type") === undefined)
      throw new SpecError(
        "number",
        pointer,
        "an int64 does not fit a JavaScript number; add `x-inv-type: id` or `x-inv-type: decimal` in the overlay.",
      );
  }
  checkTargets(document);
}

/** Every reference of a schema has to lead to a schema, and no schema may be composed of itself: it would have no type. */
function checkTargets(document: JsonObject): void {
  const pointers = new Map<JsonObject, string>();
  for (const { node, pointer, kind } of walk(document)) if (kind === "schema") pointers.set(node, pointer);
  const parts = (node: JsonObject, pointer: string): JsonObject[] => {
    if (typeof own(node, "$ref") === "string") {
      const target = deref(document, node, pointer).node;
      if (pointers.has(target)) return [target];
      throw new SpecError("dangling-ref", child(pointer, "$ref"), "leads to something that is no schema; correct it.");
    }
    return ["allOf", "anyOf", "oneOf"].flatMap((key) => [own(node, key) ?? []].flat()).filter(isObject);
  };
  const done = new Set<JsonObject>();
  const above = new Set<JsonObject>();
  for (const start of pointers.keys()) {
    // Twice on the list: before its parts, and after them. A chain may be longer than the call stack is deep.
    const waiting = [start];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (above.delete(node)) done.add(node);
      if (done.has(node)) continue;
      above.add(node);
      const pointer = pointers.get(node) ?? "#";
      const inner = parts(node, pointer);
      if (inner.some((part) => above.has(part)))
        throw new SpecError(
          "structure",
          pointer,
          "this schema is composed of itself, through $ref, allOf, anyOf or oneOf; take one of these out.",
        );
      waiting.push(node, ...inner);
    }
  }
}

function checkBesideReference(node: JsonObject, refuse: (key: string, message: string) => void): void {
  if (own(node, "$ref") === undefined) return;
  const key = besideReference.find((name) => own(node, name) !== undefined);
  if (key !== undefined)
    refuse(key, "is not read beside a $ref; put the reference and a schema with the rest into an allOf.");
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
