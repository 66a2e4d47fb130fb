/** Builds all packages, without a word unless that fails, then runs a file with what is left of the arguments. */
import { spawnSync } from "node:child_process";

const [file, ...rest] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node scripts/built.ts FILE [ARGUMENT…]");

const build = spawnSync("turbo", ["run", "build", "--output-logs=errors-only"], {
  encoding: "utf8",
  shell: process.platform === "win32",
});
if (build.status !== 0) {
  console.error(`${build.stdout}${build.stderr}\nThe packages could not be built.`);
  process.exit(1);
}
const { status, signal } = spawnSync(process.execPath, [file, ...rest], { stdio: "inherit" });
if (signal !== null) process.kill(process.pid, signal);
process.exitCode = status ?? 1;
