import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterEach, describe, expect, test, vi } from "vitest";
import { findProblems } from "../lint.ts";
import { toEffective } from "../pipeline/effective.ts";
import { SpecError } from "../pipeline/error.ts";
import { generateFiles } from "../pipeline/emit/generated-files.ts";
import type { Json, JsonObject } from "../pipeline/json.ts";
import { readModel } from "../pipeline/model.ts";
import { put, refusal, smallDocument, yaml } from "./support.ts";

const operation = "#/paths/~1things~1{id}/get";
const schemas = "#/components/schemas";
const thing = `${schemas}/Thing/properties`;

const generate = (document: JsonObject) => generateFiles("things", toEffective(document));

/** The generated types with everything on one line and without comments. */
async function typesOf(changes: Readonly<Record<string, Json>>): Promise<string> {
  const { files } = await generate(smallDocument(changes));
  const code = files.get("src/generated/schema.ts") ?? "";
  expect(complaints(code)).toEqual([]);
  return code.replaceAll(/\/\*\*[^]*?\*\//g, "").replaceAll(/\s+/g, " ");
}

/** What the compiler says of types that stand alone. */
function complaints(code: string): string[] {
  const options: ts.CompilerOptions = { strict: true, noEmit: true, noLib: true, types: [] };
  const host = ts.createCompilerHost(options);
  const lib =
    "interface Array<T> { [index: number]: T } interface Boolean {} interface Function {} interface IArguments {} interface Number {} interface Object {} interface RegExp {} interface String {} interface CallableFunction {} interface NewableFunction {} type Record<K extends keyof any, T> = { [P in K]: T };";
  const texts = new Map([
    ["lib.ts", lib],
    ["schema.ts", code],
  ]);
  host.getSourceFile = (name) => ts.createSourceFile(name, texts.get(name) ?? "", ts.ScriptTarget.ESNext);
  const program = ts.createProgram([...texts.keys()], options, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile("schema.ts"))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

/** Adds schemas without giving any of them to `put`, one by one. */
function withSchemas(named: Readonly<Record<string, Json>>): JsonObject {
  const document = smallDocument({ [`${thing}/first`]: { $ref: `${schemas}/C0` } });
  for (const [name, schema] of Object.entries(named)) put(document, `${schemas}/${name}`, schema);
  return document;
}

function series(count: number, schemaOf: (index: number) => Json): Record<string, Json> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`C${index}`, schemaOf(index)]));
}

