import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../pipeline/command.ts";
import { listFences, listSections } from "../pipeline/pages/page.ts";

/** A command of `docs/lifecycle.md` and what the page says of it. */
export interface Step {
  readonly words: readonly string[];
  /** Finds it in what the command prints; other lines may stand before and after. */
  readonly prints: RegExp;
  readonly code: number;
}

/**
 * The commands under one heading of `docs/lifecycle.md`: the lines of blocks marked `sh`. A block marked `text` is what the
 * last of them prints, where `…` stands for what is left out; `exit 7` behind the mark is how it ends.
 */
export function stepsUnder(heading: string): readonly Step[] {
  const page = readFileSync(join(root, "docs/lifecycle.md"), "utf8");
  const section = listSections(page).find((each) => each.heading === heading);
  if (section === undefined) throw new Error(`docs/lifecycle.md has no heading ${JSON.stringify(heading)}.`);
  const steps: Step[] = [];
  for (const { info, start, end } of listFences(section.text)) {
    const block = section.text.slice(start, end).trimEnd();
    const [, code] = /^text(?: exit (\d))?$/.exec(info) ?? [];
    const last = info === "sh" ? undefined : steps.pop();
    if (last !== undefined) steps.push({ ...last, prints: toPattern(block), code: Number(code ?? 0) });
    else for (const line of block.split("\n")) steps.push({ words: line.split(" "), prints: /^/, code: 0 });
  }
  if (steps.length === 0) throw new Error(`docs/lifecycle.md has no commands under ${JSON.stringify(heading)}.`);
  return steps;
}

/** A `…` on a line of its own stands for lines, one within a line for a part of it. */
function toPattern(block: string): RegExp {
  const lines = block.split("\n").map((line) => (line === "…" ? "(?:.*\\n)*?" : `${literal(line)}\\n`));
  return new RegExp(`^${lines.join("")}`, "m");
}

function literal(line: string): string {
  return line
    .split("…")
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join(".*");
}
