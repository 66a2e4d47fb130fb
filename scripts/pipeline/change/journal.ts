import { execFileSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { undo } from "./applying.ts";
import { SpecError } from "../error.ts";

/** What one run holds while it works on a provider, so that no other does. */
export interface Hold {
  /** Where it keeps what it takes to undo what it writes. */
  readonly journal: string;
  /** Notes the working copy, so that a later run can remove it where this one is killed. */
  readonly note: (copy: string) => void;
}

/**
 * Runs `use` while no other run works on this provider.
 *
 * @throws SpecError `output` where one does
 */
export async function holding<T>(root: string, provider: string, use: (hold: Hold) => Promise<T>): Promise<T> {
  const journal = join(journalsOf(root), provider);
  const release = acquire(journal, provider);
  try {
    if (existsSync(join(journal, "journal.json")))
      throw new SpecError("output", "", `another change of ${provider} has just been cut short; run this again.`);
    return await use({ journal, note: (copy) => writeFileSync(join(journal, "copy"), copy) });
  } finally {
    release();
  }
}

/**
 * Puts right what killed runs left behind, of whatever provider, and says so.
 *
 * @throws SpecError `output` where a file was edited since
 */
export function recover(root: string): string[] {
  const journals = journalsOf(root);
  const lines: string[] = [];
  for (const provider of existsSync(journals) ? readdirSync(journals).toSorted() : []) {
    const journal = join(journals, provider);
    const holder = holderOf(journal);
    if (holder !== undefined && isAlive(holder)) continue;
    const release = acquire(journal, provider);
    try {
      const note = join(journal, "copy");
      const copy = existsSync(note) ? readFileSync(note, "utf8") : "";
      if (basename(copy).startsWith("inv-copy-")) rmSync(copy, { recursive: true, force: true });
      const files = undo(root, journal);
      if (files.length > 0)
        lines.push(
          `${provider}: an earlier change was cut short while it wrote; these files are again as they were before it:`,
          ...files.map((path) => `  ${path}`),
        );
    } finally {
      release();
    }
  }
  return lines;
}

/** In git's own folder, which nothing that cleans up a working tree touches. */
function journalsOf(root: string): string {
  const path = execFileSync("git", ["rev-parse", "--git-path", "inv-change"], { cwd: root, encoding: "utf8" });
  return resolve(root, path.trimEnd());
}

function acquire(journal: string, provider: string): () => void {
  mkdirSync(journal, { recursive: true });
  const lock = join(journal, "lock");
  const own = `${lock}-${process.pid}`;
  const stale = holderOf(journal);
  writeFileSync(own, String(process.pid));
  try {
    if (stale !== undefined && !isAlive(stale)) remove(lock, stale);
    // Appears with what it holds, or not at all.
    linkSync(own, lock);
  } catch (error) {
    const holder = holderOf(journal);
    const who = holder === undefined ? "" : ` (process ${holder})`;
    throw new SpecError("output", "", `another change of ${provider} is running${who}; wait for its end.`, {
      cause: error,
    });
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    // What could not be undone is still needed.
    if (existsSync(join(journal, "journal.json"))) rmSync(lock, { force: true });
    else rmSync(journal, { recursive: true, force: true });
  };
}

/** Removes the lock of a run that is gone, unless another has taken it over in this moment. */
function remove(lock: string, stale: number): void {
  const aside = `${lock}-${process.pid}-stale`;
  renameSync(lock, aside);
  if (Number(readFileSync(aside, "utf8")) !== stale) renameSync(aside, lock);
  else rmSync(aside);
}

function holderOf(journal: string): number | undefined {
  const lock = join(journal, "lock");
  return existsSync(lock) ? Number(readFileSync(lock, "utf8")) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
