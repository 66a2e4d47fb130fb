import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { SpecError } from "../error.ts";
import { listOf, own, textOf } from "../json.ts";
import { parseDocument } from "../read.ts";
import { sha256 } from "../pages/source-file.ts";

/** Files by path below the root; `undefined` for one that goes. */
export type Files = ReadonlyMap<string, Uint8Array | undefined>;

interface Entry {
  readonly path: string;
  /** The name of the copy of what was there; empty where nothing was. */
  readonly original: string;
  /** Of what is written; empty for a file that goes. */
  readonly sha256: string;
}

/** The files that would change a tree. */
export function listDifferent(root: string, files: Files): string[] {
  return [...files]
    .filter(([path, bytes]) => {
      const file = join(root, path);
      if (bytes === undefined || !existsSync(file)) return bytes !== undefined || existsSync(file);
      return !readFileSync(file).equals(bytes);
    })
    .map(([path]) => path);
}

/**
 * Writes all of these files or none of them, and returns the paths of those that changed. What it takes to undo this is kept
 * in `journal` until the last is written, so that {@link undo} can do so after the process was killed.
 *
 * @throws SpecError `output` when one cannot be written; then all are as they were
 */
export function apply(root: string, journal: string, files: Files): string[] {
  const changed = listDifferent(root, files);
  for (const path of changed) checkPlace(root, path);
  if (changed.length === 0) return [];
  const folders = changed.flatMap((path) => missingFolders(root, path));
  keep(root, journal, changed, folders, files);
  try {
    for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
    for (const path of changed) writeBeside(root, path, files.get(path));
    for (const path of changed) {
      if (files.get(path) === undefined) rmSync(join(root, path));
      else renameSync(`${join(root, path)}.new`, join(root, path));
    }
  } catch (error) {
    undo(root, journal);
    const reason = error instanceof Error ? error.message : String(error);
    throw new SpecError("output", "", `${reason}; every file is as it was.`, { cause: error });
  }
  rmSync(join(journal, "journal.json"));
  return changed;
}

/**
 * Puts a tree back to where it was before {@link apply} began, and returns the paths that it had to touch.
 *
 * @throws SpecError `output` for a file that was edited since; the others are as they were
 */
export function undo(root: string, journal: string): string[] {
  const file = join(journal, "journal.json");
  if (!existsSync(file)) return [];
  const { entries, folders } = readJournal(file);
  const touched: string[] = [];
  const edited: Entry[] = [];
  for (const entry of entries) {
    const target = join(root, entry.path);
    const original = entry.original === "" ? undefined : join(journal, entry.original);
    const beside = lstatSync(`${target}.new`, { throwIfNoEntry: false });
    if (beside?.isFile() === true) rmSync(`${target}.new`);
    const [now, before] = [hashOf(target), original === undefined ? "" : hashOf(original)];
    if (now === before) continue;
    if (now !== entry.sha256) {
      edited.push(entry);
      continue;
    }
    if (original === undefined) rmSync(target);
    else {
      copyFileSync(original, `${target}.new`);
      renameSync(`${target}.new`, target);
    }
    touched.push(entry.path);
  }
  const [first] = edited;
  if (first !== undefined)
    throw new SpecError(
      "output",
      "",
      `${edited.map(({ path }) => path).join(", ")}: edited after a change was cut short. What stood there before is in ${join(journal, first.original)}; keep what you want of both, then remove ${journal}.`,
    );
  for (const folder of folders.toReversed()) if (existsSync(join(root, folder))) removeEmpty(join(root, folder));
  rmSync(file);
  return touched;
}

/** Keeps what was there, and only then says that writing begins. */
function keep(
  root: string,
  journal: string,
  changed: readonly string[],
  folders: readonly string[],
  files: Files,
): void {
  mkdirSync(journal, { recursive: true });
  const entries = changed.map((path, index): Entry => {
    const target = join(root, path);
    const bytes = files.get(path);
    const original = existsSync(target) ? `original-${index}` : "";
    if (original !== "") {
      copyFileSync(target, join(journal, original));
      // A loss of power may be what ends this.
      flush(join(journal, original));
    }
    return { path, original, sha256: bytes === undefined ? "" : sha256(bytes) };
  });
  const file = join(journal, "journal.json");
  writeFileSync(`${file}.new`, `${JSON.stringify({ entries, folders }, null, 2)}\n`, { flush: true });
  renameSync(`${file}.new`, file);
}

function flush(file: string): void {
  const descriptor = openSync(file, "r+");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function readJournal(file: string): { entries: Entry[]; folders: string[] } {
  const journal = parseDocument(readFileSync(file), { name: file, aliases: 0 });
  const entries = listOf(journal, "entries").map((entry) => ({
    path: textOf(entry, "path"),
    original: textOf(entry, "original"),
    sha256: textOf(entry, "sha256"),
  }));
  const folders = listOf(journal, "folders").filter((folder) => typeof folder === "string");
  if (own(journal, "folders") === undefined || entries.some(({ path }) => path === ""))
    throw new SpecError("output", "", `${file} is not as \`change\` writes it.`);
  return { entries, folders };
}

function writeBeside(root: string, path: string, bytes: Uint8Array | undefined): void {
  if (bytes === undefined) return;
  const target = join(root, path);
  writeFileSync(`${target}.new`, bytes, { flag: "wx", flush: true });
  if (existsSync(target)) chmodSync(`${target}.new`, statSync(target).mode);
}

function checkPlace(root: string, path: string): void {
  const refuse = (message: string): never => {
    throw new SpecError("output", "", `${path} ${message}`);
  };
  for (let at = path; at !== "."; at = dirname(at))
    if (lstatSync(join(root, at), { throwIfNoEntry: false })?.isSymbolicLink() === true)
      refuse("is behind a link; remove the link.");
  if (lstatSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() === true) refuse("is a folder; remove it.");
  if (lstatSync(`${join(root, path)}.new`, { throwIfNoEntry: false }) !== undefined)
    refuse(`cannot be written while ${path}.new is there; remove that.`);
}

function missingFolders(root: string, path: string): string[] {
  const missing: string[] = [];
  for (let at = dirname(path); at !== "." && !existsSync(join(root, at)); at = dirname(at)) missing.unshift(at);
  return missing;
}

/** Whoever put something into it since keeps it. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOTEMPTY")) throw error;
  }
}

function hashOf(file: string): string {
  return existsSync(file) ? sha256(readFileSync(file)) : "";
}
