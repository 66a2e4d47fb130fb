import { toStatements } from "@inv/bump/types";
import ts from "typescript";
import type { Json, JsonObject } from "../json.ts";
import { fromEntries } from "../json.ts";
import type { Field } from "../input.ts";
import type { Model, OperationModel, ResponseModel } from "../model.ts";
import { toTypeDocument } from "./type-document.ts";
import type { Names } from "./type-document.ts";

const { factory } = ts;

/** The types of a document: the statements of `schema.ts`, and those that the flat functions are written with. */
export interface Types {
  readonly statements: readonly ts.Statement[];
  /** The fields of an operation's input, without their question marks' `undefined`. */
  inputOf(operation: OperationModel): readonly ts.TypeElement[];
  /** The JSON body of an answer; undefined when the document gives it no schema. */
  bodyOf(operation: OperationModel, response: ResponseModel): ts.TypeNode | undefined;
}

/**
 * Runs openapi-typescript over the type document of a model.
 *
 * Inputs and bodies ride along as extra components and are taken out again, so that all types come from one pass.
 */
export function generateTypes(model: Model): Types {
  const extra = new Map<string, Json>();
  for (const operation of model.operations) {
    extra.set(`inv-input-${operation.name}`, inputSchema(operation.input.fields));
    for (const response of [...operation.successes, ...operation.failures])
      if (response.schema !== undefined) extra.set(`inv-body-${operation.name}-${response.status}`, response.schema);
  }
  const { document, names } = toTypeDocument(model, extra);
  const statements = toStatements(document);
  // Taken out before the names are put back: a component of the document may be called like one of them.
  const taken = new Map<string, ts.TypeNode>();
  const kept = statements.map((statement) => takeExtra(statement, taken));
  const typeOf = (name: string) => {
    const node = taken.get(name);
    return node === undefined ? undefined : ts.visitNode(node, decoder(names), ts.isTypeNode);
  };
  return {
    statements: kept.map((statement) => ts.visitNode(statement, decoder(names), ts.isStatement)),
    inputOf(operation) {
      const node = typeOf(`inv-input-${operation.name}`);
      return node !== undefined && ts.isTypeLiteralNode(node) ? node.members : [];
    },
    bodyOf: (operation, response) => typeOf(`inv-body-${operation.name}-${response.status}`),
  };
}

function inputSchema(fields: readonly Field[]): JsonObject {
  return {
    type: "object",
    properties: fromEntries(fields.map((field) => [field.name, field.schema])),
    required: fields.filter((field) => field.required).map((field) => field.name),
  };
}

/** Puts the original texts back, each as one string literal. */
function decoder(names: Names): ts.Visitor<ts.Node, ts.Node> {
  const visit = (node: ts.Node): ts.Node => {
    const text = quotedText(node);
    const original = text === undefined ? undefined : names.original(text);
    return original === undefined ? ts.visitEachChild(node, visit, undefined) : factory.createStringLiteral(original);
  };
  return visit;
}

function quotedText(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node)) return node.text;
  // openapi-typescript makes its string types as identifiers whose text has the quotes.
  return ts.isIdentifier(node) && node.text.startsWith('"') ? node.text.slice(1, -1) : undefined;
}

/** Moves the extra components out of `components.schemas`. */
function takeExtra(statement: ts.Statement, taken: Map<string, ts.TypeNode>): ts.Statement {
  if (!ts.isInterfaceDeclaration(statement) || statement.name.text !== "components") return statement;
  const members = statement.members.map((member) => {
    if (
      !ts.isPropertySignature(member) ||
      !isNamed(member, "schemas") ||
      member.type === undefined ||
      !ts.isTypeLiteralNode(member.type)
    )
      return member;
    const kept = member.type.members.filter((schema) => {
      const name = schema.name;
      if (
        name === undefined ||
        !ts.isStringLiteral(name) ||
        !/^inv-(input|body)-/.test(name.text) ||
        !ts.isPropertySignature(schema) ||
        schema.type === undefined
      )
        return true;
      taken.set(name.text, schema.type);
      return false;
    });
    const type =
      kept.length === 0
        ? factory.createKeywordTypeNode(ts.SyntaxKind.NeverKeyword)
        : factory.createTypeLiteralNode(kept);
    return factory.updatePropertySignature(member, member.modifiers, member.name, member.questionToken, type);
  });
  return factory.updateInterfaceDeclaration(
    statement,
    statement.modifiers,
    statement.name,
    statement.typeParameters,
    statement.heritageClauses,
    members,
  );
}

function isNamed(member: ts.PropertySignature, name: string): boolean {
  return ts.isIdentifier(member.name) && member.name.text === name;
}
