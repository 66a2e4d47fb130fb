import ts from "typescript";

const { factory } = ts;

/** The alias that asks for a generic type with so many arguments: a function that is given them and gives it back. */
export function useOf(name: string, count: number): string {
  return `inv$use$${name}$${count}`;
}

/** The alias for what makes an instance of a class, as a function. */
export function makerOf(name: string): string {
  return `inv$new$${name}`;
}

export function isHelper(name: string): boolean {
  return /^inv\$(?:use|new)\$/.test(name);
}

/** The helpers of a declaration, in the file where its own names mean what they mean. */
export function helpersOf(node: ts.Statement): ts.Statement[] {
  return [...usesOf(node), ...makersOf(node)];
}

function usesOf(node: ts.Statement): ts.Statement[] {
  if (!ts.isInterfaceDeclaration(node) && !ts.isClassDeclaration(node) && !ts.isTypeAliasDeclaration(node)) return [];
  const { name, typeParameters: all = [] } = node;
  if (name === undefined || all.length === 0) return [];
  const least = all.filter((parameter) => parameter.default === undefined).length;
  return [...new Set([least, all.length])]
    .filter((count) => count > 0)
    .map((count) => {
      const parameters = all.slice(0, count);
      const names = parameters.map((parameter) => factory.createTypeReferenceNode(parameter.name.text));
      const given = factory.createTupleTypeNode(names);
      return factory.createTypeAliasDeclaration(
        [factory.createModifier(ts.SyntaxKind.ExportKeyword)],
        useOf(name.text, count),
        undefined,
        factory.createFunctionTypeNode(
          parameters.map((parameter) =>
            factory.createTypeParameterDeclaration(undefined, parameter.name, parameter.constraint),
          ),
          [factory.createParameterDeclaration(undefined, undefined, "given", undefined, given)],
          factory.createTypeReferenceNode(name.text, names),
        ),
      );
    });
}

function makersOf(node: ts.Statement): ts.Statement[] {
  if (!ts.isClassDeclaration(node) || node.name === undefined) return [];
  const { typeParameters, members } = node;
  const names = typeParameters?.map((parameter) => factory.createTypeReferenceNode(parameter.name.text));
  const made = factory.createTypeReferenceNode(node.name.text, names);
  const own = members.filter(ts.isConstructorDeclaration);
  const isPrivate = own.some((member) => (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0);
  const [base] = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types ?? [];
  const inherited = own.length === 0 && base !== undefined && ts.isIdentifier(base.expression) ? [base.expression] : [];
  const signatures = [
    ...own.map(({ parameters }) => factory.createCallSignature(typeParameters, parameters, made)),
    ...inherited.map((name) => factory.createCallSignature(typeParameters, [argumentsOf(name)], made)),
  ];
  if (isPrivate || signatures.length === 0) return [];
  const modifiers = [factory.createModifier(ts.SyntaxKind.ExportKeyword)];
  return [
    factory.createTypeAliasDeclaration(
      modifiers,
      makerOf(node.name.text),
      undefined,
      factory.createTypeLiteralNode(signatures),
    ),
  ];
}

/** `(...given: ConstructorParameters<typeof Base>)` */
function argumentsOf(base: ts.Identifier): ts.ParameterDeclaration {
  const type = factory.createTypeReferenceNode("ConstructorParameters", [factory.createTypeQueryNode(base)]);
  const rest = factory.createToken(ts.SyntaxKind.DotDotDotToken);
  return factory.createParameterDeclaration(undefined, rest, "given", undefined, type);
}
