import ts from "typescript";
import type { Change } from "./change.js";
import { BumpError } from "./read.js";
import type { Direction } from "./units.js";

/** A question to the compiler: two types, and which way their values travel. */
export interface Probe {
  readonly old: string;
  readonly now: string;
  readonly direction: Direction;
}

/** Files by path, and how they are compiled. */
export interface Files {
  readonly files: ReadonlyMap<string, string>;
  readonly options: ts.CompilerOptions;
  /** The file that an import is to, where that is not what the compiler would find. */
  resolve?(this: void, name: string, from: string): string | undefined;
  /** A program of which the files that are the same are taken over. */
  readonly earlier?: ts.Program;
}

/** What probes are asked of. */
export interface Source extends Files {
  /** What the two types are written with. */
  readonly imports: readonly [old: string, now: string];
  /** The problems that matter, or with code 0 the files whose problems do: a type that is not there would let every probe pass. */
  matters(this: void, path: string, code: number): boolean;
}

/** What a change is proven by: a text, or the probe that failed, of which the compiler is still to be asked for its words. */
export type Evidence = string | { readonly index: number; readonly way: "keeps" | "equals" };

/** A change whose evidence is not yet written. */
export type Draft = Omit<Change, "evidence"> & { readonly evidence: Evidence };

/** What the compiler says of probes, by their places in the list. */
export interface Answers {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  typesOf(index: number): readonly [old: ts.Type, now: ts.Type];
  /** The failing probe; undefined where every value that has to do does. */
  harm(index: number): Evidence | undefined;
  /** The same for the other way round, which no program takes. */
  growth(index: number): Evidence | undefined;
  /** The two types as they were asked about. */
  declared(index: number): string;
  /** Asks for the compiler's words, which take far longer than its yes or no; `decode` makes them ones that people read. */
  write(this: void, drafts: readonly Draft[], decode?: (text: string) => string): Change[];
}

const typesFile = "/probe-types.ts";
const typesModule = "./probe-types.js";
const wordsFile = "/probe.ts";

/** Asks whether values written for the old type are still accepted, or new values still satisfy who reads old ones. */
export function ask(source: Source, probes: readonly Probe[]): Answers {
  const lines = [
    ...source.imports,
    ...probes.flatMap(({ old, now }, index) => [`export type O${index} = ${old};`, `export type N${index} = ${now};`]),
  ];
  const program = compile({ ...source, files: new Map([...source.files, [typesFile, lines.join("\n")]]) });
  const [problem] = problemsOf(program, (path, code) => path === typesFile || source.matters(path, code));
  if (problem !== undefined) throw new BumpError(`the types do not compile${placeOf(problem)}: ${textOf(problem)}`);
  const file = program.getSourceFile(typesFile);
  const checker = program.getTypeChecker();
  const types = file?.statements.filter(ts.isTypeAliasDeclaration).map((node) => checker.getTypeAtLocation(node)) ?? [];
  const typesOf = (index: number): readonly [ts.Type, ts.Type] => {
    const [old, now] = [types[index * 2], types[index * 2 + 1]];
    if (old === undefined || now === undefined) throw new Error("a probe has no types");
    return [old, now];
  };
  const isRequest = (index: number) => probes[index]?.direction === "request";
  const fails = (index: number, way: "keeps" | "equals") => {
    const [old, now] = typesOf(index);
    const fits = isRequest(index) === (way === "keeps") ? ([old, now] as const) : ([now, old] as const);
    return checker.isTypeAssignableTo(...fits) ? undefined : { index, way };
  };
  const declared = (index: number) =>
    [`type O${index} = ${probes[index]?.old ?? ""};`, `type N${index} = ${probes[index]?.now ?? ""};`].join("\n");
  const lineOf = (index: number, way: "keeps" | "equals") => {
    const [from, to] = isRequest(index) === (way === "keeps") ? ["O", "N"] : ["N", "O"];
    return `export const ${way}${index} = (value: ${from}${index}): ${to}${index} => value;`;
  };
  return {
    program,
    checker,
    typesOf,
    harm: (index) => fails(index, "keeps"),
    growth: (index) => fails(index, "equals"),
    declared,
    write(drafts, decode = (text) => text) {
      const wanted = [
        ...new Set(drafts.flatMap(({ evidence: by }) => (typeof by === "string" ? [] : [lineOf(by.index, by.way)]))),
      ];
      const words = wordsFor(wanted, source, program);
      return drafts.map(({ evidence: by, ...change }) => {
        if (typeof by === "string") return { ...change, evidence: decode(by) };
        const line = lineOf(by.index, by.way);
        return { ...change, evidence: decode([declared(by.index), line, words.get(line) ?? ""].join("\n")) };
      });
    },
  };
}

