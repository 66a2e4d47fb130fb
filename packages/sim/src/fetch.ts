import { setImmediate } from "node:timers/promises";
import { constants, gunzipSync } from "node:zlib";

import { bombPieces } from "./bomb.js";
import type { Bytes, Message } from "./message.js";
import type { ConnectionFault, Malformed } from "./plan.js";
import type { Header, ProviderId } from "./provider.js";
import { providerIds } from "./provider.js";
import type { Arrival, Engine } from "./simulation.js";

/** Statuses whose answers have no body. */
const bodiless = new Set([204, 205, 304]);
/** undici refuses more encodings than these. */
const maxEncodings = 5;

interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
  readonly redirect: RequestRedirect;
  readonly signal: AbortSignal | undefined;
}

/** A `fetch` that answers for the providers' real hosts and knows no other; faults end as they would in Node's. */
export function createFetch(engine: Engine): typeof fetch {
  /** What stands in front of a provider's next answer. */
  const stray = new Map<ProviderId, Message>();
  const cut = new Set<ProviderId>();

  async function exchange(sent: Sent, redirects: number): Promise<Response> {
    const { signal, url } = sent;
    signal?.throwIfAborted();
    const arrival = toArrival(engine, sent);
    if (arrival === undefined)
      throw failed({ name: "Error", code: "ENOTFOUND", message: `getaddrinfo ENOTFOUND ${url.hostname}` });
    const { provider } = arrival;
    if (cut.delete(provider)) {
      engine.note(arrival, "cut-connection-after");
      throw failed(closed);
    }
    const { message, fault } = engine.handle(arrival);
    if (fault?.type === "cut-connection-after" && (fault.when ?? "next-request") === "next-request") cut.add(provider);
    const before = stray.get(provider);
    stray.delete(provider);
    if (fault?.type === "second-response" && (fault.when ?? "with-next") === "with-next")
      stray.set(provider, fault.body === undefined ? message : { ...message, body: Buffer.from(fault.body) });
    const response = await deliver(engine, before ?? message, fault, sent);
    Object.defineProperty(response, "url", { value: url.href });
    return redirected(response, sent, redirects);
  }

  async function redirected(response: Response, sent: Sent, redirects: number): Promise<Response> {
    const location = response.headers.get("location");
    const moved = [301, 302, 303, 307, 308].includes(response.status) && location !== null;
    if (!moved || sent.redirect === "manual") return response;
    if (sent.redirect === "error") throw failed({ name: "Error", message: "unexpected redirect" });
    if (redirects === 20) throw failed({ name: "Error", message: "redirect count exceeded" });
    const url = new URL(location, sent.url);
    const headers = new Headers(sent.headers);
    if (url.origin !== sent.url.origin) headers.delete("authorization");
    const asGet = response.status === 303 || (response.status < 303 && sent.method === "POST");
    const next = { ...sent, url, headers, ...(asGet && { method: "GET", body: "" }) };
    const followed = await exchange(next, redirects + 1);
    Object.defineProperty(followed, "redirected", { value: true });
    return followed;
  }

  return async (input, init) => {
    const request = new Request(input, { ...init, signal: null });
    const url = new URL(request.url);
    url.hash = "";
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const body = request.body === null ? "" : await request.text();
    const { method, headers, redirect } = request;
    return exchange({ method, url, headers, body, redirect, signal }, 0);
  };
}

function toArrival({ providers }: Engine, { method, url, headers, body }: Sent): Arrival | undefined {
  for (const provider of providerIds) {
    const { bases, tokenBase } = providers[provider];
    const base = [...bases, ...(tokenBase === undefined ? [] : [tokenBase])].find(
      (candidate) => url.href === candidate || url.href.startsWith(`${candidate}/`),
    );
    if (base === undefined) continue;
    const arrival = {
      provider,
      method,
      url: url.href,
      path: url.href.slice(base.length, url.href.length - url.search.length),
      query: url.search,
      headers: new Map(headers),
      body,
      peer: "in-process",
    };
    if (tokenBase === undefined) return arrival;
    return { ...arrival, only: base === tokenBase ? "token" : "operations" };
  }
  return undefined;
}

async function deliver(
  { simulation: { clock } }: Engine,
  message: Message,
  fault: ConnectionFault | undefined,
  { signal }: Sent,
): Promise<Response> {
  const { body } = message;
  const half = body.subarray(0, Math.floor(body.length / 2));
  switch (fault?.type) {
    case "slow":
      await clock.sleep(fault.delayMs, signal);
      return toResponse(message);
    case "reset":
      if ((fault.at ?? "headers") === "headers") throw failed(reset);
      return streamed(
        message,
        pieces([half], () => terminated(reset)),
        signal,
      );
    case "stall":
      if ((fault.at ?? "headers") === "headers") return never(signal);
      return streamed(
        message,
        pieces([half], () => never(signal)),
        signal,
      );
    case "truncate": {
      const kept = fault.bytes === undefined ? half : body.subarray(0, fault.bytes);
      if ((fault.framing ?? "honest") === "honest") return toResponse({ ...message, body: kept }, signal);
      return streamed(
        message,
        pieces([kept], () => terminated(closed)),
        signal,
      );
    }
    case "drip": {
      const { bytes = 1, everyMs = 0, from = "body" } = fault;
      // A head of about this size comes first.
      if (from === "headers") await clock.sleep(Math.ceil(200 / bytes) * everyMs, signal);
      async function* drops() {
        for (let at = 0; at < body.length; at += bytes) {
          if (everyMs > 0) await clock.sleep(everyMs, signal);
          yield body.subarray(at, at + bytes);
        }
      }
      return streamed(message, drops(), signal);
    }
    case "bomb": {
      const encoding: readonly Header[] = fault.kind === "gzip" ? [["Content-Encoding", "gzip"]] : [];
      const headers = [...message.headers, ...encoding];
      return streamed({ ...message, status: fault.status ?? 200, headers }, inTurns(bombPieces(fault)), signal);
    }
    case "malformed":
      if (fault.kind === "chunk")
        return streamed(
          message,
          pieces([], () => terminated(parserErrors.chunk)),
          signal,
        );
      throw failed(parserErrors[fault.kind]);
    // What the connection does after this answer is nothing that its caller sees.
    case "cut-connection-after":
    case "second-response":
    case "extra-bytes":
    case "interim":
    case undefined:
    default:
      return toResponse(message, signal);
  }
}

