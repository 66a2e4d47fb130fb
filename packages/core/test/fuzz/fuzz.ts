import { array, asyncProperty, check, constantFrom, nat, noBias, oneof, record } from "fast-check";
import type { Arbitrary } from "fast-check";

import { findProblem } from "./check.ts";
import type { Problem } from "./check.ts";
import type { Label } from "./draft.ts";
import { listGoldens } from "./goldens.ts";
import type { Golden } from "./goldens.ts";
import { mutate, mutations } from "./mutations.ts";
import type { Mutant, Step } from "./mutations.ts";
import { expectFrom } from "./oracle.ts";
import { createSubject } from "./subject.ts";
import type { Interference, Subject } from "./subject.ts";

/** How a run went. */
export interface FuzzReport {
  readonly seed: number;
  /** Payloads that were read. */
  readonly payloads: number;
  readonly lookups: number;
  readonly seconds: number;
  readonly byLabel: Readonly<Record<Label, number>>;
  readonly byProvider: Readonly<Record<string, number>>;
  /** How often each mutation was applied. */
  readonly byMutation: Readonly<Record<string, number>>;
  /** How lookups ended: the kinds of figures in those that are ok, the codes of those that failed. */
  readonly byEnding: Readonly<Record<string, number>>;
  /** The first problem, made as small as it goes; absent when there is none. */
  readonly failure?: Failure;
}

export interface Failure extends Problem {
  readonly provider: string;
  readonly golden: string;
  readonly label: Label;
  readonly steps: readonly Step[];
  /** The payload as text. */
  readonly payload: string;
  readonly lookup: string;
  /** What gives this very payload again, for `fast-check`. */
  readonly path: string;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly runs: number;
  /** A bug to plant. Then only wrong figures count: what it refuses is no news. */
  readonly interference?: Interference;
  /** Told of the payloads so far, every ten thousand. */
  readonly onProgress?: (payloads: number) => void;
}

interface Recipe {
  readonly golden: Golden;
  readonly steps: readonly Step[];
}

/**
 * Reads that many mutated payloads through client, adapter and core and compares every figure with the payload.
 *
 * Ends at the first problem. The same seed gives the same payloads.
 */
