import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compare, writeFiles } from "../pipeline/output.ts";
import { generateProvider } from "../pipeline/provider.ts";
import { fixtureRoot, refusal } from "./support.ts";

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "inv-output-"));
  folder = join(root, "packages/acme-pos");
  cpSync(fixtureRoot, root, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const write = async () => {
  const { files } = await generateProvider(root, "acme-pos");
  return writeFiles(folder, files);
};

test("writes everything once, and nothing the second time", async () => {
  expect((await write()).map(({ path }) => path)).toEqual([
    "openapi.json",
    "src/generated/credentials.ts",
    "src/generated/errors.ts",
    "src/generated/facts.ts",
    "src/generated/operations.ts",
    "src/generated/schema.ts",
    "README.md",
  ]);
  const file = join(folder, "src/generated/schema.ts");
  utimesSync(file, 1, 1);
  expect(await write()).toEqual([]);
  expect(statSync(file).mtimeMs).toBe(1000);
});

test("writes only the file whose bytes differ", async () => {
  await write();
  const file = join(folder, "src/generated/facts.ts");
  writeFileSync(file, `${readFileSync(file, "utf8")}// edited\n`);
  expect(await write()).toEqual([{ path: "src/generated/facts.ts", state: "changed" }]);
  expect(readFileSync(file, "utf8")).not.toContain("// edited");
});

test("S11 comparing finds an edited, a missing and an extra file", async () => {
  await write();
  const { files } = await generateProvider(root, "acme-pos");
  writeFileSync(join(folder, "src/generated/facts.ts"), "// edited\n");
  rmSync(join(folder, "src/generated/errors.ts"));
  writeFileSync(join(folder, "src/generated/extra.ts"), "");
  expect(compare(folder, files)).toEqual([
    { path: "src/generated/errors.ts", state: "missing" },
    { path: "src/generated/facts.ts", state: "changed" },
    { path: "src/generated/extra.ts", state: "extra" },
  ]);
});

test("removes a generated file that is not made any more", async () => {
  await write();
  writeFileSync(join(folder, "src/generated/old.ts"), "// GENERATED from specs/acme-pos/ (sha256 0)\n");
  expect(await write()).toEqual([{ path: "src/generated/old.ts", state: "extra" }]);
  expect(existsSync(join(folder, "src/generated/old.ts"))).toBe(false);
});

test.each([["notes.ts"], ["schema.ts"]])(
  "X13 refuses to touch a hand-written %s among the generated files, and writes nothing",
  async (name) => {
    mkdirSync(join(folder, "src/generated"), { recursive: true });
    writeFileSync(join(folder, "src/generated", name), "// mine\n");
    expect((await refusal(write)).kind).toBe("output");
    expect(readFileSync(join(folder, "src/generated", name), "utf8")).toBe("// mine\n");
    expect(existsSync(join(folder, "openapi.json"))).toBe(false);
  },
);

test("X13 refuses an output folder that leads elsewhere, and writes nothing there", async () => {
  const elsewhere = join(root, "elsewhere");
  mkdirSync(elsewhere);
  mkdirSync(join(folder, "src"));
  symlinkSync(elsewhere, join(folder, "src/generated"));
  expect((await refusal(write)).kind).toBe("output");
  expect(existsSync(join(elsewhere, "schema.ts"))).toBe(false);
});

test("X13 refuses a generated file that is a link", async () => {
  await write();
  const file = join(folder, "src/generated/facts.ts");
  rmSync(file);
  writeFileSync(join(root, "victim"), "// GENERATED from specs/x\n");
  symlinkSync(join(root, "victim"), file);
  expect((await refusal(write)).kind).toBe("output");
  expect(readFileSync(join(root, "victim"), "utf8")).toBe("// GENERATED from specs/x\n");
});

test("refuses to make up a package that is not there", async () => {
  rmSync(folder, { recursive: true });
  expect((await refusal(write)).message).toContain("create the package first");
});

test.each([
  ["is missing", undefined],
  ["has no markers", "# @inv/acme-pos\n"],
  [
    "has its markers in the wrong order",
    "<!-- /generated:operations --><!-- generated:operations --><!-- generated:credentials --><!-- /generated:credentials -->",
  ],
  [
    "has a marker twice",
    "<!-- generated:operations --><!-- /generated:operations --><!-- generated:operations --><!-- /generated:operations --><!-- generated:credentials --><!-- /generated:credentials -->",
  ],
])("makes all else when the README %s, and says so", async (_, text) => {
  const readme = join(folder, "README.md");
  if (text === undefined) rmSync(readme);
  else writeFileSync(readme, text);
  const { files, readmeProblem } = await generateProvider(root, "acme-pos");
  expect(readmeProblem?.message).toContain("packages/acme-pos/README.md");
  expect(files.has("src/generated/schema.ts")).toBe(true);
  expect(files.has("README.md")).toBe(false);
});

test.each<[string, () => void, string]>([
  [
    "neither a document nor upstream",
    () => rmSync(join(root, "specs/acme-pos/openapi.yaml")),
    "neither openapi.yaml nor",
  ],
  [
    "both",
    () => cpSync(join(root, "specs/acme-pos/openapi.yaml"), join(root, "specs/acme-pos/upstream/page.yaml")),
    "has both",
  ],
  [
    "two upstream documents that say different things",
    () => {
      const document = readFileSync(join(root, "specs/acme-pos/openapi.yaml"), "utf8");
      cpSync(join(root, "specs/acme-pos/openapi.yaml"), join(root, "specs/acme-pos/upstream/a.yaml"));
      rmSync(join(root, "specs/acme-pos/openapi.yaml"));
      writeFileSync(
        join(root, "specs/acme-pos/upstream/b.yaml"),
        document.replaceAll(/operationId: (\S+)/g, "operationId: $1Again"),
      );
    },
    "two pages describe this differently",
  ],
])("refuses a folder of specs/ with %s", async (_, change, message) => {
  change();
  expect((await refusal(() => generateProvider(root, "acme-pos"))).message).toContain(message);
});

test("reads a document from upstream/ as it does openapi.yaml", async () => {
  const before = await generateProvider(root, "acme-pos");
  cpSync(join(root, "specs/acme-pos/openapi.yaml"), join(root, "specs/acme-pos/upstream/get-stock.yaml"));
  rmSync(join(root, "specs/acme-pos/openapi.yaml"));
  expect([...(await generateProvider(root, "acme-pos")).files]).toEqual([...before.files]);
});
