import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { stringify } from "yaml";
import { SpecError } from "../error.ts";
import { listOf, own, textOf } from "../json.ts";
import type { Problem } from "./exchanges.ts";

const rules = {
  struct: "error",
  "no-invalid-schema-examples": "error",
  "no-invalid-media-type-examples": "error",
  "no-invalid-parameter-examples": "error",
  "operation-operationId": "error",
  "operation-operationId-unique": "error",
  "path-parameters-defined": "error",
} as const;

/**
 * What redocly's rules say of these documents (JSON text by name), by name. They must have been checked for external
 * references before: redocly would follow them.
 */
export async function lintWithRedocly(
  documents: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, readonly Problem[]>> {
  const folder = mkdtempSync(join(tmpdir(), "inv-lint-"));
  try {
    writeFileSync(join(folder, "redocly.yaml"), stringify({ rules }));
    const files = Array.from(documents, ([name, text]) => {
      writeFileSync(join(folder, `${name}.json`), text);
      return `${name}.json`;
    });
    // One report per file, printed one after the other.
    const reports = (await run(folder, files)).split(/(?<=\n\})\s*(?=\{)/).map((report): unknown => JSON.parse(report));
    const found = new Map(Array.from(documents.keys(), (name): [string, Problem[]] => [name, []]));
    if (reports.length !== found.size)
      throw new Error(`redocly gave ${reports.length} reports for ${found.size} documents; its format has changed`);
    for (const { name, problem } of reports.flatMap(problemsOf)) found.get(name)?.push(problem);
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(folder: string, files: readonly string[]): Promise<string> {
  const cli = join(dirname(createRequire(import.meta.url).resolve("@redocly/cli/package.json")), "bin", "cli.js");
  const environment = {
    PATH: process.env["PATH"],
    REDOCLY_TELEMETRY: "off",
    REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
    NO_COLOR: "1",
  };
  const options = { cwd: folder, env: environment, maxBuffer: 64 * 1024 * 1024 };
  const words = [cli, "lint", ...files, "--config", "redocly.yaml", "--format", "json", "--max-problems", "1000"];
  // It follows references by recursion: a ring of 1,000 schemas needs more than the default.
  const parameters = ["--stack-size=7000", ...words];
  return new Promise((settle, fail) => {
    execFile(process.execPath, parameters, options, (error, stdout, stderr) => {
      // It exits 1 when it found something, which the output then says.
      if (stdout.trimStart().startsWith("{")) settle(stdout);
      else if (/call stack/.test(stderr) || (error?.signal ?? null) !== null)
        fail(new SpecError("too-complex", "#", "its schemas lead from one to the next too deeply; take a part of it."));
      else fail(new Error(`redocly did not run: ${stderr.trim() || (error?.message ?? "no reason given")}`));
    });
  });
}

function problemsOf(report: unknown): { name: string; problem: Problem }[] {
  const problems: unknown = Reflect.get(Object(report), "problems");
  if (!Array.isArray(problems)) throw new Error("redocly's report has no list of problems; its format has changed");
  return problems.map((entry) => {
    const [first] = listOf(entry, "location");
    const file = textOf(own(first, "source"), "ref");
    return {
      name: basename(file, ".json"),
      problem: {
        rule: textOf(entry, "ruleId"),
        pointer: textOf(first, "pointer") || "#/",
        message: textOf(entry, "message"),
      },
    };
  });
}
