import { parseDocument } from "yaml";
import { isObject } from "./json.js";
import type { Json, JsonObject } from "./json.js";

/** A document that cannot be compared, or an acceptance that fits no change: the message says which and why. */
export class BumpError extends Error {
  override readonly name = "BumpError";
}

/** Parses JSON or YAML text, or copies what was parsed already; integers above 2^53 stay exact. */
export function readDocument(source: unknown, name: string): JsonObject {
  const value = typeof source === "string" ? parseText(source, name) : copy(source, name);
  if (!isObject(value)) throw new BumpError(`${name}: the document has to hold a mapping at its top.`);
  const version = value["openapi"];
  if (typeof version !== "string" || !/^3\.[012]\./.test(version))
    throw new BumpError(`${name}: only OpenAPI 3.0, 3.1 and 3.2 are compared; convert the document first.`);
  return value;
}

function parseText(text: string, name: string): Json {
  const document = parseDocument(text, { intAsBigInt: true, uniqueKeys: true, logLevel: "silent" });
  const [problem] = document.errors;
  if (problem !== undefined) throw new BumpError(`${name}: ${problem.message}`);
  try {
    const value: unknown = document.toJS();
    return copy(value, name);
  } catch (error) {
    if (error instanceof BumpError) throw error;
    throw new BumpError(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function copy(value: unknown, name: string, depth = 0): Json {
  if (depth > 500) throw new BumpError(`${name}: nested deeper than 500 levels; use $ref.`);
  if (value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number")
    return value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map((member: unknown) => copy(member, name, depth + 1));
  if (typeof value !== "object") throw new BumpError(`${name}: holds a value that is no JSON.`);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copy(member, name, depth + 1)]));
}
