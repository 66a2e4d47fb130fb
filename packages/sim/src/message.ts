import { gzipSync } from "node:zlib";

import { editJson } from "./json-edit.js";
import type { ContentFault, HeaderValues } from "./plan.js";
import type { Answer, Call, Header, Provider } from "./provider.js";
import { htmlAnswer } from "./provider.js";
import { refuse } from "./tokens.js";

export type Bytes = Buffer<ArrayBuffer>;

/** An answer as it is sent: in bytes. */
export interface Message {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Bytes;
}

/** What a fault made of an answer. */
export interface Faulted {
  readonly message: Message;
  /** The fault found nothing to change. */
  readonly missed: boolean;
}

/** The answer in bytes, with what a fault does to its content. */
export function toMessage(
  answer: Answer,
  fault: ContentFault | undefined,
  provider: Provider,
  call: Call | undefined,
): Faulted {
  const message: Message = { ...pick(answer), body: Buffer.from(answer.body) };
  const changed = fault === undefined ? message : changedBy(fault, message, provider, call);
  return { message: changed ?? message, missed: changed === undefined };
}

function pick({ status, headers }: Answer): Pick<Message, "status" | "headers"> {
  return { status, headers };
}

/** `undefined` when the fault does not apply to this answer. */
function changedBy(
  fault: ContentFault,
  message: Message,
  provider: Provider,
  call: Call | undefined,
): Message | undefined {
  const { body } = message;
  switch (fault.type) {
    case "status": {
      const known = documented(provider, fault.status, call);
      const plain = fault.body === undefined ? known : { ...known, body: fault.body };
      const json = fault.body === undefined || isJson(fault.body);
      const headers = json ? { "Content-Type": "application/json" } : { "Content-Type": "text/plain" };
      const typed = fault.body === undefined ? plain.headers : withHeaders(plain.headers, headers);
      const sent = fault.headers === undefined ? typed : withHeaders(typed, fault.headers);
      return { status: fault.status, headers: sent, body: Buffer.from(plain.body) };
    }
    case "headers":
      return { ...message, headers: withHeaders(message.headers, fault.headers) };
    case "redirect":
      return { status: fault.status ?? 302, headers: [["Location", fault.location]], body: Buffer.alloc(0) };
    case "html":
      return bytesOf(htmlAnswer(fault.status ?? 200, "Sign in to the network"));
    case "empty":
      return { status: fault.status ?? 200, headers: message.headers, body: Buffer.alloc(0) };
    case "no-content":
      return { status: 204, headers: withHeaders(message.headers, { "Content-Type": null }), body: Buffer.alloc(0) };
    case "partial": {
      const range = `bytes 0-${Math.max(0, body.length - 1)}/${body.length * 2}`;
      return { ...message, status: 206, headers: [...message.headers, ["Content-Range", range]] };
    }
    case "wrong-encoding":
      return wronglyEncoded(fault, message);
    case "bad-utf8":
      return { ...message, body: badUtf8(body, fault.kind ?? "byte") };
    case "bom": {
      const mark = Buffer.from("\u{feff}".repeat(fault.count ?? 1));
      return { ...message, body: Buffer.concat([mark, body]) };
    }
    case "mutate-json": {
      let text: string | undefined = body.toString();
      for (const change of [fault.change].flat()) text = text === undefined ? undefined : editJson(text, change);
      return text === undefined ? undefined : { ...message, body: Buffer.from(text) };
    }
    case "error-in-success":
      return { ...bytesOf(documented(provider, fault.status ?? 404, call)), status: 200 };
    case "token":
      return fault.kind === "expire" ? message : bytesOf(refuse("invalid_grant", "the grant is not valid any more"));
    case "clock-skew":
    default:
      return message;
  }
}

/** The provider's own error, or where it documents none for that status, that of a machine in front of it. */
function documented(provider: Provider, status: number, call: Call | undefined): Answer {
  return (call && provider.error(status, call)) ?? htmlAnswer(status, `Status ${status}`);
}

function bytesOf(answer: Answer): Message {
  return { ...pick(answer), body: Buffer.from(answer.body) };
}

function isJson(text: string): boolean {
  return /^\s*[{["]/.test(text);
}

function withHeaders(headers: readonly Header[], changes: HeaderValues): readonly Header[] {
  const replaced = new Set(Object.keys(changes).map((name) => name.toLowerCase()));
  const added = Object.entries(changes).flatMap(([name, value]) =>
    value === null ? [] : [value].flat().map((one): Header => [name, one]),
  );
  return [...headers.filter(([name]) => !replaced.has(name.toLowerCase())), ...added];
}

function wronglyEncoded(
  { kind, times = 50 }: Extract<ContentFault, { type: "wrong-encoding" }>,
  { status, headers, body }: Message,
): Message {
  const encoded = (encoding: string, bytes: Bytes) => ({
    status,
    headers: [...headers, ["Content-Encoding", encoding] as const],
    body: bytes,
  });
  if (kind === "plain") return encoded("gzip", body);
  if (kind === "unknown") return encoded("x-squeezed", body);
  if (kind === "nested") {
    let bytes: Bytes = body;
    for (let time = 0; time < times; time++) bytes = gzipSync(bytes);
    return encoded(Array.from({ length: times }, () => "gzip").join(", "), bytes);
  }
  const zipped = gzipSync(body);
  if (kind === "truncated") return encoded("gzip", zipped.subarray(0, Math.floor(zipped.length * 0.6)));
  // The last eight bytes are the checksum and the length.
  zipped.writeUInt8((zipped.at(-8) ?? 0) ^ 0xff, zipped.length - 8);
  return encoded("gzip", zipped);
}

/** What is not UTF-8 stands at the beginning of the first text that is a value. */
function badUtf8(body: Bytes, kind: "byte" | "overlong" | "utf-16"): Bytes {
  if (kind === "utf-16") return Buffer.from(`\u{feff}${body.toString()}`, "utf16le");
  const at = Math.max(0, body.indexOf(':"') + 2);
  const bytes = kind === "byte" ? [0xff] : [0xc0, 0xaf];
  return Buffer.concat([body.subarray(0, at), Buffer.from(bytes), body.subarray(at)]);
}
