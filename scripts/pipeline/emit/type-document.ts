import { openEnum } from "@inv/bump/types";
import { child, entriesOf, fromEntries, isObject, own, setOwn, textOf, tokensOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { toCompactJson } from "../exchange.ts";
import type { Model } from "../model.ts";
import { deref, resolve } from "../references.ts";
import { isNullable } from "../schemas.ts";
import { toCommentText } from "../text.ts";
import { methods, walk } from "../walk.ts";

// What openapi-typescript prints unchanged, wherever it prints it.
const harmless = /^[A-Za-z0-9_$./{} :+,;=-]{1,200}$/;

/**
 * A document for openapi-typescript that holds nothing but what types are made from.
 *
 * It is built up key by key, never copied, and every name or value that is not plainly harmless is replaced by a
 * placeholder, which {@link Names.original} turns back once it is a node of the syntax tree. So no text of a document
 * ever passes through code that might print it as it is.
 */
export interface TypeDocument {
  readonly document: JsonObject;
  readonly names: Names;
}

export class Names {
  readonly #placeholders = new Map<string, string>();
  readonly #originals = new Map<string, string>();

  /** The text itself where it is harmless, otherwise a placeholder. */
  encode(text: string): string {
    if (harmless.test(text) && !text.startsWith("inv-") && !(text in Object.prototype)) return text;
    const known = this.#placeholders.get(text);
    if (known !== undefined) return known;
    const placeholder = `inv-text-${this.#placeholders.size}`;
    this.#placeholders.set(text, placeholder);
    this.#originals.set(placeholder, text);
    return placeholder;
  }

  /** The text behind a placeholder; undefined for anything else. */
  original(text: string): string | undefined {
    return this.#originals.get(text);
  }
}

/** `extra` are schemas that are not in the document; they are added to its components under these names. */
export function toTypeDocument(model: Model, extra: ReadonlyMap<string, Json>): TypeDocument {
  const names = new Names();
  const { document } = model;
  const write = new Writer(document, names, reachedByResponses(model));
  const paths = entriesOf(document, "paths").filter(([path]) => !path.startsWith("x-"));
  const components = own(document, "components");
  const inner = write.map(own(components, "schemas"), (schema) => write.schema(schema));
  for (const [name, schema] of extra) inner[name] = write.schema(schema);
  const result = {
    names,
    document: {
      openapi: "3.1.0",
      info: { title: "", version: "" },
      paths: fromEntries(paths.map(([path, item]) => [names.encode(path), write.pathItem(item)])),
      components: {
        schemas: inner,
        responses: write.map(own(components, "responses"), (response) => write.response(response)),
        parameters: write.map(own(components, "parameters"), (parameter) => write.parameter(parameter)),
        requestBodies: write.map(own(components, "requestBodies"), (body) => write.requestBody(body)),
        headers: write.map(own(components, "headers"), (header) => write.header(header)),
        pathItems: write.map(own(components, "pathItems"), (item) => write.pathItem(item)),
      },
    },
  };
  // Grows while it is read: what is written may refer to more.
  for (const [ref, name] of write.moved)
    setOwn(inner, names.encode(name), write.schema(resolve(document, ref, "#").node));
  return result;
}

/** Every schema object that some answer of some operation contains, followed through references. */
function reachedByResponses({ document, operations }: Model): ReadonlySet<JsonObject> {
  const reached = new Set<JsonObject>();
  const waiting: JsonObject[] = [];
  const add = (schema: Json | undefined) => {
    if (isObject(schema)) waiting.push(schema);
  };
  for (const { node } of operations)
    for (const [, response] of entriesOf(node, "responses")) {
      if (!isObject(response)) continue;
      const target = deref(document, response, "#").node;
      for (const [, media] of entriesOf(target, "content")) add(own(media, "schema"));
      for (const [, header] of entriesOf(target, "headers"))
        add(own(isObject(header) ? deref(document, header, "#").node : null, "schema"));
    }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { node } of walk(next, "#", "schema")) {
      if (reached.has(node)) continue;
      reached.add(node);
      if (typeof own(node, "$ref") === "string") add(deref(document, node, "#").node);
    }
  }
  return reached;
}

class Writer {
  /** The schemas that are referred to where they stand and get a component of their own: reference and name. */
  readonly moved = new Map<string, string>();
  readonly #taken: Set<string>;
  readonly #names: Names;
  readonly #open: ReadonlySet<JsonObject>;

