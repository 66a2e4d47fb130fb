/** Many lookups over all five simulators with faults injected: `npm run lookups -- --count 10000 --faults 0.1 --seed 1`. */
import { parseArgs } from "node:util";

import { startSim } from "@inv/sim/server";
import { unlimitedRates } from "@inv/transport";

import { connectAll, findWrong, makeFaults, makeLookups } from "./workload.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "10000" },
    faults: { type: "string", default: "0.1" },
    seed: { type: "string", default: "1" },
    /** Without the documented rate limits, which make it take as long as it has to take. */
    unlimited: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const sim = await startSim({ seed, faults: makeFaults(Number(values.faults)), rateLimits: !values.unlimited });
const lookups = makeLookups(sim, Number(values.count) / 5);
const options = values.unlimited ? { rateStore: unlimitedRates } : {};

const startedAt = performance.now();
const { outcomes } = await connectAll(sim, { ...options, deadlineMs: 30 * 60_000 }).read(lookups, {
  deadlineMs: 60 * 60_000,
});
const seconds = (performance.now() - startedAt) / 1000;
await sim.close();

const wrong = outcomes.flatMap((outcome) => findWrong(sim, outcome));
const answered = outcomes.every((outcome, index) => outcome.lookup.item.id === lookups[index]?.item.id);
const failures = new Map<string, number>();
for (const outcome of outcomes)
  if (outcome.status === "failed") {
    const what = `${outcome.error.provider ?? ""} ${outcome.error.code}`;
    failures.set(what, (failures.get(what) ?? 0) + 1);
  }
const faulty = sim.requests.filter(({ fault }) => fault !== undefined).length;
const figures = {
  seed,
  lookups: lookups.length,
  outcomes: outcomes.length,
  "each in its place": answered,
  ok: outcomes.filter(({ status }) => status === "ok").length,
  failed: Object.fromEntries(failures),
  "wrong numbers": wrong.length,
  requests: sim.requests.length,
  "requests per lookup": Number((sim.requests.length / lookups.length).toFixed(3)),
  "requests with a fault": faulty,
  seconds: Number(seconds.toFixed(1)),
};
for (const [name, value] of Object.entries(figures)) console.log(`${name}: ${JSON.stringify(value)}`);
for (const text of wrong.slice(0, 20)) console.log(`WRONG ${text}`);
const kept =
  wrong.length === 0 && answered && outcomes.length === lookups.length && sim.requests.length <= 1.15 * lookups.length;
console.log(kept ? "kept" : "NOT KEPT");
process.exitCode = kept ? 0 : 1;
