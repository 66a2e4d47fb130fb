import { spawn } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { listProviders } from "../src/exchanges.js";
import type { Mocks } from "../src/mocks.js";
import { startMocks } from "../src/mocks.js";

// Every program in a README is run as it stands, against the mocks: its lines that are comments are what it prints.

const root = fileURLToPath(new URL("../../../", import.meta.url));
/** Inside of this package, so that the programs find ours by name, as built. */
const folder = fileURLToPath(new URL("../node_modules/.readme/", import.meta.url));
const readmes = ["README.md", ...globSync("packages/*/README.md", { cwd: root })];
const commandReadme = "packages/cli/README.md";
let mocks: Mocks;
let scratch: string;

beforeAll(async () => {
  mocks = await startMocks();
  mkdirSync(folder, { recursive: true });
  scratch = mkdtempSync(folder);
  writeFileSync(join(scratch, "route.mjs"), router());
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await mocks.close();
});

/** A module that sends what is meant for the providers' own hosts to the mocks. */
function router(): string {
  const routes = [
    ...listProviders().flatMap((id) => serversOf(id).map((url) => [url, mocks.baseUrls[id]])),
    ["https://oauth.zettle.com/token", mocks.tokenUrl],
  ];
  return `const routes = ${JSON.stringify(routes)};
    const platform = globalThis.fetch;
    globalThis.fetch = (url, init) => {
      const [from, to] = routes.find(([from]) => url.startsWith(from));
      return platform(url.replace(from, to), init);
    };`;
}

/** The addresses of a document, of its paths and operations too. */
function serversOf(id: string): string[] {
  const urls = new Set<string>();
  JSON.parse(readFileSync(join(root, "packages", id, "openapi.json"), "utf8"), (key, value: unknown) => {
    if (key === "servers" && Array.isArray(value)) for (const { url } of value) urls.add(url);
    return value;
  });
  return [...urls];
}

async function runNode(
  cwd: string,
  ...words: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { promise, resolve } = Promise.withResolvers<number | null>();
  const env = { ...process.env, ...mocks.environment, NO_COLOR: "1" };
  const child = spawn(process.execPath, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const printed = { stdout: "", stderr: "" };
  child.stdout.on("data", (data: Buffer) => (printed.stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (printed.stderr += data.toString()));
  child.once("close", resolve);
  return { code: await promise, ...printed };
}

function blocks(readme: string, ...languages: string[]): string[] {
  const text = readFileSync(join(root, readme), "utf8");
  return Array.from(text.matchAll(/^```(\w+)\n(.*?)^```$/gms), ([, language = "", code = ""]) => ({ language, code }))
    .filter(({ language }) => languages.includes(language))
    .map(({ code }) => code);
}

function block(readme: string, ...languages: string[]): string {
  return blocks(readme, ...languages)[0] ?? "";
}

describe.each(readmes.filter((readme) => readme !== commandReadme))("%s", (readme) => {
  const programs = blocks(readme, "ts", "js").filter((code) => code.includes("import "));

  test("has a program to run", () => {
    expect(programs.length).toBeGreaterThan(0);
  });

  test.each(programs.map((code, index) => [index + 1, code] as const))(
    "program %i runs and prints what it says",
    async (index, code) => {
      const file = join(scratch, `${readme.replaceAll("/", "-")}-${index}.mjs`);
      writeFileSync(file, stripTypeScriptTypes(code));
      const { stdout, stderr } = await runNode(scratch, "--import", "./route.mjs", file);
      expect(stderr).toBe("");
      const says = Array.from(code.matchAll(/^ *\/\/ (.*)\n/gm), ([, line]) => `${line}\n`).join("");
      // What node:test reports of a program that is a test is not the program's own.
      expect(stdout.replaceAll(/^[✔ℹ] .*\n/gm, "")).toBe(says);
      expect(says).not.toBe("");
    },
  );
});

describe("the command", () => {
  test.each(["README.md", commandReadme])("of %s runs with the files beside it", async (readme) => {
    writeFileSync(join(scratch, "inv.yaml"), block(readme, "yaml"));
    writeFileSync(join(scratch, "lookups.jsonl"), block(readme, "json"));
    const words = blocks(readme, "sh").find((line) => line.startsWith("inv ")) ?? "";
    const cli = join(root, "packages/cli/dist/bin.js");
    const answer = await runNode(scratch, "--import", "./route.mjs", cli, ...words.trim().split(" ").slice(1));
    expect(answer.stderr).toBe("");
    expect(answer.stdout).toMatch(/12\.375|-3/);
    expect(answer.stdout).toContain("42");
    expect(answer.code).toBe(0);
  });

  test("npm run demo begins with what the READMEs show", async () => {
    const { stdout } = await runNode(root, "packages/cli/dist/bin.js", "demo");
    expect(stdout.slice(0, block("README.md", "text").length)).toBe(block("README.md", "text"));
    expect(stdout).toContain(block(commandReadme, "text"));
  });

  test("names only scripts that there are", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    for (const file of ["CONTRIBUTING.md", ...readmes]) {
      const text = readFileSync(join(root, file), "utf8");
      for (const [, name = ""] of text.matchAll(/npm run (?:-s )?([\w:-]+)/g)) expect(scripts).toHaveProperty([name]);
    }
  });
});
