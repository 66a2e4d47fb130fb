import { createHash } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Agent, createServer, request as sendRequest } from "node:http";

import type { ExactJson } from "./exact-json.ts";
import { isSameJson, parseExactJson, toJsonText, toRounded } from "./exact-json.ts";
import type { Document, Exchange, Operation } from "./exchanges.ts";
import { documentPath, listOperations, listProviders, listSchemes, readDocument } from "./exchanges.ts";
import type { WireRequest } from "./find-exchange.ts";
import { findExchange, findOperation } from "./find-exchange.ts";
import { startPrism } from "./prism.ts";
import { answerTokenRequest, tokenPath, zettleOptions } from "./zettle-token.ts";

/** All providers, mocked on one port. */
export interface Mocks {
  /** Without a trailing slash; each provider is below its id. */
  readonly url: string;
  /** The base URL for each provider's client. */
  readonly baseUrls: Readonly<Record<string, string>>;
  /** Zettle's token endpoint. */
  readonly tokenUrl: string;
  /** The server options of each provider's client: `baseUrl`, and `tokenUrl` where there is one. */
  readonly options: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** A made-up value for each environment variable that a document names. The token endpoint knows no others. */
  readonly environment: Readonly<Record<string, string>>;
  /** What Prism or the front has found wrong since this was last called, one sentence each. */
  takeViolations(): string[];
  close(): Promise<void>;
}

interface Provider {
  readonly id: string;
  readonly operations: readonly Operation[];
  readonly prismUrl: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Headers of a request that the front sets itself. */
interface AskedFor {
  readonly prefer?: string | undefined;
  readonly accept?: string;
}

/**
 * Starts every provider's document in Prism, in this process, behind one front on a free port of 127.0.0.1.
 *
 * Prism 5.16 answers with the first example whatever the request asks for. The front finds the exchange whose request
 * is the one received and asks Prism for it with `Prefer`; what no exchange knows is answered with the documented 404.
 * A request that has a `Prefer` header of its own keeps it, and is refused when the document has no such exchange.
 */
export async function startMocks(): Promise<Mocks> {
  const documents = listProviders().map(readDocument);
  const operations = documents.map(listOperations);
  const environment = Object.fromEntries(documents.flatMap(madeUpCredentials));
  const violations: string[] = [];
  const prisms = await Promise.all(documents.map(({ provider }) => startPrism(documentPath(provider))));
  const providers = documents.map((document, index): Provider => ({
    id: document.provider,
    operations: operations[index] ?? [],
    prismUrl: prisms[index]?.url ?? "",
  }));
  const agent = new Agent({ keepAlive: true });

  async function answer(request: IncomingMessage): Promise<Answer> {
    const body = await readBody(request);
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://front");
    if (request.method === "POST" && pathname === tokenPath) {
      const { status, body: answered } = answerTokenRequest(
        request.headers["content-type"],
        body.toString(),
        environment,
      );
      return jsonAnswer(status, answered);
    }
    const provider = providers.find(({ id }) => pathname.startsWith(`/${id}/`));
    if (provider === undefined)
      return problem(404, `no provider at ${pathname}; there are ${providers.map(({ id }) => `/${id}`).join(", ")}`);
    const wire: WireRequest = {
      method: request.method ?? "GET",
      path: pathname.slice(provider.id.length + 1),
      query: searchParams,
      headers: new Map(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      body: body.toString(),
    };
    return answerAs(provider, wire, request, body);
  }

  async function answerAs(
    provider: Provider,
    wire: WireRequest,
    request: IncomingMessage,
    body: Buffer,
  ): Promise<Answer> {
    const operation = findOperation(provider.operations, wire);
    const asked = wire.headers.get("prefer");
    const exchange = asked === undefined && operation !== undefined ? findExchange(operation, wire) : undefined;
    const prefer = asked ?? preferOf(operation, exchange);
    if (isBrokenJson(wire)) {
      violations.push(`${provider.id}: ${wire.method} ${wire.path}: the body is not JSON`);
      return problem(400, "the body is not JSON");
    }
    if (asked !== undefined && operation !== undefined && exchangeNamed(operation, asked) === undefined) {
      violations.push(`${provider.id}: ${wire.method} ${wire.path}: no exchange is ${asked}`);
      return problem(404, `${provider.id} ${operation.operationId} documents no exchange ${asked}`);
    }
    const url = provider.prismUrl + (request.url ?? "").slice(provider.id.length + 1);
    const chosen = prefer === undefined || operation === undefined ? undefined : exchangeNamed(operation, prefer);
    const prismAnswer = await forward(agent, url, request, body, chosen === undefined ? { prefer } : toHeaders(chosen));
    violations.push(...violationsOf(prismAnswer).map((text) => `${provider.id}: ${wire.method} ${wire.path}: ${text}`));
    if (operation === undefined) return prismAnswer;
    if (prefer === undefined && prismAnswer.status < 300)
      return problem(404, `no exchange of ${provider.id} ${operation.operationId} has this request`);
    return withExactBody(prismAnswer, exchangeAsked(operation, prefer, prismAnswer.status));
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (answered) => write(response, answered),
      (error: unknown) => {
        violations.push(`the front failed: ${String(error)}`);
        write(response, problem(500, "the front failed"));
      },
    );
  });
  const url = await listen(server);
  const baseUrls = Object.fromEntries(providers.map(({ id }) => [id, `${url}/${id}`]));
  const options = Object.fromEntries(Object.entries(baseUrls).map(([id, baseUrl]) => [id, { baseUrl }]));
  return {
    url,
    baseUrls,
    tokenUrl: `${url}${tokenPath}`,
    options: { ...options, ...zettleOptions(url) },
    environment,
    takeViolations: () => violations.splice(0),
    async close() {
      agent.destroy();
      await closeServer(server);
      await Promise.all(prisms.map((prism) => prism.close()));
    },
  };
}

