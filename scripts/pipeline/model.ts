import { SpecError } from "./error.ts";
import { checkExtensions, credentialsOf, rateLimitOf } from "./extensions.ts";
import type { Credential, RateLimit } from "./extensions.ts";
import { child, entriesOf, isObject, own, textOf } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { isJson, jsonAmong } from "./media.ts";
import { quote, toFunctionName } from "./names.ts";
import { readInput } from "./input.ts";
import type { Input } from "./input.ts";
import { checkReferences, deref } from "./references.ts";
import { checkSchemas } from "./schemas.ts";
import { checkServers } from "./servers.ts";
import { methods } from "./walk.ts";

/** One answer of an operation. */
export interface ResponseModel {
  readonly status: string;
  readonly description: string;
  /** Of the JSON body; absent when the document gives none. */
  readonly schema?: Json;
  readonly hasBody: boolean;
  /** The JSON types of the body, as the document names them. */
  readonly mediaTypes: readonly string[];
}

export interface OperationModel {
  /** The function's name. */
  readonly name: string;
  readonly operationId: string;
  /** Upper case. */
  readonly method: string;
  readonly path: string;
  readonly pointer: string;
  readonly node: JsonObject;
  readonly summary?: string;
  readonly description?: string;
  readonly docs?: string;
  readonly deprecated: boolean;
  readonly safe: boolean;
  readonly input: Input;
  readonly successes: readonly ResponseModel[];
  readonly failures: readonly ResponseModel[];
}

export interface SchemeModel {
  readonly name: string;
  readonly credentials: readonly Credential[];
}

/** What the generators read: the document's operations and schemes, checked and named. */
export interface Model {
  readonly provider: string;
  readonly document: JsonObject;
  readonly operations: readonly OperationModel[];
  readonly schemes: readonly SchemeModel[];
  readonly rateLimit?: RateLimit;
}

/**
 * Reads an effective document.
 *
 * @throws SpecError for anything that generation refuses
 */
export function readModel(provider: string, document: JsonObject): Model {
  const version = own(document, "openapi");
  if (typeof version !== "string" || !/^3\.[01]\.\d+$/.test(version))
    throw new SpecError("structure", "#/openapi", "only OpenAPI 3.0 and 3.1 are read; convert the document first.");
  checkReferences(document);
  checkExtensions(document);
  checkServers(document);
  checkSchemas(document);
  const rateLimit = rateLimitOf(document);
  return {
    provider,
    document,
    operations: readOperations(document),
    schemes: readSchemes(document),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  };
}

function readOperations(document: JsonObject): OperationModel[] {
  const paths = own(document, "paths");
  if (!isObject(paths))
    throw new SpecError("structure", "#/paths", "the document describes no paths; there is nothing to generate.");
  const operations: OperationModel[] = [];
  const taken = new Map<string, string>();
  for (const [path, raw] of Object.entries(paths)) {
    if (path.startsWith("x-")) continue;
    const item = deref(document, raw, child("#/paths", path));
    for (const method of methods) {
      const node = own(item.node, method);
      if (node === undefined) continue;
      const operation = readOperation(document, path, method, item.node, node, child(child("#/paths", path), method));
      const other = taken.get(operation.name);
      if (other !== undefined)
        throw new SpecError(
          "name",
          child(operation.pointer, "operationId"),
          `maps to ${operation.name}, as does ${other}; give one of them another operationId in the overlay.`,
        );
      taken.set(operation.name, operation.pointer);
      operations.push(operation);
    }
  }
  return operations;
}

/**
 * Reads one operation.
 *
 * @throws SpecError for anything that generation refuses
 */