const to = (index: number): Json => ({ $ref: `${schemas}/C${index}` });

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("X03 nothing is sent to the other host that is referred to from", () => {
  const answer = `${operation}/responses/200`;
  test.each<[string, string, (ref: Json) => Json]>([
    ["a schema", `${thing}/name`, (ref) => ref],
    ["an answer", answer, (ref) => ref],
    ["a parameter", `${operation}/parameters/0`, (ref) => ref],
    ["a path", "#/paths/~1other", (ref) => ref],
    ["a header", `${answer}/headers`, (ref) => ({ "X-Page": ref })],
    ["an example", `${answer}/content/application~1json/examples/mug`, (ref) => ref],
    ["a link", `${answer}/links`, (ref) => ({ next: ref })],
    ["a security scheme", "#/components/securitySchemes/key", (ref) => ref],
    ["an extension", "#/x-more", (ref) => ref],
  ])("%s", async (_, pointer, holds) => {
    vi.stubEnv("REDOCLY_AUTHORIZATION", "s3cret");
    vi.stubEnv("THINGS_API_KEY", "s3cret");
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const folder = mkdtempSync(join(tmpdir(), "inv-ingestion-"));
    try {
      const address = server.address();
      const port = typeof address === "object" ? address?.port : undefined;
      const document = smallDocument({ [pointer]: holds({ $ref: `http://127.0.0.1:${port}/other.yaml#/a` }) });
      const refused = await refusal(() => generate(document));
      expect([refused.kind, refused.pointer.startsWith(pointer)]).toEqual(["external-ref", true]);
      // Linting would hand it to a tool that follows references.
      mkdirSync(join(folder, "specs/things"), { recursive: true });
      writeFileSync(join(folder, "specs/things/openapi.yaml"), toEffective(document).text);
      const found = await findProblems(folder, ["things"]);
      expect(found.get("things")?.map(({ rule }) => rule)).toEqual(["external-ref"]);
      expect(connections).toBe(0);
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe("X05", () => {
  test("a ring of 1,000 schemas is generated, and its types compile", async () => {
    const ring = series(1000, (index) => ({
      type: "object",
      properties: { next: to((index + 1) % 1000), count: { type: "integer" } },
    }));
    const { files } = await generate(withSchemas(ring));
    expect(complaints(files.get("src/generated/schema.ts") ?? "")).toEqual([]);
    expect(files.get("src/generated/facts.ts")).toContain('ref: "C0"');
  });

  test("a ring of 1,000 bare references is refused at its first", async () => {
    const { kind, pointer } = await refusal(() =>
      generate(withSchemas(series(1000, (index) => to((index + 1) % 1000)))),
    );
    expect({ kind, pointer }).toEqual({ kind: "dangling-ref", pointer: `${thing}/first/$ref` });
  });

  test.each(["allOf", "anyOf", "oneOf"])("a ring of 1,000 schemas by %s is refused: it has no type", async (key) => {
    const ring = series(1000, (index) => ({ [key]: [to((index + 1) % 1000)] }));
    const { kind, pointer } = await refusal(() => generate(withSchemas(ring)));
    expect(kind).toBe("structure");
    expect(pointer).toMatch(/^#\/components\/schemas\/C\d+/);
  });

  test.each([
    ["forwards", (index: number) => to(index + 1), { C100000: { type: "string" } }],
    ["backwards", (index: number) => (index === 0 ? { type: "string" } : to(index - 1)), {}],
  ])("a chain of 100,000 references %s is refused with a pointer", async (_, schemaOf, more) => {
    const { kind, pointer } = await refusal(() =>
      readModel("things", withSchemas({ ...series(100_000, schemaOf), ...more })),
    );
    expect(kind).toBe("dangling-ref");
    expect(pointer).toMatch(/^#\/components\/schemas\/(?:Thing\/properties\/first|C\d+)\/\$ref$/);
  });

  test("a chain of 100,000 compositions is read to its end", () => {
    const chain = series(100_000, (index) => ({ allOf: [to(index + 1)] }));
    const { operations } = readModel("things", withSchemas({ ...chain, C100000: { type: "string" } }));
    expect(operations).toHaveLength(1);
  });

  test("a chain of 5,000 properties is generated, or refused as too complex", async () => {
    const chain = series(5000, (index) => ({ type: "object", properties: { next: to(index + 1) } }));
    const made = await generate(withSchemas({ ...chain, C5000: { type: "integer" } })).then(
      () => "generated",
      (error: unknown) => (error instanceof SpecError ? `${error.kind} ${error.pointer}` : error),
    );
    expect(["generated", "too-complex #"]).toContain(made);
  });

  test("a schema that contains itself is generated, one that is itself is refused", async () => {
    const inside = { type: "object", properties: { me: to(0), many: { type: "array", items: to(0) } } };
    expect(await typesOf({ [`${schemas}/C0`]: inside })).toContain(
      'C0: { me?: components["schemas"]["C0"]; many?: components["schemas"]["C0"][]; };',
    );
    const { kind, pointer } = await refusal(() => generate(withSchemas({ C0: to(0) })));
    expect({ kind, pointer }).toEqual({ kind: "dangling-ref", pointer: `${thing}/first/$ref` });
  });

  test("text beside a reference is kept, what changes the type is refused", async () => {
    const types = await typesOf({
      [`${thing}/name`]: { $ref: `${schemas}/C0`, description: "Why." },
      [`${schemas}/C0`]: { type: "string" },
    });
    expect(types).toContain('name?: components["schemas"]["C0"];');
    for (const [key, value] of Object.entries<Json>({
      properties: { more: { type: "integer" } },
      required: ["more"],
      type: "object",
      nullable: true,
      allOf: [],
    })) {
      const { kind, pointer } = await refusal(() =>
        generate(smallDocument({ [`${thing}/name`]: { $ref: `${schemas}/C0`, [key]: value }, [`${schemas}/C0`]: {} })),
      );
      expect({ kind, pointer }).toEqual({ kind: "structure", pointer: `${thing}/name/${key}` });
    }
  });

  test.each(["$dynamicRef", "$recursiveRef"])("a %s is refused", async (key) => {
    const { kind, pointer } = await refusal(() => generate(smallDocument({ [`${thing}/name`]: { [key]: "#node" } })));
    expect({ kind, pointer }).toEqual({ kind: "external-ref", pointer: `${thing}/name/${key}` });
  });

  test.each([
    ["what is no schema", `${thing}/name`, "#/info"],
    ["a place in another operation", `${operation}/parameters/0`, `${operation}/responses/200`],
  ])("a reference to %s is refused", async (_, pointer, ref) => {
    const refused = await refusal(() => generate(smallDocument({ [pointer]: { $ref: ref } })));
    expect([refused.kind, refused.pointer]).toEqual(["dangling-ref", `${pointer}/$ref`]);
  });
});

describe("X15 the document decides what an int32 may be:", () => {
  const counts = { type: "integer", format: "int32" };
  const factsWith = async (schema: JsonObject) => {
    const { files } = await generate(smallDocument({ [`${thing}/count`]: schema }));
    return files.get("src/generated/facts.ts");
  };

  test("its facts name the 32 bits", async () => {
    expect(await factsWith(counts)).toContain('count: { leaf: "int32", from: "number" }');
  });

  test("a format that is none of OpenAPI's, or for text, names none", async () => {
    expect(await factsWith({ type: "integer", format: "uint32" })).toContain('count: { leaf: "integer",');
    expect(await factsWith({ type: "string", format: "int32" })).not.toContain("count:");
  });

  test("where another branch allows more, the wider one counts", async () => {
    const branches = [counts, { type: "integer" }];
    for (const anyOf of [branches, branches.toReversed()])
      expect(await factsWith({ anyOf })).toContain('count: { leaf: "integer", from: "number" }');
  });
});

test("X19 two documents of one title and version leave different hashes in every generated file", async () => {
  const hashes = async (description: string) => {
    const document = smallDocument({ "#/info/description": description });
    const { files } = await generate(document);
    const sources = [...files].filter(([path]) => path.endsWith(".ts"));
    return new Set(
      sources.map(([, text]) => /^\/\/ GENERATED from specs\/things\/ \(sha256 ([0-9a-f]{64})\)/.exec(text)?.[1]),
    );
  };
  const [one, other, again] = [await hashes("One."), await hashes("Other."), await hashes("One.")];
  expect([one.size, other.size]).toEqual([1, 1]);
  expect(one.has(undefined)).toBe(false);
  expect(one).not.toEqual(other);
  expect(one).toEqual(again);
});

describe("X20", () => {
  test("the types of OpenAPI 3.1 are generated as they are", async () => {
    const types = await typesOf({
      [`${thing}/text`]: { type: ["string", "null"], examples: ["a", null] },
      [`${thing}/several`]: { type: ["string", "integer"] },
      [`${thing}/nothing`]: { type: "null" },
      [`${thing}/five`]: { const: 5n },
      [`${thing}/never`]: { const: null },
      [`${thing}/any`]: true,
      [`${thing}/tuple`]: { type: "array", prefixItems: [{ type: "string" }, { type: "integer" }] },
      [`${thing}/choice`]: { oneOf: [{ const: "a" }, { type: "null" }] },
    });
    for (const member of [
      "text?: string | null;",
      "several?: string | number;",
      "nothing?: null;",
      "five?: 5;",
      "never?: null;",
      "any?: unknown;",
      'choice?: "a" | null;',
    ])
      expect(types).toContain(member);
    expect(types).toMatch(/tuple\?: \[ ?string, ?number/);
  });

  test("a schema in $defs, or at any other place, has a type of its own where it is referred to", async () => {
    const types = await typesOf({
      [`${schemas}/C0`]: {
        type: "object",
        $defs: { Inner: { type: ["integer", "null"] } },
        properties: { a: { $ref: `${schemas}/C0/$defs/Inner` }, b: { $ref: `${thing}/name` } },
      },
    });
    expect(types).toContain(
      'C0: { a?: components["schemas"]["C0/$defs/Inner"]; b?: components["schemas"]["Thing/properties/name"]; };',
    );
    expect(types).toContain('"C0/$defs/Inner": number | null;');
    expect(types).toContain('"Thing/properties/name": string;');
  });

  test("the effective document keeps every key, whether the types need it or not", async () => {
    const extra: Json = {
      type: "object",
      minProperties: 1n,
      not: { required: ["z"] },
      if: { required: ["a"] },
      else: { required: ["b"] },
      propertyNames: { pattern: "^[a-z]+$" },
      dependentRequired: { a: ["b"] },
      unevaluatedProperties: false,
      contentMediaType: "text/plain",
      "x-vendor": { kept: true },
    };
    const { files } = await generate(smallDocument({ [`${schemas}/C0`]: extra }));
    const text = files.get("openapi.json") ?? "";
    expect(yaml(text)["components"]).toMatchObject({ schemas: { C0: extra } });
  });

  test.each<[string, Readonly<Record<string, Json>>, string]>([
    ["version 2.0", { "#/openapi": "2.0", "#/swagger": "2.0" }, "#/openapi"],
    ["version 4", { "#/openapi": "4.0.0" }, "#/openapi"],
    ["a version that is a number", { "#/openapi": 3.1 }, "#/openapi"],
    ["no paths", { "#/paths": null }, "#/paths"],
    ["paths that are a list", { "#/paths": [] }, "#/paths"],
    ["an operation that is a text", { [operation]: "get" }, operation],
    ["answers that are missing", { [`${operation}/responses`]: null }, operation],
    ["properties that are a list", { [`${schemas}/Thing/properties`]: [] }, `${schemas}/Thing/properties`],
    ["a property that is a text", { [`${thing}/name`]: "string" }, `${schemas}/Thing/properties`],
    ["an unknown type", { [`${thing}/name/type`]: "float" }, `${thing}/name/type`],
    ["a schema with an address of its own", { [`${thing}/name/$id`]: "https://things.example/a" }, `${thing}/name/$id`],
  ])("%s is refused with a pointer", async (_, changes, pointer) => {
    expect((await refusal(() => generate(smallDocument(changes)))).pointer).toBe(pointer);
  });
});
