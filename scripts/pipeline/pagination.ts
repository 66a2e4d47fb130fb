import ts from "typescript";
import { SpecError } from "./error.ts";
import { paginationOf } from "./extensions.ts";
import type { Pagination } from "./extensions.ts";
import { child, isObject, listOf, own, tokensOf } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Model, OperationModel } from "./model.ts";
import { deref } from "./references.ts";
import { reference } from "./emit/syntax.ts";

const { factory } = ts;

/**
 * How an operation is paged, held against what the operation has.
 *
 * @throws SpecError `extension` for a parameter that it does not take, or rows that its answer does not have
 */
export function pagingOf(model: Model, operation: OperationModel): Pagination | undefined {
  const { node, pointer, method, input, successes } = operation;
  const paging = paginationOf(node, pointer);
  if (paging === undefined) return undefined;
  const at = child(pointer, "x-inv-pagination");
  if (method !== "GET") throw new SpecError("extension", at, "only a GET can be read page by page; remove it.");
  for (const key of ["parameter", "since"] as const)
    if (paging[key] !== undefined && input.query.every(([wire]) => wire !== paging[key]))
      throw new SpecError("extension", child(at, key), "the operation has no query parameter of this name.");
  const [success, second] = successes;
  if (success?.schema === undefined || second !== undefined)
    throw new SpecError("extension", at, "a paged operation has to have one success, with a JSON body.");
  const rows = schemaAt(model.document, success.schema, paging.items);
  if (rows === undefined || own(rows, "items") === undefined)
    throw new SpecError("extension", child(at, "items"), "the answer's schema has no list there.");
  for (const key of ["next", "total", "totalPages"] as const)
    if (paging[key] !== undefined && schemaAt(model.document, success.schema, paging[key]) === undefined)
      throw new SpecError("extension", child(at, key), "the answer's schema has nothing there.");
  return paging;
}

/** The type of one row, by way of the type of a whole answer. */
export function rowType(result: string, { items }: Pagination): ts.TypeNode {
  let type = reference(result);
  for (const token of tokensOf(`#${items}`))
    type = reference(
      "NonNullable",
      factory.createIndexedAccessTypeNode(type, factory.createLiteralTypeNode(factory.createStringLiteral(token))),
    );
  return factory.createIndexedAccessTypeNode(type, factory.createKeywordTypeNode(ts.SyntaxKind.NumberKeyword));
}

/** The schema of what a pointer leads to in an answer; through references and `allOf`, not through alternatives. */
function schemaAt(document: JsonObject, schema: Json, pointer: string): JsonObject | undefined {
  let at: JsonObject | undefined = deref(document, schema, "#").node;
  for (const token of tokensOf(`#${pointer}`)) {
    const member: Json | undefined = at === undefined ? undefined : memberOf(document, at, token);
    at = isObject(member) ? deref(document, member, "#").node : undefined;
  }
  return at;
}

function memberOf(document: JsonObject, schema: JsonObject, name: string): Json | undefined {
  const direct = own(own(schema, "properties"), name);
  if (direct !== undefined) return direct;
  const parts = listOf(schema, "allOf").map((part) => memberOf(document, deref(document, part, "#").node, name));
  return parts.find((part) => part !== undefined);
}
