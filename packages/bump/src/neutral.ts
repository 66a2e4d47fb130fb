import ts from "typescript";
import { helpersOf } from "./helper-types.js";

const { factory } = ts;

/** The declarations of a file as two versions of them can be compared. */
export interface Neutral {
  readonly text: string;
  /** The classes with private members, which an object that merely looks like one does not do for. */
  readonly sealed: ReadonlySet<string>;
  /** The members that every class that extends another has to have: `Owner.member`. */
  readonly abstract: ReadonlySet<string>;
  /** What editors strike through: `name`, or `Owner.member`. */
  readonly deprecated: ReadonlySet<string>;
}

/**
 * Rewrites what would keep an old and a new version of one declaration apart, or together, whatever they say.
 *
 * - Private members make a class match no other: they go. A protected one keeps its type under a name of its own.
 * - A `unique symbol` is like no other: it becomes a literal type of its name.
 * - The parameters of a method are compared either way round: it becomes a property that holds a function.
 * - The parameters of a constructor too: every class gets a function type like it.
 * - Type parameters can only be compared within a signature: every generic type gets a function type that uses it.
 *
 * Comments go, since they say nothing of types.
 */
export function neutralise(path: string, text: string): Neutral {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const sealed = new Set<string>();
  const { transformed } = ts.transform(file, [
    (context) => (root) => {
      const visit = (node: ts.Node): ts.Node => {
        const inner = ts.visitEachChild(node, visit, context);
        if (ts.isClassDeclaration(inner)) return neutralClass(inner, sealed);
        if (ts.isInterfaceDeclaration(inner))
          return factory.updateInterfaceDeclaration(
            inner,
            inner.modifiers,
            inner.name,
            inner.typeParameters,
            inner.heritageClauses,
            withoutMethods(inner.members).filter(ts.isTypeElement),
          );
        if (ts.isTypeLiteralNode(inner))
          return factory.updateTypeLiteralNode(
            inner,
            factory.createNodeArray(withoutMethods(inner.members).filter(ts.isTypeElement)),
          );
        return isUniqueSymbol(inner) ? namedSymbol(node) : inner;
      };
      const statements = root.statements.map((node) => ts.visitNode(node, visit, ts.isStatement));
      const uses = ts.isExternalModule(root) ? root.statements.flatMap(helpersOf) : [];
      return factory.updateSourceFile(root, [...statements.filter((node) => node !== undefined), ...uses]);
    },
  ]);
  const printer = ts.createPrinter({ removeComments: true });
  return {
    text: transformed.map((node) => printer.printFile(node)).join("\n"),
    sealed,
    abstract: new Set(file.statements.flatMap(abstractIn)),
    deprecated: new Set(file.statements.flatMap((statement) => deprecatedIn(statement))),
  };
}

function abstractIn(statement: ts.Statement): string[] {
  if (!ts.isClassDeclaration(statement)) return [];
  return statement.members
    .filter((member) => (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Abstract) !== 0)
    .map(({ name }) => `${statement.name?.text ?? ""}.${name === undefined ? "" : textOf(name)}`);
}

function deprecatedIn(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) return namesOfDeprecated(statement.declarationList.declarations);
  if (!isNamed(statement)) return [];
  const members = namesOfDeprecated(membersOf(statement)).map((name) => `${statement.name?.text ?? ""}.${name}`);
  return [...namesOfDeprecated([statement]), ...members];
}

function namesOfDeprecated(nodes: readonly ts.NamedDeclaration[]): string[] {
  return nodes
    .filter((node) => ts.getJSDocDeprecatedTag(node) !== undefined)
    .map(({ name }) => (name === undefined || !ts.isPropertyName(name) ? "" : textOf(name)));
}

type Named = ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.FunctionDeclaration;

function isNamed(statement: ts.Statement): statement is Named {
  return (
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isFunctionDeclaration(statement)
  );
}

function membersOf(statement: Named): readonly ts.NamedDeclaration[] {
  return ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement) ? statement.members : [];
}

function neutralClass(node: ts.ClassDeclaration, sealed: Set<string>): ts.ClassDeclaration {
  let hidden = false;
  const members = node.members.flatMap((member): ts.ClassElement[] => {
    const flags = ts.getCombinedModifierFlags(member);
    const isPrivate = (flags & ts.ModifierFlags.Private) !== 0;
    if (ts.isConstructorDeclaration(member)) {
      if ((flags & ts.ModifierFlags.NonPublicAccessibilityModifier) === 0) return [member];
      hidden = true;
      return [factory.createConstructorDeclaration(undefined, isPrivate ? anything() : member.parameters, undefined)];
    }
    if (member.name !== undefined && ts.isPrivateIdentifier(member.name)) return seal(node, sealed);
    if (isPrivate) return seal(node, sealed);
    return [(flags & ts.ModifierFlags.Protected) === 0 ? member : openProtected(member)];
  });
  const isAbstract = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword) === true;
  return factory.updateClassDeclaration(
    node,
    // What nobody can make with `new` is like an abstract class to everybody else.
    hidden && !isAbstract
      ? [...(node.modifiers ?? []), factory.createModifier(ts.SyntaxKind.AbstractKeyword)]
      : node.modifiers,
    node.name,
    node.typeParameters,
    node.heritageClauses,
    withoutMethods(members).filter(ts.isClassElement),
  );
}

