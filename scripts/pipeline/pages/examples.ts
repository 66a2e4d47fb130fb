import { child, isObject, listOf, own, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { deref } from "../references.ts";
import { methods } from "../walk.ts";

/** Where an example and a schema disagree; the pointer is into the example. */
export interface Mismatch {
  readonly pointer: string;
  readonly message: string;
}

/** The schema that an example fits best, and what is wrong with it there. */
export interface Fit {
  /** The request or answer, `GET /items 200`. */
  readonly where: string;
  readonly mismatches: readonly Mismatch[];
}

/**
 * Holds an example against every JSON body of a document, requests and answers, and returns the nearest. Types, required
 * members, constants, enums and members that no schema names are looked at; bounds, patterns and formats are not.
 */
export function fitExample(document: JsonObject, example: Json): Fit | undefined {
  let best: Fit | undefined;
  for (const { where, schema, pointer } of bodiesOf(document)) {
    const mismatches = compare(document, schema, pointer, example, "#");
    if (best === undefined || mismatches.length < best.mismatches.length) best = { where, mismatches };
  }
  return best;
}

function* bodiesOf(document: JsonObject): Generator<{ where: string; schema: Json; pointer: string }> {
  for (const [path, item] of Object.entries(own(document, "paths") ?? {}))
    for (const method of methods) {
      const operation = own(item, method);
      if (operation === undefined) continue;
      const name = `${method.toUpperCase()} ${path}`;
      const at = child(child("#/paths", path), method);
      const bodies: [string, Json | undefined][] = [
        ["request", own(operation, "requestBody")],
        ...Object.entries(own(operation, "responses") ?? {}),
      ];
      for (const [part, raw] of bodies) {
        if (raw === undefined) continue;
        const body = deref(document, raw, child(at, part));
        for (const [media, content] of Object.entries(own(body.node, "content") ?? {})) {
          const schema = own(content, "schema");
          if (/json/i.test(media) && schema !== undefined)
            yield { where: `${name} ${part}`, schema, pointer: child(body.pointer, media) };
        }
      }
    }
}

function compare(
  document: JsonObject,
  raw: Json,
  pointer: string,
  value: Json,
  at: string,
  isWhole = true,
): Mismatch[] {
  if (!isObject(raw)) return raw === false ? [{ pointer: at, message: "nothing is allowed here" }] : [];
  const { node: schema, pointer: place } = deref(document, raw, pointer);
  const found: Mismatch[] = [];
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => isOfType(value, type)))
    return [{ pointer: at, message: `is ${nameOfType(value)}, and the document has ${types.join(" or ")}` }];
  const values = own(schema, "const") === undefined ? listOf(schema, "enum") : [own(schema, "const") ?? null];
  if (values.length > 0 && !values.some((each) => text(each) === text(value)))
    found.push({ pointer: at, message: `${text(value)} is none of ${values.map(text).join(", ")}` });
  if (isObject(value)) {
    for (const name of listOf(schema, "required"))
      if (typeof name === "string" && own(value, name) === undefined)
        found.push({ pointer: at, message: `has no ${JSON.stringify(name)}, which the document requires` });
    const known = isWhole ? namesOf(document, schema, place) : undefined;
    for (const [name, member] of Object.entries(value)) {
      const inner = own(own(schema, "properties"), name);
      const other = own(schema, "additionalProperties");
      if (inner !== undefined) found.push(...compare(document, inner, child(place, name), member, child(at, name)));
      else if (other !== undefined) found.push(...compare(document, other, place, member, child(at, name)));
      else if (known !== undefined && known.size > 0 && !known.has(name))
        found.push({ pointer: child(at, name), message: "is not in the document" });
    }
  }
  const items = own(schema, "items");
  if (Array.isArray(value) && items !== undefined)
    for (const [index, item] of value.entries())
      found.push(...compare(document, items, child(place, "items"), item, child(at, index)));
  for (const part of listOf(schema, "allOf")) found.push(...compare(document, part, place, value, at, false));
  for (const key of ["anyOf", "oneOf"]) {
    const branches = listOf(schema, key).map((branch) => compare(document, branch, place, value, at, false));
    const [nearest] = branches.toSorted((one, other) => one.length - other.length);
    found.push(...(nearest ?? []));
  }
  return found;
}

/** The members that a schema names, its parts included; undefined where it takes any. */
function namesOf(document: JsonObject, schema: JsonObject, pointer: string, depth = 0): Set<string> | undefined {
  if (own(schema, "additionalProperties") !== undefined || own(schema, "patternProperties") !== undefined)
    return undefined;
  const names = new Set(Object.keys(own(schema, "properties") ?? {}));
  if (depth > 20) return names;
  for (const part of ["allOf", "anyOf", "oneOf"].flatMap((key) => listOf(schema, key))) {
    const { node, pointer: place } = deref(document, part, pointer);
    const more = namesOf(document, node, place, depth + 1);
    if (more === undefined) return undefined;
    for (const name of more) names.add(name);
  }
  return names;
}

function typesOf(schema: JsonObject): string[] {
  const type = own(schema, "type");
  const types = Array.isArray(type) ? type.map(String) : [textOf(schema, "type")].filter((each) => each !== "");
  return own(schema, "nullable") === true && types.length > 0 ? [...types, "null"] : types;
}

function isOfType(value: Json, type: string): boolean {
  const name = nameOfType(value);
  return name === type || (type === "number" && name === "integer");
}

function nameOfType(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value === "bigint" ? "integer" : typeof value;
}

function text(value: Json): string {
  return typeof value === "bigint" || typeof value === "number" ? `${value}` : (JSON.stringify(value) ?? "");
}
