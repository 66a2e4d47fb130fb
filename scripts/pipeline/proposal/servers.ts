import { child, entriesOf, listOf, own, textOf } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { quote } from "../names.ts";
import type { Draft } from "./draft.ts";
import { isServerAddress } from "../servers.ts";
import { walk } from "../walk.ts";

/** Makes every server one fixed https address, and removes those that cannot be. */
export function correctServers(draft: Draft): void {
  draft.begin("Servers");
  for (const { node, pointer } of Array.from(walk(draft.document)).filter(
    ({ kind }) => kind === "pathItem" || kind === "operation" || kind === "document",
  ))
    for (const server of Array.from(listOf(node, "servers"))) correctServer(draft, node, pointer, Object(server));
  if (!listOf(draft.document, "servers").some((server) => isServerAddress(textOf(server, "url"))))
    draft.note("The document names no https address of the API: add one to `servers`.");
}

function correctServer(draft: Draft, holder: JsonObject, pointer: string, server: JsonObject): void {
  const at = child(child(pointer, "servers"), listOf(holder, "servers").indexOf(server));
  const url = textOf(server, "url");
  if (isServerAddress(url) && own(server, "variables") === undefined) return;
  const full = filledIn(url, server).trim();
  const address = full.replace(/^http:/, "https:");
  if (!isServerAddress(address)) {
    draft.remove(
      at,
      `${quote(url)} is no https address without query and unusual characters, to which credentials could be sent.`,
    );
    draft.note(`The server ${quote(url)} is left out.`);
    return;
  }
  const parts = [
    url === filledIn(url, server) ? "" : "A server is one fixed address: the defaults of its variables are written in.",
    address === full ? "" : "Credentials are sent by https only.",
  ].filter((part) => part !== "");
  const reason = parts.length === 0 ? "An address without variables." : parts.join(" ");
  if (own(server, "variables") !== undefined) draft.remove(child(at, "variables"), reason);
  if (address === url) return;
  draft.update(child(child(pointer, "servers"), listOf(holder, "servers").indexOf(server)), { url: address }, reason);
  draft.note(`The server ${quote(url)} is taken to be ${address}: is that so?`);
}

function filledIn(url: string, server: JsonObject): string {
  const values = new Map(entriesOf(server, "variables").map(([name, variable]) => [name, textOf(variable, "default")]));
  return url.replaceAll(/\{([^{}]*)\}/g, (whole, name: string) => values.get(name) ?? whole);
}
