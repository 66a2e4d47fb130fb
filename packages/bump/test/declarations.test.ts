import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bumpDeclarations, BumpError } from "../src/index.js";
import type { Declarations } from "../src/index.js";
import { readDeclarations } from "../src/read-declarations.js";
import { run } from "../src/run.js";
import { declarations } from "./pairs/declarations.js";
import type { Package } from "./pairs/declarations.js";

/** The package as it is installed; paths that begin with a slash are other packages'. */
function installed(files: Package): Declarations {
  const folder = "/node_modules/under-test";
  const entries = Object.entries(files).map(
    ([name, text]) => [name.startsWith("/") ? name : `${folder}/${name}`, text] as const,
  );
  return {
    entry: `${folder}/index.d.ts`,
    files: new Map([...entries, [`${folder}/package.json`, '{ "type": "module" }']]),
  };
}

test.each(declarations)("$expected when $name", ({ before, after, expected, pointer }) => {
  const result = bumpDeclarations(installed(before), installed(after));
  expect(result.bump, JSON.stringify(result.changes, null, 1)).toBe(expected);
  const largest = result.changes.filter(({ bump }) => bump === expected).map((change) => change.pointer);
  if (expected === "none") expect(largest).toEqual([]);
  else expect(largest).toContain(pointer);
});

test.each([
  ["an import that leads nowhere", { "index.d.ts": 'export { a } from "./gone.js";' }],
  ["a type that nobody declares", { "index.d.ts": "export declare const a: Gone;" }],
  ["a file that exports nothing", { "index.d.ts": "declare const a: 1;" }],
  ["an entry that is not there", {}],
])("refuses %s, for it would let everything pass", (_, files) => {
  expect(() => bumpDeclarations(installed(files), installed(files))).toThrow(BumpError);
});

test("gives the failing probe and the compiler's words as evidence", () => {
  const [before, after] = ["string", "number"].map((type) => ({ "index.d.ts": `export declare const a: ${type};` }));
  const { changes } = bumpDeclarations(installed(before ?? {}), installed(after ?? {}));
  expect(changes).toMatchObject([{ bump: "major", pointer: "a" }]);
  expect(changes[0]?.evidence).toMatch(/type O0 = typeof Old\.a;[^]*TS2322: Type 'number' is not assignable/);
});

test("there are at least 25 pairs, no two of one name", () => {
  expect(declarations.length).toBeGreaterThanOrEqual(25);
  expect(new Set(declarations.map(({ name }) => name)).size).toBe(declarations.length);
});

// A package of forty files with generics, brands and overloads, which is here for another reason.
const real = readDeclarations(join(dirname(fileURLToPath(import.meta.resolve("yaml"))), "index.d.ts"));

test("finds no change between a real package and itself, and a patch where only comments came", () => {
  expect(real.files.size).toBeGreaterThan(30);
  expect(bumpDeclarations(real, real)).toEqual({ bump: "none", changes: [] });
  const commented = Array.from(
    real.files,
    ([path, text]) => [path, path.endsWith(".ts") ? `/** New. */ ${text}` : text] as const,
  );
  expect(bumpDeclarations(real, { ...real, files: new Map(commented) }).bump).toBe("patch");
});

test.each([
  ["an export", "isScalar,", "", "isScalar"],
  ["a field of a class", "commentBefore: string | null;", "", "Document.commentBefore"],
])("finds %s that goes from a real package", (_, from, to, pointer) => {
  const files = new Map(Array.from(real.files, ([path, text]) => [path, text.replace(from, to)] as const));
  const { bump, changes } = bumpDeclarations(real, { ...real, files });
  expect(bump).toBe("major");
  expect(changes.map((change) => change.pointer)).toContain(pointer);
});

test("the command compares the declarations of two folders, with the packages beside them", () => {
  const folder = mkdtempSync(join(tmpdir(), "bump-"));
  try {
    const write = (name: string, text: string) => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    };
    for (const [side, option] of [
      ["old", "why?: string"],
      ["new", ""],
    ] as const) {
      write(`${side}/package.json`, '{ "name": "mine", "type": "module" }');
      write(`${side}/dist/index.d.ts`, 'export * as reads from "./read.js";');
      write(`${side}/dist/read.d.ts`, 'import type { Failure } from "other"; export declare function read(): Failure;');
      write(`${side}/node_modules/other/package.json`, '{ "name": "other", "types": "./index.d.ts" }');
      write(`${side}/node_modules/other/index.d.ts`, `export interface Failure { code: string; ${option} }`);
    }
    const call = (...args: string[]) => {
      let [stdout, stderr] = ["", ""];
      const code = run(args, { stdout: (text) => (stdout += text), stderr: (text) => (stderr += text) });
      return { code, stdout, stderr };
    };
    const [old, now] = ["old", "new"].map((side) => join(folder, side, "dist/index.d.ts"));
    expect(call("--declarations", old ?? "", old ?? "")).toEqual({ code: 0, stdout: "none\n", stderr: "" });
    expect(call("--declarations", old ?? "", now ?? "")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^major +reads\.read\(\)\.why +can no longer be named[^]*\nmajor\n$/),
    });
    for (const args of [
      [old ?? ""],
      [old ?? "", join(folder, "none.d.ts")],
      [old ?? "", now ?? "", "--accept", "a", "--why", "b"],
    ])
      expect(call("--declarations", ...args)).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringContaining("Usage: bump"),
      });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
