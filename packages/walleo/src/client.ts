import type { ClientOptions, ErrorGuard, JudgedAnswer, Verdict } from "@inv/transport";
import { chooseScheme, connect, errorGuard, field, InvError } from "@inv/transport";
import { hexKey } from "@inv/transport/hmac";
import type { Client } from "openapi-fetch";
import createFetchClient from "openapi-fetch";

import type { WalleoCredentials } from "./generated/credentials.js";
import { credentials } from "./generated/credentials.js";
import type { ErrorBodies } from "./generated/errors.js";
import { facts } from "./generated/facts.js";
import type { paths } from "./generated/schema.js";
import type { EmptyPayload } from "./signature.js";
import { signed } from "./signature.js";

/** Options of `createWalleoClient`. */
export type WalleoOptions = ClientOptions &
  WalleoCredentials & {
    /** How a request without a payload is signed; default `omit`. Try `keep` when every read is refused as `invalid_signature`. */
    readonly emptyPayload?: EmptyPayload;
  };

/** A client of one Walleo partner: give it to the operations, or call `GET` with a path of the document. */
export type WalleoClient = Client<paths> & { readonly provider: "walleo" };

/** Whether an error is Walleo's answer to one operation with one status: then its `body` has the document's type. */
export const isWalleoError: ErrorGuard<ErrorBodies> = /* @__PURE__ */ errorGuard("walleo");

/**
 * A client of one Walleo partner. Nothing is sent yet.
 *
 * @throws InvError `config` naming the option that is missing or cannot be right
 */
export function createWalleoClient(options: WalleoOptions): WalleoClient {
  const scheme = chooseScheme("walleo", credentials, options);
  const { apiKey, identifier, sharedKey, emptyPayload = "omit" } = options;
  if (typeof sharedKey === "string") hexKey("walleo: sharedKey (WALLEO_SHARED_KEY)", sharedKey);
  if (emptyPayload !== "omit" && emptyPayload !== "keep")
    throw new InvError("config", "walleo: emptyPayload has to be omit or keep", { provider: "walleo" });
  return connect(
    createFetchClient<paths>,
    {
      provider: "walleo",
      baseUrl: "https://api.walleo.io",
      facts,
      credentials,
      scheme,
      authoriser: signed({
        apiKey,
        identifier,
        sharedKey,
        emptyPayload,
        now: () => Math.floor(Date.now() / 1000),
      }),
      judge,
    },
    options,
  );
}

/** Walleo's error bodies list their errors and name the status in words, also where HTTP says 200. */
function judge({ status, body }: JudgedAnswer): Verdict | undefined {
  const errors = field(body, "errors");
  if (!Array.isArray(errors)) return undefined;
  const success = status <= 299;
  if (status === 404 || (success && field(body, "status") === "not_found"))
    return { code: "not-found", hint: "Walleo knows no gift card by this code; case and hyphens count" };
  if ((status === 401 || success) && field(errors[0], "code") === "invalid_signature")
    return {
      code: "auth",
      kind: "signature",
      hint: "the signature was refused: check sharedKey (WALLEO_SHARED_KEY) and this machine's clock; if both are right, try the other emptyPayload (omit or keep)",
    };
  return success ? { code: "http", kind: "error-in-success" } : undefined;
}
