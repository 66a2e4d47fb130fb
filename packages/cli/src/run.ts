import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";

import { createInventory } from "@inv/core";
import type { ReadResult } from "@inv/core";
import { isInvError } from "@inv/transport";
import type { InvError } from "@inv/transport";

import { parseArguments } from "./arguments.js";
import type { Arguments, Format } from "./arguments.js";
import { parseConfig } from "./config.js";
import { toCsv } from "./csv.js";
import { printDemo } from "./demo.js";
import { helpText } from "./help.js";
import { parseLookups } from "./lookups.js";
import { installedProviders } from "./providers.js";
import type { Providers } from "./providers.js";
import { readConfigText, readLookupsText, readStreamText } from "./source-text.js";
import { toTable } from "./table.js";
import { visible } from "./text.js";
import { TokenFiles } from "./token-files.js";
import { UsageError } from "./usage-error.js";

/** Everything that a command touches outside itself. */
export interface RunContext {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that file names are relative to. */
  readonly cwd: string;
  /** Ends the command: what is read by then is printed, and the exit code is 130. */
  readonly signal?: AbortSignal;
}

/**
 * Runs one `inv` command and returns its exit code.
 *
 * 0 everything was read, 3 some, 4 none; 2 for what the caller can put right, 1 for a bug, or an output or new tokens
 * that cannot be written; 130 when the signal ended it, 141 when the reader of the output went away. Never rejects.
 */
export async function run(
  argv: readonly string[],
  context: RunContext,
  providers: Providers = installedProviders(),
): Promise<number> {
  const output = new Output(context);
  try {
    const code = await dispatch(parseArguments(argv), context, providers, output);
    return output.brokenCode ?? (context.signal?.aborted === true ? 130 : code);
  } catch (error) {
    if (output.brokenCode !== undefined) return output.brokenCode;
    if (context.signal?.aborted === true) return 130;
    const [code, ...lines] = explain(error);
    await output.complain(lines);
    return code;
  }
}

async function dispatch(wanted: Arguments, context: RunContext, providers: Providers, output: Output): Promise<number> {
  if (wanted.command === "levels") return printLevels(wanted, context, providers, output);
  if (wanted.command === "demo") {
    const { signal } = output;
    const inv = commandName(context);
    await printDemo({ providers, format: wanted.format, signal, inv, print: (text) => output.print(text) });
    return 0;
  }
  await output.print(wanted.command === "help" ? helpText(wanted.topic, providers.ids) : `${version()}\n`);
  return 0;
}

type LevelsArguments = Extract<Arguments, { command: "levels" }>;

async function printLevels(
  wanted: LevelsArguments,
  context: RunContext,
  providers: Providers,
  output: Output,
): Promise<number> {
  const folder = dirname(resolve(context.cwd, wanted.config));
  const tokenFiles = new TokenFiles(folder, (text) => void output.complain([text]));
  try {
    const code = await readLevels(wanted, context, { providers, tokenFiles }, output);
    return tokenFiles.hasLost ? 1 : code;
  } finally {
    await tokenFiles.settled();
  }
}

async function readLevels(
  { config, lookups: source, format }: LevelsArguments,
  { stdin, cwd, env }: RunContext,
  parts: { readonly providers: Providers; readonly tokenFiles: TokenFiles },
  output: Output,
): Promise<number> {
  const accounts = await parseConfig(await readConfigText(config, cwd), { file: config, env, ...parts });
  const name = source === "-" ? "standard input" : source;
  const text =
    source === "-"
      ? await readStreamText(stdin, name, output.signal)
      : await readLookupsText(source, cwd, output.signal);
  const { lookups, lines } = parseLookups(text, name, [...accounts.keys()]);
  const inventory = createInventory({ accounts: Object.fromEntries(accounts) });
  let result: ReadResult;
  try {
    result = await inventory.read(lookups, { signal: output.signal });
  } catch (error) {
    if (!isInvError(error) || error.code !== "config") throw error;
    throw new UsageError(atLine(error, name, lines));
  }
  await output.print(
    texts[format](result, new Map([...accounts].map(([account, { provider }]) => [account, provider]))),
  );
  if (result.complete) return 0;
  return result.outcomes.some(({ status }) => status === "ok") ? 3 : 4;
}

/** What `read` says of a lookup by its position, said by the line that it stands on. */
function atLine({ message, pointer = "" }: InvError, name: string, lines: readonly number[]): string {
  const line = lines[Number(/^\/(\d+)/.exec(pointer)?.[1])];
  return line === undefined ? message : `${name}:${line}: ${message.replace(/^lookup \d+(?:, |: )/, "")}`;
}

const texts: Readonly<Record<Format, (result: ReadResult, providers: ReadonlyMap<string, string>) => string>> = {
  table: toTable,
  json: (result) => `${JSON.stringify(result, null, 2)}\n`,
  ndjson: ({ outcomes }) => outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join(""),
  csv: toCsv,
};

function explain(error: unknown): [code: number, ...lines: string[]] {
  if (error instanceof UsageError) return [2, ...error.problems];
  if (isInvError(error) && error.code === "config") return [2, error.message];
  // Only the kind of a bug is told: its message may quote anything, a credential too.
  const kind = error instanceof Error ? error.name : typeof error;
  return [1, `this is a bug in inv ${version()} (${kind}). Please report it, with the command that you ran.`];
}

function version(): string {
  const manifest: unknown = createRequire(import.meta.url)("@inv/cli/package.json");
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "unknown";
}

/** What a person writes to run this. Scripts of the repository set it: there is no `inv` on the path of who reads it. */
function commandName({ env }: RunContext): string {
  return env["INV_RUN_AS"] ?? "inv";
}

/** The two output streams. A reader that goes away ends the command; an error stream that goes away is nobody's loss. */
class Output {
  readonly signal: AbortSignal;
  /** The exit code that a broken output stream means. */
  brokenCode: number | undefined;
  readonly #stdout: NodeJS.WritableStream;
  readonly #stderr: NodeJS.WritableStream;
  readonly #broken = new AbortController();
  readonly #inv: string;

  constructor(context: RunContext) {
    const { stdout, stderr, signal } = context;
    this.#inv = commandName(context);
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.signal = signal === undefined ? this.#broken.signal : AbortSignal.any([signal, this.#broken.signal]);
    stdout.on("error", (error: unknown) => this.#break(error));
    stderr.on("error", () => {});
  }

  async print(text: string): Promise<void> {
    const error = await written(this.#stdout, text);
    if (error === undefined) return;
    this.#break(error);
    throw error;
  }

  async complain(lines: readonly string[]): Promise<void> {
    const text = lines
      .flatMap((line) => line.split("\n"))
      .map(
        (line, index) => `${index === 0 ? "inv: " : "     "}${visible(line.replaceAll("`inv ", `\`${this.#inv} `))}\n`,
      );
    await written(this.#stderr, text.join(""));
  }

  #break(error: unknown): void {
    const closed =
      error instanceof Error && "code" in error && (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED");
    this.brokenCode = closed ? 141 : 1;
    this.#broken.abort(new Error("the output cannot be written"));
  }
}

function written(stream: NodeJS.WritableStream, text: string): Promise<Error | undefined> {
  return new Promise((resolve) => {
    stream.write(text, (error) => resolve(error ?? undefined));
  });
}
