import type { Attempt, Authoriser, CredentialSource } from "@inv/transport";
import { resolve, setHeader } from "@inv/transport";
import { hexKey, hmacSha256 } from "@inv/transport/hmac";

/**
 * What stands for the payload of a request without one in the text that is signed: nothing at all, or an empty part
 * between its separators. Walleo says only that the payload is optional.
 *
 * @see https://docs.walleo.io/partners-api/authentication (read 2026-11-20; which of the two is a guess)
 */
export type EmptyPayload = "omit" | "keep";

/** The parts of a signature beside the request's own. */
export interface Signer {
  readonly apiKey: CredentialSource;
  readonly identifier: string;
  /** Hexadecimal digits, in either case. */
  readonly sharedKey: CredentialSource;
  readonly emptyPayload: EmptyPayload;
  /** Unix time in seconds, asked for every attempt. */
  readonly now: () => number;
}

/**
 * Walleo's one header: key, identifier, signature and timestamp.
 *
 * The signature covers method, full URL, body, identifier and timestamp, exactly as they are sent.
 */
export function signed(signer: Signer): Authoriser {
  return {
    async authorise(attempt) {
      const timestamp = String(signer.now());
      const key = hexKey("sharedKey (WALLEO_SHARED_KEY)", await resolve(signer.sharedKey));
      const signature = await hmacSha256(key, textToSign(signer, attempt, timestamp));
      setHeader(
        attempt.headers,
        "Authorization",
        `Bearer ${await resolve(signer.apiKey)}, Id=${signer.identifier}, Signature=${signature}, Timestamp=${timestamp}`,
      );
    },
  };
}

/** The parts of a request, joined by a literal plus. */
export function textToSign(
  { identifier, emptyPayload }: Pick<Signer, "identifier" | "emptyPayload">,
  { method, url, body }: Pick<Attempt, "method" | "url" | "body">,
  timestamp: string,
): string {
  const payload = body ?? (emptyPayload === "keep" ? "" : undefined);
  return [method, url, payload, identifier, timestamp].filter((part) => part !== undefined).join("+");
}