function seal(node: ts.ClassDeclaration, sealed: Set<string>): [] {
  if (node.name !== undefined) sealed.add(node.name.text);
  return [];
}

/** `(...hidden: never[])`, which every constructor will do for. */
function anything(): ts.ParameterDeclaration[] {
  const never = factory.createArrayTypeNode(factory.createKeywordTypeNode(ts.SyntaxKind.NeverKeyword));
  const rest = factory.createToken(ts.SyntaxKind.DotDotDotToken);
  return [factory.createParameterDeclaration(undefined, rest, "hidden", undefined, never)];
}

/** Classes that extend another may use its protected members. */
function openProtected(member: ts.ClassElement): ts.ClassElement {
  const name = factory.createStringLiteral(`protected ${member.name === undefined ? "" : textOf(member.name)}`);
  if (ts.isPropertyDeclaration(member))
    return factory.createPropertyDeclaration(
      open(member.modifiers),
      name,
      member.questionToken,
      member.type,
      undefined,
    );
  if (ts.isMethodDeclaration(member))
    return factory.createMethodDeclaration(
      open(member.modifiers),
      undefined,
      name,
      member.questionToken,
      member.typeParameters,
      member.parameters,
      member.type,
      undefined,
    );
  if (ts.isGetAccessorDeclaration(member))
    return factory.createGetAccessorDeclaration(open(member.modifiers), name, [], member.type, undefined);
  if (ts.isSetAccessorDeclaration(member))
    return factory.createSetAccessorDeclaration(open(member.modifiers), name, member.parameters, undefined);
  return member;
}

function open(modifiers: readonly ts.ModifierLike[] | undefined): ts.Modifier[] {
  return (modifiers ?? []).filter(ts.isModifier).filter(({ kind }) => kind !== ts.SyntaxKind.ProtectedKeyword);
}

/** Methods as properties, the overloads of one as one. */
function withoutMethods(members: readonly (ts.TypeElement | ts.ClassElement)[]): readonly ts.Node[] {
  const result: ts.Node[] = [];
  const groups = new Map<string, (ts.MethodSignature | ts.MethodDeclaration)[]>();
  for (const member of members) {
    if (!ts.isMethodSignature(member) && !ts.isMethodDeclaration(member)) {
      result.push(member);
      continue;
    }
    const key = `${isStatic(member)} ${textOf(member.name)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [member]);
    else group.push(member);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const [only] = group.length === 1 ? group : [];
    const type =
      only === undefined
        ? factory.createTypeLiteralNode(
            group.map(({ typeParameters, parameters, type: back }) =>
              factory.createCallSignature(typeParameters, parameters, back),
            ),
          )
        : factory.createFunctionTypeNode(only.typeParameters, only.parameters, only.type ?? anyType());
    result.push(
      ts.isMethodSignature(first)
        ? factory.createPropertySignature(first.modifiers, first.name, first.questionToken, type)
        : factory.createPropertyDeclaration(first.modifiers, first.name, first.questionToken, type, undefined),
    );
  }
  return result;
}

function anyType(): ts.TypeNode {
  return factory.createKeywordTypeNode(ts.SyntaxKind.AnyKeyword);
}

function isStatic(member: ts.MethodSignature | ts.MethodDeclaration): boolean {
  return (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0;
}

function textOf(name: ts.PropertyName): string {
  if (ts.isComputedPropertyName(name)) return ts.isIdentifier(name.expression) ? name.expression.text : printed(name);
  return name.text;
}

function printed(node: ts.ComputedPropertyName): string {
  const file = ts.createSourceFile("/name.ts", "", ts.ScriptTarget.ESNext);
  return ts.createPrinter().printNode(ts.EmitHint.Unspecified, node, file);
}

function isUniqueSymbol(node: ts.Node): boolean {
  return ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.UniqueKeyword;
}

function namedSymbol(node: ts.Node): ts.TypeNode {
  const owner = node.parent;
  const name =
    (ts.isVariableDeclaration(owner) || ts.isPropertyDeclaration(owner) || ts.isPropertySignature(owner)) &&
    ts.isIdentifier(owner.name)
      ? owner.name.text
      : "";
  return factory.createLiteralTypeNode(factory.createStringLiteral(`unique symbol ${name}`));
}
