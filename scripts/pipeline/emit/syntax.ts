import { format } from "oxfmt";
import ts from "typescript";
import { toCommentBlock, toCommentText } from "../text.ts";

const { factory } = ts;

/** What may stand in a generated constant. */
export type Literal =
  | string
  | number
  | true
  | false
  | Name
  | readonly Literal[]
  | { readonly [key: string]: Literal | undefined };

/** What a constant refers to by its name. */
export class Name {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export const exported = [factory.createModifier(ts.SyntaxKind.ExportKeyword)];

/** A literal as syntax; members that are undefined are left out. */
export function literal(value: Literal): ts.Expression {
  if (typeof value === "string") return factory.createStringLiteral(value);
  if (typeof value === "number")
    return value < 0
      ? factory.createPrefixUnaryExpression(ts.SyntaxKind.MinusToken, factory.createNumericLiteral(-value))
      : factory.createNumericLiteral(value);
  if (typeof value === "boolean") return value ? factory.createTrue() : factory.createFalse();
  if (value instanceof Name) return factory.createIdentifier(value.name);
  if (isList(value)) return factory.createArrayLiteralExpression(value.map(literal));
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [factory.createPropertyAssignment(memberName(key), literal(member))],
  );
  return factory.createObjectLiteralExpression(members);
}

function isList(value: Literal): value is readonly Literal[] {
  return Array.isArray(value);
}

/** A member's name in an object literal. `__proto__` is computed: written plainly, even in quotes, it sets the prototype. */
function memberName(key: string): ts.PropertyName {
  if (key === "__proto__") return factory.createComputedPropertyName(factory.createStringLiteral(key));
  return typeName(key);
}

/** A member's name in a type. */
export function typeName(key: string): ts.PropertyName {
  const isPlain = /^[A-Za-z$][A-Za-z0-9_$]*$/.test(key);
  return isPlain ? factory.createIdentifier(key) : factory.createStringLiteral(key);
}

export function reference(name: string, ...types: ts.TypeNode[]): ts.TypeNode {
  return factory.createTypeReferenceNode(name, types.length === 0 ? undefined : types);
}

export function importTypes(names: readonly string[], from: string): ts.Statement {
  return importStatement(names, from, true);
}

export function importValues(names: readonly string[], from: string): ts.Statement {
  return importStatement(names, from, false);
}

function importStatement(names: readonly string[], from: string, typeOnly: boolean): ts.Statement {
  const specifiers = names.map((name) =>
    factory.createImportSpecifier(false, undefined, factory.createIdentifier(name)),
  );
  const clause = factory.createImportClause(typeOnly, undefined, factory.createNamedImports(specifiers));
  return factory.createImportDeclaration(undefined, clause, factory.createStringLiteral(from));
}

export function exportedConst(name: string, type: ts.TypeNode | undefined, value: ts.Expression): ts.Statement {
  const declaration = factory.createVariableDeclaration(name, undefined, type, value);
  return factory.createVariableStatement(
    exported,
    factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const),
  );
}

/** Puts a docstring on a node; each paragraph is text of ours or of a document. */
export function documented<Node extends ts.Node>(node: Node, paragraphs: readonly string[]): Node {
  const texts = paragraphs.map((paragraph) => paragraph.trim()).filter((paragraph) => paragraph !== "");
  if (texts.length === 0) return node;
  const comment = {
    kind: ts.SyntaxKind.MultiLineCommentTrivia,
    pos: -1,
    end: -1,
    hasTrailingNewLine: true,
    text: toCommentBlock(texts),
  } as const;
  return ts.setSyntheticLeadingComments(node, [comment]);
}

/** A document's text as a paragraph of a docstring. */
export function paragraph(text: string | undefined): string {
  return text === undefined ? "" : toCommentText(text);
}

/** The statements as the text of a file, formatted as the repository is. */
export async function print(fileName: string, header: string, statements: readonly ts.Statement[]): Promise<string> {
  const file = factory.createSourceFile([], factory.createToken(ts.SyntaxKind.EndOfFileToken), ts.NodeFlags.None);
  const printer = ts.createPrinter({ newLine: ts.NewLineKind.LineFeed, removeComments: false });
  const blocks = statements.map((statement, index) => {
    const next = statements[index + 1];
    const isInBlock = ts.isImportDeclaration(statement) && next !== undefined && ts.isImportDeclaration(next);
    return `${printer.printNode(ts.EmitHint.Unspecified, statement, file)}${isInBlock ? "\n" : "\n\n"}`;
  });
  const { code, errors } = await format(fileName, `${header}\n${blocks.join("")}`, {
    printWidth: 120,
    embeddedLanguageFormatting: "off",
  });
  const [error] = errors;
  if (error !== undefined) throw new Error(`${fileName} could not be formatted: ${error.message}`);
  return code;
}
