import type { Declarations } from "@inv/bump";
import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";
import { SpecError } from "../error.ts";
import { entriesOf, textOf } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { commitOf, filesAt } from "./published.ts";
import { parseDocument } from "../read.ts";

/** The TypeScript sources and manifests of all packages, by their names from the root. */
export type Sources = ReadonlyMap<string, string>;

const source = /^(?:tsconfig\.base\.json|packages\/[^/]+\/(?:package\.json|src\/.*\.ts))$/;

/** The sources as they are in the working tree. */
export function sourcesIn(root: string): Sources {
  const names = globSync(["tsconfig.base.json", "packages/*/package.json", "packages/*/src/**/*.ts"], { cwd: root });
  return new Map(names.map((name) => [name.replaceAll("\\", "/"), readFileSync(join(root, name), "utf8")]));
}

/** The sources as they were at a ref. */
export function sourcesAt(root: string, ref: string): Sources {
  if (commitOf(root, ref) === undefined)
    throw new SpecError("base", "", `--base ${JSON.stringify(ref)}: there is no such git ref.`);
  const files = filesAt(root, ref, ["packages", "tsconfig.base.json"], (name) => source.test(name));
  return new Map(Array.from(files, ([name, bytes]) => [name, Buffer.from(bytes).toString("utf8")]));
}

/**
 * Makes the declarations of a package from its sources, in memory: for each entry that can be imported (`.`,
 * `./adapters/loop`, …) the files that it leads to, as they would be installed. Other packages of the repository come from
 * the same sources, everybody else's from what is installed now.
 *
 * @throws SpecError `base` where the sources do not compile, for their declarations would say less than they promised
 */
export function declare(
  root: string,
  sources: Sources,
  name: string,
  where: string,
): ReadonlyMap<string, Declarations> {
  const manifest = manifestIn(sources, name);
  if (manifest === undefined) throw new SpecError("base", "", `there is no packages/${name}/package.json ${where}.`);
  const entries = listEntries(sources, manifest, name, where);
  const ambient = [...sources.keys()].filter((path) => path.endsWith(".d.ts"));
  const options = optionsIn(root, sources);
  const roots = [...entries.values(), ...ambient].map((file) => join(root, file));
  const program = ts.createProgram(roots, options, hostOver(root, sources, options));
  refuseProblems(root, program, sources, `${name} does not compile ${where}, with what is installed now`);
  const files = new Map<string, string>();
  const write: ts.WriteFileCallback = (path, text) => {
    const emitted = nameOf(root, path);
    if (emitted !== undefined) files.set(installed(emitted), text);
  };
  program.emit(undefined, write, undefined, true);
  for (const [path, text] of sources) if (path.endsWith("/package.json")) files.set(installed(path), text);
  for (const file of program.getSourceFiles()) addForeign(file, program, files);
  const resolved = new Map(Array.from(entries, ([key, path]) => [key, installed(path).replace(/\.ts$/, ".d.ts")]));
  return new Map(Array.from(resolved, ([key, entry]) => [key, { entry, files: reach(entry, files) }]));
}

function refuseProblems(root: string, program: ts.Program, sources: Sources, what: string): void {
  for (const file of program.getSourceFiles()) {
    if (!sources.has(nameOf(root, file.fileName) ?? "")) continue;
    const [problem] = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
      ...program.getDeclarationDiagnostics(file),
    ];
    if (problem !== undefined) throw new SpecError("base", "", `${what}: ${toLine(root, problem)}`);
  }
}

/** The source of each entry that has types; a `*` stands for every file that is there. */
function listEntries(sources: Sources, manifest: JsonObject, name: string, where: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const [key, target] of entriesOf(manifest, "exports")) {
    if (textOf(target, "types") === "") continue;
    const [start = "", end] = posix.join("packages", name, textOf(target, "@inv/source")).split("*");
    if (end === undefined && !sources.has(start))
      throw new SpecError(
        "base",
        "",
        `packages/${name}/package.json: ${key} has no "@inv/source" that is there ${where}.`,
      );
    if (end === undefined) entries.set(key, start);
    else
      for (const path of sources.keys())
        if (path.startsWith(start) && path.endsWith(end) && path.length > start.length + end.length)
          entries.set(key.replace("*", path.slice(start.length, path.length - end.length)), path);
  }
  return entries;
}

/** `packages/core/src/level.ts` as a user has it: `/node_modules/@inv/core/dist/level.ts`. */
function installed(name: string): string {
  const [, folder = "", ...rest] = name.split("/");
  const [first = "", ...more] = rest;
  return posix.join("/node_modules/@inv", folder, first === "src" ? "dist" : first, ...more);
}

/** Adds a declaration file of somebody else's package, and that package's manifest. */
function addForeign(file: ts.SourceFile, program: ts.Program, files: Map<string, string>): void {
  if (program.isSourceFileDefaultLibrary(file)) return;
  const at = file.fileName.lastIndexOf("/node_modules/");
  if (at === -1) return;
  const path = file.fileName.slice(at);
  if (files.has(path)) return;
  files.set(path, file.text);
  const manifest = `${folderOf(path)}/package.json`;
  const text = files.has(manifest) ? undefined : ts.sys.readFile(`${file.fileName.slice(0, at)}${manifest}`);
  if (text !== undefined) files.set(manifest, text);
}

