import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readEffective, toEffective } from "../pipeline/effective.ts";
import { generateFiles } from "../pipeline/emit/generated-files.ts";
import { own, setOwn } from "../pipeline/json.ts";
import type { JsonObject } from "../pipeline/json.ts";
import { generateProvider } from "../pipeline/provider.ts";
import { walk } from "../pipeline/walk.ts";
import { fixtureRoot } from "./support.ts";

const { files } = await generateProvider(fixtureRoot, "acme-pos");

test.each([...files.keys()])("generates %s as the golden file has it", async (path) => {
  await expect(files.get(path)).toMatchFileSnapshot(`fixtures/golden/${path.slice(path.lastIndexOf("/") + 1)}.txt`);
});

test("generates the same bytes twice", async () => {
  const again = await generateProvider(fixtureRoot, "acme-pos");
  expect([...again.files]).toEqual([...files]);
});

test("generates the same TypeScript whatever the order of the keys of an object of the document", async () => {
  const { document } = readEffective(fixtureRoot, "acme-pos");
  const before = await generateFiles("acme-pos", toEffective(document));
  // `other` includes the maps of paths and statuses, whose order is that of the output.
  for (const { node, kind } of walk(document)) if (kind !== "other") reverseKeys(node);
  expect(own(document, "components")).toBeDefined();
  expect(Object.keys(document)[0]).not.toBe("openapi");
  const after = await generateFiles("acme-pos", toEffective(document));
  expect(withoutHash(after.files)).toEqual(withoutHash(before.files));
});

test("names its cause with the hash of openapi.json, and its cure", () => {
  const [cause, cure] = files.get("src/generated/facts.ts")?.split("\n") ?? [];
  expect(cause).toMatch(
    /^\/\/ GENERATED from specs\/acme-pos\/ \(sha256 [0-9a-f]{64}\) by `npm run generate -- acme-pos`\. Not edited by hand:$/,
  );
  expect(cure).toBe("// correct the document or an overlay there, then generate again.");
});

test("keeps every digit of an integer above 2^53 in openapi.json", () => {
  const text = files.get("openapi.json");
  expect(text).toContain('"storeId": 653985747439023617,');
  expect(text).toContain('"count": 9007199254740993,');
  expect(text?.endsWith("}\n")).toBe(true);
});

test("keeps the source's order of keys in openapi.json", () => {
  const source = readFileSync(join(fixtureRoot, "specs/acme-pos/openapi.yaml"), "utf8");
  expect(operationIds(files.get("openapi.json"))).toEqual(operationIds(source));
});

test("changes nothing in a README but what stands between the markers", () => {
  const before = readFileSync(join(fixtureRoot, "packages/acme-pos/README.md"), "utf8");
  expect(outside(files.get("README.md"))).toBe(outside(before));
});

/** Turns the order of an object's keys round, in place. */
function reverseKeys(node: JsonObject): void {
  const entries = Object.entries(node).toReversed();
  for (const [key] of entries) delete node[key];
  for (const [key, value] of entries) setOwn(node, key, value);
}

/** The TypeScript among the files, without the document's hash. */
function withoutHash(all: ReadonlyMap<string, string>): (readonly [string, string])[] {
  return [...all]
    .filter(([path]) => path.endsWith(".ts"))
    .map(([path, text]) => [path, text.replace(/sha256 \w+/, "")] as const);
}

function operationIds(text = ""): (string | undefined)[] {
  return Array.from(text.matchAll(/"?operationId"?: "?([\w-]+)/g), ([, id]) => id);
}

/** A README without its generated sections. */
function outside(text = ""): string {
  return text.replaceAll(/(<!-- generated:(\w+) -->)[^]*?(<!-- \/generated:\2 -->)/g, "$1$3");
}