export function readOperation(
  document: JsonObject,
  path: string,
  method: string,
  item: JsonObject,
  node: Json,
  pointer: string,
): OperationModel {
  if (!isObject(node)) throw new SpecError("structure", pointer, "an operation has to be an object.");
  const operationId = own(node, "operationId");
  if (typeof operationId !== "string" || operationId === "")
    throw new SpecError(
      "name",
      pointer,
      "this operation has no operationId; add one in the overlay, it becomes the function's name.",
    );
  const name = toFunctionName(operationId, child(pointer, "operationId"));
  const responses = readResponses(document, node, pointer);
  const successes = responses.filter(({ status }) => /^2(\d\d|XX)$/.test(status));
  if (successes.length === 0)
    throw new SpecError(
      "structure",
      child(pointer, "responses"),
      "no 2xx answer is described; add it, the function's result is made from it.",
    );
  const safe = own(node, "x-inv-safe") === true;
  if (safe && method !== "post")
    throw new SpecError(
      "extension",
      child(pointer, "x-inv-safe"),
      "x-inv-safe is for a POST that only reads; remove it.",
    );
  return {
    name,
    operationId,
    method: method.toUpperCase(),
    path,
    pointer,
    node,
    ...text(node, "summary"),
    ...text(node, "description"),
    ...docsOf(node, pointer),
    deprecated: own(node, "deprecated") === true,
    safe,
    input: readInput(document, path, item, node, pointer),
    successes,
    failures: responses.filter((response) => !successes.includes(response)),
  };
}

function text<Key extends string>(node: JsonObject, key: Key): { [K in Key]?: string } {
  const value = own(node, key);
  const result: { [K in Key]?: string } = {};
  if (typeof value === "string" && value.trim() !== "") result[key] = value;
  return result;
}

function docsOf(node: JsonObject, pointer: string): { docs?: string } {
  const url = own(own(node, "externalDocs"), "url");
  if (url === undefined) return {};
  if (typeof url !== "string" || !/^https:\/\/[^\s"'<>`\\{}*]+$/.test(url))
    throw new SpecError(
      "structure",
      child(child(pointer, "externalDocs"), "url"),
      "has to be an https address without spaces, quotes or asterisks.",
    );
  return { docs: url };
}

function readResponses(document: JsonObject, operation: JsonObject, pointer: string): ResponseModel[] {
  const responses = own(operation, "responses");
  if (!isObject(responses))
    throw new SpecError("structure", pointer, "`responses` is missing; describe at least the success.");
  return Object.entries(responses)
    .filter(([status]) => !status.startsWith("x-"))
    .map(([status, raw]) => readResponse(document, status, raw, child(child(pointer, "responses"), status)));
}

function readResponse(document: JsonObject, status: string, raw: Json, at: string): ResponseModel {
  if (!/^([1-5]\d\d|[1-5]XX|default)$/.test(status))
    throw new SpecError("structure", at, `${quote(status)} is no status; use three digits, 4XX or default.`);
  const { node, pointer } = deref(document, raw, at);
  const media = entriesOf(node, "content");
  const read = jsonAmong(media.map(([name]) => name));
  const json = media.find(([name]) => name === read)?.[1];
  if (json === undefined && media.length > 0 && status.startsWith("2"))
    throw new SpecError(
      "media-type",
      child(pointer, "content"),
      "no JSON body is described, and only JSON is read; leave the operation out or describe its JSON answer.",
    );
  const schema = own(json, "schema");
  const mediaTypes = media.map(([name]) => name).filter(isJson);
  const response = { status, description: textOf(node, "description"), hasBody: media.length > 0, mediaTypes };
  return schema === undefined ? response : { ...response, schema };
}

function readSchemes(document: JsonObject): SchemeModel[] {
  const at = "#/components/securitySchemes";
  const schemes = own(own(document, "components"), "securitySchemes");
  return Object.entries(isObject(schemes) ? schemes : {}).flatMap(([name, raw]) => {
    const { node, pointer } = deref(document, raw, child(at, name));
    const credentials = credentialsOf(node, pointer);
    return credentials === undefined ? [] : [{ name, credentials }];
  });
}
