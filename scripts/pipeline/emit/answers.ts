import { isObject, own } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { isPlainJson } from "../media.ts";
import type { Model, OperationModel } from "../model.ts";
import { deref } from "../references.ts";
import { isNullable, typesOf } from "../schemas.ts";

// Those that mean something, for an answer that is described as 2XX.
const known = ["200", "201", "202", "203", "204", "205", "206", "207", "208", "226"];

/** The successes without a body, by status, where others have one; true where none has one, undefined where all have. */
export function emptyStatuses({ successes }: OperationModel): true | number[] | undefined {
  const bare = successes.filter(({ hasBody }) => !hasBody);
  if (bare.length === 0) return undefined;
  if (bare.length === successes.length) return true;
  const named = new Set(successes.map(({ status }) => status));
  const others = known.filter((status) => !named.has(status));
  return bare.flatMap(({ status }) => (status === "2XX" ? others : [status])).map(Number);
}

/** Whether an answer may be a text, a number, a boolean or null by itself. */
export function mayBeBare(document: JsonObject, schemas: readonly Json[]): boolean {
  const seen = new Set<JsonObject>();
  const waiting = [...schemas];
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    if (!isObject(schema)) continue;
    const { node } = deref(document, schema, "#");
    if (seen.has(node)) continue;
    seen.add(node);
    const values = [own(node, "enum") ?? [], own(node, "const") ?? []].flat();
    const isScalar = typesOf(node).some((type) => type !== "object" && type !== "array");
    if (isScalar || isNullable(node) || values.length > 0) return true;
    for (const key of ["allOf", "anyOf", "oneOf"]) waiting.push(...[own(node, key) ?? []].flat());
  }
  return false;
}

/** What a client asks for; undefined where every success is there as `application/json`, and that is enough. */
export function acceptOf({ operations }: Model): string | undefined {
  const others = new Set<string>();
  for (const { successes } of operations)
    for (const { mediaTypes } of successes)
      if (!mediaTypes.some(isPlainJson))
        for (const name of mediaTypes.slice(0, 1)) others.add(name.replace(/;.*/s, "").toLowerCase());
  if (others.size === 0) return undefined;
  return ["application/json", ...Array.from(others, (name) => `${name};q=0.9`)].join(", ");
}
