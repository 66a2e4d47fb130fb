import ts from "typescript";
import type { Change } from "./change.js";
import { child, objectAt } from "./json.js";
import { missingName } from "./missing-name.js";
import type { Model } from "./model.js";
import { ask } from "./probes.js";
import type { Answers, Draft, Source } from "./probes.js";
import { decode, ownText, writeTypes } from "./types.js";
import type { EarlierDocument, Types } from "./types.js";
import { listUnits, reach } from "./units.js";
import type { Unit } from "./units.js";

/** A document as the proof sees it. */
export interface Side {
  readonly model: Model;
  readonly units: ReadonlyMap<string, Unit>;
  readonly types: Types;
}

/** With the earlier document, a discriminator mapping that only grew is written as it was there. */
export function sideOf(model: Model, earlier?: EarlierDocument): Side {
  const units = listUnits(model);
  return { model, units, types: writeTypes(model, units, earlier) };
}

interface Pair {
  readonly key: string;
  readonly before: Unit;
  /** Where it differs from `key`: the key in the new document. */
  readonly newKey?: string;
  readonly after: Unit;
}

/** What the compiler found: of single schemas, and of whole operations, which fail with their parts. */
export interface Proof {
  readonly parts: readonly Change[];
  readonly wholes: () => readonly Change[];
}

/** A success that the old document did not have. */
interface Addition {
  readonly pointer: string;
  readonly label: string;
  /** Per body of the new status, the pairs of which one has to hold; an empty body is no probe. */
  readonly bodies: readonly (readonly Pair[])[];
  readonly fitsEmpty: boolean;
}

// What openapi-typescript's output needs of a standard library, and no more: the real one takes longer to read than all else.
const library = `
interface Array<T> { readonly length: number; [index: number]: T }
interface ReadonlyArray<T> { readonly length: number; readonly [index: number]: T }
interface Boolean { valueOf(): boolean } interface Number { toFixed(): string } interface String { charAt(): string }
interface CallableFunction {} interface NewableFunction {} interface Function {} interface IArguments {} interface Object {} interface RegExp {}
type Record<K extends string | number | symbol, T> = { [P in K]: T };
type Pick<T, K extends keyof T> = { [P in K]: T[P] };
type Exclude<T, U> = T extends U ? never : T;
type Omit<T, K extends string | number | symbol> = Pick<T, Exclude<keyof T, K>>;
`;

/**
 * What the TypeScript compiler says of the two documents' types: for every schema that both have, whether values written
 * for the old one are still accepted, values of the new one still satisfy old readers, and every name is still there.
 */
export function prove(before: Side, after: Side): Proof {
  const all: Pair[] = [];
  for (const [key, unit] of before.units) {
    const other = after.units.get(key);
    if (other !== undefined) all.push({ key, before: unit, after: other });
  }
  const additions = listAdditions(before, after);
  const pairs = listChanged(before, after, all);
  const probes = [...pairs, ...additions.flatMap(({ bodies }) => bodies.flat())];
  const compiled = compilePairs(before, after, probes);
  const broken = new Set<string>();
  const parts: Draft[] = [];
  const wholes: Draft[] = [];
  const indirect: [pair: Pair, change: Draft][] = [];
  for (const [index, pair] of pairs.entries()) {
    const { key } = pair;
    const local = isLocal(before, after, key);
    const change = judge(compiled, index, pair, local);
    if (change === undefined) continue;
    if (pair.after.whole !== undefined) {
      if (change.bump === "major") wholes.push(change);
    } else if (local) {
      parts.push(change);
      if (change.bump === "major") broken.add(key);
    } else indirect.push([pair, change]);
  }
  // What fails through its references alone is said once, where the component itself changed.
  for (const [pair, change] of indirect) if (!explained(before, after, pair, broken)) parts.push(change);
  for (const addition of additions) parts.push(judgeAddition(compiled, addition));
  const { write } = compiled.answers;
  return { parts: write(parts, decode), wholes: () => write(wholes, decode) };
}

/** Leaves out what is the same text through all the types that it names: it has the same type in both documents. */
function listChanged(before: Side, after: Side, all: readonly Pair[]): readonly Pair[] {
  const [olds, nows] = [before.types.byName, after.types.byName];
  const changed = new Set<string>();
  const users = new Map<string, string[]>();
  for (const name of new Set([...olds.keys(), ...nows.keys()])) {
    const [old, now] = [olds.get(name), nows.get(name)];
    if (old?.text !== now?.text) changed.add(name);
    for (const used of [...(old?.uses ?? []), ...(now?.uses ?? [])]) {
      const known = users.get(used);
      if (known === undefined) users.set(used, [name]);
      else known.push(name);
    }
  }
  // A set is walked to its end, also where that moves.
  for (const name of changed) for (const user of users.get(name) ?? []) changed.add(user);
  return all.filter(({ key }) => changed.has(before.types.nameOf(key)) || changed.has(after.types.nameOf(key)));
}

/** True where a unit's own type changed, not just a component that it names. */
function isLocal(before: Side, after: Side, key: string): boolean {
  return ownText(before.types, before.types.nameOf(key)) !== ownText(after.types, after.types.nameOf(key));
}

