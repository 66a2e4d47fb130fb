import type { Budget, RateStore } from "./budget.js";
import type { AnswerNotes, Judge } from "./classify.js";
import type { Authoriser, Credentials } from "./credentials.js";
import type { Clock, GivenSignal } from "./deadline.js";
import { checkDeadline, checkSignal, machineClock } from "./deadline.js";
import { inContext, InvError, isInvError } from "./errors.js";
import type { Hooks } from "./hooks.js";
import type { Facts } from "./operation.js";
import { toQuery } from "./operation.js";
import { createRateStore, limitOf, scopeOf, sharedRegistry } from "./rate.js";
import type { Outgoing, Received, Transport } from "./send.js";
import { refusal, send } from "./send.js";

/** The options of every client, beside its credentials. */
export interface ClientOptions extends Hooks {
  /** Where the API is; https, or http on this machine. */
  readonly baseUrl?: string;
  /** Sends a request; default is the platform's `fetch`. Called as `fetch(url, init)`. */
  readonly fetch?: typeof fetch;
  /** The time of a whole call in milliseconds, waits included. Default 30,000. */
  readonly deadlineMs?: number;
  /** The time until an answer begins, connecting included, in milliseconds. Default 10,000; then `timeout{headers}`. */
  readonly headersTimeoutMs?: number;
  /** The time for the body of an answer in milliseconds. Default 20,000; then, or after 10 s without a byte, `timeout{body}`. */
  readonly bodyTimeoutMs?: number;
  /** How often a read is sent at most before its failure is final. Default 3; 1 for no retries. */
  readonly maxAttempts?: number;
  /** Ends every call of this client with `cancelled`. */
  readonly signal?: AbortSignal;
  /** The part of the provider's rate limit that this process may use, above 0 and at most 1. Default 1. */
  readonly rateShare?: number;
  /** Where rate budgets are kept. Default: in this process, shared by all clients of the same account. */
  readonly rateStore?: RateStore;
  /** The most bytes of an answer, decoded. Default 10 MiB; a larger one fails with `payload{too-large}`. */
  readonly maxBodyBytes?: number;
  /** Allows a client with a secret in a browser, where whoever uses the page can read it. Default false. */
  readonly allowBrowser?: boolean;
}

/** What a provider's client is made of. */
export interface ClientParts {
  readonly provider: string;
  /** The default of the option. */
  readonly baseUrl: string;
  readonly facts: Facts;
  readonly credentials: Credentials;
  /** The one of them that is in use: what `chooseScheme` returned. */
  readonly scheme: string;
  readonly authoriser: Authoriser;
  readonly headers?: Readonly<Record<string, string>>;
  readonly judge?: Judge;
  /** What a 401 or 403 means here beyond refused credentials. */
  readonly credentialHint?: string;
  /** Where time comes from; default is the machine. With another one its budgets are its own. */
  readonly clock?: Clock;
}

/** What openapi-fetch calls; its `createClient` takes these options and its client these middlewares. */
interface FetchClient {
  use(...middleware: { onRequest(context: MiddlewareContext): void }[]): void;
}

interface MiddlewareContext {
  readonly request: unknown;
  readonly schemaPath: string;
  readonly params: { readonly path?: Record<string, unknown>; readonly query?: Record<string, unknown> };
  readonly options: {
    readonly parseAs: string;
    readonly baseUrl: string;
    readonly fetch: unknown;
    readonly querySerializer: unknown;
    readonly bodySerializer: unknown;
    readonly pathSerializer: unknown;
  };
}

/** The options for openapi-fetch's `createClient`, typed as loosely as its own declaration needs. */
export interface FetchClientOptions {
  baseUrl: string;
  headers: Record<string, string>;
  Request: typeof Request;
  fetch: (request: Request) => Promise<Response>;
  querySerializer: (query: unknown) => string;
  bodySerializer: (body: unknown) => unknown;
  pathSerializer: (template: string) => string;
}

/**
 * Makes a provider's client: openapi-fetch's, with everything it sends going through one `send`.
 *
 * openapi-fetch collects a call; path, query and body are written by `send`, so that whatever is wrong with them is told
 * with the name of the operation.
 *
 * @throws InvError `config` for an option that cannot be right
 */
