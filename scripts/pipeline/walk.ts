import { child, isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

/** What an object of the document is; `other` is any that nothing here has a use for. Data (examples, defaults) is no part of it. */
export type NodeKind =
  | "document"
  | "info"
  | "server"
  | "tag"
  | "docs"
  | "pathItem"
  | "operation"
  | "parameter"
  | "requestBody"
  | "response"
  | "header"
  | "mediaType"
  | "example"
  | "schema"
  | "discriminator"
  | "components"
  | "securityScheme"
  | "callback"
  | "link"
  | "other";

type Field = readonly [shape: "one" | "list" | "map" | "none", kind: NodeKind];

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;
export type Method = (typeof methods)[number];
export { methods };

const one = (kind: NodeKind): Field => ["one", kind];
const list = (kind: NodeKind): Field => ["list", kind];
const map = (kind: NodeKind): Field => ["map", kind];

const grammar: Readonly<Record<NodeKind, ReadonlyMap<string, Field>>> = {
  document: fields({
    info: one("info"),
    servers: list("server"),
    tags: list("tag"),
    externalDocs: one("docs"),
    paths: map("pathItem"),
    webhooks: map("pathItem"),
    components: one("components"),
  }),
  info: fields({}),
  server: fields({}),
  tag: fields({ externalDocs: one("docs") }),
  docs: fields({}),
  pathItem: fields({
    parameters: list("parameter"),
    servers: list("server"),
    ...Object.fromEntries(methods.map((method) => [method, one("operation")])),
  }),
  operation: fields({
    externalDocs: one("docs"),
    parameters: list("parameter"),
    requestBody: one("requestBody"),
    responses: map("response"),
    callbacks: map("callback"),
    servers: list("server"),
  }),
  parameter: fields({ schema: one("schema"), content: map("mediaType"), examples: map("example") }),
  requestBody: fields({ content: map("mediaType") }),
  response: fields({ headers: map("header"), content: map("mediaType"), links: map("link") }),
  header: fields({ schema: one("schema"), content: map("mediaType"), examples: map("example") }),
  mediaType: fields({ schema: one("schema"), examples: map("example") }),
  example: fields({}),
  schema: new Map([
    ...named(map("schema"), "properties patternProperties dependentSchemas $defs definitions"),
    ...named(list("schema"), "allOf anyOf oneOf prefixItems"),
    ...named(one("schema"), "items additionalProperties not if then else contains propertyNames"),
    ...named(one("schema"), "unevaluatedItems unevaluatedProperties"),
    ["discriminator", one("discriminator")],
    ["externalDocs", one("docs")],
  ]),
  discriminator: fields({}),
  components: fields({
    schemas: map("schema"),
    responses: map("response"),
    parameters: map("parameter"),
    examples: map("example"),
    requestBodies: map("requestBody"),
    headers: map("header"),
    securitySchemes: map("securityScheme"),
    pathItems: map("pathItem"),
    callbacks: map("callback"),
    links: map("link"),
  }),
  securityScheme: fields({}),
  callback: fields({}),
  link: fields({}),
  other: fields({}),
};

// Members whose value is data of the API, not of the document.
const data = new Set(["example", "examples", "default", "enum", "const", "value", "mapping", "scopes", "required"]);

function fields(of: Record<string, Field>): ReadonlyMap<string, Field> {
  return new Map(Object.entries(of));
}

function named(field: Field, names: string): [string, Field][] {
  return names.split(" ").map((name) => [name, field]);
}

/** One object of the document, where it is and what it is. */
export interface Visit {
  readonly node: JsonObject;
  readonly pointer: string;
  readonly kind: NodeKind;
}

/**
 * Every object of the document that is not data, parents before children, in document order. Maps of names (`properties`,
 * `schemas`) are not visited themselves, their members are; references are not followed.
 */
export function* walk(node: Json, pointer = "#", kind: NodeKind = "document"): Generator<Visit> {
  if (!isObject(node)) return;
  yield { node, pointer, kind };
  for (const [key, value] of Object.entries(node)) {
    if (key.startsWith("x-")) continue;
    const place = child(pointer, key);
    const [shape, inner] = kind === "callback" ? one("pathItem") : (grammar[kind].get(key) ?? otherField(key, value));
    if (shape === "one") yield* walk(value, place, inner);
    if (shape === "list" && Array.isArray(value))
      for (const [index, item] of value.entries()) yield* walk(item, child(place, index), inner);
    if (shape === "map" && isObject(value)) yield* walkMap(value, place, inner, key);
  }
}

function* walkMap(map: JsonObject, pointer: string, kind: NodeKind, field: string): Generator<Visit> {
  // These two are objects of their own that may carry extensions; in any other map `x-…` is a name like another.
  const isExtensible = field === "paths" || field === "responses";
  if (isExtensible) yield { node: map, pointer, kind: "other" };
  for (const [name, member] of Object.entries(map))
    if (!isExtensible || !name.startsWith("x-")) yield* walk(member, child(pointer, name), kind);
}

function otherField(key: string, value: Json): Field {
  if (data.has(key)) return ["none", "other"];
  return [Array.isArray(value) ? "list" : "one", "other"];
}
