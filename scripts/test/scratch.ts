import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A copy of the repository in a git of its own, with the installed tools linked in; removed when `use` returns. */
export function inScratchClone(
  use: (clone: { path: string; run: (command: string, ...args: string[]) => string }) => void,
): void {
  const path = mkdtempSync(join(tmpdir(), "inv-scratch-"));
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, {
      cwd: path,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", TURBO_TELEMETRY_DISABLED: "1", CI: "true" },
    });
  try {
    const tracked = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: root,
    });
    for (const file of tracked.toString("utf8").split("\0").filter(Boolean)) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      cpSync(join(root, file), join(path, file), { errorOnExist: false });
    }
    for (const folder of ["", "scripts", "toolchain"])
      symlinkSync(join(root, folder, "node_modules"), join(path, folder, "node_modules"));
    run("git", "init", "--quiet", "--initial-branch=main");
    run("git", "config", "user.name", "scratch");
    run("git", "config", "user.email", "scratch@example.com");
    run("git", "add", "--all", "--", ":!node_modules", ":!scripts/node_modules", ":!toolchain/node_modules");
    run("git", "commit", "--quiet", "--message=scratch");
    use({ path, run });
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
