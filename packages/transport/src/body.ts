import { InvError } from "./errors.js";
import { networkFailure } from "./failures.js";

/** Strict, and without a leading byte order mark. Decoding whole bodies keeps no state, so that one serves all. */
const utf8 = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a body once, as strict UTF-8, and gives up as soon as it is larger than allowed. `progress` hears of every part.
 *
 * @throws InvError `payload{too-large | encoding | truncated}`, `transport` when it breaks off, or the signal's reason
 */
export async function readText(
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
  progress?: () => void,
): Promise<string> {
  const bytes = await readBytes(response, maxBytes, signal, progress);
  if (bytes === undefined)
    throw new InvError("payload", `the answer is larger than ${maxBytes} bytes`, { kind: "too-large" });
  try {
    return utf8.decode(bytes);
  } catch {
    throw new InvError("payload", "the answer is not UTF-8", { kind: "encoding" });
  }
}

/** Lets the connection go without reading the rest. */
export function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}

/** The decoded bytes, or `undefined` when there are more than allowed. */
async function readBytes(
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
  progress: (() => void) | undefined,
): Promise<Uint8Array | undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  // Also for a `fetch` that ignores its signal: a pending read ends with this.
  const stop = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  const chunks: Uint8Array[] = [];
  let length = 0;
  let complete = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) {
        complete = true;
        return join(chunks, length);
      }
      progress?.();
      length += value.byteLength;
      if (length > maxBytes) return undefined;
      chunks.push(value);
    }
  } catch (error) {
    throw networkFailure(error);
  } finally {
    signal.removeEventListener("abort", stop);
    if (!complete) stop();
  }
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first, second] = chunks;
  if (first !== undefined && second === undefined) return first;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
