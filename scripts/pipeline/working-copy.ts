import { execFileSync } from "node:child_process";
import {
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve, sep } from "node:path";

/**
 * Gives `use` a copy of the working tree: tracked and untracked files as they are now, ignored ones not, and no git. Tools are
 * the installed ones, and packages import the copy's own packages. The copy is removed afterwards, also when `use` throws.
 */
export async function inWorkingCopy<T>(root: string, use: (copy: string) => Promise<T>): Promise<T> {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), "inv-copy-")));
  try {
    const files = listFiles(root);
    for (const file of files) copyFile(join(root, file), join(copy, file));
    linkModules(root, copy, files);
    return await use(copy);
  } finally {
    // What a child that was ended is still writing would be in the way once.
    await rm(copy, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Tracked and untracked files by path below the root; those that are tracked but removed are not there. */
export function listFiles(root: string): string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    maxBuffer: Infinity,
  });
  return [...new Set(listed.toString("utf8").split("\0"))].filter(
    (file) => file !== "" && basename(file) !== "node_modules" && isFile(join(root, file)),
  );
}

function isFile(path: string): boolean {
  return existsSync(path) && !lstatSync(path).isDirectory();
}

function copyFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  if (lstatSync(from).isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else copyFileSync(from, to, constants.COPYFILE_FICLONE);
}

function linkModules(root: string, copy: string, files: readonly string[]): void {
  for (const file of files) {
    const folder = join(dirname(file), "node_modules");
    if (basename(file) === "package.json" && existsSync(join(root, folder))) copyLinks(root, copy, folder);
  }
}

/** Makes the links of one folder again, so that one to a package leads to the copy's; caches stay behind. */
function copyLinks(root: string, copy: string, folder: string): void {
  mkdirSync(join(copy, folder), { recursive: true });
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) symlinkSync(retarget(root, copy, path), join(copy, path), "junction");
    else if (entry.name.startsWith("@") || entry.name === ".bin") copyLinks(root, copy, path);
    else if (entry.isFile() && basename(folder) === ".bin") linkCommand(join(root, path), join(copy, path));
  }
}

/** A command finds what it starts from where it really is. */
function linkCommand(from: string, to: string): void {
  if (process.platform !== "win32") symlinkSync(from, to);
  else if (from.endsWith(".cmd")) writeFileSync(to, `@"${from}" %*\r\n`);
}

/**
 * Where a link has to lead. The store of installed packages is no part of the copy: an installation that some tool starts
 * there must not reach the real one.
 */
function retarget(root: string, copy: string, link: string): string {
  const target = resolve(dirname(join(root, link)), readlinkSync(join(root, link)));
  const [first = ".."] = relative(root, target).split(sep);
  if (first === ".." || first === "node_modules") return existsSync(target) ? realpathSync(target) : target;
  return relative(dirname(join(copy, link)), join(copy, relative(root, target)));
}
