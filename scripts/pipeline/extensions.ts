import { SpecError } from "./error.ts";
import { child, isObject, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { checkFieldName } from "./names.ts";
import { walk } from "./walk.ts";
import type { NodeKind } from "./walk.ts";

/** The closed list: which `x-inv-*` key stands on which object, and what checks it. Other `x-*` keys are never read. */
const known: readonly {
  readonly key: string;
  readonly on: NodeKind;
  readonly parse: (value: Json, pointer: string, holder: JsonObject) => unknown;
}[] = [
  { key: "x-inv-rate-limit", on: "document", parse: parseRateLimit },
  { key: "x-inv-safe", on: "operation", parse: parseSafe },
  { key: "x-inv-pagination", on: "operation", parse: parsePagination },
  { key: "x-inv-name", on: "parameter", parse: parseName },
  { key: "x-inv-type", on: "schema", parse: parseExactType },
  { key: "x-inv-credential", on: "securityScheme", parse: parseCredentials },
];

/** A documented limit, as `Facts` of the transport has it. */
export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
  readonly scope: "account" | "ip";
  readonly concurrency?: number;
}

/** How an operation is paged, as `Pagination` of the transport has it. Places are JSON pointers into an answer. */
export interface Pagination {
  readonly style: "next-url" | "link" | "cursor" | "page";
  /** The rows. */
  readonly items: string;
  /** The URL or cursor of the next page. */
  readonly next?: string;
  /** The query parameter for cursor or page number; in the other styles one that a caller must not set. */
  readonly parameter?: string;
  /** The number of the first page. */
  readonly first?: number;
  readonly total?: string;
  readonly totalPages?: string;
  /** The query parameter that asks for changes only. */
  readonly since?: string;
}

/** One value that a person has to bring to use a security scheme. */
export interface Credential {
  readonly option: string;
  readonly variable: string;
  readonly secret: boolean;
  /** The page where it is made. */
  readonly page: string;
  readonly scope?: string;
}

/** Checks every `x-inv-*` key of the document: known, in its place, well-formed. */
export function checkExtensions(document: JsonObject): void {
  for (const { node, pointer, kind } of walk(document)) {
    for (const [key, value] of Object.entries(node)) {
      // Names in maps (a schema's properties) are not visited as keys of an object, so this sees extensions only.
      if (!key.toLowerCase().startsWith("x-inv-")) continue;
      const at = child(pointer, key);
      const rule = known.find((candidate) => candidate.key === key);
      if (rule === undefined)
        throw new SpecError(
          "extension",
          at,
          `unknown extension; known are ${known.map((candidate) => candidate.key).join(", ")}.`,
        );
      if (rule.on !== kind)
        throw new SpecError(
          "extension",
          at,
          `${key} belongs on ${rule.on === "document" ? "the top of the document" : `a ${rule.on}`}, not on a ${kind}; move it.`,
        );
      rule.parse(value, at, node);
    }
  }
}

export function rateLimitOf(document: JsonObject): RateLimit | undefined {
  const value = own(document, "x-inv-rate-limit");
  return value === undefined ? undefined : parseRateLimit(value, "#/x-inv-rate-limit");
}

export function credentialsOf(scheme: JsonObject, pointer: string): readonly Credential[] | undefined {
  const value = own(scheme, "x-inv-credential");
  return value === undefined ? undefined : parseCredentials(value, child(pointer, "x-inv-credential"));
}

/** How an operation is paged; undefined where the document does not say so. */
export function paginationOf(operation: JsonObject, pointer: string): Pagination | undefined {
  const value = own(operation, "x-inv-pagination");
  return value === undefined ? undefined : parsePagination(value, child(pointer, "x-inv-pagination"));
}

/** The name that the document gives to a parameter's input field; undefined where it follows from the parameter's. */
export function fieldNameOf(parameter: JsonObject, pointer: string): string | undefined {
  const value = own(parameter, "x-inv-name");
  return value === undefined ? undefined : parseName(value, child(pointer, "x-inv-name"));
}

function parseRateLimit(value: Json, pointer: string): RateLimit {
  const object = closed(value, pointer, ["requests", "windowMs", "scope", "concurrency"]);
  const scope = own(object, "scope");
  if (scope !== "account" && scope !== "ip")
    throw new SpecError(
      "extension",
      child(pointer, "scope"),
      "`scope` has to be account or ip: say what the provider counts by.",
    );
  const limit = {
    requests: count(object, "requests", pointer),
    windowMs: count(object, "windowMs", pointer),
    scope,
  } as const;
  return own(object, "concurrency") === undefined
    ? limit
    : { ...limit, concurrency: count(object, "concurrency", pointer) };
}

function parseSafe(value: Json, pointer: string): true {
  if (value !== true) throw new SpecError("extension", pointer, "x-inv-safe can only be true; remove it otherwise.");
  return true;
}

function parseName(value: Json, pointer: string): string {
  if (typeof value !== "string")
    throw new SpecError("extension", pointer, "x-inv-name has to be the name of an input field, in camelCase.");
  return checkFieldName(value, pointer);
}

