import ts from "typescript";
import { SpecError } from "../error.ts";

const { SyntaxKind: Kind } = ts;

const statements = new Set([
  Kind.ImportDeclaration,
  Kind.InterfaceDeclaration,
  Kind.TypeAliasDeclaration,
  Kind.FunctionDeclaration,
  Kind.VariableStatement,
]);

// All that generated code consists of outside of types: constants, and functions that return one call.
const expressions = new Set([
  Kind.ObjectLiteralExpression,
  Kind.ArrayLiteralExpression,
  Kind.PropertyAssignment,
  Kind.ComputedPropertyName,
  Kind.StringLiteral,
  Kind.NumericLiteral,
  Kind.PrefixUnaryExpression,
  Kind.TrueKeyword,
  Kind.FalseKeyword,
  Kind.SatisfiesExpression,
  Kind.AsExpression,
  Kind.Identifier,
]);

/**
 * Parses generated text and refuses it when it holds anything but the few kinds of syntax that the generators make.
 * Output is built so that this cannot happen; here is where it would be seen.
 */
export function assertPlain(fileName: string, code: string): void {
  const file = ts.createSourceFile(fileName, code, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TS);
  const refuse = (node: ts.Node, what: string): never => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    throw new SpecError(
      "output",
      "",
      `${fileName}:${line + 1} would hold ${what}; nothing was written. Look for odd text in the document.`,
    );
  };
  const errors: unknown = Reflect.get(file, "parseDiagnostics");
  if (!Array.isArray(errors) || errors.length > 0) refuse(file, "text that does not parse");
  for (const statement of file.statements) {
    if (!statements.has(statement.kind)) refuse(statement, `a ${Kind[statement.kind]}`);
    if (ts.isVariableStatement(statement))
      for (const declaration of statement.declarationList.declarations) checkValue(declaration.initializer, refuse);
    if (ts.isFunctionDeclaration(statement)) checkFunction(statement, refuse);
  }
}

function checkFunction(declaration: ts.FunctionDeclaration, refuse: (node: ts.Node, what: string) => never): void {
  for (const { initializer } of declaration.parameters)
    if (
      initializer !== undefined &&
      !(ts.isObjectLiteralExpression(initializer) && initializer.properties.length === 0)
    )
      refuse(initializer, "an unexpected default");
  const [statement, ...more] = declaration.body?.statements ?? [];
  const call = statement !== undefined && ts.isReturnStatement(statement) ? statement.expression : undefined;
  if (
    more.length > 0 ||
    call === undefined ||
    !ts.isCallExpression(call) ||
    !ts.isIdentifier(call.expression) ||
    !["call", "pages", "createShape"].includes(call.expression.text)
  )
    return refuse(declaration, "a function that does more than one call");
  for (const argument of call.arguments) checkValue(argument, refuse);
}

function checkValue(value: ts.Node | undefined, refuse: (node: ts.Node, what: string) => never): void {
  if (value === undefined) return;
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (!expressions.has(node.kind)) refuse(node, `a ${Kind[node.kind]} in a constant`);
    if (
      ts.isIdentifier(node) &&
      !ts.isPropertyAssignment(node.parent) &&
      !["client", "input", "options", "description", "undefined", "writeExact"].includes(node.text)
    )
      refuse(node, `a use of ${node.text}`);
    ts.forEachChild(node, visit);
  };
  visit(value);
}
