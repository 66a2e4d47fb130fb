import { discard, readText } from "./body.js";
import { field, requestIdOf, retryAfterMs } from "./classify.js";
import { withDeadline } from "./deadline.js";
import type { ErrorDetails } from "./errors.js";
import { inContext, InvError, isInvError } from "./errors.js";
import { networkFailure } from "./failures.js";
import type { Grant } from "./grants.js";

const defaultLifetimeSeconds = 7200;
/** No token is trusted for longer, whatever is said of it. */
export const maxLifetimeSeconds = 24 * 60 * 60;
/** One token request; longer where an answer that is given up on may be the only one. */
const requestMs = 10_000;
const rotatingRequestMs = 30_000;
const maxTokenBytes = 64 * 1024;

/** Where tokens come from, and how they are asked for. */
export interface TokenEndpoint {
  readonly tokenUrl: string;
  readonly grant: Grant;
  readonly fetch: typeof fetch | undefined;
}

/** What a token endpoint gave. */
export interface Given {
  readonly refreshToken: string | undefined;
  /** Instead of one that cannot be used, why. */
  readonly accessToken: string | InvError;
  readonly lifetimeMs: number;
  /** When it was asked for, on the monotonic clock. */
  readonly sentAt: number;
}

/** Why a token endpoint gave nothing, and whether what it was sent is still worth something. */
export interface Failure {
  readonly error: InvError;
  readonly credential: "good" | "in doubt" | "refused";
}

/** One token request, with a deadline of its own: calls that wait for it come and go. */
export async function fetchTokens(endpoint: TokenEndpoint, credential: string): Promise<Given | Failure> {
  let sent = false;
  try {
    const ms = endpoint.grant.rotates ? rotatingRequestMs : requestMs;
    return await withDeadline(ms, [], async (signal) => {
      const form = await endpoint.grant.form(credential);
      signal.throwIfAborted();
      sent = true;
      return ask(endpoint, form, signal);
    });
  } catch (error) {
    return failureOf(error, sent);
  }
}

function failureOf(error: unknown, sent: boolean): Failure {
  const told = (error: InvError, unsure = sent): Failure => ({ error, credential: unsure ? "in doubt" : "good" });
  if (!isInvError(error)) return told(failed("could not be asked", { cause: new Error(nameOf(error)) }));
  if (error.code === "payload") return told(failed("answered with something that is no token"));
  if (error.code === "config" || error.code === "auth") return told(error);
  // Without a connection nothing was spent.
  const unsure = sent && !["dns", "refused", "tls", "connect"].includes(error.kind ?? "");
  return told(inContext(error, `the token endpoint: ${error.message}`, {}), unsure);
}

async function ask(
  { tokenUrl, fetch }: TokenEndpoint,
  form: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Given | Failure> {
  const sentAt = performance.now();
  const response = await post(fetch ?? globalThis.fetch, tokenUrl, form, signal);
  const { status } = response;
  if (signal.aborted || response.type === "opaqueredirect" || (status >= 300 && status <= 399)) {
    discard(response);
    signal.throwIfAborted();
    const error = failed("answered with a redirect, which was not followed: check tokenUrl", { status });
    return { error, credential: "good" };
  }
  const body = parseToken(await readText(response, maxTokenBytes, signal));
  if (!response.ok) return refused(response, body);
  const next = field(body, "refresh_token");
  const refreshToken = typeof next === "string" && next !== "" ? next : undefined;
  try {
    return { refreshToken, accessToken: accessToken(body), lifetimeMs: lifetimeSeconds(body) * 1000, sentAt };
  } catch (error) {
    // The refresh token is kept all the same: the one that was used may be worth nothing by now.
    if (refreshToken === undefined || !isInvError(error)) throw error;
    return { refreshToken, accessToken: error, lifetimeMs: 0, sentAt };
  }
}

async function post(
  fetch: typeof globalThis.fetch,
  url: string,
  form: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
      body: new URLSearchParams(form).toString(),
      redirect: "manual",
      signal,
    });
  } catch (error) {
    throw networkFailure(error);
  }
}

function parseToken(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The text may hold a token.
    return undefined;
  }
}

function refused({ status, headers }: Response, body: unknown): Failure {
  const details: ErrorDetails = {
    status,
    requestId: requestIdOf(headers),
    retryAfterMs: retryAfterMs(headers, Date.now()),
  };
  const why = field(body, "error");
  if (why === "invalid_grant") {
    const what = "refused the credentials (invalid_grant): they were revoked, have expired or belong to another client";
    return { error: failed(what, details), credential: "refused" };
  }
  const named = why === "invalid_client" || why === "unauthorized_client" || why === "invalid_scope" ? ` (${why})` : "";
  const retryable = status === 408 || status === 425 || status === 429 || status >= 500;
  const error = failed(`answered ${status}${named}`, { ...details, retryable });
  // A 503 is said before anything is done; any other 5xx may come after it.
  return { error, credential: status >= 500 && status !== 503 ? "in doubt" : "good" };
}

/** Whether a text can be sent as a token. */
export function isToken(value: string): boolean {
  return /^[\u0021-\u007e]+$/.test(value);
}

function accessToken(body: unknown): string {
  const token = field(body, "access_token");
  const type = field(body, "token_type");
  if (typeof token !== "string" || !isToken(token)) throw failed("answered without a usable token");
  if (type !== undefined && (typeof type !== "string" || type.toLowerCase() !== "bearer"))
    throw failed("answered with a token of a type that is not Bearer");
  return token;
}

function lifetimeSeconds(body: unknown): number {
  const given = field(body, "expires_in") ?? defaultLifetimeSeconds;
  const seconds = typeof given === "string" && /^\d{1,9}$/.test(given) ? Number(given) : given;
  if (typeof seconds !== "number" || !(seconds > 0 && seconds < Infinity))
    throw failed("answered with a token that has no usable lifetime");
  return Math.min(seconds, maxLifetimeSeconds);
}

/** The error of a token that could not be had. */
export function failed(what: string, details: ErrorDetails = {}): InvError {
  return new InvError("auth", `the token endpoint ${what}`, { kind: "refresh-failed", retryable: false, ...details });
}

/** The kind of something thrown: all that is told of it, for its message may quote anything. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
