import { canonical, child, isList, isObject, listAt, objectAt, own, same } from "./json.js";
import type { Json, JsonObject } from "./json.js";
import type { Findings } from "./compare.js";
import type { Model, Node } from "./model.js";
import { mappingGrows } from "./types.js";
import type { Direction } from "./units.js";

const upper = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"];
const lower = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"];
const carriedByTypes = ["$ref", "required", "const", "nullable", "$defs"];
const known = new Set([
  ...upper,
  ...lower,
  ...carriedByTypes,
  "type",
  "enum",
  "properties",
  "items",
  "additionalProperties",
  "allOf",
  "anyOf",
  "oneOf",
  "multipleOf",
  "uniqueItems",
  "pattern",
  "format",
  "default",
  "readOnly",
  "writeOnly",
  "discriminator",
  "x-inv-type",
]);

/** Compares what the types of two schemas do not say, followed through references on both sides. */
export class SchemaFacts {
  readonly #seen = new Set<string>();
  readonly #before: Model;
  readonly #after: Model;
  readonly #findings: Findings;

  constructor(before: Model, after: Model, findings: Findings) {
    this.#before = before;
    this.#after = after;
    this.#findings = findings;
  }

  compare(before: Node, after: Node, direction: Direction): void {
    const left = flatten(this.#before, before.node, before.pointer);
    const right = flatten(this.#after, after.node, after.pointer);
    const id = `${direction} ${left.pointer} ${right.pointer}`;
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    this.#keywords(left.node, right.node, right.pointer, direction);
    const inside = (name: string, pick: (node: JsonObject) => JsonObject) => {
      const [old, now] = [pick(left.node), pick(right.node)];
      for (const [key, member] of Object.entries(old)) {
        const other = own(now, key);
        if (other === undefined) continue;
        const at = (pointer: string) => (name === "" ? child(pointer, key) : child(`${pointer}/${name}`, key));
        this.#pair(member, at(left.pointer), other, at(right.pointer), direction);
      }
    };
    inside("properties", (node) => objectAt(node, "properties"));
    inside("", ({ items, additionalProperties }) => ({
      ...(isObject(items) ? { items } : {}),
      ...(isObject(additionalProperties) ? { additionalProperties } : {}),
    }));
    this.#branches(left, right, direction);
  }

  #pair(before: Json, beforeAt: string, after: Json, afterAt: string, direction: Direction): void {
    if (isObject(before) && isObject(after))
      this.compare({ node: before, pointer: beforeAt }, { node: after, pointer: afterAt }, direction);
  }

  /** Branches that are the same are compared with each other; of the others, the first with the first. */
  #branches(left: Node, right: Node, direction: Direction): void {
    const [old, now] = [branchesOf(left), branchesOf(right)];
    if (old.length === 0 && now.length === 0) return;
    const olds = old.length === 0 ? [left] : old;
    const nows = now.length === 0 ? [right] : now;
    const rest = [...nows];
    const unmatched: Node[] = [];
    for (const branch of olds) {
      const index = rest.findIndex((other) => same(branch.node, other.node));
      const [match] = index < 0 ? [] : rest.splice(index, 1);
      if (match === undefined) unmatched.push(branch);
      else this.compare(branch, match, direction);
    }
    for (const [index, branch] of unmatched.entries()) {
      const other = rest[index];
      if (other !== undefined && (branch !== left || other !== right)) this.compare(branch, other, direction);
    }
  }

