import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";

import { compareFaults, faults, idsOfTests, parseCatalogue } from "../faults.ts";
import { root } from "../pipeline/command.ts";

const head = "| Id | Fault | Right outcome | Waits for |\n| --- | --- | --- | --- |\n";

afterEach(() => {
  vi.restoreAllMocks();
});

/** A folder with a catalogue and one test file, removed when `use` returns. */
function inFolder<Value>(catalogue: string, source: string, use: (folder: string) => Value): Value {
  const folder = mkdtempSync(join(tmpdir(), "inv-faults-"));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  try {
    write("docs/faults.md", catalogue);
    write("packages/acme/test/stock.test.ts", source);
    write("packages/acme/test/fixtures/copy.test.ts", 'it("T99 is a fixture", () => {});');
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What `npm run faults` would print there, and its exit code. */
function run(catalogue: string, source: string) {
  const out = vi.spyOn(console, "log").mockImplementation(() => {});
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const code = inFolder(catalogue, source, faults);
  return { code, out: out.mock.calls.join("\n"), error: error.mock.calls.join("\n") };
}

test("the catalogue of this repository has all 206 ids, in ten groups", () => {
  const groups = parseCatalogue(readFileSync(join(root, "docs/faults.md"), "utf8"));
  expect(groups.map(({ letter, faults: rows }) => `${letter}${rows.length}`).join(" ")).toBe(
    "T19 H23 A26 R15 P35 N12 C20 L21 S14 X21",
  );
  for (const { letter, faults: rows } of groups)
    expect(rows.map(({ id }) => id)).toEqual(rows.map((_, index) => `${letter}${String(index + 1).padStart(2, "0")}`));
});

test("no test of this repository names an id that the catalogue does not have", () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  faults(root);
  expect(error.mock.calls.join("\n")).not.toContain("is not in docs/faults.md");
});

test.each([
  ["a test", 'test("T01 resolves", () => {});'],
  ["several ids", 'it("T01 resolves", () => {}); it("H07 P25, P26 and R01 hold", () => {});'],
  ["a group", 'describe("T01 names", () => { it("H07 resolve", () => {}); });'],
  ["a concurrent test", "test.concurrent(`T01 resolves`, () => {});"],
  ["a template", "for (const name of names) test(`T01 resolves ${name}`, () => {});"],
  ["a title over a table", 'it.each(["a", "b"])("T01 resolves %s", () => {});'],
  ["a title of its own", 'const title = "T01 resolves"; it(title, () => {});'],
  ["a table", 'it.each([["T01 a name", 1], ["H07 an item", 2]])("fails on %s", () => {});'],
  ["a table of objects", 'it.for([{ title: "T01 a name" }])("$title", () => {});'],
  [
    "a table with a name",
    'const cases = { "T01 a name": 1 }; it.each(Object.entries(cases))("fails on %s", () => {});',
  ],
  ["a conditional test", 'it.skipIf(process.platform === "win32")("T01 resolves", () => {});'],
])("counts %s", (_, source) => {
  expect(idsOfTests("stock.test.ts", source)).toContain("T01");
});

test("counts every id that a title begins with, once", () => {
  const source = 'it("H07 P25, P26 and R01 hold: T05", () => {}); it("H07 again", () => {});';
  expect(idsOfTests("stock.test.ts", source)).toEqual(["H07", "P25", "P26", "R01"]);
});

test.each([
  ["a comment", '// it("T01 resolves")\n/* test("T01 resolves") */\nit("resolves", () => {});'],
  ["a text elsewhere", 'const text = "T01 resolves"; it("resolves", () => { expect("T01 x").toBe(text); });'],
  ["an id in the middle", 'it("resolves, see T01", () => {});'],
  ["a longer word", 'it("T012 resolves", () => {}); it("T01x resolves", () => {});'],
  ["a skipped test", 'it.skip("T01 resolves", () => {}); it.skip.each([1])("T01 resolves %s", () => {});'],
  ["a skipped group", 'describe.skip("names", () => { it("T01 resolves", () => {}); });'],
  ["a test to be written", 'it.todo("T01 resolves");'],
  ["another function", 'inform("T01 resolves", () => {});'],
  ["a function in a table", 'it.each([() => "T01 resolves"])("resolves", () => {});'],
])("does not count %s", (_, source) => {
  expect(idsOfTests("stock.test.ts", source)).not.toContain("T01");
});

test("an id is covered, waits for something, or is missing, which fails in the groups that are due", () => {
  const catalogue = `## Transport (T)\n${head}| T01 | a | b | |\n| T02 | a | b | the cache |\n| T03 | a | b | |\n## Supply (S)\n${head}| S01 | a | b | |\n`;
  const { code, out, error } = run(catalogue, 'it("T01 resolves", () => {});');
  expect(code).toBe(1);
  expect(out).toContain("T01  covered by packages/acme/test/stock.test.ts");
  expect(out).toContain("T02  not covered: the cache");
  expect(out).toContain("T03  NOT COVERED");
  expect(out).toContain("T    1 of   3 covered, 1 with a reason why not, 1 without");
  expect(out).toContain("2 ids of T, H, A, R, P, N are not covered");
  expect(error.trim()).toBe("T03 has no test, and docs/faults.md gives no reason");
});

test("what a covered id still waits for is told", () => {
  const { code, out } = run(`## Transport (T)\n${head}| T01 | a | b | the cache |\n`, 'it("T01 resolves", () => {});');
  expect(code).toBe(0);
  expect(out).toContain("stock.test.ts; open: the cache");
});

test("a test that names an unknown id fails", () => {
  const { code, error } = run(`## Transport (T)\n${head}| T01 | a | b | |\n`, 'it("T01 T20 resolves", () => {});');
  expect(code).toBe(1);
  expect(error.trim()).toBe("T20, named by a test in packages/acme/test/stock.test.ts, is not in docs/faults.md");
});

test("all covered or explained is no failure", () => {
  const groups = parseCatalogue(`## Transport (T)\n${head}| T01 | a | b | |\n| T02 | a | b | later |\n`);
  expect(compareFaults(groups, new Map([["T01", ["a.test.ts"]]])).problems).toEqual([]);
});

test.each([
  ["repeats an id", "| T01 | a | b | |\n| T01 | a | b | |\n", "T01 is there twice"],
  ["stands in another group", "| H01 | a | b | |\n", "H01 is in the wrong group"],
  ["has a bar in a cell", "| T01 | a | b | c | d |\n", "T01 has 5 cells"],
])("a row that %s is refused", (_, rows, message) => {
  expect(() => parseCatalogue(`## Transport (T)\n${head}${rows}`)).toThrow(message);
});
