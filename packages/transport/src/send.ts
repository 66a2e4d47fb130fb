import { discard, readText } from "./body.js";
import type { Judge, Verdict } from "./classify.js";
import { headerFault, redirectError, requestIdOf, statusError } from "./classify.js";
import type { Attempt, Authoriser } from "./credentials.js";
import type { GivenSignal } from "./deadline.js";
import { checkDeadline, checkSignal, withDeadline } from "./deadline.js";
import { inContext, InvError, isInvError } from "./errors.js";
import { parseExact } from "./exact.js";
import { networkFailure } from "./failures.js";
import type { Facts, OperationFacts } from "./operation.js";
import { fillPath } from "./operation.js";

/** The most of an error body that is read, and how long for. Beyond either the status alone classifies the answer. */
const maxErrorBytes = 64 * 1024;
const errorBodyMs = 1000;

/** What one client sends with. */
export interface Transport {
  readonly provider: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly facts: Facts;
  readonly authoriser: Authoriser;
  readonly judge: Judge | undefined;
  /** The sentence that tells which credentials to check. */
  readonly credentialHelp: string;
  /** The sentence that a 401 or 403 ends with. */
  readonly refusalHelp: string;
  /** Absent: the platform's, looked up for every request, so that loading a client touches nothing. */
  readonly fetch: typeof fetch | undefined;
  readonly deadlineMs: number;
  readonly maxBodyBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** One call on its way: what it asks for, not yet written as a request. */
export interface Outgoing {
  readonly method: string;
  /** The path template. */
  readonly path: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Writes what follows the `?`; empty for none. */
  readonly query: () => string;
  /** Writes the body. */
  readonly payload: () => string | undefined;
  /** This call's own; the credentials are put on it. */
  readonly headers: Headers;
  readonly signal: GivenSignal;
  readonly deadlineMs: number | undefined;
}

/** A 2xx answer, its body parsed once. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** `undefined` where the document promises no body. */
  readonly value: unknown;
}

/** Why a call was never sent: the caller's arguments or options cannot be right. */
export function refusal(
  transport: Transport,
  { method, path }: Pick<Outgoing, "method" | "path">,
  what: string,
): InvError {
  return explained(transport, method, path, 0, new InvError("config", what));
}

/**
 * Sends one call and returns its answer. The one way out of every client.
 *
 * The order: check input, deadline, authorise and sign, send, bound and decode, parse, classify. Nothing is followed,
 * resumed or sent twice, except after a 401 for which the authoriser has a newer credential.
 *
 * @throws InvError of any code but `pagination` and `spec`, with provider, operation, path template and attempts
 */
export async function send(transport: Transport, outgoing: Outgoing): Promise<Received> {
  const { method, path } = outgoing;
  const progress = { attempts: 0 };
  try {
    const deadlineMs = checkDeadline(outgoing.deadlineMs ?? transport.deadlineMs);
    const query = outgoing.query();
    const request = {
      method,
      url: `${transport.baseUrl}${fillPath(path, outgoing.arguments)}${query === "" ? "" : "?"}${query}`,
      body: outgoing.payload(),
      headers: outgoing.headers,
    };
    return await withDeadline(deadlineMs, [transport.signal, checkSignal(outgoing.signal)], (signal) =>
      exchange(transport, outgoing, { ...request, signal }, progress),
    );
  } catch (error) {
    throw explained(transport, method, path, progress.attempts, isInvError(error) ? error : unexpected(error));
  }
}

/** The error with everything that its call knows. */
function explained(transport: Transport, method: string, path: string, attempts: number, error: InvError): InvError {
  const { provider, facts } = transport;
  const label = `${method} ${path}`;
  const joint = error.message.startsWith("answered") ? " " : ": ";
  return inContext(error, `${provider}: ${label}${joint}${error.message}`, {
    provider,
    operation: facts.operations[label]?.operation ?? label,
    path,
    retryable: false,
    attempts,
  });
}

