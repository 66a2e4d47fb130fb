import { SpecError } from "./error.ts";
import { child, copyObject, entriesOf, fromEntries, isObject, listOf, own, setOwn, textOf, tokensOf } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { quote } from "./names.ts";
import { resolve } from "./references.ts";
import { methods, walk } from "./walk.ts";
import type { Method } from "./walk.ts";

/** On the top of an overlay: the operations that are taken of the document, before anything is corrected. */
export const sliceKey = "x-inv-operations";

/**
 * The operations that an overlay takes; undefined where it takes all.
 *
 * @throws SpecError `overlay` for anything but a list of `METHOD /path`
 */
export function operationsOf(overlay: JsonObject, name: string): readonly string[] | undefined {
  const list = own(overlay, sliceKey);
  if (list === undefined) return undefined;
  const refuse = (message: string): never => {
    throw new SpecError("overlay", "", `${name}: ${sliceKey} ${message}`);
  };
  if (!Array.isArray(list) || list.length === 0) return refuse("has to be a list with at least one `METHOD /path`.");
  const operations = list.map((entry) =>
    typeof entry === "string" ? entry : refuse("has to be a list of texts, each a `METHOD /path`."),
  );
  const twice = operations.find((entry, index) => operations.indexOf(entry) !== index);
  if (twice !== undefined) refuse(`names ${quote(twice)} twice; remove one of the two.`);
  return operations;
}

/** `GET /things/{id}` for every operation of a document, in its order, with its pointer. */
export function listOperations(document: JsonObject): ReadonlyMap<string, string> {
  return new Map(placesOf(document).map(({ key, pointer }) => [key, pointer]));
}

interface Place {
  readonly key: string;
  readonly pointer: string;
  readonly item: Json;
  readonly node: Json;
}

function placesOf(document: JsonObject): Place[] {
  return entriesOf(document, "paths").flatMap(([path, raw]) => {
    if (path.startsWith("x-")) return [];
    const item = itemOf(document, path, raw);
    return methods.flatMap((method) => {
      const node = own(item, method);
      const pointer = child(child("#/paths", path), method);
      return node === undefined ? [] : [{ key: `${method.toUpperCase()} ${path}`, pointer, item, node }];
    });
  });
}

/**
 * The part of a document that some of its operations need: these operations and the components that they reach, through
 * references, discriminators and security, in the document's order. Links and webhooks are no part of it.
 *
 * @throws SpecError `overlay` for an operation that the document does not have, naming the nearest that it has
 */
export function sliceDocument(document: JsonObject, operations: readonly string[], name: string): JsonObject {
  const known = listOperations(document);
  for (const operation of operations)
    if (!known.has(operation))
      throw new SpecError(
        "overlay",
        "",
        `${name}: ${sliceKey}: ${quote(operation)} is not in the document. ${nearest(operation, [...known.keys()])}`,
      );
  const result = withoutLinks(document);
  const wanted = new Set(operations);
  setOwn(result, "paths", keptPaths(result, wanted));
  delete result["webhooks"];
  delete result["x-webhooks"];
  const kept = placesOf(result).map(({ node }) => node);
  if (!kept.some((operation) => own(operation, "security") === undefined)) delete result["security"];
  keepTags(result, kept);
  keepComponents(result);
  return result;
}

function itemOf(document: JsonObject, path: string, item: Json): Json {
  const ref = textOf(item, "$ref");
  return ref === "" ? item : resolve(document, ref, child("#/paths", path)).node;
}

function withoutLinks(document: JsonObject): JsonObject {
  const result = copyObject(document);
  for (const { node, kind } of walk(result)) if (kind === "response" || kind === "components") delete node["links"];
  return result;
}

/** A path item that is referred to is written out, for other operations may stand beside the ones that are kept. */
function keptPaths(document: JsonObject, wanted: ReadonlySet<string>): JsonObject {
  const isWanted = (method: Method, path: string) => wanted.has(`${method.toUpperCase()} ${path}`);
  const items = entriesOf(document, "paths").flatMap(([path, raw]): [string, Json][] => {
    if (path.startsWith("x-")) return [[path, raw]];
    if (!methods.some((method) => isWanted(method, path))) return [];
    const found = itemOf(document, path, raw);
    const item = isObject(found) ? copyObject(found) : {};
    for (const method of methods) if (!isWanted(method, path)) delete item[method];
    return [[path, item]];
  });
  return fromEntries(items);
}

function keepTags(document: JsonObject, operations: readonly Json[]): void {
  const tags = own(document, "tags");
  if (!Array.isArray(tags)) return;
  const used = new Set(operations.flatMap((operation) => listOf(operation, "tags")));
  const kept = tags.filter((tag) => used.has(textOf(tag, "name")));
  if (kept.length === 0) delete document["tags"];
  else setOwn(document, "tags", kept);
}

function keepComponents(document: JsonObject): void {
  const components = own(document, "components");
  if (!isObject(components)) return;
  const reached = reachedFrom(document, components);
  for (const [section, members] of Object.entries(components)) {
    const kept = isObject(members) ? Object.entries(members).filter(([name]) => reached.has(child(section, name))) : [];
    if (kept.length === 0) delete components[section];
    else setOwn(components, section, fromEntries(kept));
  }
  if (Object.keys(components).length === 0) delete document["components"];
}

