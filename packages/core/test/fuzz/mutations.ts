import { breakingMutations } from "./breaking-mutations.ts";
import type { Draft, Label, Mutation } from "./draft.ts";
import type { Golden } from "./goldens.ts";
import { harmlessMutations } from "./harmless-mutations.ts";
import { cloneTree, plainStyle, writeTree } from "./json-tree.ts";
import type { Node } from "./json-tree.ts";
import { createRandom } from "./random.ts";

/** One payload: the answers to give, in order, the last one again and again. */
export interface Mutant {
  readonly label: Label;
  /** The names of the mutations, in order. */
  readonly names: readonly string[];
  readonly payload: Uint8Array;
  /** An answer before that one which breaks off after so many bytes. */
  readonly torn?: { readonly payload: Uint8Array; readonly after: number };
}

/** One mutation, and the seed of what it chooses. */
export interface Step {
  readonly name: string;
  readonly seed: number;
}

/** Every mutation by name. */
export const mutations: Readonly<Record<string, Mutation>> = { ...harmlessMutations, ...breakingMutations };

const utf8 = new TextEncoder();
const strength: readonly Label[] = ["preserving", "changing", "breaking"];

/** Applies mutations to a golden payload, one after the other. The same steps give the same payload. */
export function mutate(golden: Golden, steps: readonly Step[]): Mutant {
  const draft: Draft = {
    root: cloneTree(golden.payload),
    style: plainStyle,
    text: [],
    bytes: [],
    provider: golden.provider,
  };
  let label: Label = "preserving";
  for (const { name, seed } of steps) {
    const mutation = mutations[name];
    if (mutation === undefined) throw new Error(`there is no mutation ${name}`);
    mutation.apply(draft, createRandom(seed));
    if (strength.indexOf(mutation.label) > strength.indexOf(label)) label = mutation.label;
  }
  const payload = finish(draft, draft.root);
  const { torn } = draft;
  const names = steps.map(({ name }) => name);
  if (torn === undefined) return { label, names, payload };
  const first = finish(draft, torn.root);
  return { label, names, payload, torn: { payload: first, after: Math.floor(first.length * torn.at) } };
}

function finish({ style, text, bytes }: Draft, root: Node): Uint8Array {
  const written = text.reduce((given, change) => change(given), writeTree(root, style));
  return bytes.reduce((given: Uint8Array, change) => change(given), utf8.encode(written));
}
