import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import { generateProvider } from "../pipeline/provider.ts";
import { fixtureRoot } from "./support.ts";

const repository = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "inv-compile-"));
const { files } = await generateProvider(fixtureRoot, "acme-pos");

afterAll(() => rmSync(folder, { recursive: true }));

const client = `
  import type { Requester } from "@inv/transport";
  export type AcmePosClient = Requester & { readonly provider: "acme-pos" };
`;
const uses = `
  import type { AcmePosClient } from "./client.js";
  import { facts } from "./generated/facts.js";
  import { credentials } from "./generated/credentials.js";
  import type { AcmePosCredentials } from "./generated/credentials.js";
  import type { ErrorBodies } from "./generated/errors.js";
  import { listStock, ping, removeStock, searchStock } from "./generated/operations.js";
  declare const client: AcmePosClient;
  declare const perhaps: "on_hand"[] | undefined;
  const stock = await listStock(client, { storeId: "1", include: perhaps, status: "a status added later" });
  export const quantity: string | undefined = stock.rows[0]?.quantity;
  export const mood: string | undefined = (await ping(client, { deadlineMs: 10 })).mood;
  await searchStock(client, { locationType: "BIN", item_ids: ["653985747439023619"] });
  await removeStock(client, { storeId: "1", itemId: "2" });
  // @ts-expect-error: only a request names these, so no other is right
  await searchStock(client, { locationType: "SHELF" });
  // @ts-expect-error: an id is text
  await listStock(client, { storeId: 653985747439023617 });
  // @ts-expect-error: storeId is required
  await listStock(client, {});
  export const key: AcmePosCredentials = { clientId: "c", apiKey: () => "k" };
  // @ts-expect-error: of one way to authorise only
  export const both: AcmePosCredentials = { clientId: "c", apiKey: "k", accessToken: "t" };
  export const variable: "ACME_POS_CLIENT_ID" = credentials.key[0].variable;
  export const body: ErrorBodies["listStock"][401] = { message: "no" };
  export const limit: number | undefined = facts.rateLimit?.requests;
`;

describe.each([true, false])("with exactOptionalPropertyTypes %s", (exactOptionalPropertyTypes) => {
  test("generated code compiles, and its types are what a consumer writes", () => {
    expect(compile(uses, exactOptionalPropertyTypes).messages).toEqual([]);
  });
});

test("type-checking 50 calls instantiates at most 100 types more than none", () => {
  const head = `
    import type { AcmePosClient } from "./client.js";
    import { listStock } from "./generated/operations.js";
    declare const client: AcmePosClient;
  `;
  const calls = Array.from(
    { length: 50 },
    (_, index) =>
      `export const stock${index} = await listStock(client, { storeId: "${index}", include: ["on_hand"] });\n`,
  ).join("");
  const none = compile(`${head}export { client, listStock };`, true);
  const fifty = compile(head + calls, true);
  expect(fifty.messages).toEqual([]);
  expect(fifty.instantiations - none.instantiations).toBeLessThanOrEqual(100);
});

/** Compiles the generated files, a stand-in for the hand-written client, and a consumer, with the transport's own sources. */
function compile(
  consumer: string,
  exactOptionalPropertyTypes: boolean,
): { messages: string[]; instantiations: number } {
  const names = write({ "src/client.ts": client, "src/consumer.ts": consumer });
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    lib: ["lib.es2024.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
    types: [],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    exactOptionalPropertyTypes,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    paths: { "@inv/transport": [join(repository, "packages/transport/src/index.ts")] },
  };
  const program = ts.createProgram(names, options);
  const sources = names.map((name) => program.getSourceFile(name));
  const diagnostics = [
    ...sources.flatMap((source) => program.getSyntacticDiagnostics(source)),
    ...sources.flatMap((source) => program.getSemanticDiagnostics(source)),
  ];
  return {
    messages: diagnostics.map(
      ({ file, start = 0, messageText }) =>
        `${file?.fileName}:${(file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1} ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    ),
    instantiations: program.getInstantiationCount(),
  };
}

/** Writes the package with these files; what comes back are the paths of its TypeScript. */
function write(more: Readonly<Record<string, string>>): string[] {
  const all = new Map(files);
  for (const [path, text] of Object.entries(more)) all.set(path, text);
  mkdirSync(join(folder, "src/generated"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const [path, text] of all) writeFileSync(join(folder, path), text);
  return Array.from(all.keys(), (path) => join(folder, path)).filter((path) => path.endsWith(".ts"));
}
