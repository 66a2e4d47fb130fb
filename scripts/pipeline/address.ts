import { SpecError } from "./error.ts";
import { child, listOf, own, textOf } from "./json.ts";
import type { Json } from "./json.ts";
import type { Model, OperationModel } from "./model.ts";
import { quote } from "./names.ts";

/**
 * The one address at which every operation of a document is, without a slash at its end.
 *
 * @throws SpecError `server` where there are several, or none
 */
export function addressOf({ document, operations }: Pick<Model, "document" | "operations">): string {
  const urls = new Map<string, OperationModel>();
  for (const operation of operations) {
    const item = own(own(document, "paths"), operation.path);
    const url = urlOf(operation.node) || urlOf(item) || urlOf(document);
    if (!urls.has(url)) urls.set(url, operation);
  }
  const [[url, at] = ["", undefined], other] = [...urls];
  if (other !== undefined)
    throw new SpecError(
      "server",
      child(other[1].pointer, "servers"),
      `${quote(`${other[1].method} ${other[1].path}`)} is at another address (${quote(other[0])}) than ${quote(`${at?.method} ${at?.path}`)} (${quote(url)}); take those of one address with --operations.`,
    );
  if (url === "")
    throw new SpecError("server", "#/servers", "the document does not say where the API is; add `servers` to it.");
  return url.replace(/\/+$/, "");
}

function urlOf(holder: Json | undefined): string {
  return textOf(listOf(holder, "servers")[0], "url");
}
