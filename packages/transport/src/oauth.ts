import { discard, readText } from "./body.js";
import { field, requestIdOf, retryAfterMs } from "./classify.js";
import type { Attempt, Authoriser, CredentialSource } from "./credentials.js";
import { resolve } from "./credentials.js";
import { withDeadline } from "./deadline.js";
import type { ErrorDetails } from "./errors.js";
import { inContext, InvError, isInvError } from "./errors.js";
import { networkFailure } from "./failures.js";
import type { StoredTokens, TokenStore } from "./token-store.js";
import { memoryTokenStore } from "./token-store.js";

export type { StoredTokens, TokenStore } from "./token-store.js";
export { memoryTokenStore } from "./token-store.js";

const defaultLifetimeSeconds = 7200;
const maxLifetimeSeconds = 24 * 60 * 60;
/** A token is renewed so long before its end that a request made with it still arrives in time. */
const marginMs = 60_000;
/** One token request; longer where an answer that is given up on may be the only one. */
const requestMs = 10_000;
const rotatingRequestMs = 30_000;
const saveMs = 20_000;
/** All that a renewal may need: locks, the store, the rate budget, requests and waits between. */
const renewalMs = 120_000;
/** How long a call waits for a new token when the old one is still good. */
const patienceMs = 2000;
const maxTokenBytes = 64 * 1024;
/** The longest that a renewal waits before it asks again: beyond it the callers are told. */
const maxWaitMs = 10_000;
/** For how long a refused credential is not sent again, and by how much a renewal or a save that failed is put off. */
const refusedMs = 60_000;
const putOffMs = 5000;
const maxTries = 3;

/** A way to get access tokens. */
export interface Grant {
  readonly clientId: string;
  /** Whether a token request may spend the credential: the answer brings the next one. */
  readonly rotates: boolean;
  /** The credential that the account was set up with. */
  credential(): Promise<string>;
  /** The form fields of a token request with a credential: that one, or the one that took its place. */
  form(credential: string): Promise<Readonly<Record<string, string>>>;
}

/**
 * RFC 7523: an assertion that the provider issued, sent again for every new token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.1
 */
export function assertionGrant(clientId: string, assertion: CredentialSource): Grant {
  return {
    clientId,
    rotates: false,
    credential: async () => resolve(assertion),
    async form(credential) {
      return {
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        client_id: clientId,
        assertion: credential,
      };
    },
  };
}

/**
 * RFC 6749: a refresh token, replaced whenever the provider answers with another.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export function refreshGrant(clientId: string, clientSecret: CredentialSource, refreshToken: CredentialSource): Grant {
  return {
    clientId,
    rotates: true,
    credential: async () => resolve(refreshToken),
    async form(credential) {
      return {
        grant_type: "refresh_token",
        client_id: clientId,
        client_secret: await resolve(clientSecret),
        refresh_token: credential,
      };
    },
  };
}

/** The options of a client that keeps tokens. */
export interface TokenOptions {
  /** Where tokens outlive the client; default in memory, for as long as the client lives. */
  readonly tokenStore?: TokenStore | undefined;
  /**
   * Told of what goes wrong while calls go on: new tokens could not be saved and are kept in memory, or could not be had
   * and the old one still serves. Default: a warning of the process.
   */
  readonly onTokenWarning?: ((warning: InvError) => void) | undefined;
}

/** What a token source needs to know. */
export interface OAuthSettings extends TokenOptions {
  readonly provider: string;
  readonly tokenUrl: string;
  readonly grant: Grant;
  readonly fetch: typeof fetch | undefined;
}

interface Token {
  readonly value: string;
  /** Both on the monotonic clock. */
  readonly renewAt: number;
  readonly expiresAt: number;
}

/** What a token endpoint gave. */
interface Given {
  readonly refreshToken: string | undefined;
  /** Instead of one that cannot be used, why. */
  readonly accessToken: string | InvError;
  readonly lifetimeMs: number;
  /** When it was asked for, on the monotonic clock. */
  readonly sentAt: number;
}

/** Why a token endpoint gave nothing, and whether what it was sent is still worth something. */
interface Failure {
  readonly error: InvError;
  readonly credential: "good" | "in doubt" | "refused";
}

