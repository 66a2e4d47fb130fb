import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { report, UsageError } from "./pipeline/command.ts";
import { SpecError } from "./pipeline/error.ts";
import { fetchPage, isUrl, readPage } from "./pipeline/pages/fetch-page.ts";
import { toJsonText } from "./pipeline/json.ts";
import type { JsonObject } from "./pipeline/json.ts";
import { mergeDocuments } from "./pipeline/merge/merge.ts";
import type { Part } from "./pipeline/merge/part.ts";
import { parseDocument } from "./pipeline/read.ts";
import { readSource } from "./pipeline/pages/source.ts";

const usage = "Usage: npm run spec -- merge <page or document>… --out FILE";

/** `merge PAGE… --out FILE`: writes one document, as JSON or YAML after the file's name; resolves to the exit code. */
export async function merge(parameters: readonly string[]): Promise<number> {
  const { pages, out } = understand(parameters);
  const done = await report("merge", async () => {
    const parts: Part[] = [];
    for (const page of pages) {
      const { name, document } = readSource(isUrl(page) ? await fetchPage(page) : readPage(page), page);
      parts.push({ name, document });
    }
    const { document, notes } = mergeDocuments(parts);
    const text = out.endsWith(".json") ? toJsonText(document) : toYamlText(document);
    for (const note of notes) console.log(`note: ${note}`);
    if (existsSync(out) && readFileSync(out, "utf8") === text) {
      console.log(`${out}: up to date`);
      return;
    }
    if (!existsSync(dirname(out))) throw new SpecError("output", "", `${out}: there is no such folder.`);
    writeFileSync(`${out}.new`, text);
    renameSync(`${out}.new`, out);
    console.log(`${out}: written`);
  });
  return done ? 0 : 1;
}

function understand(parameters: readonly string[]): { pages: string[]; out: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...parameters],
      options: { out: { type: "string" } },
      allowPositionals: true,
    });
    if (values.out !== undefined && positionals.length > 0) return { pages: positionals, out: values.out };
  } catch {
    // Said below: what can be written is short.
  }
  throw new UsageError(usage);
}

function toYamlText(document: JsonObject): string {
  const text = stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
  const back = parseDocument(text, { name: "the merged document", aliases: 0 });
  if (toJsonText(back) !== toJsonText(document))
    throw new SpecError(
      "output",
      "",
      "the merged document cannot be written as YAML without loss; write a .json file.",
    );
  return text;
}

if (import.meta.main) process.exitCode = await merge(process.argv.slice(2));
