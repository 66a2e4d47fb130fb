import { child, copy, entriesOf, isObject, own, setOwn, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { methods } from "../walk.ts";
import { canonical, isSame, refuse } from "./part.ts";
import type { Part } from "./part.ts";

export function mergePaths(parts: readonly Part[], map: string, result: JsonObject, notes: string[]): void {
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
