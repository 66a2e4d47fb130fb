/**
 * Builds all packages, or one with what it needs (`--only NAME`), without a word unless that fails, then runs a file with
 * what is left of the arguments.
 */
import { spawnSync } from "node:child_process";

const words = process.argv.slice(2);
const only = words[0] === "--only" ? words.splice(0, 2)[1] : undefined;
const [file, ...rest] = words;
if (file === undefined) throw new Error("usage: node scripts/built.ts [--only NAME] FILE [ARGUMENT…]");

const filter = only === undefined ? [] : ["--filter", only];
const build = spawnSync("turbo", ["run", "build", ...filter, "--output-logs=errors-only"], {
  encoding: "utf8",
  shell: process.platform === "win32",
});
if (build.status !== 0) {
  console.error(`${build.stdout}${build.stderr}\n${only ?? "The packages"} could not be built.`);
  process.exit(1);
}
const { status, signal } = spawnSync(process.execPath, [file, ...rest], { stdio: "inherit" });
if (signal !== null) process.kill(process.pid, signal);
process.exitCode = status ?? 1;
