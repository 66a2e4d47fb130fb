import { existsSync, readFileSync, realpathSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import ts from "typescript";
import type { Declarations } from "./declarations.js";
import { listImports } from "./imports.js";
import { BumpError } from "./read.js";

/**
 * The declarations that a `.d.ts` file on the disk leads to: its package under `/package/`, others under `/node_modules/`,
 * where Node's own are found in `@types/node`.
 *
 * @throws BumpError for a file that is not there
 */
export function readDeclarations(entry: string): Declarations {
  if (!existsSync(entry)) throw new BumpError(`${entry}: there is no such file.`);
  const start = realpathSync(resolve(entry));
  const home = packageOf(start) ?? dirname(start);
  const files = new Map<string, string>();
  const visit = (path: string): string => {
    const folder = path.startsWith(home + sep) && !path.slice(home.length).includes(inModules) ? home : packageOf(path);
    const root = folder ?? dirname(path);
    const under = root === home ? "/package" : `/node_modules/${nameOf(root)}`;
    const mounted = `${under}/${relative(root, path).split(sep).join("/")}`;
    if (files.has(mounted)) return mounted;
    const text = readFileSync(path, "utf8");
    files.set(mounted, text);
    const manifest = join(root, "package.json");
    if (existsSync(manifest)) files.set(`${under}/package.json`, readFileSync(manifest, "utf8"));
    for (const found of importsOf(path, text)) visit(found);
    return mounted;
  };
  return { entry: visit(start), files };
}

const inModules = `${sep}node_modules${sep}`;
const options: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};

/** The files that a file imports or refers to; what cannot be found is left for the compiler to name. */
function importsOf(path: string, text: string): string[] {
  const { modules, types, files } = listImports(text);
  // Node's global names are declared without an import.
  const usesNode = modules.some((name) => isBuiltin(name)) || /\b(?:NodeJS\.|Buffer\b)/.test(text);
  const { resolveModuleName, resolveTypeReferenceDirective } = ts;
  return [
    ...modules.map((name) => resolveModuleName(name, path, options, ts.sys).resolvedModule),
    ...[...types, ...(usesNode ? ["node"] : [])].map(
      (name) => resolveTypeReferenceDirective(name, path, options, ts.sys).resolvedTypeReferenceDirective,
    ),
    ...files.map((name) => ({ resolvedFileName: join(dirname(path), name) })),
  ]
    .map((found) => found?.resolvedFileName ?? "")
    .filter((found) => /\.d\.[cm]?ts$/.test(found) && existsSync(found));
}

/** The nearest folder above with a package.json that gives a name. */
function packageOf(path: string): string | undefined {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder))
    if (nameOf(folder) !== "") return folder;
  return undefined;
}

function nameOf(folder: string): string {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) return "";
  const value: unknown = JSON.parse(readFileSync(manifest, "utf8"));
  const name: unknown = Reflect.get(Object(value), "name");
  return typeof name === "string" ? name : "";
}
