import type { ProviderId } from "./provider.js";
import { endpoints, providerIds } from "./provider.js";
import { random } from "./random.js";

/** How a JSON body is changed, at a JSON pointer (RFC 6901). `raw` is JSON text, put in as it stands. */
export type JsonChange =
  /** Another value, type or spelling: `-1`, `"42"`, `1e400`, `NaN`. */
  | { readonly do: "set"; readonly pointer: string; readonly raw: string }
  | { readonly do: "remove"; readonly pointer: string }
  | { readonly do: "rename"; readonly pointer: string; readonly name: string }
  /** The same key, or list item, once more, right after. `raw` is its value, by default the same; `key` how the key is spelled, such as `"quant\u0069ty"`. */
  | { readonly do: "duplicate"; readonly pointer: string; readonly raw?: string; readonly key?: string }
  /** Another member at the end of the object. */
  | { readonly do: "add"; readonly pointer: string; readonly name: string; readonly raw: string }
  /** The value inside so many lists. */
  | { readonly do: "nest"; readonly pointer: string; readonly depth: number };

/** Headers by name: a list makes one appear several times, `null` takes one away. */
export type HeaderValues = Readonly<Record<string, string | readonly string[] | null>>;

/** Another content: the connection behaves. */
export type ContentFault =
  /** Another answer. Without `body`, the provider's documented one for that status. */
  | { readonly type: "status"; readonly status: number; readonly headers?: HeaderValues; readonly body?: string }
  /** The true answer with other headers. */
  | { readonly type: "headers"; readonly headers: HeaderValues }
  /** The status is 302 unless given. */
  | { readonly type: "redirect"; readonly location: string; readonly status?: number }
  /** A page for people, such as that of a captive portal; 200. */
  | { readonly type: "html"; readonly status?: number }
  /** No body; 200. */
  | { readonly type: "empty"; readonly status?: number }
  /** 204. */
  | { readonly type: "no-content" }
  /** 206, although no range was asked for. */
  | { readonly type: "partial" }
  /** The header names an encoding that the body does not have, or has wrongly. `nested` encodes so many `times` (50). */
  | {
      readonly type: "wrong-encoding";
      readonly kind: "plain" | "unknown" | "nested" | "truncated" | "bad-checksum";
      readonly times?: number;
    }
  /** A byte that is no UTF-8 (default), an overlong form, or UTF-16 with its mark. */
  | { readonly type: "bad-utf8"; readonly kind?: "byte" | "overlong" | "utf-16" }
  /** One byte order mark in front of the body, or more. */
  | { readonly type: "bom"; readonly count?: number }
  | { readonly type: "mutate-json"; readonly change: JsonChange | readonly JsonChange[] }
  /** 200 with the body that the provider has for an error (404). */
  | { readonly type: "error-in-success"; readonly status?: number }
  /** `invalid-grant`: the token endpoint refuses. `expire`: every access token that is out has expired. */
  | { readonly type: "token"; readonly kind: "invalid-grant" | "expire" }
  /** The provider's clock is off: its `Date` header, and what it thinks of a signature's timestamp. */
  | { readonly type: "clock-skew"; readonly skewMs: number };

