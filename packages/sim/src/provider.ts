import type { Json } from "./json.js";
import { toJson } from "./json.js";

export const providerIds = ["walleo", "fourthwall", "augno", "zettle", "loop"] as const;
export type ProviderId = (typeof providerIds)[number];

/** What can be asked of each provider: operation ids of its document, and `token` for a token endpoint. */
export const endpoints: Readonly<Record<ProviderId, readonly string[]>> = {
  walleo: ["getInventory"],
  fourthwall: ["get-product-inventory", "token"],
  augno: ["retrieveItemInventory"],
  zettle: [
    "getInventory",
    "getLocationInventory",
    "getLocationTypeInventory",
    "getProductsInventory",
    "getProductInventory",
    "token",
  ],
  loop: ["getInventory"],
};

export type Header = readonly [name: string, value: string];

/** An answer before anything happens to it on its way. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: string;
  /** Why the request was refused, for the log. Holds nothing secret. */
  readonly refusal?: string;
}

/** A request to one operation, or to the token endpoint. */
export interface Call {
  readonly operation: string;
  readonly method: string;
  /** The whole URL as the client sees it, without a fragment. */
  readonly url: string;
  /** The variable parts of the path, decoded, in their order. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Where the request came from: what an IP address is to the provider. */
  readonly peer: string;
  /** On the clock of the simulation. */
  readonly atMs: number;
  /** The provider's wall clock, Unix time in milliseconds. */
  readonly wallMs: number;
}

/** One path of a provider. */
export interface Route {
  readonly operation: string;
  readonly method: string;
  /** Of the whole path below the base URL; each group is a variable part. */
  readonly path: RegExp;
}

/** A simulated provider. */
export interface Provider {
  /** The real base URLs that the in-process form answers for, each with the paths below it. */
  readonly bases: readonly string[];
  /** The real base URL of the token endpoint, where that is a host of its own. */
  readonly tokenBase?: string;
  readonly routes: readonly Route[];
  answer(call: Call): Answer;
  /** The body that the document has for a status, as an answer; `undefined` where it has none. */
  error(status: number, call: Call): Answer | undefined;
  /** Makes every access token that is out count as expired. Absent where there are none. */
  expireTokens?(): void;
}

/** A JSON answer. */
export function jsonAnswer(
  status: number,
  body: Json,
  { headers = [], refusal }: { readonly headers?: readonly Header[]; readonly refusal?: string } = {},
): Answer {
  const answer = { status, headers: [["Content-Type", "application/json"] as const, ...headers], body: toJson(body) };
  return refusal === undefined ? answer : { ...answer, refusal };
}

/** What a proxy or a web server in front answers, rather than the provider. */
export function htmlAnswer(status: number, title: string, refusal?: string): Answer {
  const answer = {
    status,
    headers: [["Content-Type", "text/html; charset=utf-8"] as const],
    body: `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
  };
  return refusal === undefined ? answer : { ...answer, refusal };
}
