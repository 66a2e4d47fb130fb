import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { aroundAll, expect, test, vi } from "vitest";
import { withClone } from "./rehearsal.ts";
import type { Clone } from "./rehearsal.ts";

// From two pages to a working adapter, with the commands that a maintainer types. Each test goes on where the one before
// it ended.

const id = "acme-pos";
const fixtures = join(import.meta.dirname, "fixtures");
const core = "packages/core/package.json";

let clone: Clone;

aroundAll(async (runSuite) => {
  await withClone(async (made) => {
    clone = made;
    await runSuite();
  });
}, 900_000);

// A guard against a hang; each step starts dozens of processes.
vi.setConfig({ testTimeout: 300_000 });

/** A file of the clone gets what a fixture says. */
function answer(fixture: string, path: string): void {
  copyFileSync(join(fixtures, id, fixture), join(clone.path, path));
}

async function changedFiles(): Promise<string[]> {
  const text = await clone.run(["git", "status", "--porcelain", "--untracked-files=all"]);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.slice(3))
    .toSorted();
}

/** Runs tests of one package, and resolves to how that ended and how many passed. */
async function testIn(
  folder: string,
  ...words: string[]
): Promise<{ code: number | null; passed: number; text: string }> {
  const vitest = ["vitest", "run", "--config", join(clone.path, "vitest.config.ts")];
  const { code, text } = await clone.attempt(["pnpm", "--dir", folder, "exec", ...vitest, ...words]);
  const printed = stripVTControlCharacters(text);
  const [, passed = "0"] = /Tests .*?(\d+) passed/.exec(printed) ?? [];
  return { code, passed: Number(passed), text: printed };
}

test("two pages become a package, its contract tests green, with one command", async () => {
  const pages = ["list-items.md", "get-stock.md"].map((name) => join(fixtures, "pages", name));
  const { code, text } = await clone.attempt(["npm", "run", "-s", "spec", "--", "new", id, ...pages]);
  expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining("its contract tests pass") });
  expect(text).toContain(`"@inv/${id}": "workspace:^"`);
  const files = await changedFiles();
  expect(files.filter((file) => !file.includes(id))).toEqual([
    "README.md",
    "packages/contract/package.json",
    "pnpm-lock.yaml",
  ]);
  expect(files).toContain(`packages/${id}/src/client.ts`);
});

test("what it wrote is current, formatted, and passes lint", async () => {
  expect(await clone.run(["node", "scripts/spec.ts", "check", id])).toContain(`packages/${id}: current`);
  expect(await clone.run(["node", "scripts/spec.ts", "lint", id])).toContain("no problems");
  const written = (await changedFiles()).filter((file) => file.includes(id) && !file.endsWith(".md"));
  await clone.run(["pnpm", "exec", "oxfmt", "--check", ...written.filter((file) => !file.endsWith("openapi.json"))]);
});

test("with the client among core's dependencies the stub compiles, and its tests fail with the questions", async () => {
  const manifest = readFileSync(join(clone.path, core), "utf8");
  const line = `    "@inv/${id}": "workspace:^",\n`;
  writeFileSync(join(clone.path, core), manifest.replace('"dependencies": {\n', `"dependencies": {\n${line}`));
  await clone.run(["pnpm", "install", "--no-frozen-lockfile"]);
  await clone.run(["pnpm", "exec", "tsc", "--noEmit"]);
  const { code, text } = await testIn("packages/core", `test/${id}.test.ts`);
  expect(code).toBe(1);
  expect(text).toContain("is `quantity` of getStock what is on hand, what can be sold, or something else");
  expect(text).toContain("nobody has answered this yet");
});

test("answered, the adapter passes the conformance suite, and core's package.json is all that was edited beside", async () => {
  const overlay = readFileSync(join(fixtures, id, "overlay.yaml.txt"), "utf8");
  appendFileSync(join(clone.path, `specs/${id}/overlay.yaml`), overlay);
  await clone.run(["node", "scripts/spec.ts", "generate", id]);
  answer("adapter.ts.txt", `packages/core/src/adapters/${id}.ts`);
  answer("adapter.test.ts.txt", `packages/core/test/${id}.test.ts`);
  expect(await testIn("packages/core", `test/${id}.test.ts`)).toMatchObject({ code: 0, passed: 40 });
  expect((await changedFiles()).filter((file) => !file.includes(id))).toEqual([
    "README.md",
    "packages/contract/package.json",
    core,
    "pnpm-lock.yaml",
  ]);
});

test("the shape answers the client, and says that it is no more than that", async () => {
  await clone.run(["pnpm", "exec", "turbo", "run", "build", "--filter", "@inv/sim", "--output-logs=errors-only"]);
  const program = `import { createAcmePosClient, getStock } from "@inv/acme-pos";
import { createAcmePosShape } from "@inv/sim/shapes/acme-pos";

const shape = createAcmePosShape();
const client = createAcmePosClient({ apiKey: "any", fetch: shape.fetch });
const { quantity, unit } = await getStock(client, { itemId: "7205759403792793601", locationId: "till-01" });
const missing = await getStock(client, { itemId: "1", locationId: "till-01" }).catch(({ code }) => code);
const { headers } = await shape.fetch(shape.baseUrl + "/items");
console.log(quantity, unit, missing, headers.get("x-inv-sim"));
`;
  writeFileSync(join(clone.path, "packages/contract/node_modules/shape.mjs"), program);
  const printed = await clone.run(["node", "packages/contract/node_modules/shape.mjs"]);
  expect(printed).toBe("12.375 kg not-found shape-only\n");
});

test("no list had to be edited for the tests of the siblings to cover it", async () => {
  await clone.run(["pnpm", "exec", "turbo", "run", "build", "--filter", "@inv/cli", "--output-logs=errors-only"]);
  expect(await clone.attempt(["node", "packages/cli/dist/bin.js", "--help"])).toMatchObject({
    text: expect.stringContaining(`Providers: ${id}, `),
  });
  const passed = async (folder: string, ...words: string[]) => {
    const run = await testIn(folder, ...words);
    expect(run).toMatchObject({ code: 0 });
    return run.passed;
  };
  expect(await passed("packages/contract", "test/readme.test.ts", "-t", id)).toBe(2);
  // Installed and run from its tarballs, and its types held against two compilers.
  expect(await passed("packages/contract", "test/installed.test.ts", "-t", `every published|@inv/${id}`)).toBe(5);
  expect(await passed("scripts", "test/uniform.test.ts", "test/providers.test.ts", "-t", id)).toBeGreaterThan(10);
});
