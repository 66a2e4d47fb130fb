import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { ExactJson } from "./exact-json.ts";
import { isList, isObject, parseExactJson } from "./exact-json.ts";

const root = new URL("../../../", import.meta.url);

type JsonObject = { readonly [name: string]: ExactJson };

/** A provider's effective document, its large integers exact. */
export interface Document {
  readonly provider: string;
  readonly content: JsonObject;
}

/** A parameter as the document declares it, with the example that one exchange gives for it. */
export interface ParameterExample {
  /** On the wire. */
  readonly name: string;
  readonly in: "path" | "query" | "header";
  /** The client's input field. */
  readonly field: string;
  readonly schema: ExactJson;
  readonly value: ExactJson;
}

/** One operation of a document. */
export interface Operation {
  readonly provider: string;
  readonly operationId: string;
  /** Upper case. */
  readonly method: string;
  /** The path template. */
  readonly path: string;
  /** Whether it has any parameter or body, required or not. */
  readonly takesInput: boolean;
  /** The ways to sign in that it accepts, in the order in which it names them. */
  readonly schemes: readonly Scheme[];
  /** One for each example of each documented response, and for each response without a body, in document order. */
  readonly exchanges: readonly Exchange[];
}

/** A response example and the request that it answers, which the document gives by the same name. */
export interface Exchange {
  /** Of a response without a body, which has no example to name it: `status-204`. */
  readonly name: string;
  /** For a range or `default`, the first one that the document does not have by itself. */
  readonly status: number;
  /** The status as the document has it: `200`, `4XX`, `default`. */
  readonly documented: string;
  readonly parameters: readonly ParameterExample[];
  /** Absent when the request has no body. */
  readonly body?: {
    readonly mediaType: string;
    readonly schema: ExactJson;
    readonly required: boolean;
    readonly value: ExactJson;
  };
  /** Without a value when it has no body. */
  readonly response: {
    readonly mediaType: string;
    readonly schema: ExactJson | undefined;
    readonly value: ExactJson | undefined;
  };
}

/** The ids of all providers: the folders in `specs/`. */
export function listProviders(): string[] {
  return readdirSync(new URL("specs/", root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

/** The path of a provider's effective document, which `npm run generate` writes. */
export function documentPath(provider: string): string {
  return fileURLToPath(new URL(`packages/${provider}/openapi.json`, root));
}

/** Reads a provider's effective document. */
export function readDocument(provider: string): Document {
  const content = parseExactJson(readFileSync(documentPath(provider), "utf8"));
  if (!isObject(content)) throw new Error(`${documentPath(provider)} is not an object`);
  return { provider, content };
}

/** One way to sign in: the client's options in order, and the environment variable that holds each. */
export interface Scheme {
  readonly name: string;
  /** A header that Prism takes for credentials of this scheme. */
  readonly header: string;
  readonly credentials: readonly { readonly option: string; readonly variable: string }[];
}

/** The security schemes of a document that a client has options for, in document order. */
export function listSchemes(document: Document): Scheme[] {
  const components = resolveObject(document, document.content["components"] ?? {});
  return members(document, components["securitySchemes"]).flatMap(([name, scheme]) => {
    const declared = resolveObject(document, scheme);
    const credentials = declared["x-inv-credential"];
    if (credentials === undefined || !isList(credentials)) return [];
    return [
      {
        name,
        header: headerOf(declared),
        credentials: credentials.map((credential) => credentialOf(document, credential)),
      },
    ];
  });
}

/** The schemes of which one alone is enough for an operation. */
function schemesOf(document: Document, operation: JsonObject): Scheme[] {
  const requirements = operation["security"] ?? document.content["security"];
  const all = listSchemes(document);
  return (requirements !== undefined && isList(requirements) ? requirements : []).flatMap((requirement) => {
    const [name, ...more] = Object.keys(isObject(requirement) ? requirement : {});
    return more.length === 0 ? all.filter((scheme) => scheme.name === name) : [];
  });
}

function headerOf({ type, name, scheme }: JsonObject): string {
  if (type === "apiKey" && typeof name === "string" && name !== "Authorization") return `${name}: any`;
  return scheme === "basic" ? "Authorization: Basic YW55OmFueQ==" : "Authorization: Bearer any";
}

function credentialOf(document: Document, credential: ExactJson) {
  const { option, variable } = resolveObject(document, credential);
  if (typeof option !== "string" || typeof variable !== "string")
    throw new Error(`packages/${document.provider}/openapi.json: a credential lacks option or variable`);
  return { option, variable };
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/**
 * Every operation of a document with every exchange of every documented status.
 *
 * @throws Error where the document leaves a hole: a status without an example, an example without its request
 */
export function listOperations(document: Document): Operation[] {
  return members(document, document.content["paths"]).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = resolve(document, resolveObject(document, item)[method]);
      if (operation === undefined) return [];
      return [operationOf(document, method.toUpperCase(), path, resolveObject(document, item), operation)];
    }),
  );
}

function operationOf(document: Document, method: string, path: string, item: JsonObject, found: ExactJson): Operation {
  const operation = resolveObject(document, found);
  const where = `packages/${document.provider}/openapi.json: ${method} ${path}`;
  const parameters = mergeParameters(document, [item["parameters"], operation["parameters"]]);
  const responses = members(document, operation["responses"]);
  const codes = responses.map(([code]) => code);
  const exchanges = responses.flatMap(([code, answer]) => {
    const status = statusOf(code, codes);
    if (status === undefined) throw new Error(`${where}: ${code} is no status of an answer`);
    const examples = responseExamples(document, answer, code);
    if (examples.length === 0) throw new Error(`${where}: ${code} has no example, which would leave a hole`);
    return examples.map(([name, response]): Exchange => {
      const asked = parameters.flatMap((parameter) => parameterExample(document, parameter, name, where));
      const body = bodyExample(document, operation["requestBody"], name, where);
      const exchange = { name, status, documented: code, parameters: asked, response };
      return body === undefined ? exchange : Object.assign(exchange, { body });
    });
  });
  const { operationId } = operation;
  if (typeof operationId !== "string") throw new Error(`${where} has no operationId`);
  const takesInput = parameters.length > 0 || operation["requestBody"] !== undefined;
  const schemes = schemesOf(document, operation);
  return { provider: document.provider, operationId, method, path, takesInput, schemes, exchanges };
}

/** A status that a server could answer with where the document says `200`, `4XX` or `default`. */
function statusOf(code: string, documented: readonly string[]): number | undefined {
  if (/^[2-5]\d\d$/.test(code)) return Number(code);
  const range = code === "default" ? "5" : /^([2-5])XX$/.exec(code)?.[1];
  if (range === undefined) return undefined;
  const all = Array.from({ length: 100 }, (_, index) => Number(range) * 100 + index);
  return all.find((status) => !documented.includes(String(status)));
}

interface Parameter extends Omit<ParameterExample, "value"> {
  readonly required: boolean;
  readonly examples: ExactJson | undefined;
}

/** An operation's own parameters replace those of its path by name and place. */
function mergeParameters(document: Document, lists: readonly (ExactJson | undefined)[]): Parameter[] {
  const merged = new Map<string, Parameter>();
  for (const entry of lists.flatMap((list) => list ?? [])) {
    const { name, in: place, required, schema = {}, examples, "x-inv-name": given } = resolveObject(document, entry);
    if (typeof name !== "string" || (place !== "path" && place !== "query" && place !== "header"))
      throw new Error(`packages/${document.provider}/openapi.json: a parameter is in neither path, query nor header`);
    const field = typeof given === "string" ? given : toCamelCase(name);
    merged.set(`${place} ${name}`, { name, in: place, field, required: required === true, schema, examples });
  }
  return [...merged.values()];
}

/** The name of an operation or parameter in a client: `include[]` is `include`, `get-thing` is `getThing`. */
export function toCamelCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const capitals = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return capitals.charAt(0).toLowerCase() + capitals.slice(1);
}

