import { createHash } from "node:crypto";
import { SpecError } from "./error.ts";
import { child, copy, copyObject, entriesOf, fromEntries, isObject, own, setOwn, textOf, tokensOf } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { toPascalCase } from "./names.ts";
import { checkReferences } from "./references.ts";
import { methods, walk } from "./walk.ts";

/** One document to merge, and what it is called in messages. */
export interface Part {
  readonly name: string;
  readonly document: JsonObject;
}

export interface Merged {
  readonly document: JsonObject;
  /** What a person has to know: what was renamed, and where the parts say different things. */
  readonly notes: readonly string[];
}

/**
 * Merges the documents of several pages into one. The order in which they are given makes no difference; one document
 * alone comes back as it is.
 *
 * Components of one name and content are there once; of one name and other content, all but one are renamed after the
 * operation that they belong to. Servers and security that differ move to the operations that they are meant for.
 *
 * @throws SpecError `merge`, with the pointer and the pages of both sides, where nothing of that kind is possible
 */
export function mergeDocuments(parts: readonly Part[]): Merged {
  const sorted = parts.map((part) => ({ ...part, key: sortKey(part.document) })).toSorted(byKey);
  const [only, ...others] = sorted;
  if (only === undefined) throw new SpecError("merge", "", "there is nothing to merge.");
  if (others.length === 0) return { document: only.document, notes: [] };
  const notes: string[] = [];
  const copies = sorted.map(({ name, document }) => ({ name, document: copyObject(document) }));
  renameComponents(copies, notes);
  moveInherited(copies, notes);
  const result: JsonObject = {};
  for (const part of copies)
    for (const [key, value] of Object.entries(part.document)) {
      const known = own(result, key);
      if (key === "paths" || key === "webhooks" || key === "components" || key === "tags") {
        if (known === undefined) setOwn(result, key, key === "tags" ? [] : {});
      } else if (known === undefined) setOwn(result, key, value);
      else if (!isSame(known, value)) reportRoot(key, known, value, copies, part, result, notes);
    }
  mergeTags(copies, result, notes);
  for (const key of ["paths", "webhooks"]) mergePaths(copies, key, result, notes);
  mergeComponents(copies, result);
  checkOperationIds(result);
  checkReferences(result);
  return { document: result, notes };
}

/** Orders by what a document describes, then by its content: never by the name of its file. */
function sortKey(document: JsonObject): string {
  const operations = [...entriesOf(document, "paths"), ...entriesOf(document, "webhooks")].flatMap(([path, item]) =>
    isObject(item) ? Object.keys(item).map((method) => `${path} ${method}`) : [path],
  );
  return `${operations.toSorted().join("\n")}\n\n${canonical(document)}`;
}

function byKey(one: { key: string }, other: { key: string }): number {
  if (one.key === other.key) return 0;
  return one.key < other.key ? -1 : 1;
}

/** JSON text in which the order of keys makes no difference. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return typeof value === "bigint" ? `${value}` : JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonical(own(value, key) ?? null)}`);
  return `{${members.join(",")}}`;
}

function isSame(one: Json, other: Json): boolean {
  return canonical(one) === canonical(other);
}

function refuse(pointer: string, one: string, other: string, message: string): never {
  throw new SpecError("merge", pointer, `${message} (${one} and ${other})`);
}

function reportRoot(
  key: string,
  known: Json,
  value: Json,
  parts: readonly Part[],
  part: Part,
  result: JsonObject,
  notes: string[],
): void {
  const keeper = nameOf(parts, (each) => isObject(each.document) && isSame(own(each.document, key) ?? null, known));
  if (key === "jsonSchemaDialect") refuse(`#/${key}`, keeper, part.name, "the pages are written in different dialects");
  if (key !== "openapi") {
    notes.push(`#${child("", key)} differs: that of ${keeper} is kept, that of ${part.name} is not.`);
    return;
  }
  const [one, other] = [known, value].map((version) => (typeof version === "string" ? version : ""));
  if (one?.slice(0, 3) !== other?.slice(0, 3))
    refuse("#/openapi", keeper, part.name, `${one} and ${other} do not mean the same; convert one of the pages`);
  if (Number(other?.split(".")[2]) > Number(one?.split(".")[2])) setOwn(result, key, value);
}

function nameOf(parts: readonly Part[], holds: (part: Part) => boolean): string {
  return parts.find(holds)?.name ?? "another page";
}

// Servers and security

/** Servers and security that are not those of the first page become those of the operations. */
function moveInherited(parts: readonly Part[], notes: string[]): void {
  for (const key of ["servers", "security"]) {
    const base = parts.find(({ document }) => own(document, key) !== undefined);
    const common = base === undefined ? undefined : own(base.document, key);
    if (base === undefined || common === undefined) continue;
    for (const part of parts) {
      const { document, name } = part;
      const value = own(document, key);
      if (value !== undefined && isSame(value, common)) continue;
      // A page without servers leaves them to the others; one without security says that there is none.
      if (value === undefined && key === "servers") {
        notes.push(`#/servers: ${name} has none and gets those of ${base.name}.`);
        continue;
      }
      notes.push(`#/${key} differs: that of ${base.name} is kept, that of ${name} moves to its operations.`);
      for (const { item, operation } of operationsOf(document))
        if (own(operation, key) === undefined && (key === "security" || own(item, key) === undefined))
          setOwn(operation, key, copy(value ?? []));
      delete document[key];
    }
  }
}