/**
 * `Authorization: Bearer …` with a token that is fetched when it is first needed, and again shortly before it expires.
 *
 * However many calls wait for a token, in however many processes on one store, one request is made for it; it goes on
 * when they are aborted, for a refresh token may be spent by then. New tokens are saved before they are first used. A 401
 * for a token that is no longer the newest asks for none. As long as a token lasts, it serves although no new one can be
 * had.
 *
 * A refresh token that may or may not be spent, because its answer never came, is tried once more; when it is refused
 * then, it is lost. Nothing stored is ever removed.
 *
 * @throws InvError `config` for a store that is none. Calls fail with `auth{refresh-failed}` when the token endpoint
 * answers with anything but a token, `auth{refresh-lost}` when somebody has to authorise again, `config` when the store
 * cannot be read
 */
export function oauth(settings: OAuthSettings): Authoriser {
  const { provider, grant, tokenStore: store = memoryTokenStore() } = settings;
  if (typeof store !== "object" || typeof store.withLock !== "function")
    throw new InvError("config", `${provider}: tokenStore has to be a token store, such as fileTokenStore(path)`, {
      provider,
    });
  let token: Token | undefined;
  let renewing: Promise<Token> | undefined;
  /** Access tokens that the provider refused since it gave the last one: not to be had from the store again. */
  const rejected = new Set<string>();
  /** A refresh token that was sent and never answered for. */
  let inDoubt: string | undefined;
  /** A credential that is not to be sent for a while, and what is told instead. */
  let pause: { readonly credential: string; readonly until: number; readonly error: InvError } | undefined;
  /** Tokens that could not be saved over what the store holds. */
  let unsaved:
    | { readonly key: string; readonly tokens: StoredTokens; readonly over: StoredTokens | undefined }
    | undefined;
  let saveAgainAt = 0;

  function warn(what: string, { kind, cause }: ErrorDetails): void {
    const { onTokenWarning = emit } = settings;
    try {
      onTokenWarning(new InvError("auth", `${provider}: ${what}`, { provider, kind, cause }));
    } catch {
      // Whoever listens is no part of the call.
    }
  }

  /** The newest tokens of an account: the store's, or those that could not be saved over them. */
  async function newest(key: string): Promise<StoredTokens | undefined> {
    const stored = await store.read(key);
    if (unsaved?.key !== key) return stored;
    if (same(stored, unsaved.over)) return unsaved.tokens;
    unsaved = undefined;
    return stored;
  }

  /** The access token of a store, made ours, if it need not be renewed. */
  function adopt(stored: StoredTokens | undefined): Token | undefined {
    const value = stored?.accessToken;
    if (stored === undefined || value === undefined || rejected.has(value)) return undefined;
    if (token?.value !== value) {
      const found = fromStore(stored, value);
      if (found !== undefined && found.expiresAt > (token?.expiresAt ?? 0)) token = found;
    }
    return fresh(token);
  }

  /** A token that need not be renewed; or the old one, as long as it lasts, when none can be had. */
  async function renew(pace: Attempt["pace"]): Promise<Token> {
    try {
      return await withDeadline(renewalMs, [], async (signal) => {
        const first = await grant.credential();
        const key = await keyOf(settings, first);
        const found = await newest(key);
        const usable = adopt(found);
        if (usable !== undefined) return usable;
        checkPause(found?.refreshToken ?? first);
        return store.withLock(key, async () => {
          signal.throwIfAborted();
          const base = await newest(key);
          return adopt(base) ?? request(key, first, base, pace, signal);
        });
      });
    } catch (error) {
      const failure = isInvError(error) ? error : failed("could not be asked", { cause: new Error(nameOf(error)) });
      if (token === undefined || performance.now() >= token.expiresAt) throw failure;
      warn(`no new access token, and the old one serves until it expires: ${failure.message}`, failure);
      return putOff(token);
    }
  }

  /** Makes do with a token for a while. */
  function putOff(old: Token): Token {
    token = { ...old, renewAt: Math.min(performance.now() + putOffMs, old.expiresAt) };
    return token;
  }

  /** The new token; or the old one, when that is still good and the new one is long in coming. */
  async function renewed({ pace, signal }: Attempt): Promise<Token> {
    const renewal = (renewing ??= renew(pace).finally(() => (renewing = undefined)));
    if (token === undefined || performance.now() >= token.expiresAt) return renewal;
    try {
      return await withDeadline(patienceMs, [signal], async () => renewal);
    } catch (error) {
      if (signal.aborted || token === undefined || performance.now() >= token.expiresAt) throw error;
      return putOff(token);
    }
  }

  /** Asks for tokens. The account is locked meanwhile. */
  async function request(
    key: string,
    first: string,
    known: StoredTokens | undefined,
    pace: Attempt["pace"],
    signal: AbortSignal,
  ): Promise<Token> {
    let base = known;
    for (let tries = 1; ; tries++) {
      const used = base?.refreshToken ?? first;
      checkPause(used);
      await pace?.(signal);
      const answer = await fetchTokens(settings, used);
      if ("sentAt" in answer) return keep(key, used, base, answer);
      const { credential } = answer;
      let { error } = answer;
      const wasInDoubt = inDoubt === used;
      if (credential === "in doubt") inDoubt = used;
      if (grant.rotates && credential !== "good") {
        // Somebody else may have used it first, and saved what came of it.
        const now = await newest(key);
        const usable = same(now, base) ? undefined : adopt(now);
        if (usable !== undefined) return usable;
        if (tries === 1 && now?.refreshToken !== undefined && now.refreshToken !== used) {
          base = now;
          continue;
        }
        if (credential === "refused" && (wasInDoubt || base?.refreshToken === used)) error = lost(error);
      }
      const waitMs = error.retryAfterMs ?? Math.random() * 100 * 2 ** tries;
      const again = error.retryable === true && tries < (grant.rotates ? 2 : maxTries) && waitMs <= maxWaitMs;
      if (!again) {
        const holdMs = error.retryAfterMs ?? (isRefusal(error) ? refusedMs : undefined);
        if (holdMs !== undefined) pause = { credential: used, until: performance.now() + holdMs, error };
        throw error;
      }
      await sleep(waitMs, signal);
    }
  }

  function checkPause(credential: string): void {
    if (pause?.credential !== credential) return;
    const { error } = pause;
    const leftMs = Math.ceil(pause.until - performance.now());
    if (leftMs > 0) throw error.retryAfterMs === undefined ? error : later(error, leftMs);
  }

  /** Saves what a token endpoint gave, and only then lets it be used. */
  async function keep(key: string, used: string, base: StoredTokens | undefined, given: Given): Promise<Token> {
    inDoubt = undefined;
    const tokens = toStore(given, grant.rotates ? (given.refreshToken ?? used) : undefined);
    unsaved = { key, tokens, over: unsaved?.tokens === base ? unsaved?.over : base };
    await save(true);
    const { accessToken, lifetimeMs, sentAt } = given;
    if (isInvError(accessToken)) throw accessToken;
    rejected.clear();
    const expiresAt = sentAt + lifetimeMs;
    token = { value: accessToken, renewAt: expiresAt - marginOf(lifetimeMs), expiresAt };
    return token;
  }

  /** Writes what is not saved yet. It can be used even if that fails, so that nobody's call does. */
  async function save(first: boolean): Promise<void> {
    if (unsaved === undefined) return;
    const { key, tokens, over } = unsaved;
    try {
      await withDeadline(saveMs, [], async () => {
        // Whoever took over the account from us, because we seemed to be gone, has the last word.
        if (same(await store.read(key), over)) await store.write(key, tokens);
      });
      if (unsaved?.tokens === tokens) unsaved = undefined;
    } catch (error) {
      const what = `the new ${grant.rotates ? "refresh" : "access"} token could not be saved and ends with this process`;
      const why = isInvError(error) ? error.message : "the token store failed";
      if (first) warn(`${what}: ${why}`, { kind: "not-saved", cause: new Error(nameOf(error)) });
    }
  }

  async function saveAgain(key: string): Promise<void> {
    try {
      await store.withLock(key, async () => save(false));
    } catch {
      // Told when it failed for the first time.
    }
  }

  return {
    async authorise(attempt) {
      if (unsaved !== undefined && renewing === undefined && performance.now() >= saveAgainAt) {
        saveAgainAt = performance.now() + putOffMs;
        void saveAgain(unsaved.key);
      }
      const { value } = fresh(token) ?? (await renewed(attempt));
      attempt.headers.set("Authorization", `Bearer ${value}`);
      return value;
    },
    rejected(used) {
      if (token === undefined || token.value === used) {
        rejected.add(used);
        token = undefined;
      }
      return true;
    },
  };
}

