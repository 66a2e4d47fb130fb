import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { writeStory } from "./demo-story.ts";
import { startMocks } from "./mocks.ts";

const cli = fileURLToPath(new URL("../../cli/dist/bin.js", import.meta.url));
/** What the CLI exits with when some lookups were read and some were not. */
const someFailed = 3;

process.exitCode = await main(process.argv.slice(2));

/** Shows the stock of one small assortment as five mocked providers tell it, with the real CLI. */
async function main(argv: readonly string[]): Promise<number> {
  const format = readFormat(argv);
  if (format === undefined) return complain("only --format is understood, with table, json, ndjson or csv", 2);
  if (!existsSync(cli)) return complain("the CLI is not built; `npm run demo` builds it first", 1);
  const folder = await mkdtemp(join(tmpdir(), "inv-demo-"));
  const mocks = await startMocks();
  try {
    const { config, lookups } = await writeStory(folder, mocks);
    if (format === "table")
      process.stdout.write(
        "What five providers say about the stock of one shop, Kelp & Clay: till, web shop,\n" +
          "ERP, returns portal and gift cards. All mocked here; one does not know an item.\n\n",
      );
    const words = ["levels", "--config", config, "--lookups", lookups, "--format", format];
    const code = await runCli(words, mocks.environment);
    if (code === 0) return complain("every lookup was read, although one is of an item that nobody knows", 1);
    if (code !== someFailed) return code;
    if (format === "table")
      process.stdout.write(
        "\nNext: `npm run -s demo -- --format json` has every figure with its source and meaning.\n",
      );
    return 0;
  } finally {
    await mocks.close();
    await rm(folder, { recursive: true });
  }
}

function readFormat(argv: readonly string[]): string | undefined {
  try {
    return parseArgs({ args: [...argv], options: { format: { type: "string", default: "table" } } }).values.format;
  } catch {
    return undefined; // Something else than --format: the usage says all there is to know.
  }
}

function complain(what: string, code: number): number {
  process.stderr.write(`demo: ${what}.\n`);
  return code;
}

async function runCli(argv: readonly string[], environment: Readonly<Record<string, string>>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(process.execPath, [cli, ...argv], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...environment },
  });
  child.once("error", reject);
  child.once("close", (code) => resolve(code ?? 1));
  return promise;
}
