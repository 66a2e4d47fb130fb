import { createHash } from "node:crypto";
import { SpecError } from "../error.ts";
import { child, entriesOf, fromEntries, isObject, own, setOwn, textOf, tokensOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { toPascalCase } from "../names.ts";
import { walk } from "../walk.ts";
import { canonical, isSame, refuse, operationsOf } from "./part.ts";
import type { Part } from "./part.ts";

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
export function renameComponents(parts: readonly Part[], notes: string[]): void {
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

export function mergeComponents(parts: readonly Part[], result: JsonObject): void {
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
