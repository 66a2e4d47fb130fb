import type { ClientOptions, ErrorGuard, JudgedAnswer, Verdict } from "@inv/transport";
import { basic, bearer, chooseScheme, connect, errorGuard, field } from "@inv/transport";
import type { Client } from "openapi-fetch";
import createFetchClient from "openapi-fetch";

import type { FourthwallCredentials } from "./generated/credentials.js";
import { credentials } from "./generated/credentials.js";
import type { ErrorBodies } from "./generated/errors.js";
import { facts } from "./generated/facts.js";
import type { paths } from "./generated/schema.js";

/** Options of `createFourthwallClient`: user name and password of one's own shop, or an app's access token. */
export type FourthwallOptions = ClientOptions & FourthwallCredentials;

/** A client of one Fourthwall shop: give it to the operations, or call `GET` with a path of the document. */
export type FourthwallClient = Client<paths> & { readonly provider: "fourthwall" };

/** Whether an error is Fourthwall's answer to one operation with one status: then its `body` has the document's type. */
export const isFourthwallError: ErrorGuard<ErrorBodies> = /* @__PURE__ */ errorGuard("fourthwall");

/**
 * A client of one Fourthwall shop. Nothing is sent yet.
 *
 * @throws InvError `config` naming the option that is missing or cannot be right
 */
export function createFourthwallClient(options: FourthwallOptions): FourthwallClient {
  const scheme = chooseScheme("fourthwall", credentials, options);
  return connect(
    createFetchClient<paths>,
    {
      provider: "fourthwall",
      baseUrl: "https://api.fourthwall.com",
      facts,
      credentials,
      scheme,
      authoriser:
        options.accessToken === undefined ? basic(options.username, options.password) : bearer(options.accessToken),
      // Fourthwall is said to refuse what calls itself a browser.
      headers: { "User-Agent": "inv-fourthwall" },
      judge,
    },
    options,
  );
}

/** Fourthwall's error bodies have a `code`; a page of stock has none. */
function judge({ status, body }: JudgedAnswer): Verdict | undefined {
  if (typeof field(body, "code") !== "string") return undefined;
  if (status === 404) return { code: "not-found", hint: "the shop has no such product" };
  return status <= 299 ? { code: "http", kind: "error-in-success" } : undefined;
}
