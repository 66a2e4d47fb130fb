import { once } from "node:events";
import type { Socket } from "node:net";
import { setImmediate, setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { createGzip, gzip } from "node:zlib";

import { bombBytes, bombPieces } from "./bomb.js";
import type { SimClock } from "./clock.js";
import type { Framing } from "./http-response.js";
import { chunkBytes, headBytes, lastChunk } from "./http-response.js";
import type { Message } from "./message.js";
import type { ConnectionFault, Malformed } from "./plan.js";

const zip = promisify(gzip);
/** Shorter bodies are not worth compressing. */
const zipFrom = 1024;
/** Gives the other side time to read what was sent before a reset makes its system forget it. */
const settleMs = 20;

/** A connection as the delivery of an answer sees it. */
export interface Line {
  readonly socket: Socket;
  readonly clock: SimClock;
  /** Aborted when the connection is closed. */
  readonly signal: AbortSignal;
  /** Whether the client reads gzip. */
  gzip: boolean;
  /** Goes in front of the next answer. */
  stray: Buffer | undefined;
  /** Whether the connection ends when the next request comes. */
  cut: boolean;
}

/** Sends an answer, with what goes wrong on the way. Settles when the connection is free for the next one, or closed. */
export async function deliver(line: Line, message: Message, fault: ConnectionFault | undefined): Promise<void> {
  if (fault === undefined) return ordinary(line, message);
  const { socket, clock, signal } = line;
  const { status, headers, body } = message;
  const whole = Buffer.concat([headBytes(status, headers, framingOf(message)), body]);
  const half = body.subarray(0, Math.floor(body.length / 2));
  switch (fault.type) {
    case "slow":
      await clock.sleep(fault.delayMs, signal);
      return write(line, whole);
    case "interim":
      for (const interim of fault.statuses ?? [103]) await write(line, headBytes(interim, [], "none"));
      return write(line, whole);
    case "reset": {
      if (fault.at === "body") {
        const framing = fault.framing === "chunked" ? "chunked" : framingOf(message);
        await write(line, headBytes(status, headers, framing));
        await write(line, framing === "chunked" ? chunkBytes(half) : half);
        await setTimeout(settleMs, undefined, { signal });
      }
      socket.resetAndDestroy();
      return;
    }
    case "stall":
      if (fault.at === "body") await write(line, Buffer.concat([headBytes(status, headers, framingOf(message)), half]));
      return untilClosed(signal);
    case "drip":
      return drip(line, message, fault);
    case "truncate": {
      const kept = fault.bytes === undefined ? half : body.subarray(0, fault.bytes);
      const { framing = "honest" } = fault;
      if (framing === "honest") return ordinary(line, { ...message, body: kept });
      const chunked = framing === "chunked";
      await write(line, headBytes(status, headers, chunked ? "chunked" : framingOf(message)));
      await write(line, chunked ? chunkBytes(kept) : kept);
      socket.end();
      return;
    }
    case "bomb":
      return bomb(line, message, fault);
    case "malformed":
      await write(line, malformed(message, fault.kind));
      socket.end();
      return;
    case "cut-connection-after":
      await write(line, whole);
      if (fault.when === "answer") socket.end();
      else line.cut = true;
      return;
    case "second-response": {
      const stray = fault.body === undefined ? body : Buffer.from(fault.body);
      const second = Buffer.concat([headBytes(status, headers, { length: stray.length }), stray]);
      const when = fault.when ?? "with-next";
      if (when === "at-once") return write(line, Buffer.concat([whole, second]));
      await write(line, whole);
      if (when === "with-next") line.stray = second;
      // The connection is free meanwhile: whether the next request comes before this is a matter of chance.
      else void clock.sleep(fault.delayMs ?? 20, signal).then(() => socket.write(second), ignore);
      return;
    }
    case "extra-bytes":
      return write(line, Buffer.concat([whole, Buffer.from(fault.text ?? '{"available_count":1}')]));
  }
}

async function ordinary(line: Line, message: Message): Promise<void> {
  const { status, headers, body } = message;
  const isEncoded = headers.some(([name]) => name.toLowerCase() === "content-encoding");
  if (!line.gzip || body.length < zipFrom || isEncoded)
    return write(line, Buffer.concat([headBytes(status, headers, framingOf(message)), body]));
  const zipped = await zip(body, { level: 1 });
  const head = headBytes(status, [...headers, ["Content-Encoding", "gzip"], ["Vary", "Accept-Encoding"]], "chunked");
  await write(line, Buffer.concat([head, chunkBytes(zipped), lastChunk]));
}

function framingOf({ status, body }: Message): Framing {
  return status === 204 || status === 304 || status < 200 ? "none" : { length: body.length };
}

/** Waits while the other side does not read. */
async function write({ socket, signal }: Line, bytes: Buffer): Promise<void> {
  if (signal.aborted || socket.write(bytes)) return;
  await once(socket, "drain", { signal }).catch(ignore);
}

async function untilClosed(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

async function drip(
  line: Line,
  message: Message,
  { bytes = 1, everyMs = 0, from = "body" }: Extract<ConnectionFault, { type: "drip" }>,
): Promise<void> {
  const { status, headers, body } = message;
  const head = headBytes(status, headers, framingOf(message));
  if (from === "body") await write(line, head);
  const slices = from === "body" ? body : Buffer.concat([head, body]);
  for (let at = 0; at < slices.length && !line.signal.aborted; at += bytes) {
    // Bytes written in different turns leave as different segments, for the socket does not wait for more.
    if (everyMs > 0) await line.clock.sleep(everyMs, line.signal);
    else await setImmediate();
    await write(line, slices.subarray(at, at + bytes));
  }
}

async function bomb(line: Line, message: Message, fault: Extract<ConnectionFault, { type: "bomb" }>): Promise<void> {
  const { status = 200, kind } = fault;
  if (kind === "gzip") {
    await write(line, headBytes(status, [...message.headers, ["Content-Encoding", "gzip"]], "chunked"));
    const packer = createGzip();
    const unpacked = bombPieces(fault);
    // Written as it is read: the whole of it is never in memory.
    const feed = () => {
      for (;;) {
        const { done, value } = unpacked.next();
        if (done === true) return packer.end();
        if (!packer.write(value)) return packer.once("drain", feed);
      }
    };
    feed();
    for await (const piece of packer) {
      if (line.signal.aborted) break;
      await write(line, chunkBytes(piece));
    }
    packer.destroy();
    return write(line, lastChunk);
  }
  const chunked = kind === "endless";
  await write(line, headBytes(status, message.headers, chunked ? "chunked" : { length: bombBytes(fault) }));
  for (const piece of bombPieces(fault)) {
    if (line.signal.aborted) return;
    await write(line, chunked ? chunkBytes(piece) : piece);
    await setImmediate();
  }
}

function malformed({ headers, body }: Message, kind: Malformed): Buffer {
  const head = headBytes(200, headers, { length: body.length }).toString("latin1");
  const [line = "", ...rest] = head.split("\r\n");
  const withField = (field: string) => [line, field, ...rest].join("\r\n");
  const text = {
    "status-line": () => ["HTTQ/1.1 two hundred", ...rest].join("\r\n"),
    "padded-status": () => ["HTTP/1.1 0200 OK", ...rest].join("\r\n"),
    chunk: () => `${headBytes(200, headers, "chunked").toString("latin1")}zz\r\n`,
    "two-lengths": () => withField(`Content-Length: ${body.length + 1}`),
    "length-and-chunked": () => withField("Transfer-Encoding: chunked"),
    "nul-header": () => withField("X-Nul: a\0b"),
    "big-headers": () => withField(`X-Big: ${"a".repeat(64 * 1024)}`),
    "many-headers": () => withField(Array.from({ length: 10_000 }, (_, index) => `X-${index}: a`).join("\r\n")),
  }[kind]();
  return Buffer.concat([Buffer.from(text, "latin1"), body]);
}

function ignore(): void {
  // The connection is closed: nobody is left to be sent anything.
}
