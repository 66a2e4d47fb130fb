import { child, entriesOf, isObject, listOf, own, setOwn, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { isIdName, isUnmarkedNumber } from "../lint/document.ts";
import { jsonOf } from "./bodies.ts";
import type { Draft } from "./draft.ts";
import type { Place } from "./operations.ts";
import { isLarge, schemasOf } from "./schemas.ts";
import { deref, resolve } from "../references.ts";
import { typesOf } from "../schemas.ts";
import { conflictsOf } from "../emit/shapes.ts";
import { walk } from "../walk.ts";

/** Marks the numbers that must not become JavaScript numbers: ids, and integers of 64 bits. */
export function markExact(draft: Draft): void {
  draft.begin("Exact numbers");
  const ids = idsOf(draft);
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
  }
}

/** Marks a number that is exact in one alternative as exact in the others too. */
export function alignShapes(draft: Draft, places: readonly Place[]): void {
  // Each round marks one schema; what cannot be marked is found again when the document is checked.
  for (;;) {
    const [conflict] = conflictsOf(draft.document, bodiesAndAnswers(draft.document, places));
    if (conflict === undefined) return;
    const { node } = resolve(draft.document, conflict.pointer, conflict.pointer);
    if (!isUnmarkedNumber(node) || !isMarkable(node)) return;
    mark(draft, node, conflict.pointer, "decimal", "The same value is exact in another alternative.");
  }
}

/** Marks every number that may have a fraction: a JavaScript number would not hold all its digits. */
export function markFigures(draft: Draft, places: readonly Place[]): void {
  const read = bodiesAndAnswers(draft.document, places);
  const figures = new Map(figuresOf(draft, [...read.flat(), ...parametersOf(draft.document, places)]));
  for (const node of figures.values()) setOwn(node, "x-inv-type", "decimal");
  // What another branch has as an id or as a plain number stays one; without the mark it may be in conflict elsewhere.
  for (;;) {
    const branches = conflictsOf(draft.document, read).flatMap((conflict) => conflict.branches);
    const undone = branches.filter((pointer) => figures.has(pointer));
    for (const pointer of undone) {
      delete figures.get(pointer)?.["x-inv-type"];
      figures.delete(pointer);
    }
    if (undone.length === 0) break;
  }
  for (const [pointer, node] of figures) {
    delete node["x-inv-type"];
    mark(draft, node, pointer, "decimal", "A JavaScript number does not hold every figure exactly.");
  }
  if (figures.size > 0)
    draft.note(
      `Numbers that may have a fraction are exact text (\`x-inv-type: decimal\`); take the mark away where a JavaScript number is meant: ${listed([...figures.keys()])}.`,
    );
}

/** The schemas of numbers that may have a fraction, by pointer, among all that some schemas lead to. */
function figuresOf({ document }: Draft, schemas: readonly Json[]): [string, JsonObject][] {
  const reached = new Set<JsonObject>();
  const waiting = [...schemas];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const { node } of walk(next, "#", "schema")) {
      if (reached.has(node)) continue;
      reached.add(node);
      if (own(node, "$ref") !== undefined) waiting.push(deref(document, node, "#").node);
    }
  return schemasOf(document).flatMap(({ node, pointer }) => {
    const types = typesOf(node);
    const isWhole = !types.includes("number") || textOf(node, "format") === "int32";
    const isFigure = !isWhole && types.every((type) => type === "number" || type === "integer");
    return isFigure && reached.has(node) && isUnmarkedNumber(node) && isMarkable(node) ? [[pointer, node]] : [];
  });
}

/** The schemas of the successes of each operation, and that of its body. */
function bodiesAndAnswers(document: JsonObject, places: readonly Place[]): Json[][] {
  const schemaOf = (raw: Json, pointer: string) => {
    const content = own(deref(document, raw, pointer).node, "content");
    return own(own(content, jsonOf(content) ?? ""), "schema") ?? null;
  };
  return places.flatMap(({ node, pointer }) => {
    const successes = entriesOf(node, "responses").filter(([status]) => status.startsWith("2"));
    const body = own(node, "requestBody");
    return [successes.map(([, raw]) => schemaOf(raw, pointer)), body === undefined ? [] : [schemaOf(body, pointer)]];
  });
}

function parametersOf(document: JsonObject, places: readonly Place[]): Json[] {
  return places.flatMap(({ node, item, pointer }) =>
    [...listOf(item, "parameters"), ...listOf(node, "parameters")].map(
      (raw) => own(deref(document, raw, pointer).node, "schema") ?? null,
    ),
  );
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
  if (own(node, "x-inv-type") !== undefined) return;
  if (type === "decimal" && textOf(node, "format") === "int32") draft.remove(child(pointer, "format"), reason);
  draft.update(pointer, { "x-inv-type": type }, reason);
}

function valuesOf(node: JsonObject): Json[] {
  const keys = ["example", "default", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
  return [...keys.map((key) => own(node, key) ?? null), ...listOf(node, "examples")];
}

function listed(pointers: readonly string[]): string {
  const shown = pointers.slice(0, 20).join(", ");
  return pointers.length > 20 ? `${shown} and ${pointers.length - 20} more` : shown;
}