  constructor(document: JsonObject, names: Names, open: ReadonlySet<JsonObject>) {
    this.#taken = new Set(entriesOf(own(document, "components"), "schemas").map(([name]) => name));
    this.#names = names;
    this.#open = open;
  }

  map(value: Json | undefined, write: (member: Json) => Json): JsonObject {
    const entries = Object.entries(isObject(value) ? value : {});
    return fromEntries(entries.map(([name, member]) => [this.#names.encode(name), write(member)]));
  }

  pathItem(item: Json): Json {
    return this.#orReference(item, (node) => ({
      ...(own(node, "parameters") === undefined
        ? {}
        : { parameters: this.#list(own(node, "parameters"), (parameter) => this.parameter(parameter)) }),
      ...fromEntries(
        methods.flatMap((method) =>
          own(node, method) === undefined ? [] : [[method, this.#operation(own(node, method) ?? null)] as const],
        ),
      ),
    }));
  }

  #operation(node: Json): Json {
    const id = own(node, "operationId");
    return {
      ...this.#comments(node),
      ...(typeof id === "string" ? { operationId: this.#names.encode(id) } : {}),
      parameters: this.#list(own(node, "parameters"), (parameter) => this.parameter(parameter)),
      ...(own(node, "requestBody") === undefined
        ? {}
        : { requestBody: this.requestBody(own(node, "requestBody") ?? null) }),
      responses: fromEntries(
        entriesOf(node, "responses")
          .filter(([status]) => !status.startsWith("x-"))
          .map(([status, response]) => [this.#names.encode(status), this.response(response)] as const),
      ),
    };
  }

  parameter(parameter: Json): Json {
    return this.#orReference(parameter, (node) => ({
      ...this.#comments(node),
      name: this.#names.encode(textOf(node, "name")),
      in: this.#names.encode(textOf(node, "in")),
      required: own(node, "required") === true,
      schema: this.schema(own(node, "schema") ?? {}),
    }));
  }

  requestBody(body: Json): Json {
    return this.#orReference(body, (node) => ({
      ...this.#comments(node),
      required: own(node, "required") === true,
      content: this.map(own(node, "content"), (media) => this.#media(media)),
    }));
  }

  response(response: Json): Json {
    return this.#orReference(response, (node) => ({
      ...this.#comments(node),
      headers: this.map(own(node, "headers"), (header) => this.header(header)),
      content: this.map(own(node, "content"), (media) => this.#media(media)),
    }));
  }

