export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member itself, never one that is inherited; undefined when there is none. */
export function own(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function objectAt(value: Json | undefined, key: string): JsonObject {
  const member = own(value, key);
  return isObject(member) ? member : {};
}

export function listAt(value: Json | undefined, key: string): readonly Json[] {
  const member = own(value, key);
  return isList(member) ? member : [];
}

export function textAt(value: Json | undefined, key: string): string {
  const member = own(value, key);
  return typeof member === "string" ? member : "";
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** An object with exactly these members, whatever they are called. */
export function fromEntries(entries: Iterable<readonly [string, Json]>): JsonObject {
  return Object.fromEntries(entries);
}

export function child(pointer: string, token: string): string {
  return `${pointer}/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

const sets = new Set(["required", "enum", "type", "tags"]);

/** The same text for values that differ in nothing but the order of keys, or of lists that are sets. */
export function canonical(value: Json | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "bigint") return String(value);
  if (isList(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted()
    .map((key) => {
      const member = own(value, key);
      const text = sets.has(key) && isList(member) ? `[${member.map(canonical).toSorted().join()}]` : canonical(member);
      return `${JSON.stringify(key)}:${text}`;
    });
  return `{${members.join()}}`;
}

export function same(left: Json | undefined, right: Json | undefined): boolean {
  return left === right || canonical(left) === canonical(right);
}