/** The connection misbehaves. */
export type ConnectionFault =
  /** It is reset: before the headers (default), or after half of the body, which has a `length` (default) or comes in chunks. */
  | { readonly type: "reset"; readonly at?: "headers" | "body"; readonly framing?: "length" | "chunked" }
  /** Nothing more comes, from the start (default) or after half of the body. */
  | { readonly type: "stall"; readonly at?: "headers" | "body" }
  /** In slices of so many bytes (1), every so many milliseconds (0): of the body (default), or of the headers as well. */
  | { readonly type: "drip"; readonly bytes?: number; readonly everyMs?: number; readonly from?: "headers" | "body" }
  /**
   * The body ends early, after so many bytes (half). `honest` (default) gives the shorter length; `length` the true one,
   * and `chunked` leaves out the last chunk: then the connection ends.
   */
  | { readonly type: "truncate"; readonly bytes?: number; readonly framing?: "honest" | "length" | "chunked" }
  /** A body of so many decoded bytes (64 MiB), compressed or plain, or one without end. */
  | {
      readonly type: "bomb";
      readonly kind: "gzip" | "size" | "endless";
      readonly bytes?: number;
      readonly status?: number;
    }
  /** Something that is not HTTP. */
  | { readonly type: "malformed"; readonly kind: Malformed }
  /** The answer is true, but the connection ends: right after, or when the next request comes on it (default). */
  | { readonly type: "cut-connection-after"; readonly when?: "answer" | "next-request" }
  /**
   * A second answer that nobody asked for: in the same bytes, after `delayMs` (20), or in front of the next answer
   * (default). `body` is its JSON text, by default that of the first.
   */
  | {
      readonly type: "second-response";
      readonly when?: "at-once" | "later" | "with-next";
      readonly delayMs?: number;
      readonly body?: string;
    }
  /** Bytes after the end that `Content-Length` gives. */
  | { readonly type: "extra-bytes"; readonly text?: string }
  /** The answer comes so much later. */
  | { readonly type: "slow"; readonly delayMs: number }
  /** Interim answers (103) come first. */
  | { readonly type: "interim"; readonly statuses?: readonly number[] };

/** What can go wrong with one request. */
export type Fault = ContentFault | ConnectionFault;

const connectionFaults: Readonly<Record<ConnectionFault["type"], true>> = {
  reset: true,
  stall: true,
  drip: true,
  truncate: true,
  bomb: true,
  malformed: true,
  "cut-connection-after": true,
  "second-response": true,
  "extra-bytes": true,
  slow: true,
  interim: true,
};

/** @internal Whether a fault is for the connection to carry out, rather than for the answer. */
export function isConnectionFault(fault: Fault): fault is ConnectionFault {
  return Object.hasOwn(connectionFaults, fault.type);
}

/** What is malformed. */
export type Malformed =
  | "status-line"
  | "padded-status"
  | "chunk"
  | "two-lengths"
  | "length-and-chunked"
  | "nul-header"
  | "big-headers"
  | "many-headers";

/**
 * A fault and the requests that it happens to. Each entry counts the requests of its provider and endpoint for itself;
 * the first entry that wants a request has it.
 */
export interface PlannedFault {
  /** Default: all. */
  readonly provider?: ProviderId;
  /** An operation id, or `token` for the token endpoint. Default: every operation, but not the token endpoint. */
  readonly endpoint?: string;
  /** Which of the counted requests, from 1. */
  readonly nth?: number | readonly number[];
  /** From 0 to 1, by the seed. Without this and `nth`, every request. */
  readonly probability?: number;
  readonly fault: Fault;
}

/** Faults as data. */
export type FaultPlan = readonly PlannedFault[];

