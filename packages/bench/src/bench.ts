import { measureBump } from "./bump.ts";
import { measureBundle } from "./bundle.ts";
import { measureCalls } from "./calls.ts";
import { measureExact } from "./exact.ts";
import { measureGeneration } from "./generation.ts";
import { measureImport } from "./import.ts";
import type { Line } from "./line.ts";
import { show } from "./line.ts";
import { measureTypes } from "./types.ts";

// `npm run bench [-- exact bundle …]`: what the budgets ask for, each figure beside its baseline on this machine.
const parts: Readonly<Record<string, () => Promise<readonly Line[]>>> = {
  calls: measureCalls,
  import: measureImport,
  bundle: measureBundle,
  types: measureTypes,
  generation: measureGeneration,
  exact: measureExact,
  bump: measureBump,
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  console.error(`${unknown} is none of ${Object.keys(parts).join(", ")}`);
  process.exitCode = 2;
} else {
  for (const [name, measure] of Object.entries(parts))
    if (wanted.length === 0 || wanted.includes(name)) for (const line of await measure()) console.log(show(line));
}