interface Place {
  readonly pointer: string;
  readonly item: JsonObject;
  readonly operation: JsonObject;
  readonly what: string;
}

function operationsOf(document: JsonObject): Place[] {
  return ["paths", "webhooks"].flatMap((map) =>
    entriesOf(document, map).flatMap(([path, item]) =>
      methods.flatMap((method) => {
        const operation = own(item, method);
        return isObject(item) && isObject(operation)
          ? [{ pointer: child(child(`#/${map}`, path), method), item, operation, what: `${method} ${path}` }]
          : [];
      }),
    ),
  );
}

function mergeTags(parts: readonly Part[], result: JsonObject, notes: string[]): void {
  const tags: { tag: Json; from: string }[] = [];
  for (const { name, document } of parts) {
    const list = own(document, "tags");
    for (const tag of Array.isArray(list) ? list : []) {
      const known = tags.find((each) => textOf(each.tag, "name") === textOf(tag, "name"));
      if (known === undefined) tags.push({ tag, from: name });
      else if (!isSame(known.tag, tag))
        notes.push(
          `The tag ${JSON.stringify(textOf(tag, "name"))} differs: that of ${known.from} is kept, that of ${name} is not.`,
        );
    }
  }
  if (own(result, "tags") === undefined) return;
  const all = tags.map(({ tag }) => tag);
  setOwn(result, "tags", all);
}

// Paths

function mergePaths(parts: readonly Part[], map: string, result: JsonObject, notes: string[]): void {
  const target = own(result, map);
  if (!isObject(target)) return;
  const names = new Set(parts.flatMap(({ document }) => entriesOf(document, map).map(([path]) => path)));
  for (const path of names) {
    const items = parts.flatMap(({ name, document }) => {
      const item = own(own(document, map), path);
      return item === undefined ? [] : [{ name, item }];
    });
    setOwn(target, path, mergeItem(items, child(`#/${map}`, path), notes));
  }
  const templates = new Map<string, string>();
  for (const path of Object.keys(target)) {
    const template = path.replaceAll(/\{[^}]*\}/g, "{}");
    const known = templates.get(template);
    if (known !== undefined && map === "paths")
      notes.push(`${child("#/paths", known)} and ${child("#/paths", path)} differ only in the names of parameters.`);
    templates.set(template, path);
  }
}

function mergeItem(items: readonly { name: string; item: Json }[], pointer: string, notes: string[]): Json {
  const [first, ...more] = items;
  if (first === undefined || !isObject(first.item) || more.every(({ item }) => isSame(item, first.item)))
    return first?.item ?? {};
  // What holds for every method of one page would hold for the other page's methods too: it moves into the operations.
  for (const key of ["parameters", "servers"]) {
    const values = new Set(items.map(({ item }) => canonical(own(item, key) ?? [])));
    if (values.size > 1) for (const { item } of items) moveIntoOperations(item, key);
  }
  const merged: JsonObject = {};
  const owners = new Map<string, string>();
  for (const { name, item } of items) {
    if (!isObject(item)) refuse(pointer, first.name, name, "one of the pages has no object here");
    for (const [key, value] of Object.entries(item)) {
      const known = own(merged, key);
      const owner = owners.get(key) ?? name;
      if (known === undefined) {
        setOwn(merged, key, value);
        owners.set(key, name);
      } else if (!isSame(known, value)) {
        if (key !== "summary" && key !== "description")
          refuse(child(pointer, key), owner, name, "two pages describe this differently; give only one of them");
        notes.push(`${child(pointer, key)} differs: that of ${owner} is kept, that of ${name} is not.`);
      }
    }
  }
  return merged;
}

