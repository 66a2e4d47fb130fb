import { createHash } from "node:crypto";
import { SpecError } from "../error.ts";
import type { Section } from "./page.ts";

/** One document in `upstream/`, and the page that it is from. */
export interface VendoredPage {
  /** Below `upstream/`. */
  readonly file: string;
  /** The page's address, or the name of the file that it was read from. */
  readonly page: string;
  /** The day, UTC, on which it was read. */
  readonly read: string;
  readonly pageSha256: string;
  readonly blockSha256: string;
}

/** A page that a document was written from by hand. */
export interface ReadPage {
  readonly page: string;
  readonly read: string;
  readonly sections: readonly SectionHash[];
}

/** No text of the page is kept, only what tells whether it is still the same. */
export interface SectionHash {
  /** The first 16 hex digits of the SHA-256 of the heading; of headings of one name the second is `…-2`. */
  readonly heading: string;
  readonly sha256: string;
}

export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

const vendored = {
  open: "<!-- pages: kept by `npm run spec -- vendor`, read by `refresh` -->",
  close: "<!-- /pages -->",
};
const written = {
  open: "<!-- headings: kept by `npm run spec -- refresh --record` -->",
  close: "<!-- /headings -->",
};

/** The rows of `SOURCE.md` about documents in `upstream/`. */
export function parseVendored(text: string, name: string): VendoredPage[] {
  return rowsOf(text, vendored, name).map(({ cells, at }) => {
    const [file = "", page = "", read = "", pageSha256 = "", blockSha256 = ""] = cells;
    const isRow =
      cells.length === 5 &&
      /^[a-z0-9][a-z0-9.-]*$/.test(file) &&
      isDay(read) &&
      isHash(pageSha256) &&
      isHash(blockSha256);
    if (!isRow || page === "") throw new SpecError("page", "", `${at}: this row is not as \`vendor\` writes it.`);
    return { file, page, read, pageSha256, blockSha256 };
  });
}

export function updateVendored(text: string, pages: readonly VendoredPage[], name: string): string {
  const rows = pages
    .toSorted((one, other) => (one.file < other.file ? -1 : 1))
    .map(
      ({ file, page, read, pageSha256, blockSha256 }) =>
        `| ${file} | ${page} | ${read} | ${pageSha256} | ${blockSha256} |`,
    );
  const head = ["| File | Page | Read | SHA-256 of the page | SHA-256 of the block |", "|---|---|---|---|---|"];
  return replaceSection(text, vendored, [...head, ...rows], name);
}

/** The pages of `SOURCE.md` that a document was written from by hand, with the hashes of their sections. */
export function parseRead(text: string, name: string): ReadPage[] {
  const pages: { page: string; read: string; sections: SectionHash[] }[] = [];
  for (const { cells, at } of rowsOf(text, written, name)) {
    const [page = "", read = "", heading = "", hash = ""] = cells;
    // A page that nobody has recorded yet has no hashes.
    const isNew = heading === "" && hash === "";
    if (cells.length !== 4 || page === "" || !isDay(read) || !(isNew || (isHeading(heading) && isHash(hash))))
      throw new SpecError("page", "", `${at}: this row is not as \`refresh --record\` writes it.`);
    let known = pages.find((each) => each.page === page);
    if (known === undefined) pages.push((known = { page, read, sections: [] }));
    if (!isNew) known.sections.push({ heading, sha256: hash });
  }
  return pages;
}

export function updateRead(text: string, pages: readonly ReadPage[], name: string): string {
  const rows = pages.flatMap(({ page, read, sections }) =>
    sections.map(({ heading, sha256 }) => `| ${page} | ${read} | ${heading} | ${sha256} |`),
  );
  const head = ["| Page | Read | Heading | SHA-256 of its text |", "|---|---|---|---|"];
  return replaceSection(text, written, [...head, ...rows], name);
}

/** The hashes of a page's sections, in the order of the page. */
export function hashSections(sections: readonly Section[]): SectionHash[] {
  const seen = new Map<string, number>();
  return sections.map(({ heading, text }) => {
    const hash = sha256(heading).slice(0, 16);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return { heading: count === 1 ? hash : `${hash}-${count}`, sha256: sha256(text) };
  });
}

function isHeading(text: string): boolean {
  return /^[0-9a-f]{16}(-\d+)?$/.test(text);
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text);
}

interface Markers {
  readonly open: string;
  readonly close: string;
}

function rowsOf(text: string, { open, close }: Markers, name: string): { cells: string[]; at: string }[] {
  const lines = text.split("\n");
  const start = lines.indexOf(open);
  if (start === -1) return [];
  const end = lines.indexOf(close, start);
  if (end === -1) throw new SpecError("page", "", `${name}:${start + 1}: ${close} is missing below this line.`);
  return lines
    .slice(start + 1, end)
    .map((line, index) => ({ line, at: `${name}:${start + 2 + index}` }))
    .filter(({ line }) => line.startsWith("|"))
    .slice(2)
    .map(({ line, at }) => ({
      cells: line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
      at,
    }));
}

function replaceSection(text: string, { open, close }: Markers, rows: readonly string[], name: string): string {
  const lines = text.split("\n");
  const start = lines.indexOf(open);
  const section = [open, "", ...rows, "", close];
  if (start === -1) return `${[text.trimEnd(), "", ...section].join("\n").trimStart()}\n`;
  const end = lines.indexOf(close, start);
  if (end === -1) throw new SpecError("page", "", `${name}:${start + 1}: ${close} is missing below this line.`);
  return [...lines.slice(0, start), ...section, ...lines.slice(end + 1)].join("\n");
}
