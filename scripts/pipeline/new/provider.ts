import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format } from "oxfmt";
import { correct, listProviders, readEffective, toEffective } from "../effective.ts";
import type { EffectiveDocument } from "../effective.ts";
import { shapePath } from "../emit/shape.ts";
import { SpecError } from "../error.ts";
import { generateFiles } from "../emit/generated-files.ts";
import { entriesOf, isObject } from "../json.ts";
import type { JsonObject } from "../json.ts";
import type { Model } from "../model.ts";
import { quote, toCamelCase, toFunctionName } from "../names.ts";
import { adapterOf, adapterTestOf } from "./adapter.ts";
import { clientTestOf } from "./client-test.ts";
import { changesetOf, clientOf, exampleOf, indexOf, manifestOf, readmeOf } from "./package.ts";
import { readParts } from "./parts.ts";
import type { Parts } from "./parts.ts";
import { withImporter } from "./lockfile.ts";
import { questionsOf } from "./questions.ts";
import { proposeOverlay } from "../proposal/proposal.ts";
import { generateShape } from "../provider.ts";
import { parseDocument } from "../read.ts";
import { updateReadme } from "../readme.ts";
import { lintWithRedocly } from "../lint/redocly.ts";
import { listOperations, nearest } from "../slice.ts";
import { toMarkdownText } from "../text.ts";
import { planVendoring, writeVendoring } from "../pages/vendoring.ts";
import type { GivenPage, Vendoring } from "../pages/vendoring.ts";

/** What a new provider would add to the repository. */
export interface NewProvider {
  /** By path below the repository's root, in order. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What was noticed and decided on the way, and a person should look at. */
  readonly notes: readonly string[];
  readonly questions: readonly string[];
  readonly model: Model;
}

const contract = "packages/contract/package.json";
const lockfile = "pnpm-lock.yaml";
// What is no provider in names that a provider's would stand beside.
const reserved = new Set(
  "inv scripts toolchain specs docs packages test config readme changeset node npm pnpm".split(" "),
);

/**
 * Makes everything of a new provider out of its pages, in memory; those that `vendor` has taken before count too.
 *
 * @param operations `METHOD /path` or the operationId of each that is wanted; all, unless given
 * @throws SpecError for a name that cannot be taken, pages that cannot be read, and a document that no client can be made for
 */
export async function planProvider(
  root: string,
  id: string,
  given: readonly GivenPage[],
  operations: readonly string[] | undefined,
  today: string,
): Promise<NewProvider> {
  checkName(root, id);
  const vendoring = planVendoring(root, id, given, today);
  const document = mergedDocument(root, id, vendoring);
  const wanted = operations === undefined ? undefined : namesOf(document, operations);
  const proposal = proposeOverlay(document, { provider: id, ...(wanted === undefined ? {} : { operations: wanted }) });
  const overlay = proposal.overlay === undefined ? undefined : await formatted("overlay.yaml", proposal.overlay);
  const effective = toEffective(overlay === undefined ? document : correct(document, read(overlay), "overlay.yaml"));
  const { model, files } = await generateFiles(id, effective);
  await checkLint(id, effective);
  const parts = readParts(model);
  const questions = questionsOf(parts);
  const notes = [...vendoring.notes, ...proposal.notes];
  const texts = new Map([
    ...(await writtenFiles(root, parts, questions, overlay !== undefined)),
    ...Array.from(files, ([path, text]) => [`packages/${id}/${path}`, text] as const),
    [`packages/sim/${shapePath(id)}`, await generateShape(model, effective)],
  ]);
  const readme = `packages/${id}/README.md`;
  texts.set(readme, updateReadme(texts.get(readme) ?? "", model, readme));
  if (overlay !== undefined) texts.set(`specs/${id}/overlay.yaml`, overlay);
  const source = `specs/${id}/SOURCE.md`;
  texts.set(source, withNotes(Buffer.from(vendoring.files.get(source) ?? []).toString(), notes));
  if (existsSync(join(root, lockfile)))
    texts.set(lockfile, withImporter(readFileSync(join(root, lockfile), "utf8"), id, siblingIn(root)));
  texts.set(contract, withDependency(readFileSync(join(root, contract), "utf8"), `@inv/${id}`));
  const all = new Map([...vendoring.files, ...Array.from(texts, ([path, text]) => [path, Buffer.from(text)] as const)]);
  return { files: new Map([...all].toSorted(([one], [other]) => (one < other ? -1 : 1))), notes, questions, model };
}