const protocol = (what: string): Cause => ({
  name: "HTTPParserError",
  message: `Response does not match the HTTP/1.1 protocol (${what})`,
});
const overflow: Cause = {
  name: "HeadersOverflowError",
  code: "UND_ERR_HEADERS_OVERFLOW",
  message: "Headers Overflow Error",
};

/** What undici 7 says of each. */
const parserErrors: Readonly<Record<Malformed, Cause>> = {
  "status-line": protocol("Expected HTTP/, RTSP/ or ICE/"),
  "padded-status": protocol("Invalid response status"),
  chunk: protocol("Invalid character in chunk size"),
  "two-lengths": {
    name: "ResponseContentLengthMismatchError",
    code: "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
    message: "Response body length does not match content-length header",
  },
  "length-and-chunked": protocol("Content-Length can't be present with Transfer-Encoding"),
  "nul-header": protocol("Invalid header value char"),
  "big-headers": overflow,
  "many-headers": overflow,
};

const reset: Cause = { name: "Error", code: "ECONNRESET", message: "read ECONNRESET" };
const closed: Cause = { name: "SocketError", code: "UND_ERR_SOCKET", message: "other side closed" };

/** Why a request failed, as it stands in the `cause`. */
interface Cause {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
}

function failed({ message, ...rest }: Cause, what = "fetch failed"): TypeError {
  return new TypeError(what, { cause: Object.assign(new Error(message), rest) });
}

/** A body breaks off. */
function terminated(cause: Cause): never {
  throw failed(cause, "terminated");
}

/** Rejects when the signal is aborted, and settles in no other way. */
async function never(signal: AbortSignal | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  return promise;
}

async function* pieces(first: readonly Bytes[], then: () => Promise<never> | never): AsyncGenerator<Bytes, void> {
  yield* first;
  await then();
}

/** Lets timers and signals have their turn: what never ends would keep them from it. */
async function* inTurns(source: Iterable<Bytes>): AsyncGenerator<Bytes, void> {
  for (const piece of source) {
    yield piece;
    await setImmediate();
  }
}

function toResponse(message: Message, signal?: AbortSignal): Response {
  const encodings = message.headers
    .filter(([name]) => name.toLowerCase() === "content-encoding")
    .flatMap(([, value]) =>
      value
        .toLowerCase()
        .split(",")
        .map((encoding) => encoding.trim()),
    );
  if (encodings.length === 0) return respond(message, message.body);
  if (encodings.length > maxEncodings)
    throw failed({ name: "Error", message: "too many content-encodings in response" });
  if (encodings.some((encoding) => encoding !== "gzip")) return respond(message, message.body);
  try {
    let { body } = message;
    for (const _ of encodings) body = gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH });
    return respond(message, body);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "Z_DATA_ERROR";
    return streamed(
      message,
      pieces([], () => terminated({ name: "Error", code, message: "incorrect data check" })),
      signal,
    );
  }
}

function streamed(message: Message, source: AsyncIterable<Bytes>, signal: AbortSignal | undefined): Response {
  const iterator = source[Symbol.asyncIterator]();
  const stop = new AbortController();
  const stream = new ReadableStream<Bytes>(
    {
      start(controller) {
        const abort = () => controller.error(signal?.reason);
        signal?.addEventListener("abort", abort, { once: true, signal: stop.signal });
      },
      async pull(controller) {
        try {
          const { done, value } = await iterator.next();
          if (stop.signal.aborted || signal?.aborted === true) return;
          if (done === true) {
            stop.abort();
            controller.close();
          } else controller.enqueue(value);
        } catch (error) {
          stop.abort();
          controller.error(error);
        }
      },
      cancel() {
        stop.abort();
      },
    },
    { highWaterMark: 0 },
  );
  return respond(message, stream);
}

function respond({ status, headers }: Message, body: BodyInit | null): Response {
  const fields = new Headers();
  for (const [name, value] of headers) fields.append(name, value);
  const isOrdinary = status >= 200 && status <= 599;
  const response = new Response(bodiless.has(status) ? null : body, {
    status: isOrdinary ? status : 200,
    headers: fields,
  });
  if (isOrdinary) return response;
  // The constructor takes no such status, but one that was received has it.
  return Object.defineProperties(response, { status: { value: status }, ok: { value: false } });
}
