import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { change } from "../change.ts";
import { UsageError } from "../pipeline/command.ts";
import { folderWith, printed } from "./pages.ts";
import { inScratchClone } from "./scratch.ts";
import { changeset, id, inShop, pages, snapshot } from "./shop.ts";
import { fixtureRoot } from "./support.ts";

test.each([
  ["text", "patch", "1.2.1"],
  ["additive", "minor", "1.3.0"],
  ["breaking", "major", "2.0.0"],
  ["both", "major", "2.0.0"],
] as const)("X17 a change of %s is a %s of that package alone, with its changeset", async (name, bump, version) => {
  await inShop(async ({ git, read, changeTo }) => {
    const { code, out, errors } = await changeTo(name);
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(out).toContain(`\n${bump}: @inv/acme-pos 1.2.0 -> ${version}\n`);
    const status = git("status", "--short", "--untracked-files=all").split("\n");
    expect(status.filter((line) => !/ (specs|packages)\/acme-pos\//.test(line) && line !== "")).toEqual([
      `?? ${changeset}`,
    ]);
    expect(read(changeset).split("\n").slice(0, 3)).toEqual(["---", `"@inv/acme-pos": ${bump}`, "---"]);
    expect(read(`specs/${id}/upstream/stock.yaml`)).toBe(pages[name]);
    expect(out).toContain(`\n\nWritten:\n  specs/${id}/upstream/stock.yaml\n`);
    expect(out.split("\n").at(-1)).toBe(`Next: read \`git diff\` and ${changeset}, run \`npm test\`, and commit.`);
  });
});

test("a number that is new, and that clients would have as a double, is pointed out", async () => {
  await inShop(async ({ changeTo }) => {
    const { code, out } = await changeTo("double");
    expect(code).toBe(0);
    expect(out).toMatch(
      /\nnote: a JavaScript number may not hold the figure at #\/components\/schemas\/Stock\/properties\/level; /,
    );
    expect((await changeTo("additive")).out).not.toContain("a JavaScript number");
  });
});

test("a second change before a release rewrites the changeset from the last release, and none takes it away", async () => {
  await inShop(async ({ path, read, changeTo }) => {
    await changeTo("breaking");
    expect(read(changeset)).toContain("`getStock` is called `readStock` now.");
    await changeTo("additive");
    expect(read(changeset)).toBe(
      `---\n"@inv/acme-pos": minor\n---\n\nThe provider documents more than before.\n\n- \`getStock\` takes a further optional field \`colour\`.\n`,
    );
    const { out } = await changeTo("none");
    expect(out).toContain("none: @inv/acme-pos stays at 1.2.0");
    expect(existsSync(join(path, changeset))).toBe(false);
    const again = snapshot(path);
    expect((await changeTo("none")).out).toContain("\n\nNothing had to be written.\n\nNext: nothing; ");
    expect(snapshot(path)).toEqual(again);
  });
});

test.each([
  ["refused", "no-invalid-media-type-examples"],
  ["overlay", "\n    $.components.securitySchemes.apiKey"],
] as const)("what is wrong with a document (%s) is said, and nothing is written", async (name, message) => {
  await inShop(async ({ path, changeTo }) => {
    const before = snapshot(path);
    const { code, errors } = await changeTo(name);
    expect(code).toBe(1);
    expect(errors).toContain(message);
    expect(errors).toContain(`${id}: nothing was written.`);
    expect(snapshot(path)).toEqual(before);
  });
});

test("what only a person can decide is major and exit 7, until it is accepted, which later changes keep", async () => {
  await inShop(async ({ path, read, changeTo }) => {
    const asked = await changeTo("server");
    expect(asked.code).toBe(7);
    expect(asked.out).toContain("major: @inv/acme-pos 1.2.0 -> 2.0.0");
    expect(asked.out).toContain(`npm run spec -- change ${id} --accept '#/servers/0' --why '…'`);
    const accepted = await printed(() =>
      change([id, "--accept", "#/servers/0", "--why", "the old host redirects"], path),
    );
    expect(accepted.code).toBe(0);
    expect(accepted.out).toContain("minor: @inv/acme-pos 1.2.0 -> 1.3.0");
    expect(read(changeset)).toContain("\n- Accepted: `#/servers/0`: the old host redirects\n");
    expect((await printed(() => change([id], path))).code).toBe(0);
    expect(read(changeset)).toContain("\n- Accepted: `#/servers/0`: the old host redirects\n");
    const back = await changeTo("additive");
    expect(back.out).toContain('note: "#/servers/0" was accepted before and is no question any more.');
    expect(read(changeset)).not.toContain("Accepted");
    const decided = await printed(() => change([id, "--accept", "#/servers/0", "--why", "x"], path));
    expect(decided).toMatchObject({ code: 1, errors: expect.stringContaining("spec{questions}") });
  });
});

test("a package that was never released keeps its first changeset, or gets one", async () => {
  await inShop(async ({ path, read, changeTo }) => {
    writeFileSync(join(path, `packages/${id}/package.json`), `{ "name": "@inv/${id}", "version": "0.0.0" }\n`);
    mkdirSync(join(path, "packages/core"));
    const core = { name: "@inv/core", version: "0.0.0", dependencies: { [`@inv/${id}`]: "workspace:^" } };
    writeFileSync(join(path, "packages/core/package.json"), JSON.stringify(core));
    writeFileSync(join(path, changeset), `---\n"@inv/acme-pos": minor\n---\n\nOld.\n`);
    const { code, out } = await changeTo("breaking");
    expect(code).toBe(0);
    expect(out).toContain("first release: @inv/acme-pos 0.0.0 -> 1.0.0");
    expect(out).not.toContain("follows");
    expect(read(`.changeset/${id}.md`)).toBe(`---\n"@inv/acme-pos": major\n---\n\nFirst release.\n`);
    expect(existsSync(join(path, changeset))).toBe(false);
    writeFileSync(join(path, `.changeset/${id}.md`), `---\n"@inv/acme-pos": major\n---\n\nBy a person.\n`);
    await changeTo("text");
    expect(read(`.changeset/${id}.md`)).toContain("By a person.");
  });
});

