import { posix } from "node:path";
import ts from "typescript";
import type { Declarations } from "./declarations.js";
import { listImports } from "./imports.js";
import { neutralise } from "./neutral.js";
import type { Neutral } from "./neutral.js";
import { BumpError } from "./read.js";

/** Two packages' declarations in one tree, where a compiler can see both. */
export interface Mounted {
  readonly files: ReadonlyMap<string, string>;
  readonly old: MountedSide;
  readonly now: MountedSide;
  /** The file that an import of a mounted file is to. */
  resolve(this: void, name: string, from: string): string | undefined;
}

export interface MountedSide {
  readonly entry: string;
  /** What the side's own texts said, by the paths of the files. */
  readonly neutral: ReadonlyMap<string, Neutral>;
}

type Place = "old" | "new";

// They declare global names, which can be declared once only.
const global = /^\/node_modules\/(?:@types|undici-types)\//;
const declaration = /\.d\.[cm]?ts$/;
const mounted = /^\/(old|new|both)(\/.*)$/;

/** True for a file that is not the compiler's own or Node's. */
export function isMounted(path: string): boolean {
  return mounted.test(path);
}

/** True for a file that the two sides do not share. */
export function isOneSided(path: string): boolean {
  return /^\/(?:old|new)\//.test(path);
}

/** True where no file differs, other than packages of types for what is not a package. */
export function isSameText(old: Declarations, now: Declarations): boolean {
  const [before, after] = [old, now].map(({ files }) => new Map([...files].filter(([path]) => isOwn(path))));
  if (before?.size !== after?.size) return false;
  return [...(before ?? [])].every(([path, text]) => after?.get(path) === text);
}

function isOwn(path: string): boolean {
  return declaration.test(path) && !global.test(path);
}

/**
 * Puts the files of both side by side, `/old` and `/new`. What says the same, and leads to nothing that does not, is there
 * once (`/both`): it has the same types, which a compiler cannot always tell of two copies.
 *
 * @throws BumpError where the entry is not among the files
 */
export function mount(old: Declarations, now: Declarations): Mounted {
  for (const [name, { entry, files }] of [
    ["the old declarations", old],
    ["the new declarations", now],
  ] as const) {
    if (!files.has(entry)) throw new BumpError(`${name}: ${entry} is not among the files.`);
    if (!declaration.test(entry)) throw new BumpError(`${name}: ${entry} is no .d.ts file.`);
  }
  const texts = { old: neutraliseAll(old), new: neutraliseAll(now) };
  const resolvers = { old: resolverOver(old), new: resolverOver(now) };
  const same = listSame(texts.old, texts.new, resolvers);
  const placeOf = (path: string, place: Place) =>
    global.test(path) ? path : `/${same.has(path) ? "both" : place}${path}`;
  const mountSide = (place: Place, { entry }: Declarations): MountedSide => ({
    entry: placeOf(entry, place),
    neutral: new Map(Array.from(texts[place], ([path, text]) => [placeOf(path, place), text])),
  });
  const [oldSide, newSide] = [mountSide("old", old), mountSide("new", now)];
  const globals = [...old.files, ...now.files].filter(([path]) => global.test(path) && declaration.test(path));
  const own = [...oldSide.neutral, ...newSide.neutral].map(([path, { text }]) => [path, text] as const);
  const files = new Map([...globals, ...own]);
  return {
    files,
    old: oldSide,
    now: newSide,
    resolve(name, from) {
      const direct = mounted.test(name) ? name.replace(/\.([cm]?)js$/, ".d.$1ts") : undefined;
      if (direct !== undefined) return files.has(direct) ? direct : undefined;
      const [, root = "new", path = from] = mounted.exec(from) ?? [];
      // What both share resolves to the same in both.
      const place = root === "new" ? "new" : "old";
      const found = resolvers[place](name, path);
      return found === undefined ? undefined : placeOf(found, place);
    },
  };
}

type Resolve = (name: string, from: string) => string | undefined;

function resolverOver({ files }: Declarations): Resolve {
  const folders = new Set<string>();
  for (const path of files.keys())
    for (let folder = posix.dirname(path); !folders.has(folder); folder = posix.dirname(folder)) folders.add(folder);
  const host: ts.ModuleResolutionHost = {
    fileExists: (path) => files.has(path),
    readFile: (path) => files.get(path),
    directoryExists: (path) => folders.has(path.replace(/(.)\/$/, "$1")),
  };
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  return (name, from) => ts.resolveModuleName(name, from, options, host).resolvedModule?.resolvedFileName;
}

type Texts = ReadonlyMap<string, Neutral>;

function neutraliseAll({ files }: Declarations): Texts {
  const own = [...files].filter(([path]) => isOwn(path));
  return new Map(own.map(([path, text]) => [path, neutralise(path, text)]));
}

function listSame(old: Texts, now: Texts, resolvers: Record<Place, Resolve>): ReadonlySet<string> {
  const same = new Set([...old.keys()].filter((path) => old.get(path)?.text === now.get(path)?.text));
  const imports = new Map([...same].map((path) => [path, listImports(old.get(path)?.text ?? "").modules]));
  const isSame = (path: string) =>
    (imports.get(path) ?? []).every((name) => {
      const [before, after] = [resolvers.old(name, path), resolvers.new(name, path)];
      return before === after && (before === undefined || global.test(before) || same.has(before));
    });
  for (let size = -1; size !== same.size;) {
    size = same.size;
    for (const path of same) if (!isSame(path)) same.delete(path);
  }
  return same;
}
