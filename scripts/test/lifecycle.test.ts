import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aroundAll, beforeEach, expect, test, vi } from "vitest";

import { stepsUnder } from "./lifecycle-page.ts";
import type { Step } from "./lifecycle-page.ts";
import { listForeign, manifestOf, withRegistry } from "./registry.ts";
import type { Registry } from "./registry.ts";
import { commit, run, withClone } from "./rehearsal.ts";
import type { Clone } from "./rehearsal.ts";

// The rehearsal of docs/lifecycle.md: its commands, in a clone and with a registry on this machine. Each test goes on
// where the one before it ended.

const name = "@inv/acme-pos";
const pages = "scripts/test/fixtures/pages";
const changeset = "acme-pos-document.md";

/** What the provider may do to its pages: the page, what stood there and what stands there then. */
const edits = {
  text: ["list-items.md", "description: Items of the account, newest first.", "description: All items, newest first."],
  addition: [
    "get-stock.md",
    "        unit:\n          type: string\n",
    "        expected_quantity:\n          type: number\n        unit:\n          type: string\n",
  ],
  bound: ["list-items.md", "maximum: 200", "maximum: 100"],
  rename: ["get-stock.md", "operationId: getStock", "operationId: readStock"],
} as const;

let clone: Clone;
let registry: Registry;

aroundAll(async (runSuite) => {
  await withClone((made) =>
    withRegistry(join(made.folder, "registry"), async (started) => {
      clone = made;
      registry = started;
      await runSuite();
    }),
  );
}, 900_000);

// A guard against a hang; each step starts dozens of processes.
vi.setConfig({ testTimeout: 300_000 });

let hasFailed = false;

beforeEach(({ skip, onTestFailed }) => {
  skip(hasFailed, "the step before this one failed");
  onTestFailed(() => {
    hasFailed = true;
  });
});

/** Does what the page says, and finds that it prints what the page says. */
async function follow(steps: readonly Step[]): Promise<void> {
  for (const { words, prints, code } of steps) {
    const printed = await clone.attempt(words);
    expect(printed, printed.text).toMatchObject({ code });
    expect(printed.text.replaceAll("\r\n", "\n")).toMatch(prints);
  }
}

function edit(...wanted: (keyof typeof edits)[]): void {
  for (const [page, from, to] of wanted.map((each) => edits[each])) replace(`${pages}/${page}`, from, to);
}

function replace(path: string, from: string, to: string): void {
  const text = readFileSync(join(clone.path, path), "utf8");
  expect(text.includes(from), `${path} has ${JSON.stringify(from)}`).toBe(true);
  writeFileSync(join(clone.path, path), text.replaceAll(from, to));
}

const change = () => clone.run(["npm", "run", "spec", "--", "change", "acme-pos", "--from", pages]);

/** Begins a branch. */
const begin = (branch: string, from: string) => clone.run(["git", "switch", "--quiet", "--create", branch, from]);

const changesets = () => readdirSync(join(clone.path, ".changeset")).filter((file) => file.endsWith(".md"));

/** Commits, and resolves to what the changesets make of it: the packages that get another version. */
async function proposed(): Promise<Record<string, string>> {
  await commit(clone, "feat(acme-pos): what the documentation says now");
  const before = clone.versions();
  await clone.run(["pnpm", "exec", "changeset", "version"]);
  const after = Object.entries(clone.versions()).filter(([each, version]) => before[each] !== version);
  await clone.run(["git", "reset", "--hard", "--quiet"]);
  return Object.fromEntries(after);
}

/** Publishes the versions that the registry does not have. */
async function publish(): Promise<void> {
  await commit(clone, "chore: version packages");
  await clone.run(["pnpm", "exec", "turbo", "run", "build", "--output-logs=errors-only"]);
  await clone.run(["pnpm", "exec", "changeset", "publish"], registry.environment);
}

async function release(): Promise<void> {
  await clone.run(["pnpm", "exec", "changeset", "version"]);
  await publish();
}

const consumer = () => join(clone.folder, "consumer");
const npm = (...words: string[]) => run(consumer(), ["npm", ...words], registry.environment);

/** What a program gets that depends on core and the client. */
function installed(): Record<string, string> {
  const versionOf = (each: string) => manifestOf(join(consumer(), "node_modules", each)).version;
  return { "@inv/core": versionOf("@inv/core"), [name]: versionOf(name) };
}

test("a new provider is one command, and by hand just one file is edited that is not named after it", async () => {
  const [create, ...finish] = stepsUnder("A new provider");
  await follow(create === undefined ? [] : [create]);
  const tracked = async () => (await clone.run(["git", "diff", "--name-only"])).trim().split("\n");
  const before = await tracked();
  answerQuestions();
  await follow(finish);
  expect((await tracked()).filter((path) => !before.includes(path))).toEqual(["packages/core/package.json"]);
});

