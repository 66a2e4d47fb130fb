import { bump, BumpError } from "@inv/bump";
import type { Acceptance, BumpResult } from "@inv/bump";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { changesetPath, parseAccepted } from "../change/changeset.ts";
import { toTerminalLine } from "../text.ts";
import { SpecError } from "../error.ts";
import type { JsonObject } from "../json.ts";
import { commitOf, fileAt, requireRelease, versionIn } from "./published.ts";
import { parseDocument } from "../read.ts";

/** What a change means, and what it was measured against. */
export interface Comparison extends BumpResult {
  /** `@inv/loop@1.2.0`, a ref, or a file. */
  readonly base: string;
  /** The version that the bump starts from; undefined where none is known. */
  readonly version: string | undefined;
  /** Acceptances recorded in the changeset that no question asks for any more. */
  readonly outdated: readonly Acceptance[];
}

/** A document to compare with. */
export interface Base {
  readonly name: string;
  readonly version: string | undefined;
  readonly document: JsonObject;
}

/**
 * Compares a document with the one of the last release. What a person has accepted in the provider's changeset counts,
 * and so does what is accepted here.
 *
 * @throws SpecError `base` where there is no release, `questions` for an acceptance of what is no question
 */
export function compareWithRelease(
  root: string,
  provider: string,
  now: JsonObject,
  accept: readonly Acceptance[] = [],
): Comparison {
  return compareDocuments(releasedBase(root, provider), now, accept, readAccepted(root, provider));
}

/** Compares two documents. Of the recorded acceptances those count that are still asked for; of the others all have to be. */
export function compareDocuments(
  { name, version, document }: Base,
  now: JsonObject,
  accept: readonly Acceptance[] = [],
  recorded: readonly Acceptance[] = [],
): Comparison {
  const attempt = (kind: "structure" | "questions", accept: readonly Acceptance[]): BumpResult => {
    try {
      return bump(document, now, { accept });
    } catch (error) {
      if (!(error instanceof BumpError)) throw error;
      throw new SpecError(kind, "", `compared with ${name}: ${toTerminalLine(error.message)}`, { cause: error });
    }
  };
  const result = attempt("structure", []);
  const questions = new Set(result.changes.flatMap((change) => (change.undecided === true ? [change.pointer] : [])));
  const given = new Set(accept.map(({ pointer }) => pointer));
  const others = recorded.filter(({ pointer }) => !given.has(pointer));
  const all = [...accept, ...others.filter(({ pointer }) => questions.has(pointer))];
  return {
    ...(all.length === 0 ? result : attempt("questions", all)),
    base: name,
    version,
    outdated: others.filter(({ pointer }) => !questions.has(pointer)),
  };
}

/** The document that was released last. */
function releasedBase(root: string, provider: string): Base {
  const { tag, version } = requireRelease(root, provider, "compare with a document that you have: `--base FILE`");
  return { name: tag, version, document: documentAt(root, tag, provider) };
}

/** A provider's document as it was at a ref. */
export function baseAt(root: string, ref: string, provider: string): Base {
  if (commitOf(root, ref) === undefined)
    throw new SpecError("base", "", `--base ${JSON.stringify(ref)}: there is neither such a file nor such a git ref.`);
  return {
    name: ref,
    version: versionIn(fileAt(root, ref, `packages/${provider}/package.json`), provider),
    document: documentAt(root, ref, provider),
  };
}

function documentAt(root: string, ref: string, provider: string): JsonObject {
  const path = `packages/${provider}/openapi.json`;
  const bytes = fileAt(root, ref, path);
  if (bytes === undefined) throw new SpecError("base", "", `there is no ${path} at ${ref}; name another \`--base\`.`);
  return parseDocument(bytes, { name: `${ref}:${path}`, aliases: 0 });
}

/** What people have accepted since the last release. */
export function readAccepted(root: string, provider: string): Acceptance[] {
  const file = join(root, changesetPath(provider));
  return existsSync(file) ? parseAccepted(readFileSync(file, "utf8")) : [];
}