function moveIntoOperations(item: Json, key: string): void {
  const shared = own(item, key);
  if (!isObject(item) || !Array.isArray(shared)) return;
  for (const method of methods) {
    const operation = own(item, method);
    if (!isObject(operation)) continue;
    const list = own(operation, key);
    const known = Array.isArray(list) ? list : [];
    if (key === "servers") {
      if (list === undefined) setOwn(operation, key, copy(shared));
      continue;
    }
    const added = shared.filter((parameter) => !known.some((each) => isSameParameter(each, parameter)));
    setOwn(operation, key, [...added.map(copy), ...known]);
  }
  delete item[key];
}

function isSameParameter(one: Json, other: Json): boolean {
  if (own(one, "$ref") !== undefined || own(other, "$ref") !== undefined) return isSame(one, other);
  return textOf(one, "name") === textOf(other, "name") && textOf(one, "in") === textOf(other, "in");
}

function checkOperationIds(document: JsonObject): void {
  const seen = new Map<string, string>();
  for (const { pointer, operation } of operationsOf(document)) {
    const id = textOf(operation, "operationId");
    const known = seen.get(id);
    if (id !== "" && known !== undefined)
      throw new SpecError(
        "merge",
        child(pointer, "operationId"),
        `${JSON.stringify(id)} is also the operationId of ${known}; leave one of the pages out.`,
      );
    seen.set(id, pointer);
  }
}

// Components

interface Use {
  readonly part: number;
  readonly section: string;
  readonly name: string;
  readonly node: Json;
  readonly targets: readonly string[];
  color: string;
}

/**
 * Gives components of one name and other content names of their own. Two are the same only if all that they refer to
 * is the same too: colours are refined until they tell apart what differs, also in a ring of references.
 */
function renameComponents(parts: readonly Part[], notes: string[]): void {
  const uses = new Map<string, Use>();
  for (const [part, { document }] of parts.entries())
    for (const [section, members] of entriesOf(document, "components"))
      if (isObject(members) && !section.startsWith("x-"))
        for (const [name, node] of Object.entries(members))
          uses.set(key(part, section, name), {
            part,
            section,
            name,
            node,
            targets: targetsOf(node).map(([section, name]) => key(part, section, name)),
            color: hash(canonical(node)),
          });
  let classes = 0;
  for (;;) {
    const count = new Set(Array.from(uses.values(), ({ color }) => color)).size;
    if (count === classes) break;
    classes = count;
    const next = Array.from(uses.values(), ({ color, targets }) =>
      hash([color, ...targets.map((target) => uses.get(target)?.color ?? "")].join(" ")),
    );
    for (const [index, use] of [...uses.values()].entries()) use.color = next[index] ?? use.color;
  }
  const names = new Set(Array.from(uses.values(), ({ section, name }) => child(section, name)));
  const renames = parts.map(() => new Map<string, string>());
  const implicit = parts.map(({ document }) => implicitDiscriminator(document));
  const groups = Map.groupBy(uses.values(), ({ section, name }) => child(section, name));
  for (const [place, members] of groups) {
    const [first] = members;
    if (first === undefined) continue;
    const given = new Map([[first.color, first.name]]);
    for (const use of members) {
      const pages = [parts[first.part]?.name ?? "", parts[use.part]?.name ?? ""] as const;
      const known = given.get(use.color);
      const name = known ?? newName(use, parts, names, pages, implicit[use.part]);
      if (known === undefined) {
        given.set(use.color, name);
        names.add(child(use.section, name));
        notes.push(`#/components/${place} of ${pages[1]} is not that of ${pages[0]}: it is now ${name}.`);
      }
      if (name !== use.name) renames[use.part]?.set(place, name);
    }
  }
  for (const [index, { document, name }] of parts.entries()) rename(document, renames[index] ?? new Map(), name);
}

