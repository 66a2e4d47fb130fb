import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { listChanges } from "./difference.ts";
import { readEffective } from "../effective.ts";
import { SpecError } from "../error.ts";
import { fitExample } from "./examples.ts";
import { fetchPage, findPage, isUrl, readPage, stem } from "./fetch-page.ts";
import { own, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { isHtml, listJsonExamples, listSections } from "./page.ts";
import { readDocument } from "../read.ts";
import { readSource, upstreamAliases } from "./source.ts";
import { hashSections, parseRead, parseVendored, sha256, updateRead } from "./source-file.ts";
import type { ReadPage, VendoredPage } from "./source-file.ts";
import { toOpenApi3 } from "../swagger.ts";
import type { GivenPage } from "./vendoring.ts";
import { toTerminalLine } from "../text.ts";
import { methods } from "../walk.ts";

/** What became of one provider's pages. */
export interface Refresh {
  readonly lines: readonly string[];
  /** A person has to read this. */
  readonly mustBeRead: boolean;
  /** Some page could not be had, or is not what it was: nothing is known of it. */
  readonly cannotTell: boolean;
  /** The pages whose documents changed, as they are now. */
  readonly changed: readonly GivenPage[];
  /** The pages that the document was written from by hand, as they are now. */
  readonly read: readonly ReadPage[];
}

const maxChanges = 40;

/** Looks at the pages that a provider's `SOURCE.md` names: at their addresses, or in a folder. Writes nothing. */
export async function refreshProvider(
  root: string,
  provider: string,
  from: string | undefined,
  today: string,
): Promise<Refresh> {
  const name = `specs/${provider}/SOURCE.md`;
  const text = existsSync(join(root, name)) ? readFileSync(join(root, name), "utf8") : "";
  const lines: string[] = [];
  const changed: GivenPage[] = [];
  const read: ReadPage[] = [];
  let mustBeRead = false;
  let cannotTell = false;
  const attempt = async (page: string, look: () => Promise<void>): Promise<void> => {
    try {
      await look();
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      cannotTell = true;
      lines.push(`${provider}: ${toTerminalLine(page)}: cannot tell: ${toTerminalLine(error.message)}`);
    }
  };
  const fetched = async (page: string): Promise<Uint8Array> => {
    if (from !== undefined) return readPage(findPage(from, provider, page));
    if (!isUrl(page)) throw new SpecError("page", "", `its address is not known; give its folder with --from.`);
    return fetchPage(page);
  };
  const vendored = parseVendored(text, name);
  const written = parseRead(text, name);
  for (const row of vendored)
    await attempt(row.page, async () => {
      const bytes = await fetched(row.page);
      const found = compareBlock(root, provider, row, bytes);
      lines.push(...found.lines);
      if (found.isChanged) changed.push({ from: row.page, page: row.page, bytes });
    });
  for (const known of written)
    await attempt(known.page, async () => {
      const bytes = await fetched(known.page);
      if (isHtml(bytes)) throw new SpecError("page", "", "this is HTML, not the page's text.");
      const page = decode(bytes);
      const now = comparePage(known, page, readEffective(root, provider).document);
      read.push({ page: known.page, read: today, sections: hashSections(listSections(page)) });
      if (now.length > 0) mustBeRead = true;
      lines.push(`${provider}: ${known.page}: ${now.length > 0 ? "a person must read this" : "unchanged"}`, ...now);
    });
  if (vendored.length + written.length === 0) {
    cannotTell = true;
    lines.push(`${provider}: cannot tell: ${name} names no page.`);
  }
  return { lines, mustBeRead, cannotTell, changed, read };
}

/** `SOURCE.md` with the hashes of pages as they are now; pages that were not had keep theirs. */
export function record(text: string, now: readonly ReadPage[], name: string): string {
  const pages = parseRead(text, name).map((known) => {
    const page = now.find((each) => each.page === known.page);
    const isSame = page === undefined || JSON.stringify(page.sections) === JSON.stringify(known.sections);
    return isSame ? known : page;
  });
  return updateRead(text, pages, name);
}

function compareBlock(
  root: string,
  provider: string,
  { file, page, pageSha256, blockSha256 }: VendoredPage,
  bytes: Uint8Array,
): { lines: string[]; isChanged: boolean } {
  const name = `specs/${provider}/upstream/${file}`;
  const source = readSource(bytes, page);
  const isThere = existsSync(join(root, name));
  if (!isThere || sha256(readFileSync(join(root, name))) !== blockSha256)
    throw new SpecError("page", "", `${name} is ${isThere ? "not what SOURCE.md says" : "missing"}; vendor it again.`);
  if (sha256(source.block) === blockSha256) {
    const around = sha256(bytes) === pageSha256 ? "" : " (the text around the document is another)";
    return { lines: [`${provider}: ${page}: unchanged${around}`], isChanged: false };
  }
  const changes = listChanges(
    toOpenApi3(readDocument(join(root, name), { name, aliases: upstreamAliases })),
    source.document,
  );
  const count = changes.length === 1 ? "1 place" : `${changes.length} places`;
  return {
    isChanged: true,
    lines: [
      `${provider}: ${page}: changed${changes.length === 0 ? ", but only in how it is written" : ` in ${count}`}`,
      ...changes.slice(0, maxChanges).map(({ pointer, state }) => `  ${state.padEnd(7)} ${toTerminalLine(pointer)}`),
      ...(changes.length > maxChanges ? [`  and ${changes.length - maxChanges} more`] : []),
    ],
  };
}

/** What a person has to read: sections that are new, gone or different, and examples that our document does not allow. */
function comparePage({ page, sections: known }: ReadPage, text: string, document: JsonObject): string[] {
  const lines: string[] = [];
  const sections = listSections(text);
  if (sections.length === 0) throw new SpecError("page", "", "the page is empty.");
  const hashes = hashSections(sections);
  for (const [index, section] of sections.entries()) {
    const now = hashes[index];
    const before = known.find(({ heading }) => heading === now?.heading);
    if (before !== undefined && before.sha256 === now?.sha256) continue;
    const operations = citing(document, page, section.text);
    lines.push(
      `  ${before === undefined ? "new" : "changed"}: ${section.heading === "" ? "(before the first heading)" : JSON.stringify(toTerminalLine(section.heading))}`,
      `    cited by: ${operations.length === 0 ? "no operation" : operations.join(", ")}`,
      "    the page's own text, which nobody here vouches for:",
      ...section.text.split("\n").map((line) => `    | ${toTerminalLine(line)}`.trimEnd()),
    );
  }
  for (const { heading } of known)
    if (!hashes.some((now) => now.heading === heading)) lines.push(`  gone: the heading whose hash is ${heading}`);
  for (const { line, text: example } of listJsonExamples(text))
    for (const message of exampleProblems(document, example)) lines.push(`  example on line ${line}: ${message}`);
  return lines;
}

function exampleProblems(document: JsonObject, text: string): string[] {
  let example: Json;
  try {
    example = JSON.parse(text);
  } catch {
    return ["is no JSON."];
  }
  const fit = fitExample(document, example);
  if (fit === undefined) return ["our document has no JSON body to hold it against."];
  return fit.mismatches.map(
    ({ pointer, message }) => `nearest to ${fit.where}: ${toTerminalLine(`${pointer} ${message}`)}`,
  );
}

/** The operations that name a page as their source: those whose path is in this text, or all where none is. */
function citing(document: JsonObject, page: string, text: string): string[] {
  const cited = Object.entries(own(document, "paths") ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = own(item, method);
      const isCiting = textOf(operation, "description").includes(stem(page));
      return operation !== undefined && isCiting ? [{ path, id: textOf(operation, "operationId") }] : [];
    }),
  );
  const named = cited.filter(({ path }) => mentions(text, path));
  return (named.length > 0 ? named : cited).map(({ id }) => id);
}

/** Whether a text has this path, its parameters written in any way. */
function mentions(text: string, path: string): boolean {
  const pattern = path
    .split(/\{[^}]*\}/)
    .map((part) => part.replaceAll(/[^\w/]/g, "\\$&"))
    .join("[^/\\s`]+");
  return new RegExp(`${pattern}(?![\\w/{:])`).test(text);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new SpecError("page", "", "the page is not UTF-8.");
  }
}
