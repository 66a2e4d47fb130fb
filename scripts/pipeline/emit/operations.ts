import ts from "typescript";
import type { Pagination } from "../extensions.ts";
import { isObject, own } from "../json.ts";
import type { Field } from "../input.ts";
import type { Model, OperationModel } from "../model.ts";
import { toPascalCase } from "../names.ts";
import { pagingOf, rowType } from "../pagination.ts";
import { documented, exported, importTypes, importValues, literal, paragraph, reference } from "./syntax.ts";
import type { Literal } from "./syntax.ts";
import type { Types } from "./types.ts";

const { factory } = ts;

/** `operations.ts`: per operation its input, its result and the function that makes the call. */
export function emitOperations(model: Model, types: Types): ts.Statement[] {
  const client = `${toPascalCase(model.provider)}Client`;
  const pagings = model.operations.map((operation) => pagingOf(model, operation));
  const body = model.operations.flatMap((operation, index) => [
    ...emitTypes(operation, types, pagings[index]),
    emitFunction(operation, client, pagings[index]),
  ]);
  return [
    ...(pagings.includes(undefined) ? [importValues(["call"], "@inv/transport")] : []),
    importTypes(["CallOptions"], "@inv/transport"),
    ...pageImports(pagings, body),
    importTypes([client], "../client.js"),
    ...schemaImport(body),
    ...helperTypes(body),
    ...body,
  ];
}

/** The import of `components`, when something names it; an unused import does not compile. */
export function schemaImport(statements: readonly ts.Statement[]): ts.Statement[] {
  return mentions(statements, "components") ? [importTypes(["components"], "./schema.js")] : [];
}

function pageImports(pagings: readonly (Pagination | undefined)[], body: readonly ts.Statement[]): ts.Statement[] {
  if (pagings.every((paging) => paging === undefined)) return [];
  const types = ["CoverageOf", "Pages"].filter((name) => mentions(body, name));
  return [importValues(["pages"], "@inv/transport/pages"), importTypes(types, "@inv/transport/pages")];
}

/** openapi-typescript's helper for `required` beside `allOf`; `schema.ts` has its own, which it does not export. */
export function helperTypes(statements: readonly ts.Statement[]): ts.Statement[] {
  if (!mentions(statements, "WithRequired")) return [];
  const source = "type WithRequired<T, K extends keyof T> = T & { [P in K]-?: T[P] };";
  return [...ts.createSourceFile("helper.ts", source, ts.ScriptTarget.ESNext).statements].map((node) => node);
}

function mentions(statements: readonly ts.Node[], name: string): boolean {
  const visit = (node: ts.Node): boolean =>
    (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName) && node.typeName.text === name) ||
    (ts.forEachChild(node, visit) ?? false);
  return statements.some(visit);
}

function emitTypes(operation: OperationModel, types: Types, paging: Pagination | undefined): ts.Statement[] {
  const name = toPascalCase(operation.name);
  const of = paging === undefined ? "What" : "One page of what";
  const result = documented(
    factory.createTypeAliasDeclaration(exported, `${name}Result`, undefined, resultType(operation, types)),
    [`${of} {@link ${operation.name}} ${paging === undefined ? "returns" : "reads"}.`],
  );
  const row =
    paging === undefined
      ? []
      : [
          documented(
            factory.createTypeAliasDeclaration(exported, `${name}Row`, undefined, rowType(`${name}Result`, paging)),
            [`What {@link ${operation.name}} yields.`],
          ),
        ];
  const fields = inputFields(operation, paging);
  if (fields.length === 0) return [result, ...row];
  const members = types
    .inputOf(operation)
    .map((member, index) => ({ member, field: operation.input.fields[index] }))
    .filter(({ field }) => field !== undefined && fields.includes(field))
    .map(({ member, field }) => inputMember(member, field));
  return [
    documented(factory.createInterfaceDeclaration(exported, `${name}Input`, undefined, undefined, members), [
      `What {@link ${operation.name}} takes.`,
    ]),
    result,
    ...row,
  ];
}

/** What a caller gives: cursor and page number are not for him. */
function inputFields({ input }: OperationModel, paging: Pagination | undefined): readonly Field[] {
  const [, counted] = input.query.find(([wire]) => wire === paging?.parameter) ?? [];
  return input.fields.filter(({ name }) => name !== counted);
}

function inputMember(member: ts.TypeElement, field: Field | undefined): ts.TypeElement {
  if (!ts.isPropertySignature(member) || member.type === undefined || field === undefined) return member;
  // Consumers compile with exactOptionalPropertyTypes on or off; both may pass what may be undefined.
  const type = field.required
    ? member.type
    : factory.createUnionTypeNode([member.type, factory.createKeywordTypeNode(ts.SyntaxKind.UndefinedKeyword)]);
  const question = field.required ? undefined : factory.createToken(ts.SyntaxKind.QuestionToken);
  const own = factory.createPropertySignature(undefined, member.name, question, type);
  return documented(own, [
    paragraph(field.description ?? schemaDescription(field)),
    field.deprecated ? "@deprecated" : "",
  ]);
}

