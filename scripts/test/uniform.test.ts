import { createHash } from "node:crypto";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const providers = readdirSync(new URL("specs/", root)).toSorted();
const packages = readdirSync(new URL("packages/", root)).toSorted();

function read(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}

function manifest(name: string): Record<string, unknown> {
  const parsed: unknown = JSON.parse(read(`packages/${name}/package.json`));
  if (typeof parsed !== "object" || parsed === null) throw new Error(`packages/${name}/package.json is no object`);
  return { ...parsed };
}

function pascal(id: string): string {
  return id.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function filesOf(id: string): string[] {
  return globSync("{*,src/**/*.ts,test/client.test.ts}", { cwd: new URL(`packages/${id}`, root) })
    .filter((file) => /\.\w+$/.test(file) && !file.endsWith("CHANGELOG.md"))
    .toSorted();
}

/** What a package may have beyond its siblings: a file named for something that only its provider does. */
const own: Readonly<Record<string, readonly string[]>> = { walleo: ["src/signature.ts"] };

test("there are providers to look at", () => {
  expect(providers.length).toBeGreaterThanOrEqual(5);
});

describe.each(providers)("the package of %s", (id) => {
  test("has the files of its siblings", () => {
    const expected = [
      "README.md",
      "openapi.json",
      "package.json",
      "src/client.ts",
      "src/generated/credentials.ts",
      "src/generated/errors.ts",
      "src/generated/facts.ts",
      "src/generated/operations.ts",
      "src/generated/schema.ts",
      "src/index.ts",
      "test/client.test.ts",
      "tsconfig.json",
    ];
    expect(filesOf(id).filter((file) => !own[id]?.includes(file))).toEqual(expected);
  });

  test("has the manifest of its siblings, but for name, version and description", () => {
    const { name, version, description, ...rest } = manifest(id);
    const { name: _name, version: _version, description: _description, ...sibling } = manifest("loop");
    expect(name).toBe(`@inv/${id}`);
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(description).toMatch(/^Typed client for the .+/);
    expect(rest).toEqual(sibling);
  });

  test("depends on openapi-fetch and the transport alone", () => {
    expect(manifest(id)["dependencies"]).toEqual({ "@inv/transport": "workspace:^", "openapi-fetch": "0.17.0" });
  });

  test("is generated from the document beside it", () => {
    const sha256 = createHash("sha256")
      .update(read(`packages/${id}/openapi.json`))
      .digest("hex");
    for (const file of filesOf(id).filter((name) => name.startsWith("src/generated/")))
      expect(read(`packages/${id}/${file}`).split("\n", 1)[0]).toBe(
        `// GENERATED from specs/${id}/ (sha256 ${sha256}) by \`npm run generate -- ${id}\`. Not edited by hand:`,
      );
  });

  test("exports a client, a guard and credentials under its own name", async () => {
    const client: Record<string, unknown> = await import(`../../packages/${id}/src/index.ts`);
    expect(Object.keys(client)).toEqual(
      expect.arrayContaining([`create${pascal(id)}Client`, `is${pascal(id)}Error`, "credentials", "InvError"]),
    );
  });

  test("has an adapter in core that calls itself by the same id", async () => {
    const adapter: { connector?: { provider?: unknown } } = await import(`../../packages/core/src/adapters/${id}.ts`);
    expect(adapter.connector?.provider).toBe(id);
    expect(manifest("core")["dependencies"]).toHaveProperty([`@inv/${id}`], "workspace:^");
  });

  test("is built before the contract tests, which run it", () => {
    expect(manifest("contract")["dependencies"]).toHaveProperty([`@inv/${id}`], "workspace:^");
  });

  test("has a document, and a note on where it came from", () => {
    expect(existsSync(new URL(`specs/${id}/SOURCE.md`, root))).toBe(true);
    expect(existsSync(new URL(`specs/${id}/openapi.yaml`, root))).not.toBe(
      existsSync(new URL(`specs/${id}/upstream`, root)),
    );
  });
});

test("every shape among the simulators is one of a provider", () => {
  const shapes = globSync("*.ts", { cwd: new URL("packages/sim/src/shapes", root) }).map((file) => file.slice(0, -3));
  expect(shapes.filter((id) => !providers.includes(id))).toEqual([]);
});

describe.each(packages)("packages/%s", (folder) => {
  test("carries no configuration of its own", () => {
    expect(read(`packages/${folder}/tsconfig.json`)).toBe('{ "extends": "../../tsconfig.package.json" }\n');
    const configuration = globSync("{*.config.*,.*rc*,turbo.json,biome.json}", {
      cwd: new URL(`packages/${folder}`, root),
    });
    expect(configuration).toEqual([]);
  });

  test("asks for its siblings by the range that lets them release alone", () => {
    const ours = Object.entries(manifest(folder)["dependencies"] ?? {}).filter(([name]) => name.startsWith("@inv/"));
    expect(ours.filter(([, range]) => range !== "workspace:^")).toEqual([]);
  });

  test("imports siblings by name and only rightward", () => {
    const allowed: Readonly<Record<string, RegExp>> = {
      transport: /^$/,
      sim: /^$/,
      core: new RegExp(`^@inv/(?:transport|${providers.join("|")})`),
      cli: /^@inv\/(?:core|sim|transport)/,
      contract: /^@inv\//,
      bench: /^@inv\//,
    };
    const ruleOf = (file: string) =>
      folder === "core" && !file.startsWith("src/adapters/")
        ? /^@inv\/transport/
        : (allowed[folder] ?? /^@inv\/transport/);
    const sources = globSync("src/**/*.ts", { cwd: new URL(`packages/${folder}`, root) });
    expect(sources.length).toBeGreaterThan(0);
    for (const file of sources) {
      const source = read(`packages/${folder}/${file}`);
      const imported = Array.from(source.matchAll(/(?:from|import\()\s*["'`]([^"'`]+)["'`]/g), ([, name = ""]) => name);
      expect(imported.filter((name) => name.startsWith("@inv/") && !ruleOf(file).test(name))).toEqual([]);
      expect(imported.filter((name) => name.includes("../../"))).toEqual([]);
    }
  });
});
