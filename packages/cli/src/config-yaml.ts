import { LineCounter, parseAllDocuments, visit } from "yaml";
import type { Document, Node, YAMLError } from "yaml";

import { UsageError } from "./usage-error.js";

/**
 * The one node of a configuration file, every scalar of it text.
 *
 * @throws UsageError for what is no YAML or uses what makes one text mean another; it quotes nothing of the file
 */
export function parseYaml(text: string, file: string, lineCounter: LineCounter): Node {
  const documents = parseYamlDocuments(text, file, lineCounter);
  const [document, second] = documents;
  if (document === undefined) throw new UsageError(`${file}: is empty. \`inv levels --help\` shows a configuration.`);
  if (second !== undefined)
    throw new UsageError(
      `${place(file, lineCounter, second.range[0])}: a second document begins here. Keep one, without \`---\`.`,
    );
  refuseExtras(document, file, lineCounter);
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) throw new UsageError(syntaxProblem(error, text, file, lineCounter));
  if (document.contents === null)
    throw new UsageError(`${file}: is empty. \`inv levels --help\` shows a configuration.`);
  return document.contents;
}

function parseYamlDocuments(text: string, file: string, lineCounter: LineCounter): Document.Parsed[] {
  try {
    const options = {
      schema: "failsafe",
      merge: false,
      strict: true,
      uniqueKeys: true,
      prettyErrors: false,
      lineCounter,
    } as const;
    const documents = parseAllDocuments(text, options);
    return Array.isArray(documents) ? documents : [];
  } catch (error) {
    if (error instanceof RangeError)
      throw new UsageError(`${file}: is nested too deeply. A configuration has four levels.`);
    throw error;
  }
}

/** Refuses what makes one text mean another: anchors, aliases, tags, directives. */
function refuseExtras(document: Document.Parsed, file: string, lines: LineCounter): void {
  const refuse = (offset: number, what: string) => {
    throw new UsageError(`${place(file, lines, offset)}: ${what}. Every value here is plain text; write it out.`);
  };
  if (document.directives.yaml.explicit === true) refuse(0, "YAML directives (`%`) are not used");
  visit(document, {
    Alias: (_, node) => refuse(node.range?.[0] ?? 0, "YAML aliases (`*`) are not used"),
    Node: (_, node) => {
      if ("anchor" in node && node.anchor !== undefined)
        refuse(node.range?.[0] ?? 0, "YAML anchors (`&`) are not used");
      if (node.tag !== undefined) refuse(node.range?.[0] ?? 0, "YAML tags (`!`) are not used");
    },
  });
}

/** Says what is wrong in our own words: the parser's quote the file, and the file may hold a secret. */
function syntaxProblem(error: YAMLError, text: string, file: string, lines: LineCounter): string {
  const at = place(file, lines, error.pos[0]);
  if (error.code === "DUPLICATE_KEY") return `${at}: the same key stands here twice. Remove one.`;
  if (error.code === "TAB_AS_INDENT") return `${at}: a tab is used to indent. Use spaces.`;
  if (error.code === "BAD_DIRECTIVE") return `${at}: YAML directives (\`%\`) are not used. Remove the line.`;
  const start = text.lastIndexOf("\n", error.pos[0] - 1) + 1;
  const line = text.slice(start).split("\n", 1)[0] ?? "";
  const unquoted = /[:,{\s]\s*\$\{/.test(line)
    ? ' Put quotes around references: "${NAME}".'
    : " Look at quotes, braces and indentation.";
  return `${at}: this is not readable as YAML.${unquoted}`;
}

/** `file:line:column` of an offset. */
export function place(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? file : `${file}:${line}:${col}`;
}
