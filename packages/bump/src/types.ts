import { astToString, resolveRef, scanDiscriminators, transformSchema } from "openapi-typescript";
import type { GlobalContext, OpenAPI3, SchemaObject } from "openapi-typescript";
import ts from "typescript";
import { child, fromEntries, isList, isObject, listAt, objectAt, own, same, textAt } from "./json.js";
import type { Json, JsonObject } from "./json.js";
import type { Model } from "./model.js";
import { partsOf, reach } from "./units.js";
import type { Unit } from "./units.js";

const openEnum = "x-inv-open-enum";
const harmless = /^[A-Za-z0-9_$./{} :+,;=-]{1,200}$/;

/** The types of a document as text, and what each of its units was made from. */
export interface Types {
  readonly text: string;
  /** The type of a unit within `components["schemas"]`. */
  nameOf(key: string): string;
  /** What types are made from in a unit itself, references not followed: equal for equal types. */
  sourceOf(key: string): Json;
}

/**
 * Runs openapi-typescript over a document that holds nothing but what types are made from.
 *
 * It is built up key by key, and every name that is not plainly harmless is written in hexadecimal, so that no text of a
 * document is ever printed as code. Its transform is called, not its bundler, which would open references.
 */
export function writeTypes(model: Model, units: ReadonlyMap<string, Unit>, earlier?: Model): Types {
  const open = openSchemas(model, units);
  const schemas = new Map<string, Json>();
  const names = new Map<string, string>();
  for (const [name, schema] of Object.entries(model.schemas))
    schemas.set(encode(name), write(withEarlierMapping(schema, own(earlier?.schemas, name)), open));
  for (const [key, unit] of units) {
    const name = unit.component === undefined ? `inv-unit-${Buffer.from(key).toString("hex")}` : encode(unit.component);
    names.set(key, name);
    if (unit.component === undefined) schemas.set(name, write(unit.schema, open));
  }
  const document = {
    openapi: "3.1.0",
    info: { title: "", version: "" },
    paths: {},
    components: { schemas: Object.fromEntries(schemas) },
  };
  // Its own copy: openapi-typescript adds to what it is given.
  const schema: OpenAPI3 = JSON.parse(JSON.stringify(document));
  const footer: ts.Node[] = [];
  const nodes = transformSchema(schema, contextFor(schema, footer));
  const nameOf = (key: string) => names.get(key) ?? "";
  return {
    text: astToString([...nodes, ...footer]),
    nameOf,
    sourceOf: (key) => schemas.get(nameOf(key)) ?? {},
  };
}

/** The text itself where it is harmless, otherwise the same placeholder in every document. */
export function encode(text: string): string {
  if (harmless.test(text) && !text.startsWith("inv-") && !(text in Object.prototype)) return text;
  return `inv-text-${Buffer.from(text).toString("hex")}`;
}

