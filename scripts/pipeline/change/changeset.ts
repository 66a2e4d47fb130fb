import type { Acceptance, BumpResult } from "@inv/bump";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { SpecError } from "../error.ts";
import { entriesOf } from "../json.ts";
import { parseDocument } from "../read.ts";

type Bump = BumpResult["bump"];

/** What the changeset of a changed document says. */
export interface DocumentChangeset {
  readonly provider: string;
  readonly bump: Bump;
  /** Markdown: what users of the package notice and have to change. */
  readonly summary: string;
  readonly accepted: readonly Acceptance[];
}

/** Where `change` writes what it has made of a document since the last release, wholly generated. */
export function changesetPath(provider: string): string {
  return `.changeset/${provider}-document.md`;
}

/** The changeset of a provider's first release, which a person writes. */
export function firstChangesetPath(provider: string): string {
  return `.changeset/${provider}.md`;
}

export function toChangeset({ provider, bump, summary, accepted }: DocumentChangeset): string {
  const lines = accepted.map(({ pointer, why }) => `- Accepted: \`${escapePointer(pointer)}\`: ${oneLine(why)}`);
  const body = [summary.trim(), ...(lines.length === 0 ? [] : ["", ...lines])].join("\n");
  return `---\n${stringify({ [`@inv/${provider}`]: bump })}---\n\n${body}\n`;
}

/** What a person accepted, as the lines of a changeset say it. */
export function parseAccepted(text: string): Acceptance[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, pointer, why] = /^- Accepted: `([^`]+)`: (.*\S)\s*$/.exec(line) ?? [];
    return pointer === undefined || why === undefined ? [] : [{ pointer: unescapePointer(pointer), why }];
  });
}

/**
 * What the changesets of a repository ask for one package, by file name.
 *
 * @throws SpecError `yaml` for one that cannot be read
 */
export function listPending(root: string, name: string): ReadonlyMap<string, Bump> {
  const folder = join(root, ".changeset");
  const pending = new Map<string, Bump>();
  for (const file of (existsSync(folder) ? readdirSync(folder) : []).toSorted()) {
    if (!file.endsWith(".md") || file === "README.md") continue;
    const bump = bumpIn(readFileSync(join(folder, file), "utf8"), `.changeset/${file}`, name);
    if (bump !== undefined) pending.set(file, bump);
  }
  return pending;
}

function bumpIn(text: string, file: string, name: string): Bump | undefined {
  const [, head] = /^---\r?\n([^]*?)\r?\n?---(\r?\n|$)/.exec(text) ?? [];
  if (head === undefined)
    throw new SpecError("yaml", "", `${file}:1: a changeset begins with --- and a package's bump.`);
  if (head.trim() === "") return undefined;
  const front = parseDocument(Buffer.from(head), { name: file, aliases: 0 });
  const [, bump] = entriesOf({ front }, "front").find(([key]) => key === name) ?? [];
  if (bump === undefined) return undefined;
  if (bump === "major" || bump === "minor" || bump === "patch" || bump === "none") return bump;
  throw new SpecError("yaml", "", `${file}: the bump of ${name} has to be major, minor, patch or none.`);
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{C}\s]+/gu, " ").trim();
}

/** A pointer on one line, without what would end the code that it stands in; read back as it was. */
function escapePointer(pointer: string): string {
  return pointer.replaceAll(/%(?=[0-9A-Fa-f]{2})|[`\p{C}\u2028\u2029]/gu, encodeURIComponent);
}

function unescapePointer(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll(/%(?![0-9A-Fa-f]{2})/g, "%25"));
  } catch {
    return text;
  }
}
