/** A provider's exchanges as its document has them, and nothing of what they mean. */
export interface ShapeDescription {
  readonly provider: string;
  /** Where the API really is, without a slash at the end. */
  readonly baseUrl: string;
  readonly operations: readonly ShapeOperation[];
}

/** One operation of a document. */
export interface ShapeOperation {
  readonly method: string;
  /** The path template below the base URL. */
  readonly path: string;
  /** The headers, in lower case, of which any one may carry the credential; none: it is open to everybody. */
  readonly credentials: readonly string[];
  readonly exchanges: readonly ShapeExchange[];
}

/** An answer of a document and the request of the same name. Texts are as on the wire, decoded. */
export interface ShapeExchange {
  readonly name: string;
  readonly status: number;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string;
  readonly mediaType: string;
  /** JSON, every digit as the document has it; empty for an answer without a body. */
  readonly answer: string;
}

/** A provider that has the shape of the real one and none of its meaning. */
export interface Shape {
  /** The real base URL, which `fetch` answers for. */
  readonly baseUrl: string;
  /** Give it to the client. Any other address rejects like a host that is not there. */
  readonly fetch: typeof fetch;
}

/** On every answer of a shape, so that nobody takes one for more. */
const mark = { "X-Inv-Sim": "shape-only" };

const placeholder = /\{([^{}]+)\}/g;

interface Asked {
  readonly method: string;
  /** Below the base URL, still encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * A provider made of nothing but its document's exchanges, in this process: no port, no network, no state.
 *
 * A request that is in the document is answered with its example; another one for the same path with the operation's
 * first; one without a credential with the documented 401, and one for other ids with the documented 404. Any credential
 * is taken. **The figures mean nothing**: they are examples, or were made from a schema, and nothing that is asked
 * changes them. Every answer has the header `X-Inv-Sim: shape-only`.
 */
export function createShape({ baseUrl, operations }: ShapeDescription): Shape {
  return {
    baseUrl,
    async fetch(input, init) {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      const url = new URL(request.url);
      const { origin, pathname } = url;
      const base = new URL(baseUrl);
      const below = base.pathname.replace(/\/$/, "");
      if (origin !== base.origin || !pathname.startsWith(`${below}/`))
        throw new TypeError("fetch failed", {
          cause: Object.assign(new Error(`getaddrinfo ENOTFOUND ${url.hostname}`), { code: "ENOTFOUND" }),
        });
      const asked: Asked = {
        method: request.method,
        path: pathname.slice(below.length),
        query: url.searchParams,
        headers: request.headers,
        body: await request.text(),
      };
      request.signal.throwIfAborted();
      return answer(operations, asked);
    },
  };
}

function answer(operations: readonly ShapeOperation[], asked: Asked): Response {
  const [found] = operations
    .filter(({ method, path }) => method === asked.method && valuesOf(path, asked.path) !== undefined)
    .toSorted((one, other) => textLength(other.path) - textLength(one.path));
  if (found === undefined) return problem(404, "the document has no such operation");
  const { credentials, exchanges } = found;
  if (credentials.length > 0 && !credentials.some((name) => (asked.headers.get(name) ?? "") !== ""))
    return documented(exchanges, 401) ?? problem(401, "there is no credential");
  const values = valuesOf(found.path, asked.path) ?? new Map<string, string>();
  const near = exchanges.filter(({ path }) =>
    Object.entries(path).every(([name, value]) => values.get(name) === value),
  );
  const exact = near
    .filter((exchange) => isAskedFor(exchange, asked))
    .toSorted((one, other) => sizeOf(other) - sizeOf(one) || Number(isSuccess(other)) - Number(isSuccess(one)));
  const chosen = exact[0] ?? near.find(isSuccess);
  if (chosen !== undefined) return toResponse(chosen);
  return documented(exchanges, 404) ?? problem(404, "no example has these ids, and the document has no 404");
}

function isAskedFor({ query, headers, body }: ShapeExchange, asked: Asked): boolean {
  return (
    Object.entries(query).every(([name, values]) => isSameSet(values, asked.query.getAll(name))) &&
    Object.entries(headers).every(([name, value]) => asked.headers.get(name) === value) &&
    (body === undefined || isSameJson(body, asked.body))
  );
}

function isSuccess({ status }: ShapeExchange): boolean {
  return status >= 200 && status <= 299;
}

function sizeOf({ query, headers, body }: ShapeExchange): number {
  return Object.keys(query).length + Object.keys(headers).length + (body === undefined ? 0 : 1);
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.toSorted().join("\0") === other.toSorted().join("\0");
}

function isSameJson(one: string, other: string): boolean {
  try {
    return sorted(JSON.parse(one)) === sorted(JSON.parse(other));
  } catch {
    return false; // Not JSON, so it is none of the document's.
  }
}

function sorted(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${sorted(member)}`).join()}}`;
}

function valuesOf(template: string, path: string): Map<string, string> | undefined {
  const names = Array.from(template.matchAll(placeholder), ([, name = ""]) => name);
  const literals = template.split(/\{[^{}]+\}/).map((text) => text.replaceAll(/[^\w/]/g, String.raw`\$&`));
  const match = new RegExp(`^${literals.join("([^/]+)")}$`).exec(path);
  return match === null ? undefined : new Map(names.map((name, index) => [name, decode(match[index + 1] ?? "")]));
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** How much of a template is text: of two that a path fits, the one with more of it is meant. */
function textLength(template: string): number {
  return template.replaceAll(placeholder, "").length;
}

function documented(exchanges: readonly ShapeExchange[], status: number): Response | undefined {
  const exchange = exchanges.find((each) => each.status === status);
  return exchange === undefined ? undefined : toResponse(exchange);
}

function toResponse({ status, mediaType, answer }: ShapeExchange): Response {
  if (answer === "") return new Response(null, { status, headers: mark });
  return new Response(answer, { status, headers: { "Content-Type": mediaType, ...mark } });
}

function problem(status: number, title: string): Response {
  const headers = { "Content-Type": "application/problem+json", ...mark };
  return new Response(JSON.stringify({ title, status }), { status, headers });
}
