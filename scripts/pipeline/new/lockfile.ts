import { SpecError } from "../error.ts";

/**
 * `pnpm-lock.yaml` with a new client in it, which needs what every client needs: its sibling's entry under its own name, and
 * a link from the contract tests. So it can be installed without asking a registry for what is installed already.
 *
 * The text is edited, not written anew: pnpm's own way to write the file stays.
 *
 * @throws SpecError where the file is not laid out as pnpm writes it
 */
export function withImporter(lockfile: string, id: string, sibling: string): string {
  const entry = blockOf(lockfile, sibling).replace(`  packages/${sibling}:`, `  packages/${id}:`);
  const contract = blockOf(lockfile, "contract");
  const link = `      '@inv/${id}':\n        specifier: workspace:^\n        version: link:../${id}\n`;
  const linked = insert(contract, link, /^ {6}'?[^\s':]+'?:\n(?: {8}.*\n)+/gm);
  return insert(lockfile.replace(contract, linked), entry, /^ {2}packages\/[^\s:]+:.*\n(?: {4}.*\n)*\n/gm);
}

/** The entry of one package among the importers, with the blank line after it. */
function blockOf(lockfile: string, name: string): string {
  const [block] = new RegExp(`^ {2}packages/${name}:\\n(?: {4}.*\\n)+\\n`, "m").exec(lockfile) ?? [];
  if (block === undefined)
    throw new SpecError("output", "", `pnpm-lock.yaml has no packages/${name}; run \`npm run pnpm -- install\` first.`);
  return block;
}

/** Puts an entry before the first of those that come after it by name. */
function insert(text: string, entry: string, entries: RegExp): string {
  const found = [...text.matchAll(entries)];
  const after = found.find(([each]) => nameOf(each) > nameOf(entry));
  const last = found.at(-1);
  const at = after?.index ?? (last === undefined ? text.length : last.index + last[0].length);
  return `${text.slice(0, at)}${entry}${text.slice(at)}`;
}

function nameOf(entry: string): string {
  return /[^\s':]+/.exec(entry)?.[0] ?? "";
}
