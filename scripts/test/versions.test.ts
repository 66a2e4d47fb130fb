import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { inScratchClone } from "./scratch.ts";

/** What `changeset version` makes of one changeset in a repository where everything stands at 1.0.0. */
function versionsAfter(name: string, bump: "patch" | "minor" | "major"): Promise<Record<string, string>> {
  return inScratchClone(({ path, run }) => {
    const changed: Record<string, string> = {};
    const manifests = globSync("packages/*/package.json", { cwd: path }).map((file) => join(path, file));
    for (const file of manifests)
      writeFileSync(file, readFileSync(file, "utf8").replace(/"version": "[^"]+"/, '"version": "1.0.0"'));
    for (const file of globSync(".changeset/*.md", { cwd: path })) rmSync(join(path, file));
    writeFileSync(join(path, ".changeset/one.md"), `---\n"${name}": ${bump}\n---\n\nOne change.\n`);
    run("git", "commit", "--quiet", "--all", "--message=1.0.0");
    run("changeset", "version");
    for (const file of manifests) {
      const { name: changedName, version } = JSON.parse(readFileSync(file, "utf8"));
      if (version !== "1.0.0") changed[changedName] = version;
    }
    return changed;
  });
}

test.each([
  ["patch", "1.0.1"],
  ["minor", "1.1.0"],
] as const)("a %s of one client releases that client alone", async (bump, version) => {
  expect(await versionsAfter("@inv/loop", bump)).toEqual({ "@inv/loop": version });
});

test("a major of one client releases core too, by a patch", async () => {
  expect(await versionsAfter("@inv/loop", "major")).toEqual({ "@inv/loop": "2.0.0", "@inv/core": "1.0.1" });
});

test("a patch of the transport releases no client", async () => {
  expect(await versionsAfter("@inv/transport", "patch")).toEqual({ "@inv/transport": "1.0.1" });
});
