// Starts the pnpm that package.json pins, which brings the repository's own Node: `node scripts/pnpm.mjs run ci`.
// Plain JavaScript without dependencies, for it is all that runs under whatever Node a newcomer has.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const { packageManager } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
if (!existsSync(new URL("node_modules/.modules.yaml", root)))
  console.error("Setting up: Node 24, pnpm and what this repository needs, once, in about half a minute …");

const { status, signal, error } = spawnSync(
  "npx",
  ["--prefer-offline", "--yes", packageManager, ...process.argv.slice(2)],
  {
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", INV_RUN_AS: "npm run -s inv --" },
  },
);
if (error) console.error(`npx could not be started (${error.message}): install Node 20 or newer with npm.`);
if (signal) process.kill(process.pid, signal);
process.exitCode = status ?? 1;