/** Puts the original texts back into what people read. */
export function decode(text: string): string {
  return text.replaceAll(/inv-(?:text|unit)-((?:[0-9a-f]{2})+)/g, (_, hex: string) =>
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

function withEarlierMapping(schema: Json, earlier: Json | undefined): Json {
  const before = own(earlier, "discriminator");
  return isObject(schema) && before !== undefined && mappingGrows(before, own(schema, "discriminator"))
    ? { ...schema, discriminator: before }
    : schema;
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

function write(schema: Json | undefined, open: ReadonlySet<JsonObject>): Json {
  if (typeof schema === "boolean") return schema;
  if (!isObject(schema)) return {};
  const ref = own(schema, "$ref");
  if (typeof ref === "string") return { $ref: encodeReference(ref) };
  const result = new Map<string, Json>(Object.entries(typeOf(schema, open)));
  for (const key of ["properties", "patternProperties", "$defs"])
    if (own(schema, key) !== undefined)
      result.set(
        key,
        fromEntries(Object.entries(objectAt(schema, key)).map(([name, member]) => [encode(name), write(member, open)])),
      );
  for (const key of ["allOf", "anyOf", "oneOf", "prefixItems"])
    if (own(schema, key) !== undefined)
      result.set(
        key,
        listAt(schema, key).map((branch) => write(branch, open)),
      );
  for (const key of ["items", "additionalProperties"])
    if (own(schema, key) !== undefined) result.set(key, write(own(schema, key), open));
  const required = listAt(schema, "required");
  if (required.length > 0) result.set("required", required.map(encodeValue));
  for (const key of ["nullable", "readOnly"]) if (own(schema, key) === true) result.set(key, true);
  const discriminator = own(schema, "discriminator");
  if (isObject(discriminator)) result.set("discriminator", writeDiscriminator(discriminator));
  return Object.fromEntries(result);
}

function typeOf(schema: JsonObject, open: ReadonlySet<JsonObject>): JsonObject {
  const type = own(schema, "type");
  const nullable = own(schema, "nullable") === true || (isList(type) && type.includes("null"));
  if (own(schema, "x-inv-type") !== undefined) return { type: nullable ? ["string", "null"] : "string" };
  const values = own(schema, "enum");
  if (isList(values) && open.has(schema))
    return { type: "string", [openEnum]: distinct(nullable ? [...values, null] : values) };
  const constant = own(schema, "const");
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

function encodeReference(ref: string): string {
  return ref
    .slice(2)
    .split("/")
    .reduce(
      (pointer, token) => child(pointer, encode(decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~"))),
      "#",
    );
}

function writeDiscriminator(node: JsonObject): JsonObject {
  const mapping = Object.entries(objectAt(node, "mapping")).map(([name, target]): [string, Json] => [
    encode(name),
    typeof target === "string" && target.startsWith("#/") ? encodeReference(target) : encodeValue(target),
  ]);
  return {
    propertyName: encode(textAt(node, "propertyName")),
    ...(mapping.length > 0 ? { mapping: fromEntries(mapping) } : {}),
  };
}

function contextFor(schema: OpenAPI3, footer: ts.Node[]): GlobalContext {
  return {
    additionalProperties: false,
    alphabetize: false,
    arrayLength: false,
    conditionalEnums: false,
    dedupeEnums: false,
    discriminators: scanDiscriminators(schema, { silent: true }),
    // Otherwise every default that a provider adds would make an optional field required.
    defaultNonNullable: false,
    emptyObjectsUnknown: false,
    enum: false,
    enumValues: false,
    excludeDeprecated: false,
    exportType: false,
    generatePathParams: false,
    immutable: false,
    injectFooter: footer,
    makePathsEnum: false,
    pathParamsAsTypes: false,
    postTransform: undefined,
    propertiesRequiredByDefault: false,
    readWriteMarkers: false,
    // Configures the bundler, which is not run.
    redoc: Object.create(null),
    resolve: (ref) => resolveRef(schema, ref, { silent: true }),
    rootTypes: false,
    rootTypesKeepCasing: false,
    rootTypesNoSchemaPrefix: false,
    silent: true,
    transform: toOpenEnum,
    transformProperty: undefined,
  };
}

const { factory } = ts;

/** `"a" | "b" | (string & {})`: the known members are suggested, and a provider's new one is no error. */
function toOpenEnum(schema: SchemaObject): ts.TypeNode | undefined {
  const values: unknown = Reflect.get(schema, openEnum);
  if (!Array.isArray(values)) return undefined;
  const open = (kind: ts.KeywordTypeSyntaxKind) =>
    factory.createParenthesizedType(
      factory.createIntersectionTypeNode([factory.createKeywordTypeNode(kind), factory.createTypeLiteralNode([])]),
    );
  return factory.createUnionTypeNode([
    ...values.filter((value) => value !== null).map(literalType),
    ...(values.some((value) => typeof value === "string") ? [open(ts.SyntaxKind.StringKeyword)] : []),
    ...(values.some((value) => typeof value === "number") ? [open(ts.SyntaxKind.NumberKeyword)] : []),
    ...(values.includes(null) ? [literalType(null)] : []),
  ]);
}

function literalType(value: unknown): ts.TypeNode {
  if (typeof value === "string") return factory.createLiteralTypeNode(factory.createStringLiteral(value));
  if (typeof value === "boolean")
    return factory.createLiteralTypeNode(value ? factory.createTrue() : factory.createFalse());
  if (typeof value !== "number") return factory.createLiteralTypeNode(factory.createNull());
  const digits = factory.createNumericLiteral(Math.abs(value));
  return factory.createLiteralTypeNode(
    value < 0 ? factory.createPrefixUnaryExpression(ts.SyntaxKind.MinusToken, digits) : digits,
  );
}
