/** A value of a document. Integers are bigints, so that ids in examples keep every digit. */
export type Json = null | boolean | number | bigint | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member of that name that the object itself has: a key such as `constructor` never reaches the prototype. */
export function own(object: Json | undefined, key: string): Json | undefined {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The member of that name where it is text; empty otherwise. */
export function textOf(object: Json | undefined, key: string): string {
  const value = own(object, key);
  return typeof value === "string" ? value : "";
}

/** The elements of the member of that name where it is a list. */
export function listOf(object: Json | undefined, key: string): readonly Json[] {
  const value = own(object, key);
  return Array.isArray(value) ? value : [];
}

/** Name and value of each member of the member of that name. */
export function entriesOf(object: Json | undefined, key: string): [string, Json][] {
  const value = own(object, key);
  return isObject(value) ? Object.entries(value) : [];
}

/** Sets a member as plain data, also under names like `__proto__` that an assignment would treat otherwise. */
export function setOwn(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** An object of these entries; every key is plain data. */
export function fromEntries(entries: Iterable<readonly [string, Json]>): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of entries) setOwn(result, key, value);
  return result;
}

/** A copy that shares nothing with the original. */
export function copy(value: Json): Json {
  if (Array.isArray(value)) return value.map(copy);
  return isObject(value) ? copyObject(value) : value;
}

export function copyObject(object: JsonObject): JsonObject {
  return fromEntries(Object.entries(object).map(([key, member]) => [key, copy(member)] as const));
}

/** JSON text with two spaces of indent and a final newline; bigints are written digit for digit. */
export function toJsonText(value: Json): string {
  return `${JSON.stringify(value, exactly, 2)}\n`;
}

function exactly(_key: string, member: unknown): unknown {
  return typeof member === "bigint" ? rawJson(member.toString()) : member;
}

function rawJson(text: string): unknown {
  const raw: unknown = Reflect.get(JSON, "rawJSON");
  if (typeof raw !== "function") throw new Error("JSON.rawJSON is missing: run this with the repository's own Node");
  return raw.call(JSON, text);
}

/** The pointer of a member: `child("#/paths", "/a")` is `#/paths/~1a`. */
export function child(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The keys that a pointer of the form `#/a/b` walks through. */
export function tokensOf(pointer: string): string[] {
  return pointer.split("/").slice(1).map(decodeToken);
}

function decodeToken(token: string): string {
  return decodePercent(token).replaceAll("~1", "/").replaceAll("~0", "~");
}

function decodePercent(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
