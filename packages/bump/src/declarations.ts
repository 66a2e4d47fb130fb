import ts from "typescript";
import type { BumpResult } from "./bump.js";
import { largest, rankOf } from "./change.js";
import type { Change } from "./change.js";
import { declaredName, listExported, marksOf, ownText, reachOf, specifierOf, writeHelper } from "./exported.js";
import type { Exported } from "./exported.js";
import { makerOf, useOf } from "./helper-types.js";
import { missingName } from "./missing-name.js";
import type { Lost } from "./missing-name.js";
import { isMounted, isSameText, mount } from "./mount.js";
import type { Mounted } from "./mount.js";
import { ask, compile } from "./probes.js";
import type { Answers, Draft, Evidence, Probe } from "./probes.js";

/** The declarations of a package: the texts of `.d.ts` files, and of `package.json` files that imports are resolved with. */
export interface Declarations {
  /** The path of the file that a program imports. */
  readonly entry: string;
  /** By absolute path; other packages are under `/node_modules/<name>/`. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * The semver bump that changed declarations of a TypeScript package mean for programs that use it, and every change that
 * led to it; `pointer` is the exported name, and where it can be told the member: `InvError.retryable`.
 *
 * - A name that goes is major, and so is one that a program could write at any depth of what is exported: a field that is
 *   read, an option that is given, a parameter, an `any` that took everything, a property that could be written to.
 * - A value is asked of the compiler: the new one has to do wherever the old one did.
 * - A type that does for the other in neither direction is major. One that does in one direction only is judged by the
 *   values that use it: what they prove decides. Where no exported value leads to the type, nobody can tell whether a
 *   program reads or builds it, and either is major.
 * - Other than that, what is new is minor, and another text with the same types a patch.
 *
 * Private members and the identity of a `unique symbol` do not count, methods are compared as strictly as functions, and
 * the standard library is that of the compiler in use.
 *
 * @throws BumpError where a type is named that is not there, for it would let everything pass
 */
export function bumpDeclarations(old: Declarations, now: Declarations): BumpResult {
  const found = new Comparison(old, now).compare();
  const byKey = new Map(found.map((change) => [`${change.pointer} ${change.message}`, change]));
  if (byKey.size === 0) for (const change of compareTexts(old, now)) byKey.set("", change);
  const changes = [...byKey.values()].toSorted((a, b) => rankOf(b.bump) - rankOf(a.bump));
  return { bump: largest(changes.map(({ bump }) => bump)), changes };
}

// Of all that a compiler may say of declarations, what means that a type is not the one that was written.
const missingTypes = new Set([
  1002, 1003, 1005, 1109, 1110, 1128, 1131, 1136, 1192, 2300, 2304, 2305, 2306, 2307, 2313, 2314, 2315, 2339, 2456,
  2502, 2503, 2552, 2688, 2694, 2717, 2724, 7016,
]);

const options: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  types: [],
  target: ts.ScriptTarget.ESNext,
  lib: ["lib.esnext.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};

/** A name that both sides export, and its probes by their places in the list. */
interface Pairing {
  readonly old: Exported;
  readonly now: Exported;
  readonly value: number | undefined;
  /** What makes an instance of a class. */
  readonly maker: number | undefined;
  readonly types: readonly number[];
}

class Comparison {
  readonly #changes: Draft[] = [];
  readonly #once = new Map<string, { readonly change: Draft; readonly steps: number }>();
  readonly #mounted: Mounted;
  readonly #first: ts.Program;

  constructor(old: Declarations, now: Declarations) {
    this.#mounted = mount(old, now);
    this.#first = compile({ options, ...this.#mounted });
  }

  compare(): readonly Change[] {
    const { files, resolve, old: before, now: after } = this.#mounted;
    const [olds, nows] = [before, after].map(({ entry }) => listExported(this.#first, entry));
    const probes: Probe[] = [];
    const pairings: Pairing[] = [];
    for (const [name, old] of olds ?? []) {
      const now = nows?.get(name);
      if (now === undefined) this.#add("major", name, "the exported name is gone", `- ${name}`);
      else pairings.push(this.#pair(old, now, probes));
    }
    for (const name of nows?.keys() ?? [])
      if (olds?.has(name) === false) this.#add("minor", name, "the exported name is new", `+ ${name}`);
    const values = pairings.filter(({ value }) => value !== undefined).map(({ old }) => old.name);
    const answers = ask(
      {
        files: new Map([...files, ["/values.ts", this.#useOfValues(values)]]),
        options,
        resolve,
        imports: this.#imports(),
        matters: (path, code) => isMounted(path) && (code === 0 || missingTypes.has(code)),
        earlier: this.#first,
      },
      probes,
    );
    const usable = usableValues(answers.program, values);
    const reached = this.#reached(answers, usable.old);
    for (const pairing of pairings) this.#judge(answers, pairing, usable, reached);
    return answers.write([...Array.from(this.#once.values(), ({ change }) => change), ...this.#changes]);
  }

  #imports(): [old: string, now: string] {
    const { old, now } = this.#mounted;
    const [from, to] = [old, now].map(({ entry }) => JSON.stringify(specifierOf(entry)));
    return [`import type * as Old from ${from ?? ""};`, `import type * as New from ${to ?? ""};`];
  }

  /** What is exported as a type only cannot be used as a value, which the compiler says of these lines. */
  #useOfValues(names: readonly string[]): string {
    const lines = names.flatMap((name) => [`Old.${name};`, `New.${name};`]);
    return [...this.#imports().map((line) => line.replace("import type", "import")), ...lines].join("\n");
  }

  #pair(old: Exported, now: Exported, probes: Probe[]): Pairing {
    const add = (before: string, after: string) => probes.push({ old: before, now: after, direction: "response" }) - 1;
    const { name } = old;
    const value = old.value && now.value ? add(`typeof Old.${name}`, `typeof New.${name}`) : undefined;
    const [make, makeNow] = [old, now].map((exported) => writeHelper(exported, makerOf(declaredName(exported))));
    const isClass = [old, now].every(({ symbol }) => (symbol.flags & ts.SymbolFlags.Class) !== 0);
    const maker = isClass && make !== undefined && makeNow !== undefined ? add(make, makeNow) : undefined;
    if (!old.type || !now.type || now.least > old.least || now.most < old.most)
      return { old, now, value, maker, types: [] };
    const types = [...new Set([old.least, old.most])].flatMap((count) => {
      if (count === 0) return [add(`Old.${name}`, `New.${name}`)];
      const [before, after] = [old, now].map((exported) => writeHelper(exported, useOf(declaredName(exported), count)));
      if (before !== undefined && after !== undefined) return [add(before, after)];
      const [text, textNow] = [ownText(old), ownText(now)];
      if (text !== textNow)
        this.#add(
          "major",
          name,
          "is generic within a namespace, where types are not compared",
          `- ${text}\n+ ${textNow}`,
        );
      return [];
    });
    return { old, now, value, maker, types };
  }

  /** What the old values lead to, as the second program knows it. */
  #reached({ program }: Answers, usable: ReadonlySet<string>): ReadonlySet<string> {
    const exported = listExported(program, this.#mounted.old.entry);
    const values = [...exported.values()].filter(({ name }) => usable.has(name)).map(({ symbol }) => symbol);
    const reached = reachOf(program.getTypeChecker(), values);
    return new Set([...exported.values()].filter(({ symbol }) => reached.has(symbol)).map(({ name }) => name));
  }

  #judge(answers: Answers, pairing: Pairing, usable: Usable, reached: ReadonlySet<string>): void {
    const { old, now, value, maker, types } = pairing;
    const { name } = old;
    const wasValue = old.value && (value === undefined || usable.old.has(name));
    const isValue = now.value && (value === undefined || usable.now.has(name));
    if (wasValue && !isValue) this.#add("major", name, "is no longer a value", `- typeof ${name}`);
    if (!wasValue && isValue) this.#add("minor", name, "is a value now", `+ typeof ${name}`);
    if (old.type && !now.type) this.#add("major", name, "is no longer a type", `- type ${name}`);
    if (!old.type && now.type) this.#add("minor", name, "is a type now", `+ type ${name}`);
    if (old.type && now.type) this.#compareParameters(old, now);
    if (value !== undefined && wasValue && isValue) this.#judgeProbe(answers, value, name, "major");
    const harm = maker === undefined ? undefined : answers.harm(maker);
    if (harm !== undefined) this.#add("major", name, "its constructor no longer takes what it did", harm);
    for (const index of types) this.#judgeProbe(answers, index, name, reached.has(name) ? "minor" : "major", true);
    this.#judgeMarks(old, now);
  }

  #compareParameters(old: Exported, now: Exported): void {
    const [before, after] = [old, now].map(({ least, most }) => `${least} to ${most} type arguments`);
    const evidence = `- ${before}\n+ ${after}`;
    if (now.least > old.least || now.most < old.most)
      this.#add("major", old.name, "takes other type arguments", evidence);
    else if (before !== after) this.#add("minor", old.name, "may be given other type arguments", evidence);
  }

  /** `oneWay` is what it means that the types do for each other in one direction only; a value has but one. */
  #judgeProbe(answers: Answers, index: number, name: string, oneWay: "major" | "minor", isType = false): void {
    const [old, now] = isType ? unwrapped(answers, index) : answers.typesOf(index);
    const [harm, growth] = [answers.harm(index), answers.growth(index)];
    const search = { checker: answers.checker, functions: true };
    const lost = missingName(search, [old], [now]);
    if (lost !== undefined) {
      const gone = `what O${index} has is in N${index}: not ${lost.path.join(".")}`;
      this.#addOnce(lost, "major", name, lostWords[lost.what], `${answers.declared(index)}\n${gone}`);
    }
    if (isType && (harm !== undefined) !== (growth !== undefined)) {
      const message =
        oneWay === "minor"
          ? "the type changed in one direction, which what uses it allows"
          : "the type changed, and no exported value says whether it is read or built";
      this.#add(oneWay, name, message, harm ?? growth ?? "");
    } else if (harm !== undefined) {
      const message = isType ? "the type is another one" : "no longer does where the old one did";
      this.#add("major", name, message, harm);
    } else if (growth !== undefined) this.#add("minor", name, "does more than the old one did", growth);
    const gained = lost === undefined ? missingName(search, [now], [old]) : undefined;
    if (gained !== undefined)
      this.#addOnce(
        gained,
        "minor",
        name,
        newWords[gained.what],
        `${answers.declared(index)}\nnew: ${gained.path.join(".")}`,
      );
  }

  /** What several names lead to is said once, where the way to it is shortest. */
  #addOnce(lost: Lost, bump: "major" | "minor", name: string, message: string, evidence: string): void {
    const change: Draft = { bump, pointer: pointerOf(name, lost), message, evidence };
    const key = `${bump} ${lost.cause}`;
    const known = this.#once.get(key);
    if (known === undefined || lost.path.length < known.steps) this.#once.set(key, { change, steps: lost.path.length });
  }

  #judgeMarks(old: Exported, now: Exported): void {
    const [before, after] = [marksOf(this.#mounted.old, old), marksOf(this.#mounted.now, now)];
    if (!before.sealed && after.sealed)
      this.#add("major", old.name, "has private members now: no other object does for one", "+ private");
    for (const mark of after.abstract)
      if (before.isClass && !before.abstract.includes(mark))
        this.#add("major", `${old.name}${mark}`, "has to be there in every class that extends it now", "+ abstract");
    for (const mark of after.deprecated)
      if (!before.deprecated.includes(mark))
        this.#add("minor", `${old.name}${mark}`, "is deprecated now", "+ @deprecated");
  }

  #add(bump: Change["bump"], pointer: string, message: string, evidence: Evidence): void {
    this.#changes.push({ bump, pointer, message, evidence });
  }
}

/** A generic type is asked about as what a function gives back. */
function unwrapped(answers: Answers, index: number): readonly [ts.Type, ts.Type] {
  const types = answers.typesOf(index);
  if (!answers.declared(index).includes("inv$use$")) return types;
  const [old, now] = types.map((type) => type.getCallSignatures()[0]?.getReturnType() ?? type);
  return old === undefined || now === undefined ? types : [old, now];
}

interface Usable {
  readonly old: ReadonlySet<string>;
  readonly now: ReadonlySet<string>;
}

function usableValues(program: ts.Program, names: readonly string[]): Usable {
  const file = program.getSourceFile("/values.ts");
  if (file === undefined) throw new Error("the file of values is not in its own program");
  const lines = new Set(
    program.getSemanticDiagnostics(file).map(({ start = 0 }) => file.getLineAndCharacterOfPosition(start).line),
  );
  return {
    old: new Set(names.filter((_, index) => !lines.has(2 + index * 2))),
    now: new Set(names.filter((_, index) => !lines.has(3 + index * 2))),
  };
}

/** `InvError.retryable`, `createInventory(0).timeoutMs`: what `new` gives is not told from its class. */
function pointerOf(name: string, { path }: Lost): string {
  const steps = path.filter((step) => step !== "new");
  return steps.reduce((at, step) => (/^[([{]/.test(step) ? `${at}${step}` : `${at}.${step}`), name);
}

const lostWords = {
  name: "can no longer be named",
  writable: "can no longer be written to",
  any: "was any, and is no longer",
};
const newWords = { name: "is new", writable: "can be written to now", any: "is any now" };

function compareTexts(old: Declarations, now: Declarations): Change[] {
  if (isSameText(old, now)) return [];
  return [
    {
      bump: "patch",
      pointer: ".",
      message: "the same declarations are written another way, or described differently",
      evidence: "the texts differ, their types do not",
    },
  ];
}
