import { STATUS_CODES } from "node:http";

import type { Header } from "./provider.js";

/** How the end of a body is told. */
export type Framing = { readonly length: number } | "chunked" | "none";

/** The head of an answer, with the empty line that ends it. */
export function headBytes(status: number, headers: readonly Header[], framing: Framing): Buffer {
  const own = new Set(headers.map(([name]) => name.toLowerCase()));
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  if (typeof framing === "object" && !own.has("content-length")) lines.push(`Content-Length: ${framing.length}`);
  if (framing === "chunked") lines.push("Transfer-Encoding: chunked");
  if (!own.has("connection")) lines.push("Connection: keep-alive");
  return Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}\r\n${lines.join("\r\n")}\r\n\r\n`);
}

/** One chunk of a chunked body. */
export function chunkBytes(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

/** The end of a chunked body. */
export const lastChunk: Buffer = Buffer.from("0\r\n\r\n");
