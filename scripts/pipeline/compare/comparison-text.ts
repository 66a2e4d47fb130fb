import { format } from "@inv/bump";
import type { Change } from "@inv/bump";
import type { Comparison } from "./comparison.ts";
import { toTerminalLine } from "../text.ts";
import { nextVersion } from "./version.ts";

// GitHub takes 65,536 characters; what a workflow writes around it needs some.
const maxCharacters = 60_000;
const maxEvidence = 2_000;
const maxCell = 300;
const maxProofs = 10;
const lineEnd = /\r\n?|[\n\u0085\u2028\u2029]/;

/** A comparison for people: the changes, the proof of the majors, what they were found against, the version that follows. */
export function toTable(comparison: Comparison, name: string | undefined): string {
  // Its last line is the bump, which the verdict says with the version.
  const rows = format(comparison, "table").trimEnd().split("\n").slice(0, -1);
  const majors = comparison.changes.filter(({ bump }) => bump === "major");
  const proofs = majors.slice(0, maxProofs).map(({ pointer, evidence }) => {
    const lines = evidence.split(lineEnd).map((line) => `\n  ${toTerminalLine(line)}`);
    return `${toTerminalLine(pointer)}:${lines.join("")}\n`;
  });
  const more = majors.length > maxProofs ? [`… and ${majors.length - maxProofs} more: --format json has all.`, ""] : [];
  return [...rows, ...proofs, ...more, `compared with ${comparison.base}`, verdict(comparison, name)].join("\n");
}

/**
 * A comparison as the text of a pull request. Whatever a document holds stands there as text: it mentions nobody, closes
 * nothing and draws nothing, also where the text becomes a commit message.
 */
export function toMarkdown(comparison: Comparison, name: string | undefined): string {
  const head = [
    `## ${verdict(comparison, name === undefined ? undefined : `\`${name}\``)}`,
    "",
    `${count(comparison.changes)}, compared with <code>${inertCode(comparison.base)}</code>.`,
  ];
  let left = maxCharacters - head.join("\n").length;
  const take = (parts: readonly string[]): readonly string[] => {
    const taken: string[] = [];
    for (const part of parts) {
      if (part.length > left) break;
      left -= part.length;
      taken.push(part);
    }
    return taken;
  };
  // The rows first: where not all can be shown, a change is worth more than the proof of another.
  const rows = take(comparison.changes.map(toRow));
  const evidence = take(comparison.changes.slice(0, rows.length).map(toEvidence));
  const missing = comparison.changes.length - evidence.length;
  return [
    ...head,
    ...(rows.length === 0 ? [] : ["", "| Bump | Where | What |", "| --- | --- | --- |", ...rows]),
    ...(evidence.length === 0 ? [] : ["", "<details><summary>Evidence</summary>", "", ...evidence, "</details>"]),
    ...(missing === 0
      ? []
      : ["", `Not everything fits: of ${missing} more, \`npm run spec -- diff\` prints the rest.`]),
  ].join("\n");
}

/** `major: @inv/loop 1.4.2 -> 2.0.0` */
function verdict({ bump, version }: Comparison, name: string | undefined): string {
  if (name === undefined) return bump;
  if (version === undefined) return `${bump}: ${name}`;
  const next = nextVersion(version, bump);
  return next === version ? `${bump}: ${name} stays at ${version}` : `${bump}: ${name} ${version} -> ${next}`;
}

function count(changes: readonly Change[]): string {
  if (changes.length === 0) return "No change";
  return changes.length === 1 ? "1 change" : `${changes.length} changes`;
}

function toRow(change: Change): string {
  return `| ${change.bump} | <code>${inertCode(change.pointer)}</code> | ${inert(messageOf(change))} |`;
}

function messageOf({ message, accepted, undecided }: Change): string {
  if (accepted !== undefined) return `${message} (accepted: ${accepted})`;
  return undecided === true ? `${message} (a question: major until a person accepts it)` : message;
}

function toEvidence({ pointer, evidence }: Change): string {
  const lines = cut(evidence, maxEvidence).split(lineEnd).map(toTerminalLine);
  const shown = lines.join("\n").replaceAll(/[@#](?=\w)|\bGH-(?=\d)|:(?=\/\/)/gi, "$&\u200b");
  const fence = "`".repeat(Math.max(3, ...Array.from(shown.matchAll(/`+/g), ([ticks]) => ticks.length + 1)));
  return `<code>${inertCode(pointer)}</code>\n\n${fence}text\n${shown}\n${fence}\n`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
}

/** Text on one line, in which Markdown and HTML find nothing of theirs. */
function inertCode(text: string): string {
  const line = toTerminalLine(cut(text, maxCell).replaceAll(/\s+/g, " "));
  return line.replaceAll(
    /[^\p{L}\p{M}\p{N} .,/()="'-]|(?<=www)\.|(?<=GH)-(?=\d)/giu,
    // In hex: where the text becomes a commit message, #40 would be the number of an issue.
    (character) => `&#x${(character.codePointAt(0) ?? 0).toString(16)};`,
  );
}

/** The same outside of code, where GitHub looks for names, numbers, addresses, pictures and formulas in the finished text. */
function inert(text: string): string {
  return inertCode(text).replaceAll(/&#x(?:23|24|2d|3a|40);/g, "$&&#x200b;");
}
