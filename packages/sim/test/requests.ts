import { createHmac } from "node:crypto";

import type { Credentials } from "../src/credentials.js";
import type { Simulation } from "../src/simulation.js";

/** Something to send: below the provider's base URL. */
export interface Ask {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A way to one simulation, in process or over a connection. */
export interface Way {
  readonly sim: Simulation;
  readonly fetch: typeof fetch;
  readonly bases: Readonly<Record<keyof Credentials, string>>;
  readonly zettleToken: string;
}

/** The providers' real base URLs. */
export const realBases = {
  walleo: "https://api.walleo.io",
  fourthwall: "https://api.fourthwall.com",
  augno: "https://api.openmrp.ai",
  zettle: "https://inventory.izettle.com",
  loop: "https://api.loopreturns.com/api/2026-07",
} as const;
export const realToken = "https://oauth.zettle.com/token";

export const mugAtLoop = "/inventories/653985747439023617/631923350119788417";

export async function fetchToken(way: Pick<Way, "sim" | "fetch" | "zettleToken">): Promise<string> {
  const { clientId, apiKey } = way.sim.credentials.zettle;
  const body = new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    client_id: clientId,
    assertion: apiKey,
  });
  const response = await way.fetch(way.zettleToken, { method: "POST", body });
  const { access_token: token } = await response.json();
  return String(token);
}

/** Sends a request with the credentials of one's own account. */
export async function send(way: Way, provider: keyof Credentials, ask: Ask, token?: string): Promise<Response> {
  const { path, method = "GET", body } = ask;
  const url = `${way.bases[provider]}${path}`;
  const headers = { ...authorise(way.sim, provider, method, url, token), ...ask.headers };
  return way.fetch(url, { method, headers, redirect: "manual", ...(body !== undefined && { body }) });
}

function authorise(
  { credentials }: Simulation,
  provider: keyof Credentials,
  method: string,
  url: string,
  token = "none",
): Record<string, string> {
  const { walleo, fourthwall, augno, loop } = credentials;
  switch (provider) {
    case "walleo":
      return { Authorization: signWalleo(walleo, method, url, Math.floor(Date.now() / 1000)) };
    case "fourthwall": {
      const pair = `${fourthwall.username}:${fourthwall.password}`;
      return { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
    }
    case "augno":
      return { Authorization: `Bearer ${augno.apiKey}`, "OpenMRP-Version": "1.0.forge-preview.3" };
    case "zettle":
      return { Authorization: `Bearer ${token}` };
    case "loop":
    default:
      return { "X-Authorization": loop.apiKey, "X-Loop-Global-Identifier-Type": "string" };
  }
}

/** Walleo's header for a request without a payload. */
export function signWalleo(
  { apiKey, identifier, sharedKey }: Credentials["walleo"],
  method: string,
  url: string,
  timestamp: number,
  emptyPayload: "omit" | "keep" = "omit",
): string {
  const text = [method, url, ...(emptyPayload === "keep" ? [""] : []), identifier, timestamp].join("+");
  const signature = createHmac("sha256", Buffer.from(sharedKey, "hex")).update(text).digest("hex");
  return `Bearer ${apiKey}, Id=${identifier}, Signature=${signature}, Timestamp=${timestamp}`;
}
