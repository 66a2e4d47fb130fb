import { canonical, own, same } from "./json.js";
import type { Json, JsonObject } from "./json.js";
import type { Model, Node } from "./model.js";
import { lower, partsOfAll, upper } from "./schema-parts.js";
import type { Direction } from "./units.js";
import { partsOf } from "./units.js";

/** A branch of a union, or the schema that a union was made from. */
export interface Branch {
  readonly nodes: readonly Node[];
  readonly pointer: string;
  readonly node: JsonObject;
}

export interface Pairing {
  readonly pairs: readonly (readonly [before: Branch, after: Branch])[];
  /** Branches that nothing speaks for. */
  readonly gone: readonly Branch[];
  readonly come: readonly Branch[];
}

export function toBranch(model: Model, nodes: readonly Node[]): Branch {
  const { pointer, merged } = partsOfAll(model, nodes);
  return { nodes, pointer, node: merged };
}

/** Finds each branch's counterpart: the same schema, the same content, the same fields; or the only ones that are left. */
export function pairBranches(before: readonly Branch[], after: readonly Branch[]): Pairing {
  const pairs: [Branch, Branch][] = [];
  let gone = before;
  let come = after;
  const take = (matches: (old: Branch, now: Branch) => boolean) => {
    const left: Branch[] = [];
    const rest = [...come];
    for (const old of gone) {
      const index = rest.findIndex((now) => matches(old, now));
      const [match] = index < 0 ? [] : rest.splice(index, 1);
      if (match === undefined) left.push(old);
      else pairs.push([old, match]);
    }
    gone = left;
    come = rest;
  };
  take((old, now) => old.pointer === now.pointer && /^#\/components\/schemas\/[^/]+$/.test(old.pointer));
  take((old, now) => same(old.node, now.node));
  take(
    (old, now) =>
      shapeOf(old) === shapeOf(now) &&
      [gone, come].every((side) => side.filter((branch) => shapeOf(branch) === shapeOf(now)).length === 1),
  );
  if (gone.length === 1 && come.length === 1) take(() => true);
  return { pairs, gone, come };
}

function shapeOf({ node }: Branch): string {
  const properties = own(node, "properties");
  return canonical([own(node, "type") ?? null, Object.keys(properties ?? {}).toSorted()]);
}

const unseen = ["multipleOf", "uniqueItems", "pattern", "format", ...upper, ...lower];

/** True where a branch says more than its type does, so that the types alone cannot judge that it came or went. */
export function saysMore(model: Model, { nodes }: Branch, direction: Direction): boolean {
  const keys = direction === "request" ? unseen : ["format"];
  const seen = new Set<JsonObject>();
  const visit = (schema: Json | undefined): boolean =>
    [...partsOf(schema)].some((part) => {
      if (seen.has(part)) return false;
      seen.add(part);
      if (own(part, "type") === "integer" || keys.some((key) => own(part, key) !== undefined)) return true;
      const ref = own(part, "$ref");
      return typeof ref === "string" && visit(model.find(ref, "#"));
    });
  return nodes.some(({ node }) => visit(node));
}