/** A fault plan that cannot be right. */
export class FaultPlanError extends Error {
  /** One line each: where, and what would be right. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "FaultPlanError";
    this.problems = problems;
  }
}

/** Says what would be right, or nothing. */
type Check = (value: unknown) => string | undefined;

const text: Check = (value) => (typeof value === "string" ? undefined : "a text");
const whole =
  (least: number, most = Number.MAX_SAFE_INTEGER): Check =>
  (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : `a whole number, ${least} or more${most === Number.MAX_SAFE_INTEGER ? "" : ` and at most ${most}`}`;
const ms: Check = (value) =>
  typeof value === "number" && value >= 0 && value < Infinity ? undefined : "milliseconds, 0 or more";
const oneOf =
  (...names: readonly string[]): Check =>
  (value) =>
    typeof value === "string" && names.includes(value) ? undefined : `one of ${names.join(", ")}`;
const listOf =
  (check: Check, what: string): Check =>
  (value) =>
    Array.isArray(value) && value.length > 0 && value.every((item) => check(item) === undefined) ? undefined : what;
const either =
  (one: Check, other: Check): Check =>
  (value) => {
    const problem = one(value);
    return problem === undefined || other(value) === undefined ? undefined : problem;
  };
const headers: Check = (value) =>
  isRecord(value) &&
  Object.entries(value).every(
    ([name, content]) =>
      /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && (content === null || [content].flat().every(isHeaderValue)),
  )
    ? undefined
    : "header names with a text, a list of texts, or null";
const pointer: Check = (value) =>
  typeof value === "string" && /^(?:\/(?:[^~/]|~[01])*)*$/.test(value)
    ? undefined
    : "a JSON pointer such as /variants/0/balance";
const status = whole(200, 999);

interface Fields {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional: Readonly<Record<string, Check>>;
}

const changes: Readonly<Record<JsonChange["do"], Fields>> = {
  set: { required: { pointer, raw: text }, optional: {} },
  remove: { required: { pointer }, optional: {} },
  rename: { required: { pointer, name: text }, optional: {} },
  duplicate: { required: { pointer }, optional: { raw: text, key: text } },
  add: { required: { pointer, name: text, raw: text }, optional: {} },
  nest: { required: { pointer, depth: whole(1) }, optional: {} },
};

const faults: Readonly<Record<Fault["type"], Fields>> = {
  status: { required: { status }, optional: { headers, body: text } },
  headers: { required: { headers }, optional: {} },
  reset: { required: {}, optional: { at: oneOf("headers", "body"), framing: oneOf("length", "chunked") } },
  stall: { required: {}, optional: { at: oneOf("headers", "body") } },
  drip: { required: {}, optional: { bytes: whole(1), everyMs: ms, from: oneOf("headers", "body") } },
  truncate: { required: {}, optional: { bytes: whole(0), framing: oneOf("honest", "length", "chunked") } },
  bomb: { required: { kind: oneOf("gzip", "size", "endless") }, optional: { bytes: whole(1), status } },
  malformed: {
    required: {
      kind: oneOf(
        "status-line",
        "padded-status",
        "chunk",
        "two-lengths",
        "length-and-chunked",
        "nul-header",
        "big-headers",
        "many-headers",
      ),
    },
    optional: {},
  },
  redirect: { required: { location: text }, optional: { status: whole(300, 399) } },
  html: { required: {}, optional: { status } },
  empty: { required: {}, optional: { status } },
  "no-content": { required: {}, optional: {} },
  partial: { required: {}, optional: {} },
  "wrong-encoding": {
    required: { kind: oneOf("plain", "unknown", "nested", "truncated", "bad-checksum") },
    optional: { times: whole(2, 100) },
  },
  "bad-utf8": { required: {}, optional: { kind: oneOf("byte", "overlong", "utf-16") } },
  bom: { required: {}, optional: { count: whole(1) } },
  "mutate-json": { required: { change: (value) => checkChanges(value) }, optional: {} },
  "cut-connection-after": { required: {}, optional: { when: oneOf("answer", "next-request") } },
  "second-response": {
    required: {},
    optional: { when: oneOf("at-once", "later", "with-next"), delayMs: ms, body: text },
  },
  "extra-bytes": { required: {}, optional: { text } },
  "error-in-success": { required: {}, optional: { status } },
  token: { required: { kind: oneOf("invalid-grant", "expire") }, optional: {} },
  slow: { required: { delayMs: ms }, optional: {} },
  "clock-skew": {
    required: {
      skewMs: (value) => (Number.isSafeInteger(value) ? undefined : "a whole number of milliseconds, before or after"),
    },
    optional: {},
  },
  interim: { required: {}, optional: { statuses: listOf(whole(100, 199), "a list of statuses from 100 to 199") } },
};

const entryFields: Fields = {
  required: { fault: () => undefined },
  optional: {
    provider: oneOf(...providerIds),
    endpoint: text,
    nth: either(whole(1), listOf(whole(1), "a whole number from 1, or a list of them")),
    probability: (value) => (typeof value === "number" && value >= 0 && value <= 1 ? undefined : "from 0 to 1"),
  },
};

/**
 * Whether this is a fault plan.
 *
 * @throws FaultPlanError naming all that is not understood
 */
export function checkFaultPlan(value: unknown): asserts value is FaultPlan {
  const problems = Array.isArray(value)
    ? value.flatMap((entry: unknown, index) => checkEntry(entry, `faults[${index}]`))
    : ["faults: a fault plan is a list"];
  if (problems.length > 0) throw new FaultPlanError(problems);
}

function checkEntry(entry: unknown, at: string): string[] {
  if (!isRecord(entry)) return [`${at} has to be an object`];
  const { provider, endpoint, fault } = entry;
  const problems = [...checkFields(entry, entryFields, at), ...checkFault(fault, `${at}.fault`)];
  if (entry["nth"] !== undefined && entry["probability"] !== undefined)
    problems.push(`${at}: nth and probability exclude each other`);
  const known = providerIds.flatMap((id) => (provider === undefined || provider === id ? endpoints[id] : []));
  if (typeof endpoint === "string" && !known.includes(endpoint))
    problems.push(`${at}.endpoint: ${endpoint} is not known; there are ${[...new Set(known)].join(", ")}`);
  if (isRecord(fault) && fault["type"] === "token" && provider !== "zettle" && provider !== "fourthwall")
    problems.push(`${at}.provider: only zettle and fourthwall have tokens`);
  if (isRecord(fault) && fault["type"] === "token" && (fault["kind"] === "invalid-grant") !== (endpoint === "token"))
    problems.push(`${at}.endpoint: invalid-grant is for the endpoint token, expire for the others`);
  return problems;
}

function checkFault(fault: unknown, at: string): string[] {
  if (!isRecord(fault)) return [`${at} has to be an object with a type`];
  const { type, ...rest } = fault;
  const fields = typeof type === "string" ? own(faults, type) : undefined;
  if (fields === undefined)
    return [`${at}.type: ${String(type)} is not known; there are ${Object.keys(faults).join(", ")}`];
  return checkFields(rest, fields, at);
}

function checkChanges(value: unknown): string | undefined {
  const problems = [value].flat().flatMap((change: unknown) => {
    if (!isRecord(change)) return ["an object, or a list of them"];
    const { do: verb, ...rest } = change;
    const fields = typeof verb === "string" ? own(changes, verb) : undefined;
    if (fields === undefined) return [`do: one of ${Object.keys(changes).join(", ")}`];
    return checkFields(rest, fields, "");
  });
  return problems.length === 0 ? undefined : problems.join("; ");
}

function checkFields(value: Readonly<Record<string, unknown>>, { required, optional }: Fields, at: string): string[] {
  const known = { ...required, ...optional };
  const prefix = at === "" ? "" : `${at}.`;
  const missing = Object.keys(required).filter((name) => value[name] === undefined);
  const wrong = Object.entries(value).flatMap(([name, content]) => {
    const check = own(known, name);
    if (check === undefined) return [`${prefix}${name} is not known; there are ${Object.keys(known).join(", ")}`];
    const problem = content === undefined ? undefined : check(content);
    return problem === undefined ? [] : [`${prefix}${name} has to be ${problem}`];
  });
  return [...missing.map((name) => `${prefix}${name} is missing`), ...wrong];
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isHeaderValue(value: unknown): boolean {
  return typeof value === "string" && !/[\r\n\0]/.test(value);
}

/** Chooses the fault of each request. */
export type FaultChooser = (provider: ProviderId, operation: string | undefined) => Fault | undefined;

/** The same requests in the same order meet the same faults. */
export function createFaultChooser(plan: FaultPlan, seed: number): FaultChooser {
  const counted = plan.map((entry, index) => {
    const chance = random(seed, `fault ${index}`);
    return { ...entry, count: 0, isHit: isHit(entry, () => chance.chance(entry.probability ?? 1)) };
  });
  return (provider, operation) => {
    let found: Fault | undefined;
    for (const entry of counted) {
      if (entry.provider !== undefined && entry.provider !== provider) continue;
      if (entry.endpoint === undefined ? operation === "token" : entry.endpoint !== operation) continue;
      entry.count += 1;
      if (entry.isHit(entry.count)) found ??= entry.fault;
    }
    return found;
  };
}

function isHit({ nth, probability }: PlannedFault, draw: () => boolean): (count: number) => boolean {
  if (nth !== undefined) return (count) => (typeof nth === "number" ? nth === count : nth.includes(count));
  return probability === undefined ? () => true : draw;
}
