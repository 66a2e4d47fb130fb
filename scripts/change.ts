import type { Acceptance } from "@inv/bump";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { apply } from "./pipeline/change/applying.ts";
import type { Files } from "./pipeline/change/applying.ts";
import { planChange, writeInto } from "./pipeline/change/changing.ts";
import type { Changing } from "./pipeline/change/changing.ts";
import { readAcceptances, report, root, UsageError } from "./pipeline/command.ts";
import { toTable } from "./pipeline/compare/comparison-text.ts";
import { listProviders } from "./pipeline/effective.ts";
import { SpecError } from "./pipeline/error.ts";
import { Interrupted, interruptible, pause } from "./pipeline/change/interruption.ts";
import { holding, recover } from "./pipeline/change/journal.ts";
import { quote } from "./pipeline/names.ts";
import { sha256 } from "./pipeline/pages/source-file.ts";
import { refreshProvider } from "./pipeline/pages/refreshing.ts";
import { planVendoring } from "./pipeline/pages/vendoring.ts";
import type { GivenPage } from "./pipeline/pages/vendoring.ts";
import { toTerminalLine, toTerminalText } from "./pipeline/text.ts";
import { nextVersion } from "./pipeline/compare/version.ts";
import { inWorkingCopy, listFiles } from "./pipeline/working-copy.ts";
import { findProblems } from "./lint.ts";
import { give } from "./vendor.ts";

const usage =
  "Usage: npm run spec -- change <provider> [page or document…] [--from DIR | --refresh] [--accept POINTER --why TEXT]…";

interface Request {
  readonly provider: string;
  /** Files and addresses of pages. */
  readonly pages: readonly string[];
  /** Where the pages in `SOURCE.md` are looked at: in a folder, or at their addresses. */
  readonly look: { readonly from: string | undefined } | undefined;
  readonly accept: readonly Acceptance[];
}

/**
 * `change <provider> [page or document…] [--from DIR | --refresh]`: takes a provider's changed documents all the way: overlay,
 * lint, generated code, comparison with the last release, tests, changeset. The tree gets all of it or, where anything is
 * wrong or the process is ended, nothing.
 *
 * Resolves to 7 when the result is written and a person has to do the rest, or has to read a page first; to 3 when some page
 * could not be looked at, to 1 when the change is refused.
 */
export async function change(parameters: readonly string[], folder = root): Promise<number> {
  const request = understand(parameters, folder);
  let code = 1;
  const done = await report(request.provider, async () => {
    for (const line of recover(folder)) console.log(line);
    const taken = await takePages(folder, request);
    code = taken.code;
    if (code !== 0) return;
    try {
      code = await holding(folder, request.provider, ({ journal, note }) =>
        interruptible((signal) => {
          const before = fingerprint(folder, request.provider);
          const documents = planDocuments(folder, request.provider, taken.pages);
          return inWorkingCopy(folder, async (copy) => {
            note(copy);
            return carryOut({ folder, copy, journal, documents, before }, request, signal);
          });
        }),
      );
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      console.error(`${request.provider}: ${error.message}; every file is as it was.`);
      code = error.exitCode;
    }
  });
  return done ? code : 1;
}

interface Run {
  readonly folder: string;
  readonly copy: string;
  readonly journal: string;
  readonly documents: Files;
  /** The fingerprint of what was copied. */
  readonly before: string;
}

async function carryOut(
  { folder, copy, journal, documents, before }: Run,
  { provider, accept }: Request,
  signal: AbortSignal,
): Promise<number> {
  writeInto(copy, documents);
  await pause(signal);
  const problems = (await findProblems(copy, [provider])).get(provider) ?? [];
  for (const { rule, pointer, message } of problems)
    console.error(
      toTerminalText(
        `${pointer === "" ? provider : `packages/${provider}/openapi.json${pointer}`}: ${rule}: ${message}`,
      ),
    );
  if (problems.length > 0) {
    console.error(`${provider}: nothing was written. Correct this in specs/${provider}, then run the same again.`);
    return 1;
  }
  await pause(signal);
  const changing = await planChange({ root: folder, copy, provider, accept }, signal);
  await pause(signal);
  if (fingerprint(folder, provider) !== before)
    throw new SpecError("output", "", `its files were edited while this ran; nothing was written. Run it again.`);
  const written = apply(folder, journal, new Map([...documents, ...changing.files]));
  tell(provider, changing, written);
  const questions = changing.comparison?.changes.filter(({ undecided }) => undecided === true) ?? [];
  return changing.work.length + questions.length > 0 ? 7 : 0;
}

/** What the change is made from and what it writes, as it is now. */
function fingerprint(folder: string, provider: string): string {
  const folders = [`specs/${provider}/`, `packages/${provider}/`, ".changeset/"];
  const files = listFiles(folder).filter((file) => folders.some((each) => file.startsWith(each)));
  return sha256(files.map((file) => `${file} ${sha256(readFileSync(join(folder, file)))}`).join("\n"));
}

