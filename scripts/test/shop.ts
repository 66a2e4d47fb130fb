import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { change } from "../change.ts";
import { writeFiles } from "../pipeline/output.ts";
import { generateProvider } from "../pipeline/provider.ts";
import { vendor } from "../vendor.ts";
import { folderWith, printed } from "./pages.ts";
import { inScratchClone } from "./scratch.ts";
import { fixtureRoot } from "./support.ts";

export const id = "acme-pos";
export const changeset = `.changeset/${id}-document.md`;
export const original = `openapi: 3.1.0
info: { title: Acme stock, version: "1", description: What Acme has. }
servers: [{ url: https://api.acme.example/v2 }]
security: [{ key: [] }]
tags: [{ name: stock, description: Stock. }]
paths:
  /stock/{itemId}:
    get:
      operationId: getStock
      tags: [stock]
      summary: Get stock
      description: How much there is of one item.
      parameters:
        - { name: itemId, in: path, required: true, description: The item., schema: { type: [integer, string], x-inv-type: id }, examples: { mug: { value: "1" } } }
      responses:
        "200":
          description: The stock.
          content:
            application/json:
              schema: { $ref: "#/components/schemas/Stock" }
              examples: { mug: { value: { itemId: "1", mood: good } } }
components:
  schemas:
    Stock:
      type: object
      description: The stock of one item.
      properties:
        itemId: { type: [integer, string], x-inv-type: id }
        mood: { type: string, maxLength: 10 }
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key }
`;
const overlay = `overlay: 1.0.0
info: { title: Corrections, version: "1" }
actions:
  - target: $.components.securitySchemes.key
    description: Nobody says where the key is made.
    update: { x-inv-credential: [{ option: apiKey, variable: ACME_POS_API_KEY, secret: true, page: "https://acme.example/keys" }] }
`;

/** Documentation pages of another day. */
export const pages = {
  text: original.replace("How much there is", "How many there are"),
  additive: original.replace(
    "      responses:",
    "        - { name: colour, in: query, schema: { type: string } }\n      responses:",
  ),
  double: original.replace("        mood:", "        level: { type: number }\n        mood:"),
  breaking: original.replace("operationId: getStock", "operationId: readStock"),
  both: original
    .replace("mood: { type: string, maxLength: 10 }", "temper: { type: string }\n        energy: { type: string }")
    .replace("mood: good", "temper: good"),
  none: original.replace("[integer, string]", '[ "integer", string ]'),
  server: original.replace("https://api.acme.example/v2", "https://api.acme.example/v3"),
  refused: original.replace("mood: good", "mood: [good]"),
  overlay: original.replaceAll("key:", "apiKey:"),
};

export interface Shop {
  readonly path: string;
  readonly git: (...words: string[]) => string;
  /** `change` with a page as the provider publishes it now. */
  readonly changeTo: (page: keyof typeof pages, ...more: string[]) => ReturnType<typeof printed>;
  readonly read: (file: string) => string;
}

/** A repository with one provider that takes its document from a page, released as 1.2.0. */
export async function inShop(use: (shop: Shop) => Promise<void>): Promise<void> {
  await inScratchClone(async ({ path, run }) => {
    const git = (...words: string[]) => run("git", ...words);
    const read = (file: string) => readFileSync(join(path, file), "utf8");
    const page = join(folderWith({ "stock.yaml": original }), "stock.yaml");
    rmSync(join(path, `specs/${id}/openapi.yaml`));
    writeFileSync(join(path, `specs/${id}/overlay.yaml`), overlay);
    expect((await printed(() => vendor([id, page], path))).errors).toBe("");
    const { packageFolder, files } = await generateProvider(path, id);
    writeFiles(packageFolder, files);
    writeFileSync(join(packageFolder, "package.json"), `{ "name": "@inv/${id}", "version": "1.2.0" }\n`);
    writeFileSync(join(path, ".gitignore"), "node_modules/\n");
    mkdirSync(join(path, ".changeset"));
    writeFileSync(join(path, ".changeset/other.md"), `---\n"@inv/other": major\n---\n\nOther.\n`);
    git("add", "--all");
    git("commit", "--quiet", "--message=1.2.0");
    git("tag", `@inv/${id}@1.2.0`);
    const changeTo = (name: keyof typeof pages, ...more: string[]) => {
      writeFileSync(page, pages[name]);
      return printed(() => change([id, page, ...more], path));
    };
    await use({ path, git, read, changeTo });
  }, fixtureRoot);
}

/** Every file of a tree, but git's own, with what it holds and may. */
export function snapshot(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const file = join(entry.parentPath, entry.name);
    const hash = entry.isFile() ? createHash("sha256").update(readFileSync(file)).digest("hex") : "folder";
    return [file.slice(folder.length + 1).replaceAll("\\", "/"), `${statSync(file).mode} ${hash}`] as const;
  });
  return Object.fromEntries(entries.filter(([file]) => file !== ".git" && !file.startsWith(".git/")));
}
