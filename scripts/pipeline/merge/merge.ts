import { SpecError } from "../error.ts";
import { child, entriesOf, copy, copyObject, isObject, own, setOwn, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { checkReferences } from "../references.ts";
import { mergeComponents, renameComponents } from "./components.ts";
import { canonical, isSame, refuse, operationsOf } from "./part.ts";
import type { Part } from "./part.ts";
import { mergePaths } from "./paths.ts";

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