/** The documents of the pages, and of those that were taken before, as one: read as they will be found in `upstream/`. */
function mergedDocument(root: string, id: string, vendoring: Vendoring): JsonObject {
  const scratch = mkdtempSync(join(tmpdir(), "inv-new-"));
  const upstream = `specs/${id}/upstream`;
  try {
    if (existsSync(join(root, upstream))) cpSync(join(root, upstream), join(scratch, upstream), { recursive: true });
    writeVendoring(scratch, vendoring);
    return readEffective(scratch, id).document;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function read(overlay: string): JsonObject {
  return parseDocument(overlay, { name: "overlay.yaml", aliases: 0 });
}

function checkName(root: string, id: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id.length > 40)
    refuse(`${quote(id)}: a provider's id is kebab-case, at most 40 characters; give another one.`);
  if (reserved.has(id)) refuse(`${quote(id)} is a name that the repository uses itself; give another one.`);
  try {
    toFunctionName(id, "");
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    refuse(
      `${quote(id)}: its adapter would be a function called ${toCamelCase(id)}, which it cannot be; give another id.`,
    );
  }
  const taken = [
    `packages/${id}`,
    `specs/${id}/openapi.yaml`,
    `specs/${id}/overlay.yaml`,
    `packages/core/src/adapters/${id}.ts`,
    `packages/core/test/${id}.test.ts`,
    `packages/sim/${shapePath(id)}`,
    `.changeset/${id}.md`,
  ].find((path) => existsSync(join(root, path)));
  if (taken !== undefined)
    refuse(
      `${taken} is there already; give another id, or use \`vendor\` and \`change\` for a provider that there is.`,
    );
}

function refuse(message: string): never {
  throw new SpecError("name", "", message);
}

/** Each operation as `METHOD /path`. */
function namesOf(document: JsonObject, operations: readonly string[]): string[] {
  const known = listOperations(document);
  const byId = new Map<string, string>();
  for (const [path, item] of entriesOf(document, "paths"))
    for (const [method, operation] of Object.entries(isObject(item) ? item : {})) {
      const name = `${method.toUpperCase()} ${path}`;
      const id = isObject(operation) ? operation["operationId"] : undefined;
      if (known.has(name) && typeof id === "string") byId.set(id, name);
    }
  return [
    ...new Set(
      operations.map((operation) => {
        const [, method = "", path = ""] = /^([A-Za-z]+)\s+(\/.*)$/.exec(operation.trim()) ?? [];
        const name = method === "" ? byId.get(operation.trim()) : `${method.toUpperCase()} ${path}`;
        if (name !== undefined && known.has(name)) return name;
        throw new SpecError(
          "structure",
          "",
          `--operations: ${quote(operation.trim())} is not in the document. ${nearest(operation.trim(), [...byId.keys(), ...known.keys()])}`,
        );
      }),
    ),
  ];
}

/** Our own checks are part of the proposal; this is redocly's turn. */
async function checkLint(id: string, { text }: EffectiveDocument): Promise<void> {
  const [problem] = (await lintWithRedocly(new Map([[id, text]]))).get(id) ?? [];
  if (problem !== undefined)
    throw new SpecError(
      "structure",
      problem.pointer,
      `${problem.message} (${problem.rule}) The proposed overlay could not correct this; take the operation out with --operations.`,
    );
}

async function writtenFiles(
  root: string,
  parts: Parts,
  questions: readonly string[],
  hasOverlay: boolean,
): Promise<ReadonlyMap<string, string>> {
  const { id } = parts;
  const sibling = siblingIn(root);
  const folder = `packages/${id}`;
  const example = await formatted("example.ts", exampleOf(parts));
  const code: [string, string][] = [
    [`${folder}/src/client.ts`, clientOf(parts)],
    [`${folder}/src/index.ts`, indexOf(parts)],
    [`${folder}/test/client.test.ts`, clientTestOf(parts)],
    [`packages/core/src/adapters/${id}.ts`, adapterOf(parts)],
    [`packages/core/test/${id}.test.ts`, adapterTestOf(parts, questions)],
  ];
  const files = new Map([
    [`.changeset/${id}.md`, changesetOf(parts)],
    [`${folder}/README.md`, readmeOf(parts, example, hasOverlay)],
    [`${folder}/package.json`, manifestOf(parts, readFileSync(join(root, `packages/${sibling}/package.json`), "utf8"))],
    [`${folder}/tsconfig.json`, readFileSync(join(root, `packages/${sibling}/tsconfig.json`), "utf8")],
  ]);
  for (const [path, text] of code) files.set(path, await formatted(path, text));
  return files;
}

/** A provider whose package can be followed. */
function siblingIn(root: string): string {
  const sibling = listProviders(root).find((provider) => existsSync(join(root, `packages/${provider}/package.json`)));
  if (sibling === undefined)
    throw new SpecError("structure", "", "there is no provider whose package could be followed.");
  return sibling;
}

async function formatted(path: string, text: string): Promise<string> {
  const { code, errors } = await format(path, text, { printWidth: 120 });
  const [error] = errors;
  if (error === undefined) return code;
  throw new SpecError("output", "", `${path} would not parse (${error.message}); look for odd text in the document.`);
}

function withNotes(source: string, notes: readonly string[]): string {
  if (notes.length === 0) return source;
  const lines = notes.map((note) => `- ${toMarkdownText(note)}`);
  return `${source.trimEnd()}\n\n## Decided without knowing\n\nBy \`npm run spec -- new\`. Each is to be looked up, and taken off this list.\n\n${lines.join("\n")}\n`;
}

function withDependency(manifest: string, name: string): string {
  const members = Object(JSON.parse(manifest));
  const dependencies = { ...members.dependencies, [name]: "workspace:^" };
  const sorted = Object.fromEntries(Object.entries(dependencies).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  return `${JSON.stringify({ ...members, dependencies: sorted }, null, 2)}\n`;
}
