import { listNamed, report, root } from "./pipeline/command.ts";
import { SpecError } from "./pipeline/error.ts";
import { compare } from "./pipeline/output.ts";
import { compareUpstream } from "./pipeline/pages/upstream.ts";
import { generateProvider, nameOf, outputsOf } from "./pipeline/provider.ts";

const words = { missing: "is missing", changed: "differs", extra: "is not generated any more" } as const;

/**
 * `check [provider…]`: regenerates in memory and compares, and compares what was taken with its hashes; resolves to 1 when
 * anything differs. Writes nothing.
 */
export async function check(names: readonly string[]): Promise<number> {
  let code = 0;
  for (const provider of listNamed(names)) {
    const done = await report(provider, async () => {
      const generated = await generateProvider(root, provider);
      let count = 0;
      for (const { packageFolder, files } of outputsOf(generated))
        for (const { path, state } of compare(packageFolder, files)) {
          console.error(`${nameOf(root, packageFolder, path)} ${words[state]}`);
          count += 1;
        }
      const upstream = compareUpstream(root, provider);
      for (const line of upstream) console.error(line);
      if (upstream.length > 0)
        throw new SpecError(
          "drift",
          "",
          `upstream/ is kept byte for byte; take the page again with \`npm run spec -- vendor ${provider} …\`, and put corrections into overlay.yaml.`,
        );
      if (generated.readmeProblem !== undefined) throw generated.readmeProblem;
      if (count > 0)
        throw new SpecError(
          "drift",
          "",
          `generated files differ from specs/${provider}; run \`npm run generate -- ${provider}\`.`,
        );
      console.log(`packages/${provider}: current`);
    });
    if (!done) code = 1;
  }
  return code;
}

if (import.meta.main) process.exitCode = await check(process.argv.slice(2));