/** Section and name of every component that the rest of the document reaches. */
function reachedFrom(document: JsonObject, components: JsonObject): ReadonlySet<string> {
  const heirs = heirsOf(components);
  const { components: _, ...rest } = document;
  const first = targetsIn(rest, heirs);
  for (const place of first.places) checkPlace(document, place);
  const reached = new Set(first.components.filter((key) => componentAt(components, key) !== undefined));
  // Grows while it is read, so that a ring of references ends and a long one needs no deep stack.
  for (const key of reached) {
    const next = targetsIn(componentAt(components, key) ?? null, heirs);
    for (const place of next.places) checkPlace(document, place);
    for (const each of next.components) if (componentAt(components, each) !== undefined) reached.add(each);
  }
  return reached;
}

/** `METHOD /path` of the operations that reach a place in `components`, or that it is a part of. */
export function usersOf(document: JsonObject, pointer: string): readonly string[] {
  const places = placesOf(document);
  const [root, section = "", name = ""] = tokensOf(pointer);
  if (root !== "components")
    return places
      .filter(({ pointer: at }) => pointer === at || pointer.startsWith(`${at}/`) || at.startsWith(`${pointer}/`))
      .map(({ key }) => key);
  const components = own(document, "components");
  if (!isObject(components)) return [];
  const heirs = heirsOf(components);
  const users = new Map<string, string[]>();
  for (const [inner, members] of Object.entries(components))
    for (const [member, node] of Object.entries(members ?? {}))
      for (const target of targetsIn(node, heirs).components)
        users.set(target, [...(users.get(target) ?? []), child(inner, member)]);
  const reaching = new Set([child(section, name)]);
  for (const key of reaching) for (const user of users.get(key) ?? []) reaching.add(user);
  return places
    .filter(({ item, node }) =>
      [own(item, "parameters") ?? null, node].some((part) =>
        targetsIn(part, heirs).components.some((target) => reaching.has(target)),
      ),
    )
    .map(({ key }) => key);
}

function componentAt(components: JsonObject, key: string): Json | undefined {
  const [section = "", name = ""] = tokensOf(`#/${key}`);
  return own(own(components, section), name);
}

type Heirs = ReadonlyMap<JsonObject, ReadonlySet<string>>;

/** What a part of the document refers to: components by section and name, and places in paths. */
function targetsIn(part: Json, heirs: Heirs): { components: string[]; places: string[] } {
  const components: string[] = [];
  const places: string[] = [];
  const follow = (target: Json | undefined, isName = false) => {
    if (typeof target !== "string") return;
    const [root, section = "", name = ""] = target.startsWith("#/") ? tokensOf(target) : [];
    if (root === "components") components.push(child(section, name));
    else if (root === "paths") places.push(target);
    else if (isName) components.push(child("schemas", target));
  };
  const waiting: Json[] = [part];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (Array.isArray(value)) for (const item of value) waiting.push(item);
    if (!isObject(value)) continue;
    follow(own(value, "$ref"));
    const discriminator = own(value, "discriminator");
    for (const [, target] of entriesOf(discriminator, "mapping")) follow(target, true);
    // It goes by the names of the schemas that inherit from it, and nothing else refers to these.
    if (isObject(discriminator)) for (const name of heirs.get(value) ?? []) components.push(child("schemas", name));
    for (const requirement of listOf(value, "security"))
      for (const name of Object.keys(requirement ?? {})) components.push(child("securitySchemes", name));
    for (const member of Object.values(value)) waiting.push(member);
  }
  return { components, places };
}

/** By schema with a discriminator, the names of those that have it in their `allOf`, directly or not. */
function heirsOf(components: JsonObject): Heirs {
  const schemas = own(components, "schemas");
  const byParent = new Map<Json, string[]>();
  for (const [name, schema] of entriesOf(components, "schemas"))
    for (const part of listOf(schema, "allOf")) {
      const [, , parent = "", ...more] = tokensOf(textOf(part, "$ref"));
      const target = more.length === 0 ? own(schemas, parent) : undefined;
      if (target !== undefined) byParent.set(target, [...(byParent.get(target) ?? []), name]);
    }
  const heirs = new Map<JsonObject, ReadonlySet<string>>();
  for (const parent of byParent.keys()) {
    if (!isObject(parent) || own(parent, "discriminator") === undefined) continue;
    const names = new Set(byParent.get(parent));
    for (const name of names) for (const next of byParent.get(own(schemas, name) ?? null) ?? []) names.add(next);
    heirs.set(parent, names);
  }
  return heirs;
}

function checkPlace(document: JsonObject, target: string): void {
  try {
    resolve(document, target, target);
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new SpecError(
      "dangling-ref",
      target,
      `an operation of ${sliceKey} refers to this place in one that is not among them; add that one.`,
      { cause: error },
    );
  }
}

/** Says which of these a mistyped name may have meant. */
export function nearest(operation: string, known: readonly string[]): string {
  const byDistance = known
    .map((name) => ({ name, distance: distanceOf(operation.slice(0, 200), name.slice(0, 200)) }))
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, 3)
    .map(({ name }) => quote(name));
  return byDistance.length === 0 ? "It has none." : `Nearest are ${byDistance.join(", ")}.`;
}

/** How many characters have to be put in, taken out or changed to get from one text to the other. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 0; at < one.length; at += 1) {
    const next = [at + 1];
    for (let to = 0; to < other.length; to += 1)
      next.push(
        Math.min((row[to] ?? 0) + (one[at] === other[to] ? 0 : 1), (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
