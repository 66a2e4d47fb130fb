import type { BumpResult } from "./bump.js";
import type { Change } from "./change.js";

/** How a comparison can be written: for a terminal, for a program, for a page of Markdown. */
export const formats = ["table", "json", "markdown"] as const;
/** One of {@link formats}. */
export type Format = (typeof formats)[number];

/** A comparison as people or programs read it, the largest change first; texts of a document come out as plain text. */
export function format({ bump, changes }: BumpResult, as: Format): string {
  if (as === "json") return `${JSON.stringify({ bump, changes }, null, 2)}\n`;
  if (as === "markdown") {
    const rows = changes.map((change) => `| ${change.bump} | ${code(change.pointer)} | ${cell(messageOf(change))} |`);
    const table = rows.length === 0 ? [] : ["", "| bump | where | what |", "| --- | --- | --- |", ...rows];
    return [`**${bump}**`, ...table, ""].join("\n");
  }
  const width = Math.max(0, ...changes.map((change) => plain(change.pointer).length));
  const rows = changes.map(
    (change) =>
      `${change.bump.padEnd(5)}  ${plain(change.pointer).padEnd(Math.min(width, 60))}  ${plain(messageOf(change))}`,
  );
  return [...rows, ...(rows.length === 0 ? [] : [""]), bump, ""].join("\n");
}

function messageOf(change: Change): string {
  if (change.accepted !== undefined) return `${change.message} (accepted: ${change.accepted})`;
  return change.undecided === true ? `${change.message} (a question: --accept it, or it is major)` : change.message;
}

/** One line, whatever a document holds. */
function plain(text: string): string {
  return text.replaceAll(/\p{C}/gu, " ");
}

function cell(text: string): string {
  return plain(text).replaceAll(/[\\|<>[\]`*_]/g, String.raw`\$&`);
}

function code(text: string): string {
  return `\`${plain(text)
    .replaceAll("`", "'")
    .replaceAll("|", String.raw`\|`)}\``;
}
