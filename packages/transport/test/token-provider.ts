import { json, serve } from "./loopback.js";
import type { Answering, Seen } from "./loopback.js";

/** How long a refresh token that has been replaced is still taken. */
type Replaced = "never" | "until its successor is used";

export interface Given {
  readonly replaced?: Replaced;
  readonly lifetimeSeconds?: number;
  /** Answers a token request instead, by its index; `false` leaves it to the provider. */
  readonly instead?: (...given: Parameters<Answering>) => boolean;
}

interface Account {
  /** The number of the newest tokens, and of the newest that were used. */
  issued: number;
  used: number;
  /** Access tokens up to this number have ended. */
  ended: number;
  revoked: boolean;
}

/**
 * A provider whose refresh tokens rotate, real and on this machine. The account `a` is set up with `refresh-canary-a-0`
 * and gets `token-canary-a-1`, `refresh-canary-a-1`, … A replaced refresh token that comes again ends the whole account.
 */
export async function serveProvider({ replaced = "never", lifetimeSeconds = 7200, instead }: Given = {}) {
  const accounts = new Map<string, Account>();
  const accountOf = (name: string) => {
    const account = accounts.get(name) ?? { issued: 0, used: 0, ended: 0, revoked: false };
    accounts.set(name, account);
    return account;
  };
  const tokens = await serve((request, response, index) => {
    if (instead?.(request, response, index) === true) return;
    const [name, number] = split(new URLSearchParams(request.body).get("refresh_token") ?? "");
    const account = accountOf(name);
    const newest = number === account.issued;
    const tolerated = replaced === "until its successor is used" && number === account.used;
    if (account.revoked || !(newest || tolerated)) {
      account.revoked = true;
      json(response, '{"error":"invalid_grant","error_description":"canary"}', 400);
      return;
    }
    if (newest) account.used = number;
    account.issued += 1;
    const pair = { access_token: `token-canary-${name}-${account.issued}`, expires_in: lifetimeSeconds };
    json(response, JSON.stringify({ ...pair, refresh_token: `refresh-canary-${name}-${account.issued}` }));
  });
  const api = await serve((request, response) => {
    const [name, number] = split(String(request.headers["authorization"]).replace("Bearer ", ""));
    const account = accountOf(name);
    const good = !account.revoked && number > account.ended && (number === account.issued || number === account.used);
    if (good) account.used = number;
    json(response, "{}", good ? 200 : 401);
  });
  return {
    tokenUrl: `${tokens.url}/token`,
    baseUrl: api.url,
    tokenRequests: tokens.seen,
    calls: api.seen,
    /** Ends every access token of an account, as its expiry would. */
    end: (name = "a") => void (accountOf(name).ended = accountOf(name).issued),
    /** Whether a replaced refresh token came again, or one that was never given. */
    revoked: (name = "a") => accountOf(name).revoked,
    refreshTokens: () => tokens.seen.map(refreshTokenOf),
  };
}

export type Provider = Awaited<ReturnType<typeof serveProvider>>;

function split(token: string): [name: string, number: number] {
  const [, name = "", number = ""] = /^(?:token|refresh)-canary-([a-z]+)-(\d+)$/.exec(token) ?? [];
  return [name, Number(number)];
}

/** What a token request sent, without what every one of them has. */
export function refreshTokenOf({ body }: Seen): string {
  return (new URLSearchParams(body).get("refresh_token") ?? "").replace("refresh-canary-", "");
}
