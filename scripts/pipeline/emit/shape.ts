import ts from "typescript";
import { addressOf } from "../address.ts";
import { exchangesOf, toCompactJson, toScalarText } from "../exchange.ts";
import type { Exchange } from "../exchange.ts";
import { child, isObject, own, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Model, OperationModel } from "../model.ts";
import { toPascalCase } from "../names.ts";
import { deref } from "../references.ts";
import { documented, exported, importTypes, importValues, literal, reference } from "./syntax.ts";
import type { Literal } from "./syntax.ts";

const { factory } = ts;

/** Where a provider's shape is, below `packages/sim`. */
export function shapePath(provider: string): string {
  return `src/shapes/${provider}.ts`;
}

/** `packages/sim/src/shapes/<id>.ts`: the exchanges of a document as data, and a function that answers by them. */
export function emitShape(model: Model): ts.Statement[] {
  const name = `create${toPascalCase(model.provider)}Shape`;
  const data = factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList(
      [
        factory.createVariableDeclaration(
          "description",
          undefined,
          reference("ShapeDescription"),
          literal(descriptionOf(model)),
        ),
      ],
      ts.NodeFlags.Const,
    ),
  );
  const call = factory.createCallExpression(factory.createIdentifier("createShape"), undefined, [
    factory.createIdentifier("description"),
  ]);
  const create = factory.createFunctionDeclaration(
    exported,
    undefined,
    name,
    undefined,
    [],
    reference("Shape"),
    factory.createBlock([factory.createReturnStatement(call)], true),
  );
  return [
    importValues(["createShape"], "../shape.js"),
    importTypes(["Shape", "ShapeDescription"], "../shape.js"),
    data,
    documented(create, [
      `Answers as the document of ${model.provider} has it, with its examples. Shape only: the figures mean nothing, and nothing that is asked changes them.`,
    ]),
  ];
}

function descriptionOf(model: Model): Literal {
  const { provider, document, operations } = model;
  return {
    provider,
    baseUrl: addressOf(model),
    operations: operations.map((operation) => ({
      method: operation.method,
      path: operation.path,
      credentials: headersOf(document, operation),
      exchanges: exchangesOf(document, operation).map(toLiteral),
    })),
  };
}

/** The headers of which any one may carry the credential. */
function headersOf(document: JsonObject, { node }: OperationModel): string[] {
  const required = own(node, "security") ?? own(document, "security");
  const names = (Array.isArray(required) ? required : []).flatMap((each) => (isObject(each) ? Object.keys(each) : []));
  const schemes = own(own(document, "components"), "securitySchemes");
  const headers = names.map((name) => {
    const scheme = deref(document, own(schemes, name), child("#/components/securitySchemes", name)).node;
    const isHeader = textOf(scheme, "type") === "apiKey" && textOf(scheme, "in") === "header";
    return isHeader ? textOf(scheme, "name").toLowerCase() : "authorization";
  });
  return [...new Set(headers)];
}

function toLiteral({ name, status, arguments: given, body, mediaType, answer }: Exchange): Literal {
  const at = (place: string) => given.filter((argument) => argument.place === place);
  return {
    name,
    status,
    path: Object.fromEntries(at("path").map((each) => [each.name, texts(each.value).join(",")])),
    query: Object.fromEntries(at("query").map((each) => [each.name, texts(each.value)])),
    headers: Object.fromEntries(at("header").map((each) => [each.name.toLowerCase(), texts(each.value).join(",")])),
    body: body === undefined ? undefined : toCompactJson(body),
    mediaType,
    answer: answer === undefined ? "" : toCompactJson(answer),
  };
}

function texts(value: Json): string[] {
  return [value].flat().map(toScalarText);
}