function listAdditions(before: Side, after: Side): Addition[] {
  const additions: Addition[] = [];
  for (const [key, operation] of after.model.operations) {
    const old = before.model.operations.get(key);
    if (old === undefined) continue;
    const successes = [...old.responses].filter(([status]) => status.startsWith("2"));
    for (const [status, response] of operation.responses) {
      if (!status.startsWith("2") || old.responses.has(status)) continue;
      const label = `${key} ${status}`;
      const unitsOf = (side: Side, owner: string) =>
        [...side.units].filter(
          ([, unit]) => unit.label.startsWith(`${owner} `) && !unit.label.startsWith(`${owner} header `),
        );
      const olds = successes.flatMap(([success]) => unitsOf(before, `${key} ${success}`));
      additions.push({
        pointer: response.pointer,
        label,
        bodies: unitsOf(after, label).map(([newKey, unit]) =>
          olds.map(([oldKey, other]): Pair => ({ key: oldKey, before: other, newKey, after: unit })),
        ),
        fitsEmpty:
          operation.webhook || successes.some(([, { node }]) => Object.keys(objectAt(node, "content")).length === 0),
      });
    }
  }
  return additions;
}

function judgeAddition({ answers, probes }: Compiled, { pointer, label, bodies, fitsEmpty }: Addition): Draft {
  const harmOf = (pair: Pair) => answers.harm(probes.indexOf(pair));
  const unfit = bodies.find((candidates) => candidates.every((pair) => harmOf(pair) !== undefined));
  if (bodies.length === 0 ? fitsEmpty : unfit === undefined)
    return {
      bump: "minor",
      pointer,
      message: `${label} is new, and its body fits an old success`,
      evidence: `+ ${label}`,
    };
  const [pair] = unfit ?? [];
  const evidence =
    pair === undefined
      ? `no old success has ${bodies.length === 0 ? "an empty body" : "a body"}`
      : (harmOf(pair) ?? "");
  return { bump: "major", pointer, message: `${label} is new, and its body fits no old success`, evidence };
}

function explained(before: Side, after: Side, pair: Pair, broken: ReadonlySet<string>): boolean {
  const names = new Set<string>();
  reach(before.model, pair.before.schema, names);
  reach(after.model, pair.after.schema, names);
  const { direction } = pair.after;
  return [...names].some((name) => broken.has(`${direction} schema ${name} as ${direction}`));
}

/** What the compiler says of probes, in the words of the documents. */
interface Compiled {
  readonly answers: Answers;
  readonly probes: readonly Pair[];
}

function compilePairs(before: Side, after: Side, probes: readonly Pair[]): Compiled {
  const source: Source = {
    files: new Map([
      ["/lib.d.ts", library],
      ["/old.ts", before.types.text],
      ["/new.ts", after.types.text],
    ]),
    options: {
      noLib: true,
      strict: true,
      noEmit: true,
      types: [],
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    },
    imports: ['import type { components as Old } from "./old";', 'import type { components as New } from "./new";'],
    matters: (path) => path !== "/lib.d.ts",
  };
  const answers = ask(
    source,
    probes.map(({ key, newKey = key, after: { direction } }) => ({
      old: `Old["schemas"][${JSON.stringify(before.types.nameOf(key))}]`,
      now: `New["schemas"][${JSON.stringify(after.types.nameOf(newKey))}]`,
      direction,
    })),
  );
  return { answers, probes };
}

function judge({ answers }: Compiled, index: number, pair: Pair, local: boolean): Draft | undefined {
  const { label, pointer, direction } = pair.after;
  const harm = answers.harm(index);
  if (harm !== undefined) {
    const message =
      direction === "request"
        ? `${label}: a value that was valid is no longer accepted`
        : `${label}: a new value no longer satisfies a program that reads the old one`;
    return { bump: "major", pointer, message, evidence: harm };
  }
  if (!local) return undefined;
  const [old, now] = answers.typesOf(index);
  const search = { checker: answers.checker, functions: false };
  const lost = missingName(search, [old], [now])?.path;
  if (lost !== undefined) {
    const message = `${label}: ${decode(lost.join("."))} can no longer be ${direction === "request" ? "given" : "read"}`;
    const at = lost.reduce(
      (path, name) => (name === "[]" ? `${path}/items` : child(`${path}/properties`, decode(name))),
      pointer,
    );
    const gone = `every name that O${index} has is in N${index}: not ${lost.join(".")}`;
    return { bump: "major", pointer: at, message, evidence: `${answers.declared(index)}\n${gone}` };
  }
  const growth = answers.growth(index);
  const gained = missingName(search, [now], [old])?.path.join(".");
  if (growth === undefined && gained === undefined) return undefined;
  const message =
    gained === undefined
      ? `${label}: its type ${direction === "request" ? "accepts more" : "says more"}`
      : `${label}: ${decode(gained)} is new`;
  const evidence = growth ?? `${answers.declared(index)}\nnew name: ${gained ?? ""}`;
  return { bump: "minor", pointer, message, evidence };
}
