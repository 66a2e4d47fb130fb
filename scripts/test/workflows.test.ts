import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../pipeline/command.ts";
import { entriesOf, isObject, listOf, own, textOf } from "../pipeline/json.ts";
import type { Json, JsonObject } from "../pipeline/json.ts";
import { parseDocument } from "../pipeline/read.ts";

const folder = join(root, ".github/workflows");
const names = readdirSync(folder).toSorted();
const sources = new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const workflows = new Map(Array.from(sources, ([name, text]) => [name, parseDocument(text, { name, aliases: 0 })]));
const scripts = new Set(
  entriesOf(
    parseDocument(readFileSync(join(root, "package.json")), { name: "package.json", aliases: 0 }),
    "scripts",
  ).map(([name]) => name),
);

/** Workflow, job and step of every step. */
const steps = Array.from(workflows).flatMap(([name, workflow]) =>
  entriesOf(workflow, "jobs").flatMap(([job, node]) =>
    listOf(node, "steps").map((step, index) => ({ name: `${name} ${job} ${index}`, step })),
  ),
);

function workflow(name: string): JsonObject {
  const found = workflows.get(name);
  if (found === undefined) throw new Error(`${name} is missing`);
  return found;
}

function job(name: string, id: string): Json {
  return own(own(workflow(name), "jobs"), id) ?? null;
}

/** The events that start a workflow, however they are written. */
function eventsOf(node: JsonObject): readonly Json[] {
  const events = own(node, "on") ?? [];
  return isObject(events) ? Object.keys(events) : [events].flat();
}

test("there are three workflows: ci, refresh and release", () => {
  expect(names).toEqual(["ci.yml", "refresh.yml", "release.yml"]);
});

