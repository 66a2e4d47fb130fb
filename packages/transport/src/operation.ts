import type { AnswerNotes } from "./classify.js";
import { InvError } from "./errors.js";

/** One operation, as its generated function describes it. */
export interface Operation {
  /** Upper case. */
  readonly method: string;
  /** The path template. */
  readonly path: string;
  /** Path parameters whose wire name is not the name of the input field: wire name to field. */
  readonly rename?: Readonly<Record<string, string>>;
  /** Query parameters: wire name to input field. */
  readonly query?: Readonly<Record<string, string>>;
  /** Header parameters: wire name to input field. */
  readonly header?: Readonly<Record<string, string>>;
  /** The input fields that make the JSON object of the body, or the one field that is the whole body. */
  readonly body?: readonly string[] | string;
}

/**
 * Where exact values sit in an answer, or in a body that is sent. One node may hold several of these, where the document
 * allows several shapes.
 *
 * `id` and `decimal` become text, taken from the raw token; `int64` does so too and has to be a whole number; `integer`
 * stays a number and has to be a safe one, `int32` one of 32 bits.
 */
export interface Shape {
  readonly leaf?: "id" | "decimal" | "int64" | "integer" | "int32";
  /** The only JSON type that the document allows here; absent when it allows both. */
  readonly from?: "number" | "string";
  /** In a body that is sent: the texts that the document allows beside a number. */
  readonly words?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  /** The elements of an array. */
  readonly items?: Shape;
  /** The values of an object used as a map. */
  readonly values?: Shape;
  /** The name of a shape in `Facts.shapes`, for schemas that contain themselves. */
  readonly ref?: string;
}

/** What one operation does at run time beyond its types. */
export interface OperationFacts {
  /** The name of its function. */
  readonly operation: string;
  /** A POST that only reads. */
  readonly safe?: true;
  /** Its success has no body; or the statuses of those that have none, where others have one. */
  readonly empty?: true | readonly number[];
  /** Its body may be a bare value, neither object nor list. */
  readonly bare?: true;
  readonly shape?: Shape;
}

/** A documented limit: at most so many requests in any window of that length. */
export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
  /** What the provider counts by. */
  readonly scope: "account" | "ip";
  /** The most requests in flight at once. */
  readonly concurrency?: number;
}

/** The run-time half of a provider's document, by `METHOD path`. */
export interface Facts {
  readonly rateLimit?: RateLimit;
  /** The media types to ask for, where the success of some operation is not `application/json`. */
  readonly accept?: string;
  readonly operations: Readonly<Record<string, OperationFacts>>;
  readonly shapes?: Readonly<Record<string, Shape>>;
  readonly bodies?: BodyFacts;
}

/** Where the bodies that are sent hold numbers that a caller gives as text. */
export interface BodyFacts {
  /** `writeExact`, named here so that a bundle has it only where there is such a body. */
  readonly write: (body: unknown, operation: string, bodies: BodyFacts) => string | undefined;
  /** By `METHOD path`. */
  readonly operations: Readonly<Record<string, Shape>>;
  /** As in `Facts`. */
  readonly shapes?: Readonly<Record<string, Shape>>;
}

/** What any one call may set for itself. */
export interface CallOptions {
  /** Ends the call with `cancelled`. */
  readonly signal?: AbortSignal;
  /** The whole call's time in milliseconds, waits included; default is the client's. */
  readonly deadlineMs?: number;
  /** Told what caches say of the answer that the call returns; what it throws is ignored. */
  readonly onAnswer?: (notes: AnswerNotes) => unknown;
}

/** The part of a client that a call needs. */
export interface Requester {
  request(method: never, path: never, ...init: never[]): Promise<{ data?: unknown }>;
}

/** What openapi-fetch makes of an answer. */
interface Exchanged {
  readonly data?: unknown;
  readonly response: { readonly headers: Headers };
}

type Request = (method: string, path: string, init: object) => Promise<Exchanged>;

const braces = /[{}]/;

/** Makes one call: maps the flat input to path, query, header and body, sends it through the client, returns its parsed answer. */
export async function call<Result>(
  client: Requester,
  operation: Operation,
  input: object | undefined,
  options: CallOptions = {},
): Promise<Result> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the document's word; the transport has made its exact fields true
  return (await request(client, operation, toInit(operation, input, options))).data as Result;
}

