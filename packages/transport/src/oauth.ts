import type { Token } from "./access-token.js";
import { fresh, fromStore, marginOf, same, toStore } from "./access-token.js";
import type { Attempt, Authoriser } from "./credentials.js";
import { withDeadline } from "./deadline.js";
import type { ErrorDetails } from "./errors.js";
import { InvError, isInvError } from "./errors.js";
import type { Given, TokenEndpoint } from "./token-request.js";
import { failed, fetchTokens, nameOf } from "./token-request.js";
import type { StoredTokens, TokenStore } from "./token-store.js";
import { memoryTokenStore } from "./token-store.js";

export type { Grant } from "./grants.js";
export { assertionGrant, refreshGrant } from "./grants.js";
export type { StoredTokens, TokenStore } from "./token-store.js";
export { memoryTokenStore } from "./token-store.js";

const saveMs = 20_000;
/** All that a renewal may need: locks, the store, the rate budget, requests and waits between. */
const renewalMs = 120_000;
/** How long a call waits for a new token when the old one is still good. */
const patienceMs = 2000;
/** The longest that a renewal waits before it asks again: beyond it the callers are told. */
const maxWaitMs = 10_000;
/** For how long a refused credential is not sent again, and by how much a renewal or a save that failed is put off. */
const refusedMs = 60_000;
const putOffMs = 5000;
const maxTries = 3;

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
export interface OAuthSettings extends TokenOptions, TokenEndpoint {
  readonly provider: string;
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

/** The account's name in a store: tells nothing of its credentials, and changes when the user authorises again. */
async function keyOf({ provider, tokenUrl, grant }: OAuthSettings, credential: string): Promise<string> {
  const account = JSON.stringify([provider, tokenUrl, grant.clientId, grant.rotates, credential]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(account)));
  return `${provider}/${Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
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
