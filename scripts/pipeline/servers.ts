import { SpecError } from "./error.ts";
import { child, own } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { walk } from "./walk.ts";

/** Whether this is a plain https address, as a server needs one. */
export function isServerAddress(url: string): boolean {
  return /^https:\/\/[A-Za-z0-9.-]+(:\d+)?(\/[A-Za-z0-9._~/-]*)?$/.test(url) && URL.canParse(url);
}

/** Every server has to be one fixed https address: it is where credentials are sent. */
export function checkServers(document: JsonObject): void {
  for (const { node, pointer, kind } of walk(document)) {
    if (kind !== "server") continue;
    const at = child(pointer, "url");
    const url = own(node, "url");
    const refuse = (message: string) => {
      throw new SpecError("server", at, message);
    };
    if (typeof url !== "string") return refuse("`url` is missing.");
    if (/[{}]/.test(url) || own(node, "variables") !== undefined)
      return refuse("a templated server is not supported; write each address out.");
    if (!isServerAddress(url))
      return refuse("has to be a plain https address, without user, query, fragment or unusual characters.");
  }
}
