import ts from "typescript";
import type { Change } from "./change.js";
import { child, objectAt, own, same } from "./json.js";
import type { Json } from "./json.js";
import type { Model } from "./model.js";
import { decode, writeTypes } from "./types.js";
import type { Types } from "./types.js";
import { listUnits, partsOf, reach, referencesOf } from "./units.js";
import type { Unit } from "./units.js";

/** A document as the proof sees it. */
export interface Side {
  readonly model: Model;
  readonly units: ReadonlyMap<string, Unit>;
  readonly types: Types;
}

/** With the earlier document, a discriminator mapping that only grew is written as it was there. */
export function sideOf(model: Model, earlier?: Model): Side {
  const units = listUnits(model);
  return { model, units, types: writeTypes(model, units, earlier) };
}

interface Probe {
  readonly key: string;
  readonly before: Unit;
  /** Where it differs from `key`: the key in the new document. */
  readonly newKey?: string;
  readonly after: Unit;
}

/** What the compiler found: of single schemas, and of whole operations, which fail with their parts. */
export interface Proof {
  readonly parts: readonly Change[];
  readonly wholes: readonly Change[];
}

/** A success that the old document did not have. */
interface Addition {
  readonly pointer: string;
  readonly label: string;
  /** Per body of the new status, the probes of which one has to hold; an empty body is no probe. */
  readonly bodies: readonly (readonly Probe[])[];
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
  const all: Probe[] = [];
  for (const [key, unit] of before.units) {
    const other = after.units.get(key);
    if (other !== undefined) all.push({ key, before: unit, after: other });
  }
  const additions = listAdditions(before, after);
  const pairs = listChanged(before, after, all);
  const probes = [...pairs, ...additions.flatMap(({ bodies }) => bodies.flat())];
  const compiled = compile(before, after, probes);
  const broken = new Set<string>();
  const parts: Change[] = [];
  const wholes: Change[] = [];
  const indirect: [probe: Probe, change: Change][] = [];
  for (const [index, probe] of pairs.entries()) {
    const { key } = probe;
    const local = !same(before.types.sourceOf(key), after.types.sourceOf(key));
    const change = judge(compiled, index, probe, local);
    if (change === undefined) continue;
    if (probe.after.whole !== undefined) {
      if (change.bump === "major") wholes.push(change);
    } else if (local) {
      parts.push(change);
      if (change.bump === "major") broken.add(key);
    } else indirect.push([probe, change]);
  }
  // What fails through its references alone is said once, where the component itself changed.
  for (const [probe, change] of indirect) if (!explained(before, after, probe, broken)) parts.push(change);
  for (const addition of additions) parts.push(judgeAddition(compiled, probes, addition));
  return { parts, wholes };
}

/** Leaves out what is the same text through all its references: it has the same type in both documents. */
function listChanged(before: Side, after: Side, all: readonly Probe[]): readonly Probe[] {
  // A discriminator changes the types of schemas that do not name it.
  const sides = [before, after];
  if (sides.some(({ units }) => [...units.values()].some(({ schema }) => hasDiscriminator(schema)))) return all;
  const isLocal = ({ key }: Probe) => !same(before.types.sourceOf(key), after.types.sourceOf(key));
  const local = new Set(all.filter(isLocal));
  const changed = new Set<string>();
  for (const { after: unit } of local) if (unit.component !== undefined) changed.add(unit.component);
  const users = new Map<string, string[]>();
  for (const { model } of sides)
    for (const [name, schema] of Object.entries(model.schemas))
      for (const used of referencesOf(schema)) users.set(used, [...(users.get(used) ?? []), name]);
  // A set is walked to its end, also where that moves.
  for (const name of changed) for (const user of users.get(name) ?? []) changed.add(user);
  return all.filter((probe) => {
    if (local.has(probe)) return true;
    if (probe.after.component !== undefined) return changed.has(probe.after.component);
    return [probe.before, probe.after].some(({ schema }) =>
      [...referencesOf(schema)].some((name) => changed.has(name)),
    );
  });
}

function hasDiscriminator(schema: Json): boolean {
  return [...partsOf(schema)].some((part) => own(part, "discriminator") !== undefined);
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
          olds.map(([oldKey, other]): Probe => ({ key: oldKey, before: other, newKey, after: unit })),
        ),
        fitsEmpty:
          operation.webhook || successes.some(([, { node }]) => Object.keys(objectAt(node, "content")).length === 0),
      });
    }
  }
  return additions;
}

