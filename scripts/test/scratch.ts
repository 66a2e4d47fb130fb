import { execFileSync } from "node:child_process";
import { root } from "../pipeline/command.ts";
import { inWorkingCopy } from "../pipeline/working-copy.ts";

export interface Scratch {
  readonly path: string;
  /** Runs a command there and returns what it says. */
  readonly run: (command: string, ...args: string[]) => string;
}

/** Gives `use` a copy of the repository, or of another one, in a git of its own; removed afterwards. */
export async function inScratchClone<T>(use: (clone: Scratch) => T | Promise<T>, from = root): Promise<T> {
  return inWorkingCopy(from, async (path) => {
    const run = (command: string, ...args: string[]) =>
      execFileSync(command, args, {
        cwd: path,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          GIT_CONFIG_GLOBAL: "/dev/null",
          TURBO_TELEMETRY_DISABLED: "1",
          CI: "true",
          // As in whatever `pnpm run` starts: what is installed is the repository's, and it is complete.
          pnpm_config_verify_deps_before_run: "false",
        },
      });
    run("git", "init", "--quiet", "--initial-branch=main");
    run("git", "config", "user.name", "scratch");
    run("git", "config", "user.email", "scratch@example.com");
    run("git", "add", "--all");
    run("git", "commit", "--quiet", "--message=scratch");
    return use({ path, run });
  });
}