  #keywords(old: JsonObject, now: JsonObject, pointer: string, direction: Direction): void {
    const findings = this.#findings;
    const input = direction === "request";
    const each = (key: string, judge: (before: Json | undefined, after: Json | undefined, at: string) => void) => {
      const [before, after] = [own(old, key), own(now, key)];
      if (!same(before, after)) judge(before, after, child(pointer, key));
    };
    const limit = (key: string, sign: 1 | -1) =>
      each(key, (before, after, at) => {
        const looser =
          after === undefined ||
          (typeof before === "number" && typeof after === "number" && (after - before) * sign > 0) ||
          (typeof before === "boolean" && after === false);
        if (input && !looser)
          findings.add("major", at, `${key} is tighter: values that were valid are refused`, before, after);
        else findings.add("minor", at, `${key} is ${looser ? "looser" : "tighter"}`, before, after);
      });
    for (const key of upper) limit(key, 1);
    for (const key of lower) limit(key, -1);
    each("multipleOf", (before, after, at) => {
      const looser =
        after === undefined || (typeof before === "number" && typeof after === "number" && before % after === 0);
      findings.add(input && !looser ? "major" : "minor", at, "multipleOf changed", before, after);
    });
    each("uniqueItems", (before, after, at) =>
      findings.add(input && after === true ? "major" : "minor", at, "uniqueItems changed", before, after),
    );
    each("pattern", (before, after, at) =>
      findings.add(input && after !== undefined ? "major" : "minor", at, "the pattern changed", before, after),
    );
    each("format", (before, after, at) => {
      const wider = `${canonical(before)} ${canonical(after)}`;
      const harmless = input
        ? after === undefined || wider === '"int32" "int64"' || wider === '"float" "double"'
        : before === undefined;
      findings.add(harmless ? "minor" : "major", at, "the format changed", before, after);
    });
    each("default", (before, after, at) => findings.add("minor", at, "the default changed", before, after));
    each("type", (before, after, at) => {
      const [from, to] = [numberOf(old), numberOf(now)];
      if (from === to || from === undefined || to === undefined) return;
      const harmful = input ? to === "integer" : to === "number";
      findings.add(harmful ? "major" : "minor", at, `${from} became ${to}`, before, after);
    });
    each("x-inv-type", (before, after, at) =>
      findings.add("major", at, "x-inv-type changed: the values mean something else", before, after),
    );
    each("enum", (before, after, at) => {
      // A constant is an enum of one, which the types tell apart.
      if (own(old, "const") !== undefined || own(now, "const") !== undefined) return;
      if (before === undefined || after === undefined) {
        const closes = before === undefined;
        findings.add(
          input && closes ? "major" : "minor",
          at,
          `the enum ${closes ? "is new" : "is gone"}`,
          before,
          after,
        );
      }
      if (!isList(before) || !isList(after)) return;
      const texts = { before: before.map(canonical), after: after.map(canonical) };
      const gone = texts.before.filter((value) => !texts.after.includes(value));
      const come = texts.after.filter((value) => !texts.before.includes(value));
      if (gone.length > 0)
        findings.add(input ? "major" : "minor", at, `the enum lost ${gone.join(", ")}`, before, after);
      if (come.length > 0) findings.add("minor", at, `the enum gained ${come.join(", ")}`, before, after);
    });
    each("readOnly", (before, after, at) =>
      findings.add(input && after === true ? "major" : "minor", at, "readOnly changed", before, after),
    );
    each("writeOnly", (before, after, at) =>
      findings.add(!input && after === true ? "major" : "minor", at, "writeOnly changed", before, after),
    );
    each("additionalProperties", (before, after, at) => {
      if (input && after === false)
        findings.add("major", at, "properties that are not named are refused now", before, after);
    });
    each("discriminator", (before, after, at) => {
      const grows = mappingGrows(before, after);
      findings.add(
        grows ? "minor" : "major",
        at,
        `the discriminator ${grows ? "gained an entry" : "changed"}`,
        before,
        after,
      );
    });
    findings.others(old, now, pointer, known);
  }
}

function numberOf(schema: JsonObject): "integer" | "number" | undefined {
  const type = own(schema, "type");
  const types = isList(type) ? type : [type ?? null];
  if (types.includes("number")) return "number";
  return types.includes("integer") ? "integer" : undefined;
}

function branchesOf({ node, pointer }: Node): Node[] {
  return ["oneOf", "anyOf"].flatMap((key) =>
    listAt(node, key).flatMap((branch, index) =>
      isObject(branch) && !same(branch, { type: "null" })
        ? [{ node: branch, pointer: `${pointer}/${key}/${index}` }]
        : [],
    ),
  );
}

/** A schema with its references followed and its allOf merged, so that the same contract written another way looks the same. */
function flatten(model: Model, node: JsonObject, pointer: string, depth = 0): Node {
  const found = model.deref(node, pointer);
  const parts = listAt(found.node, "allOf");
  const [only, ...more] = branchesOf(found);
  if (depth > 50) return found;
  if (parts.length === 0) {
    // A nullable reference is written as a union with null in 3.1.
    if (only === undefined || more.length > 0) return found;
    const { anyOf: _, oneOf: __, ...rest } = found.node;
    const inner = flatten(model, only.node, only.pointer, depth + 1);
    return { node: { ...inner.node, ...rest }, pointer: inner.pointer };
  }
  const { allOf: _, ...rest } = found.node;
  const merged = new Map<string, Json>();
  const properties = new Map<string, Json>();
  const required = new Set<Json>();
  let at = found.pointer;
  for (const [index, part] of [...parts, rest].entries()) {
    if (!isObject(part)) continue;
    const inner =
      index === parts.length ? { node: rest, pointer: at } : flatten(model, part, `${at}/allOf/${index}`, depth + 1);
    if (parts.length === 1 && index === 0) at = inner.pointer;
    for (const [key, value] of Object.entries(inner.node)) merged.set(key, value);
    for (const [key, value] of Object.entries(objectAt(inner.node, "properties"))) properties.set(key, value);
    for (const name of listAt(inner.node, "required")) required.add(name);
  }
  if (properties.size > 0) merged.set("properties", Object.fromEntries(properties));
  if (required.size > 0) merged.set("required", [...required]);
  return { node: Object.fromEntries(merged), pointer: at };
}
