import { existsSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { assertPlain } from "./emit/assert-plain.ts";
import { readEffective } from "./effective.ts";
import type { EffectiveDocument } from "./effective.ts";
import { emitShape, shapePath } from "./emit/shape.ts";
import { SpecError } from "./error.ts";
import { generateFiles, header } from "./emit/generated-files.ts";
import type { Model } from "./model.ts";
import { updateReadme } from "./readme.ts";
import { updateRootReadme } from "./root-readme.ts";
import { print } from "./emit/syntax.ts";

/** Files as they should be, by path below the folder that holds them. */
export interface Output {
  readonly packageFolder: string;
  readonly files: ReadonlyMap<string, string>;
}

/** The files of a provider's package as they should be, and what keeps its README from being among them. */
export interface ProviderFiles extends Output {
  /** What is made of the provider outside of its package: its shape among the simulators, its row in the root's README. */
  readonly beside: readonly Output[];
  readonly readmeProblem?: SpecError;
}

/** Generates everything of one provider in memory. */
export async function generateProvider(root: string, provider: string): Promise<ProviderFiles> {
  const effective = readEffective(root, provider);
  const { model, files } = await generateFiles(provider, effective);
  const packageFolder = join(root, "packages", provider);
  const readme = join(packageFolder, "README.md");
  const name = `packages/${provider}/README.md`;
  const beside = await generateBeside(root, model, effective);
  try {
    if (!existsSync(readme))
      throw new SpecError(
        "readme",
        "",
        `${name} is missing; write it like that of another provider, with the markers of its generated sections.`,
      );
    return {
      packageFolder,
      files: new Map([...files, ["README.md", updateReadme(readFileSync(readme, "utf8"), model, name)]]),
      beside,
    };
  } catch (error) {
    if (error instanceof SpecError && error.kind === "readme")
      return { packageFolder, files, beside, readmeProblem: error };
    throw error;
  }
}

/** All of a provider's files, those of its own package first. */
export function outputsOf({ packageFolder, files, beside }: ProviderFiles): readonly Output[] {
  return [{ packageFolder, files }, ...beside];
}

/** What a generated file is called in messages. */
export function nameOf(root: string, packageFolder: string, path: string): string {
  return relative(root, join(packageFolder, path)).replaceAll(sep, "/");
}

async function generateBeside(root: string, model: Model, effective: EffectiveDocument): Promise<Output[]> {
  const { provider } = model;
  const simulators = join(root, "packages/sim");
  const shape = shapePath(provider);
  const readme = updateRootReadme(root);
  return [
    ...(existsSync(join(simulators, shape))
      ? [{ packageFolder: simulators, files: new Map([[shape, await generateShape(model, effective)]]) }]
      : []),
    ...(readme === undefined ? [] : [{ packageFolder: root, files: new Map([["README.md", readme]]) }]),
  ];
}

/** The text of a provider's shape-only simulator. */
export async function generateShape(model: Model, { sha256 }: EffectiveDocument): Promise<string> {
  const name = `${model.provider}.ts`;
  const code = await print(name, header(model.provider, sha256), emitShape(model));
  assertPlain(name, code);
  return code;
}
