import { InvError, isInvError } from "./errors.js";

type Kind = readonly [code: "transport" | "timeout" | "payload", kind: string];

const kinds: Readonly<Record<string, Kind>> = {
  ENOTFOUND: ["transport", "dns"],
  EAI_AGAIN: ["transport", "dns"],
  ECONNREFUSED: ["transport", "refused"],
  ECONNRESET: ["transport", "reset"],
  EPIPE: ["transport", "reset"],
  UND_ERR_SOCKET: ["transport", "reset"],
  UND_ERR_CONNECT_TIMEOUT: ["timeout", "connect"],
  ETIMEDOUT: ["timeout", "connect"],
  UND_ERR_HEADERS_TIMEOUT: ["timeout", "headers"],
  UND_ERR_BODY_TIMEOUT: ["timeout", "body"],
  UND_ERR_HEADERS_OVERFLOW: ["transport", "protocol"],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ["transport", "protocol"],
  HTTPParserError: ["transport", "protocol"],
};

/**
 * What a failed `fetch` or a broken body means. Of the original error only its code is kept: messages can quote URLs and
 * headers.
 */
export function networkFailure(error: unknown, host?: string): InvError {
  if (isInvError(error)) return error;
  const { code, message } = originOf(error);
  const [is, kind] = kindOf(code, message);
  const to = host === undefined ? "" : ` to ${host}`;
  const what = code === undefined ? `the connection${to} failed` : `the connection${to} failed (${code})`;
  const cause = new Error(code ?? "unknown network failure");
  return new InvError(is, what, { kind, retryable: kind !== "tls", cause });
}

function kindOf(code: string | undefined, message: string): Kind {
  // So many that undici does not even try.
  if (code === undefined) return /content-encodings/.test(message) ? ["payload", "encoding"] : ["transport", "network"];
  const known = Object.hasOwn(kinds, code) ? kinds[code] : undefined;
  if (known !== undefined) return known;
  if (code.startsWith("HPE_")) return ["transport", "protocol"];
  // A body that is not what its encoding says from the first byte on was never written in it.
  if (code.startsWith("Z_")) return ["payload", /header|method/.test(message) ? "encoding" : "truncated"];
  if (/CERT|TLS|SSL|SIGNED|VERIFY/.test(code)) return ["transport", "tls"];
  return ["transport", "network"];
}

/** The system's or the parser's error code, and the words that belong to it; it may sit on a cause, or on one of several attempts to connect. */
function originOf(error: unknown): { code: string | undefined; message: string } {
  let at = error;
  let message = "";
  for (let depth = 0; depth < 8 && typeof at === "object" && at !== null; depth++) {
    message = "message" in at && typeof at.message === "string" ? at.message : "";
    if ("code" in at && typeof at.code === "string" && /^[A-Z][A-Z0-9_]+$/.test(at.code))
      return { code: at.code, message };
    // undici gives some of these no code.
    if ("name" in at && at.name === "HTTPParserError") return { code: at.name, message };
    if ("errors" in at && Array.isArray(at.errors)) at = at.errors[0];
    else at = "cause" in at ? at.cause : undefined;
  }
  return { code: undefined, message };
}