export function connect<Client extends FetchClient, Provider extends string>(
  createFetchClient: (options: FetchClientOptions) => Client,
  parts: ClientParts & { readonly provider: Provider },
  options: ClientOptions,
): Client & { readonly provider: Provider } {
  const transport = createTransport(parts, options);
  const ours = {
    baseUrl: transport.baseUrl,
    fetch: async (request: unknown) => answer(request, transport),
    querySerializer: () => "",
    bodySerializer: (body: unknown) => body,
    pathSerializer: (template: string) => template,
  };
  const settings = Object.entries(ours);
  const client = createFetchClient({
    ...ours,
    headers: { Accept: parts.facts.accept ?? "application/json", ...parts.headers },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- openapi-fetch builds it, copies to it and hands it over; no more
    Request: Outbound as unknown as typeof Request,
  });
  client.use({
    onRequest({ request, schemaPath, params, options: used }) {
      if (!(request instanceof Outbound)) return;
      request.path = schemaPath;
      request.arguments = params.path ?? {};
      request.parameters = params.query ?? {};
      request.parseAs = used.parseAs;
      for (const [option, mine] of settings)
        if (Reflect.get(used, option) !== mine)
          throw refusal(transport, request, `${option} belongs to the client and cannot be set for one call`);
      if (!schemaPath.startsWith("/")) throw refusal(transport, request, "a path begins with a slash");
    },
  });
  return Object.assign(client, { provider: parts.provider });
}

function createTransport(parts: ClientParts, options: ClientOptions): Transport {
  const { provider, scheme, facts, clock = machineClock } = parts;
  const { maxBodyBytes = 10 * 1024 * 1024, maxAttempts = 3, rateStore, rateShare = 1 } = options;
  const fail = (what: string) => new InvError("config", `${provider}: ${what}`, { provider });
  if (options.allowBrowser !== true && "window" in globalThis && "document" in globalThis)
    throw fail("a secret in a browser can be read by whoever uses the page; call from a server, or set allowBrowser");
  if (!(maxBodyBytes > 0)) throw fail("maxBodyBytes has to be above 0");
  if (!(Number.isInteger(maxAttempts) && maxAttempts > 0)) throw fail("maxAttempts has to be a whole number above 0");
  if (!(rateShare > 0 && rateShare <= 1)) throw fail("rateShare has to be above 0 and at most 1");
  if (rateStore !== undefined && typeof rateStore.open !== "function") throw fail("rateStore has to have an `open`");
  const { fetch, onRequest, onResponse, onRetry, onWait } = options;
  for (const [option, value] of Object.entries({ fetch, onRequest, onResponse, onRetry, onWait }))
    if (value !== undefined && typeof value !== "function") throw fail(`${option} has to be a function`);
  const used = parts.credentials[scheme] ?? [];
  const help = credentialHelp(used);
  try {
    const baseUrl = checkUrl(provider, "baseUrl", options.baseUrl ?? parts.baseUrl);
    const secrets = used.map(({ option }) => Reflect.get(options, option));
    return {
      provider,
      baseUrl,
      host: new URL(baseUrl).host,
      facts,
      authoriser: parts.authoriser,
      judge: parts.judge,
      credentialHelp: help,
      refusalHelp: parts.credentialHint === undefined ? help : `${help} ${parts.credentialHint}`,
      fetch,
      deadlineMs: checkDeadline(options.deadlineMs ?? 30_000),
      headersTimeoutMs: checkDeadline(options.headersTimeoutMs ?? 10_000, "headersTimeoutMs"),
      bodyTimeoutMs: checkDeadline(options.bodyTimeoutMs ?? 20_000, "bodyTimeoutMs"),
      maxAttempts,
      maxBodyBytes,
      signal: checkSignal(options.signal),
      clock,
      hooks: { onRequest, onResponse, onRetry, onWait },
      budget: budgetOf(
        rateStore ?? (parts.clock === undefined ? undefined : createRateStore(clock)),
        facts,
        rateShare,
        () => scopeOf(facts.rateLimit, provider, baseUrl, secrets),
      ),
    };
  } catch (error) {
    throw isInvError(error) && error.provider === undefined
      ? inContext(error, `${provider}: ${error.message}`, { provider })
      : error;
  }
}