function judgeAddition(
  compiled: Compiled,
  probes: readonly Probe[],
  { pointer, label, bodies, fitsEmpty }: Addition,
): Change {
  const lineOf = (probe: Probe) => 2 + probes.indexOf(probe) * linesPerProbe + 2;
  const unfit = bodies.find((candidates) => !candidates.some((probe) => !compiled.diagnostics.has(lineOf(probe))));
  if (bodies.length === 0 ? fitsEmpty : unfit === undefined)
    return {
      bump: "minor",
      pointer,
      message: `${label} is new, and its body fits an old success`,
      evidence: `+ ${label}`,
    };
  const [probe] = unfit ?? [];
  const evidence =
    probe === undefined
      ? `no old success has ${bodies.length === 0 ? "an empty body" : "a body"}`
      : evidenceOf(compiled, lineOf(probe));
  return { bump: "major", pointer, message: `${label} is new, and its body fits no old success`, evidence };
}

function explained(before: Side, after: Side, probe: Probe, broken: ReadonlySet<string>): boolean {
  const names = new Set<string>();
  reach(before.model, probe.before.schema, names);
  reach(after.model, probe.after.schema, names);
  const { direction } = probe.after;
  return [...names].some((name) => broken.has(`${direction} schema ${name} as ${direction}`));
}

interface Compiled {
  readonly checker: ts.TypeChecker;
  readonly types: readonly (readonly [before: ts.Type, after: ts.Type])[];
  /** By line of the probe file. */
  readonly diagnostics: ReadonlyMap<number, string>;
  readonly lines: readonly string[];
}

const linesPerProbe = 4;