/** Any value would do; a different one for each variable shows when two are mixed up. */
function madeUpCredentials(document: Document): [string, string][] {
  const variables = listSchemes(document).flatMap(({ credentials }) => credentials.map(({ variable }) => variable));
  return variables.map((variable) => [variable, createHash("sha256").update(variable).digest("hex").slice(0, 32)]);
}

function preferOf(operation: Operation | undefined, exchange: Exchange | undefined): string | undefined {
  if (exchange !== undefined) return `code=${exchange.status}, example=${exchange.name}`;
  return operation?.exchanges.some(({ status }) => status === 404) === true ? "code=404" : undefined;
}

/**
 * What Prism is asked for. Of an answer without a body there is no example; and of a type like `application/problem+json`
 * Prism 5.16 has none for a client that accepts `application/json`.
 */
function toHeaders({ status, name, response: { mediaType, value } }: Exchange): AskedFor {
  if (value === undefined) return { prefer: `code=${status}` };
  return { prefer: `code=${status}, example=${name}`, accept: mediaType };
}

/** Prism 5.16 never answers a request whose JSON body cannot be parsed: it waits for the end of a body that it has read. */
function isBrokenJson({ headers, body }: WireRequest): boolean {
  return (headers.get("content-type") ?? "").includes("json") && body !== "" && parseJson(body) === undefined;
}

/** The exchange that Prism has been asked for, or, where it has refused the request, the first of the status it chose. */
function exchangeAsked(operation: Operation, prefer: string | undefined, status: number): Exchange | undefined {
  const named = prefer === undefined ? undefined : exchangeNamed(operation, prefer);
  return named?.status === status ? named : operation.exchanges.find((exchange) => exchange.status === status);
}

/**
 * The exchange that a `Prefer` header names. Prism 5.16 is content with less: asked for an example that the status does
 * not have, it answers with another status that has it.
 */
function exchangeNamed(operation: Operation, prefer: string): Exchange | undefined {
  const code = /(?:^|[,;]\s*)code=(\d{3})/.exec(prefer)?.[1];
  const name = /(?:^|[,;]\s*)example=([^,;\s]+)/.exec(prefer)?.[1];
  return operation.exchanges.find(
    (exchange) => String(exchange.status) === code && (name === undefined || exchange.name === name),
  );
}

/**
 * Prism 5.16 reads the document's numbers as doubles, so that an example's 653985747439023617 leaves it as
 * 653985747439023600. Where Prism's answer is the example but for that, the example itself is sent, every digit kept.
 */
function withExactBody(answer: Answer, exchange: Exchange | undefined): Answer {
  if (exchange === undefined || exchange.status !== answer.status) return answer;
  const { value } = exchange.response;
  if (value === undefined) return answer;
  const sent = parseJson(answer.body.toString());
  if (sent === undefined || !isSameJson(sent, toRounded(value))) return answer;
  return { ...answer, body: Buffer.from(toJsonText(value)) };
}

function violationsOf(answer: Answer): string[] {
  const header = answer.headers["sl-violations"];
  const reported = typeof header === "string" ? [`violations ${header}`] : [];
  const type = answer.headers["content-type"];
  const own = typeof type === "string" && type.startsWith("application/problem+json") ? answer.body.toString() : "";
  return own.includes("https://stoplight.io/prism/errors#") ? [...reported, `refused ${own}`] : reported;
}

function parseJson(text: string): ExactJson | undefined {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

function forward(agent: Agent, url: string, request: IncomingMessage, body: Buffer, more: AskedFor) {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { prefer = request.headers["prefer"], accept = request.headers["accept"] } = more;
  const asked = { ...(prefer === undefined ? {} : { prefer }), ...(accept === undefined ? {} : { accept }) };
  const headers = { ...request.headers, host: new URL(url).host, ...asked };
  const outgoing = sendRequest(url, { method: request.method ?? "GET", headers, agent }, (response) => {
    readBody(response).then(
      (answered) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answered }),
      reject,
    );
  });
  outgoing.on("error", reject);
  outgoing.end(body);
  return promise;
}

async function readBody(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Headers of one connection, or about a body that may have been replaced. */
const notPassedOn = new Set(["connection", "keep-alive", "transfer-encoding", "content-length"]);

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !notPassedOn.has(name)) response.setHeader(name, value);
  response.end(body);
}

function jsonAnswer(status: number, body: ExactJson, type = "application/json"): Answer {
  return { status, headers: { "content-type": type }, body: Buffer.from(toJsonText(body)) };
}

function problem(status: number, title: string): Answer {
  return jsonAnswer(status, { title, status }, "application/problem+json");
}

async function listen(server: Server): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the front has no port");
  return `http://127.0.0.1:${address.port}`;
}

async function closeServer(server: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.close((error) => (error === undefined ? resolve() : reject(error)));
  server.closeAllConnections();
  await promise;
}
