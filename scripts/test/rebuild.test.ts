import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { writeFiles } from "../pipeline/output.ts";
import { generateProvider, outputsOf } from "../pipeline/provider.ts";
import { inScratchClone } from "./scratch.ts";

test("a touched spec rebuilds only its package and what depends on it", async () => {
  await inScratchClone(async ({ path, run }) => {
    const hashes = () => {
      const plan: { tasks: { package: string; hash: string; task: string }[] } = JSON.parse(
        run("turbo", "run", "build", "--dry=json"),
      );
      return new Map(plan.tasks.filter(({ task }) => task === "build").map((task) => [task.package, task.hash]));
    };
    const before = hashes();
    expect([...before.keys()]).toContain("@inv/fourthwall");

    const overlay = join(path, "specs/loop/overlay.yaml");
    writeFileSync(overlay, readFileSync(overlay, "utf8").replace("Loop Inventories API", "Loop's Inventories API"));
    for (const { packageFolder, files } of outputsOf(await generateProvider(path, "loop")))
      writeFiles(packageFolder, files);

    const after = hashes();
    const rebuilt = [...after].filter(([name, hash]) => before.get(name) !== hash).map(([name]) => name);
    expect(rebuilt.toSorted()).toEqual(["@inv/bench", "@inv/cli", "@inv/contract", "@inv/core", "@inv/loop"]);
  });
});
