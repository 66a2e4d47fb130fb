import { astToString } from "openapi-typescript";
import ts from "typescript";
import { openEnum, toStatements } from "./client-types.js";
import { child, fromEntries, isList, isObject, listAt, objectAt, own, same, textAt } from "./json.js";
import type { Json, JsonObject } from "./json.js";
import type { Model } from "./model.js";
import { componentOf, partsOf, reach } from "./units.js";
import type { Unit } from "./units.js";

const harmless = /^[A-Za-z0-9_$./{} :+,;=-]{1,200}$/;

/** The types of a document as text, and by the name that each has within `components["schemas"]`. */
export interface Types {
  readonly text: string;
  readonly byName: ReadonlyMap<string, TypeText>;
  /** The name of a unit's type. */
  nameOf(key: string): string;
}

/** One type as it is written, and the types that it names: equal for equal types. */
export interface TypeText {
  readonly text: string;
  readonly uses: ReadonlySet<string>;
}

/**
 * Runs openapi-typescript over a document that holds nothing but what types are made from.
 *
 * It is built up key by key, and every name that is not plainly harmless is written in hexadecimal, so that no text of a
 * document is ever printed as code.
 */
export function writeTypes(model: Model, units: ReadonlyMap<string, Unit>, earlier?: EarlierDocument): Types {
  const writer = new Writer(model, openSchemas(model, units));
  const schemas = new Map<string, Json>();
  const names = new Map<string, string>();
  for (const [name, schema] of Object.entries(model.schemas))
    schemas.set(encode(name), writer.write(schema, own(earlier?.model.schemas, name)));
  for (const [key, unit] of units) {
    const name = unit.component === undefined ? `inv-unit-${Buffer.from(key).toString("hex")}` : encode(unit.component);
    names.set(key, name);
    if (unit.component === undefined) schemas.set(name, writer.write(unit.schema, earlier?.units.get(key)?.schema));
  }
  // Grows while it is read: what is written may refer to more.
  for (const [ref, name] of writer.moved) schemas.set(name, writer.write(model.deref({ $ref: ref }, ref).node));
  const statements = toStatements({
    openapi: "3.1.0",
    info: { title: "", version: "" },
    paths: {},
    components: { schemas: Object.fromEntries(schemas) },
  });
  return {
    text: astToString(statements),
    byName: new Map(textsOf(statements)),
    nameOf: (key) => names.get(key) ?? "",
  };
}

/** What a document came from: a discriminator mapping that only grew since is written as it was there. */
export interface EarlierDocument {
  readonly model: Model;
  readonly units: ReadonlyMap<string, Unit>;
}

/** A type as it is written, with those that have no name in the document, for nobody else speaks for them. */
export function ownText(types: Types, name: string, seen = new Set<string>()): string {
  const type = types.byName.get(name);
  if (type === undefined || seen.has(name)) return "";
  seen.add(name);
  const unnamed = [...type.uses].filter((used) => used.startsWith("inv-ref-"));
  return [type.text, ...unnamed.map((used) => ownText(types, used, seen))].join("\n");
}

