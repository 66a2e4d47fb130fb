import type { RawRequest } from "../src/raw-request.ts";
import { toTarget } from "../src/raw-request.ts";

/** Credentials of every kind at once; Prism only looks whether they are there. */
export const anyCredentials = { Authorization: "Bearer made-up", "X-Authorization": "made-up" };

/** Sends it and reads the answer as text, so that nothing is rounded on the way. */
export async function sendRaw(baseUrl: string, request: RawRequest, credentials: Record<string, string> = {}) {
  const { method, body = null } = request;
  const headers = new Headers([...request.headers, ...Object.entries(credentials)]);
  const response = await fetch(`${baseUrl}${toTarget(request)}`, { method, headers, body });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
