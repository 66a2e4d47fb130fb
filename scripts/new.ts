import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { apply } from "./pipeline/change/applying.ts";
import { testClient } from "./pipeline/change/checks.ts";
import { Interrupted, interruptible } from "./pipeline/change/interruption.ts";
import { report, root, UsageError } from "./pipeline/command.ts";
import { toTerminalLine } from "./pipeline/text.ts";
import { holding, recover } from "./pipeline/change/journal.ts";
import { planProvider } from "./pipeline/new/provider.ts";
import type { NewProvider } from "./pipeline/new/provider.ts";
import { writeFiles } from "./pipeline/output.ts";
import { updateRootReadme } from "./pipeline/root-readme.ts";
import type { GivenPage } from "./pipeline/pages/vendoring.ts";
import { give } from "./vendor.ts";

const usage = 'Usage: npm run spec -- new <id> [page or document…] [--operations "GET /things/{id},listThings"]';
const maxNotes = 20;
const maxLines = 60;

/**
 * `new <id> [page or document…] [--operations LIST]`: everything of a new provider but its meaning, from these pages and
 * those that `vendor` has taken. Writes its document, client, README, changeset, shape-only simulator, and an adapter that
 * refuses until the questions in its test are answered; installs it and runs its contract tests.
 *
 * Resolves to 1 when it is refused, with nothing written, and to 7 when it is written and something has to be put right.
 */
export async function newProvider(parameters: readonly string[], folder = root): Promise<number> {
  const { id, pages, operations } = understand(parameters, folder);
  let code = 0;
  const done = await report(id, async () => {
    for (const line of recover(folder)) console.log(line);
    const given: GivenPage[] = [];
    for (const from of pages) given.push(await give(from));
    const today = new Date().toISOString().slice(0, 10);
    const plan = await planProvider(folder, id, given, operations, today);
    const written = await holding(folder, id, async ({ journal }) => apply(folder, journal, plan.files));
    const readme = updateRootReadme(folder);
    if (readme !== undefined)
      for (const { path } of writeFiles(folder, new Map([["README.md", readme]]))) written.push(path);
    for (const path of written.toSorted()) console.log(`${path}: written`);
    try {
      code = await finish(folder, id, plan);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      console.error(`${id}: ${error.message}; all files are written.`);
      code = error.exitCode;
    }
  });
  return done ? code : 1;
}

async function finish(folder: string, id: string, { notes, questions }: NewProvider): Promise<number> {
  const failed = steps(id).find((step) => !works(folder, step));
  if (failed === undefined) console.log("testing …");
  const work = failed === undefined ? await interruptible((signal) => testClient(folder, id, signal)) : [];
  console.log("");
  for (const note of notes.slice(0, maxNotes)) console.log(`note: ${toTerminalLine(note)}`);
  if (notes.length > maxNotes) console.log(`note: and ${notes.length - maxNotes} more`);
  if (notes.length > 0) console.log(`These stand in specs/${id}/SOURCE.md: each was decided without knowing.\n`);
  if (failed !== undefined) {
    console.error(`${id}: all files are written, but ${failed.problem}. Put it right, then run`);
    console.error(`  ${failed.again}`);
  } else if (work.length > 0) {
    console.error(`${id}: all files are written, but its tests against Prism or its own do not pass:`);
    for (const { file, line, message } of work) console.error(`  ${file}:${line}: ${message}`);
  } else
    console.log(
      `@inv/${id} is installed (pnpm-lock.yaml has it) and built; its own tests and its contract tests pass.`,
    );
  console.log(
    [
      "",
      "What is left for a person:",
      `  1. In packages/core/package.json add "@inv/${id}": "workspace:^" to the dependencies.`,
      "  2. npm run pnpm -- install",
      `  3. Read what was decided without knowing in specs/${id}/SOURCE.md; correct specs/${id}/overlay.yaml; npm run generate -- ${id}`,
      `  4. Answer the ${questions.length} questions in packages/core/test/${id}.test.ts, and write packages/core/src/adapters/${id}.ts.`,
      `  5. Write packages/${id}/README.md out: how to find ids, the limits.`,
      "  6. npm run changeset: a minor of @inv/core for the adapter, a minor of @inv/sim for the shape.",
      "  7. npm test",
    ].join("\n"),
  );
  return failed === undefined && work.length === 0 ? 0 : 7;
}

interface Step {
  /** Ways to do it; the next one is tried where one fails. */
  readonly commands: readonly (readonly string[])[];
  readonly doing: string;
  readonly problem: string;
  /** The same for a person. */
  readonly again: string;
}

function steps(id: string): readonly Step[] {
  const install = [process.execPath, "scripts/pnpm.mjs", "install", "--frozen-lockfile"];
  return [
    {
      commands: [[...install, "--offline"], install],
      doing: "installing",
      problem: "they could not be installed",
      again: "npm run pnpm -- install",
    },
    {
      commands: [["turbo", "run", "build", "--filter", `@inv/${id}`, "--output-logs=errors-only"]],
      doing: "building",
      problem: "the client could not be built",
      again: `npm run pnpm -- exec turbo run build --filter @inv/${id}`,
    },
  ];
}

/** Whether one of a step's commands succeeds. What they print is shown where none does. */
function works(folder: string, { commands, doing }: Step): boolean {
  console.log(`${doing} …`);
  let printed = "";
  for (const [command = "", ...words] of commands) {
    const { status, stdout, stderr, error } = spawnSync(command, words, {
      cwd: folder,
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: [join(folder, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
        TURBO_TELEMETRY_DISABLED: "1",
        NO_COLOR: "1",
      },
      maxBuffer: 64 * 1024 * 1024,
      // The tools are scripts with another ending there.
      shell: process.platform === "win32" && command !== process.execPath,
    });
    if (status === 0) return true;
    printed = error === undefined ? `${stdout}${stderr}` : error.message;
  }
  console.error(printed.split("\n").slice(-maxLines).join("\n").trimEnd());
  return false;
}

function understand(
  parameters: readonly string[],
  folder: string,
): {
  id: string;
  pages: readonly string[];
  operations: readonly string[] | undefined;
} {
  const { values, positionals } = parse(parameters);
  const [id, ...pages] = positionals;
  const isVendored = id !== undefined && existsSync(join(folder, "specs", id, "upstream"));
  if (id === undefined || (pages.length === 0 && !isVendored)) throw new UsageError(usage);
  const operations = values.operations?.split(",").map((each) => each.trim());
  if (operations?.some((each) => each === "")) throw new UsageError(`--operations: there is an empty name.\n${usage}`);
  return { id, pages, operations };
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      options: { operations: { type: "string" } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(usage, { cause: error });
  }
}

if (import.meta.main) process.exitCode = await newProvider(process.argv.slice(2));
