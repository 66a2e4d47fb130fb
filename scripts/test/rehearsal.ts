import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../pipeline/command.ts";
import { manifestOf } from "./registry.ts";

/** What a command printed on both of its streams, and how it ended. */
export interface Printed {
  readonly code: number | null;
  readonly text: string;
}

/** A copy of this repository, in a git and with tools of its own. */
export interface Clone {
  /** Where it lies, with room beside it. */
  readonly folder: string;
  readonly path: string;
  /** Runs a command there, whatever it ends with. */
  readonly attempt: (words: readonly string[]) => Promise<Printed>;
  /** Runs a command there, which has to succeed; resolves to what it printed. */
  readonly run: (words: readonly string[], environment?: Readonly<Record<string, string>>) => Promise<string>;
  /** The published packages and their versions. */
  readonly versions: () => Record<string, string>;
}

// What is installed comes from pnpm's store, and what is known of it from pnpm's cache. A registry is asked only where that
// is empty, as on a machine that has never installed anything but from the lockfile.
const local = {
  pnpm_config_prefer_offline: "true",
  pnpm_config_minimum_release_age: "0",
  TURBO_TELEMETRY_DISABLED: "1",
};

/** Gives `use` a clone of this working tree, where commands do what they do for a maintainer; removed afterwards. */
export async function withClone<T>(use: (clone: Clone) => Promise<T>): Promise<T> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "inv-rehearsal-")));
  const path = join(folder, "inv");
  const clone: Clone = {
    folder,
    path,
    attempt: (words) => attempt(path, words, local),
    run: (words, environment) => run(path, words, { ...local, ...environment }),
    versions: () => versionsIn(path),
  };
  try {
    copyTree(path);
    await clone.run(["git", "init", "--quiet", "--initial-branch=main"]);
    await clone.run(["git", "config", "user.name", "rehearsal"]);
    await clone.run(["git", "config", "user.email", "rehearsal@example.com"]);
    await clone.run(["pnpm", "install", "--frozen-lockfile"]);
    await commit(clone, "rehearsal");
    return await use(clone);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Commits all that has changed. */
export async function commit({ run }: Clone, message: string): Promise<void> {
  await run(["git", "add", "--all"]);
  await run(["git", "commit", "--quiet", "--allow-empty", `--message=${message}`]);
}

/** Runs a command, which has to succeed, and resolves to what it printed. */
export async function run(
  cwd: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const { code, text } = await attempt(cwd, words, environment);
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}\n${text}`);
  return text;
}

function copyTree(to: string): void {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of listed.split("\0")) {
    if (file === "" || !existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(root, file), join(to, file));
  }
}

function versionsIn(path: string): Record<string, string> {
  const folders = globSync("packages/*/", { cwd: path }).toSorted();
  const published = folders.map((each) => manifestOf(join(path, each))).filter((each) => each.private !== true);
  return Object.fromEntries(published.map(({ name, version }) => [name, version]));
}

/** The environment without what npm, pnpm and vitest add to it for the commands that they run. */
function outerEnvironment(): Record<string, string | undefined> {
  const added = /^(npm_|pnpm_|PNPM_|VITEST|TEST$|CI$|NODE_ENV$|INV_RUN_AS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !added.test(name)));
}

function attempt(
  cwd: string,
  [command = "", ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Printed> {
  const { promise, resolve, reject } = Promise.withResolvers<Printed>();
  const child = spawn(command, args, {
    cwd,
    env: { ...outerEnvironment(), GIT_CONFIG_GLOBAL: "/dev/null", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    // There these two are scripts, which nothing but a shell starts.
    shell: process.platform === "win32" && ["npm", "pnpm"].includes(command),
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("error", reject);
  child.on("close", (code) => resolve({ code, text: Buffer.concat(chunks).toString("utf8") }));
  return promise;
}
