import ts from "typescript";
import type { Model } from "../model.ts";
import { helperTypes, schemaImport } from "./operations.ts";
import { documented, exported, typeName } from "./syntax.ts";
import type { Types } from "./types.ts";

const { factory } = ts;

/** `errors.ts`: the parsed body of every failure that the document describes, by function and status. */
export function emitErrors(model: Model, types: Types): ts.Statement[] {
  const unknown = factory.createKeywordTypeNode(ts.SyntaxKind.UnknownKeyword);
  const members = model.operations.map((operation) => {
    const bodies = operation.failures.map((response) => {
      const status = /^[1-9]\d\d$/.test(response.status)
        ? factory.createNumericLiteral(response.status)
        : typeName(response.status);
      return factory.createPropertySignature(
        undefined,
        status,
        undefined,
        types.bodyOf(operation, response) ?? unknown,
      );
    });
    return factory.createPropertySignature(
      undefined,
      typeName(operation.name),
      undefined,
      factory.createTypeLiteralNode(bodies),
    );
  });
  const declaration = factory.createInterfaceDeclaration(exported, "ErrorBodies", undefined, undefined, members);
  const described = documented(declaration, [
    "The parsed body of a failed call, by function and status; `unknown` where the document gives no schema.",
  ]);
  return [...schemaImport([described]), ...helperTypes([described]), described];
}