function wordsFor(lines: readonly string[], source: Source, earlier: ts.Program): Map<string, string> {
  const words = new Map<string, string>();
  if (lines.length === 0) return words;
  const names = lines.flatMap((line) => Array.from(line.matchAll(/\b[ON]\d+\b/g), ([name]) => name));
  const text = [`import type { ${[...new Set(names)].join(", ")} } from "${typesModule}";`, ...lines].join("\n");
  const types = earlier.getSourceFile(typesFile)?.text ?? "";
  const files = new Map([...source.files, [typesFile, types], [wordsFile, text]]);
  const program = compile({ ...source, files, earlier });
  const file = program.getSourceFile(wordsFile);
  for (const problem of file === undefined ? [] : program.getSemanticDiagnostics(file)) {
    const line = lines[(file?.getLineAndCharacterOfPosition(problem.start ?? 0).line ?? 0) - 1];
    if (line !== undefined) words.set(line, textOf(problem));
  }
  return words;
}

function textOf({ code, messageText }: ts.Diagnostic): string {
  return `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
}

function problemsOf(program: ts.Program, matters: Source["matters"]): ts.Diagnostic[] {
  return program.getSourceFiles().flatMap((file) => {
    if (!matters(file.fileName, 0)) return [];
    const problems = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return problems.filter(({ code }) => matters(file.fileName, code));
  });
}

function placeOf({ file, start = 0 }: ts.Diagnostic): string {
  if (file === undefined) return "";
  return ` at ${file.fileName}:${file.getLineAndCharacterOfPosition(start).line + 1}`;
}

// The standard library does not change while a program runs.
const library = new Map<string, ts.SourceFile>();

/** A program over files in memory; what else it reads is the standard library that comes with the compiler. */
export function compile({ files, options, resolve, earlier }: Files): ts.Program {
  const folder = ts.getDefaultLibFilePath(options).replace(/[^/\\]*$/, "");
  const host: ts.CompilerHost = {
    fileExists: (name) => files.has(name) || (name.startsWith(folder) && ts.sys.fileExists(name)),
    readFile: (name) => files.get(name) ?? (name.startsWith(folder) ? ts.sys.readFile(name) : undefined),
    getSourceFile(name, version) {
      const known = earlier?.getSourceFile(name) ?? library.get(name);
      const text = known !== undefined && name.startsWith(folder) ? known.text : host.readFile(name);
      if (text === undefined || text === known?.text) return known;
      const file = ts.createSourceFile(name, text, version, false);
      if (name.startsWith(folder)) library.set(name, file);
      return file;
    },
    getDefaultLibFileName: (wanted) => ts.getDefaultLibFilePath(wanted),
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    writeFile: () => {},
    ...(resolve === undefined
      ? {}
      : {
          resolveModuleNameLiterals: (names, from) =>
            names.map(({ text }) => {
              const resolvedFileName = text === typesModule ? typesFile : resolve(text, from);
              return {
                resolvedModule:
                  resolvedFileName === undefined ? undefined : { resolvedFileName, extension: ts.Extension.Dts },
              };
            }),
        }),
  };
  const roots = [...files.keys()].filter((name) => /\.[cm]?ts$/.test(name));
  return ts.createProgram(roots, options, host);
}