function key(part: number, section: string, name: string): string {
  return `${part} ${child(section, name)}`;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function newName(
  { part, section, name }: Use,
  parts: readonly Part[],
  names: ReadonlySet<string>,
  pages: readonly [string, string],
  implicit: string | undefined,
): string {
  const pointer = child(`#/components/${section}`, name);
  if (section === "securitySchemes")
    refuse(pointer, ...pages, "the pages mean different things by this scheme; credentials cannot be told apart then");
  const document = parts[part]?.document ?? {};
  const [operation] = operationsOf(document);
  const label = toPascalCase(textOf(operation?.operation, "operationId") || (operation?.what ?? ""));
  const renamed = `${name}Of${label}`;
  if (label === "") refuse(pointer, ...pages, "the pages differ here, and there is no operation to name one after");
  if (names.has(child(section, renamed)))
    refuse(pointer, ...pages, `the pages differ here, and ${renamed} is the name of something else`);
  if (section === "schemas" && implicit !== undefined)
    refuse(pointer, ...pages, `the pages differ here, and the discriminator at ${implicit} may go by this very name`);
  return renamed;
}

/** Where a document goes by the names of its schemas themselves, and not by references to them. */
function implicitDiscriminator(document: JsonObject): string | undefined {
  for (const { node, pointer } of walk(document))
    if (own(node, "discriminator") !== undefined && !isObject(mappingOf(node))) return pointer;
  return undefined;
}

function mappingOf(schema: Json): Json | undefined {
  return own(own(schema, "discriminator"), "mapping");
}

/** Section and name of every component that something refers to. */
function targetsOf(node: Json): [string, string][] {
  const found: [string, string][] = [];
  const visit = (value: Json): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    if (!isObject(value)) return;
    const targets = [own(value, "$ref"), ...Object.values(mappingOf(value) ?? {})];
    for (const target of targets) {
      const [section, name] = typeof target === "string" ? componentOf(target) : [];
      if (section !== undefined && name !== undefined) found.push([section, name]);
    }
    for (const member of Object.values(value)) visit(member);
  };
  visit(node);
  return found;
}

function componentOf(target: string): readonly string[] {
  const [root, ...rest] = target.startsWith("#/") ? tokensOf(target) : [];
  if (root === "components") return rest;
  return /^[A-Za-z0-9._-]+$/.test(target) ? ["schemas", target] : [];
}

function rename(document: JsonObject, names: ReadonlyMap<string, string>, page: string): void {
  if (names.size === 0) return;
  const renamed = (target: string): string => {
    const [section, name, ...rest] = componentOf(target);
    const next = section === undefined || name === undefined ? undefined : names.get(child(section, name));
    if (section === undefined || next === undefined) return target;
    return target.startsWith("#/") ? [next, ...rest].reduce(child, `#/components/${section}`) : next;
  };
  for (const { node } of walk(document)) {
    const ref = own(node, "$ref");
    if (typeof ref === "string") setOwn(node, "$ref", renamed(ref));
    const mapping = mappingOf(node);
    for (const [value, target] of Object.entries(mapping ?? {}))
      if (isObject(mapping) && typeof target === "string") setOwn(mapping, value, renamed(target));
  }
  const components = own(document, "components");
  for (const [section, members] of entriesOf(document, "components"))
    if (isObject(members) && isObject(components))
      setOwn(
        components,
        section,
        fromEntries(Object.entries(members).map(([name, node]) => [names.get(child(section, name)) ?? name, node])),
      );
  const left = targetsOf(document).find(
    ([section, name]) => names.has(child(section, name)) && !has(document, section, name),
  );
  if (left !== undefined)
    throw new SpecError(
      "merge",
      `#/components/${left.join("/")}`,
      `an example or extension of ${page} refers to this component, which has to be renamed; give the page alone.`,
    );
}

function has(document: JsonObject, section: string, name: string): boolean {
  return own(own(own(document, "components"), section), name) !== undefined;
}

function mergeComponents(parts: readonly Part[], result: JsonObject): void {
  const target = own(result, "components");
  if (!isObject(target)) return;
  const owners = new Map<string, string>();
  for (const { name: page, document } of parts)
    for (const [section, members] of entriesOf(document, "components")) {
      const known = own(target, section) ?? {};
      if (!isObject(known) || !isObject(members)) refuse(child("#/components", section), page, page, "no object");
      setOwn(target, section, known);
      for (const [name, node] of Object.entries(members)) {
        const place = child(child("#/components", section), name);
        const before = own(known, name);
        if (before === undefined) setOwn(known, name, node);
        else if (!isSame(before, node)) refuse(place, owners.get(place) ?? "", page, "the pages differ here");
        if (before === undefined) owners.set(place, page);
      }
    }
}
