import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

import { toEffective } from "@inv/scripts/pipeline/effective.ts";
import { generateFiles } from "@inv/scripts/pipeline/emit/generated-files.ts";
import { largeDocument } from "./large-document.ts";
import type { Line } from "./line.ts";

// Below node_modules: ignored, and packages are found from there.
const scratch = new URL("../node_modules/.bench/", import.meta.url);

/** How many types the compiler instantiates for 50 calls more than for none. */
export async function measureTypes(): Promise<readonly Line[]> {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(new URL("src/generated/", scratch), { recursive: true });
  try {
    const { files } = await generateFiles("large", toEffective(largeDocument()));
    for (const [path, text] of files)
      if (path.startsWith("src/generated/")) writeFileSync(new URL(path, scratch), text);
    writeFileSync(
      new URL("src/client.ts", scratch),
      `import type { Client } from "openapi-fetch";\nimport type { paths } from "./generated/schema.js";\nexport type LargeClient = Client<paths> & { readonly provider: "large" };\n`,
    );
    return [
      line("@inv/zettle, 5 operations", "@inv/zettle", "ZettleClient", () => "getLocationInventory"),
      line(
        "1,200 operations",
        "./src/generated/operations.js",
        "LargeClient",
        (index) => `getLocationInventoryOf${index}`,
      ),
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function line(name: string, from: string, client: string, of: (index: number) => string): Line {
  const indices = Array.from({ length: 50 }, (_, index) => index);
  const names = [...new Set(indices.map(of))];
  const clientFrom = from.startsWith("@") ? from : "./src/client.js";
  const head = `import type { ${client} } from "${clientFrom}";\nimport { ${names.join(", ")} } from "${from}";\ndeclare const client: ${client};\n`;
  const calls = indices.map(
    (index) => `export const r${index} = await ${of(index)}(client, { locationUuid: "${index}" });\n`,
  );
  const none = instantiations(`${head}export { client, ${names.join(", ")} };\n`);
  const fifty = instantiations(head + calls.join(""));
  return { name: `type-check of 50 calls, ${name}`, measured: fifty - none, goal: 100, unit: "types" };
}

function instantiations(consumer: string): number {
  writeFileSync(new URL("consumer.ts", scratch), consumer);
  const compilerOptions = {
    target: "es2024",
    lib: ["es2024", "dom"],
    module: "nodenext",
    types: [],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  };
  writeFileSync(new URL("tsconfig.json", scratch), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
  const root = createRequire(new URL("../../../package.json", import.meta.url));
  const tsc = root.resolve("typescript-7/package.json").replace(/package\.json$/, "bin/tsc");
  const output = execFileSync(process.execPath, [tsc, "--extendedDiagnostics", "-p", "tsconfig.json"], {
    cwd: scratch,
    encoding: "utf8",
  });
  const [, count] = /Instantiations:\s+(\d+)/.exec(output) ?? [];
  if (count === undefined) throw new Error(`the compiler does not say how much it did:\n${output}`);
  return Number(count);
}
