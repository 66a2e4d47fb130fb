import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { environmentOf } from "./credentials.js";
import type { LoggedRequest } from "./log.js";
import type { FaultPlan } from "./plan.js";
import { checkFaultPlan, FaultPlanError } from "./plan.js";
import type { SimServer, SimServerOptions } from "./server.js";
import { startSim } from "./server.js";

const help = `Five simulated providers on one port of 127.0.0.1, until Ctrl+C.

Usage
  inv-sim [--port 4020] [--seed 1] [--products 2000] [--faults plan.json]
          [--no-rate-limits] [--quiet]

Options
  --port N            0 takes any that is free; default 4020
  --seed N            the world, the credentials and the chance of faults
  --products N        how many products the world has
  --faults FILE       a JSON list such as
                      [{"provider":"loop","nth":1,"fault":{"type":"reset"}}]
  --no-rate-limits    the documented limits are not kept
  --quiet             no line for each request

Exit codes: 0 stopped, 2 something to put right, 1 a bug.
`;

class UsageError extends Error {}

/** Where text goes, and how the command learns that it is to stop. */
export interface Surroundings {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly signal: AbortSignal;
}

/** Runs the servers until the signal is aborted. Returns the exit code. */
export async function run(argv: readonly string[], { stdout, stderr, signal }: Surroundings): Promise<number> {
  try {
    const options = await readArguments(argv);
    if (options === "help") {
      stdout.write(help);
      return 0;
    }
    const sim = await listen(options);
    stdout.write(`${introduce(sim)}\n`);
    const timer = options.quiet ? undefined : setInterval(printNew(sim.requests, stdout), 200);
    if (!signal.aborted) await once(signal, "abort");
    clearInterval(timer);
    await sim.close();
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(`inv-sim: ${error.message}\n\`inv-sim --help\` says how.\n`);
    return 2;
  }
}

interface Arguments extends SimServerOptions {
  readonly quiet: boolean;
  readonly seed: number;
}

async function readArguments(argv: readonly string[]): Promise<Arguments | "help"> {
  const values = parse(argv);
  if (values.help === true) return "help";
  return {
    port: wholeNumber("--port", values.port ?? "4020", 0, 65_535),
    seed: wholeNumber("--seed", values.seed ?? "1", 0, 2 ** 31),
    products: wholeNumber("--products", values.products ?? "2000", 0, 1_000_000),
    faults: values.faults === undefined ? [] : await readPlan(values.faults),
    rateLimits: values["no-rate-limits"] !== true,
    quiet: values.quiet === true,
  };
}

function parse(argv: readonly string[]) {
  try {
    const text = { type: "string" } as const;
    const flag = { type: "boolean" } as const;
    return parseArgs({
      args: [...argv],
      options: {
        port: text,
        seed: text,
        products: text,
        faults: text,
        "no-rate-limits": flag,
        quiet: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new UsageError(`${option} is a whole number from ${least} to ${most}`);
  return value;
}

async function readPlan(path: string): Promise<FaultPlan> {
  try {
    const plan: unknown = JSON.parse(await readFile(path, "utf8"));
    checkFaultPlan(plan);
    return plan;
  } catch (error) {
    if (error instanceof FaultPlanError) throw new UsageError(`${path}:\n  ${error.problems.join("\n  ")}`);
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function listen({ quiet: _quiet, ...options }: Arguments): Promise<SimServer> {
  try {
    return await startSim(options);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES"))
      throw new UsageError(`port ${options.port} cannot be had (${error.code}); give another with --port`);
    throw error;
  }
}

function introduce({ baseUrls, tokenUrls, credentials, appCredentials, scopelessCredentials }: SimServer): string {
  const { own, app } = environmentOf({ credentials, appCredentials, scopelessCredentials });
  return [
    "Five simulated providers; Ctrl+C stops them. Their base URLs:",
    ...Object.entries(baseUrls).map(([provider, url]) => `  ${provider.padEnd(10)} ${url}`),
    `  tokens     ${tokenUrls.zettle}`,
    `             ${tokenUrls.fourthwall}`,
    "",
    ...exportLines(own),
    "",
    "# Instead, as an app with OAuth:",
    ...exportLines(app).map((line) => `# ${line}`),
  ].join("\n");
}

function exportLines(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
}

/** Prints the requests that have come since it last ran. */
function printNew(requests: readonly LoggedRequest[], stdout: Surroundings["stdout"]): () => void {
  let last: LoggedRequest | undefined;
  return () => {
    const fresh = requests.slice(last === undefined ? 0 : requests.lastIndexOf(last) + 1);
    last = requests.at(-1);
    stdout.write(fresh.map((request) => `${describe(request)}\n`).join(""));
  };
}

function describe({ provider, method, path, atMs, status, fault, refusal }: LoggedRequest): string {
  const what = [status, fault && `fault: ${fault}`, refusal].filter((part) => part !== undefined).join(", ");
  return `${(atMs / 1000).toFixed(3)} ${provider} ${method} ${path} ${what}`;
}
