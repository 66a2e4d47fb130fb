import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument as parseYaml } from "yaml";
import { SpecError } from "../error.ts";
import { own, textOf, tokensOf } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { findBlock, isHtml } from "./page.ts";
import type { Label } from "./page.ts";
import { parseDocument } from "../read.ts";
import { checkReferences } from "../references.ts";
import { toOpenApi3 } from "../swagger.ts";

/** A page or a document as it was given, and the document that it holds. */
export interface Source {
  /** What it is called in messages. */
  readonly name: string;
  /** The whole file. */
  readonly page: Uint8Array;
  /** The document, byte for byte: the page's block, or the whole file. */
  readonly block: Uint8Array;
  readonly format: "yaml" | "json";
  readonly label?: Label;
  readonly document: JsonObject;
}

// A vendor's generator may use a few anchors; an alias bomb needs many.
export const upstreamAliases = 100;

/**
 * Reads a documentation page with an embedded block, or an OpenAPI 3.0 or 3.1 document as YAML or JSON;
 * one of Swagger 2.0 is converted, and stays what it is in `block`.
 *
 * @throws SpecError with file and line for anything else, and for a document that refers to something outside of itself
 */
export function readSource(page: Uint8Array, name: string): Source {
  if (isHtml(page)) throw new SpecError("page", "", `${name}:1: this is HTML; give the page as Markdown.`);
  const isDocument = /\.(ya?ml|json)$/i.test(name);
  const found = isDocument ? undefined : findBlock(page, name);
  const head = Buffer.from(page.slice(0, 4096)).toString("utf8");
  if (found === undefined && !isDocument && !/^\ufeff?(\s*\{|(.*\n)*?["']?(openapi|swagger)["']?\s*:)/.test(head))
    throw new SpecError(
      "page",
      "",
      `${name}:1: there is no block on this page whose fence ends in "METHOD /path" or "webhook NAME".`,
    );
  const block = found?.bytes ?? page;
  const first = found?.line ?? 1;
  // Blank lines in front, so that line numbers are those of the page.
  const text = found === undefined ? block : Buffer.concat([Buffer.from("\n".repeat(first - 1)), block]);
  const given = parseDocument(text, { name, aliases: upstreamAliases });
  const at = (pointer: string) => `${name}:${lineOf(text, pointer)}`;
  const located = <Value>(run: () => Value): Value => {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      throw new SpecError(error.kind, "", `${at(error.pointer)}: ${error.message}`);
    }
  };
  const document = located(() => toOpenApi3(given));
  checkVersion(document, at);
  located(() => checkReferences(document));
  if (found !== undefined) checkLabel(document, found.label, `${name}:${first - 1}`);
  const format = /^\ufeff?\s*\{/.test(Buffer.from(block.slice(0, 64)).toString("utf8")) ? "json" : "yaml";
  return { name, page, block, format, document, ...(found === undefined ? {} : { label: found.label }) };
}

function checkVersion(document: JsonObject, at: (pointer: string) => string): void {
  const version = textOf(document, "openapi");
  if (!/^3\.[01]\.\d+$/.test(version))
    throw new SpecError(
      "structure",
      "",
      `${at("#/openapi")}: OpenAPI 3.0 or 3.1 is expected, and \`openapi\` is ${JSON.stringify(version)}.`,
    );
}

function checkLabel(document: JsonObject, label: Label, at: string): void {
  const isThere =
    label.kind === "webhook"
      ? own(own(document, "webhooks"), label.name) !== undefined
      : own(own(own(document, "paths"), label.path), label.method) !== undefined;
  const what = label.kind === "webhook" ? `webhook ${label.name}` : `${label.method.toUpperCase()} ${label.path}`;
  if (!isThere) throw new SpecError("page", "", `${at}: the block does not describe ${what}, as its fence says.`);
}

/** The line of what a pointer leads to, counted from 1; the nearest parent's where it leads to nothing. */
export function lineOf(source: Uint8Array | string, pointer: string): number {
  const lines = new LineCounter();
  const text = typeof source === "string" ? source : Buffer.from(source).toString("utf8");
  let node: unknown = parseYaml(text, { lineCounter: lines, logLevel: "silent", uniqueKeys: false }).contents;
  let offset = 0;
  for (const token of tokensOf(pointer)) {
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === token);
      next = pair?.value;
      if (isScalar(pair?.key)) offset = pair.key.range?.[0] ?? offset;
    } else if (isSeq(node)) {
      next = node.items[Number(token)];
      const range: unknown = Reflect.get(Object(next), "range");
      if (Array.isArray(range) && typeof range[0] === "number") offset = range[0];
    }
    if (next === undefined) break;
    node = next;
  }
  return lines.linePos(offset).line;
}