  header(header: Json): Json {
    return this.#orReference(header, (node) => ({
      ...this.#comments(node),
      required: own(node, "required") === true,
      schema: this.schema(own(node, "schema") ?? {}),
    }));
  }

  #media(media: Json): Json {
    const schema = own(media, "schema");
    return schema === undefined ? {} : { schema: this.schema(schema) };
  }

  schema(schema: Json): Json {
    if (typeof schema === "boolean") return schema;
    const ref = own(schema, "$ref");
    if (typeof ref === "string") return { ...this.#comments(schema), $ref: this.#schemaReference(ref) };
    return this.#orReference(schema, (node) => {
      const result: JsonObject = { ...this.#comments(node), ...this.#type(node) };
      for (const key of ["properties", "patternProperties"])
        if (isObject(own(node, key) ?? null)) result[key] = this.map(own(node, key), (member) => this.schema(member));
      for (const key of ["allOf", "anyOf", "oneOf", "prefixItems"])
        if (own(node, key) !== undefined) result[key] = this.#list(own(node, key), (branch) => this.schema(branch));
      for (const key of ["items", "additionalProperties"])
        if (own(node, key) !== undefined) result[key] = this.schema(own(node, key) ?? null);
      const others = this.#others(node);
      if (others !== undefined) result["additionalProperties"] = others;
      const required = own(node, "required");
      if (Array.isArray(required)) result["required"] = required.map((name) => this.#value(name));
      for (const key of ["nullable", "readOnly"]) if (own(node, key) === true) result[key] = true;
      const discriminator = own(node, "discriminator");
      if (isObject(discriminator)) result["discriminator"] = this.#discriminator(discriminator);
      return result;
    });
  }

  /**
   * The schema of the further members of an object that has some of its own; undefined where it can stay as it is. In
   * TypeScript an index signature holds for all members, so that without theirs no value would have the type.
   */
  #others(node: JsonObject): Json | undefined {
    const write = (schemas: readonly Json[]) => schemas.map((schema) => this.schema(schema));
    const further = own(node, "additionalProperties");
    const named = write(entriesOf(node, "properties").map(([, member]) => member));
    const others = write([
      ...(isObject(further) ? [further] : []),
      ...entriesOf(node, "patternProperties").map(([, member]) => member),
    ]);
    if (further === true || named.length === 0 || others.length === 0) return undefined;
    const types = new Map([...others, ...named].map((schema) => [toCompactJson(withoutComments(schema)), schema]));
    if (types.has("true") || types.has("{}")) return {};
    return types.size < 2 ? undefined : { anyOf: [...types.values()].filter(isObject) };
  }

  #type(node: JsonObject): JsonObject {
    const type = own(node, "type");
    const values = own(node, "enum");
    // An exact value is text in TypeScript, whatever it is on the wire.
    if (own(node, "x-inv-type") !== undefined) return { type: isNullable(node) ? ["string", "null"] : "string" };
    if (Array.isArray(values) && this.#open.has(node))
      return { type: "string", [openEnum]: this.#values(isNullable(node) ? [...values, null] : values) };
    const constant = own(node, "const");
    // Of a const, openapi-typescript does not see null.
    if (constant === null) return { type: "null" };
    return {
      ...(type === undefined ? {} : { type }),
      ...(Array.isArray(values) ? { enum: this.#values(values) } : {}),
      ...(constant === undefined ? {} : { const: this.#value(constant) }),
    };
  }

  #values(values: readonly Json[]): Json[] {
    return [...new Set(values.map((value) => this.#value(value)))];
  }

  #value(value: Json): Json {
    if (typeof value === "string") return this.#names.encode(value);
    return typeof value === "bigint" ? Number(value) : value;
  }

  #discriminator(node: JsonObject): JsonObject {
    const mapping = own(node, "mapping");
    const target = (value: Json) =>
      typeof value === "string" && value.startsWith("#/") ? this.#schemaReference(value) : this.#value(value);
    return {
      propertyName: this.#names.encode(textOf(node, "propertyName")),
      ...(isObject(mapping)
        ? {
            mapping: fromEntries(
              Object.entries(mapping).map(([name, value]) => [this.#names.encode(name), target(value)]),
            ),
          }
        : {}),
    };
  }

  #comments(node: Json): JsonObject {
    const result: JsonObject = {};
    const summary = own(node, "summary");
    const description = own(node, "description");
    const format = own(node, "format");
    if (typeof summary === "string") result["summary"] = toCommentText(summary);
    if (typeof description === "string") result["description"] = toCommentText(description);
    if (typeof format === "string" && /^[A-Za-z0-9.-]{1,40}$/.test(format)) result["format"] = format;
    if (own(node, "deprecated") === true) result["deprecated"] = true;
    return result;
  }

  #list(value: Json | undefined, write: (member: Json) => Json): Json[] {
    return Array.isArray(value) ? value.map(write) : [];
  }

  #orReference(value: Json, write: (node: JsonObject) => JsonObject): Json {
    const node = isObject(value) ? value : {};
    const ref = own(node, "$ref");
    return typeof ref === "string" ? { ...this.#comments(node), $ref: this.#reference(ref) } : write(node);
  }

  /** A type exists for each component; a schema that is referred to elsewhere becomes one, named for its place. */
  #schemaReference(ref: string): string {
    const [place, section, first = "", ...more] = tokensOf(ref);
    if (place === "components" && section === "schemas" && more.length === 0) return this.#reference(ref);
    const known = this.moved.get(ref);
    if (known !== undefined) return this.#reference(child("#/components/schemas", known));
    const wanted =
      place === "components" && section === "schemas" ? [first, ...more].join("/") : tokensOf(ref).join("/");
    let name = wanted;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${wanted} ${count}`;
    this.moved.set(ref, name);
    this.#taken.add(name);
    return this.#reference(child("#/components/schemas", name));
  }

  #reference(ref: string): string {
    return tokensOf(ref).reduce((pointer, token) => child(pointer, this.#names.encode(token)), "#");
  }
}

function withoutComments(schema: Json): Json {
  if (!isObject(schema)) return schema;
  const { summary: _summary, description: _description, format: _format, deprecated: _deprecated, ...rest } = schema;
  return rest;
}
