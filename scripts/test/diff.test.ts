import { join } from "node:path";
import { expect, test } from "vitest";
import { diff } from "../diff.ts";
import { isObject, listOf, textOf } from "../pipeline/json.ts";
import type { Json } from "../pipeline/json.ts";
import { toMarkdown } from "../pipeline/compare/comparison-text.ts";
import { shop, shopHistory } from "./history.ts";
import { folderWith, page, printed } from "./pages.ts";

/** A repository whose last release is 1.4.2, with another document in its working tree. */
function changed(...replacements: readonly (readonly [from: string, to: string])[]) {
  const history = shopHistory();
  history.release("1.4.2");
  history.write({ "specs/shop/openapi.yaml": edited(...replacements) });
  return history;
}

function edited(...replacements: readonly (readonly [from: string, to: string])[]): string {
  let text = shop;
  for (const [from, to] of replacements) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  return text;
}

const removed = ["\n        count: { type: integer }", ""] as const;
const moved = ["https://api.shop.example", "https://api2.shop.example"] as const;

async function json(root: string, ...more: string[]): Promise<{ bump: string; changes: Json[] }> {
  const { code, out, errors } = await printed(() => diff(["shop", "--format", "json", ...more], root));
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  const result: Json = JSON.parse(out);
  if (!isObject(result)) throw new Error("no object was printed");
  expect(Object.keys(result)).toEqual(["bump", "changes"]);
  return { bump: textOf(result, "bump"), changes: [...listOf(result, "changes")] };
}

test.each([
  ["a field that is removed", "major", removed, "#/components/schemas/Item/properties/count", "not count"],
  ["a type that is changed", "major", ["{ type: integer }", "{ type: string }"], "#/components/schemas/Item", "number"],
  ["a field that is required now", "major", ["[name]", "[name, note]"], "#/paths/~1items/post", "note"],
  ["an enum of a request that shrinks", "major", ["[name, price]", "[name]"], "#/paths/~1items/get", "price"],
  ["an enum of an answer that grows", "minor", ["[open, sold]", "[open, sold, lost]"], "#/components", "lost"],
] as const)("X17 %s is %s with its evidence", async (_, bump, replacement, pointer, evidence) => {
  const found = await json(changed(replacement).root);
  expect(found.bump).toBe(bump);
  const [first] = found.changes;
  expect(textOf(first, "bump")).toBe(bump);
  expect(textOf(first, "pointer")).toContain(pointer);
  expect(textOf(first, "message")).not.toBe("");
  expect(textOf(first, "evidence")).toContain(evidence);
});