test("other changesets of the package count in the version that follows", async () => {
  await inShop(async ({ path, changeTo }) => {
    writeFileSync(join(path, ".changeset/by-hand.md"), `---\n"@inv/acme-pos": minor\n---\n\nMore.\n`);
    expect((await changeTo("text")).out).toContain("\nWith .changeset/by-hand.md it will be 1.3.0.\n");
  });
});

test("pages in SOURCE.md are taken from a folder; one that is missing is cannot tell, exit 3", async () => {
  await inShop(async ({ path, read }) => {
    const folder = folderWith({ "stock.yaml": pages.additive });
    const run = () => printed(() => change([id, "--from", folder], path));
    expect((await run()).code).toBe(0);
    expect(read(changeset)).toContain('"@inv/acme-pos": minor');
    const before = snapshot(path);
    rmSync(join(folder, "stock.yaml"));
    expect(await run()).toMatchObject({ code: 3, out: expect.stringContaining("cannot tell: ") });
    expect(snapshot(path)).toEqual(before);
  });
});

test("a page that a person must read is printed, and nothing is written, exit 7", async () => {
  const page = "https://docs.acme.example/stock.md";
  const row = `| ${page} | 2026-01-01 | | |`;
  const head = ["| Page | Read | Heading | SHA-256 of its text |", "|---|---|---|---|", row].join("\n");
  await inScratchClone(async ({ path }) => {
    writeFileSync(
      join(path, `specs/${id}/SOURCE.md`),
      `# Acme\n\n<!-- headings: kept by \`npm run spec -- refresh --record\` -->\n\n${head}\n\n<!-- /headings -->\n`,
    );
    const before = snapshot(path);
    const folder = folderWith({ "stock.md": "# Stock\n\nNew words.\n" });
    const { code, out, errors } = await printed(() => change([id, "--from", folder], path));
    expect(code).toBe(7);
    expect(out).toContain("    | New words.");
    expect(errors).toContain("nothing was written. Read this");
    expect(snapshot(path)).toEqual(before);
  }, fixtureRoot);
});

test.each([
  [[], "Usage: npm run spec -- change"],
  [["../loop"], 'there is no provider "../loop"; there are acme-pos.'],
  [[id, "page.md", "--refresh"], "the pages come from one place"],
  [[id, "--accept", "#/x"], "every --accept POINTER needs its --why TEXT."],
  [[id, "--from", "/nowhere"], "--from /nowhere: there is no such folder."],
])("the command line %j is not understood", async (parameters, message) => {
  await expect(change(parameters, fixtureRoot)).rejects.toThrow(UsageError);
  await expect(change(parameters, fixtureRoot)).rejects.toThrow(message);
});

test("a file that was not generated, or stands in the way, is not overwritten", async () => {
  await inShop(async ({ path, changeTo }) => {
    writeFileSync(join(path, `packages/${id}/README.md.new`), "mine");
    const before = snapshot(path);
    expect(await changeTo("breaking")).toMatchObject({
      code: 1,
      errors: expect.stringContaining("README.md.new is there"),
    });
    expect(snapshot(path)).toEqual(before);
  });
});

test("the contract, the client's and the adapter's tests and the types say what is left for a person, by file and line", async () => {
  await inScratchClone(async ({ path, run }) => {
    for (const name of ["loop", "core"]) {
      const manifest = join(path, `packages/${name}/package.json`);
      writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"version": "0.0.0"', '"version": "1.0.0"'));
    }
    rmSync(join(path, ".changeset/loop.md"), { force: true });
    run("git", "commit", "--quiet", "--all", "--message=1.0.0");
    run("git", "tag", "--force", "@inv/loop@1.0.0");
    const upstream = "specs/loop/upstream/get-inventory.yaml";
    const page = readFileSync(join(path, upstream), "utf8").replace(
      "operationId: getInventory",
      "operationId: readInventory",
    );
    const folder = folderWith({ "get-inventory.yaml": page });
    const { code, out, errors } = await printed(() => change(["loop", "--from", folder], path));
    expect({ code, errors }).toEqual({ code: 7, errors: "" });
    expect(out).toContain(
      "major: @inv/loop 1.0.0 -> 2.0.0\n@inv/core follows with a patch, for its range ends before 2.0.0.\n",
    );
    const [, work = ""] = /\nFor a person to correct:\n([^]*?)\n\nNext: correct that by hand/.exec(out) ?? [];
    expect(work).toMatch(/^ {2}packages\/core\/src\/adapters\/loop\.ts:1: TS2305: .*getInventory/m);
    expect(work).toMatch(/^ {2}packages\/loop\/test\/client\.test\.ts:\d\d+: a Loop client asks .*: TypeError: /m);
    expect(work).toMatch(/^ {2}packages\/core\/test\/loop\.test\.ts:1: \d+ more tests fail\.$/m);
    expect(work).not.toContain("/tmp/");
    expect(readFileSync(join(path, upstream), "utf8")).toBe(page);
    const changed = run("git", "status", "--short", "--untracked-files=all")
      .split("\n")
      .map((line) => line.slice(3));
    expect(
      changed.filter((file) => !/^(specs|packages)\/loop\/|^\.changeset\/loop-document\.md$|^$/.test(file)),
    ).toEqual([]);
  });
});
