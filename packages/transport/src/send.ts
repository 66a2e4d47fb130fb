import { discard, readText } from "./body.js";
import type { Budget, Place } from "./budget.js";
import type { AnswerNotes, Judge, Verdict } from "./classify.js";
import {
  exhaustedMs,
  headerFault,
  notesOf,
  redirectError,
  requestIdOf,
  retryAfterMs,
  statusError,
} from "./classify.js";
import type { Attempt, Authoriser } from "./credentials.js";
import type { CallTime, Clock, GivenSignal } from "./deadline.js";
import { checkDeadline, checkSignal, inTime } from "./deadline.js";
import { inContext, InvError, isInvError } from "./errors.js";
import { isTree, parseExact } from "./exact.js";
import { networkFailure } from "./failures.js";
import type { Hooks, RequestEvent } from "./hooks.js";
import { tell } from "./hooks.js";
import type { Facts, OperationFacts } from "./operation.js";
import { fillPath, toJson } from "./operation.js";
import { retryWaitMs } from "./retry.js";

/** The most of an error body that is read, and how long for. Beyond either the status alone classifies the answer. */
const maxErrorBytes = 64 * 1024;
const errorBodyMs = 1000;
/** A body that brings nothing for so long has come to a halt. */
const idleBodyMs = 10_000;

/** What one client sends with. */
export interface Transport {
  readonly provider: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Of the base URL. */
  readonly host: string;
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
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  readonly maxAttempts: number;
  readonly maxBodyBytes: number;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  readonly hooks: { readonly [Name in keyof Hooks]-?: Hooks[Name] | undefined };
  /** What this client shares with all others of its scope. */
  readonly budget: () => Budget | Promise<Budget>;
}

