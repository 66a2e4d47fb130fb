import { SpecError } from "./error.ts";
import { child, isObject, own, tokensOf } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { walk } from "./walk.ts";
import type { NodeKind } from "./walk.ts";

const maxHops = 100;

// Where the types of what is no schema are found again.
const sections: ReadonlyMap<NodeKind, RegExp> = new Map([
  ["parameter", /^#\/components\/parameters\/[^/]+$/],
  ["requestBody", /^#\/components\/requestBodies\/[^/]+$/],
  ["response", /^#\/components\/responses\/[^/]+$/],
  ["header", /^#\/components\/headers\/[^/]+$/],
  ["pathItem", /^#\/(?:components\/pathItems|paths)\/[^/]+$/],
]);

/**
 * Refuses every reference that leaves the document or leads nowhere. Nothing outside is ever read or fetched, so this
 * looks at examples and extensions too: tools further down the line might follow what they find there.
 */
export function checkReferences(document: JsonObject): void {
  const visit = (value: Json, pointer: string, isMapOfNames: boolean): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, child(pointer, index), false);
    if (!isObject(value)) return;
    const ref = own(value, "$ref");
    if (ref !== undefined && !(isMapOfNames && isObject(ref))) checkReference(document, ref, child(pointer, "$ref"));
    for (const key of ["$dynamicRef", "$recursiveRef", "externalValue", "operationRef"])
      if (typeof own(value, key) === "string" && !isMapOfNames)
        throw new SpecError(
          "external-ref",
          child(pointer, key),
          `\`${key}\` is not supported; write the value here or use a $ref to #/components/….`,
        );
    const mapping = own(own(value, "discriminator"), "mapping");
    if (isObject(mapping))
      for (const [name, target] of Object.entries(mapping))
        checkMapping(document, target, child(child(child(pointer, "discriminator"), "mapping"), name));
    for (const [key, member] of Object.entries(value)) visit(member, child(pointer, key), key === "properties");
  };
  visit(document, "#", false);
  for (const { node, pointer, kind } of walk(document)) {
    const ref = own(node, "$ref");
    const section = sections.get(kind);
    if (typeof ref === "string" && section?.test(ref) === false)
      throw new SpecError(
        "dangling-ref",
        child(pointer, "$ref"),
        `leads to another place than the components of its kind; move what is meant there and point at it.`,
      );
  }
}

function checkReference(document: JsonObject, ref: Json, pointer: string): void {
  if (typeof ref !== "string") throw new SpecError("structure", pointer, "a $ref has to be text that starts with #/.");
  if (!ref.startsWith("#/"))
    throw new SpecError(
      "external-ref",
      pointer,
      "a reference out of this document is never followed; copy the target into #/components and point there.",
    );
  resolve(document, ref, pointer);
}

function checkMapping(document: JsonObject, target: Json, pointer: string): void {
  const schemas = own(own(document, "components"), "schemas");
  if (typeof target === "string" && own(schemas, target) !== undefined) return;
  checkReference(document, target, pointer);
}

/** What a reference leads to in the end, and where that is. */
export interface Resolved {
  readonly node: JsonObject;
  readonly pointer: string;
}

/**
 * Follows a reference, and the references it leads to.
 *
 * @throws SpecError `dangling-ref` when there is nothing, or no end
 */
export function resolve(document: JsonObject, ref: string, from: string): Resolved {
  let target = ref;
  for (let hop = 0; hop < maxHops; hop += 1) {
    let node: Json | undefined = document;
    for (const token of tokensOf(target)) node = Array.isArray(node) ? node[Number(token)] : own(node, token);
    if (!isObject(node))
      throw new SpecError(
        "dangling-ref",
        from,
        `${JSON.stringify(ref)} leads to nothing; add the target or correct the reference.`,
      );
    const next = own(node, "$ref");
    if (typeof next !== "string") return { node, pointer: target };
    target = next;
  }
  throw new SpecError(
    "dangling-ref",
    from,
    `${JSON.stringify(ref)} leads through more than ${maxHops} references, or in a circle; point it at what is meant.`,
  );
}

/** The node itself, or what it refers to. */
export function deref(document: JsonObject, node: Json | undefined, pointer: string): Resolved {
  if (!isObject(node)) throw new SpecError("structure", pointer, "an object is expected here.");
  const ref = own(node, "$ref");
  return typeof ref === "string" ? resolve(document, ref, child(pointer, "$ref")) : { node, pointer };
}
