/** Reads for a long time with faults injected and looks whether anything grows: `npm run soak -- --minutes 10`. */
import { getEventListeners } from "node:events";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { startSim } from "@inv/sim/server";
import { unlimitedRates } from "@inv/transport";

import { connectAll, findWrong, makeFaults, makeLookups } from "./workload.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, seed: { type: "string", default: "1" } },
});
setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const sim = await startSim({
  seed: Number(values.seed),
  products: 500,
  faults: makeFaults(0.1),
  rateLimits: false,
  keepRequests: 1000,
});
const lookups = makeLookups(sim, 50);
const inventory = connectAll(sim, { rateStore: unlimitedRates });
const abort = new AbortController();

interface Sample {
  readonly minute: number;
  readonly heapMiB: number;
  readonly resources: number;
  readonly listeners: number;
}

const samples: Sample[] = [];
const totals = { reads: 0, outcomes: 0, failed: 0, wrong: 0 };
const startedAt = performance.now();
const endsAt = startedAt + Number(values.minutes) * 60_000;
const every = Math.max(2000, (endsAt - startedAt) / 40);
let nextSample = startedAt + every;

while (performance.now() < endsAt) {
  const { outcomes } = await inventory.read(lookups, { signal: abort.signal, deadlineMs: 30_000 });
  totals.reads += 1;
  totals.outcomes += outcomes.length;
  totals.failed += outcomes.filter(({ status }) => status === "failed").length;
  totals.wrong += outcomes.flatMap((outcome) => findWrong(sim, outcome)).length;
  if (performance.now() < nextSample) continue;
  nextSample += every;
  collectGarbage();
  const sample = {
    minute: Number(((performance.now() - startedAt) / 60_000).toFixed(1)),
    heapMiB: Number((process.memoryUsage().heapUsed / 2 ** 20).toFixed(2)),
    resources: process.getActiveResourcesInfo().length,
    listeners: getEventListeners(abort.signal, "abort").length,
  };
  samples.push(sample);
  console.log(JSON.stringify(sample));
}
await sim.close();

/** The median of a value in the second quarter of the run, and in the last. */
function compare(of: (sample: Sample) => number): { readonly early: number; readonly late: number } {
  const quarter = Math.floor(samples.length / 4);
  const median = (part: readonly Sample[]) => part.map(of).toSorted((a, b) => a - b)[Math.floor(part.length / 2)] ?? 0;
  return { early: median(samples.slice(quarter, 2 * quarter)), late: median(samples.slice(-quarter)) };
}

const heap = compare(({ heapMiB }) => heapMiB);
const resources = compare(({ resources: count }) => count);
const listeners = compare(({ listeners: count }) => count);
console.log(JSON.stringify({ ...totals, heap, resources, listeners }));
const flat =
  totals.wrong === 0 &&
  heap.late <= heap.early * 1.05 + 1 &&
  resources.late <= resources.early + 8 &&
  listeners.late <= listeners.early;
console.log(flat ? "flat" : "NOT FLAT");
process.exitCode = flat ? 0 : 1;
