import { discard, readText } from "./body.js";
import { field, requestIdOf, retryAfterMs } from "./classify.js";
import type { Authoriser, CredentialSource } from "./credentials.js";
import { resolve } from "./credentials.js";
import { withDeadline } from "./deadline.js";
import type { ErrorDetails } from "./errors.js";
import { inContext, InvError, isInvError } from "./errors.js";
import { networkFailure } from "./failures.js";

const defaultLifetimeSeconds = 7200;
const maxLifetimeSeconds = 24 * 60 * 60;
/** A token is renewed so long before its end that a request made with it still arrives in time. */
const marginMs = 60_000;
const tokenDeadlineMs = 10_000;
const maxTokenBytes = 64 * 1024;

/** A way to get access tokens: the form fields of a token request, and what to keep of its answer. */
export interface Grant {
  /** The fields of the next token request. */
  form(): Promise<Readonly<Record<string, string>>>;
  /** Told of a refresh token that takes the place of the one used. */
  rotated?(refreshToken: string): void;
}

/**
 * RFC 7523: an assertion that the provider issued, sent again for every new token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.1
 */
export function assertionGrant(clientId: string, assertion: CredentialSource): Grant {
  return {
    async form() {
      return {
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        client_id: clientId,
        assertion: await resolve(assertion),
      };
    },
  };
}

/**
 * RFC 6749: a refresh token, replaced in memory whenever the provider answers with another.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export function refreshGrant(clientId: string, clientSecret: CredentialSource, refreshToken: CredentialSource): Grant {
  let latest: CredentialSource = refreshToken;
  return {
    async form() {
      return {
        grant_type: "refresh_token",
        client_id: clientId,
        client_secret: await resolve(clientSecret),
        refresh_token: await resolve(latest),
      };
    },
    rotated(token) {
      latest = token;
    },
  };
}

/** What a token source needs to know. */
export interface OAuthSettings {
  readonly provider: string;
  readonly tokenUrl: string;
  readonly grant: Grant;
  readonly fetch: typeof fetch | undefined;
}

interface Token {
  readonly value: string;
  /** On the monotonic clock. */
  readonly renewAt: number;
}

/**
 * `Authorization: Bearer …` with a token that is fetched when it is first needed, and again shortly before it expires.
 *
 * However many calls wait for a token, one request is made for it; it goes on when they are aborted, for a refresh token
 * may be spent by then. A failure is told to those who wait and not remembered. A 401 for a token that is no longer the
 * newest asks for none.
 *
 * @throws InvError `auth{refresh-failed}` when the token endpoint answers with anything but a token
 */
export function oauth(settings: OAuthSettings): Authoriser {
  let token: Token | undefined;
  let fetching: Promise<Token> | undefined;

  async function renew(): Promise<Token> {
    try {
      token = await fetchToken(settings);
      return token;
    } finally {
      fetching = undefined;
    }
  }

  return {
    async authorise({ headers }) {
      const usable = token !== undefined && performance.now() < token.renewAt ? token : undefined;
      const { value } = usable ?? (await (fetching ??= renew()));
      headers.set("Authorization", `Bearer ${value}`);
      return value;
    },
    rejected(used) {
      if (token?.value === used) token = undefined;
      return true;
    },
  };
}

/** One token request, with a deadline of its own: calls that wait for it come and go. */
async function fetchToken(settings: OAuthSettings): Promise<Token> {
  try {
    return await withDeadline(tokenDeadlineMs, [], (signal) => requestToken(settings, signal));
  } catch (error) {
    if (!isInvError(error))
      throw failed("could not be asked", { cause: new Error(error instanceof Error ? error.name : typeof error) });
    if (error.code === "payload") throw failed("answered with something that is no token");
    if (error.code === "config" || error.code === "auth") throw error;
    throw inContext(error, `the token endpoint: ${error.message}`, {});
  }
}

async function requestToken({ tokenUrl, grant, fetch }: OAuthSettings, signal: AbortSignal): Promise<Token> {
  const form = await grant.form();
  signal.throwIfAborted();
  const sentAt = performance.now();
  const response = await post(fetch ?? globalThis.fetch, tokenUrl, form, signal);
  const { status } = response;
  if (signal.aborted || response.type === "opaqueredirect" || (status >= 300 && status <= 399)) {
    discard(response);
    signal.throwIfAborted();
    throw failed("answered with a redirect, which was not followed: check tokenUrl", { status });
  }
  const body = parseToken(await readText(response, maxTokenBytes, signal));
  if (!response.ok) throw refused(response, body);
  // First of all: the one that was used may be worth nothing by now.
  const next = field(body, "refresh_token");
  if (typeof next === "string" && next !== "") grant.rotated?.(next);
  const value = accessToken(body);
  const lifetimeMs = lifetimeSeconds(body) * 1000;
  return { value, renewAt: sentAt + lifetimeMs - Math.min(marginMs, lifetimeMs / 2) };
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

function refused({ status, headers }: Response, body: unknown): InvError {
  const details: ErrorDetails = {
    status,
    requestId: requestIdOf(headers),
    retryAfterMs: retryAfterMs(headers, Date.now()),
  };
  if (field(body, "error") === "invalid_grant")
    return failed(
      "refused the credentials (invalid_grant): they were revoked, have expired or belong to another client",
      details,
    );
  return failed(`answered ${status}`, { ...details, retryable: status === 429 || status >= 500 });
}

function accessToken(body: unknown): string {
  const token = field(body, "access_token");
  const type = field(body, "token_type");
  if (typeof token !== "string" || !/^[\u0021-\u007e]+$/.test(token)) throw failed("answered without a usable token");
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

function failed(what: string, details: ErrorDetails = {}): InvError {
  return new InvError("auth", `the token endpoint ${what}`, { kind: "refresh-failed", retryable: false, ...details });
}
