import { canonical, isList, isObject, listAt, objectAt, own, same } from "./json.js";
import type { Json, JsonObject } from "./json.js";
import type { Model, Node } from "./model.js";

/** All that a value has to satisfy at one place: a schema with its references followed and its allOf taken apart. */
export interface Parts {
  /** Where the whole is best looked up. */
  readonly pointer: string;
  readonly parts: readonly Node[];
  /** What stands beside a `$ref`, of which generated types say nothing. */
  readonly beside: readonly JsonObject[];
  /** The keywords of all parts as one schema, so that the same contract written another way looks the same. */
  readonly merged: JsonObject;
}

export const upper = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"];
export const lower = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"];
const trueWherever = new Set(["readOnly", "writeOnly", "uniqueItems", "deprecated"]);
// Walked into on their own, each with what stands in the other parts.
const walked = new Set(["properties", "items", "oneOf", "anyOf"]);

/** Takes schemas that all apply apart: several where several parts of an allOf name the same property. */
export function partsOfAll(model: Model, nodes: readonly Node[]): Parts {
  const parts: Node[] = [];
  const beside: JsonObject[] = [];
  // A schema that refers to itself in its own allOf says nothing more by that.
  const seen = new Set<string>();
  const visit = ({ node, pointer }: Node): void => {
    const ref = own(node, "$ref");
    if (typeof ref === "string") {
      const { $ref: _, ...rest } = node;
      if (Object.keys(rest).length > 0) {
        beside.push(rest);
        visit({ node: rest, pointer });
      }
      if (seen.has(ref)) return;
      seen.add(ref);
      const target = model.find(ref, pointer);
      if (isObject(target)) visit({ node: target, pointer: ref });
      return;
    }
    const [only, ...more] = branchesOf({ node, pointer });
    const { allOf: _, ...rest } = node;
    for (const [index, part] of listAt(node, "allOf").entries())
      if (isObject(part)) visit({ node: part, pointer: `${pointer}/allOf/${index}` });
    if (only === undefined || more.length > 0) {
      if (Object.keys(rest).length > 0) parts.push({ node: rest, pointer });
      return;
    }
    // A nullable reference is written as a union with null in 3.1.
    const { anyOf: __, oneOf: ___, ...keywords } = rest;
    visit(only);
    if (Object.keys(keywords).length > 0) parts.push({ node: keywords, pointer });
  };
  for (const node of nodes) visit(node);
  const [first] = parts;
  return {
    pointer: parts.length === 1 && first !== undefined ? first.pointer : (nodes[0]?.pointer ?? "#"),
    parts,
    beside,
    merged: merge(parts),
  };
}

/** The branches of oneOf and anyOf but for a bare null. */
export function branchesOf({ node, pointer }: Node): Node[] {
  return ["oneOf", "anyOf"].flatMap((key) =>
    listAt(node, key).flatMap((branch, index) =>
      isObject(branch) && !same(branch, { type: "null" })
        ? [{ node: branch, pointer: `${pointer}/${key}/${index}` }]
        : [],
    ),
  );
}

/** The schemas that the parts have under a key, or for each name under a key that holds a map of them. */
export function membersOf(parts: readonly Node[], key: "properties"): Map<string, Node[]> {
  const members = new Map<string, Node[]>();
  for (const { node, pointer } of parts)
    for (const [name, schema] of Object.entries(objectAt(node, key))) {
      if (!isObject(schema)) continue;
      const member = { node: schema, pointer: `${pointer}/${key}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}` };
      members.set(name, [...(members.get(name) ?? []), member]);
    }
  return members;
}

export function schemasAt(parts: readonly Node[], key: "items" | "additionalProperties"): Node[] {
  return parts.flatMap(({ node, pointer }) => {
    const schema = own(node, key);
    return isObject(schema) ? [{ node: schema, pointer: `${pointer}/${key}` }] : [];
  });
}

function merge(parts: readonly Node[]): JsonObject {
  const values = new Map<string, Json[]>();
  for (const { node } of parts)
    for (const [key, value] of Object.entries(node)) values.set(key, [...(values.get(key) ?? []), value]);
  return Object.fromEntries(
    [...values].map(([key, all]) => [key, walked.has(key) ? (all[0] ?? null) : combine(key, all)]),
  );
}

/** One value that means what all of them mean together; a list of them where that is not understood. */
function combine(key: string, values: readonly Json[]): Json {
  const [first = null, ...more] = values;
  if (more.every((value) => same({ [key]: value }, { [key]: first }))) return first;
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length === values.length && upper.includes(key)) return Math.min(...numbers);
  if (numbers.length === values.length && lower.includes(key)) return Math.max(...numbers);
  if (trueWherever.has(key)) return values.includes(true);
  if (key === "additionalProperties" && values.includes(false)) return false;
  if (key === "required") return [...new Set(values.flatMap((value) => (isList(value) ? value : [])))];
  if (key === "enum")
    return values
      .filter(isList)
      .reduce((kept, others) => kept.filter((value) => others.some((other) => same(value, other))));
  if (key === "type") return values.map(typesOf).reduce((kept, others) => kept.flatMap((type) => within(type, others)));
  return values.toSorted((a, b) => (canonical(a) < canonical(b) ? -1 : 1));
}

function typesOf(type: Json): Json[] {
  return isList(type) ? [...type] : [type];
}

function within(type: Json, others: readonly Json[]): Json[] {
  if (others.includes(type)) return [type];
  if (type === "integer" && others.includes("number")) return ["integer"];
  return type === "number" && others.includes("integer") ? ["integer"] : [];
}
