import type { ExactJson } from "./exact-json.ts";
import { isList, isSameJson, parseExactJson } from "./exact-json.ts";
import type { Exchange, Operation, ParameterExample } from "./exchanges.ts";

const placeholder = /\{([^{}]+)\}/g;

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Without query, still encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** The operation that a request addresses; `undefined` when the document has none. */
export function findOperation(operations: readonly Operation[], request: WireRequest): Operation | undefined {
  const candidates = operations.filter(
    ({ method, path }) => method === request.method && pathValues(path, request.path) !== undefined,
  );
  return candidates.toSorted((one, other) => textLength(other.path) - textLength(one.path))[0];
}

/**
 * The exchange whose examples all equal what the request says.
 *
 * Of several the one with the most examples wins, then a 2xx, then the document's order. `undefined` when there is none.
 */
export function findExchange(operation: Operation, request: WireRequest): Exchange | undefined {
  const values = pathValues(operation.path, request.path) ?? new Map<string, string>();
  const fitting = operation.exchanges.filter(
    ({ parameters, body }) =>
      parameters.every((parameter) => saysTheSame(parameter, request, values)) &&
      (body === undefined || isSameBody(body.value, request.body)),
  );
  return fitting.toSorted(
    (one, other) => countExamples(other) - countExamples(one) || Number(isSuccess(other)) - Number(isSuccess(one)),
  )[0];
}

function saysTheSame(parameter: ParameterExample, request: WireRequest, path: ReadonlyMap<string, string>): boolean {
  const { name, value } = parameter;
  const expected = (isList(value) ? value : [value]).map(String);
  if (parameter.in === "query") return isSameSet(expected, request.query.getAll(name));
  const actual = parameter.in === "path" ? path.get(name) : request.headers.get(name.toLowerCase());
  return actual === expected.join(",");
}

// The members of a repeated query parameter have no order in any of the documents.
function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.toSorted().join("\0") === other.toSorted().join("\0");
}

function isSameBody(expected: ExactJson, text: string): boolean {
  try {
    return isSameJson(expected, parseExactJson(text));
  } catch {
    return false; // Not JSON: no exchange is meant, and Prism says what is wrong with it.
  }
}

function pathValues(template: string, path: string): Map<string, string> | undefined {
  const names = Array.from(template.matchAll(placeholder), ([, name = ""]) => name);
  const literals = template.split(/\{[^{}]+\}/).map((text) => text.replaceAll(/[^\w/]/g, String.raw`\$&`));
  const match = new RegExp(`^${literals.join("([^/]+)")}$`).exec(path);
  return match === null
    ? undefined
    : new Map(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]));
}

/** How much of a template is text: of two that a path fits, the one with more of it is meant. */
function textLength(template: string): number {
  return template.replaceAll(placeholder, "").length;
}

function countExamples({ parameters, body }: Exchange): number {
  return parameters.length + (body === undefined ? 0 : 1);
}

function isSuccess({ status }: Exchange): boolean {
  return status >= 200 && status <= 299;
}