function responseExamples(
  document: Document,
  response: ExactJson,
  code: string,
): (readonly [string, Exchange["response"]])[] {
  const content = members(document, resolveObject(document, response)["content"]);
  if (content.length === 0)
    return [[`status-${code.toLowerCase()}`, { mediaType: "", schema: undefined, value: undefined }]];
  return content.flatMap(([mediaType, media]) => {
    const { schema, examples } = resolveObject(document, media);
    return members(document, examples).map(
      ([name, example]) => [name, { mediaType, schema, value: exampleValue(document, example) }] as const,
    );
  });
}

function parameterExample(document: Document, parameter: Parameter, exchange: string, where: string) {
  const { name, in: place, field, schema, required, examples } = parameter;
  const example = members(document, examples).find(([key]) => key === exchange);
  if (example !== undefined) return [{ name, in: place, field, schema, value: exampleValue(document, example[1]) }];
  if (required) throw new Error(`${where}: the parameter ${name} has no example ${exchange}`);
  return [];
}

function bodyExample(document: Document, requestBody: ExactJson | undefined, exchange: string, where: string) {
  if (requestBody === undefined) return undefined;
  const { content, required } = resolveObject(document, requestBody);
  for (const [mediaType, media] of members(document, content)) {
    const { schema = {}, examples } = resolveObject(document, media);
    const example = members(document, examples).find(([key]) => key === exchange);
    if (example !== undefined)
      return { mediaType, schema, required: required === true, value: exampleValue(document, example[1]) };
  }
  if (required === true) throw new Error(`${where}: the request body has no example ${exchange}`);
  return undefined;
}

function exampleValue(document: Document, example: ExactJson): ExactJson {
  const { value } = resolveObject(document, example);
  if (value === undefined) throw new Error("an example without a value (an external one?) is not supported");
  return value;
}

function members(document: Document, value: ExactJson | undefined): [string, ExactJson][] {
  return value === undefined ? [] : Object.entries(resolveObject(document, value));
}

function resolveObject(document: Document, value: ExactJson | undefined): JsonObject {
  const resolved = resolve(document, value);
  if (!isObject(resolved)) throw new Error(`packages/${document.provider}/openapi.json: an object was expected`);
  return resolved;
}

/** The value itself, or what its `$ref` within the same document points at. */
export function resolve(document: Document, value: ExactJson | undefined): ExactJson | undefined {
  if (!isObject(value) || typeof value["$ref"] !== "string") return value;
  const [file, ...segments] = value["$ref"].split("/");
  if (file !== "#") throw new Error(`the reference ${value["$ref"]} leaves the document`);
  let found: ExactJson | undefined = document.content;
  for (const segment of segments) {
    const name = decodeURIComponent(segment).replaceAll("~1", "/").replaceAll("~0", "~");
    found = isObject(found) ? found[name] : undefined;
  }
  if (found === undefined) throw new Error(`the reference ${value["$ref"]} points at nothing`);
  return resolve(document, found);
}
