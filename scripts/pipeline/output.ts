import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { SpecError } from "./error.ts";

const generated = "src/generated";
/** Of the simulators: beside what is written by hand, so that none of it is ever extra. */
const shapes = "src/shapes";
const mark = "// GENERATED from specs/";

/** How the files of a package differ from what generation makes. Paths are relative to the package. */
export interface Difference {
  readonly path: string;
  readonly state: "missing" | "changed" | "extra";
}

/** Compares a package with the files that it should have; whatever else is in `src/generated` is extra. */
export function compare(packageFolder: string, files: ReadonlyMap<string, string>): Difference[] {
  const differences: Difference[] = [];
  for (const [path, text] of files) {
    const file = join(packageFolder, path);
    if (!existsSync(file)) differences.push({ path, state: "missing" });
    else if (readFileSync(file, "utf8") !== text) differences.push({ path, state: "changed" });
  }
  const folder = join(packageFolder, generated);
  const present = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  for (const name of present.toSorted()) {
    const path = `${generated}/${name.replaceAll(sep, "/")}`;
    if (!files.has(path)) differences.push({ path, state: "extra" });
  }
  return differences;
}

/**
 * What has to be written, and removed, to bring a package to the generated files.
 *
 * @throws SpecError `output` rather than touch a file that generation did not write, or one outside of the package
 */
export function planFiles(packageFolder: string, files: ReadonlyMap<string, string>): Difference[] {
  if (!existsSync(packageFolder))
    throw new SpecError("output", "", `${packageFolder} is missing; create the package first.`);
  const differences = compare(packageFolder, files);
  for (const difference of differences) checkOurs(packageFolder, difference);
  return differences;
}

/**
 * Brings a package to the generated files: writes those that differ, removes generated ones that are no longer made.
 *
 * @throws SpecError `output`, before anything is written, as {@link planFiles} does
 */
export function writeFiles(packageFolder: string, files: ReadonlyMap<string, string>): Difference[] {
  const differences = planFiles(packageFolder, files);
  for (const { path } of differences) {
    const file = join(packageFolder, path);
    const text = files.get(path);
    if (text === undefined) {
      rmSync(file);
    } else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  return differences;
}

function checkOurs(packageFolder: string, { path, state }: Difference): void {
  const file = join(packageFolder, path);
  let folder = dirname(file);
  while (!existsSync(folder)) folder = dirname(folder);
  const entry = lstatSync(file, { throwIfNoEntry: false });
  if (relative(realpathSync(packageFolder), realpathSync(folder)).startsWith("..") || entry?.isSymbolicLink() === true)
    throw new SpecError("output", "", `${path} leads out of the package through a link; remove the link.`);
  const isMarked = entry?.isFile() === true && readFileSync(file, "utf8").startsWith(mark);
  const home = [generated, shapes].find((each) => path.startsWith(`${each}/`));
  if (state !== "missing" && home !== undefined && !isMarked)
    throw new SpecError("output", "", `${path} was not generated; move it out of ${home}.`);
}
