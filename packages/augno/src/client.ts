import type { ClientOptions, ErrorGuard, JudgedAnswer, Verdict } from "@inv/transport";
import { bearer, chooseScheme, connect, errorGuard, field, InvError } from "@inv/transport";
import type { Client } from "openapi-fetch";
import createFetchClient from "openapi-fetch";

import type { AugnoCredentials } from "./generated/credentials.js";
import { credentials } from "./generated/credentials.js";
import type { ErrorBodies } from "./generated/errors.js";
import { facts } from "./generated/facts.js";
import type { paths } from "./generated/schema.js";

/**
 * Host and header names: `openmrp` since the product was renamed on 2026-08-22, `augno` as it was before.
 *
 * @see https://github.com/open-mrp/public-docs (scripts/legacy-hosts.ts, read 2026-11-20)
 */
export type AugnoProfile = "openmrp" | "augno";

/** Options of `createAugnoClient`. */
export type AugnoOptions = ClientOptions &
  AugnoCredentials & {
    /** Default `openmrp`. */
    readonly profile?: AugnoProfile;
    /** The API version that every request names; default `1.0.forge-preview.3`. */
    readonly version?: string;
    /** Another account that the key may act for; default is the key's own. */
    readonly account?: string;
  };

/** A client of one Augno account: give it to the operations, or call `GET` with a path of the document. */
export type AugnoClient = Client<paths> & { readonly provider: "augno" };

const profiles: Readonly<Record<AugnoProfile, { readonly baseUrl: string; readonly headerPrefix: string }>> = {
  openmrp: { baseUrl: "https://api.openmrp.ai", headerPrefix: "OpenMRP" },
  augno: { baseUrl: "https://api.augno.com", headerPrefix: "Augno" },
};

/** Whether an error is Augno's answer to one operation with one status: then its `body` has the document's type. */
export const isAugnoError: ErrorGuard<ErrorBodies> = /* @__PURE__ */ errorGuard("augno");

/**
 * A client of one Augno account. Nothing is sent yet.
 *
 * @throws InvError `config` naming the option that is missing or cannot be right
 */
export function createAugnoClient(options: AugnoOptions): AugnoClient {
  const scheme = chooseScheme("augno", credentials, options);
  const { profile = "openmrp", version = "1.0.forge-preview.3", account } = options;
  if (!Object.hasOwn(profiles, profile))
    throw new InvError("config", "augno: profile has to be openmrp or augno", { provider: "augno" });
  const { baseUrl, headerPrefix } = profiles[profile];
  checkHeader("version", version);
  if (account !== undefined) checkHeader("account", account);
  return connect(
    createFetchClient<paths>,
    {
      provider: "augno",
      baseUrl,
      facts,
      credentials,
      scheme,
      authoriser: bearer(options.apiKey),
      headers: {
        [`${headerPrefix}-Version`]: version,
        ...(account === undefined ? {} : { [`${headerPrefix}-Account`]: account }),
      },
      judge,
    },
    options,
  );
}

function checkHeader(option: string, value: string): void {
  if (typeof value === "string" && /^[!-~]+$/.test(value)) return;
  throw new InvError("config", `augno: ${option} has to be text that a header can carry`, { provider: "augno" });
}

/** Augno's error bodies have everything below `error`. */
function judge({ status, body }: JudgedAnswer): Verdict | undefined {
  if (typeof field(field(body, "error"), "code") !== "string") return undefined;
  if (status === 404) return { code: "not-found", hint: "the account has no such item" };
  return status <= 299 ? { code: "http", kind: "error-in-success" } : undefined;
}