function emit({ message }: InvError): void {
  // Not every platform has a `process`.
  if (typeof globalThis.process?.emitWarning === "function") process.emitWarning(message, "InvTokenWarning");
  else console.warn(message);
}

function fresh(token: Token | undefined): Token | undefined {
  return token !== undefined && performance.now() < token.renewAt ? token : undefined;
}

function marginOf(lifetimeMs: number): number {
  return Math.min(marginMs, lifetimeMs / 2);
}

/** The account's name in a store: tells nothing of its credentials, and changes when the user authorises again. */
async function keyOf({ provider, tokenUrl, grant }: OAuthSettings, credential: string): Promise<string> {
  const account = JSON.stringify([provider, tokenUrl, grant.clientId, grant.rotates, credential]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(account)));
  return `${provider}/${Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** A stored access token by the wall clock, which is all that outlives a process; from here on the monotonic one counts. */
function fromStore({ obtainedAt = "", expiresAt = "" }: StoredTokens, value: string): Token | undefined {
  const lifetimeMs = Date.parse(expiresAt) - Date.parse(obtainedAt);
  const leftMs = Date.parse(expiresAt) - Date.now();
  if (!isToken(value) || !(lifetimeMs > 0 && lifetimeMs <= maxLifetimeSeconds * 1000)) return undefined;
  // More left than its lifetime: the clock was set back since.
  if (leftMs <= 0 || leftMs > lifetimeMs + marginMs) return undefined;
  const end = performance.now() + Math.min(leftMs, lifetimeMs);
  return { value, renewAt: end - marginOf(lifetimeMs), expiresAt: end };
}

function toStore({ accessToken, lifetimeMs, sentAt }: Given, refreshToken: string | undefined): StoredTokens {
  const kept = refreshToken === undefined ? {} : { refreshToken };
  if (isInvError(accessToken)) return kept;
  const obtained = Date.now() - (performance.now() - sentAt);
  return { ...kept, accessToken, obtainedAt: toIso(obtained), expiresAt: toIso(obtained + lifetimeMs) };
}

function toIso(ms: number): string {
  const farthest = 8.64e15;
  return new Date(Math.min(Math.max(ms, 0), farthest)).toISOString();
}

function same(one: StoredTokens | undefined, other: StoredTokens | undefined): boolean {
  return one?.refreshToken === other?.refreshToken && one?.accessToken === other?.accessToken;
}

/** One token request, with a deadline of its own: calls that wait for it come and go. */
async function fetchTokens(settings: OAuthSettings, credential: string): Promise<Given | Failure> {
  let sent = false;
  try {
    const ms = settings.grant.rotates ? rotatingRequestMs : requestMs;
    return await withDeadline(ms, [], async (signal) => {
      const form = await settings.grant.form(credential);
      signal.throwIfAborted();
      sent = true;
      return ask(settings, form, signal);
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
  { tokenUrl, fetch }: OAuthSettings,
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

/** Whether asking again with the same would be answered the same. */
function isRefusal({ status = 0, retryable }: InvError): boolean {
  return status >= 400 && status <= 499 && retryable !== true;
}

function lost({ status, requestId }: InvError): InvError {
  const what =
    "refused the newest refresh token (invalid_grant): it was revoked, has expired, or was replaced in an answer that never arrived. Authorise again, and give the new refresh token";
  return failed(what, { kind: "refresh-lost", status, requestId });
}

function later({ code, message, kind, status, retryable, requestId, cause }: InvError, leftMs: number): InvError {
  return new InvError(code, message, { kind, status, retryable, requestId, cause, retryAfterMs: leftMs });
}

function isToken(value: string): boolean {
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

function failed(what: string, details: ErrorDetails = {}): InvError {
  return new InvError("auth", `the token endpoint ${what}`, { kind: "refresh-failed", retryable: false, ...details });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
