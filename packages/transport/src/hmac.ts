import { InvError } from "./errors.js";

/**
 * Reads a key written as hexadecimal digits, in either case.
 *
 * @throws InvError `config` when it has an odd length or another character
 */
export function hexKey(option: string, text: string): Uint8Array<ArrayBuffer> {
  if (!/^(?:[0-9a-f]{2})+$/i.test(text))
    throw new InvError("config", `${option} has to be an even number of hexadecimal digits`);
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** HMAC-SHA256 of a text in UTF-8, as lower-case hexadecimal digits. */
export async function hmacSha256(key: Uint8Array<ArrayBuffer>, text: string): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  const digest = await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
