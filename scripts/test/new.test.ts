import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { newProvider } from "../new.ts";
import { root } from "../pipeline/command.ts";
import { toJsonText } from "../pipeline/json.ts";
import type { Json, JsonObject } from "../pipeline/json.ts";
import { withImporter } from "../pipeline/new/lockfile.ts";
import { planProvider } from "../pipeline/new/provider.ts";
import { compare, writeFiles } from "../pipeline/output.ts";
import { generateProvider, outputsOf } from "../pipeline/provider.ts";
import { readPage } from "../pipeline/pages/fetch-page.ts";
import type { GivenPage } from "../pipeline/pages/vendoring.ts";
import { vendor } from "../vendor.ts";
import { folderWith, printed } from "./pages.ts";
import { bareCode, breakouts, fixtureRoot, kindsOf, literalsOf, refusal, smallDocument } from "./support.ts";

const pages = ["list-items.md", "get-stock.md"];
const folder = join(import.meta.dirname, "fixtures/pages");
const today = "2026-11-21";

/** Plans a provider of the fixture's pages in this repository, where nothing is written. */
function plan(names: readonly string[] = pages, operations?: readonly string[], id = "acme-pos") {
  const given = names.map((page) => ({ from: page, page, bytes: readPage(join(folder, page)) }));
  return planProvider(root, id, given, operations, today);
}

function planDocument(document: JsonObject, id = "things") {
  return planProvider(
    root,
    id,
    [{ from: "things.json", page: "things.json", bytes: Buffer.from(toJsonText(document)) }],
    undefined,
    today,
  );
}

function textsOf({ files }: { readonly files: ReadonlyMap<string, Uint8Array> }): Map<string, string> {
  return new Map(Array.from(files, ([path, bytes]) => [path, Buffer.from(bytes).toString()]));
}

async function textOf(document: JsonObject, path: string): Promise<string> {
  return textsOf(await planDocument(document)).get(path) ?? "";
}

const acme = await plan();
const texts = textsOf(acme);