/** What a person knows: what the figures mean, and that they are exact. */
function answerQuestions(): void {
  const fixtures = join(import.meta.dirname, "fixtures/acme-pos");
  copyFileSync(join(fixtures, "adapter.ts.txt"), join(clone.path, "packages/core/src/adapters/acme-pos.ts"));
  copyFileSync(join(fixtures, "adapter.test.ts.txt"), join(clone.path, "packages/core/test/acme-pos.test.ts"));
  const correction = readFileSync(join(fixtures, "overlay.yaml.txt"), "utf8");
  appendFileSync(join(clone.path, "specs/acme-pos/overlay.yaml"), correction);
  replace("packages/core/package.json", '"@inv/augno"', `"${name}": "workspace:^",\n    "@inv/augno"`);
}

test("the first release makes everything 1.0.0, with a tag for each package", async () => {
  await follow(stepsUnder("The first release"));
  await publish();
  const versions = clone.versions();
  expect(versions).toHaveProperty([name], "1.0.0");
  expect(new Set(Object.values(versions))).toEqual(new Set(["1.0.0"]));
  const tags = (await clone.run(["git", "tag"])).trim().split("\n");
  expect(tags.toSorted()).toEqual(
    Object.keys(versions)
      .map((each) => `${each}@1.0.0`)
      .toSorted(),
  );
  await clone.run(["git", "branch", "released"]);
});

const program = `import { createInventory } from "@inv/core";
import { acmePos } from "@inv/core/adapters/acme-pos";
import { createAcmePosClient } from "@inv/acme-pos";

const answer = '{"item_id":7205759403792793601,"location_id":"till-01","quantity":12.375,"unit":"kg"}';
const fetch = async () => new Response(answer, { headers: { "content-type": "application/json" } });
const { read } = createInventory({ accounts: { till: acmePos(createAcmePosClient({ apiKey: "key", fetch })) } });
const { outcomes } = await read([{ account: "till", item: { id: "7205759403792793601" }, location: { id: "till-01" } }]);
console.log(outcomes[0].levels[0].quantities.onHand.quantity.value, outcomes[0].levels[0].unit);
`;

test("core and the client install from the registry alone, and a call works", async () => {
  for (const folder of listForeign(join(clone.path, "packages/core")))
    await run(
      folder,
      ["pnpm", "publish", "--ignore-scripts", "--no-git-checks", "--config.pm-on-fail=ignore"],
      registry.environment,
    );
  mkdirSync(consumer());
  writeFileSync(join(consumer(), "package.json"), '{ "private": true, "type": "module" }\n');
  await npm("install", "@inv/core", name);
  expect(installed()).toEqual({ "@inv/core": "1.0.0", [name]: "1.0.0" });
  writeFileSync(join(consumer(), "program.js"), program);
  expect(await run(consumer(), ["node", "program.js"], {})).toBe("12.375 kg\n");
});

test("X17 a change of the text alone is a patch of this package and of no other", async () => {
  await begin("text", "released");
  edit("text");
  await change();
  expect(await proposed()).toEqual({ [name]: "1.0.1" });
});

test("X17 a change that adds and breaks is a major, and a patch of core, whose range it leaves", async () => {
  await begin("both", "released");
  edit("addition", "bound");
  await change();
  expect(await proposed()).toEqual({ [name]: "2.0.0", "@inv/core": "1.0.1" });
});

test("X17 a change that adds is a minor of this package and of no other", async () => {
  await begin("addition", "released");
  edit("addition");
  await follow(stepsUnder("The documentation changes"));
  await follow(stepsUnder("Drift"));
  const touched = await clone.run(["git", "status", "--porcelain", "--", ".", `:!${pages}`]);
  for (const line of touched.trim().split("\n")) expect(line).toContain("acme-pos");
  expect(await proposed()).toEqual({ [name]: "1.1.0" });
});

test("a second change before the release rewrites the changeset of the first", async () => {
  await begin("second", "addition");
  edit("bound");
  await change();
  expect(changesets()).toEqual([changeset]);
  expect(await proposed()).toEqual({ [name]: "2.0.0", "@inv/core": "1.0.1" });
});

test("a change that the provider takes back before the release leaves no trace", async () => {
  await clone.run(["git", "checkout", "--quiet", "released", "--", pages]);
  await change();
  expect(changesets()).toEqual([]);
  await commit(clone, "taken back");
  expect(await clone.run(["git", "diff", "--name-only", "released"])).toBe("");
});

test("npm update takes the minor where ^1.0.0 is asked for", async () => {
  await clone.run(["git", "switch", "--quiet", "addition"]);
  await release();
  await npm("update");
  expect(installed()).toEqual({ "@inv/core": "1.0.0", [name]: "1.1.0" });
});

test("X17 a change that breaks is a major, which nobody gets who asked for ^1.0.0", async () => {
  edit("rename");
  await follow(stepsUnder("The documentation changes, and a person has to do something"));
  expect(await proposed()).toEqual({ [name]: "2.0.0", "@inv/core": "1.0.1" });
  replace("packages/acme-pos/test/client.test.ts", "getStock", "readStock");
  replace("packages/core/src/adapters/acme-pos.ts", "getStock", "readStock");
  replace("packages/core/src/adapters/acme-pos.ts", "GetStock", "ReadStock");
  await release();
  expect(await npm("view", name, "version")).toBe("2.0.0\n");
  await npm("update");
  expect(installed()).toEqual({ "@inv/core": "1.0.1", [name]: "1.1.0" });
  expect(await run(consumer(), ["node", "program.js"], {})).toBe("12.375 kg\n");
});