/** Finds the budget for every request anew, so that a store need not keep those that nobody uses. */
function budgetOf(
  store: RateStore | undefined,
  facts: Facts,
  share: number,
  findScope: () => Promise<string>,
): () => Budget | Promise<Budget> {
  const limit = limitOf(facts.rateLimit, share);
  let scope: string | undefined;
  let finding: Promise<string> | undefined;
  const open = (name: string) => (store ?? sharedRegistry().store).open(name, limit);
  return () => {
    if (scope !== undefined) return open(scope);
    finding ??= findScope();
    return finding.then((name) => open((scope = name)));
  };
}

/**
 * A base URL without its trailing slash.
 *
 * @throws InvError `config` unless it is https, or http on this machine, with nothing behind the path
 */
export function checkUrl(provider: string, option: string, url: string): string {
  const fail = (what: string) => new InvError("config", `${provider}: ${option} ${what}`, { provider });
  if (!URL.canParse(url)) throw fail("is not a URL");
  const { protocol, hostname, username, password, search, hash, href } = new URL(url);
  const local = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && local))
    throw fail("has to be https: credentials would travel in the clear");
  if (username !== "" || password !== "") throw fail("cannot hold credentials");
  if (search !== "" || hash !== "" || /[{}?#]/.test(url)) throw fail("cannot have a query, a fragment or a template");
  return href.replace(/\/+$/, "");
}

function credentialHelp(credentials: Credentials[string]): string {
  const names = credentials.map(({ option, variable }) => `${option} (${variable})`).join(" and ");
  const secret = credentials.find((credential) => credential.secret);
  if (secret === undefined) return `Check ${names}.`;
  const needs = secret.scope === undefined ? "" : ` and needs ${secret.scope}`;
  return `Check ${names}; it is made at ${secret.page}${needs}.`;
}

/** Stands in for the platform's `Request`, which would cost a stream and a copy of everything. */
class Outbound implements Outgoing {
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly signal: GivenSignal;
  readonly deadlineMs: number | undefined;
  readonly onAnswer: ((notes: AnswerNotes) => unknown) | undefined;
  path = "";
  arguments: Readonly<Record<string, unknown>> = {};
  parameters: Readonly<Record<string, unknown>> = {};
  parseAs = "json";

  constructor(
    _url: string,
    init: {
      method: string;
      headers: Headers;
      body?: unknown;
      signal?: GivenSignal;
      deadlineMs?: number;
      onAnswer?: (notes: AnswerNotes) => unknown;
    },
  ) {
    this.method = init.method;
    this.headers = init.headers;
    this.body = init.body;
    this.signal = init.signal;
    this.deadlineMs = init.deadlineMs;
    this.onAnswer = init.onAnswer;
  }

  query(): string {
    return toQuery(this.parameters);
  }
}

async function answer(request: unknown, transport: Transport): Promise<Response> {
  if (!(request instanceof Outbound))
    throw new InvError("config", `${transport.provider}: a call or a middleware brought a request of its own`, {
      provider: transport.provider,
    });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what openapi-fetch reads of a response; the value is parsed already
  return new Answer(await send(transport, request), request.parseAs) as unknown as Response;
}

/** Stands in for the platform's `Response`: the body has been read, checked and parsed. */
class Answer {
  readonly ok = true;
  readonly status: number;
  readonly headers: Headers;
  readonly #text: string;
  readonly #value: unknown;

  constructor({ status, headers, text, value }: Received, parseAs: string) {
    this.status = status;
    this.headers = parseAs === "json" ? withLength(headers, text) : headers;
    this.#text = text;
    this.#value = value;
  }

  async json(): Promise<unknown> {
    return this.#value;
  }

  /** What `call` asks for, by `parseAs`. */
  value(): unknown {
    return this.#value;
  }

  async text(): Promise<string> {
    return this.#text;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return new Response(this.#text).arrayBuffer();
  }

  async blob(): Promise<Blob> {
    return new Response(this.#text).blob();
  }

  get body(): ReadableStream | null {
    return new Response(this.#text).body;
  }
}

/** Without a length openapi-fetch would parse the text once more, and round what does not fit a double. */
function withLength(headers: Headers, text: string): Headers {
  const copy = new Headers(headers);
  copy.set("content-length", String(text.length));
  return copy;
}
