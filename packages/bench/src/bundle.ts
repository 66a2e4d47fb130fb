import { brotliCompressSync } from "node:zlib";

import { rolldown } from "rolldown";

import type { Line } from "./line.ts";

/** The size of a module, bundled with all that it imports and minified, in brotli bytes. */
async function bundled(code: string): Promise<number> {
  const entry = `${import.meta.dirname}/bundled.js`;
  const bundle = await rolldown({
    input: entry,
    platform: "neutral",
    resolve: { mainFields: ["module", "main"] },
    logLevel: "silent",
    plugins: [
      {
        name: "entry",
        load: (id: string) => (id === entry ? code : null),
        resolveId: (id: string) => (id === entry ? id : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  return brotliCompressSync(output.map((chunk) => (chunk.type === "chunk" ? chunk.code : "")).join("")).byteLength;
}

/** What one call costs in a bundle, and each further operation. */
export async function measureBundle(): Promise<readonly Line[]> {
  const one = await bundled(`export { createLoopClient, getInventory } from "@inv/loop";`);
  const few = await bundled(`export { createZettleClient, getInventory } from "@inv/zettle";`);
  const all = await bundled(
    `export { createZettleClient, getInventory, getLocationInventory, getLocationTypeInventory, getProductsInventory, getProductInventory } from "@inv/zettle";`,
  );
  return [
    { name: "bundle of one call of @inv/loop, minified, brotli", measured: one, goal: 6500, unit: "bytes" },
    { name: "each further operation (@inv/zettle)", measured: (all - few) / 4, goal: 60, unit: "bytes" },
  ];
}
