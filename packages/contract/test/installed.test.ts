import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Mocks } from "../src/mocks.js";
import { startMocks } from "../src/mocks.js";

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

/** A program that makes one call of a client and prints the answer. */
function program(name: string, call: string): string {
  return `import * as client from "@inv/${name}";
    const { env } = process;
    const servers = JSON.parse(process.argv[2]);
    console.log(JSON.stringify(await client.${call}));\n`;
}

const programs: Readonly<Record<string, string>> = {
  walleo: program(
    "walleo",
    `getInventory(client.createWalleoClient({ ...servers, apiKey: env.WALLEO_API_KEY, identifier: env.WALLEO_IDENTIFIER, sharedKey: env.WALLEO_SHARED_KEY }), { id: "KELPFR" })`,
  ),
  fourthwall: program(
    "fourthwall",
    `getProductInventory(client.createFourthwallClient({ ...servers, username: env.FOURTHWALL_USERNAME, password: env.FOURTHWALL_PASSWORD }), { productId: "00aa4abd-5778-4199-8161-0b49b2f212e5" })`,
  ),
  augno: program(
    "augno",
    `retrieveItemInventory(client.createAugnoClient({ ...servers, apiKey: env.AUGNO_API_KEY }), { id: "it_01HTEA7K2M", include: ["on_hand", "reserved", "available_to_promise", "short"] })`,
  ),
  zettle: program(
    "zettle",
    `getInventory(client.createZettleClient({ ...servers, clientId: env.ZETTLE_CLIENT_ID, apiKey: env.ZETTLE_API_KEY }))`,
  ),
  loop: program(
    "loop",
    `getInventory(client.createLoopClient({ ...servers, apiKey: env.LOOP_API_KEY }), { productVariantId: "653985747439023617", locationId: "631923350119788417" })`,
  ),
};

const says: Readonly<Record<string, string>> = {
  walleo: '"available_amount":"unlimited"',
  fourthwall: '"quantity":7',
  augno: '"value":"10.5"',
  zettle: '"balance":"12.375"',
  loop: '"id":"653985747439023617"',
  transport: "InvError",
  bump: "bump",
  core: "createInventory",
  sim: "createSim",
  cli: "run",
};

test("every published package has something to do here", () => {
  expect(published.toSorted()).toEqual(Object.keys(says).toSorted());
  expect(Object.keys(mocks.baseUrls).toSorted()).toEqual(Object.keys(programs).toSorted());
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
    const program = programs[name] ?? `import * as all from "@inv/${name}"; console.log(Object.keys(all).join());`;
    writeFileSync(join(folder, "program.js"), program);
    const printed = await run(folder, "node", "program.js", JSON.stringify(mocks.options[name] ?? {}));
    expect(printed).toContain(says[name]);
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