function parsePagination(value: Json, pointer: string): Pagination {
  const object = closed(value, pointer, [
    "style",
    "items",
    "next",
    "parameter",
    "first",
    "total",
    "totalPages",
    "since",
  ]);
  const style = own(object, "style");
  if (style !== "next-url" && style !== "link" && style !== "cursor" && style !== "page")
    throw new SpecError("extension", child(pointer, "style"), "`style` has to be next-url, link, cursor or page.");
  const place = (key: string) =>
    text(object, key, pointer, /^(?:\/(?:[^~/%]|~[01])+)*$/, "a JSON pointer into the answer");
  const wire = (key: string) => text(object, key, pointer, /\S/, "the name of a query parameter");
  const has = (key: string) => own(object, key) !== undefined;
  const due = [
    ["next", style === "next-url" || style === "cursor"],
    ["parameter", style === "cursor" || style === "page"],
    ["first", style === "page"],
  ] as const;
  for (const [key, isDue] of due)
    if (isDue && !has(key))
      throw new SpecError("extension", pointer, `\`${key}\` is missing, which the style ${style} needs.`);
  if (has("next") && style !== "next-url" && style !== "cursor")
    throw new SpecError(
      "extension",
      child(pointer, "next"),
      `\`next\` has no meaning for the style ${style}; remove it.`,
    );
  const first = own(object, "first");
  if (has("first") && (style !== "page" || (first !== 0n && first !== 1n)))
    throw new SpecError("extension", child(pointer, "first"), "`first` has to be 0 or 1, for the style page only.");
  return {
    style,
    items: place("items"),
    ...(has("next") ? { next: place("next") } : {}),
    ...(has("parameter") ? { parameter: wire("parameter") } : {}),
    ...(has("first") ? { first: Number(first) } : {}),
    ...(has("total") ? { total: place("total") } : {}),
    ...(has("totalPages") ? { totalPages: place("totalPages") } : {}),
    ...(has("since") ? { since: wire("since") } : {}),
  };
}

function parseExactType(value: Json, pointer: string, schema: JsonObject): "id" | "decimal" {
  if (value !== "id" && value !== "decimal")
    throw new SpecError("extension", pointer, "x-inv-type has to be id or decimal.");
  const types = [own(schema, "type") ?? []].flat();
  const scalar = types.filter((type) => type !== "null");
  if (scalar.length === 0 || !scalar.every((type) => type === "integer" || type === "number" || type === "string"))
    throw new SpecError(
      "extension",
      pointer,
      "x-inv-type needs a `type` of integer, number or string (or a list of these, with null) beside it.",
    );
  for (const key of ["enum", "const", "$ref", "allOf", "anyOf", "oneOf"])
    if (own(schema, key) !== undefined)
      throw new SpecError(
        "extension",
        pointer,
        `x-inv-type cannot stand beside \`${key}\`; put it on a branch with a plain type.`,
      );
  if (value === "decimal" && own(schema, "format") === "int32")
    throw new SpecError(
      "extension",
      pointer,
      "an int32 fits a JavaScript number; remove x-inv-type, or `format` where the figure may be longer.",
    );
  return value;
}

function parseCredentials(value: Json, pointer: string): readonly Credential[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new SpecError("extension", pointer, "x-inv-credential has to be a list with at least one entry.");
  const seen = new Set<string>();
  return value.map((entry, index) => {
    const at = child(pointer, index);
    const object = closed(entry, at, ["option", "variable", "secret", "page", "scope"]);
    const option = text(object, "option", at, /^[a-z][A-Za-z0-9]*$/, "a camelCase name");
    const variable = text(object, "variable", at, /^[A-Z][A-Z0-9_]*$/, "an environment variable in capitals");
    const page = text(
      object,
      "page",
      at,
      /^https:\/\/[^\s"'<>`\\|]+$/,
      "the https address of the page where it is made",
    );
    const secret = own(object, "secret");
    if (typeof secret !== "boolean")
      throw new SpecError("extension", child(at, "secret"), "`secret` has to be true or false.");
    if (seen.has(option))
      throw new SpecError(
        "extension",
        child(at, "option"),
        `\`${option}\` is named twice; give each value its own option.`,
      );
    seen.add(option);
    const credential = { option, variable, secret, page };
    return own(object, "scope") === undefined
      ? credential
      : { ...credential, scope: text(object, "scope", at, /\S/, "the scope's name") };
  });
}

function closed(value: Json, pointer: string, keys: readonly string[]): JsonObject {
  if (!isObject(value)) throw new SpecError("extension", pointer, `an object with ${keys.join(", ")} is expected.`);
  const extra = Object.keys(value).find((key) => !keys.includes(key));
  if (extra !== undefined)
    throw new SpecError("extension", child(pointer, extra), `unknown key; known are ${keys.join(", ")}.`);
  return value;
}

function count(object: JsonObject, key: string, pointer: string): number {
  const value = own(object, key);
  if (typeof value !== "bigint" || value < 1n || value > 1_000_000_000n)
    throw new SpecError("extension", child(pointer, key), `\`${key}\` has to be a whole number from 1 to 10^9.`);
  return Number(value);
}

function text(object: JsonObject, key: string, pointer: string, pattern: RegExp, meaning: string): string {
  const value = own(object, key);
  if (typeof value !== "string" || !pattern.test(value))
    throw new SpecError("extension", child(pointer, key), `\`${key}\` has to be ${meaning}.`);
  return value;
}