/** Sends what `toInit` made, and gives the answer with what `call` leaves out. */
export async function request(client: Requester, { method, path }: Operation, init: object): Promise<Exchanged> {
  // oxlint-disable-next-line typescript/unbound-method, typescript/no-unsafe-type-assertion -- openapi-fetch's needs no `this`; its type infers from a whole document, which is what is avoided here
  const send = client.request as unknown as Request;
  return send(method, path, init);
}

/** What openapi-fetch is given for one call. */
export function toInit(operation: Operation, input: object | undefined, options: CallOptions) {
  const names = operation.path.split(braces).filter((_, index) => index % 2 === 1);
  const path = Object.fromEntries(names.map((wire) => [wire, given(input, operation.rename?.[wire] ?? wire)]));
  return {
    params: { path, query: pick(operation.query, input), header: pick(operation.header, input) },
    body: operation.body === undefined ? undefined : bodyOf(operation.body, input),
    // Of its own, or openapi-fetch would find whatever somebody has put on `Object.prototype`.
    headers: undefined,
    parseAs: "value",
    signal: options.signal,
    deadlineMs: options.deadlineMs,
    onAnswer: options.onAnswer,
  };
}

/** A field of the input, its own only. */
function given(input: object | undefined, field: string): unknown {
  return input !== undefined && Object.hasOwn(input, field) ? Reflect.get(input, field) : undefined;
}

function pick(
  names: Readonly<Record<string, string>> | undefined,
  input: object | undefined,
): Record<string, unknown> | undefined {
  if (names === undefined) return undefined;
  return Object.fromEntries(Object.entries(names).map(([wire, field]) => [wire, given(input, field)]));
}

function bodyOf(body: readonly string[] | string, input: object | undefined): unknown {
  if (typeof body === "string") return given(input, body);
  const fields = body.filter((field) => input !== undefined && Object.hasOwn(input, field));
  return Object.fromEntries(fields.map((field) => [field, given(input, field)]));
}

/**
 * Fills a path template. Each argument becomes exactly one segment.
 *
 * @throws InvError `config` for an argument that is missing, empty, a dot segment, or a number that has lost digits
 */
export function fillPath(template: string, values: Readonly<Record<string, unknown>>): string {
  const parts = template.split(braces).map((part, index) => {
    if (index % 2 === 0) return part;
    const text = toText(part, Object.hasOwn(values, part) ? values[part] : undefined);
    // Servers and proxies decode before they resolve dots, some of them more than once.
    if (/^(?:\.|%(?:25)*2e){0,2}$/i.test(text))
      throw new InvError("config", `${part} is empty or a dot segment, which would address something else`);
    return encode(part, text);
  });
  return parts.join("");
}

/** The key of a query that is sent as it stands. */
export const verbatim = /* @__PURE__ */ Symbol("verbatim");

/**
 * Writes query parameters: an array as its name repeated, `undefined` and `null` not at all.
 *
 * @throws InvError `config` for a value that has no text of its own (a `Date`, an object)
 */
export function toQuery(values: Readonly<Record<string, unknown>>): string {
  const whole = Object.getOwnPropertyDescriptor(values, verbatim);
  if (whole !== undefined) return String(whole.value);
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(values))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null) pairs.push(`${name}=${encode(name, toText(name, one))}`);
  return pairs.join("&");
}

/** What is said of a body that cannot be written. */
export const unwritable = "the body has a value that JSON cannot hold";

/**
 * Writes a body as JSON; `undefined` for none.
 *
 * @throws InvError `config` for a value that JSON cannot hold
 */
export function toJson(body: unknown): string | undefined {
  try {
    return JSON.stringify(body);
  } catch {
    throw new InvError("config", unwritable);
  }
}

function toText(name: string, value: unknown): string {
  if (typeof value === "number" && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER))
    throw new InvError("config", `${name} is a number beyond 2^53 and may have lost digits; give it as a string`);
  if (["string", "number", "bigint", "boolean"].includes(typeof value)) return String(value);
  const what = value === undefined || value === null ? "missing" : "no plain value";
  throw new InvError("config", `${name} is ${what}; give it as a string`);
}

function encode(name: string, text: string): string {
  try {
    // URLs write the apostrophe of a query in this form: what is signed has to be what is sent.
    return encodeURIComponent(text).replaceAll("'", "%27");
  } catch {
    throw new InvError("config", `${name} is no valid text (it has half of a surrogate pair)`);
  }
}
