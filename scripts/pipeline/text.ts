// Control characters, and those that reorder text on screen or end a line where nobody sees it.
const unseen = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/gu;
const unseenButLineFeed = new RegExp(`(?!\\n)${unseen.source}`, "gu");

/**
 * Text of a document, as it may stand in a block comment: nothing in it ends the comment, starts a tag or a line that
 * is not seen as one.
 */
export function toCommentText(text: string): string {
  return text
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replaceAll("\t", "  ")
    .replaceAll(unseenButLineFeed, "")
    .replaceAll("*/", "*\\/")
    .replaceAll(/^( *)(\** *)@/gm, "$1$2\\@")
    .replaceAll("{@", "{\\@")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

/** The lines of a block comment for these paragraphs, as the printer wants it: without the outer slash-star. */
export function toCommentBlock(paragraphs: readonly string[]): string {
  const lines = paragraphs
    .filter((paragraph) => paragraph !== "")
    .join("\n\n")
    .split("\n");
  const [only = ""] = lines;
  if (lines.length === 1) return `* ${only} `;
  return `*\n${lines.map((line) => (line === "" ? " *" : ` * ${line}`)).join("\n")}\n `;
}

/** Text of a document on one line of Markdown, with nothing left that Markdown or HTML would act on. */
export function toMarkdownText(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(unseen, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_[\]|#~!]/g, "\\$&")
    .trim();
}

/** Text of a document as code in a Markdown table. */
export function toMarkdownCode(text: string): string {
  const plain = text.replaceAll(/\s+/g, " ").replaceAll(unseen, "").replaceAll("`", "'").replaceAll("|", "\\|");
  return `\`${plain}\``;
}

/** Text of a document on one line of a terminal: nothing in it moves the cursor, ends the line or is not seen. */
export function toTerminalLine(text: string): string {
  return text.replaceAll("\t", "  ").replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "");
}

/** The same for text of several lines. */
export function toTerminalText(text: string): string {
  return text.split("\n").map(toTerminalLine).join("\n");
}
