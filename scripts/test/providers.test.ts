import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findProblems } from "../lint.ts";
import { root } from "../pipeline/command.ts";
import { listProviders, readEffective } from "../pipeline/effective.ts";
import { lintIds } from "../pipeline/lint/document.ts";
import { readModel } from "../pipeline/model.ts";
import { compare } from "../pipeline/output.ts";
import { generateProvider, outputsOf } from "../pipeline/provider.ts";

const providers = listProviders(root);

test("every folder of specs/ is a provider with a package", () => {
  expect(providers.length).toBeGreaterThanOrEqual(5);
  const packages = readdirSync(join(root, "packages"));
  expect(providers.filter((provider) => !packages.includes(provider))).toEqual([]);
});

test.each(providers)("X16 every id of %s that may be an integer is marked as one", (provider) => {
  const model = readModel(provider, readEffective(root, provider).document);
  expect(lintIds(model)).toEqual([]);
});

test.each(providers)("S11 the generated files of %s are those of its document", async (provider) => {
  const generated = await generateProvider(root, provider);
  expect(generated.readmeProblem).toBeUndefined();
  for (const { packageFolder, files } of outputsOf(generated)) expect(compare(packageFolder, files)).toEqual([]);
});

test("lint finds nothing in any document", async () => {
  const found = await findProblems(root, providers);
  expect([...found].filter(([, problems]) => problems.length > 0)).toEqual([]);
});
