import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { listOperations, listProviders, readDocument, toCamelCase } from "../src/exchanges.js";
import type { Mocks } from "../src/mocks.js";
import { startMocks } from "../src/mocks.js";
import { toClientValue, toInput, toPascalCase } from "./client-view.js";

// What a user gets: the packed tarballs, in an empty folder, with nothing else of ours and without a registry.

const packages = fileURLToPath(new URL("../../", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "inv-installed-"));
let mocks: Mocks;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly publishConfig?: object;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

const published = readdirSync(packages).filter((name) => manifestOf(join(packages, name)).publishConfig !== undefined);

/** Where a dependency of a package is: linked in a package of ours, beside it in pnpm's store. */
function dependencyFolder(folder: string, name: string): string {
  const linked = folder.startsWith(packages) && !folder.includes("node_modules");
  const { name: own } = manifestOf(folder);
  const siblings = own.startsWith("@") ? dirname(dirname(folder)) : dirname(folder);
  return realpathSync(linked ? join(folder, "node_modules", name) : join(siblings, name));
}

/** A package and everything that it needs to run, each folder once. */
function closure(folder: string, found = new Set<string>()): Set<string> {
  if (found.has(folder)) return found;
  found.add(folder);
  for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) closure(dependencyFolder(folder, name), found);
  return found;
}

const tarballs = new Map<string, string>();

async function tarballOf(folder: string): Promise<string> {
  const known = tarballs.get(folder);
  if (known !== undefined) return known;
  const target = join(scratch, "tarballs", String(tarballs.size));
  mkdirSync(target, { recursive: true });
  await run(
    folder,
    "pnpm",
    "--config.ignore-scripts=true",
    "--config.pm-on-fail=ignore",
    "pack",
    "--pack-destination",
    target,
  );
  const tarball = join(target, readdirSync(target)[0] ?? "");
  tarballs.set(folder, tarball);
  return tarball;
}

