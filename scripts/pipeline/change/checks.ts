import { spawn } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { isObject, listOf, own, textOf } from "../json.ts";
import type { Json } from "../json.ts";

/** Something that a person has to look at, by file and line. */
export interface Work {
  /** Below the root. */
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

const graceMs = 3_000;
const maxMessage = 240;
const maxFailures = 5;

/**
 * What of a working copy no longer holds after a provider's document changed: its contract tests, the package's own tests,
 * those of its adapter, and the types of all three.
 */
export async function runChecks(copy: string, provider: string, signal: AbortSignal): Promise<Work[]> {
  const inTurn = async () => [
    ...(await testClient(copy, provider, signal)),
    ...(await test(copy, "packages/core", [`test/${provider}.test.ts`], signal)),
  ];
  // Both have to be at their end before the copy is removed, also where one fails.
  const ends = await Promise.allSettled([checkTypes(copy, provider, signal), inTurn()]);
  return ends.flatMap((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
}

/** What of a client does not hold: its contract tests against Prism, and the package's own. */
export async function testClient(root: string, provider: string, signal: AbortSignal): Promise<Work[]> {
  return [
    ...(await test(root, "packages/contract", ["test/matrix.test.ts", "-t", `^${provider} `], signal)),
    ...(await test(root, `packages/${provider}`, ["test"], signal)),
  ];
}

/** The errors of the root's type check in the packages that a provider's client reaches. */
async function checkTypes(copy: string, provider: string, signal: AbortSignal): Promise<Work[]> {
  if (!existsSync(join(copy, "tsconfig.json"))) return [];
  const tsc = join(copy, "node_modules/typescript-7/bin/tsc");
  const { code, output } = await run(copy, [tsc, "--noEmit", "--pretty", "false"], signal);
  const errors = Array.from(
    output.matchAll(/^([^\s(][^(\n]*)\((\d+),\d+\): error (.*)$/gm),
    ([, file = "", line, message = ""]): Work => ({
      file: file.replaceAll("\\", "/"),
      line: Number(line),
      message: said(copy, message),
    }),
  );
  if (code !== 0 && errors.length === 0)
    return [{ file: "tsconfig.json", line: 1, message: `tsc ended with ${code}: ${said(copy, output)}` }];
  const concerned = [provider, "core", "contract"].map((name) => `packages/${name}/`);
  return errors.filter(({ file }) => concerned.some((folder) => file.startsWith(folder)));
}

/** The failures of some test files of a package, where there are any. */
async function test(
  copy: string,
  folder: string,
  [filter = "", ...more]: readonly string[],
  signal: AbortSignal,
): Promise<Work[]> {
  const cwd = join(copy, folder);
  const pattern = filter.endsWith(".ts") ? filter : `${filter}/**/*.test.ts`;
  if (globSync(pattern, { cwd }).length === 0) return [];
  const results = mkdtempSync(join(tmpdir(), "inv-results-"));
  try {
    const file = join(results, "results.json");
    const vitest = join(copy, "node_modules/vitest/vitest.mjs");
    const words = ["run", "--config", join(copy, "vitest.config.ts"), filter, ...more];
    const { code, output } = await run(cwd, [vitest, ...words, "--reporter=json", `--outputFile=${file}`], signal);
    const at = `${folder}/${filter}`;
    if (!existsSync(file)) return [{ file: at, line: 1, message: `vitest ended with ${code}: ${said(copy, output)}` }];
    const report: Json = JSON.parse(readFileSync(file, "utf8"));
    const failures = listOf(report, "testResults").flatMap((result) => failuresOf(copy, result));
    if (failures.length > 0) return failures;
    if (code !== 0) return [{ file: at, line: 1, message: `vitest ended with ${code}: ${said(copy, output)}` }];
    return own(report, "numPassedTests") === 0 ? [{ file: at, line: 1, message: "not one test ran." }] : [];
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

function failuresOf(copy: string, result: Json): Work[] {
  const file = relative(copy, textOf(result, "name")).split(sep).join("/");
  const failed = listOf(result, "assertionResults").filter((each) => textOf(each, "status") === "failed");
  const whole = textOf(result, "status") === "failed" && failed.length === 0;
  const tests = failed.map((each) => {
    const [message = ""] = listOf(each, "failureMessages");
    return { title: textOf(each, "fullName"), text: typeof message === "string" ? message : "" };
  });
  if (whole) tests.push({ title: "", text: textOf(result, "message") });
  const all = tests.map(({ title, text }): Work => {
    const place = placeIn(copy, text, file);
    return {
      file: place.file,
      line: place.line,
      message: said(copy, title === "" ? text : `${title.trim()}: ${text}`),
    };
  });
  const rest = all.length - maxFailures;
  if (rest <= 1) return all;
  return [...all.slice(0, maxFailures), { file, line: 1, message: `${rest} more tests fail.` }];
}

/** The line of the test that a stack names, or of whatever of the repository it names first. */
function placeIn(copy: string, stack: string, test: string): { file: string; line: number } {
  const places = stack.split(`${copy}${sep}`).flatMap((text) => {
    const [, path = "", line] = /^([^\s:()]+):(\d+)/.exec(text) ?? [];
    return path === "" || path.includes("node_modules")
      ? []
      : [{ file: path.split(sep).join("/"), line: Number(line) }];
  });
  return places.find(({ file }) => file === test) ?? places[0] ?? { file: test, line: 1 };
}

/** The first line of what a tool said, as it may be printed, with paths below the root. */
function said(copy: string, text: string): string {
  const lines = stripVTControlCharacters(text).split("\n");
  const line = lines.find((each) => each.trim() !== "") ?? "";
  const plain = line
    .replaceAll(`${copy}${sep}`, "")
    .replaceAll(/[\p{C}\u2028\u2029]/gu, " ")
    .trim();
  return plain.length > maxMessage ? `${plain.slice(0, maxMessage)}…` : plain;
}

/** Runs a script under this Node, and ends it with everything that it started when the signal aborts. */
async function run(
  cwd: string,
  words: readonly string[],
  signal: AbortSignal,
): Promise<{ code: number | string; output: string }> {
  signal.throwIfAborted();
  // A group of its own, so that what it starts can be ended with it.
  const isGroup = process.platform !== "win32";
  const child = spawn(process.execPath, words, {
    cwd,
    detached: isGroup,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, pnpm_config_verify_deps_before_run: "false" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const end = (name: NodeJS.Signals) => {
    if (child.pid === undefined) return;
    try {
      if (isGroup) process.kill(-child.pid, name);
      else child.kill(name);
    } catch (error) {
      if (!(isObject(error) && error["code"] === "ESRCH")) throw error;
    }
  };
  const stop = () => {
    end("SIGTERM");
    setTimeout(end, graceMs, "SIGKILL").unref();
  };
  signal.addEventListener("abort", stop);
  try {
    const code = await new Promise<number | string>((done, fail) => {
      child.on("error", fail);
      child.on("close", (status, name) => done(status ?? name ?? "nothing"));
    });
    signal.throwIfAborted();
    return { code, output };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
