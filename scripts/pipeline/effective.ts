import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SpecError } from "./error.ts";
import { own, toJsonText } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { mergeDocuments } from "./merge/merge.ts";
import { applyOverlay } from "./overlay.ts";
import { readDocument } from "./read.ts";
import { operationsOf, sliceDocument } from "./slice.ts";
import { upstreamAliases } from "./pages/source.ts";
import { toOpenApi3 } from "./swagger.ts";

/** The document that everything is made from: the upstream or our own one with the overlay applied. */
export interface EffectiveDocument {
  readonly document: JsonObject;
  /** What goes into `packages/<provider>/openapi.json`. */
  readonly text: string;
  /** Of that text, in hex. */
  readonly sha256: string;
}

/** The providers that have a folder in `specs/`, in order of their names. */
export function listProviders(root: string): string[] {
  return readdirSync(join(root, "specs"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

/** Reads a provider's folder in `specs/`. */
export function readEffective(root: string, provider: string): EffectiveDocument {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(provider))
    throw new SpecError("name", "", `specs/${provider}: a provider's id is kebab-case; rename the folder.`);
  const folder = `specs/${provider}`;
  const read = (name: string, aliases: number) => readDocument(join(root, name), { name, aliases });
  const sources = sourcesOf(root, folder);
  const parts = sources.map((name) => ({
    name,
    document: toOpenApi3(read(name, name.includes("/upstream/") ? upstreamAliases : 0)),
  }));
  const { document } = mergeDocuments(parts);
  const overlay = `${folder}/overlay.yaml`;
  const made = `packages/${provider}/openapi.json`;
  const earlier = () => (existsSync(join(root, made)) ? read(made, 0) : undefined);
  return toEffective(
    existsSync(join(root, overlay)) ? correct(document, read(overlay, 0), overlay, earlier) : document,
  );
}

/** The document as an overlay corrects it: the operations that it takes, with its actions applied. */
export function correct(
  document: JsonObject,
  overlay: JsonObject,
  name: string,
  earlier?: () => JsonObject | undefined,
): JsonObject {
  const operations = operationsOf(overlay, name);
  if (operations === undefined) return applyOverlay(document, overlay, name, earlier);
  const slice = sliceDocument(document, operations, name);
  return own(overlay, "actions") === undefined ? slice : applyOverlay(slice, overlay, name, earlier);
}

export function toEffective(document: JsonObject): EffectiveDocument {
  const text = toJsonText(document);
  return { document, text, sha256: createHash("sha256").update(text).digest("hex") };
}

function sourcesOf(root: string, folder: string): string[] {
  const own = `${folder}/openapi.yaml`;
  const upstream = join(root, folder, "upstream");
  const pages = existsSync(upstream) ? readdirSync(upstream).filter((name) => /\.(ya?ml|json)$/.test(name)) : [];
  if (existsSync(join(root, own))) {
    if (pages.length === 0) return [own];
    throw new SpecError("structure", "", `${folder} has both openapi.yaml and upstream/; keep the one that is true.`);
  }
  if (pages.length === 0)
    throw new SpecError("structure", "", `${folder} has neither openapi.yaml nor a document in upstream/; add one.`);
  return pages.toSorted().map((page) => `${folder}/upstream/${page}`);
}