export async function fuzz({ seed, runs, interference, onProgress }: FuzzOptions): Promise<FuzzReport> {
  const goldens = listGoldens();
  const subject = createSubject(interference);
  const counts = { payloads: 0, lookups: 0 };
  const byLabel: Record<Label, number> = { preserving: 0, changing: 0, breaking: 0 };
  const byProvider: Record<string, number> = {};
  const byMutation: Record<string, number> = {};
  const byEnding: Record<string, number> = {};
  const count = (of: Record<string, number>, name: string) => {
    of[name] = (of[name] ?? 0) + 1;
  };
  const steps = (names: readonly string[], maxLength: number) =>
    array(record({ name: constantFrom(...names), seed: noBias(nat({ max: 2 ** 31 - 1 })) }), {
      maxLength,
      size: "max",
    });
  const all = Object.keys(mutations);
  const harmless = all.filter((name) => mutations[name]?.label !== "breaking");
  const recipes: Arbitrary<Recipe> = record({
    golden: constantFrom(...evenly(goldens)),
    steps: oneof({ weight: 2, arbitrary: steps(all, 3) }, { weight: 1, arbitrary: steps(harmless, 5) }),
  });
  const startedAt = performance.now();
  let failing: { readonly recipe: Recipe; readonly found: Found } | undefined;
  const property = asyncProperty(recipes, async (recipe) => {
    const mutant = mutate(recipe.golden, recipe.steps);
    counts.payloads += 1;
    counts.lookups += recipe.golden.lookups.length;
    byLabel[mutant.label] += 1;
    count(byProvider, recipe.golden.provider);
    for (const name of mutant.names) count(byMutation, name);
    if (counts.payloads % 10_000 === 0) onProgress?.(counts.payloads);
    const isPlanted = interference !== undefined;
    const found = await judge(subject, recipe.golden, mutant, (ending) => count(byEnding, ending));
    if (found === undefined || (isPlanted && found.problem.kind === "refused")) return;
    failing = { recipe, found };
    throw new Error(found.problem.text);
  });
  const { random } = Math;
  // The wait before a retry is a random part of a time that grows: here none at all.
  Math.random = () => 0;
  const result = await check(property, { seed, numRuns: runs }).finally(() => {
    Math.random = random;
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const report = { seed, ...counts, seconds, byLabel, byProvider, byMutation, byEnding };
  if (!result.failed) return report;
  if (failing === undefined) throw result.errorInstance;
  const { recipe, found } = failing;
  return {
    ...report,
    failure: {
      ...found.problem,
      provider: recipe.golden.provider,
      golden: recipe.golden.name,
      label: found.mutant.label,
      steps: recipe.steps,
      payload: new TextDecoder().decode(found.mutant.payload),
      lookup: found.lookup,
      path: result.counterexamplePath ?? "",
    },
  };
}

/** The goldens, so that each provider is as likely as any other. */
function evenly(goldens: readonly Golden[]): readonly Golden[] {
  const byProvider = Object.values(Object.groupBy(goldens, ({ provider }) => provider));
  const most = Math.max(...byProvider.map((of) => of?.length ?? 0));
  return byProvider.flatMap((of = []) => Array.from({ length: Math.ceil(most / of.length) }, () => of).flat());
}

interface Found {
  readonly problem: Problem;
  readonly mutant: Mutant;
  readonly lookup: string;
}

async function judge(
  subject: Subject,
  golden: Golden,
  mutant: Mutant,
  onEnding: (ending: string) => void,
): Promise<Found | undefined> {
  const { provider, lookups } = golden;
  const { outcomes } = await subject.read(provider, mutant, lookups);
  const expected = expectFrom(golden, mutant.payload);
  const polluted = Object.keys(Object.prototype);
  if (polluted.length > 0) throw new Error(`Object.prototype has got ${polluted.join(", ")}`);
  for (const [index, lookup] of lookups.entries()) {
    const outcome = outcomes[index];
    const permitted = expected[index];
    if (outcome === undefined || permitted === undefined) throw new Error("a lookup has no outcome");
    if (outcome.status === "failed") onEnding(`failed ${outcome.error.code} ${outcome.error.kind ?? ""}`.trim());
    else
      for (const level of outcome.levels)
        for (const { quantity } of [...Object.values(level.quantities), ...Object.values(level.terms)])
          onEnding(quantity.kind === "unknown" ? `unknown ${quantity.reason}` : quantity.kind);
    const problem = findProblem(lookup, outcome, permitted, mutant.label !== "breaking");
    if (problem !== undefined) return { problem, mutant, lookup: JSON.stringify(lookup) };
  }
  return undefined;
}

/** The report in lines for people. */
export function showReport(report: FuzzReport): string {
  const { seed, payloads, lookups, seconds, failure } = report;
  const list = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .toSorted(([, one], [, two]) => two - one)
      .map(([name, count]) => `  ${String(count).padStart(9)}  ${name}`);
  const figures = [
    `seed ${seed}: ${payloads} payloads, ${lookups} lookups in ${seconds.toFixed(1)} s (${Math.round(payloads / seconds)} payloads a second)`,
    `${failure?.kind === "wrong" ? 1 : 0} wrong figures, ${failure?.kind === "refused" ? 1 : 0} unharmed payloads refused`,
    "by label",
    ...list(report.byLabel),
    "by provider",
    ...list(report.byProvider),
    "by ending, figures and failed lookups",
    ...list(report.byEnding),
    "by mutation",
    ...list(report.byMutation),
  ];
  return [...figures, ...(failure === undefined ? [] : ["", showFailure(seed, failure)])].join("\n");
}

/** One problem, with all that is needed to see it again. */
export function showFailure(seed: number, failure: Failure): string {
  const { kind, text, provider, golden, label, steps, payload, lookup, path } = failure;
  return [
    `${kind.toUpperCase()}: ${text}`,
    `provider ${provider}, ${golden}, label ${label}, seed ${seed}, path ${path}`,
    `mutations ${JSON.stringify(steps)}`,
    `lookup ${lookup}`,
    `payload ${payload}`,
  ].join("\n");
}
