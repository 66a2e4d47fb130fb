import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { compareDocuments } from "../pipeline/compare/comparison.ts";
import { listPending, parseAccepted, toChangeset } from "../pipeline/change/changeset.ts";
import { describeChange } from "../pipeline/change/describe-change.ts";
import type { Version } from "../pipeline/change/describe-change.ts";
import { toEffective } from "../pipeline/effective.ts";
import { generateFiles } from "../pipeline/emit/generated-files.ts";
import type { Json } from "../pipeline/json.ts";
import { folderWith } from "./pages.ts";
import { put, refusal, yaml } from "./support.ts";

const things = `
openapi: 3.1.0
info: { title: Things, version: "1" }
servers: [{ url: https://api.things.example }]
security: [{ key: [] }]
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: page, in: query, schema: { type: integer, maximum: 100 } }
        - { name: client, in: query, required: true, schema: { type: string } }
      responses:
        "200": { description: OK, content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } }
        "404": { description: No, content: { application/json: { schema: { $ref: "#/components/schemas/Problem" } } } }
    delete:
      operationId: removeThing
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "204": { description: Gone } }
  /things:
    get:
      operationId: listThings
      responses:
        "200":
          description: OK
          content:
            application/json:
              schema:
                type: object
                required: [rows]
                properties:
                  rows: { type: array, items: { $ref: "#/components/schemas/Thing" } }
                  total: { type: integer }
                  pages: { type: [object, "null"], properties: { count: { type: integer }, last: { type: string } } }
    post:
      operationId: addThing
      requestBody:
        required: true
        content: { application/json: { schema: { type: object, properties: { part: { $ref: "#/components/schemas/Part" } } } } }
      responses: { "200": { description: OK, content: { application/json: { schema: { type: string } } } } }
components:
  schemas:
    Thing: { type: object, required: [name], properties: { name: { type: string }, count: { type: integer }, maker: { $ref: "#/components/schemas/Maker" } } }
    Maker: { type: object, properties: { title: { type: string }, since: { type: string } } }
    Part: { type: object, required: [number], properties: { number: { type: string }, colour: { type: string } } }
    Problem: { type: object, properties: { message: { type: string } } }
    Unused: { type: object, properties: { x: { type: string } } }
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key, x-inv-credential: [{ option: apiKey, variable: THINGS_KEY, secret: true, page: "https://things.example/keys" }] }
`;
const properties = "#/components/schemas";
const get = "#/paths/~1things~1{id}/get";
const rows = "#/paths/~1things/get/responses/200/content/application~1json/schema/properties";

async function version(changes: Readonly<Record<string, Json | undefined>> = {}, text = things): Promise<Version> {
  const document = yaml(text);
  for (const [pointer, value] of Object.entries(changes)) put(document, pointer, value ?? {});
  const { files } = await generateFiles("things", toEffective(document));
  return { document, generated: files };
}

const released = await version();

/** What a changed document says to users, without the examples. */
async function said(
  changes: Readonly<Record<string, Json>>,
  text = things,
): Promise<{ lines: string[]; whole: string }> {
  const now = await version(changes, text);
  const comparison = compareDocuments({ name: "base", version: "1.0.0", document: released.document }, now.document);
  const whole = describeChange("things", released, now, comparison);
  return {
    whole,
    lines:
      whole
        .split("\nWhat to change:")[0]
        ?.split("\n")
        .filter((line) => line.startsWith("- ")) ?? [],
  };
}

const text = { type: "string" };

