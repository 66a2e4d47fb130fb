import { format, formats } from "@inv/bump";
import type { Acceptance, Format } from "@inv/bump";
import { statSync } from "node:fs";
import { parseArgs } from "node:util";
import { readAcceptances, report, root, UsageError } from "./pipeline/command.ts";
import { baseAt, compareDocuments, compareWithRelease } from "./pipeline/compare/comparison.ts";
import type { Base, Comparison } from "./pipeline/compare/comparison.ts";
import { toMarkdown, toTable } from "./pipeline/compare/comparison-text.ts";
import { compareDeclarations, listTypedPackages } from "./pipeline/compare/compare-declarations.ts";
import { listProviders, readEffective } from "./pipeline/effective.ts";
import { readPage } from "./pipeline/pages/fetch-page.ts";
import { readSource } from "./pipeline/pages/source.ts";
import { toTerminalLine } from "./pipeline/text.ts";

const usage = `Usage: npm run spec -- diff <provider> [--base REF|FILE] [--format table|json|markdown] [--accept POINTER --why TEXT]…
       npm run spec -- diff --base FILE --revision FILE [--format …] [--accept POINTER --why TEXT]…
       npm run spec -- diff <package> [--base REF] [--format …]`;

/**
 * `diff <provider>`: what changed since the last release, from the point of view of a program that uses the client, and the
 * bump that follows; also of two files, or of the declarations of a package that is written in TypeScript.
 *
 * Resolves to 0 whatever the bump is, to 1 where there is nothing to compare.
 */
export async function diff(parameters: readonly string[], folder = root): Promise<number> {
  const { name, as, compare } = understand(parameters, folder);
  const done = await report(name ?? "diff", async () => {
    const comparison = compare();
    for (const { pointer } of comparison.outdated)
      console.error(`note: ${toTerminalLine(pointer)} was accepted in the changeset, and is no question any more.`);
    console.log(print(comparison, name, as));
  });
  return done ? 0 : 1;
}

function print(comparison: Comparison, name: string | undefined, as: Format): string {
  const known = name === undefined ? undefined : `@inv/${name}`;
  if (as === "json") return format(comparison, as).trimEnd();
  return as === "markdown" ? toMarkdown(comparison, known) : toTable(comparison, known);
}

interface Request {
  readonly name: string | undefined;
  readonly as: Format;
  readonly compare: () => Comparison;
}

function understand(parameters: readonly string[], folder: string): Request {
  const { values, positionals } = parse(parameters);
  const { base, revision, format: wanted, accept: pointers, why } = values;
  const [name, ...more] = positionals;
  const as = formats.find((each) => each === wanted);
  if (as === undefined) throw new UsageError(`--format ${wanted}: it is one of ${formats.join(", ")}.`);
  const accept = readAcceptances(pointers, why);
  if (more.length > 0) throw new UsageError(`one provider or package at a time; these are ${positionals.join(", ")}.`);
  if (revision !== undefined) {
    if (name !== undefined || base === undefined)
      throw new UsageError(`two files are compared with --base FILE --revision FILE, and no name.\n\n${usage}`);
    return { name, as, compare: () => compareDocuments(readBase(base), readBase(revision).document, accept) };
  }
  if (name === undefined) throw new UsageError(usage);
  const [providers, packages] = [listProviders(folder), listTypedPackages(folder)];
  if (providers.includes(name)) return { name, as, compare: () => compareProvider(folder, name, base, accept) };
  if (!packages.includes(name))
    throw new UsageError(
      `there is no provider and no package ${JSON.stringify(name)}; there are ${providers.join(", ")}, and ${packages.join(", ")}.`,
    );
  if (accept.length > 0)
    throw new UsageError(`${name} is compared by its types, which leave no questions: there is nothing to --accept.`);
  return { name, as, compare: () => compareDeclarations(folder, name, base) };
}

function compareProvider(
  folder: string,
  name: string,
  base: string | undefined,
  accept: readonly Acceptance[],
): Comparison {
  const { document } = readEffective(folder, name);
  if (base === undefined) return compareWithRelease(folder, name, document, accept);
  const isFile = statSync(base, { throwIfNoEntry: false })?.isFile() === true;
  return compareDocuments(isFile ? readBase(base) : baseAt(folder, base, name), document, accept);
}

function readBase(file: string): Base {
  return { name: file, version: undefined, document: readSource(readPage(file), file).document };
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      options: {
        base: { type: "string" },
        revision: { type: "string" },
        format: { type: "string", default: "table" },
        accept: { type: "string", multiple: true, default: [] },
        why: { type: "string", multiple: true, default: [] },
      },
      allowPositionals: true,
    });
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw new UsageError(`${reason}.\n\n${usage}`, { cause: error });
  }
}

if (import.meta.main) process.exitCode = await diff(process.argv.slice(2));
