import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { report, root, UsageError } from "./pipeline/command.ts";
import { listProviders } from "./pipeline/effective.ts";
import { record, refreshProvider } from "./pipeline/pages/refreshing.ts";
import type { Refresh } from "./pipeline/pages/refreshing.ts";
import { planVendoring, writeVendoring } from "./pipeline/pages/vendoring.ts";

const usage = "Usage: npm run spec -- refresh [provider…] [--from DIR] [--write] [--record]";

/**
 * `refresh [provider…] [--from DIR] [--write] [--record]`: compares the pages that `SOURCE.md` names with what was taken
 * from them. Nothing is written, unless `--write` puts changed documents into `upstream/`, or `--record` notes that a
 * person has read the pages that a document is written from by hand.
 *
 * Resolves to 7 when a person must read something, else 3 when some page could not be looked at, else 0; 1 is a fault.
 */
export async function refresh(parameters: readonly string[], folder = root): Promise<number> {
  const { names, from, write, keep } = understand(parameters, folder);
  const today = new Date().toISOString().slice(0, 10);
  const codes = new Set<number>();
  for (const provider of names) {
    const done = await report(provider, async () => {
      const found = await refreshProvider(folder, provider, from, today);
      for (const line of found.lines) console.log(line);
      if (write && found.changed.length > 0) {
        const vendoring = planVendoring(folder, provider, found.changed, today);
        for (const path of writeVendoring(folder, vendoring)) console.log(`${path}: written`);
        for (const note of vendoring.notes) console.log(`note: ${note}`);
      }
      if (keep && found.read.length > 0) recordRead(folder, provider, found);
      if (found.mustBeRead && !keep) codes.add(7);
      if (found.cannotTell) codes.add(3);
    });
    if (!done) codes.add(1);
  }
  return [1, 7, 3].find((code) => codes.has(code)) ?? 0;
}

function recordRead(folder: string, provider: string, { read }: Refresh): void {
  const name = `specs/${provider}/SOURCE.md`;
  const text = readFileSync(join(folder, name), "utf8");
  const files = new Map([[name, Buffer.from(record(text, read, name))]]);
  for (const path of writeVendoring(folder, { files, notes: [] })) console.log(`${path}: written`);
}

function understand(
  parameters: readonly string[],
  folder: string,
): { names: string[]; from: string | undefined; write: boolean; keep: boolean } {
  const { values, positionals } = parse(parameters);
  const all = listProviders(folder);
  for (const name of positionals)
    if (!all.includes(name))
      throw new UsageError(`there is no provider ${JSON.stringify(name)}; there are ${all.join(", ")}.`);
  const { from } = values;
  if (from !== undefined && statSync(from, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`--from ${from}: there is no such folder.`);
  return {
    names: positionals.length === 0 ? all : positionals,
    from,
    write: values.write === true,
    keep: values.record === true,
  };
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      options: { from: { type: "string" }, write: { type: "boolean" }, record: { type: "boolean" } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(usage, { cause: error });
  }
}

if (import.meta.main) process.exitCode = await refresh(process.argv.slice(2));
