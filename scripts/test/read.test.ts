import { expect, test } from "vitest";
import { applyOverlay } from "../pipeline/overlay.ts";
import { parseDocument } from "../pipeline/read.ts";
import { refusal, yaml } from "./support.ts";

const read = (text: string, aliases = 0) => parseDocument(text, { name: "test.yaml", aliases });

test("reads integers as bigints, quoted ones as text", () => {
  expect(read('a: 653985747439023617\nb: "0123"\nc: 12.375\n')).toEqual({
    a: 653985747439023617n,
    b: "0123",
    c: 12.375,
  });
});

test("keeps __proto__ and constructor as plain keys", () => {
  const value = read("__proto__: { polluted: true }\nconstructor: x\n");
  expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Reflect.get({}, "polluted")).toBeUndefined();
});

test.each([
  ["a duplicate key", "a: 1\na: 2\n", /^test\.yaml:2:1: Map keys must be unique/],
  ["an alias", "a: &x { b: 1 }\nc: *x\n", /^test\.yaml:2:4: an alias/],
  ["a second document", "a: 1\n---\nb: 2\n", /^test\.yaml holds 2 YAML documents/],
  ["an unknown tag", "a: !thing 1\n", /^test\.yaml:1:4: Unresolved tag/],
  ["a syntax error", "a: [1\nb: 2\n", /^test\.yaml:\d+:\d+: /],
  ["an empty file", "", /^test\.yaml/],
  ["a list at the top", "- 1\n", /^test\.yaml:1: the file has to hold a mapping/],
  ["a key that is a list", "? [a, b]\n: 1\n", /^test\.yaml:1:\d+: a key has to be plain text/],
  [
    "a number that a double rounds",
    "a: 0.12345678901234567\n",
    /^test\.yaml:1:4: 0\.12345678901234567 cannot be kept exactly/,
  ],
  ["infinity", "a: .inf\n", /^test\.yaml:1:4: \.inf cannot be kept exactly/],
])("refuses %s with file and line", async (_, text, message) => {
  const { kind, message: said } = await refusal(() => read(text));
  expect(kind).toBe("yaml");
  expect(said).toMatch(message);
});

test("X04 refuses an alias bomb and a file nested 20,000 deep, quickly", async () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
  for (const [name, before] of ["ba", "cb", "dc", "ed", "fe", "gf", "hg", "ih"])
    bomb.push(`${name}: &${name} [${`*${before}, `.repeat(9)}]`);
  const started = performance.now();
  expect((await refusal(() => read(bomb.join("\n"), 100))).kind).toBe("yaml");
  expect((await refusal(() => read(`a: ${"[".repeat(20_000)}${"]".repeat(20_000)}`))).kind).toMatch(
    /^(too-complex|yaml)$/,
  );
  expect(performance.now() - started).toBeLessThan(10_000);
});

test("refuses bytes that are not UTF-8", async () => {
  expect(
    (await refusal(() => parseDocument(new Uint8Array([0x61, 0x3a, 0x20, 0xff]), { name: "test.yaml", aliases: 0 })))
      .kind,
  ).toBe("yaml");
});

const target = () =>
  yaml("info: { title: A, tags: [x] }\nlist: [{ n: 1 }, { n: 2 }, { n: 3 }]\nid: 653985747439023617\n");
const overlay = (actions: string) => yaml(`overlay: 1.0.0\nactions:\n${actions}`);
const apply = (actions: string) => applyOverlay(target(), overlay(actions), "overlay.yaml");

test("an overlay merges objects, appends to lists and replaces the rest, in order", () => {
  expect(
    apply(
      "  - { target: $.info, description: why, update: { title: B, tags: [y], more: { deep: 9007199254740993 } } }\n  - { target: $.list, description: why, update: { n: 4 } }",
    ),
  ).toEqual({
    info: { title: "B", tags: ["x", "y"], more: { deep: 9007199254740993n } },
    list: [{ n: 1n }, { n: 2n }, { n: 3n }, { n: 4n }],
    id: 653985747439023617n,
  });
});

test("an overlay removes every match, also several of one list", () => {
  expect(apply("  - { target: '$.list[0,1]', description: why, remove: true }")).toMatchObject({ list: [{ n: 3n }] });
  expect(apply("  - { target: $.info.title, description: why, remove: true }")).toMatchObject({
    info: { tags: ["x"] },
  });
});

test("an overlay leaves the document that it is given as it was", () => {
  const document = target();
  applyOverlay(
    document,
    overlay("  - { target: $, description: why, update: { info: { title: B } } }"),
    "overlay.yaml",
  );
  expect(document).toEqual(target());
});

test("an overlay action that matches nothing is refused with its index, target and reason", async () => {
  const { kind, message } = await refusal(() =>
    apply(
      "  - { target: $.info, description: first, update: {} }\n  - { target: $.gone, description: the id is a string, remove: true }",
    ),
  );
  expect(kind).toBe("overlay");
  expect(message).toContain("action 1 (target $.gone, reason: the id is a string): the target matches nothing.");
});

test.each([
  ["without a reason", "  - { target: $.info, update: {} }", "`description` is missing"],
  ["without target", "  - { description: why, update: {} }", "`target` has to be"],
  ["that does nothing", "  - { target: $.info, description: why }", "give either"],
  ["that does two things", "  - { target: $.info, description: why, update: {}, remove: true }", "give either"],
  ["with remove: false", "  - { target: $.info, description: why, remove: false }", "can only be true"],
  ["with a misspelt key", "  - { target: $.info, description: why, updat: {} }", "`updat` is no part"],
  ["on a plain value", "  - { target: $.info.title, description: why, update: { a: 1 } }", "plain value"],
  [
    "that repeats what a list holds",
    "  - { target: $.info, description: why, update: { tags: [x] } }",
    "already holds x",
  ],
  ["that removes the root", "  - { target: $, description: why, remove: true }", "root cannot be removed"],
])("an overlay action %s is refused", async (_, actions, message) => {
  expect((await refusal(() => apply(actions))).message).toContain(message);
});

test("an overlay of another version is refused", async () => {
  expect(
    (await refusal(() => applyOverlay(target(), yaml("overlay: 2.0.0\nactions: [{}]"), "overlay.yaml"))).message,
  ).toContain("overlay: 1.0.0");
});
