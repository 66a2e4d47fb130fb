import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readEffective } from "./effective.ts";
import { SpecError } from "./error.ts";
import { generateFiles } from "./generated-files.ts";
import { updateReadme } from "./readme.ts";

/** The files of a provider's package as they should be, and what keeps its README from being among them. */
export interface ProviderFiles {
  readonly packageFolder: string;
  readonly files: ReadonlyMap<string, string>;
  readonly readmeProblem?: SpecError;
}

/** Generates everything of one provider in memory. */
export async function generateProvider(root: string, provider: string): Promise<ProviderFiles> {
  const { model, files } = await generateFiles(provider, readEffective(root, provider));
  const packageFolder = join(root, "packages", provider);
  const readme = join(packageFolder, "README.md");
  const name = `packages/${provider}/README.md`;
  try {
    if (!existsSync(readme))
      throw new SpecError(
        "readme",
        "",
        `${name} is missing; write it by the template in docs, with the markers of its generated sections.`,
      );
    return {
      packageFolder,
      files: new Map([...files, ["README.md", updateReadme(readFileSync(readme, "utf8"), model, name)]]),
    };
  } catch (error) {
    if (error instanceof SpecError && error.kind === "readme") return { packageFolder, files, readmeProblem: error };
    throw error;
  }
}