describe("a new provider", () => {
  test("has the files of its siblings, and one that is not named after it", () => {
    expect([...texts.keys()]).toEqual([
      ".changeset/acme-pos.md",
      "packages/acme-pos/README.md",
      "packages/acme-pos/openapi.json",
      "packages/acme-pos/package.json",
      "packages/acme-pos/src/client.ts",
      "packages/acme-pos/src/generated/credentials.ts",
      "packages/acme-pos/src/generated/errors.ts",
      "packages/acme-pos/src/generated/facts.ts",
      "packages/acme-pos/src/generated/operations.ts",
      "packages/acme-pos/src/generated/schema.ts",
      "packages/acme-pos/src/index.ts",
      "packages/acme-pos/test/client.test.ts",
      "packages/acme-pos/tsconfig.json",
      "packages/contract/package.json",
      "packages/core/src/adapters/acme-pos.ts",
      "packages/core/test/acme-pos.test.ts",
      "packages/sim/src/shapes/acme-pos.ts",
      "pnpm-lock.yaml",
      "specs/acme-pos/SOURCE.md",
      "specs/acme-pos/overlay.yaml",
      "specs/acme-pos/upstream/get-stock.yaml",
      "specs/acme-pos/upstream/list-items.yaml",
    ]);
    expect(texts.get("packages/contract/package.json")).toContain('"@inv/acme-pos": "workspace:^",\n    "@inv/augno"');
  });

  test("has the same bytes whatever the order of its pages", async () => {
    expect(textsOf(await plan(pages.toReversed()))).toEqual(texts);
  });

  test("X18 keeps nothing of what stands around the documents, which may address whoever reads it", () => {
    // Of a file that was there before, the lines that are new.
    const before = (path: string) =>
      new Set(existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8").split("\n") : []);
    const added = Array.from(texts, ([path, text]): [string, string] => {
      const known = before(path);
      return [
        path,
        text
          .split("\n")
          .filter((line) => !known.has(line))
          .join("\n"),
      ];
    });
    for (const [path, text] of added)
      for (const word of ["curl", "Agents", "assistant", "IGNORE", "delete the files", "llms.txt", "paste.acme"])
        expect(`${path}: ${text.toLowerCase().includes(word.toLowerCase())}`).toBe(`${path}: false`);
  });

  test("shows its main call with what it prints, which an oversized id does not round", () => {
    const readme = texts.get("packages/acme-pos/README.md");
    expect(readme).toContain('itemId: "7205759403792793601"');
    expect(readme).toContain("console.log(quantity, reserved_quantity);\n// 12.375 0\n");
    expect(readme).toContain("| `getStock` | `GET /items/{itemId}/stock/{locationId}` | documented |");
  });

  test("says in SOURCE.md what was decided without knowing", () => {
    expect(acme.notes.length).toBeGreaterThan(0);
    expect(texts.get("specs/acme-pos/SOURCE.md")).toContain("## Decided without knowing");
  });

  test("asks what its fields mean, in their own names", () => {
    expect(acme.questions).toEqual(
      expect.arrayContaining([
        "is `quantity` of getStock what is on hand, what can be sold, or something else, and in whose words?",
        "what does it mean where `reserved_quantity` is not there: not counted, without limit, or something else?",
        'do `quantity` and `reserved_quantity` have fractions, with how many places, and of which unit? `unit` ("piece", "kg" or "m") may say so',
        "is a figure of getStock that of one place alone? `locationId` and `location_id` may name it",
        "how does one get from a SKU to that id? The answers have `item_id`, `items[].id`, `items[].sku` and `items[].barcode`",
        "is `items` of listItems complete when it ends? `next_cursor`, `cursor` and `limit` may tell",
        "does a 404 of getStock say that there is no such thing, or also that none of it is there?",
        "does `updated_at` of getStock say when the figure changed, or when something else about the record did?",
      ]),
    );
    for (const question of acme.questions)
      expect(literalsOf(texts.get("packages/core/test/acme-pos.test.ts"))).toContain(question);
  });

  test("has an adapter that refuses to read until it is written", () => {
    const adapter = texts.get("packages/core/src/adapters/acme-pos.ts");
    expect(adapter).toContain("throw new InvError(");
    expect(adapter).toContain("packages/core/test/acme-pos.test.ts asks what has to be known first");
  });
});

describe("--operations", () => {
  test.each([["getStock"], ["GET /items/{itemId}/stock/{locationId}"], ["get /items/{itemId}/stock/{locationId}"]])(
    "%s takes the operation and the components that it reaches",
    async (name) => {
      const taken = textsOf(await plan(pages, [name]));
      expect(taken.get("specs/acme-pos/overlay.yaml")).toContain(
        "x-inv-operations:\n  - GET /items/{itemId}/stock/{locationId}\n",
      );
      const document = taken.get("packages/acme-pos/openapi.json");
      expect(document).toContain('"Stock": {');
      expect(document).not.toContain('"ItemPage"');
      expect(taken.get("specs/acme-pos/upstream/list-items.yaml")).toBe(
        texts.get("specs/acme-pos/upstream/list-items.yaml"),
      );
    },
  );

  test("X07 refuses one that is not in the document, and names some that are", async () => {
    const { message } = await refusal(() => plan(pages, ["getStok"]));
    expect(message).toContain('"getStok" is not in the document. Nearest are "getStock",');
  });
});

test("pages that vendor has taken need not be given again, and further ones join them", async () => {
  const needed = ["contract/package.json", "loop/package.json", "loop/tsconfig.json"].map((file) => `packages/${file}`);
  const copy = folderWith(Object.fromEntries(needed.map((path) => [path, readFileSync(join(root, path), "utf8")])));
  mkdirSync(join(copy, "specs/loop"), { recursive: true });
  const [first = "", second = ""] = pages.map((page) => join(folder, page));
  const { out } = await printed(() => vendor(["acme-pos", first], copy));
  expect(out).toContain("Next: npm run spec -- new acme-pos");
  await printed(() => vendor(["acme-pos", second], copy));
  const documentOf = async (given: readonly GivenPage[]) =>
    textsOf(await planProvider(copy, "acme-pos", given, undefined, today)).get("packages/acme-pos/openapi.json");
  expect(await documentOf([])).toBe(texts.get("packages/acme-pos/openapi.json"));
  rmSync(join(copy, "specs/acme-pos"), { recursive: true });
  await printed(() => vendor(["acme-pos", first], copy));
  const added = { from: second, page: "get-stock.md", bytes: readPage(second) };
  expect(await documentOf([added])).toBe(texts.get("packages/acme-pos/openapi.json"));
});

test("the lockfile gets what the client needs, each in its place, and changes nowhere else", () => {
  const before = readFileSync(join(root, "pnpm-lock.yaml"), "utf8");
  const needs = (lock: string) => {
    const { importers }: { importers: Record<string, { dependencies: Record<string, unknown> }> } = parse(lock);
    return importers;
  };
  for (const id of ["aaa", "contract-2", "zz-last"]) {
    const after = withImporter(before, id, "loop");
    const importers = needs(after);
    expect(importers[`packages/${id}`]).toEqual(importers["packages/loop"]);
    expect(importers["packages/contract"]?.dependencies[`@inv/${id}`]).toEqual({
      specifier: "workspace:^",
      version: `link:../${id}`,
    });
    for (const names of [Object.keys(importers), Object.keys(importers["packages/contract"]?.dependencies ?? {})])
      expect(names).toEqual(names.toSorted());
    const added = after.split("\n").length - before.split("\n").length;
    expect(added).toBe(12);
  }
});

describe("a name", () => {
  test.each([
    ["Acme", "kebab-case"],
    ["../acme", "kebab-case"],
    ["acme_pos", "kebab-case"],
    ["a".repeat(41), "at most 40"],
    ["loop", "packages/loop is there already"],
    ["core", "packages/core is there already"],
    ["scripts", "the repository uses itself"],
    ["delete", "a function called delete"],
  ])("%s is refused", async (id, message) => {
    expect((await refusal(() => plan(pages, undefined, id))).message).toContain(message);
  });
});

/** A client of the small document, with other ways to authorise. */
async function clientWith(schemes: Json, security: Json): Promise<string> {
  const document = smallDocument({ "#/components/securitySchemes": schemes, "#/security": security });
  return textOf(document, "packages/things/src/client.ts");
}

describe("client.ts", () => {
  test("takes the way to authorise from the document", async () => {
    const basic = { type: "http", scheme: "basic" };
    const bearer = { type: "http", scheme: "bearer" };
    expect(await clientWith({ basic }, [{ basic: [] }])).toContain("basic(options.username, options.password)");
    expect(await clientWith({ bearer }, [{ bearer: [] }])).toMatch(/authoriser: bearer\(options\.\w+\),/);
    const both = await clientWith({ basic, bearer }, [{ basic: [] }, { bearer: [] }]);
    expect(both).toMatch(/options\.username === undefined \? bearer\(options\.\w+\) : basic\(options\.username/);
  });

  test("X21 is refused where the credential would stand in the URL", async () => {
    const { kind } = await refusal(() =>
      clientWith({ key: { type: "apiKey", in: "query", name: "key" } }, [{ key: [] }]),
    );
    expect(kind).toBe("security");
  });

  test("judges by a text that error bodies have and other answers lack, however deep", async () => {
    const answer = (value: Json) => ({
      "404": { description: "No.", content: { "application/json": { example: value } } },
    });
    const judged = async (value: Json) => {
      const document = smallDocument();
      const responses = Object(document)["paths"]["/things/{id}"].get.responses;
      Object.assign(responses, answer(value));
      return textOf(document, "packages/things/src/client.ts");
    };
    expect(await judged({ error: { code: "none" } })).toContain(
      'typeof field(field(body, "error"), "code") !== "string"',
    );
    expect(await judged({ name: "in successes too" })).toContain("a 404 with JSON is taken for its own");
    expect(await textOf(smallDocument(), "packages/things/src/client.ts")).not.toContain("judge");
  });

  test("X10 is refused where operations are at several addresses, and takes the one of a path", async () => {
    const servers = (url: string) => [{ url }];
    const one = smallDocument();
    Object(one)["paths"]["/things/{id}"].servers = servers("https://eu.things.example/v2");
    expect(await textOf(one, "packages/things/src/client.ts")).toContain('baseUrl: "https://eu.things.example/v2"');
    const other = Object(one)["paths"]["/things/{id}"];
    Object(one)["paths"]["/others/{id}"] = { ...structuredClone(other), servers: servers("https://us.things.example") };
    Object(one)["paths"]["/others/{id}"].get.operationId = "getOther";
    expect((await refusal(() => planDocument(one))).message).toContain("--operations");
  });
});

test("X08 X09 text of a document stands in comments and literals only, in every file that is written", async () => {
  const clean = textsOf(await planDocument(smallDocument()));
  for (const text of breakouts) {
    const hostile = textsOf(
      await planDocument(
        smallDocument({
          "#/info/title": `Things ${text}`,
          "#/info/description": text,
          "#/paths/~1things~1{id}/get/summary": text,
          "#/components/schemas/Thing/properties/name/description": text,
          "#/paths/~1things~1{id}/get/responses/200/content/application~1json/examples/mug/value/name": text,
          "#/paths/~1things~1{id}/get/parameters/0/examples/mug/value": text.replaceAll(/[\\/]/g, "") || "x",
        }),
      ),
    );
    for (const path of [
      "packages/things/src/client.ts",
      "packages/core/src/adapters/things.ts",
      "packages/things/src/index.ts",
    ])
      expect(kindsOf(hostile.get(path) ?? "")).toEqual(kindsOf(clean.get(path) ?? ""));
    for (const path of [
      "packages/things/test/client.test.ts",
      "packages/core/test/things.test.ts",
      "packages/sim/src/shapes/things.ts",
    ])
      expect(bareCode(new Map([[path, hostile.get(path) ?? ""]]))).not.toContain("pwned");
    const readme = hostile.get("packages/things/README.md") ?? "";
    expect(readme.split("```")).toHaveLength(3);
    expect(readme).not.toMatch(/<!-- pwned|<script/);
    expect(JSON.parse(hostile.get("packages/things/package.json") ?? "").name).toBe("@inv/things");
  }
});

describe("the verb", () => {
  test.each([
    ["too little", ["acme-pos"]],
    ["an unknown option", ["acme-pos", "page.md", "--all"]],
    ["an empty operation", ["acme-pos", "page.md", "--operations", "a,,b"]],
  ])("%s is a usage error", async (_, parameters) => {
    await expect(newProvider(parameters)).rejects.toThrow("Usage: npm run spec -- new");
  });

  test("writes nothing when a page is refused", async () => {
    const before = readdirSync(join(root, "specs"));
    const { code, errors } = await printed(() => newProvider(["acme-pos", join(root, "README.md")]));
    expect([code, errors]).toEqual([1, expect.stringContaining("there is no block on this page")]);
    expect(readdirSync(join(root, "specs"))).toEqual(before);
    expect(existsSync(join(root, "packages/acme-pos"))).toBe(false);
  });
});

describe("what is generated beside the package", () => {
  let copy: string;
  const shape = "packages/sim/src/shapes/acme-pos.ts";
  const outputs = async () => outputsOf(await generateProvider(copy, "acme-pos"));
  const write = async () => {
    for (const { packageFolder, files } of await outputs()) writeFiles(packageFolder, files);
  };
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "inv-new-"));
    cpSync(fixtureRoot, copy, { recursive: true });
    mkdirSync(join(copy, "packages/sim/src/shapes"), { recursive: true });
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  test("a shape is kept current where there is one, and not made where there is none", async () => {
    await write();
    expect(existsSync(join(copy, shape))).toBe(false);
    writeFileSync(join(copy, shape), "// GENERATED from specs/acme-pos/ (sha256 0)\n");
    const drift = (await outputs()).flatMap(({ packageFolder, files }) => compare(packageFolder, files));
    expect(drift).toEqual([{ path: "src/shapes/acme-pos.ts", state: "changed" }]);
    await write();
    expect(readFileSync(join(copy, shape), "utf8")).toContain("export function createAcmePosShape(): Shape {");
    expect((await outputs()).flatMap(({ packageFolder, files }) => compare(packageFolder, files))).toEqual([]);
  });

  test("X13 a shape that was written by hand, or leads elsewhere, is not touched", async () => {
    writeFileSync(join(copy, shape), "// mine\n");
    expect((await refusal(write)).kind).toBe("output");
    expect(readFileSync(join(copy, shape), "utf8")).toBe("// mine\n");
    rmSync(join(copy, "packages/sim/src/shapes"), { recursive: true });
    mkdirSync(join(copy, "elsewhere"));
    writeFileSync(join(copy, "elsewhere/acme-pos.ts"), "// GENERATED from specs/acme-pos/ (sha256 0)\n");
    symlinkSync(join(copy, "elsewhere"), join(copy, "packages/sim/src/shapes"));
    expect((await refusal(write)).kind).toBe("output");
  });

  test("the root's README has a row for each provider, where it has the markers", async () => {
    const description = "Typed client for the Acme <POS> API";
    writeFileSync(join(copy, "packages/acme-pos/package.json"), JSON.stringify({ description }));
    writeFileSync(
      join(copy, "README.md"),
      "# All\n\n<!-- generated:providers -->\n<!-- /generated:providers -->\n\nEnd.\n",
    );
    await write();
    const text = readFileSync(join(copy, "README.md"), "utf8");
    expect(text).toContain("| [`@inv/acme-pos`](packages/acme-pos) | Acme &lt;POS&gt; API |\n");
    expect(text.endsWith("\n\nEnd.\n")).toBe(true);
  });
});
