/** A request as it came over a connection. */
export interface HttpRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  /** Names in lower case; several of one name are joined with commas. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Whether the client means to keep the connection. */
  readonly keepAlive: boolean;
}

/** What the bytes of a connection hold so far. */
export type Reading =
  | { readonly is: "whole"; readonly request: HttpRequest; readonly used: number }
  /** `expects` says that the client waits to be told to go on. */
  | { readonly is: "incomplete"; readonly expects: boolean }
  | { readonly is: "wrong"; readonly status: 400 | 413 | 431 };

const maxHead = 64 * 1024;
const maxBody = 1024 * 1024;
const headEnd = Buffer.from("\r\n\r\n");

/** Reads the first request of some bytes: HTTP/1.1, with a length or in chunks. */
export function readRequest(bytes: Buffer): Reading {
  const end = bytes.indexOf(headEnd);
  if (end === -1) return bytes.length > maxHead ? wrong(431) : { is: "incomplete", expects: false };
  if (end > maxHead) return wrong(431);
  const [line = "", ...fields] = bytes.toString("latin1", 0, end).split("\r\n");
  const first = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(line);
  const headers = readFields(fields);
  if (first === null || headers === undefined) return wrong(400);
  const [, method = "", target = "", minor] = first;
  const start = end + headEnd.length;
  const body = readBody(bytes, start, headers);
  if (typeof body === "number") return wrong(body === 413 ? 413 : 400);
  if (body === undefined) return { is: "incomplete", expects: headers.get("expect")?.toLowerCase() === "100-continue" };
  const connection = headers.get("connection")?.toLowerCase();
  const keepAlive = minor === "1" ? connection !== "close" : connection === "keep-alive";
  return { is: "whole", request: { method, target, headers, body: body.text, keepAlive }, used: body.end };
}

function wrong(status: 400 | 413 | 431): Reading {
  return { is: "wrong", status };
}

function readFields(lines: readonly string[]): Map<string, string> | undefined {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (match === null) return undefined;
    const [, name = "", value = ""] = match;
    const before = fields.get(name.toLowerCase());
    fields.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  return fields;
}

interface Body {
  readonly text: string;
  /** Where the request ends. */
  readonly end: number;
}

/** The body, or a status that refuses it; `undefined` when there is more to come. */
function readBody(bytes: Buffer, start: number, headers: ReadonlyMap<string, string>): Body | 400 | 413 | undefined {
  const encoding = headers.get("transfer-encoding");
  const length = headers.get("content-length") ?? "0";
  if (encoding !== undefined)
    return encoding.toLowerCase() === "chunked" && !headers.has("content-length") ? readChunks(bytes, start) : 400;
  if (!/^\d{1,10}$/.test(length)) return 400;
  const end = start + Number(length);
  if (Number(length) > maxBody) return 413;
  return bytes.length < end ? undefined : { text: bytes.toString("utf8", start, end), end };
}

function readChunks(bytes: Buffer, start: number): Body | 400 | 413 | undefined {
  const chunks: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const size = /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(bytes.toString("latin1", at, lineEnd))?.[1];
    if (size === undefined) return 400;
    const length = Number.parseInt(size, 16);
    const from = lineEnd + 2;
    if (from + length - start > maxBody) return 413;
    if (bytes.length < from + length + 2) return undefined;
    if (length === 0) {
      // Trailers are not read; without any, an empty line is all that is left.
      const end = bytes.toString("latin1", from, from + 2) === "\r\n" ? from + 2 : bytes.indexOf(headEnd, from) + 4;
      return end < from ? undefined : { text: Buffer.concat(chunks).toString(), end };
    }
    chunks.push(bytes.subarray(from, from + length));
    at = from + length + 2;
  }
}
