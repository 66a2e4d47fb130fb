import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SpecError } from "../error.ts";
import { stem } from "./fetch-page.ts";
import type { JsonObject } from "../json.ts";
import { mergeDocuments } from "../merge/merge.ts";
import { readDocument } from "../read.ts";
import { listOperations } from "../slice.ts";
import { readSource, upstreamAliases } from "./source.ts";
import type { Source } from "./source.ts";
import { toOpenApi3 } from "../swagger.ts";
import { parseVendored, sha256, updateVendored } from "./source-file.ts";
import type { VendoredPage } from "./source-file.ts";

/** A page as it was fetched or read. */
export interface GivenPage {
  /** Its address or path. */
  readonly from: string;
  /** What `SOURCE.md` calls it: the address, or the name of the file. */
  readonly page: string;
  readonly bytes: Uint8Array;
}

/** What vendoring would write. */
export interface Vendoring {
  /** By path below the repository's root. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly notes: readonly string[];
}

/**
 * Reads pages and merges their documents with those that are there already. Writes nothing.
 *
 * @throws SpecError for a page that cannot be taken, and for pages that cannot be merged
 */
export function planVendoring(root: string, provider: string, given: readonly GivenPage[], today: string): Vendoring {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(provider))
    throw new SpecError("name", "", `${JSON.stringify(provider)}: a provider's id is kebab-case.`);
  const folder = `specs/${provider}`;
  if (existsSync(join(root, folder, "openapi.yaml")))
    throw new SpecError("structure", "", `${folder} has an openapi.yaml of its own; remove that first.`);
  const sourceFile = `${folder}/SOURCE.md`;
  const text = existsSync(join(root, sourceFile))
    ? readFileSync(join(root, sourceFile), "utf8")
    : introduction(provider);
  const rows = new Map(parseVendored(text, sourceFile).map((row) => [row.file, row]));
  const upstream = join(root, folder, "upstream");
  const present = (existsSync(upstream) ? readdirSync(upstream) : []).filter((file) => /\.(ya?ml|json)$/.test(file));
  const parsed = new Map(present.map((file) => [file, readUpstream(root, `${folder}/upstream/${file}`)]));
  const sources = new Map<string, Source>();
  const replaced: string[] = [];
  for (const { from, page, bytes } of given) {
    const source = readSource(bytes, from);
    const own = fileOf(provider, page, source, rows);
    const file = parsed.has(own) ? own : (fileOfSame(source, parsed) ?? own);
    if (file !== own) replaced.push(`${from} describes the operations of ${file} and takes its place.`);
    const other = sources.get(file);
    if (other !== undefined)
      throw new SpecError("merge", "", `${other.name} and ${from} would both be ${folder}/upstream/${file}.`);
    sources.set(file, source);
    rows.set(file, toRow(file, page, source, rows.get(file), today));
  }
  const kept = [...parsed].filter(([file]) => !sources.has(file));
  const parts = [
    ...Array.from(sources.values(), ({ name, document }) => ({ name, document })),
    ...kept.map(([file, document]) => ({ name: `${folder}/upstream/${file}`, document })),
  ];
  const { notes } = mergeDocuments(parts);
  const files = new Map(Array.from(sources, ([file, { block }]) => [`${folder}/upstream/${file}`, block]));
  files.set(sourceFile, Buffer.from(updateVendored(text, [...rows.values()], sourceFile)));
  return { files, notes: [...replaced, ...notes] };
}

function readUpstream(root: string, name: string): JsonObject {
  return toOpenApi3(readDocument(join(root, name), { name, aliases: upstreamAliases }));
}

/** The file whose document describes just the operations of this one: a page may be saved, or move, under another name. */
function fileOfSame({ document }: Source, parsed: ReadonlyMap<string, JsonObject>): string | undefined {
  const wanted = namesOf(document);
  return wanted === "" ? undefined : [...parsed].find(([, each]) => namesOf(each) === wanted)?.[0];
}

function namesOf(document: JsonObject): string {
  return [...listOperations(document).keys()].toSorted().join("\n");
}

/** A page that is known stays in its file; another gets one of its own name. */
function fileOf(provider: string, page: string, { format }: Source, rows: ReadonlyMap<string, VendoredPage>): string {
  const known = [...rows.values()].find((row) => row.page === page);
  if (known !== undefined) return known.file;
  const slug = stem(page)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  const name = slug.startsWith(`${provider}-`) ? slug.slice(provider.length + 1) : slug;
  if (name === "" || name.length > 100)
    throw new SpecError("name", "", `${page}: no file can be named after this page; rename it.`);
  return `${name}.${format}`;
}

function toRow(
  file: string,
  page: string,
  source: Source,
  known: VendoredPage | undefined,
  today: string,
): VendoredPage {
  const pageSha256 = sha256(source.page);
  const blockSha256 = sha256(source.block);
  if (known?.pageSha256 === pageSha256 && known.blockSha256 === blockSha256) return known;
  // A page saved as a file is still the page whose address is known.
  const isAddress = page.includes("://") || known === undefined;
  return { file, page: isAddress ? page : known.page, read: today, pageSha256, blockSha256 };
}

function introduction(provider: string): string {
  return [
    `# ${provider}`,
    "",
    "`upstream/` holds the OpenAPI document of each page, byte for byte. It is never edited; `overlay.yaml` corrects it.",
    "Text around the documents is not copied.",
    "",
  ].join("\n");
}

/** Writes the files that differ and returns their paths. Each is complete or untouched, and none is behind a link. */
export function writeVendoring(root: string, { files }: Vendoring): string[] {
  const changed = [...files].filter(([path, bytes]) => {
    const file = join(root, path);
    for (let at = file; at.length > root.length; at = dirname(at))
      if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() === true)
        throw new SpecError("output", "", `${path} leads out of specs/ through a link; remove the link.`);
    return !existsSync(file) || !readFileSync(file).equals(bytes);
  });
  for (const [path, bytes] of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, `${path}.new`), bytes);
  }
  for (const [path] of changed) renameSync(join(root, `${path}.new`), join(root, path));
  return changed.map(([path]) => path);
}
