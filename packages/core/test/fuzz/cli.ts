import { parseArgs } from "node:util";

import { fuzz, showReport } from "./fuzz.ts";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, runs: { type: "string", default: "100000" } },
});
const [seed, runs] = [values.seed, values.runs].map(Number);
if (seed === undefined || runs === undefined || !Number.isInteger(seed) || !Number.isInteger(runs) || runs < 1) {
  console.error("usage: npm run fuzz -- [--seed 1] [--runs 1000000]");
  process.exit(2);
}
const report = await fuzz({
  seed,
  runs,
  onProgress: (payloads) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${payloads} of ${runs}`);
  },
});
if (process.stderr.isTTY) process.stderr.write("\r");
console.log(showReport(report));
process.exitCode = report.failure === undefined ? 0 : 1;
