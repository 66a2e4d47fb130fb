import { BumpError, bumpDeclarations, largest } from "@inv/bump";
import type { BumpResult, Change, Declarations } from "@inv/bump";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Comparison } from "./comparison.ts";
import { declare, sourcesAt, sourcesIn } from "./declarations.ts";
import { SpecError } from "../error.ts";
import { own } from "../json.ts";
import { requireRelease, versionIn } from "./published.ts";
import { parseDocument } from "../read.ts";

/** The public packages that are no clients of a provider: what they promise is their types. */
export function listTypedPackages(root: string): string[] {
  return globSync("packages/*/package.json", { cwd: root })
    .map((file) => file.split(/[\\/]/)[1] ?? "")
    .filter((name) => !existsSync(join(root, "specs", name)) && !isPrivate(root, name))
    .toSorted();
}

function isPrivate(root: string, name: string): boolean {
  const path = `packages/${name}/package.json`;
  return own(parseDocument(readFileSync(join(root, path)), { name: path, aliases: 0 }), "private") === true;
}

/**
 * Compares what a package of ours declares in the working tree with its last release, or with a ref: every entry that can
 * be imported. A pointer is the entry's name and what it exports: `@inv/core/adapters/loop#loop`.
 *
 * @throws SpecError `base` where there is no release, or one of the two does not compile
 */
export function compareDeclarations(root: string, name: string, base: string | undefined): Comparison {
  const from =
    base === undefined
      ? requireRelease(root, name, "compare with a commit: `--base REF`")
      : { tag: base, version: undefined };
  const before = sourcesAt(root, from.tag);
  const old = declare(root, before, name, `at ${from.tag}`);
  const now = declare(root, sourcesIn(root), name, "in the working tree");
  const changes: Change[] = [];
  for (const key of new Set([...old.keys(), ...now.keys()]))
    changes.push(...compareEntry(`@inv/${name}${key.slice(1)}`, old.get(key), now.get(key)));
  changes.sort((one, other) => order.indexOf(one.bump) - order.indexOf(other.bump));
  return {
    bump: largest(changes.map(({ bump }) => bump)),
    changes,
    base: from.tag,
    version: from.version ?? versionIn(before.get(`packages/${name}/package.json`), name),
    outdated: [],
  };
}

const order = ["major", "minor", "patch", "none"];

function compareEntry(entry: string, old: Declarations | undefined, now: Declarations | undefined): readonly Change[] {
  if (old === undefined)
    return [{ bump: "minor", pointer: entry, message: "can be imported now", evidence: `- (nothing)\n+ ${entry}` }];
  if (now === undefined)
    return [
      { bump: "major", pointer: entry, message: "cannot be imported any more", evidence: `- ${entry}\n+ (nothing)` },
    ];
  if (textOf(old) === textOf(now)) return [];
  return prove(entry, old, now).changes.map((change) =>
    Object.assign({}, change, { pointer: change.pointer === "." ? entry : `${entry}#${change.pointer}` }),
  );
}

/** Declarations with the same text need no proof. */
function textOf({ files }: Declarations): string {
  const paths = [...files.keys()].filter((path) => !path.endsWith("/package.json"));
  return JSON.stringify(paths.toSorted().map((path) => [path, files.get(path)]));
}

function prove(entry: string, old: Declarations, now: Declarations): BumpResult {
  try {
    return bumpDeclarations(old, now);
  } catch (error) {
    if (!(error instanceof BumpError)) throw error;
    throw new SpecError("base", "", `${entry}: ${error.message}`, { cause: error });
  }
}
