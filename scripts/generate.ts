import { listNamed, report, root } from "./pipeline/command.ts";
import { writeFiles } from "./pipeline/output.ts";
import { generateProvider, nameOf, outputsOf } from "./pipeline/provider.ts";

/** `generate [provider…]`: writes `openapi.json`, `src/generated/` and the README sections; resolves to the exit code. */
export async function generate(names: readonly string[]): Promise<number> {
  let code = 0;
  for (const provider of listNamed(names)) {
    const done = await report(provider, async () => {
      const generated = await generateProvider(root, provider);
      let count = 0;
      for (const { packageFolder, files } of outputsOf(generated))
        for (const { path, state } of writeFiles(packageFolder, files)) {
          console.log(`${nameOf(root, packageFolder, path)}: ${state === "extra" ? "removed" : "written"}`);
          count += 1;
        }
      if (count === 0) console.log(`packages/${provider}: up to date`);
      if (generated.readmeProblem !== undefined) throw generated.readmeProblem;
    });
    if (!done) code = 1;
  }
  return code;
}

if (import.meta.main) process.exitCode = await generate(process.argv.slice(2));