/** Requests until there is an answer to return or to throw. */
async function exchange(
  transport: Transport,
  outgoing: Outgoing,
  attempt: Attempt,
  progress: { attempts: number },
): Promise<Received> {
  const { url, signal } = attempt;
  for (;;) {
    const used = await authorise(transport, attempt);
    signal.throwIfAborted();
    progress.attempts += 1;
    const response = await request(transport, attempt);
    if (signal.aborted) {
      // A `fetch` that ignores its signal comes back although nobody waits any longer.
      discard(response);
      throw signal.reason;
    }
    const { status } = response;
    const first = status === 401 && progress.attempts === 1 && used !== undefined;
    if (first && transport.authoriser.rejected?.(used) === true) {
      discard(response);
      continue;
    }
    if (status >= 200 && status <= 299) return receive(transport, outgoing, response, signal);
    if (response.type === "opaqueredirect" || (status >= 300 && status <= 399 && status !== 304)) {
      discard(response);
      throw redirectError(status, response.headers.get("location"), url);
    }
    throw await failure(transport, outgoing, response, signal);
  }
}

async function authorise(transport: Transport, attempt: Attempt): Promise<string | undefined> {
  try {
    return (await transport.authoriser.authorise(attempt)) ?? undefined;
  } catch (error) {
    const { credentialHelp } = transport;
    if (isInvError(error))
      throw error.code === "config" ? inContext(error, `${error.message}. ${credentialHelp}`, {}) : error;
    const what = "the request could not be authorised: what gives the credential failed";
    throw new InvError("auth", `${what}. ${credentialHelp}`, { kind: "signature", cause: new Error(nameOf(error)) });
  }
}

async function request(transport: Transport, attempt: Attempt): Promise<Response> {
  const { method, url, body, headers, signal } = attempt;
  const init: RequestInit = { method, headers, redirect: "manual", signal };
  if (body !== undefined) init.body = body;
  const fetch = transport.fetch ?? globalThis.fetch;
  try {
    return await fetch(url, init);
  } catch (error) {
    throw networkFailure(error);
  }
}

async function receive(
  transport: Transport,
  outgoing: Outgoing,
  response: Response,
  signal: AbortSignal,
): Promise<Received> {
  const { status, headers } = response;
  const facts: OperationFacts | undefined = transport.facts.operations[`${outgoing.method} ${outgoing.path}`];
  if (facts?.empty === true) {
    discard(response);
    return { status, headers, text: "", value: undefined };
  }
  const fault = headerFault(response);
  if (fault !== undefined) {
    discard(response);
    throw fault;
  }
  const text = await readText(response, transport.maxBodyBytes, signal);
  if (!/\S/.test(text))
    throw new InvError("payload", `answered ${status} without a body`, { kind: "empty", status, retryable: true });
  const value = parseExact(text, facts?.shape, transport.facts.shapes);
  if (typeof value !== "object" || value === null)
    throw new InvError("schema", "expected an object or array, got a bare value", { pointer: "", status });
  const verdict = transport.judge?.({ status, body: value, arguments: outgoing.arguments });
  if (verdict !== undefined) throw judged(verdict, response, value);
  return { status, headers, text, value };
}

/** The error of an answer that is neither a success nor a redirect. */
async function failure(
  transport: Transport,
  outgoing: Outgoing,
  response: Response,
  signal: AbortSignal,
): Promise<InvError> {
  const body = await errorBody(response, signal);
  const { status, headers } = response;
  const verdict = transport.judge?.({ status, body, arguments: outgoing.arguments });
  if (verdict !== undefined) return judged(verdict, response, body);
  const error = statusError(status, headers, transport.refusalHelp);
  return inContext(error, error.message, { body, requestId: requestIdOf(headers) });
}

function judged(verdict: Verdict, response: Response, body: unknown): InvError {
  const { status, headers } = response;
  const disguise = response.ok ? ", but its body is an error" : "";
  const hint = verdict.hint === undefined ? "" : `: ${verdict.hint}`;
  return new InvError(verdict.code, `answered ${status}${disguise}${hint}`, {
    status,
    body,
    kind: verdict.kind,
    requestId: requestIdOf(headers),
  });
}

/** The parsed body of a failed answer; `undefined` when it is too large, too slow or no JSON: then its status has to do. */
async function errorBody(response: Response, signal: AbortSignal): Promise<unknown> {
  try {
    const text = await withDeadline(errorBodyMs, [signal], (within) => readText(response, maxErrorBytes, within));
    return parseExact(text, undefined);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function unexpected(error: unknown): InvError {
  return new InvError("transport", "something unexpected went wrong", {
    kind: "unexpected",
    cause: new Error(nameOf(error)),
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
