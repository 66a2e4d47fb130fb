import type { ClientOptions, ErrorGuard, JudgedAnswer, Verdict } from "@inv/transport";
import { chooseScheme, connect, errorGuard, field, headerKey } from "@inv/transport";
import type { Client } from "openapi-fetch";
import createFetchClient from "openapi-fetch";

import type { LoopCredentials } from "./generated/credentials.js";
import { credentials } from "./generated/credentials.js";
import type { ErrorBodies } from "./generated/errors.js";
import { facts } from "./generated/facts.js";
import type { paths } from "./generated/schema.js";

/** Options of `createLoopClient`. `baseUrl` ends in the API version; default `https://api.loopreturns.com/api/2026-07`. */
export type LoopOptions = ClientOptions & LoopCredentials;

/** A client of one Loop account: give it to the operations, or call `GET` with a path of the document. */
export type LoopClient = Client<paths> & { readonly provider: "loop" };

/** Whether an error is Loop's answer to one operation with one status: then its `body` has the document's type. */
export const isLoopError: ErrorGuard<ErrorBodies> = /* @__PURE__ */ errorGuard("loop");

/**
 * A client of one Loop account. Nothing is sent yet.
 *
 * @throws InvError `config` naming the option that is missing or cannot be right
 */
export function createLoopClient(options: LoopOptions): LoopClient {
  const scheme = chooseScheme("loop", credentials, options);
  return connect(
    createFetchClient<paths>,
    {
      provider: "loop",
      baseUrl: "https://api.loopreturns.com/api/2026-07",
      facts,
      credentials,
      scheme,
      authoriser: headerKey("X-Authorization", options.apiKey),
      // Ids come as text then; as numbers they would be read exactly too.
      headers: { "X-Loop-Global-Identifier-Type": "string" },
      judge,
      credentialHint: "Loop answers 401 also when the key lacks the scope.",
    },
    options,
  );
}

/** Loop's error bodies come flat or below `error`, for any status. */
function judge({ status, body, arguments: ids }: JudgedAnswer): Verdict | undefined {
  const error = field(body, "error") ?? body;
  const known = ["string", "number"].includes(typeof (field(error, "http_code") ?? field(error, "code")));
  if (!known || (status !== 404 && status > 299)) return undefined;
  if (status !== 404) return { code: "http", kind: "error-in-success" };
  const rounded = Object.entries(ids).find(([, id]) => typeof id === "string" && looksRounded(id));
  const hint = "Loop holds no such record, which is not a stock of zero";
  if (rounded === undefined) return { code: "not-found", hint };
  return {
    code: "not-found",
    hint: `${hint}. The ${rounded[0]} looks rounded: take the id as text from where it comes from, never through a JavaScript number`,
  };
}

/** Whether an id beyond 2^53 is what a double would print: then its last digits were probably lost. */
function looksRounded(id: string): boolean {
  return /^\d{16,}$/.test(id) && !Number.isSafeInteger(Number(id)) && String(Number(id)) === id;
}
