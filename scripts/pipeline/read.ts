import { readFileSync } from "node:fs";
import { isAlias, isScalar, LineCounter, parseAllDocuments, visit } from "yaml";
import type { Document } from "yaml";
import { SpecError } from "./error.ts";
import { copyObject, isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";

const maxBytes = 20 * 1024 * 1024;

export interface ReadOptions {
  /** What the file is called in messages. */
  readonly name: string;
  /** How many aliases the file may use; our own files use none. */
  readonly aliases: number;
}

/** Reads one YAML or JSON file as {@link parseDocument} does. */
export function readDocument(file: string, options: ReadOptions): JsonObject {
  return parseDocument(readFileSync(file), options);
}

/**
 * The object that a YAML or JSON text holds, integers as bigints, keys in source order.
 *
 * @throws SpecError `yaml` with file and line for anything that is not one plain, unambiguous mapping
 */
export function parseDocument(source: Uint8Array | string, { name, aliases }: ReadOptions): JsonObject {
  const bytes = typeof source === "string" ? Buffer.from(source) : source;
  if (bytes.length > maxBytes) throw new SpecError("too-complex", "", `${name} is larger than ${maxBytes} bytes.`);
  const lines = new LineCounter();
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const [document, ...more] = parseAllDocuments(text, {
      intAsBigInt: true,
      uniqueKeys: true,
      prettyErrors: false,
      lineCounter: lines,
      logLevel: "silent",
    });
    if (document === undefined) throw new SpecError("yaml", "", `${name} is empty; it has to hold one mapping.`);
    check(document, name, lines, aliases);
    if (more.length > 0)
      throw new SpecError("yaml", "", `${name} holds ${more.length + 1} YAML documents; keep one and remove the rest.`);
    const value: unknown = document.toJS({ maxAliasCount: aliases });
    if (!isObject(value)) throw new SpecError("yaml", "", `${name}:1: the file has to hold a mapping at its top.`);
    return copyObject(value);
  } catch (error) {
    if (error instanceof SpecError) throw error;
    if (error instanceof RangeError)
      throw new SpecError("too-complex", "", `${name} is nested too deeply; flatten it with $ref.`);
    const reason = error instanceof Error ? error.message : String(error);
    throw new SpecError("yaml", "", `${name}: ${reason}`);
  }
}

function check(document: Document.Parsed, name: string, lines: LineCounter, aliases: number): void {
  const refuse = (offset: number | undefined, message: string) => {
    const { line, col } = lines.linePos(offset ?? 0);
    throw new SpecError("yaml", "", `${name}:${line}:${col}: ${message}`);
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) refuse(problem.pos[0], problem.message);
  visit(document, {
    Alias(_, node) {
      if (aliases === 0) refuse(node.range?.[0], "an alias (*name) is not allowed here; write the value out.");
    },
    Pair(_, { key }) {
      if (isAlias(key) || !isScalar(key) || key.value === null || typeof key.value === "object")
        refuse(isScalar(key) ? key.range?.[0] : undefined, "a key has to be plain text; quote it.");
    },
    Scalar(_, node) {
      const { value } = node;
      if (typeof value === "number" && !isExact(value, node.source))
        refuse(node.range?.[0], `${node.source} cannot be kept exactly as a number; quote it and type it as string.`);
    },
  });
}

function isExact(value: number, source: string | undefined): boolean {
  if (!Number.isFinite(value) || source === undefined) return false;
  const [mantissa = ""] = source.toLowerCase().split("e");
  const digits = mantissa.replaceAll(/[^0-9]/g, "").replace(/^0+/, "");
  return digits.length <= 15;
}
