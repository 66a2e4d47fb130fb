import type { ErrorCode, ErrorDetails } from "./errors.js";
import { InvError } from "./errors.js";

/** What a provider's own body says beyond the status. */
export interface Verdict {
  readonly code: ErrorCode;
  readonly kind?: string;
  /** A sentence for people: what it means, what to do. Never text of the provider's. */
  readonly hint?: string;
}

/** An answer as a provider's judge sees it. */
export interface JudgedAnswer {
  readonly status: number;
  /** The parsed body; `undefined` when it is no JSON. */
  readonly body: unknown;
  /** The path arguments of the call. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Reads a provider's error body: for every failed answer, and for a success whose body is an error in disguise. */
export type Judge = (answer: JudgedAnswer) => Verdict | undefined;

/** How long to wait, from `Retry-After` in either form of RFC 9110; `undefined` for anything else. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, Number.MAX_SAFE_INTEGER);
  const isDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(value);
  const at = isDate ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** The error that a status other than 2xx means, when the provider's judge has nothing to add. */
export function statusError(status: number, headers: Headers, credentialHelp: string): InvError {
  const details: ErrorDetails = { status };
  const make = (code: ErrorCode, what: string, more: ErrorDetails = {}) =>
    new InvError(code, `answered ${status}${what}`, { ...details, ...more });
  switch (status) {
    case 401:
      return make("auth", `: the credentials were refused. ${credentialHelp}`, { kind: "rejected" });
    case 403:
      return make("auth", `: the credentials are not allowed to do this. ${credentialHelp}`, { kind: "forbidden" });
    case 404:
      return make("http", ", and not in the provider's own words: check the base URL", { kind: "unknown-shape" });
    case 429:
      return rateLimited(status, headers);
    case 304:
      return make("payload", " to a request that asked for no comparison", { kind: "unexpected-status" });
    default:
  }
  if (status >= 500 && status <= 599) {
    const wait = retryAfterMs(headers, Date.now());
    return make("server", ": the provider has a problem; try again later", {
      retryable: status !== 501 && status !== 505,
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
    });
  }
  if (status >= 400 && status <= 499) return make("http", "", { retryable: status === 408 || status === 425 });
  return new InvError("transport", `answered with status ${status}, which is none`, { ...details, kind: "protocol" });
}

function rateLimited(status: number, headers: Headers): InvError {
  const wait = retryAfterMs(headers, Date.now());
  const when = wait === undefined ? "try again later" : `try again in ${Math.ceil(wait / 1000)} s`;
  return new InvError("rate-limited", `answered ${status}, ${when}`, {
    status,
    retryable: true,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

/** The error of a redirect. It is never followed: a platform would take custom credential headers along to another origin. */
export function redirectError(status: number, location: string | null, url: string): InvError {
  const sameOrigin =
    location !== null && URL.canParse(location, url) && new URL(location, url).origin === new URL(url).origin;
  const where = sameOrigin ? "the same origin" : "another origin, or none";
  return new InvError(
    "redirect",
    `answered ${status}, a redirect to ${where}; it was not followed: check the base URL`,
    {
      status,
      sameOrigin,
    },
  );
}

/** Why a success is no JSON answer to our question, by its headers alone. */
export function headerFault(response: Response): InvError | undefined {
  const { status, headers } = response;
  const fault = (kind: string, what: string) =>
    new InvError("payload", `answered ${status} with ${what}`, { kind, status });
  if (status === 206 || headers.has("content-range"))
    return fault("partial", "a part of the body, which was not asked for");
  const type = headers.get("content-type");
  if (type === null) return undefined;
  const [media = "", ...parameters] = type.toLowerCase().split(";");
  if (!/^\s*[\w.+-]+\/(?:[\w.-]+\+)?json\s*$/.test(media)) return fault("content-type", "something that is not JSON");
  const charset = parameters.map((parameter) => /^\s*charset="?([^"\s]*)"?\s*$/.exec(parameter)?.[1]).find(Boolean);
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8")
    return fault("encoding", "another character set than UTF-8");
  return undefined;
}

/** The provider's id of a request, if it is nothing but an id. */
export function requestIdOf(headers: Headers): string | undefined {
  const id = headers.get("x-request-id") ?? headers.get("request-id");
  return id !== null && /^[\w.:-]{1,128}$/.test(id) ? id : undefined;
}

/** A property of a parsed body; `undefined` where the body is no object or has none of its own by that name. */
export function field(body: unknown, name: string): unknown {
  return typeof body === "object" && body !== null && Object.hasOwn(body, name) ? Reflect.get(body, name) : undefined;
}
