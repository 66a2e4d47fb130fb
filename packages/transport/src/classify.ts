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

const time = String.raw`\d{2}:\d{2}:\d{2}`;
/** The three forms of a date that RFC 9110 knows, the last one without its zone. */
const httpDate = String.raw`[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} ${time} GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} ${time} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d ${time} \d{4}`;

/**
 * How long to wait, from `Retry-After` in either form of RFC 9110; `undefined` for anything else. Of several the first
 * valid one counts. A date is compared with the answer's own, so that the clock of this machine does not matter.
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  for (const element of value.match(new RegExp(`${httpDate}|[^,]+`, "g")) ?? []) {
    const text = element.trim();
    if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
    const at = new RegExp(`^(?:${httpDate})$`).test(text) ? dateMs(text) : undefined;
    if (at !== undefined) return Math.max(0, at - (dateMs(headers.get("date") ?? "") ?? now));
  }
  return undefined;
}

function dateMs(text: string): number | undefined {
  const at = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : at;
}

/**
 * How long until there may be one more request, when the answer says that it was the last one of its window; `undefined`
 * otherwise. `Reset` is in seconds, from now or since 1970.
 */
export function exhaustedMs(headers: Headers, now: number): number | undefined {
  const prefix = headers.has("x-ratelimit-remaining") ? "x-ratelimit" : "ratelimit";
  if (!/^0+$/.test(headers.get(`${prefix}-remaining`) ?? "")) return undefined;
  const reset = headers.get(`${prefix}-reset`) ?? "";
  if (!/^\d{1,13}$/.test(reset)) return undefined;
  const seconds = Number(reset);
  if (seconds < 1e9) return seconds * 1000;
  return Math.max(0, seconds * 1000 - (dateMs(headers.get("date") ?? "") ?? now));
}

/** What is known of an answer beside its body. */
export interface AnswerNotes {
  /** The provider's id of the request, where it sent one. */
  readonly requestId?: string;
  /** How old the answer is, by `Age`. */
  readonly ageMs?: number;
  /** Whether something between us and the provider kept it: `Age` above 0, `Warning: 110`, `X-Cache: HIT`. */
  readonly fromCache: boolean;
}

/** Reads what caches say of an answer. */
export function notesOf(headers: Headers): AnswerNotes {
  const requestId = requestIdOf(headers);
  const age = headers.get("age")?.trim() ?? "";
  const ageMs = /^\d+$/.test(age) ? Math.min(Number(age) * 1000, Number.MAX_SAFE_INTEGER) : undefined;
  const stale = /(?:^|,)\s*11[01]\b/.test(headers.get("warning") ?? "");
  const hit = /\bhit\b/i.test(headers.get("x-cache") ?? "");
  return {
    ...(requestId === undefined ? {} : { requestId }),
    ...(ageMs === undefined ? {} : { ageMs }),
    fromCache: stale || hit || (ageMs ?? 0) > 0,
  };
}

/** The most codings around a body; more are an attack. */
const maxCodings = 2;

/** The error that a status other than 2xx means, when the provider's judge has nothing to add. */
export function statusError(status: number, headers: Headers, credentialHelp: string): InvError {
  const make = (code: ErrorCode, what: string, more: ErrorDetails = {}) =>
    new InvError(code, `answered ${status}${what}`, { status, ...more });
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
  if (status >= 500 && status <= 599)
    return make("server", ": the provider has a problem; try again later", {
      retryable: status !== 501 && status !== 505,
      retryAfterMs: retryAfterMs(headers, Date.now()),
    });
  if (status >= 400 && status <= 499) return make("http", "", { retryable: status === 408 || status === 425 });
  return new InvError("transport", `answered with status ${status}, which is none`, { status, kind: "protocol" });
}

function rateLimited(status: number, headers: Headers): InvError {
  const wait = retryAfterMs(headers, Date.now());
  const when = wait === undefined ? "try again later" : `try again in ${Math.ceil(wait / 1000)} s`;
  return new InvError("rate-limited", `answered ${status}, ${when}`, {
    status,
    retryable: true,
    retryAfterMs: wait,
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
  const codings = (headers.get("content-encoding") ?? "").toLowerCase().split(",");
  if (
    codings.length > maxCodings ||
    !codings.every((coding) => /^\s*(?:|(?:x-)?gzip|deflate|br|zstd|identity)\s*$/.test(coding))
  )
    return fault("encoding", "a body in an encoding that is not understood");
  // Several types that agree are one.
  for (const type of headers.get("content-type")?.toLowerCase().split(",") ?? []) {
    const [media = "", ...parameters] = type.split(";");
    if (!/^\s*[\w.+-]+\/(?:[\w.-]+\+)?json\s*$/.test(media)) return fault("content-type", "something that is not JSON");
    const charset = parameters.map((parameter) => /^\s*charset="?([^"\s]*)"?\s*$/.exec(parameter)?.[1]).find(Boolean);
    if (charset !== undefined && charset !== "utf-8" && charset !== "utf8")
      return fault("encoding", "another character set than UTF-8");
  }
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
