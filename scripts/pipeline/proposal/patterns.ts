import { createContext, Script } from "node:vm";
import randexp from "randexp";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its types have the class as `default`; the module is the class itself
const RandExp = randexp as unknown as typeof randexp.default;

// A pattern is a vendor's text: one that takes longer than this on one short value is not used at all.
const maxMs = 100;
const alphabet = [
  [48, 57],
  [65, 90],
  [97, 122],
] as const;

const context = createContext(Object.create(null));
const script = new Script("new RegExp(pattern, 'u').test(text)");

/** Whether a text matches a pattern; undefined for a pattern that is none, or that takes too long. */
export function matches(pattern: string, text: string): boolean | undefined {
  if (pattern.length > 1000) return undefined;
  Object.assign(context, { pattern, text });
  try {
    return script.runInContext(context, { timeout: maxMs }) === true;
  } catch {
    return undefined;
  }
}

/** Texts that a pattern may match, the same ones each time; not every one does. */
export function textsFor(pattern: string): string[] {
  const repeats = Array.from(pattern.matchAll(/\{(\d+)/g), ([, count]) => Math.max(1, Number(count)));
  if (repeats.reduce((product, count) => product * count, pattern.length) > 10_000) return [];
  try {
    const made = [makeLowest(pattern, true), makeLowest(pattern, false)];
    return [...new Set(made)].filter((text) => text.length <= 1000);
  } catch {
    return [];
  }
}

function makeLowest(pattern: string, isPlain: boolean): string {
  const generator = new RandExp(pattern);
  generator.max = 1;
  generator.randInt = (from) => from;
  if (isPlain) {
    generator.defaultRange.subtract(0, 0xffff);
    for (const [from, to] of alphabet) generator.defaultRange.add(from, to);
  }
  return generator.gen();
}