function schemaDescription({ schema }: Field): string | undefined {
  const text = isObject(schema) ? own(schema, "description") : undefined;
  return typeof text === "string" ? text : undefined;
}

function resultType(operation: OperationModel, types: Types): ts.TypeNode {
  const bodies = operation.successes.filter(({ hasBody }) => hasBody);
  if (bodies.length === 0) return factory.createKeywordTypeNode(ts.SyntaxKind.VoidKeyword);
  const unknown = factory.createKeywordTypeNode(ts.SyntaxKind.UnknownKeyword);
  const members = bodies.map((response) => types.bodyOf(operation, response) ?? unknown);
  const some =
    bodies.length < operation.successes.length ? [factory.createKeywordTypeNode(ts.SyntaxKind.UndefinedKeyword)] : [];
  const [only, ...more] = [...members, ...some];
  return only !== undefined && more.length === 0 ? only : factory.createUnionTypeNode([...members, ...some]);
}

function emitFunction(operation: OperationModel, client: string, paging: Pagination | undefined): ts.Statement {
  const name = toPascalCase(operation.name);
  const fields = inputFields(operation, paging);
  const isOptional = fields.every((field) => !field.required);
  const since = operation.input.query.find(([wire]) => wire === paging?.since)?.[1];
  // With a filter for changes the type of the list depends on whether it is given.
  const given = since === undefined ? `${name}Input` : "Input";
  const presence = since === undefined ? "empty" : "optional";
  const input = fields.length === 0 ? [] : [parameter("input", reference(given), isOptional ? presence : "given")];
  const coverage = since === undefined ? [] : [reference("CoverageOf", reference("Input"), text(since))];
  const result =
    paging === undefined
      ? reference("Promise", reference(`${name}Result`))
      : reference("Pages", reference(`${name}Row`), ...coverage);
  const argumentsOfCall = [
    factory.createIdentifier("client"),
    literal(descriptor(operation)),
    ...(paging === undefined ? [] : [literal({ operation: operation.name, ...paging })]),
    factory.createIdentifier(fields.length === 0 ? "undefined" : "input"),
    factory.createIdentifier("options"),
  ];
  const callee = factory.createIdentifier(paging === undefined ? "call" : "pages");
  const body = factory.createBlock(
    [factory.createReturnStatement(factory.createCallExpression(callee, undefined, argumentsOfCall))],
    true,
  );
  const parameters = [
    parameter("client", reference(client), "given"),
    ...input,
    parameter("options", reference("CallOptions"), "optional"),
  ];
  const none = factory.createTypeLiteralNode([]);
  const generic = factory.createTypeParameterDeclaration(
    undefined,
    "Input",
    reference(`${name}Input`),
    isOptional ? none : undefined,
  );
  const declaration = factory.createFunctionDeclaration(
    exported,
    undefined,
    operation.name,
    since === undefined ? undefined : [generic],
    parameters,
    result,
    body,
  );
  return documented(declaration, docstring(operation));
}

function text(value: string): ts.TypeNode {
  return factory.createLiteralTypeNode(factory.createStringLiteral(value));
}

function parameter(name: string, type: ts.TypeNode, presence: "given" | "optional" | "empty"): ts.ParameterDeclaration {
  const question = presence === "optional" ? factory.createToken(ts.SyntaxKind.QuestionToken) : undefined;
  const initial = presence === "empty" ? factory.createObjectLiteralExpression([]) : undefined;
  return factory.createParameterDeclaration(undefined, undefined, name, question, type, initial);
}

function descriptor({ method, path, input }: OperationModel): Literal {
  const renamed = input.path.filter(([wire, field]) => wire !== field);
  return {
    method,
    path,
    rename: table(renamed),
    query: table(input.query),
    header: table(input.header),
    body: input.body,
  };
}

/** With a null prototype, so that a parameter called `__proto__` is a member like another. */
function table(entries: readonly (readonly [string, string])[]): { readonly [key: string]: string } | undefined {
  if (entries.length === 0) return undefined;
  const result: { [key: string]: string } = Object.create(null);
  for (const [key, value] of entries) result[key] = value;
  return result;
}

function docstring(operation: OperationModel): string[] {
  const summary = paragraph(operation.summary);
  const description = paragraph(operation.description);
  const repeated =
    description === "" || description.toLowerCase().replace(/\.$/, "") === summary.toLowerCase().replace(/\.$/, "");
  const tags = [
    operation.deprecated ? "@deprecated The provider says so." : "",
    "@throws InvError",
    operation.docs === undefined ? "" : `@see ${operation.docs}`,
  ].filter((tag) => tag !== "");
  return [
    summary === "" || description.startsWith(summary) ? "" : summary,
    repeated && summary !== "" ? (description.startsWith(summary) ? description : "") : description,
    tags.join("\n"),
  ];
}
