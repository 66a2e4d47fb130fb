import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compare, valid } from "semver";
import { SpecError } from "../error.ts";
import { textOf } from "../json.ts";
import { parseDocument } from "../read.ts";

/** A release as git knows it. */
export interface Release {
  readonly tag: string;
  readonly version: string;
}

/** The last release of a package that git knows: its tag `@inv/<name>@<version>` reachable from HEAD, highest version by semver. */
export function lastRelease(root: string, name: string): Release | undefined {
  return listReleases(root, name, ["--merged=HEAD"]).at(-1);
}

/**
 * The last release of a package; where there is none, `otherwise` says what can be done instead.
 *
 * @throws SpecError `base` with what to do where there is none
 */
export function requireRelease(root: string, name: string, otherwise: string): Release {
  const release = lastRelease(root, name);
  if (release !== undefined) return release;
  throw new SpecError("base", "", whyNone(root, name, otherwise));
}

function whyNone(root: string, name: string, otherwise: string): string {
  const elsewhere = listReleases(root, name).at(-1);
  if (elsewhere === undefined && !isReleased(root, name)) return `@inv/${name} was never published; ${otherwise}.`;
  const missing = `there is no tag @inv/${name}@… in this history`;
  if (isShallow(root)) return `${missing}, and the clone is shallow: run \`git fetch --unshallow --tags\`.`;
  if (elsewhere === undefined)
    return `${missing}, but packages/${name}/package.json says that it was published: run \`git fetch --tags\`.`;
  return `${missing}, only ${elsewhere.tag} in another: merge the branch that was released, or name it: \`--base ${elsewhere.tag}\`.`;
}

/** Whether a package has a release: one that was never released stands at 0.0.0. */
export function isReleased(root: string, name: string): boolean {
  const file = join(root, `packages/${name}/package.json`);
  return existsSync(file) && versionIn(readFileSync(file), name) !== "0.0.0";
}

/** The version that a package.json says; undefined where there is neither. */
export function versionIn(manifest: Uint8Array | string | undefined, name: string): string | undefined {
  if (manifest === undefined) return undefined;
  const version = textOf(parseDocument(manifest, { name: `packages/${name}/package.json`, aliases: 0 }), "version");
  return valid(version) ?? undefined;
}

/** All tags of a package's releases, reachable from HEAD or not, the highest version last. */
function listReleases(root: string, name: string, filter: readonly string[] = []): Release[] {
  const start = `@inv/${name}@`;
  // Before the first commit nothing is reachable.
  if (commitOf(root, "HEAD") === undefined) return [];
  const refs = git(root, ["for-each-ref", ...filter, "--format=%(refname:strip=2)", `refs/tags/${start}*`]);
  return refs
    .toString("utf8")
    .split("\n")
    .filter((tag) => tag.startsWith(start) && valid(tag.slice(start.length)) === tag.slice(start.length))
    .map((tag) => ({ tag, version: tag.slice(start.length) }))
    .toSorted((one, other) => compare(one.version, other.version));
}

/** Whether git has only the latest part of the history. */
function isShallow(root: string): boolean {
  return git(root, ["rev-parse", "--is-shallow-repository"]).toString("utf8").trim() === "true";
}

/** The commit that a name stands for in this repository; undefined when it stands for none. */
export function commitOf(root: string, ref: string): string | undefined {
  const { status, stdout } = run(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  if (status === 0) return stdout.toString("utf8").trim();
  // Says whether it is the name that is wrong, or the folder.
  git(root, ["rev-parse", "--git-dir"]);
  return undefined;
}

/** A file as it was at a ref; undefined where the ref or the file is not there. */
export function fileAt(root: string, ref: string, path: string): Uint8Array | undefined {
  return filesAt(root, ref, [path], (each) => each === path).get(path);
}

/** The files below some paths at a ref, by their names from the root; none where the ref is not there. */
export function filesAt(
  root: string,
  ref: string,
  paths: readonly string[],
  isWanted: (path: string) => boolean,
): ReadonlyMap<string, Uint8Array> {
  const commit = commitOf(root, ref);
  if (commit === undefined) return new Map();
  const list = git(root, ["ls-tree", "-r", "-z", commit, "--", ...paths]);
  const entries = list
    .toString("utf8")
    .split("\0")
    .flatMap((line) => {
      const [, id, path] = /^100(?:644|755) blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return id !== undefined && path !== undefined && isWanted(path) ? [{ id, path }] : [];
    });
  if (entries.length === 0) return new Map();
  const batch = git(root, ["cat-file", "--batch"], entries.map(({ id }) => `${id}\n`).join(""));
  const files = new Map<string, Uint8Array>();
  let offset = 0;
  for (const { id, path } of entries) {
    const end = batch.indexOf("\n", offset);
    const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(batch.toString("utf8", offset, end)) ?? [];
    if (size === undefined)
      throw new SpecError("base", "", `git cannot read ${path} of ${ref} (${id}); fetch the repository again.`);
    files.set(path, Uint8Array.from(batch.subarray(end + 1, end + 1 + Number(size))));
    offset = end + 1 + Number(size) + 1;
  }
  return files;
}

function git(root: string, parameters: readonly string[], input?: string): Buffer {
  const { status, stdout, stderr } = run(root, parameters, input);
  if (status === 0) return stdout;
  const [reason = ""] = stderr.toString("utf8").trim().split("\n");
  throw new SpecError("base", "", `git cannot be asked for the last release: ${reason || "it ended without a word"}.`);
}

// Set in hooks: they would lead git to the repository of the hook, wherever it is run.
const elsewhere = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_COMMON_DIR: undefined,
  GIT_INDEX_FILE: undefined,
};

function run(root: string, parameters: readonly string[], input?: string) {
  const env = { ...process.env, ...elsewhere };
  const done = spawnSync("git", parameters, { cwd: root, env, input, maxBuffer: 2 ** 30, windowsHide: true });
  if (done.error !== undefined)
    throw new SpecError("base", "", `git cannot be run: ${done.error.message}; install it.`, { cause: done.error });
  return done;
}