describe.each(names)("S07 %s", (name) => {
  const text = sources.get(name) ?? "";

  test("says first what it may do", () => {
    const header = text.slice(0, text.search(/^[^#]/m));
    expect(header).toContain("# May: ");
    expect(header.split("\n").length).toBeGreaterThan(3);
  });

  test("grants at its top nothing but reading, and no job everything", () => {
    const top = own(workflow(name), "permissions");
    expect(isObject(top) && Object.values(top).every((access) => access === "read")).toBe(true);
    for (const [, node] of entriesOf(workflow(name), "jobs"))
      expect(typeof (own(node, "permissions") ?? {})).toBe("object");
  });

  test("runs no code of a pull request with the rights of main", () => {
    for (const event of eventsOf(workflow(name))) expect(["pull_request_target", "workflow_run"]).not.toContain(event);
    expect(text).not.toMatch(/github\.event\.pull_request|github\.head_ref/);
  });

  test("pins every action to a commit, with the version beside it", () => {
    const uses = Array.from(text.matchAll(/^\s*(?:- )?uses: (.*)$/gm), ([, action]) => action);
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses) expect(action).toMatch(/^[a-z-]+\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(uses.length).toBe(
      steps.filter(({ name: step, step: node }) => step.startsWith(`${name} `) && own(node, "uses") !== undefined)
        .length,
    );
  });

  test("ends every job after a while", () => {
    for (const [, node] of entriesOf(workflow(name), "jobs"))
      expect(typeof own(node, "timeout-minutes")).toBe("bigint");
  });
});

test("S07 an action has the same commit wherever it is used", () => {
  const commits = new Map<string, string>();
  for (const { step } of steps) {
    const [action = "", commit = ""] = textOf(step, "uses").split("@");
    if (action === "") continue;
    expect(commits.get(action) ?? commit).toBe(commit);
    commits.set(action, commit);
  }
});

test("S07 no checkout leaves the token behind, and no setup-node keeps a cache", () => {
  for (const { name, step } of steps) {
    const given = own(step, "with");
    if (textOf(step, "uses").startsWith("actions/checkout@"))
      expect([name, own(given, "persist-credentials")]).toEqual([name, false]);
    if (!textOf(step, "uses").startsWith("actions/setup-node@")) continue;
    expect([name, own(given, "package-manager-cache")]).toEqual([name, false]);
    expect([name, own(given, "cache")]).toEqual([name, undefined]);
  }
});

test("S07 the release uses no cache, no token of a registry and no secret", () => {
  const text = (sources.get("release.yml") ?? "").replaceAll(/^\s*#.*$/gm, "");
  expect(text.replaceAll("package-manager-cache: false", "")).not.toMatch(/cache/i);
  expect(text).not.toMatch(/secrets\.|_authToken|NODE_AUTH_TOKEN|NPM_TOKEN/);
});

test("S06 only the job in the protected environment may publish, and it runs no code of this repository", () => {
  const publish = job("release.yml", "publish");
  expect(own(publish, "environment")).toBe("npm");
  expect(own(publish, "permissions")).toEqual({ "id-token": "write" });
  const commands = listOf(publish, "steps").map((step) => textOf(step, "run"));
  expect(commands.join("\n")).toMatch(/npm publish .* --provenance --ignore-scripts/);
  expect(commands.join("\n")).not.toMatch(/npm (run|test|ci|install|exec)|npx|node /);
  expect(listOf(publish, "steps").map((step) => textOf(step, "uses").split("@")[0])).not.toContain("actions/checkout");
  for (const [name, node] of workflows)
    for (const [id, other] of entriesOf(node, "jobs")) {
      const mayPublish = own(own(other, "permissions"), "id-token") !== undefined;
      expect([name, id, mayPublish]).toEqual([name, id, name === "release.yml" && id === "publish"]);
    }
});

test("S06 a name that was never published is refused before anything is published", () => {
  const commands = listOf(job("release.yml", "publish"), "steps").map((step) => textOf(step, "run"));
  const refusal = commands.findIndex((command) => command.includes("E404"));
  expect(refusal).toBeGreaterThanOrEqual(0);
  expect(commands.findIndex((command) => command.includes("npm publish"))).toBeGreaterThan(refusal);
});

test("every command of npm that a workflow runs is there", () => {
  const called = steps.flatMap(({ name, step }) =>
    Array.from(
      textOf(step, "run").matchAll(/\bnpm (?:run(?: --?[a-z-]+)* ([\w:-]+)|(test))\b/g),
      ([, script, shorthand]) => ({ name, script: script ?? shorthand ?? "" }),
    ),
  );
  expect(new Set(called.map(({ script }) => script))).toEqual(new Set(["changeset", "demo", "spec", "test"]));
  for (const { name, script } of called) expect([name, scripts.has(script)]).toEqual([name, true]);
});

test("no command is put together from what an event, a provider or a matrix says", () => {
  for (const { name, step } of steps) expect([name, textOf(step, "run").includes("${{")]).toEqual([name, false]);
});

test("ci runs the tests and the demo on Linux, Windows and macOS with Node 20", () => {
  const node = job("ci.yml", "test");
  expect(own(own(own(node, "strategy"), "matrix"), "os")).toEqual(["ubuntu-latest", "windows-latest", "macos-latest"]);
  const given = listOf(node, "steps").map((step) => own(own(step, "with"), "node-version"));
  expect(given).toContain(20n);
  const commands = listOf(node, "steps").map((step) => textOf(step, "run"));
  expect(commands).toContain("npm test");
  expect(commands.join("\n")).toContain("npm run --silent demo");
});

test("refresh runs weekly and by hand, and what opens a pull request runs none of our code", () => {
  expect(eventsOf(workflow("refresh.yml"))).toEqual(["schedule", "workflow_dispatch"]);
  const propose = job("refresh.yml", "propose");
  expect(textOf(listOf(propose, "steps").at(-1), "run")).not.toMatch(/\b(npm|npx|node|pnpm) /);
  expect(own(job("refresh.yml", "read"), "permissions")).toEqual({ contents: "read" });
});

test("refresh compares with the tags of the releases", () => {
  const checkouts = listOf(job("refresh.yml", "read"), "steps").filter((step) =>
    textOf(step, "uses").startsWith("actions/checkout@"),
  );
  expect(checkouts.map((step) => own(own(step, "with"), "fetch-depth"))).toEqual([0n]);
});

test("a pull request of refresh takes what is generated of its provider and nothing else", () => {
  const apply = textOf(listOf(job("refresh.yml", "propose"), "steps").at(-1), "run");
  const included = Array.from(apply.matchAll(/--include="?([^\s"]+)"?/g), ([, path]) => path);
  expect(included).toEqual([
    "specs/$PROVIDER/*",
    "packages/$PROVIDER/*",
    "packages/sim/src/shapes/$PROVIDER.ts",
    "README.md",
    ".changeset/$PROVIDER-document.md",
  ]);
});