/** What a command prints. Not the synchronous way: the mocks that it may call run in this process. */
async function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, ...mocks.environment };
  try {
    return (await promisify(execFile)(command, args, { cwd, env })).stdout;
  } catch (error) {
    const { stdout, stderr } = Object.assign({ stdout: "", stderr: "" }, error);
    throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`, { cause: error });
  }
}

/** An empty folder into which a package's tarballs, and no others, have been installed. */
async function install(name: string): Promise<string> {
  const folder = join(scratch, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const files: string[] = [];
  for (const each of closure(join(packages, name))) files.push(await tarballOf(each));
  await run(folder, "npm", "install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", ...files);
  return folder;
}

beforeAll(async () => {
  mocks = await startMocks();
});

afterAll(async () => {
  rmSync(scratch, { recursive: true, force: true });
  await mocks.close();
});

/** A program for a package, and what it prints: whole for a provider's, in part for another. */
interface Program {
  readonly code: string;
  readonly says: string;
}

/** Makes the call of the document's first exchange that goes well, signed in by the first scheme of its operation. */
function clientProgram(name: string): Program {
  const document = readDocument(name);
  const [found] = listOperations(document).flatMap((operation) => {
    const exchange = operation.exchanges.find(({ status }) => status >= 200 && status <= 299);
    const value = exchange?.response.value;
    return exchange === undefined || value === undefined ? [] : [{ operation, exchange, value }];
  });
  const [scheme] = found?.operation.schemes ?? [];
  if (found === undefined || scheme === undefined) throw new Error(`${name} has no exchange, or no way to sign in`);
  const { operation, exchange, value } = found;
  const credentials = scheme.credentials.map(({ option, variable }) => `${option}: process.env.${variable}`);
  const input = operation.takesInput ? `, ${JSON.stringify(toInput(document, exchange))}` : "";
  const says = toClientValue(document, value, exchange.response.schema);
  return {
    code: `import * as library from "@inv/${name}";
    const servers = JSON.parse(process.argv[2]);
    const client = library.create${toPascalCase(name)}Client({ ...servers, ${credentials.join(", ")} });
    console.log(JSON.stringify(await library.${toCamelCase(operation.operationId)}(client${input})));\n`,
    says: `${JSON.stringify(says)}\n`,
  };
}

/** What each package that is no provider's exports, among other things. */
const exported: Readonly<Record<string, string>> = {
  transport: "InvError",
  bump: "bump",
  core: "createInventory",
  sim: "createSim",
  cli: "run",
};

const providers = listProviders();

function programOf(name: string): Program {
  if (providers.includes(name)) return clientProgram(name);
  const code = `import * as all from "@inv/${name}"; console.log(Object.keys(all).join());`;
  return { code, says: exported[name] ?? "" };
}

test("every published package has something to do here", () => {
  expect(published.toSorted()).toEqual([...providers, ...Object.keys(exported)].toSorted());
});

describe.each(published)("@inv/%s", { timeout: 120_000 }, (name) => {
  test("installs from its tarballs with the packages that it depends on and no other of ours", async () => {
    const folder = await install(name);
    const wanted = [...closure(join(packages, name))].map((each) => manifestOf(each).name);
    expect(
      readdirSync(join(folder, "node_modules/@inv"))
        .map((each) => `@inv/${each}`)
        .toSorted(),
    ).toEqual(wanted.filter((each) => each.startsWith("@inv/")).toSorted());
  });

  test("works where it was installed", async () => {
    const folder = join(scratch, name);
    const { code, says } = programOf(name);
    writeFileSync(join(folder, "program.js"), code);
    const printed = await run(folder, "node", "program.js", JSON.stringify(mocks.options[name] ?? {}));
    if (providers.includes(name)) expect(printed).toBe(says);
    else expect(printed.trimEnd().split(",")).toContain(says);
  });
});

/** The programs of a package's README that need no package beside those installed. */
function readmePrograms(name: string): string[] {
  const text = readFileSync(join(packages, name, "README.md"), "utf8");
  const programs = Array.from(text.matchAll(/^```ts\n(.*?)^```$/gms), ([, code = ""]) => code);
  const there = readdirSync(join(scratch, name, "node_modules/@inv"));
  return programs.filter((code) =>
    Array.from(code.matchAll(/"@inv\/([\w-]+)/g)).every(([, imported = ""]) => there.includes(imported)),
  );
}

const compilers = {
  "TypeScript 5.9": "../../scripts/node_modules/typescript",
  "TypeScript 7": "../../toolchain/node_modules/typescript-7",
};

describe.each(Object.entries(compilers))("for a consumer with %s", (_, compiler) => {
  test.each(published.filter((name) => name !== "cli"))(
    "the types of @inv/%s hold, and its README compiles",
    async (name) => {
      const folder = join(scratch, name);
      writeFileSync(
        join(folder, "globals.d.ts"),
        "declare const process: { env: Record<string, string | undefined> };\n",
      );
      const all = `import * as all from "@inv/${name}";\nexport const names: string[] = Object.keys(all);\n`;
      const files = [all, ...readmePrograms(name)].map((code, index) => {
        writeFileSync(join(folder, `consumer-${index}.ts`), code);
        return `consumer-${index}.ts`;
      });
      const compilerOptions = {
        noEmit: true,
        strict: true,
        module: "nodenext",
        target: "es2022",
        lib: ["es2022", "dom"],
        types: [],
        // openapi-fetch imports types of a package that declares none for this way of resolving.
        skipLibCheck: true,
      };
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions, files: ["globals.d.ts", ...files] }),
      );
      const tsc = join(packages, "contract", compiler, "bin/tsc");
      expect(await run(folder, "node", tsc, "--project", ".")).toBe("");
    },
  );
});

test("the command of the cli starts where it was installed", async () => {
  expect(await run(join(scratch, "cli"), "npx", "--offline", "inv", "--version")).toMatch(/^\S*\d+\.\d+\.\d+\n$/);
});