test("the table proves its majors, and ends with what it was compared with and the version that follows", async () => {
  const { root } = changed(removed);
  const { code, out, errors } = await printed(() => diff(["shop"], root));
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  expect(out).toMatch(/\n\n#\/components\/schemas\/Item\/properties\/count:\n {2}type O\d+ = /);
  expect(out).toMatch(/^major {2}#\/components\/schemas\/Item/);
  expect(out.split("\n").slice(-3)).toEqual(["", "compared with @inv/shop@1.4.2", "major: @inv/shop 1.4.2 -> 2.0.0"]);
});

test("an unchanged document is none and keeps its version", async () => {
  const { root } = changed();
  expect(await printed(() => diff(["shop"], root))).toEqual({
    code: 0,
    out: "compared with @inv/shop@1.4.2\nnone: @inv/shop stays at 1.4.2",
    errors: "",
  });
});

test("of several tags the highest version counts, a prerelease before its release", async () => {
  const history = shopHistory();
  for (const version of ["1.9.0", "1.10.0-next.2", "1.10.0-next.10", "1.10.0"]) history.release(version);
  history.git("tag", "@inv/shop@latest");
  history.git("tag", "@inv/shop-more@9.0.0");
  const last = async () => (await printed(() => diff(["shop"], history.root))).out.split("\n").at(-2);
  expect(await last()).toBe("compared with @inv/shop@1.10.0");
  history.git("tag", "--delete", "@inv/shop@1.10.0");
  expect(await last()).toBe("compared with @inv/shop@1.10.0-next.10");
});

test("a tag that is no part of this history does not count, and is named", async () => {
  const history = shopHistory();
  history.release("1.0.0");
  history.git("switch", "--quiet", "--create", "elsewhere");
  history.release("2.0.0", edited(removed));
  history.git("switch", "--quiet", "main");
  expect((await printed(() => diff(["shop"], history.root))).out).toContain("compared with @inv/shop@1.0.0");
  history.git("tag", "--delete", "@inv/shop@1.0.0");
  const { code, out, errors } = await printed(() => diff(["shop"], history.root));
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(errors).toBe(
    "shop: spec{base} there is no tag @inv/shop@… in this history, only @inv/shop@2.0.0 in another: merge the branch that was released, or name it: `--base @inv/shop@2.0.0`.",
  );
});

test("a package at 0.0.0 was never published", async () => {
  const history = shopHistory();
  history.release("0.0.0");
  history.git("tag", "--delete", "@inv/shop@0.0.0");
  expect(await printed(() => diff(["shop"], history.root))).toEqual({
    code: 1,
    out: "",
    errors: "shop: spec{base} @inv/shop was never published; compare with a document that you have: `--base FILE`.",
  });
});

test("a released package without its tag asks for the tags, in a shallow clone for the history", async () => {
  const history = shopHistory();
  history.release("1.0.0");
  history.git("tag", "--delete", "@inv/shop@1.0.0");
  history.commit();
  const refusal = async (root: string) => (await printed(() => diff(["shop"], root))).errors;
  expect(await refusal(history.root)).toMatch(/but .* says that it was published: run `git fetch --tags`\.$/);
  const clone = join(folderWith({}), "clone");
  history.git("clone", "--quiet", "--depth=1", `file://${history.root}`, clone);
  expect(await refusal(clone)).toMatch(/the clone is shallow: run `git fetch --unshallow --tags`\.$/);
});

test("a folder without git, or without a commit, is refused with what git says", async () => {
  const files = { "specs/shop/openapi.yaml": shop, "packages/shop/package.json": '{ "version": "1.0.0" }' };
  const outside = await printed(() => diff(["shop"], folderWith(files)));
  expect(outside).toMatchObject({ code: 1, errors: expect.stringContaining("spec{base} git cannot be asked") });
  const history = shopHistory();
  history.write(files);
  expect(await printed(() => diff(["shop"], history.root))).toMatchObject({
    code: 1,
    errors: expect.stringContaining("there is no tag @inv/shop@…"),
  });
});

test("--base takes a ref, with the version that its package has", async () => {
  const { root, commit, git } = changed(removed);
  commit();
  git("branch", "topic", "HEAD~1");
  for (const ref of ["HEAD~1", "topic", "@inv/shop@1.4.2"])
    expect((await printed(() => diff(["shop", "--base", ref], root))).out.split("\n").slice(-2)).toEqual([
      `compared with ${ref}`,
      "major: @inv/shop 1.4.2 -> 2.0.0",
    ]);
});

test("--base takes a file, and knows no version then", async () => {
  const { root } = changed(removed);
  const file = join(folderWith({ "old.yaml": shop }), "old.yaml");
  const { out } = await printed(() => diff(["shop", "--base", file], root));
  expect(out.split("\n").slice(-2)).toEqual([`compared with ${file}`, "major: @inv/shop"]);
});

test("a --base that is both a file and a ref is the file, a folder is none", async () => {
  const { root, git } = changed();
  // In the folder that the tests run in, there is a file and a folder of these names.
  for (const tag of ["package.json", "test"]) git("tag", tag);
  expect((await printed(() => diff(["shop", "--base", "package.json"], root))).errors).toMatch(
    /^shop: spec\{structure\} package\.json:1: OpenAPI 3/,
  );
  expect(await printed(() => diff(["shop", "--base", "test"], root))).toMatchObject({ code: 0 });
});

test("a --base that is neither a file nor a ref, or has no document, is refused", async () => {
  const { root, git } = changed();
  const refusal = async (base: string) => (await printed(() => diff(["shop", `--base=${base}`], root))).errors;
  for (const base of ["nonsense", "--all", "-h", "--since=yesterday", "HEAD:packages", ""])
    expect(await refusal(base)).toBe(
      `shop: spec{base} --base ${JSON.stringify(base)}: there is neither such a file nor such a git ref.`,
    );
  git("rm", "--quiet", "--cached", "packages/shop/openapi.json");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message=without");
  expect(await refusal("HEAD")).toBe(
    "shop: spec{base} there is no packages/shop/openapi.json at HEAD; name another `--base`.",
  );
});

test("two files are compared without a repository, pages with a block too", async () => {
  const folder = folderWith({
    "old.md": page("yaml GET /items", shop),
    "new.yaml": edited(["info: { title: Shop", "info: { title: Shops"]),
  });
  const [old, now] = [join(folder, "old.md"), join(folder, "new.yaml")];
  const { code, out } = await printed(() => diff(["--base", old, "--revision", now], folder));
  expect(code).toBe(0);
  expect(out.split("\n").slice(-2)).toEqual([`compared with ${old}`, "patch"]);
});

test.each([
  ["a missing file", "none.yaml", "none.yaml: there is no such file."],
  ["malformed YAML", "broken.yaml", "broken.yaml:2:1: "],
  ["an alias bomb", "bomb.yaml", "bomb.yaml"],
  ["a reference to elsewhere", "outside.yaml", "outside.yaml:4"],
])("%s is refused with its name and line", async (_, name, message) => {
  const folder = folderWith({
    "old.yaml": shop,
    "broken.yaml": "openapi: [\n",
    "bomb.yaml": `a: &a [x]\n${Array.from({ length: 200 }, (_, index) => `k${index}: *a`).join("\n")}\nopenapi: 3.1.0\n`,
    "outside.yaml": `openapi: 3.1.0\ninfo: { title: A, version: "1" }\npaths:\n  /a: { $ref: "file:///etc/passwd" }\n`,
  });
  for (const [base, revision] of [
    ["old.yaml", name],
    [name, "old.yaml"],
  ] as const) {
    const { code, out, errors } = await printed(() =>
      diff(["--base", join(folder, base), "--revision", join(folder, revision)], folder),
    );
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(errors).toMatch(/^diff: spec\{/);
    expect(errors).toContain(message);
  }
});

test("a question is major until its pointer is accepted, then minor with the reason", async () => {
  const { root } = changed(moved);
  const asked = await json(root);
  expect(asked.bump).toBe("major");
  expect(asked.changes[0]).toMatchObject({ pointer: "#/servers/0", undecided: true });
  const accepted = await json(root, "--accept", "#/servers/0", "--why", "the old host redirects");
  expect(accepted.bump).toBe("minor");
  expect(accepted.changes[0]).toMatchObject({ pointer: "#/servers/0", accepted: "the old host redirects" });
});

test.each([
  ["a change that is proven", "#/components/schemas/Item/properties/count", "this change is decided, not a question"],
  ["a place that did not change", "#/nowhere", "nothing changed there"],
])("%s cannot be accepted", async (_, pointer, message) => {
  const { root } = changed(removed);
  const { code, out, errors } = await printed(() => diff(["shop", "--accept", pointer, "--why", "mine"], root));
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(errors).toContain(`shop: spec{questions} compared with @inv/shop@1.4.2: ${pointer}: ${message}`);
});

test("what the changeset records is accepted, what is no question any more is noted", async () => {
  const { root, write } = changed(moved);
  write({
    ".changeset/shop-document.md":
      '---\n"@inv/shop": minor\n---\n\nWords.\n\n- Accepted: `#/servers/0`: it redirects\n- Accepted: `#/info`: long ago\n',
  });
  const { code, out, errors } = await printed(() => diff(["shop"], root));
  expect(code).toBe(0);
  expect(out).toContain("(accepted: it redirects)");
  expect(out.split("\n").at(-1)).toBe("minor: @inv/shop 1.4.2 -> 1.5.0");
  expect(errors).toBe("note: #/info was accepted in the changeset, and is no question any more.");
});

test("what the changeset records says nothing about another base", async () => {
  const { root, write } = changed(moved);
  write({ ".changeset/shop-document.md": "---\n---\n\n- Accepted: `#/servers/0`: it redirects\n" });
  const { out } = await printed(() => diff(["shop", "--base", "HEAD"], root));
  expect(out.split("\n").at(-1)).toBe("major: @inv/shop 1.4.2 -> 2.0.0");
});

test.each([
  [[], "Usage: npm run spec -- diff <provider>"],
  [["shop", "--nonsense"], "Unknown option '--nonsense'.\n\nUsage: npm run spec -- diff <provider>"],
  [["shop", "--base"], "Option '--base <value>' argument missing.\n\nUsage: "],
  [["shp"], 'there is no provider and no package "shp"; there are shop'],
  [["../shop"], 'there is no provider and no package "../shop"'],
  [["shop", "shop"], "one provider or package at a time"],
  [["shop", "--format", "yaml"], "--format yaml: it is one of table, json, markdown."],
  [["shop", "--accept", "#/a"], "every --accept POINTER needs its --why TEXT."],
  [["--revision", "a.yaml"], "two files are compared with --base FILE --revision FILE"],
  [["shop", "--base", "a.yaml", "--revision", "b.yaml"], "two files are compared with --base FILE --revision FILE"],
])("%j is not understood", async (parameters, message) => {
  const { root } = shopHistory();
  await expect(diff(parameters, root)).rejects.toThrow(message);
});

/** Text that would mention, refer, close and draw on a page of GitHub. */
const hostile =
  "@everyone closes #1 GH-2 <img src=x> ![x](https://x.example/x.png) https://github.com/a/b/issues/3 www.x.example " +
  ":tada: $x^2$ ~~gone~~ a|b\\|c `@code` ```` \u202e\nnext";

test("markdown for a pull request mentions nobody, closes nothing and draws nothing", async () => {
  const { root } = changed(
    ["[open, sold]", `[open, sold, ${JSON.stringify(hostile)}]`],
    ["    post:", `  ${JSON.stringify(`/${hostile}`)}:\n    post:`],
  );
  const { code, out, errors } = await printed(() => diff(["shop", "--format", "markdown"], root));
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  const [head, ...details] = out.split("<details><summary>Evidence</summary>\n");
  expect(head).toMatch(/^## major: `@inv\/shop` 1\.4\.2 -> 2\.0\.0\n\n\d changes, compared with <code>.*<\/code>\.\n/);
  expect(details).toHaveLength(1);
  const rows = (head ?? "").split("\n").filter((line) => line.startsWith("| m"));
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    expect(row).toMatch(/^\| (major|minor) \| <code>[^<>|`]*<\/code> \| [^<>|`]*\|$/);
    expect(row.replaceAll(/&#x[0-9a-f]+;/g, "")).not.toMatch(/[@#:$~!*_[\]\\]|www\.|GH-\d/);
    const [, , , message = ""] = row.split("|");
    expect(message.replaceAll(/&#x(?:23|24|2d|3a|40);&#x200b;/g, "")).not.toMatch(/&#x(?:23|24|2d|3a|40);/);
  }
  const fences = (details[0] ?? "").split("\n").filter((line) => /^`{3,}/.test(line));
  expect(fences).toEqual(["```text", "```", "`````text", "`````", "`````text", "`````"]);
  expect(out).not.toMatch(/@everyone|#\d|closes #1|GH-2|:\/\/github|\u202e/);
});

test("markdown is no longer than GitHub takes, and says what it leaves out", () => {
  const change = {
    bump: "major",
    pointer: `#/${"@".repeat(9999)}`,
    message: "gone",
    evidence: "`".repeat(9999),
  } as const;
  const changes = Array.from({ length: 900 }, () => change);
  const text = toMarkdown({ bump: "major", changes, base: "old.yaml", version: undefined, outdated: [] }, undefined);
  expect(text.length).toBeGreaterThan(40_000);
  expect(text.length).toBeLessThan(62_000);
  expect(text).toMatch(/\n\nNot everything fits: of \d+ more, `npm run spec -- diff` prints the rest\.$/);
  expect(text).toMatch(/^## major\n\n900 changes, compared with <code>old.yaml<\/code>\.\n/);
});