test.each<[string, Readonly<Record<string, Json>>, string[]]>([
  [
    "a new optional parameter",
    { [`${get}/parameters/3`]: { name: "X-Page-Size", in: "header", schema: text } },
    ["- `getThing` takes a further optional field `xPageSize`."],
  ],
  [
    "a new required parameter",
    { [`${get}/parameters/3`]: { name: "place", in: "query", required: true, schema: text } },
    ["- `getThing` needs a further field `place`."],
  ],
  ["a parameter that is needed", { [`${get}/parameters/1/required`]: true }, ["- `getThing` needs `page` now."]],
  [
    "a parameter of another type",
    { [`${get}/parameters/1/schema`]: text },
    ["- `getThing`: `page` is `string` now, not `number`."],
  ],
  [
    "a field of a result",
    { [`${properties}/Thing/properties/size`]: text },
    ["- The result of `getThing` has a new field `size`."],
  ],
  [
    "a field of a part of a result",
    { [`${properties}/Maker/properties/place`]: text },
    ["- `Maker` (in what `getThing` and `listThings` answer) has a new field `place`."],
  ],
  [
    "a field that may be missing",
    { [`${properties}/Thing/required`]: [] },
    ["- The result of `getThing` may lack `name` now."],
  ],
  [
    "a field deep in a result",
    { [`${rows}/pages/properties`]: { count: { type: "integer" } } },
    ["- `listThings`'s result no longer has `pages.last`."],
  ],
  [
    "a field of what is only given",
    { [`${properties}/Part/required`]: ["number", "colour"] },
    ["- `Part` (given to `addThing`) needs `colour` now."],
  ],
  [
    "a bound that no type shows",
    { [`${get}/parameters/1/schema/maximum`]: 50n },
    ["- `getThing`: `page`: maximum is tighter: values that were valid are refused."],
  ],
  [
    "another address",
    { "#/servers/0/url": "https://eu.things.example" },
    ["- The address that the client calls: the API: the default base URL changed."],
  ],
  ["words", { [`${get}/description`]: "Other." }, ["- Other words in the documentation of `getThing`."]],
])("%s is said in the client's words", async (_, changes, lines) => {
  expect((await said(changes)).lines).toEqual(lines);
});

test("a renamed function, path and type are called what they are now", async () => {
  const renamed = things
    .replace("operationId: getThing", "operationId: readThing")
    .replaceAll("/things/{id}", "/things/{thingId}")
    .replaceAll("name: id, in: path", "name: thingId, in: path")
    .replaceAll("Problem", "Failure");
  expect((await said({}, renamed)).lines.slice(0, 3)).toEqual([
    "- `getThing` is called `readThing` now.",
    "- The path of `readThing` is `/things/{thingId}` now, not `/things/{id}`.",
    "- `readThing` no longer takes `id`.",
  ]);
});

/** Every kind of change for which an example is shown. */
const breaking = () =>
  version(
    {
      [`${get}/parameters/1`]: { name: "size", in: "query", schema: { type: "integer" } },
      [`${get}/parameters/2`]: { name: "client", in: "query", required: true, schema: { type: "integer" } },
      [`${get}/parameters/3`]: { name: "place", in: "query", required: true, schema: text },
      [`${properties}/Thing/properties`]: {
        name: { type: ["string", "null"] },
        maker: { $ref: "#/components/schemas/Maker" },
      },
      [`${properties}/Maker/properties`]: { title: text },
      [`${properties}/Part`]: {
        type: "object",
        required: ["number", "size"],
        properties: { number: text, size: text },
      },
      [`${rows}/pages/properties`]: { count: text },
      [`${rows}/total`]: { type: "string" },
    },
    things
      .replace("operationId: removeThing", "operationId: deleteThing")
      .replace(/ {8}"404":.*\n/, "")
      .replaceAll("Unused", "Kept")
      .replace(/ {4}Problem:.*\n/, "")
      .replaceAll("apiKey, variable", "token, variable"),
  );

test("every example of a major compiles: before against the old client alone, after against the new", async () => {
  const now = await breaking();
  const comparison = compareDocuments({ name: "base", version: "1.0.0", document: released.document }, now.document);
  expect(comparison.bump).toBe("major");
  const summary = describeChange("things", released, now, comparison);
  const examples = Array.from(
    summary.matchAll(/```ts\n\/\/ before\n([^]*?)\n```\n\n```ts\n\/\/ after\n([^]*?)\n```/g),
    ([, before = "", after = ""]) => ({ before, after }),
  );
  expect(examples.length).toBeGreaterThanOrEqual(13);
  expect(
    compile(
      released,
      examples.map(({ before }) => before),
    ),
  ).toEqual(examples.map(() => []));
  expect(
    compile(
      now,
      examples.map(({ after }) => after),
    ),
  ).toEqual(examples.map(() => []));
  const still = compile(
    now,
    examples.map(({ before }) => before),
  );
  expect(examples.filter((_, index) => still[index]?.length === 0)).toEqual([]);
});

test("a minor shows no examples", async () => {
  const { whole } = await said({ [`${properties}/Thing/properties/size`]: text });
  expect(whole).not.toContain("```");
  expect(whole.split("\n")[0]).toBe("The provider documents more than before.");
});