function compile(before: Side, after: Side, probes: readonly Probe[]): Compiled {
  const lines = [
    'import type { components as Old } from "./old";',
    'import type { components as New } from "./new";',
    ...probes.flatMap(({ key, newKey = key, after: { direction } }, index) => {
      const [source, target] = direction === "request" ? ["O", "N"] : ["N", "O"];
      return [
        `type O${index} = Old["schemas"][${JSON.stringify(before.types.nameOf(key))}];`,
        `type N${index} = New["schemas"][${JSON.stringify(after.types.nameOf(newKey))}];`,
        `export const keeps${index} = (value: ${source}${index}): ${target}${index} => value;`,
        `export const equals${index} = (value: ${target}${index}): ${source}${index} => value;`,
      ];
    }),
  ];
  const files = new Map([
    ["/lib.d.ts", library],
    ["/old.ts", before.types.text],
    ["/new.ts", after.types.text],
    ["/probe.ts", lines.join("\n")],
  ]);
  const options: ts.CompilerOptions = {
    noLib: true,
    strict: true,
    noEmit: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    noErrorTruncation: false,
  };
  const host: ts.CompilerHost = {
    fileExists: (name) => files.has(name),
    readFile: (name) => files.get(name),
    getSourceFile: (name, version) => {
      const text = files.get(name);
      return text === undefined ? undefined : ts.createSourceFile(name, text, version, false);
    },
    getDefaultLibFileName: () => "/lib.d.ts",
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    writeFile: () => {},
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const source = program.getSourceFile("/probe.ts");
  if (source === undefined) throw new Error("the probe file is not in its own program");
  const diagnostics = new Map<number, string>();
  const problems = [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics(source)];
  for (const problem of problems) {
    const text = `TS${problem.code}: ${ts.flattenDiagnosticMessageText(problem.messageText, "\n")}`;
    const line = problem.file === source ? source.getLineAndCharacterOfPosition(problem.start ?? 0).line : -1;
    // A type that is not there, or an error outside the probes, would let every probe pass.
    if (line < 0 || (line - 2) % linesPerProbe < 2) throw new Error(`the generated types do not compile: ${text}`);
    diagnostics.set(line, text);
  }
  const checker = program.getTypeChecker();
  const aliases = source.statements.filter(ts.isTypeAliasDeclaration).map((node) => checker.getTypeAtLocation(node));
  const types = probes.map((__, index) => {
    const [old, now] = [aliases[index * 2], aliases[index * 2 + 1]];
    if (old === undefined || now === undefined) throw new Error("a probe has no types");
    return [old, now] as const;
  });
  return { checker, types, diagnostics, lines };
}

function evidenceOf(compiled: Compiled, line: number): string {
  const first = line - ((line - 2) % linesPerProbe);
  const text = [...compiled.lines.slice(first, first + 2), compiled.lines[line], compiled.diagnostics.get(line)];
  return decode(text.filter((part) => part !== undefined).join("\n"));
}

function judge(compiled: Compiled, index: number, probe: Probe, local: boolean): Change | undefined {
  const { label, pointer, direction } = probe.after;
  const first = 2 + index * linesPerProbe;
  const evidence = (line: number) => evidenceOf(compiled, line);
  if (compiled.diagnostics.has(first + 2)) {
    const message =
      direction === "request"
        ? `${label}: a value that was valid is no longer accepted`
        : `${label}: a new value no longer satisfies a program that reads the old one`;
    return { bump: "major", pointer, message, evidence: evidence(first + 2) };
  }
  const pair = compiled.types[index];
  if (!local || pair === undefined) return undefined;
  const [old, now] = pair;
  const lost = missingName(compiled.checker, [old], [now]);
  if (lost !== undefined) {
    const message = `${label}: ${decode(lost.join("."))} can no longer be ${direction === "request" ? "given" : "read"}`;
    const at = lost.reduce(
      (path, name) => (name === "[]" ? `${path}/items` : child(`${path}/properties`, decode(name))),
      pointer,
    );
    const declared = compiled.lines.slice(first, first + 2);
    const gone = `every name that O${index} has is in N${index}: not ${lost.join(".")}`;
    return { bump: "major", pointer: at, message, evidence: decode([...declared, gone].join("\n")) };
  }
  const widened = compiled.diagnostics.has(first + 3);
  const gained = missingName(compiled.checker, [now], [old]);
  if (!widened && gained === undefined) return undefined;
  const message =
    gained === undefined
      ? `${label}: its type ${direction === "request" ? "accepts more" : "says more"}`
      : `${label}: ${decode(gained.join("."))} is new`;
  const why = widened
    ? evidence(first + 3)
    : decode([...compiled.lines.slice(first, first + 2), `new name: ${gained?.join(".") ?? ""}`].join("\n"));
  return { bump: "minor", pointer, message, evidence: why };
}

/** The path of a name that `from` has at any depth and `to` has not; undefined when every name is there. */
function missingName(
  checker: ts.TypeChecker,
  from: readonly ts.Type[],
  to: readonly ts.Type[],
  seen: Set<string> = new Set(),
): readonly string[] | undefined {
  const id = `${idOf(from)}|${idOf(to)}`;
  if (id === "|" || seen.has(id)) return undefined;
  seen.add(id);
  const [left, right] = [namesOf(checker, from), namesOf(checker, to)];
  for (const [name, types] of left) {
    const others = right.get(name);
    if (others === undefined) return [name];
    const deeper = missingName(checker, types, others, seen);
    if (deeper !== undefined) return [name, ...deeper];
  }
  return undefined;
}

function idOf(types: readonly ts.Type[]): string {
  return types.map((type) => Number(Reflect.get(type, "id"))).join();
}

function namesOf(checker: ts.TypeChecker, types: readonly ts.Type[]): Map<string, ts.Type[]> {
  const names = new Map<string, ts.Type[]>();
  const add = (name: string, type: ts.Type) => {
    const known = names.get(name);
    if (known === undefined) names.set(name, [type]);
    else if (!known.includes(type)) known.push(type);
  };
  const visit = (type: ts.Type): void => {
    if (type.isUnion()) return type.types.forEach(visit);
    if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0) return;
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      const element = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
      if (element !== undefined) add("[]", element);
      return;
    }
    // `Record<string, never>` is how an object without known properties is written.
    const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
    if (index !== undefined && (index.flags & ts.TypeFlags.Never) === 0) add("{}", index);
    for (const property of checker.getPropertiesOfType(type)) {
      // `string & {}` has the properties of every string.
      if (type.isIntersection() && type.types.some((part) => (part.flags & ts.TypeFlags.Object) === 0)) continue;
      add(property.name, checker.getTypeOfSymbol(property));
    }
  };
  types.forEach(visit);
  return names;
}
