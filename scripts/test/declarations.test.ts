import { expect, test } from "vitest";
import { diff } from "../diff.ts";
import { declare, sourcesAt, sourcesIn } from "../pipeline/compare/declarations.ts";
import { historyOf } from "./history.ts";
import { printed } from "./pages.ts";

const manifest = (name: string, more: object = {}) =>
  JSON.stringify({
    name: `@inv/${name}`,
    version: "1.4.2",
    exports: {
      ".": { "@inv/source": "./src/index.ts", types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./package.json": "./package.json",
      ...more,
    },
  });
const adapters = {
  "./adapters/*": {
    "@inv/source": "./src/adapters/*.ts",
    types: "./dist/adapters/*.d.ts",
    default: "./dist/adapters/*.js",
  },
};

const answer = "export interface Answer { readonly status: number; readonly text: string }\n";

/** A repository of two packages, one built on the other, released at 1.4.2. */
function released() {
  const history = historyOf({
    "tsconfig.base.json": '{ "compilerOptions": { "target": "es2022", "module": "nodenext", "strict": true } }',
    "specs/shop/openapi.yaml": "",
    "packages/shop/package.json": manifest("shop"),
    "packages/hidden/package.json": '{ "private": true }',
    "packages/wire/package.json": manifest("wire"),
    "packages/wire/src/index.ts": answer,
    "packages/core/package.json": manifest("core", adapters),
    "packages/core/src/index.ts": [
      'import type { Answer } from "@inv/wire";',
      'import { count } from "./inner.js";',
      "/** Reads. */",
      "export const read = (answer: Answer) => ({ size: count(answer.text), status: answer.status });",
    ].join("\n"),
    "packages/core/src/inner.ts": "export const count = (text: string): number => text.length;\n",
    "packages/core/src/adapters/till.ts": "export const till = 1;\n",
    "packages/core/src/adapters/shop.ts": "export const shop = 1;\n",
  });
  history.commit("@inv/core@1.4.2");
  history.git("tag", "@inv/wire@1.4.2");
  return history;
}

const run = (root: string, ...parameters: string[]) => printed(() => diff(parameters, root));

test("each entry leads to what it declares, and to nothing else", () => {
  const { root } = released();
  const declared = declare(root, sourcesAt(root, "HEAD"), "core", "at HEAD");
  expect([...declared.keys()].toSorted()).toEqual([".", "./adapters/shop", "./adapters/till"]);
  const { entry, files } = declared.get(".") ?? { entry: "", files: new Map<string, string>() };
  expect([...files.keys()]).toEqual([
    "/node_modules/@inv/core/dist/index.d.ts",
    "/node_modules/@inv/core/package.json",
    "/node_modules/@inv/wire/dist/index.d.ts",
    "/node_modules/@inv/wire/package.json",
  ]);
  expect(files.get(entry)).toContain("(answer: Answer) => {\n    size: number;\n    status: number;\n};");
});

test("a ref is read as it was, whatever the working tree holds", () => {
  const { root, write } = released();
  const before = sourcesIn(root);
  write({ "packages/core/src/index.ts": "broken(", "packages/core/src/more.ts": "" });
  expect(sourcesAt(root, "@inv/core@1.4.2")).toEqual(before);
});

test("an unchanged package is none, and so is one that changed within", async () => {
  const { root, write } = released();
  write({ "packages/core/src/inner.ts": "export const count = (text: string): number => [...text].length;\n" });
  expect(await run(root, "core")).toEqual({
    code: 0,
    out: "compared with @inv/core@1.4.2\nnone: @inv/core stays at 1.4.2",
    errors: "",
  });
});

test("an entry that is gone is major, a new one minor", async () => {
  const { root, git, write } = released();
  write({ "packages/core/src/adapters/desk.ts": "export const desk = 1;\n" });
  expect((await run(root, "core")).out.split("\n")).toEqual([
    "minor  @inv/core/adapters/desk  can be imported now",
    "",
    "compared with @inv/core@1.4.2",
    "minor: @inv/core 1.4.2 -> 1.5.0",
  ]);
  git("rm", "--quiet", "packages/core/src/adapters/till.ts");
  const { out } = await run(root, "core");
  expect(out).toMatch(/^major {2}@inv\/core\/adapters\/till {2}cannot be imported any more\n/);
  expect(out).toMatch(/\nmajor: @inv\/core 1\.4\.2 -> 2\.0\.0$/);
});

test("what an entry exports is compared with its proof, in each entry that leads to it", async () => {
  const { root, write } = released();
  write({
    "packages/wire/src/index.ts": answer.replace("}", "; readonly more: boolean }"),
    "packages/core/src/adapters/till.ts": "export const till = 1;\nexport const more = 2;\n",
  });
  const { code, out } = await run(root, "core", "--format", "json");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    bump: "major",
    changes: [
      { bump: "major", pointer: "@inv/core#read", evidence: expect.stringContaining("'more' is missing") },
      { bump: "minor", pointer: "@inv/core#read(0).more" },
      { bump: "minor", pointer: "@inv/core/adapters/till#more" },
    ],
  });
  write({ "packages/wire/src/index.ts": `/** New words. */\n${answer}` });
  expect((await run(root, "wire")).out.split("\n")).toEqual([
    "patch  @inv/wire  the same declarations are written another way, or described differently",
    "",
    "compared with @inv/wire@1.4.2",
    "patch: @inv/wire 1.4.2 -> 1.4.3",
  ]);
});

test("what does not compile is refused with file and line, on either side", async () => {
  const { root, write, commit } = released();
  write({ "packages/core/src/inner.ts": "\nexport const count = (text: string): number => text;\n" });
  const { code, out, errors } = await run(root, "core");
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(errors).toMatch(
    /^core: spec\{base\} core does not compile in the working tree, .*: packages\/core\/src\/inner\.ts:2: Type 'string'/,
  );
  write({ "packages/wire/src/index.ts": 'export type { A } from "not-installed";\n' });
  commit();
  expect((await run(root, "wire", "--base", "HEAD")).errors).toMatch(
    /^wire: spec\{base\} wire does not compile at HEAD, .*: packages\/wire\/src\/index\.ts:1: Cannot find module 'not-installed'/,
  );
});

test.each([
  [["hidden"], 'there is no provider and no package "hidden"; there are shop, and core, wire.'],
  [["core", "--accept", "#", "--why", "mine"], "core is compared by its types, which leave no questions"],
])("%j is not understood", async (parameters, message) => {
  await expect(diff(parameters, released().root)).rejects.toThrow(message);
});

test("a package without its tag, or a base that is no ref, is refused", async () => {
  const { root, git } = released();
  git("tag", "--delete", "@inv/core@1.4.2");
  expect((await run(root, "core")).errors).toMatch(
    /^core: spec\{base\} there is no tag @inv\/core@… .*`git fetch --tags`\.$/,
  );
  expect((await run(root, "core", "--base", "nonsense")).errors).toBe(
    'core: spec{base} --base "nonsense": there is no such git ref.',
  );
});
