import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { report, root, UsageError } from "./pipeline/command.ts";
import { fetchPage, isUrl, readPage } from "./pipeline/pages/fetch-page.ts";
import { planVendoring, writeVendoring } from "./pipeline/pages/vendoring.ts";
import type { GivenPage } from "./pipeline/pages/vendoring.ts";

/**
 * `vendor <provider> <page or document>…`: puts the documents of pages into `specs/<provider>/upstream/` and says in
 * `SOURCE.md` where they are from; resolves to the exit code. Writes nothing when anything is wrong with any page.
 */
export async function vendor(parameters: readonly string[], folder = root): Promise<number> {
  const [provider, ...pages] = parameters;
  if (provider === undefined || pages.length === 0 || parameters.some((each) => each.startsWith("-")))
    throw new UsageError("Usage: npm run spec -- vendor <provider> <page or document>…");
  const done = await report(provider, async () => {
    const given: GivenPage[] = [];
    for (const from of pages) given.push(await give(from));
    const vendoring = planVendoring(folder, provider, given, new Date().toISOString().slice(0, 10));
    for (const path of writeVendoring(folder, vendoring)) console.log(`${path}: written`);
    for (const note of vendoring.notes) console.log(`note: ${note}`);
    console.log(`specs/${provider}: ${pages.length} page${pages.length === 1 ? "" : "s"} read`);
    if (!existsSync(join(folder, "packages", provider)))
      console.log(`Next: npm run spec -- new ${provider}, which makes its package.`);
  });
  return done ? 0 : 1;
}

/** A page that was named on the command line, fetched or read. */
export async function give(from: string): Promise<GivenPage> {
  return isUrl(from)
    ? { from, page: from, bytes: await fetchPage(from) }
    : { from, page: basename(from), bytes: readPage(from) };
}

if (import.meta.main) process.exitCode = await vendor(process.argv.slice(2));
