import type { Random } from "./random.js";
import type { Answer, Call } from "./provider.js";
import { jsonAnswer } from "./provider.js";
import { isSameSecret } from "./secret.js";

/** Who may fetch tokens, and what the tokens are good for. */
export interface TokenSettings {
  /** In token texts: `sim-<name>-access-…`. */
  readonly name: string;
  readonly chance: Random;
  readonly lifetimeMs: number;
  /** The form fields of the assertion grant, and the scope that it gives. */
  readonly assertions: readonly { readonly clientId: string; readonly assertion: string; readonly scope: string }[];
  readonly app: { readonly clientId: string; readonly clientSecret: string; readonly refreshToken: string };
  readonly scope: string;
  /** Whether the endpoint reads a JSON body beside a form. */
  readonly json: boolean;
}

/** A token endpoint and the tokens that it has given out. */
export interface Tokens {
  answer(call: Call): Answer;
  /** The scope of an access token, or why it is worth nothing. */
  check(accessToken: string, atMs: number): { readonly scope: string } | "expired" | "unknown";
  expire(): void;
}

/** The refresh tokens that follow from one authorisation. */
interface Family {
  revoked: boolean;
}

interface AccessToken {
  readonly scope: string;
  readonly family: Family | undefined;
  expiresAt: number;
}

const assertionGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/** So many access tokens are remembered; older ones count as unknown. */
const remembered = 10_000;

/**
 * OAuth 2.0 with two grants. A refresh token is good for one use and replaced; using it again revokes all that came of
 * the same authorisation, as RFC 9700 asks.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */
export function createTokens({ name, chance, lifetimeMs, assertions, app, scope, json }: TokenSettings): Tokens {
  const access = new Map<string, AccessToken>();
  const refresh = new Map<string, { readonly family: Family; used: boolean }>([
    [app.refreshToken, { family: { revoked: false }, used: false }],
  ]);

  function issue(given: string, family: Family | undefined, atMs: number): Answer {
    const token = `sim-${name}-access-${chance.hex(32)}`;
    access.set(token, { scope: given, family, expiresAt: atMs + lifetimeMs });
    const [oldest] = access.keys();
    if (access.size > remembered && oldest !== undefined) access.delete(oldest);
    const body = { access_token: token, expires_in: BigInt(Math.round(lifetimeMs / 1000)) };
    if (family === undefined) return jsonAnswer(200, body);
    const next = `sim-${name}-refresh-${chance.hex(32)}`;
    refresh.set(next, { family, used: false });
    return jsonAnswer(200, { ...body, refresh_token: next });
  }

  function refreshed(form: URLSearchParams, atMs: number): Answer {
    if (form.get("client_id") !== app.clientId) return refuse("invalid_client", "the client is not known");
    if (!isSameSecret(form.get("client_secret") ?? "", app.clientSecret))
      return refuse("invalid_client", "the client secret is wrong");
    const found = refresh.get(form.get("refresh_token") ?? "");
    if (found === undefined) return refuse("invalid_grant", "the refresh token is not known");
    if (found.family.revoked) return refuse("invalid_grant", "the authorisation was revoked");
    if (found.used) {
      found.family.revoked = true;
      return refuse("invalid_grant", "the refresh token was used before: the authorisation is revoked");
    }
    found.used = true;
    return issue(scope, found.family, atMs);
  }

  return {
    answer(call) {
      const form = readForm(call, json);
      if (form === undefined) return refuse("invalid_request", "the body of a token request is a form");
      const grant = form.get("grant_type");
      if (grant === "refresh_token") return refreshed(form, call.atMs);
      if (grant !== assertionGrant || assertions.length === 0)
        return refuse("unsupported_grant_type", "there is no such grant");
      const match = assertions.find(
        ({ clientId, assertion }) =>
          form.get("client_id") === clientId && isSameSecret(form.get("assertion") ?? "", assertion),
      );
      return match === undefined
        ? refuse("invalid_grant", "the assertion is not one of this client")
        : issue(match.scope, undefined, call.atMs);
    },
    check(accessToken, atMs) {
      const found = access.get(accessToken);
      if (found === undefined || found.family?.revoked === true) return "unknown";
      return atMs < found.expiresAt ? { scope: found.scope } : "expired";
    },
    expire() {
      for (const token of access.values()) token.expiresAt = 0;
    },
  };
}

/** The error of a token endpoint, RFC 6749 section 5.2. */
export function refuse(error: string, description: string): Answer {
  return jsonAnswer(400, { error, error_description: description }, { refusal: `${error}: ${description}` });
}

function readForm({ headers, body }: Call, json: boolean): URLSearchParams | undefined {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") return new URLSearchParams(body);
  if (!json || type !== "application/json") return undefined;
  const value = parse(body);
  if (typeof value !== "object" || value === null) return undefined;
  return new URLSearchParams(Object.entries(value).map(([field, text]) => [field, String(text)]));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
