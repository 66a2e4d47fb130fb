import { SpecError } from "../error.ts";
import { child, entriesOf, isObject, own } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { methods } from "../walk.ts";

/** One document to merge, and what it is called in messages. */
export interface Part {
  readonly name: string;
  readonly document: JsonObject;
}

/** JSON text in which the order of keys makes no difference. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return typeof value === "bigint" ? `${value}` : JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonical(own(value, key) ?? null)}`);
  return `{${members.join(",")}}`;
}

export function isSame(one: Json, other: Json): boolean {
  return canonical(one) === canonical(other);
}

export function refuse(pointer: string, one: string, other: string, message: string): never {
  throw new SpecError("merge", pointer, `${message} (${one} and ${other})`);
}

export interface Place {
  readonly pointer: string;
  readonly item: JsonObject;
  readonly operation: JsonObject;
  readonly what: string;
}

export function operationsOf(document: JsonObject): Place[] {
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