/** One call on its way: what it asks for, not yet written as a request. */
export interface Outgoing {
  readonly method: string;
  /** The path template. */
  readonly path: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Writes what follows the `?`; empty for none. */
  readonly query: () => string;
  /** To be written as JSON; `undefined` for none. */
  readonly body: unknown;
  /** This call's own; the credentials are put on it. */
  readonly headers: Headers;
  readonly signal: GivenSignal;
  readonly deadlineMs: number | undefined;
  /** Told of what is known of the answer beside its body. */
  readonly onAnswer: ((notes: AnswerNotes) => unknown) | undefined;
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

/** A call under way. */
interface Exchange {
  readonly transport: Transport;
  readonly outgoing: Outgoing;
  readonly request: Omit<Attempt, "signal" | "pace">;
  readonly time: CallTime;
  readonly progress: Progress;
}

interface Progress {
  /** The requests so far. */
  attempts: number;
}

/**
 * Sends one call and returns its answer. The one way out of every client.
 *
 * The order: check input, deadline, queue and budget, authorise and sign, send, bound and decode, parse, classify, retry.
 * Nothing is followed or resumed. A request that failed is sent again where `retryWaitMs` says so, and once after a 401
 * for which the authoriser has a newer credential.
 *
 * @throws InvError of any code but `pagination` and `spec`, with provider, operation, path template and attempts
 */
export async function send(transport: Transport, outgoing: Outgoing): Promise<Received> {
  const { method, path, body } = outgoing;
  const { bodies } = transport.facts;
  const progress = { attempts: 0 };
  try {
    const deadlineMs = checkDeadline(outgoing.deadlineMs ?? transport.deadlineMs);
    const query = outgoing.query();
    const request = {
      method,
      url: `${transport.baseUrl}${fillPath(path, outgoing.arguments)}${query === "" ? "" : "?"}${query}`,
      body: bodies?.write(body, `${method} ${path}`, bodies) ?? toJson(body),
      headers: outgoing.headers,
    };
    const { clock, headersTimeoutMs: firstMs } = transport;
    const signals = [transport.signal, checkSignal(outgoing.signal)];
    const received = await inTime({ clock, deadlineMs, firstMs, signals }, (time) =>
      exchange({ transport, outgoing, request, time, progress }),
    );
    if (outgoing.onAnswer !== undefined) tell(outgoing.onAnswer, notesOf(received.headers));
    return received;
  } catch (error) {
    throw explained(transport, method, path, progress.attempts, isInvError(error) ? error : unexpected(error));
  }
}

/** The error with everything that its call knows. */
function explained(transport: Transport, method: string, path: string, attempts: number, error: InvError): InvError {
  const { provider } = transport;
  const label = `${method} ${path}`;
  const joint = error.message.startsWith("answered") ? " " : ": ";
  return inContext(error, `${provider}: ${label}${joint}${error.message}`, {
    provider,
    operation: factsOf(transport, { method, path }).operation ?? label,
    path,
    retryable: false,
    attempts,
  });
}

/** Sends until there is an answer to return, or a failure that is not worth another attempt. */
async function exchange(call: Exchange): Promise<Received> {
  const { transport, outgoing, time, progress } = call;
  const { clock, facts, hooks, maxAttempts } = transport;
  const { method } = outgoing;
  const repeatable = method === "GET" || method === "HEAD" || factsOf(transport, outgoing).safe === true;
  let renewals = 0;
  for (;;) {
    const sentBefore = progress.attempts;
    try {
      const received = await attempt(call, renewals === 0);
      if (received !== undefined) return received;
      renewals = 1;
    } catch (error) {
      time.check();
      if (!isInvError(error) || progress.attempts === sentBefore) throw error;
      const told = withWindow(error, facts);
      const budget = await transport.budget();
      if (told.retryAfterMs !== undefined) budget.pause(told.retryAfterMs);
      const waitMs = retryWaitMs({
        error: told,
        attempt: progress.attempts - renewals,
        maxAttempts,
        repeatable,
        remainingMs: time.endsAt - clock.now(),
        random: Math.random(),
      });
      if (waitMs === undefined || !budget.mayRetry()) throw told;
      if (hooks.onRetry !== undefined) tell(hooks.onRetry, { ...eventOf(call), waitMs, reason: reasonOf(told) });
      time.renew();
      time.enter("total");
      await time.wait(waitMs);
    }
  }
}

/** A 429 that does not say how long to wait means the documented window. */
function withWindow(error: InvError, { rateLimit }: Facts): InvError {
  if (error.code !== "rate-limited" || error.retryAfterMs !== undefined || rateLimit === undefined) return error;
  return inContext(error, error.message, { retryAfterMs: rateLimit.windowMs });
}

/** One request and its answer; `undefined` when the same has to be sent again with a newer credential. */
async function attempt(call: Exchange, mayRenew: boolean): Promise<Received | undefined> {
  const { transport, request, time, progress } = call;
  const { clock, hooks } = transport;
  const budget = await transport.budget();
  const { place, used } = await admit(call, budget);
  let outcome: Received | InvError | undefined;
  let startedAt = clock.now();
  let status: number | undefined;
  try {
    progress.attempts += 1;
    if (hooks.onRequest !== undefined) tell(hooks.onRequest, eventOf(call));
    time.enter("headers", transport.headersTimeoutMs);
    startedAt = clock.now();
    const response = await time.race(sent(transport, { ...request, signal: time.signal }, place), discard);
    place.answered();
    status = response.status;
    const exhausted = exhaustedMs(response.headers, Date.now());
    if (exhausted !== undefined) budget.pause(exhausted);
    if (status === 401 && mayRenew && used !== undefined && transport.authoriser.rejected?.(used) === true) {
      discard(response);
      return undefined;
    }
    outcome = await classified(call, response);
    return outcome;
  } catch (error) {
    if (isInvError(error)) outcome = error;
    throw error;
  } finally {
    place.leave(outcome !== undefined && !isInvError(outcome));
    if (hooks.onResponse !== undefined) {
      const requestId = isInvError(outcome) ? outcome.requestId : outcome && requestIdOf(outcome.headers);
      tell(hooks.onResponse, {
        ...eventOf(call),
        durationMs: clock.now() - startedAt,
        ...(status === undefined ? {} : { status }),
        ...(isInvError(outcome) ? { reason: reasonOf(outcome) } : {}),
        ...(requestId === undefined ? {} : { requestId }),
      });
    }
  }
}

/** Waits for a place in the budget, then authorises: what is signed is as fresh as the request. */
async function admit(call: Exchange, budget: Budget): Promise<{ place: Place; used: string | undefined }> {
  const { transport, request, time, progress } = call;
  const { clock, hooks } = transport;
  for (let again = progress.attempts > 0; ; again = true) {
    time.check();
    time.renew();
    time.enter("queue");
    const { signal, endsAt } = time;
    const begunAt = clock.now();
    const taken = budget.take({ signal, endsAt, again });
    const waited = taken instanceof Promise;
    const place = waited ? await taken : taken;
    try {
      time.check();
      time.enter("total");
      if (waited && hooks.onWait !== undefined)
        tell(hooks.onWait, {
          ...eventOf(call),
          attempt: progress.attempts + 1,
          waitMs: clock.now() - begunAt,
          reason: "queue",
        });
      const pace = (within: AbortSignal) => budget.pace(within);
      const used = await time.race(authorise(transport, { ...request, signal, pace }));
      time.check();
      if (!place.lost) return { place, used };
    } catch (error) {
      place.leave(false);
      throw error;
    }
    place.leave(false);
  }
}

async function authorise(transport: Transport, attempted: Attempt): Promise<string | undefined> {
  try {
    return (await transport.authoriser.authorise(attempted)) ?? undefined;
  } catch (error) {
    const { credentialHelp } = transport;
    if (isInvError(error))
      throw error.code === "config" && error.kind === undefined
        ? inContext(error, `${error.message}. ${credentialHelp}`, {})
        : error;
    const what = "the request could not be authorised: what gives the credential failed";
    throw new InvError("auth", `${what}. ${credentialHelp}`, { kind: "signature", cause: new Error(nameOf(error)) });
  }
}

async function sent(transport: Transport, attempted: Attempt, place: Place): Promise<Response> {
  const { method, url, body, headers, signal } = attempted;
  const init: RequestInit = { method, headers, redirect: "manual", signal };
  if (body !== undefined) init.body = body;
  const fetch = transport.fetch ?? globalThis.fetch;
  try {
    const answer = fetch(url, init);
    // The first request of a process loads the platform's HTTP stack before it goes out.
    place.sent();
    return await answer;
  } catch (error) {
    throw networkFailure(error, new URL(url).host);
  }
}

/** The answer, or the error that it means. */
async function classified(call: Exchange, response: Response): Promise<Received> {
  const { status, headers, type } = response;
  if (status >= 200 && status <= 299) return receive(call, response);
  if (type === "opaqueredirect" || (status >= 300 && status <= 399 && status !== 304)) {
    discard(response);
    throw redirectError(status, headers.get("location"), call.request.url);
  }
  throw await failure(call, response);
}

async function receive({ transport, outgoing, time }: Exchange, response: Response): Promise<Received> {
  const { status, headers } = response;
  const { shape, empty, bare } = factsOf(transport, outgoing);
  if (empty === true || empty?.includes(status) === true) {
    discard(response);
    return { status, headers, text: "", value: undefined };
  }
  const fault = headerFault(response);
  if (fault !== undefined) {
    discard(response);
    throw fault;
  }
  time.enter("body", transport.bodyTimeoutMs, idleBodyMs);
  const text = await readText(response, transport.maxBodyBytes, time.signal, () => time.progress());
  if (!/\S/.test(text))
    throw new InvError("payload", `answered ${status} without a body`, { kind: "empty", status, retryable: true });
  const value = parseExact(text, shape, transport.facts.shapes);
  if (!isTree(value) && bare !== true)
    throw new InvError("schema", "expected an object or array, got a bare value", { pointer: "", status });
  const verdict = transport.judge?.({ status, body: value, arguments: outgoing.arguments });
  if (verdict !== undefined) throw judged(verdict, response, value);
  return { status, headers, text, value };
}

/** The error of an answer that is neither a success nor a redirect. */
async function failure({ transport, outgoing, time }: Exchange, response: Response): Promise<InvError> {
  const body = await errorBody(response, time);
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
    ...(verdict.code === "rate-limited" ? { retryable: true, retryAfterMs: retryAfterMs(headers, Date.now()) } : {}),
  });
}

/** The parsed body of a failed answer; `undefined` when it is too large, too slow or no JSON: then its status has to do. */
async function errorBody(response: Response, time: CallTime): Promise<unknown> {
  try {
    time.enter("body", errorBodyMs);
    return parseExact(await readText(response, maxErrorBytes, time.signal), undefined);
  } catch {
    time.check();
    return undefined;
  }
}

function factsOf({ facts }: Transport, { method, path }: Pick<Outgoing, "method" | "path">): Partial<OperationFacts> {
  return facts.operations[`${method} ${path}`] ?? {};
}

function eventOf({ transport, outgoing, progress }: Exchange): RequestEvent {
  const { provider, host } = transport;
  const { method, path } = outgoing;
  const operation = factsOf(transport, outgoing).operation ?? `${method} ${path}`;
  return { provider, operation, method, path, host, attempt: progress.attempts };
}

function reasonOf({ code, kind }: InvError): string {
  return kind === undefined ? code : `${code}{${kind}}`;
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
