import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { listProviders } from "./effective.ts";
import { textOf } from "./json.ts";
import { parseDocument } from "./read.ts";
import { replaceSection, table } from "./readme.ts";
import { toMarkdownText } from "./text.ts";

const section = "providers";

/** The root's README with its table of providers written anew; undefined where it has no such table. */
export function updateRootReadme(root: string): string | undefined {
  const path = join(root, "README.md");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (!text.includes(`<!-- generated:${section} -->`)) return undefined;
  const rows = listProviders(root).flatMap((provider) => {
    const manifest = `packages/${provider}/package.json`;
    return existsSync(join(root, manifest)) ? [rowOf(provider, read(root, manifest))] : [];
  });
  return replaceSection(text, section, table(["Package", "What it is a client of"], rows), "README.md");
}

function rowOf(provider: string, description: string): string[] {
  const what = description.replace(/^Typed client for the /, "");
  return [`[\`@inv/${provider}\`](packages/${provider})`, toMarkdownText(what)];
}

function read(root: string, name: string): string {
  return textOf(parseDocument(readFileSync(join(root, name)), { name, aliases: 0 }), "description");
}
