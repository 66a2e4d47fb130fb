import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { inWorkingCopy } from "../pipeline/working-copy.ts";
import { folderWith } from "./pages.ts";

/** A workspace of two packages, installed as pnpm does it. */
function workspace(): string {
  const root = realpathSync(
    folderWith({
      ".gitignore": "node_modules/\ndist/\n",
      "package.json": "{}",
      "a/package.json": "{}",
      "a/dist/built.js": "",
      "b/package.json": "{}",
      "b/src/index.ts": "export {};\n",
      "tracked.txt": "as committed",
      "gone.txt": "",
      "node_modules/.modules.yaml": "",
      "node_modules/.pnpm/tool@1/node_modules/tool/index.js": "tool",
      "node_modules/.bin/tool": "#!/bin/sh\n",
      "a/node_modules/.cache/x": "",
    }),
  );
  mkdirSync(join(root, "a/node_modules/@inv"));
  symlinkSync("../../../b", join(root, "a/node_modules/@inv/b"), "junction");
  symlinkSync("../../node_modules/.pnpm/tool@1/node_modules/tool", join(root, "a/node_modules/tool"), "junction");
  symlinkSync(".pnpm/tool@1/node_modules/tool", join(root, "node_modules/tool"), "junction");
  const git = (...words: string[]) => execFileSync("git", words, { cwd: root });
  git("init", "--quiet");
  git("add", "--all");
  git("rm", "--quiet", "--force", "gone.txt");
  writeFileSync(join(root, "tracked.txt"), "as it is now");
  writeFileSync(join(root, "untracked.txt"), "new");
  return root;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .toSorted();
}

test("a working copy has the files as they are now, and none that git ignores", async () => {
  await inWorkingCopy(workspace(), async (copy) => {
    expect(filesIn(copy).filter((file) => !file.includes("node_modules"))).toEqual([
      ".gitignore",
      "a/package.json",
      "b/package.json",
      "b/src/index.ts",
      "package.json",
      "tracked.txt",
      "untracked.txt",
    ]);
    expect(readFileSync(join(copy, "tracked.txt"), "utf8")).toBe("as it is now");
  });
});

test("packages of a working copy import the copy's packages and the installed tools", async () => {
  const root = workspace();
  await inWorkingCopy(root, async (copy) => {
    expect(realpathSync(join(copy, "a/node_modules/@inv/b"))).toBe(join(copy, "b"));
    for (const folder of ["", "a"])
      expect(realpathSync(join(copy, folder, "node_modules/tool"))).toBe(
        join(root, "node_modules/.pnpm/tool@1/node_modules/tool"),
      );
  });
});

test("what is installed in a working copy does not reach the real tree", async () => {
  const root = workspace();
  await inWorkingCopy(root, async (copy) => {
    const modules = join(copy, "node_modules");
    expect(readdirSync(modules).toSorted()).toEqual([".bin", "tool"]);
    expect(lstatSync(modules).isDirectory()).toBe(true);
    // As pnpm does it.
    rmSync(join(modules, ".bin/tool"));
    writeFileSync(join(modules, ".bin/tool"), "another");
    expect(readdirSync(join(copy, "a/node_modules")).toSorted()).toEqual(["@inv", "tool"]);
    expect(readFileSync(join(root, "node_modules/.bin/tool"), "utf8")).toBe("#!/bin/sh\n");
  });
});

test("a working copy is gone afterwards, and the tree untouched, also when its use fails", async () => {
  const root = workspace();
  const before = filesIn(root);
  let path = "";
  const use = inWorkingCopy(root, async (copy) => {
    path = copy;
    writeFileSync(join(copy, "a/package.json"), "changed");
    throw new Error("failed");
  });
  await expect(use).rejects.toThrow("failed");
  expect(path).not.toBe("");
  expect(existsSync(path)).toBe(false);
  expect(filesIn(root)).toEqual(before);
  expect(readFileSync(join(root, "a/package.json"), "utf8")).toBe("{}");
});