/** The pages that changed, or the exit code where there is nothing to go on with. */
async function takePages(
  folder: string,
  { provider, pages, look }: Request,
): Promise<{ code: number; pages: readonly GivenPage[] }> {
  const given: GivenPage[] = [];
  for (const page of pages) given.push(await give(page));
  if (look === undefined) return { code: 0, pages: given };
  const found = await refreshProvider(folder, provider, look.from, today());
  for (const line of found.lines) console.log(line);
  if (found.mustBeRead)
    console.error(
      `${provider}: nothing was written. Read this, change specs/${provider}/openapi.yaml where it is wrong now, note that with \`npm run spec -- refresh ${provider} --record\`, then run \`npm run spec -- change ${provider}\`.`,
    );
  return { code: found.mustBeRead ? 7 : found.cannotTell ? 3 : 0, pages: found.changed };
}

/** What the pages' documents put into `specs/`. */
function planDocuments(folder: string, provider: string, pages: readonly GivenPage[]): Files {
  if (pages.length === 0) return new Map();
  const { files, notes } = planVendoring(folder, provider, pages, today());
  for (const note of notes) console.log(`note: ${note}`);
  return files;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function tell(
  provider: string,
  { comparison, version, next, others, followers, doubles, work }: Changing,
  written: readonly string[],
): void {
  const name = `@inv/${provider}`;
  if (comparison === undefined) console.log(`first release: ${name} ${version} -> ${next}`);
  else {
    for (const { pointer } of comparison.outdated)
      console.log(`note: ${quote(pointer)} was accepted before and is no question any more.`);
    console.log(toTable(comparison, name));
  }
  if (comparison !== undefined && next !== nextVersion(version, comparison.bump))
    console.log(`With ${others.join(" and ")} it will be ${next}.`);
  for (const follower of followers) console.log(`${follower} follows with a patch, for its range ends before ${next}.`);
  for (const pointer of doubles)
    console.log(
      `note: a JavaScript number may not hold the figure at ${toTerminalLine(pointer)}; \`x-inv-type: decimal\` in the overlay makes it exact.`,
    );
  console.log(written.length === 0 ? "\nNothing had to be written." : "\nWritten:");
  for (const path of written) console.log(`  ${path}`);
  const questions = comparison?.changes.filter(({ undecided }) => undecided === true) ?? [];
  if (questions.length > 0) console.log("\nFor a person to decide; each is major until it is accepted with a reason:");
  for (const { pointer, message } of questions)
    console.log(
      `  ${quote(pointer)}: ${toTerminalLine(message)}\n    npm run spec -- change ${provider} --accept ${shell(pointer)} --why '…'`,
    );
  if (work.length > 0) console.log("\nFor a person to correct:");
  for (const { file, line, message } of work) console.log(`  ${file}:${line}: ${message}`);
  console.log(`\nNext: ${nextStep(written, work.length > 0)}`);
}

function nextStep(written: readonly string[], hasWork: boolean): string {
  if (hasWork) return "correct that by hand, run `npm test`, and commit it all together.";
  const changeset = written.find((path) => path.startsWith(".changeset/"));
  const also = changeset === undefined ? "" : ` and ${changeset}`;
  if (written.length > 0) return `read \`git diff\`${also}, run \`npm test\`, and commit.`;
  return "nothing; what is there is what the document says.";
}

/** A pointer as a shell takes it; one that cannot be printed has to be found in `diff --format json`. */
function shell(pointer: string): string {
  return /^[\x20-\x7e]+$/.test(pointer) ? `'${pointer.replaceAll("'", "'\\''")}'` : "POINTER";
}

function understand(parameters: readonly string[], folder: string): Request {
  const { values, positionals } = parse(parameters);
  const [provider, ...pages] = positionals;
  const { from, accept: pointers, why } = values;
  if (provider === undefined) throw new UsageError(usage);
  const all = listProviders(folder);
  if (!all.includes(provider))
    throw new UsageError(`there is no provider ${JSON.stringify(provider)}; there are ${all.join(", ")}.`);
  if ([pages.length > 0, from !== undefined, values.refresh].filter(Boolean).length > 1)
    throw new UsageError(`the pages come from one place: named one by one, --from DIR, or --refresh.\n\n${usage}`);
  if (from !== undefined && statSync(from, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`--from ${from}: there is no such folder.`);
  return {
    provider,
    pages,
    look: from !== undefined || values.refresh ? { from } : undefined,
    accept: readAcceptances(pointers, why),
  };
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      options: {
        from: { type: "string" },
        refresh: { type: "boolean", default: false },
        accept: { type: "string", multiple: true, default: [] },
        why: { type: "string", multiple: true, default: [] },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(usage, { cause: error });
  }
}

if (import.meta.main) process.exitCode = await change(process.argv.slice(2));