function* textsOf(statements: readonly ts.Statement[]): Generator<[name: string, type: TypeText]> {
  const components = statements.find(
    (node) => ts.isInterfaceDeclaration(node) && node.name.text === "components" && node.members.length > 0,
  );
  if (components === undefined || !ts.isInterfaceDeclaration(components)) return;
  const schemas = components.members.find((member) => member.name !== undefined && nameOf(member.name) === "schemas");
  if (schemas === undefined || !ts.isPropertySignature(schemas)) return;
  if (schemas.type === undefined || !ts.isTypeLiteralNode(schemas.type)) return;
  const printer = ts.createPrinter();
  const file = ts.createSourceFile("/types.ts", "", ts.ScriptTarget.ES2022);
  for (const member of schemas.type.members) {
    if (member.name === undefined) continue;
    const text = printer.printNode(ts.EmitHint.Unspecified, member, file);
    const uses = new Set(Array.from(text.matchAll(/components\["schemas"\]\["([^"]+)"\]/g), ([, name = ""]) => name));
    yield [nameOf(member.name), { text, uses }];
  }
}

function nameOf(name: ts.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : "";
}

/** The text itself where it is harmless, otherwise the same placeholder in every document. */
export function encode(text: string): string {
  if (harmless.test(text) && !text.startsWith("inv-") && !(text in Object.prototype)) return text;
  return `inv-text-${Buffer.from(text).toString("hex")}`;
}

/** Puts the original texts back into what people read. */
export function decode(text: string): string {
  return text.replaceAll(/inv-(?:text|unit|ref)-((?:[0-9a-f]{2})+)/g, (_, hex: string) =>
    Buffer.from(hex, "hex").toString("utf8"),
  );
}

/** True where a mapping has all entries of an earlier one: a further entry is like a further member of an open enum. */
export function mappingGrows(before: Json | undefined, after: Json | undefined): boolean {
  const from = Object.entries(objectAt(before, "mapping"));
  const to = objectAt(after, "mapping");
  return (
    from.length > 0 &&
    same(own(before, "propertyName"), own(after, "propertyName")) &&
    from.every(([name, target]) => same(target, own(to, name)))
  );
}

function openSchemas(model: Model, units: ReadonlyMap<string, Unit>): ReadonlySet<JsonObject> {
  const open = new Set<JsonObject>();
  const names = new Set<string>();
  for (const unit of units.values()) {
    if (unit.direction !== "response" || unit.component !== undefined) continue;
    for (const part of partsOf(unit.schema)) open.add(part);
    reach(model, unit.schema, names);
  }
  for (const name of names) for (const part of partsOf(own(model.schemas, name))) open.add(part);
  return open;
}

class Writer {
  /** What is referred to where it stands and gets a type of its own: reference and name. */
  readonly moved = new Map<string, string>();
  readonly #model: Model;
  readonly #open: ReadonlySet<JsonObject>;

  constructor(model: Model, open: ReadonlySet<JsonObject>) {
    this.#model = model;
    this.#open = open;
  }

  write(schema: Json | undefined, earlier?: Json): Json {
    if (typeof schema === "boolean") return schema;
    if (!isObject(schema)) return {};
    const ref = own(schema, "$ref");
    if (typeof ref === "string") return { $ref: this.#reference(ref) };
    const result = new Map<string, Json>(Object.entries(typeOf(schema, this.#open)));
    for (const key of ["properties", "patternProperties", "$defs"])
      if (own(schema, key) !== undefined)
        result.set(
          key,
          fromEntries(
            Object.entries(objectAt(schema, key)).map(([name, member]) => [
              encode(name),
              this.write(member, own(own(earlier, key), name)),
            ]),
          ),
        );
    for (const key of ["allOf", "anyOf", "oneOf", "prefixItems"])
      if (own(schema, key) !== undefined)
        result.set(
          key,
          listAt(schema, key).map((branch, index) => this.write(branch, listAt(earlier, key)[index])),
        );
    for (const key of ["items", "additionalProperties"])
      if (own(schema, key) !== undefined) result.set(key, this.write(own(schema, key), own(earlier, key)));
    const required = listAt(schema, "required");
    if (required.length > 0) result.set("required", required.map(encodeValue));
    for (const key of ["nullable", "readOnly"]) if (own(schema, key) === true) result.set(key, true);
    const discriminator = own(schema, "discriminator");
    const before = own(earlier, "discriminator");
    if (isObject(discriminator))
      result.set(
        "discriminator",
        this.#discriminator(isObject(before) && mappingGrows(before, discriminator) ? before : discriminator),
      );
    return Object.fromEntries(result);
  }

  #discriminator(node: JsonObject): JsonObject {
    const mapping = Object.entries(objectAt(node, "mapping")).map(([name, target]): [string, Json] => [
      encode(name),
      typeof target === "string" && target.startsWith("#/") ? this.#reference(target) : encodeValue(target),
    ]);
    return {
      propertyName: encode(textAt(node, "propertyName")),
      ...(mapping.length > 0 ? { mapping: fromEntries(mapping) } : {}),
    };
  }

  /** A component has a type; what is referred to elsewhere gets one, named for its place. */
  #reference(ref: string): string {
    const component = componentOf(ref);
    if (component !== undefined && own(this.#model.schemas, component) !== undefined)
      return child("#/components/schemas", encode(component));
    const name = `inv-ref-${Buffer.from(ref).toString("hex")}`;
    this.moved.set(ref, name);
    return child("#/components/schemas", name);
  }
}

function typeOf(schema: JsonObject, open: ReadonlySet<JsonObject>): JsonObject {
  const type = own(schema, "type");
  const nullable = own(schema, "nullable") === true || (isList(type) && type.includes("null"));
  if (own(schema, "x-inv-type") !== undefined) return { type: nullable ? ["string", "null"] : "string" };
  const values = own(schema, "enum");
  if (isList(values) && open.has(schema))
    return { type: "string", [openEnum]: distinct(nullable ? [...values, null] : values) };
  const constant = own(schema, "const");
  // Of a const, openapi-typescript does not see null.
  if (constant === null) return { type: "null" };
  const wire: Json[] = (isList(type) ? type : [type ?? null]).map((name) => (name === "integer" ? "number" : name));
  return {
    ...(type === undefined ? {} : { type: isList(type) ? [...new Set(wire)] : (wire[0] ?? null) }),
    ...(isList(values) ? { enum: distinct(values) } : {}),
    ...(constant === undefined ? {} : { const: encodeValue(constant) }),
  };
}

function distinct(values: readonly Json[]): Json[] {
  return [...new Set(values.map(encodeValue))];
}

function encodeValue(value: Json): Json {
  if (typeof value === "string") return encode(value);
  return typeof value === "bigint" ? Number(value) : value;
}
