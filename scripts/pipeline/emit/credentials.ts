import ts from "typescript";
import type { Credential } from "../extensions.ts";
import type { Model } from "../model.ts";
import { toPascalCase } from "../names.ts";
import { documented, exported, exportedConst, importTypes, literal, paragraph, reference, typeName } from "./syntax.ts";
import type { Literal } from "./syntax.ts";

const { factory } = ts;

/** `credentials.ts`: what each way to authorise needs, and the type of the client's options for it. */
export function emitCredentials(model: Model): ts.Statement[] {
  const table: { [key: string]: Literal } = Object.create(null);
  for (const { name, credentials } of model.schemes) table[name] = credentials.map(toLiteral);
  const exact = factory.createAsExpression(literal(table), reference("const"));
  const value = exportedConst(
    "credentials",
    undefined,
    factory.createSatisfiesExpression(exact, reference("Credentials")),
  );
  const usesSource = model.schemes.some(({ credentials }) => credentials.some(({ secret }) => secret));
  return [
    importTypes(["Credentials", ...(usesSource ? ["CredentialSource"] : [])], "@inv/transport"),
    documented(value, ["What each way to authorise needs, in the order in which it is asked for."]),
    documented(
      factory.createTypeAliasDeclaration(
        exported,
        `${toPascalCase(model.provider)}Credentials`,
        undefined,
        unionType(model),
      ),
      [
        model.schemes.length > 1
          ? "The credentials that the client takes: those of one way to authorise."
          : "The credentials that the client takes.",
      ],
    ),
  ];
}

function toLiteral({ option, variable, secret, page, scope }: Credential): Literal {
  return { option, variable, secret, page, scope };
}

function unionType({ schemes }: Model): ts.TypeNode {
  const options = new Set(schemes.flatMap(({ credentials }) => credentials.map(({ option }) => option)));
  const members = schemes.map(({ credentials }) => {
    const own = credentials.map(field);
    const others = [...options]
      .filter((option) => !credentials.some((credential) => credential.option === option))
      .map(absent);
    return factory.createTypeLiteralNode([...own, ...others]);
  });
  const [only, ...more] = members;
  if (only === undefined)
    return reference(
      "Record",
      factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword),
      factory.createKeywordTypeNode(ts.SyntaxKind.NeverKeyword),
    );
  return more.length === 0 ? only : factory.createUnionTypeNode(members);
}

function field({ option, variable, secret, page, scope }: Credential): ts.TypeElement {
  const type = secret ? reference("CredentialSource") : factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword);
  const node = factory.createPropertySignature(undefined, typeName(option), undefined, type);
  const needs = scope === undefined ? "" : ` Needs the scope ${scope}.`;
  return documented(node, [paragraph(`Usually from ${variable}; made at ${page}.${needs}`)]);
}

function absent(option: string): ts.TypeElement {
  const never = factory.createKeywordTypeNode(ts.SyntaxKind.NeverKeyword);
  return factory.createPropertySignature(
    undefined,
    typeName(option),
    factory.createToken(ts.SyntaxKind.QuestionToken),
    never,
  );
}