/** The files that an entry leads to through its imports, and the manifests that its imports are resolved with. */
function reach(entry: string, files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const reached = new Map<string, string>();
  const host: ts.ModuleResolutionHost = { fileExists: (path) => files.has(path), readFile: (path) => files.get(path) };
  const options: ts.CompilerOptions = { moduleResolution: ts.ModuleResolutionKind.NodeNext };
  const visit = (path: string): void => {
    const text = files.get(path);
    if (text === undefined || reached.has(path)) return;
    reached.set(path, text);
    const manifest = `${folderOf(path)}/package.json`;
    reached.set(manifest, files.get(manifest) ?? "{}");
    const { importedFiles, referencedFiles } = ts.preProcessFile(text);
    for (const { fileName } of referencedFiles) visit(posix.join(posix.dirname(path), fileName));
    for (const { fileName } of importedFiles) {
      const found = ts.resolveModuleName(fileName, path, options, host, undefined, undefined, ts.ModuleKind.ESNext);
      if (found.resolvedModule !== undefined) visit(found.resolvedModule.resolvedFileName);
    }
  };
  visit(entry);
  // Node's own modules and global names are declared by packages that nothing imports by their names.
  for (const path of files.keys()) if (/^\/node_modules\/(?:@types\/node|undici-types)\//.test(path)) visit(path);
  return reached;
}

/** `/node_modules/@inv/core` of a file in it. */
function folderOf(path: string): string {
  return /^\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? "";
}

function optionsIn(root: string, sources: Sources): ts.CompilerOptions {
  const { config } = ts.parseConfigFileTextToJson("tsconfig.base.json", sources.get("tsconfig.base.json") ?? "{}");
  const compilerOptions: unknown = Reflect.get(Object(config), "compilerOptions");
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions ?? {}, root);
  return {
    ...options,
    customConditions: ["@inv/source"],
    declaration: true,
    emitDeclarationOnly: true,
    skipLibCheck: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
}

/** The name from the root of a file that is ours; undefined for anybody else's. */
function nameOf(root: string, path: string): string | undefined {
  const [, linked] = /\/node_modules\/@inv\/(.+)$/.exec(path) ?? [];
  if (linked !== undefined) return `packages/${linked}`;
  const start = `${root.replaceAll("\\", "/").replace(/\/$/, "")}/packages/`;
  const name = path.startsWith(start) ? path.slice(start.length) : "";
  return name === "" || /(?:^|\/)node_modules(?:\/|$)/.test(name) ? undefined : `packages/${name}`;
}

// Parsed once: neither the standard library nor what is installed differs between the two sides.
const parsed = new Map<string, ts.SourceFile | undefined>();

/** The sources in place of the files that are on the disk under these names. */
function hostOver(root: string, sources: Sources, options: ts.CompilerOptions): ts.CompilerHost {
  const disk = ts.createCompilerHost(options);
  const folders = new Set<string>();
  for (const name of sources.keys())
    for (let folder = posix.dirname(name); folder !== "."; folder = posix.dirname(folder)) folders.add(folder);
  const readFile = (path: string): string | undefined => {
    const name = nameOf(root, path);
    return name === undefined ? disk.readFile(path) : sources.get(name);
  };
  const cache = ts.createModuleResolutionCache(root, (name) => name, options);
  const host: ts.CompilerHost = {
    ...disk,
    getCurrentDirectory: () => root,
    readFile,
    fileExists(path) {
      const name = nameOf(root, path);
      return name === undefined ? disk.fileExists(path) : sources.has(name);
    },
    directoryExists(path) {
      const name = nameOf(root, path);
      if (name !== undefined) return folders.has(name);
      // Packages of ours are found there, whether they are linked or not.
      return /\/node_modules(?:\/@inv)?$/.test(path) || ts.sys.directoryExists(path);
    },
    realpath(path) {
      const name = nameOf(root, path);
      return name === undefined ? (disk.realpath?.(path) ?? path) : `${root.replaceAll("\\", "/")}/${name}`;
    },
    getSourceFile(path, target) {
      const parse = (): ts.SourceFile | undefined => {
        const text = readFile(path);
        return text === undefined ? undefined : ts.createSourceFile(path, text, target);
      };
      if (nameOf(root, path) !== undefined) return parse();
      if (!parsed.has(path)) parsed.set(path, parse());
      return parsed.get(path);
    },
    resolveModuleNameLiterals: (literals, from, redirected, options, file) =>
      literals.map((literal) => {
        const mode = ts.getModeForUsageLocation(file, literal, options);
        const found = ts.resolveModuleName(literal.text, from, options, host, cache, redirected, mode);
        const { resolvedModule } = found;
        if (resolvedModule === undefined || !sources.has(nameOf(root, resolvedModule.resolvedFileName) ?? ""))
          return found;
        // What is found below node_modules is not emitted otherwise.
        return { ...found, resolvedModule: { ...resolvedModule, isExternalLibraryImport: false } };
      }),
  };
  return host;
}

function toLine(root: string, { file, start = 0, messageText }: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(messageText, " ");
  if (file === undefined) return text;
  const { line } = file.getLineAndCharacterOfPosition(start);
  return `${nameOf(root, file.fileName) ?? file.fileName}:${line + 1}: ${text}`;
}

function manifestIn(sources: Sources, name: string): JsonObject | undefined {
  const path = `packages/${name}/package.json`;
  const text = sources.get(path);
  return text === undefined ? undefined : parseDocument(text, { name: path, aliases: 0 });
}
