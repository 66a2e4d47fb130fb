import { resolveRef, scanDiscriminators, transformSchema } from "openapi-typescript";
import type { GlobalContext, OpenAPI3, SchemaObject } from "openapi-typescript";
import ts from "typescript";

const { factory } = ts;

/** On a schema of a document for {@link toStatements}: the values of an enum that may gain members. */
export const openEnum = "x-inv-open-enum";

/**
 * The types of a document as the generated clients have them: what openapi-typescript makes of it, with open enums.
 *
 * Names and values are printed as they are, so whoever calls this encodes those that are not plainly harmless. The
 * document is not changed, and no reference that leaves it is opened.
 */
export function toStatements(document: object): ts.Statement[] {
  // Its own copy: openapi-typescript adds to what it is given.
  const schema: OpenAPI3 = JSON.parse(JSON.stringify(document));
  // Its transform is called, not its `openapiTS`, which would first hand the document to a bundler.
  return transformSchema(schema, contextFor(schema)).filter((node) => ts.isStatement(node));
}

function contextFor(schema: OpenAPI3): GlobalContext {
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
    injectFooter: [],
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

/** `"a" | "b" | (string & {})`: the known members are suggested, and a provider's new one is no error. */
function toOpenEnum(schema: SchemaObject | boolean): ts.TypeNode | undefined {
  const values: unknown = typeof schema === "object" ? Reflect.get(schema, openEnum) : undefined;
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
