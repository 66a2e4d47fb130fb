import { SpecError } from "../error.ts";
import { child, entriesOf, isObject, listOf, own, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { isIdName, isUnmarkedNumber } from "../lint/document.ts";
import { jsonOf } from "./bodies.ts";
import type { Draft } from "./draft.ts";
import type { Place } from "./operations.ts";
import { isLarge, schemasOf } from "./schemas.ts";
import { deref, resolve } from "../references.ts";
import { typesOf } from "../schemas.ts";
import { shapesOf } from "../emit/shapes.ts";
import { walk } from "../walk.ts";

// What is counted, and may be counted in fractions.
const quantity =
  /^(quantity|qty|stock|count|total|available|on_?hand|balance|level|amount)$|(Quantity|Qty|Stock|_quantity|_qty|_stock|Balance|_balance)$/i;

/** Marks the numbers that must not become JavaScript numbers: ids, and integers of 64 bits. */
export function markExact(draft: Draft): void {
  draft.begin("Exact numbers");
  const ids = idsOf(draft);
  const fractions: string[] = [];
  for (const { node, pointer } of schemasOf(draft.document)) {
    const id = ids.get(node);
    if (id !== undefined) {
      mark(draft, node, pointer, "id", `${JSON.stringify(id)} is an id: text, every digit of it kept.`);
      continue;
    }
    const isLong = textOf(node, "format") === "int64";
    if (isLong && !isMarkable(node))
      draft.remove(child(pointer, "format"), "The values are listed or composed, and none of those listed is longer.");
    else if (isLong) mark(draft, node, pointer, "decimal", "An int64 does not fit a JavaScript number.");
    else if (isUnmarkedNumber(node) && isMarkable(node) && valuesOf(node).some(isLarge))
      mark(draft, node, pointer, "decimal", "A value that the document names does not fit a JavaScript number.");
    for (const [name, member] of entriesOf(node, "properties"))
      if (quantity.test(name) && typesOf(deref(draft.document, member, pointer).node).includes("number"))
        fractions.push(child(child(pointer, "properties"), name));
  }
  if (fractions.length > 0)
    draft.note(
      `Is any of these a quantity or an amount that has to be exact? Then add \`x-inv-type: decimal\`: ${listed(fractions)}.`,
    );
}

/** Marks a number that is exact in one alternative as exact in the others too. */
export function alignShapes(draft: Draft, places: readonly Place[]): void {
  const answers = places.map(({ node, pointer }) =>
    entriesOf(node, "responses").flatMap(([status, raw]) => {
      if (!status.startsWith("2")) return [];
      const content = own(deref(draft.document, raw, pointer).node, "content");
      return [own(own(content, jsonOf(content) ?? ""), "schema") ?? null];
    }),
  );
  // Each round marks one schema; what cannot be marked is found again when the document is checked.
  for (;;)
    try {
      shapesOf(draft.document, answers);
      return;
    } catch (error) {
      if (!(error instanceof SpecError) || error.kind !== "shape") throw error;
      const { node } = resolve(draft.document, error.pointer, error.pointer);
      if (!isUnmarkedNumber(node) || !isMarkable(node)) return;
      mark(draft, node, error.pointer, "decimal", "The same value is exact in another alternative.");
    }
}

/** Says where a body holds numbers that are exact: the client takes them as text, and sends text. */
export function noteExactBodies(draft: Draft, places: readonly Place[]): void {
  const bodies = places.filter(({ node, pointer }) => {
    const body = own(node, "requestBody");
    const content = body === undefined ? undefined : own(deref(draft.document, body, pointer).node, "content");
    const schema = own(own(content, jsonOf(content) ?? ""), "schema");
    return schema !== undefined && holdsExact(draft.document, schema);
  });
  const [first] = bodies;
  if (first !== undefined)
    draft.note(
      `The bodies of ${bodies.length} operations (${first.key}, …) hold ids or integers of 64 bits, which the client sends as text: does the provider take text there?`,
    );
}

function holdsExact(document: JsonObject, schema: Json): boolean {
  const seen = new Set<JsonObject>();
  const waiting: Json[] = [schema];
  for (let raw = waiting.pop(); raw !== undefined; raw = waiting.pop()) {
    if (!isObject(raw)) continue;
    const { node } = deref(document, raw, "#");
    if (seen.has(node)) continue;
    seen.add(node);
    if (own(node, "x-inv-type") !== undefined && !typesOf(node).includes("string")) return true;
    for (const key of ["allOf", "anyOf", "oneOf"]) waiting.push(...listOf(node, key));
    for (const [, member] of entriesOf(node, "properties")) waiting.push(member);
    waiting.push(own(node, "items") ?? null, own(node, "additionalProperties") ?? null);
  }
  return false;
}

/** The schemas that describe an id, each with the name of what holds it. */
function idsOf({ document }: Draft): ReadonlyMap<JsonObject, string> {
  const ids = new Map<JsonObject, string>();
  const add = (name: string, schema: Json | undefined) => {
    if (!isObject(schema)) return;
    const waiting: Json[] = [schema];
    const seen = new Set<JsonObject>();
    for (let raw = waiting.pop(); raw !== undefined; raw = waiting.pop()) {
      if (!isObject(raw)) continue;
      const { node } = deref(document, raw, "#");
      if (seen.has(node)) continue;
      seen.add(node);
      if (isUnmarkedNumber(node) && isMarkable(node)) ids.set(node, ids.get(node) ?? name);
      for (const key of ["allOf", "anyOf", "oneOf"]) waiting.push(...listOf(node, key));
    }
  };
  const look = (name: string, schema: Json | undefined) => {
    if (isIdName(name)) add(name, schema);
    // A list of ids is named for many of them.
    if (!/[a-z0-9](Ids|_ids)$|^ids$/.test(name) || !isObject(schema)) return;
    add(name, own(deref(document, schema, "#").node, "items"));
  };
  for (const { node, kind } of walk(document)) {
    if (kind === "parameter") look(textOf(node, "name").replace(/\[\]$/, ""), own(node, "schema"));
    if (kind === "schema") for (const [name, schema] of entriesOf(node, "properties")) look(name, schema);
  }
  return ids;
}

/** Whether `x-inv-type` may stand here. */
function isMarkable(node: JsonObject): boolean {
  const types = typesOf(node);
  const isComposed = ["enum", "const", "$ref", "allOf", "anyOf", "oneOf"].some((key) => own(node, key) !== undefined);
  return !isComposed && types.length > 0 && types.every((type) => ["integer", "number", "string"].includes(type));
}

function mark(draft: Draft, node: JsonObject, pointer: string, type: "id" | "decimal", reason: string): void {
  if (own(node, "x-inv-type") === undefined) draft.update(pointer, { "x-inv-type": type }, reason);
}

function valuesOf(node: JsonObject): Json[] {
  const keys = ["example", "default", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
  return [...keys.map((key) => own(node, key) ?? null), ...listOf(node, "examples")];
}

function listed(pointers: readonly string[]): string {
  const shown = pointers.slice(0, 20).join(", ");
  return pointers.length > 20 ? `${shown} and ${pointers.length - 20} more` : shown;
}
