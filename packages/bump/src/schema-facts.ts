import { canonical, child, isList, isObject, listAt, own, same } from "./json.js";
import type { Json, JsonObject } from "./json.js";
import type { Findings } from "./compare.js";
import type { Model, Node } from "./model.js";
import { pairBranches, saysMore, toBranch } from "./schema-branches.js";
import { branchesOf, lower, membersOf, partsOfAll, schemasAt, upper } from "./schema-parts.js";
import type { Parts } from "./schema-parts.js";
import { mappingGrows } from "./types.js";
import type { Direction } from "./units.js";

// What types carry, but for `allOf`, which is taken apart before (schema-parts.ts).
const carriedByTypes = [
  "required",
  "const",
  "nullable",
  "$defs",
  "type",
  "enum",
  "properties",
  "items",
  "additionalProperties",
  "anyOf",
  "oneOf",
];
const known = new Set([
  ...upper,
  ...lower,
  ...carriedByTypes,
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
// Schemas that a value must not satisfy, or only sometimes: what loosens them may refuse more.
const conditions = [
  "not",
  "if",
  "then",
  "else",
  "contains",
  "propertyNames",
  "dependentSchemas",
  "unevaluatedProperties",
  "unevaluatedItems",
];
const typeKeys = new Set([...carriedByTypes, "allOf"]);

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

  /** Each side is a schema, or several that all apply. */
  compare(before: readonly Node[], after: readonly Node[], direction: Direction): void {
    const left = partsOfAll(this.#before, before);
    const right = partsOfAll(this.#after, after);
    const id = [left, right].map(({ parts }) => parts.map(({ pointer }) => pointer).join(" ")).join(" | ");
    if (this.#seen.has(`${direction} ${id}`)) return;
    this.#seen.add(`${direction} ${id}`);
    this.#keywords(left.merged, right.merged, right.pointer, direction);
    this.#beside(left, right);
    this.#conditions(left, right);
    const [olds, nows] = [membersOf(left.parts, "properties"), membersOf(right.parts, "properties")];
    for (const [name, old] of olds) {
      const now = nows.get(name);
      if (now !== undefined) this.compare(old, now, direction);
    }
    for (const key of ["items", "additionalProperties"] as const) {
      const [old, now] = [schemasAt(left.parts, key), schemasAt(right.parts, key)];
      if (old.length > 0 && now.length > 0) this.compare(old, now, direction);
    }
    this.#branches(left, right, direction);
  }

  #branches(left: Parts, right: Parts, direction: Direction): void {
    const [old, now] = [left.parts.flatMap(branchesOf), right.parts.flatMap(branchesOf)];
    if (old.length === 0 && now.length === 0) return;
    const olds = (old.length === 0 ? [left.parts] : old.map((node) => [node])).map((nodes) =>
      toBranch(this.#before, nodes),
    );
    const nows = (now.length === 0 ? [right.parts] : now.map((node) => [node])).map((nodes) =>
      toBranch(this.#after, nodes),
    );
    const { pairs, gone, come } = pairBranches(olds, nows);
    for (const [before, after] of pairs) this.compare(before.nodes, after.nodes, direction);
    const key = now.length === 0 || listAt(right.merged, "oneOf").length > 0 ? "oneOf" : "anyOf";
    // Where as many are left on both sides, what went may be what came.
    const asked =
      direction === "request"
        ? gone.find((branch) => saysMore(this.#before, branch, direction))
        : come.find((branch) => saysMore(this.#after, branch, direction));
    if (asked !== undefined)
      this.#findings.ask(
        child(right.pointer, key),
        direction === "request"
          ? "a branch went, and what its type does not say may be refused now"
          : "a branch came, and its type does not say how its values differ",
        olds.map(({ node }) => node),
        nows.map(({ node }) => node),
      );
    if (direction === "request" && old.length > 1 && exclusive(left) === 0 && exclusive(right) > 1)
      this.#findings.ask(
        child(right.pointer, "oneOf"),
        "anyOf became oneOf: a value of two branches may be refused now",
        "anyOf",
        "oneOf",
      );
  }

  /** Generated types say nothing of what stands beside a `$ref`. */
  #beside(left: Parts, right: Parts): void {
    const [old, now] = [left, right].map(({ beside }) =>
      beside.flatMap((node) => {
        const kept = Object.entries(node).filter(([key]) => typeKeys.has(key));
        return kept.length === 0 ? [] : [Object.fromEntries(kept)];
      }),
    );
    if (!same(old, now))
      this.#findings.ask(right.pointer, "what stands beside a $ref changed, which no type says", old, now);
  }

  /** A condition that reads the same may refer to what changed. */
  #conditions(left: Parts, right: Parts): void {
    for (const key of conditions) {
      const [old, now] = [own(left.merged, key), own(right.merged, key)];
      if (old === undefined || !same(old, now)) continue;
      const [before, after] = [inFull(this.#before, old), inFull(this.#after, old)];
      if (!same(before, after))
        this.#findings.ask(child(right.pointer, key), `what ${key} refers to changed`, before, after);
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
    each("items", (before, after, at) => {
      if (![before, after].every((value) => value === undefined || isObject(value)))
        findings.ask(at, "items changed, and what that means is not known", before, after);
    });
    each("const", (before, after, at) => {
      if ([before, after].some((value) => typeof value === "object" && value !== null))
        findings.ask(at, "the constant changed, and its type does not say how", before, after);
    });
    each("required", (before, after, at) => {
      const names = listAt({ required: after ?? [] }, "required").filter(
        (name) => !listAt({ required: before ?? [] }, "required").includes(name),
      );
      // Types say it only of a field that the same schema has.
      if (input && names.length > 0)
        findings.add("major", at, `${names.map(canonical).join(", ")} is required now`, before, after);
    });
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

function exclusive({ parts }: Parts): number {
  return parts.flatMap(({ node }) => listAt(node, "oneOf")).length;
}

/** Everything that a value refers to, each place once. */
function inFull(model: Model, value: Json): Json {
  const places = new Map<string, Json>();
  const visit = (part: Json): void => {
    if (isList(part)) return part.forEach(visit);
    if (!isObject(part)) return;
    const ref = own(part, "$ref");
    if (typeof ref === "string" && !places.has(ref)) {
      const target = model.find(ref, "#");
      places.set(ref, target);
      visit(target);
    }
    Object.values(part).forEach(visit);
  };
  visit(value);
  return Object.fromEntries(places);
}
