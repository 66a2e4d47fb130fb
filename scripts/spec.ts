import { change } from "./change.ts";
import { check } from "./check.ts";
import { diff } from "./diff.ts";
import { generate } from "./generate.ts";
import { lint } from "./lint.ts";
import { merge } from "./merge.ts";
import { newProvider } from "./new.ts";
import { UsageError } from "./pipeline/command.ts";
import { SpecError } from "./pipeline/error.ts";
import { toTerminalText } from "./pipeline/text.ts";
import { refresh } from "./refresh.ts";
import { vendor } from "./vendor.ts";

interface Verb {
  readonly name: string;
  readonly usage: string;
  readonly run: (parameters: readonly string[]) => Promise<number>;
}

const verbs: readonly Verb[] = [
  { name: "generate", usage: "[provider…]  write openapi.json, src/generated/ and the README sections", run: generate },
  { name: "check", usage: "[provider…]  fail when generated files differ from specs/", run: check },
  { name: "lint", usage: "[provider…]  check the effective documents", run: lint },
  { name: "vendor", usage: "<provider> <page or document>…  put documents into upstream/ and SOURCE.md", run: vendor },
  { name: "merge", usage: "<page or document>… --out FILE  write them as one document", run: merge },
  {
    name: "refresh",
    usage:
      "[provider…] [--from DIR] [--write] [--record]  compare the pages in SOURCE.md with what was taken from them",
    run: refresh,
  },
  {
    name: "diff",
    usage:
      "<provider or package> [--base REF|FILE] [--format …]  say what changed since the last release, and which bump follows",
    run: diff,
  },
  {
    name: "change",
    usage:
      "<provider> [page or document…] [--from DIR | --refresh] [--accept POINTER --why TEXT]…  take a changed document to a changeset",
    run: change,
  },
  {
    name: "new",
    usage: "<id> [page or document…] [--operations LIST]  make a provider's package, tests, simulator and adapter stub",
    run: newProvider,
  },
];

/** `spec <verb> …`: resolves to the exit code; 1 where a document is refused, 2 when the command line is not understood. */
export async function spec([name, ...parameters]: readonly string[]): Promise<number> {
  const verb = verbs.find((candidate) => candidate.name === name);
  try {
    if (verb !== undefined) return await verb.run(parameters);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof SpecError)) throw error;
    console.error(toTerminalText(error.message));
    return error instanceof UsageError ? 2 : 1;
  }
  const isHelp = name === "help" || name === "--help" || name === "-h";
  const text = [
    "Usage: npm run spec -- <verb> …",
    "",
    ...verbs.map(({ name, usage }) => `  ${name.padEnd(10)}${usage}`),
  ].join("\n");
  if (isHelp) console.log(text);
  else console.error(name === undefined ? text : `There is no verb ${JSON.stringify(name)}.\n\n${text}`);
  return isHelp ? 0 : 2;
}

if (import.meta.main) process.exitCode = await spec(process.argv.slice(2));
