/** A small part of JSON Schema: what the five documents use. An unknown keyword is an error, not a pass. */
import { readFileSync } from "node:fs";

type Node = Readonly<Record<string, unknown>>;

/** A JSON value whose numbers are their own text. */
export type Value =
  | null
  | boolean
  | string
  | { readonly number: string }
  | readonly Value[]
  | ReadonlyMap<string, Value>;

const annotations = new Set(["description", "title", "examples", "example", "x-inv-type", "x-scope"]);

export interface Schemas {
  /** One sentence for each thing wrong with a body, by operation and status. */
  problems(operationId: string, status: number, body: string): string[];
  readonly operations: readonly { readonly operationId: string; readonly statuses: readonly number[] }[];
}

/** Reads the effective document of a provider. */
export function readSchemas(provider: string): Schemas {
  const document: unknown = JSON.parse(
    readFileSync(new URL(`../../${provider}/openapi.json`, import.meta.url), "utf8"),
  );
  const operations = Object.values(at(document, ["paths"])).flatMap((item) => Object.values(node(item)).map(node));
  return {
    operations: operations.map((operation) => ({
      operationId: String(operation["operationId"]),
      statuses: Object.keys(node(operation["responses"])).map(Number),
    })),
    problems(operationId, status, body) {
      const operation = operations.find((candidate) => candidate["operationId"] === operationId);
      const path = ["responses", String(status), "content", "application/json", "schema"];
      const schema = operation && find(operation, path);
      if (schema === undefined) return [`${operationId} documents no ${status}`];
      return validate(document, node(schema), parseValue(body), "");
    },
  };
}

function node(value: unknown): Node {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("not an object");
  return Object.fromEntries(Object.entries(value));
}

function find(from: unknown, path: readonly string[]): unknown {
  let found = from;
  for (const name of path) {
    const members = node(found);
    if (!Object.hasOwn(members, name)) return undefined;
    found = members[name];
  }
  return found;
}

function at(from: unknown, path: readonly string[]): Node {
  return node(find(from, path));
}

function validate(document: unknown, schema: Node, value: Value, pointer: string): string[] {
  return Object.entries(schema).flatMap(([keyword, setting]) => {
    if (annotations.has(keyword)) return [];
    switch (keyword) {
      case "$ref":
        return validate(document, at(document, String(setting).split("/").slice(1)), value, pointer);
      case "type":
        return [setting].flat().some((type) => isOfType(value, String(type)))
          ? []
          : [`${pointer} is no ${String(setting)}`];
      case "properties":
        return Object.entries(node(setting)).flatMap(([name, member]) => {
          const found = value instanceof Map ? value.get(name) : undefined;
          return found === undefined ? [] : validate(document, node(member), found, `${pointer}/${name}`);
        });
      case "required":
        return [setting]
          .flat()
          .flatMap((name) =>
            value instanceof Map && !value.has(String(name)) ? [`${pointer}/${String(name)} is missing`] : [],
          );
      case "items":
        return isList(value)
          ? value.flatMap((item, index) => validate(document, node(setting), item, `${pointer}/${index}`))
          : [];
      case "enum":
        return typeof value === "string" && [setting].flat().includes(value) ? [] : [`${pointer} is none of the enum`];
      case "oneOf":
      case "anyOf": {
        const fitting = [setting].flat().filter((one) => validate(document, node(one), value, pointer).length === 0);
        const fits = keyword === "oneOf" ? fitting.length === 1 : fitting.length > 0;
        return fits ? [] : [`${pointer} fits ${fitting.length} of ${keyword}`];
      }
      case "maxLength":
        return typeof value !== "string" || Array.from(value).length <= Number(setting)
          ? []
          : [`${pointer} is too long`];
      case "pattern":
        return typeof value !== "string" || new RegExp(String(setting)).test(value)
          ? []
          : [`${pointer} does not match`];
      case "format":
        return hasFormat(value, String(setting)) ? [] : [`${pointer} is no ${String(setting)}`];
      default:
        throw new Error(`the keyword ${keyword} is not understood`);
    }
  });
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isNumber(value: Value): value is { readonly number: string } {
  return typeof value === "object" && value !== null && "number" in value;
}

function isOfType(value: Value, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "boolean":
    case "string":
      return typeof value === type;
    case "array":
      return isList(value);
    case "object":
      return value instanceof Map;
    case "number":
      return isNumber(value);
    case "integer":
      return isNumber(value) && /^-?\d+$/.test(value.number);
    default:
      throw new Error(`the type ${type} is not understood`);
  }
}

function hasFormat(value: Value, format: string): boolean {
  switch (format) {
    case "uuid":
      return typeof value !== "string" || /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
    case "date-time":
      return typeof value !== "string" || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value);
    case "int32":
      return !isNumber(value) || Math.abs(Number(value.number)) < 2 ** 31;
    case "int64":
      return !isNumber(value) || !/^-?\d+$/.test(value.number) || isInt64(BigInt(value.number));
    default:
      throw new Error(`the format ${format} is not understood`);
  }
}

function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

/** Parses JSON strictly; a key that comes twice is an error. */
export function parseValue(text: string): Value {
  JSON.parse(text);
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{},:]/g) ?? [];
  let next = 0;
  const take = () => tokens[next++] ?? "";
  function read(): Value {
    const token = take();
    if (token === "[") {
      const items: Value[] = [];
      while (tokens[next] !== "]") {
        items.push(read());
        if (tokens[next] === ",") next += 1;
      }
      next += 1;
      return items;
    }
    if (token === "{") {
      const members = new Map<string, Value>();
      while (tokens[next] !== "}") {
        const name = String(JSON.parse(take()));
        next += 1;
        if (members.has(name)) throw new Error(`the key ${name} comes twice`);
        members.set(name, read());
        if (tokens[next] === ",") next += 1;
      }
      next += 1;
      return members;
    }
    if (token.startsWith('"')) return String(JSON.parse(token));
    if (token === "null") return null;
    if (token === "true" || token === "false") return token === "true";
    return { number: token };
  }
  return read();
}
