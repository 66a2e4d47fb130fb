import { largest } from "@inv/bump";
import type { Acceptance } from "@inv/bump";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { Files } from "./applying.ts";
import { changesetPath, firstChangesetPath, listPending, toChangeset } from "./changeset.ts";
import { runChecks } from "./checks.ts";
import type { Work } from "./checks.ts";
import { compareWithRelease } from "../compare/comparison.ts";
import type { Comparison } from "../compare/comparison.ts";
import { describeChange } from "./describe-change.ts";
import type { Version } from "./describe-change.ts";
import { adapterWork, addressWork } from "./hand-written.ts";
import { entriesOf, own, textOf } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { listDoubles } from "../lint/document.ts";
import { planFiles } from "../output.ts";
import { generateProvider, outputsOf } from "../provider.ts";
import type { Output } from "../provider.ts";
import { fileAt, filesAt, isReleased } from "../compare/published.ts";
import { parseDocument } from "../read.ts";
import { nextVersion } from "../compare/version.ts";

/** What a changed document comes to. */
export interface Changing {
  /** Everything that has to be written. */
  readonly files: Files;
  /** Undefined for a package that was never released. */
  readonly comparison: Comparison | undefined;
  readonly version: string;
  /** The version that follows from all changesets. */
  readonly next: string;
  /** Those of them that are written by hand. */
  readonly others: readonly string[];
  /** Other packages that are released with it, since their range does not reach the next version. */
  readonly followers: readonly string[];
  /** Where the document has a number now that clients have as a double. */
  readonly doubles: readonly string[];
  readonly work: readonly Work[];
}

/** A provider whose documents stand, changed, in a working copy of `root`. */
export interface Subject {
  readonly root: string;
  readonly copy: string;
  readonly provider: string;
  readonly accept: readonly Acceptance[];
}

/**
 * Generates, compares with the last release, writes the changeset, and runs the checks in the working copy. Nothing outside
 * of that is written.
 *
 * @throws SpecError for a document that is refused
 */
export async function planChange(subject: Subject, signal: AbortSignal): Promise<Changing> {
  const { root, copy, provider, accept } = subject;
  const outputs = await generateProvider(copy, provider);
  const { files: generated, readmeProblem } = outputs;
  if (readmeProblem !== undefined) throw readmeProblem;
  const files = new Map(outputsOf(outputs).flatMap((output) => listChanged(root, copy, output)));
  const document = parseDocument(generated.get("openapi.json") ?? "", { name: "the document", aliases: 0 });
  const version = versionOf(copy, provider);
  const comparison = isReleased(root, provider) ? compareWithRelease(root, provider, document, accept) : undefined;
  const before = comparison === undefined ? undefined : readRelease(root, comparison.base, provider);
  for (const [path, text] of changesets(subject, generated, document, comparison, before))
    files.set(path, text === undefined ? undefined : Buffer.from(text));
  const mine = `${provider}-document.md`;
  const others = [...listPending(root, `@inv/${provider}`)].filter(([file]) => file !== mine);
  const next = nextVersion(version, largest([comparison?.bump ?? "major", ...others.map(([, bump]) => bump)]));
  writeInto(copy, files);
  const work = [
    ...addressWork(copy, provider, before?.document, document),
    ...(before === undefined ? [] : adapterWork(copy, provider, before, { document, generated })),
    ...(await runChecks(copy, provider, signal)),
  ];
  const followers = next.split(".")[0] === version.split(".")[0] ? [] : listDependents(copy, provider);
  const known = new Set(before === undefined ? [] : listDoubles(before.document));
  return {
    files,
    comparison,
    version,
    next,
    others: others.map(([file]) => `.changeset/${file}`),
    followers,
    doubles: listDoubles(document).filter((pointer) => !known.has(pointer)),
    work,
  };
}

/** The files of one folder that have to be written or removed, by path below the root. */
function listChanged(root: string, copy: string, { packageFolder, files }: Output): [string, Uint8Array | undefined][] {
  const folder = relative(copy, packageFolder).split(sep).join("/");
  return planFiles(join(root, folder), files).map(({ path }) => {
    const text = files.get(path);
    return [folder === "" ? path : `${folder}/${path}`, text === undefined ? undefined : Buffer.from(text)];
  });
}

/** Puts files into a tree that nobody else sees. */
export function writeInto(copy: string, files: Files): void {
  for (const [path, bytes] of files) {
    const file = join(copy, path);
    mkdirSync(dirname(file), { recursive: true });
    if (bytes === undefined) rmSync(file, { force: true });
    else writeFileSync(file, bytes);
  }
}

function* changesets(
  { root, provider }: Subject,
  generated: ReadonlyMap<string, string>,
  document: JsonObject,
  comparison: Comparison | undefined,
  before: Version | undefined,
): Generator<[path: string, text: string | undefined]> {
  const path = changesetPath(provider);
  if (comparison === undefined || before === undefined) {
    const first = firstChangesetPath(provider);
    if (!existsSync(join(root, first)))
      yield [first, toChangeset({ provider, bump: "major", summary: "First release.", accepted: [] })];
    if (existsSync(join(root, path))) yield [path, undefined];
  } else if (comparison.bump === "none") {
    if (existsSync(join(root, path))) yield [path, undefined];
  } else {
    const accepted = new Map(
      comparison.changes.flatMap(({ pointer, accepted: why }) => (why === undefined ? [] : [[pointer, why] as const])),
    );
    const after = { document, generated };
    yield [
      path,
      toChangeset({
        provider,
        bump: comparison.bump,
        summary: describeChange(provider, before, after, comparison),
        accepted: Array.from(accepted, ([pointer, why]) => ({ pointer, why })),
      }),
    ];
  }
}

/** The document and the code as they were released. */
function readRelease(root: string, ref: string, provider: string): Version {
  const folder = `packages/${provider}`;
  const bytes = fileAt(root, ref, `${folder}/openapi.json`) ?? Buffer.from("{}");
  const document = parseDocument(bytes, { name: `${ref}:${folder}/openapi.json`, aliases: 0 });
  const sources = filesAt(root, ref, [`${folder}/src/generated`], (path) => path.endsWith(".ts"));
  const generated = Array.from(
    sources,
    ([path, text]) => [path.slice(folder.length + 1), Buffer.from(text).toString("utf8")] as const,
  );
  return { document, generated: new Map(generated) };
}

function versionOf(root: string, provider: string): string {
  return textOf(readManifest(join(root, "packages", provider, "package.json")), "version");
}

/** The released packages that depend on a provider's client. */
function listDependents(root: string, provider: string): string[] {
  return globSync("packages/*/package.json", { cwd: root })
    .map((file) => readManifest(join(root, file)))
    .filter((manifest) => own(manifest, "private") !== true && textOf(manifest, "version") !== "0.0.0")
    .filter((manifest) => entriesOf(manifest, "dependencies").some(([name]) => name === `@inv/${provider}`))
    .map((manifest) => textOf(manifest, "name"))
    .toSorted();
}

function readManifest(file: string): JsonObject {
  return parseDocument(readFileSync(file), { name: file, aliases: 0 });
}
