import { listNamed, report, root } from "./pipeline/command.ts";
import { writeFiles } from "./pipeline/output.ts";
import { generateProvider } from "./pipeline/provider.ts";

/** `generate [provider…]`: writes `openapi.json`, `src/generated/` and the README sections; resolves to the exit code. */
export async function generate(names: readonly string[]): Promise<number> {
  let code = 0;
  for (const provider of listNamed(names)) {
    const done = await report(provider, async () => {
      const { packageFolder, files, readmeProblem } = await generateProvider(root, provider);
      const written = writeFiles(packageFolder, files);
      for (const { path, state } of written)
        console.log(`packages/${provider}/${path}: ${state === "extra" ? "removed" : "written"}`);
      if (written.length === 0) console.log(`packages/${provider}: up to date`);
      if (readmeProblem !== undefined) throw readmeProblem;
    });
    if (!done) code = 1;
  }
  return code;
}

if (import.meta.main) process.exitCode = await generate(process.argv.slice(2));