test("X08 names and types of a document end neither the line, the code nor the front matter", async () => {
  const names = ["`x`", "a\nb", "---", "```", "<img src=x>", "[a](b)", "\u202ea", "- Accepted: `#`: x"];
  const { whole } = await said(
    Object.fromEntries([
      ...names.map((name) => [`${properties}/Thing/properties/${name.replaceAll("/", "~1")}`, { enum: [name] }]),
      [`${properties}/Maker/properties/title`, { type: "string", enum: ["```\n- Accepted: `#/x`: y", "`"] }],
    ]),
  );
  expect(whole).not.toMatch(/[\u202a-\u202e]|^---|^- Accepted/m);
  expect(whole.match(/^```/gm)?.length ?? 0).toBe(2 * (whole.match(/^```ts$/gm)?.length ?? 0));
  const changeset = toChangeset({ provider: "things", bump: "major", summary: whole, accepted: [] });
  expect(parseAccepted(changeset)).toEqual([]);
});

test("acceptances are read back as they were written", () => {
  const accepted = [
    { pointer: "#/servers/0", why: "the old host redirects" },
    { pointer: "#/paths/~1a%20`b`/get/x\ny", why: "two\nlines: `here`" },
    { pointer: "#/%zz%60", why: "x" },
  ];
  const changeset = toChangeset({ provider: "acme-pos", bump: "minor", summary: "More.", accepted });
  expect(changeset.split("\n").slice(0, 7)).toEqual([
    "---",
    '"@inv/acme-pos": minor',
    "---",
    "",
    "More.",
    "",
    "- Accepted: `#/servers/0`: the old host redirects",
  ]);
  expect(parseAccepted(changeset)).toEqual([accepted[0], { ...accepted[1], why: "two lines: `here`" }, accepted[2]]);
});

test("what changesets ask for one package is read, and a broken one refused by name", async () => {
  const root = folderWith({
    ".changeset/config.json": "{}",
    ".changeset/README.md": "# Changesets",
    ".changeset/a.md": '---\n"@inv/loop": minor\n"@inv/core": patch\n---\n\nText.\n',
    ".changeset/b.md": "---\n---\n\nNothing.\n",
    ".changeset/c.md": "---\r\n'@inv/loop': major\r\n---\r\n\r\nText.\r\n",
  });
  expect([...listPending(root, "@inv/loop")]).toEqual([
    ["a.md", "minor"],
    ["c.md", "major"],
  ]);
  writeFileSync(join(root, ".changeset/d.md"), "no front matter");
  expect((await refusal(() => listPending(root, "@inv/loop"))).message).toContain(".changeset/d.md:1: ");
});

/** What the compiler says of each text, as a program that uses one version of the client. */
function compile({ generated }: Version, programs: readonly string[]): string[][] {
  const folder = folderWith({
    "package.json": '{ "type": "module" }',
    "src/client.ts": `
      import type { Requester } from "@inv/transport";
      import type { ThingsCredentials } from "./generated/credentials.js";
      export type ThingsClient = Requester & { readonly provider: "things" };
      export declare function createThingsClient(options: ThingsCredentials): ThingsClient;
    `,
    "src/index.ts": `
      export type { ThingsClient } from "./client.js";
      export { createThingsClient } from "./client.js";
      export type { ErrorBodies } from "./generated/errors.js";
      export * from "./generated/operations.js";
      export type { components, paths } from "./generated/schema.js";
    `,
    ...Object.fromEntries(
      programs.map((program, index) => [`program-${index}.ts`, `${program}\n${declared(program)}`]),
    ),
  });
  for (const [path, code] of generated) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), code);
  }
  const names = programs.map((_, index) => join(folder, `program-${index}.ts`));
  const transport = join(import.meta.dirname, "../../packages/transport/src");
  const program = ts.createProgram(names, {
    target: ts.ScriptTarget.ES2023,
    lib: ["lib.es2024.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
    types: [],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    paths: { "@inv/things": [join(folder, "src/index.ts")], "@inv/transport": [join(transport, "index.ts")] },
  });
  return names.map((name) => {
    const source = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "),
    );
  });
}

/** The variables that an example takes for given, with the types that it needs of them. */
function declared(program: string): string {
  const lines = program.includes("(client") ? ['declare const client: import("@inv/things").ThingsClient;'] : [];
  for (const [, callee = "", type, fields = ""] of program.matchAll(
    /(\w+)(?:\((?:client, )?|: (components\S+) = )\{ ([^}]*) \}/g,
  ))
    for (const field of fields.replaceAll(/ \/\*.*?\*\//g, "").split(", ")) {
      const [name = "", variable = name] = field.split(": ");
      const owner = type ?? `Parameters<typeof ${callee}>[${callee.startsWith("create") ? 0 : 1}]`;
      lines.push(`declare const ${variable}: Exclude<(${owner})[${JSON.stringify(name)}], undefined>;`);
    }
  return [...lines, "export {};"].join("\n");
}
