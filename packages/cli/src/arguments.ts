import { parseArgs } from "node:util";

import { nearest } from "./suggest.js";
import { UsageError } from "./usage-error.js";

const formats = ["table", "json", "ndjson", "csv"] as const;
export type Format = (typeof formats)[number];

/** What a command line asks for. */
export type Arguments =
  | { readonly command: "help"; readonly topic: "inv" | Command }
  | { readonly command: "version" }
  | { readonly command: "levels"; readonly config: string; readonly lookups: string; readonly format: Format }
  | { readonly command: "demo"; readonly format: "table" | "json" };

const options = {
  config: { type: "string" },
  lookups: { type: "string" },
  format: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;
const commands = ["levels", "demo"] as const;
type Command = (typeof commands)[number];

/**
 * Reads a command line. No value of an option that is not known here is ever part of a message.
 *
 * @throws UsageError
 */
export function parseArguments(argv: readonly string[]): Arguments {
  // Not strict: the strict messages quote what they do not understand, and that may be a secret.
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<string, string>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "option") readOption(token, given);
    else if (token.kind === "positional") words.push(token.value);
  }
  const [word, ...rest] = words;
  const command = commands.find((known) => known === word);
  if (word !== undefined && command === undefined) throw new UsageError(unknownCommand(word));
  if (given.has("help")) return { command: "help", topic: command ?? "inv" };
  if (given.has("version")) return { command: "version" };
  if (command === undefined) throw new UsageError("say what to do: `inv levels`, `inv demo`. `inv --help` shows more.");
  if (rest.length > 0)
    throw new UsageError(`\`inv ${command}\` takes options only. \`inv ${command} --help\` shows them.`);
  return command === "demo" ? readDemo(given) : readLevels(given);
}

function readLevels(given: ReadonlyMap<string, string>): Arguments {
  const lookups = given.get("lookups");
  if (lookups === undefined)
    throw new UsageError(
      "--lookups is missing. Name a file with one lookup per line, or - for standard input; `inv levels --help` shows one.",
    );
  return { command: "levels", config: given.get("config") ?? "inv.yaml", lookups, format: readFormat(given, formats) };
}

function readDemo(given: ReadonlyMap<string, string>): Arguments {
  const foreign = ["config", "lookups"].find((name) => given.has(name));
  if (foreign !== undefined)
    throw new UsageError(`\`inv demo\` brings its own accounts and lookups: leave --${foreign} out.`);
  return { command: "demo", format: readFormat(given, ["table", "json"] as const) };
}

function readFormat<Known extends string>(
  given: ReadonlyMap<string, string>,
  known: readonly [Known, ...Known[]],
): Known {
  const wanted = given.get("format") ?? known[0];
  const format = known.find((name) => name === wanted);
  if (format === undefined) throw new UsageError(`--format takes ${known.join(", ")}.${didYouMean(wanted, known)}`);
  return format;
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function readOption({ name, rawName, value, inlineValue }: OptionToken, given: Map<string, string>): void {
  if (!isKnown(name)) throw new UsageError(unknownOption(name, rawName));
  const takesValue = options[name].type === "string";
  if (takesValue && (value === undefined || value === "" || (inlineValue !== true && /^-./.test(value))))
    throw new UsageError(`--${name} needs a value. \`inv levels --help\` shows how.`);
  if (!takesValue && value !== undefined) throw new UsageError(`--${name} takes no value.`);
  if (given.has(name)) throw new UsageError(`--${name} is given twice. Keep one.`);
  given.set(name, value ?? "");
}

function isKnown(name: string): name is keyof typeof options {
  return Object.hasOwn(options, name);
}

function unknownOption(name: string, rawName: string): string {
  const shown = /^[a-z][a-z-]{0,31}$/i.test(name) ? rawName : "an option";
  if (/key|secret|token|passw|auth|credential|identifier/i.test(name))
    return `${shown} is refused: what stands on a command line can be read in the list of processes and in the shell's history. Put it in an environment variable and name that in the configuration, e.g. apiKey: "\${LOOP_API_KEY}".`;
  return `${shown} is not known here.${didYouMean(name, Object.keys(options), "--") || " `inv levels --help` shows the options."}`;
}

function unknownCommand(command: string): string {
  const near = didYouMean(command, commands);
  return near === ""
    ? "there is no such command. `inv --help` shows what there is."
    : `there is no such command.${near}`;
}

function didYouMean(word: string, known: readonly string[], prefix = ""): string {
  const near = nearest(word, known);
  return near === undefined ? "" : ` Did you mean ${prefix}${near}?`;
}
