import type { ClientOptions, ErrorGuard, JudgedAnswer, Verdict } from "@inv/transport";
import { checkUrl, chooseScheme, connect, errorGuard, field } from "@inv/transport";
import type { TokenOptions } from "@inv/transport/oauth";
import { assertionGrant, oauth, refreshGrant } from "@inv/transport/oauth";
import type { Client } from "openapi-fetch";
import createFetchClient from "openapi-fetch";

import type { ZettleCredentials } from "./generated/credentials.js";
import { credentials } from "./generated/credentials.js";
import type { ErrorBodies } from "./generated/errors.js";
import { facts } from "./generated/facts.js";
import type { paths } from "./generated/schema.js";

/** Options of `createZettleClient`: an API key of one's own account, or the refresh token of an app. */
export type ZettleOptions = ClientOptions &
  TokenOptions &
  ZettleCredentials & {
    /** Where access tokens come from; default `https://oauth.zettle.com/token`. */
    readonly tokenUrl?: string;
  };

/** A client of one Zettle organisation: give it to the operations, or call `GET` with a path of the document. */
export type ZettleClient = Client<paths> & { readonly provider: "zettle" };

/** Whether an error is Zettle's answer to one operation with one status: then its `body` has the document's type. */
export const isZettleError: ErrorGuard<ErrorBodies> = /* @__PURE__ */ errorGuard("zettle");

/**
 * A client of one Zettle organisation. Nothing is sent yet; the first call fetches an access token.
 *
 * Zettle replaces a refresh token whenever it is used. Without a `tokenStore` the newest one is kept in memory for as
 * long as the client lives; with one it is saved before it is used, and `refreshToken` is only the first one.
 *
 * @throws InvError `config` naming the option that is missing or cannot be right
 */
export function createZettleClient(options: ZettleOptions): ZettleClient {
  const { tokenStore, onTokenWarning } = options;
  const scheme = chooseScheme("zettle", credentials, options);
  const grant =
    options.apiKey === undefined
      ? refreshGrant(options.clientId, options.clientSecret, options.refreshToken)
      : assertionGrant(options.clientId, options.apiKey);
  const tokenUrl = checkUrl("zettle", "tokenUrl", options.tokenUrl ?? "https://oauth.zettle.com/token");
  return connect(
    createFetchClient<paths>,
    {
      provider: "zettle",
      baseUrl: "https://inventory.izettle.com",
      facts,
      credentials,
      scheme,
      authoriser: oauth({ provider: "zettle", tokenUrl, grant, fetch: options.fetch, tokenStore, onTokenWarning }),
      judge,
    },
    options,
  );
}

/** Zettle documents error bodies for its other services only; here one is taken for its own when it has their field. */
function judge({ status, body }: JudgedAnswer): Verdict | undefined {
  const known = typeof (field(body, "errorType") ?? field(body, "developerMessage")) === "string";
  if (!known) return undefined;
  if (status === 404) return { code: "not-found", hint: "the organisation has no such location or product" };
  return status <= 299 ? { code: "http", kind: "error-in-success" } : undefined;
}
