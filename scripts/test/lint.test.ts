import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findProblems } from "../lint.ts";
import { toJsonText } from "../pipeline/json.ts";
import type { Json } from "../pipeline/json.ts";
import { lintIds, lintSecurity } from "../pipeline/lint/document.ts";
import { lintExchanges } from "../pipeline/lint/exchanges.ts";
import { lintWithRedocly } from "../pipeline/lint/redocly.ts";
import { readModel } from "../pipeline/model.ts";
import { fixtureRoot, put, smallDocument } from "./support.ts";

const operation = "#/paths/~1things~1{id}/get";
const examples = `${operation}/responses/200/content/application~1json/examples`;

function problems(changes: Readonly<Record<string, Json>>): { rule: string; pointer: string }[] {
  const model = readModel("things", smallDocument(changes));
  return [...lintExchanges(model), ...lintSecurity(model), ...lintIds(model)].map(({ rule, pointer }) => ({
    rule,
    pointer,
  }));
}

test("the small document has no problems", () => {
  expect(problems({})).toEqual([]);
});

describe("finds", () => {
  test.each<[string, Readonly<Record<string, Json>>, string, string]>([
    [
      "an answer without its request",
      { [`${examples}/cup`]: { value: {} } },
      "half-exchange",
      `${operation}/parameters/0/examples`,
    ],
    [
      "a request without its answer",
      { [`${operation}/parameters/0/examples/cup`]: { value: "2" } },
      "half-exchange",
      `${operation}/parameters/0/examples/cup`,
    ],
    [
      "an optional parameter's example without its answer",
      { [`${operation}/parameters/1`]: { name: "q", in: "query", schema: {}, examples: { cup: { value: "2" } } } },
      "half-exchange",
      `${operation}/parameters/1/examples/cup`,
    ],
    [
      "a required body without the example of an answer",
      { [`${operation}/requestBody`]: { required: true, content: { "application/json": { schema: {} } } } },
      "half-exchange",
      `${operation}/requestBody/content`,
    ],
    [
      "a body's example without its answer",
      { [`${operation}/requestBody`]: { content: { "application/json": { examples: { cup: { value: {} } } } } } },
      "half-exchange",
      `${operation}/requestBody/content/cup`,
    ],
    [
      "a status without an exchange",
      { [`${operation}/responses/404`]: { description: "", content: { "application/json": {} } } },
      "status-without-exchange",
      `${operation}/responses/404`,
    ],
    [
      "a status without a body and without its request",
      { [`${operation}/responses/500`]: { description: "" } },
      "half-exchange",
      `${operation}/parameters/0/examples`,
    ],
    [
      "one name for two answers",
      {
        [`${operation}/responses/404`]: {
          description: "",
          content: { "application/json": { examples: { mug: { value: {} } } } },
        },
      },
      "exchange-name",
      `${operation}/responses/404`,
    ],
    [
      "a name that is not kebab-case",
      {
        [examples]: { mug: { value: {} }, BigMug: { value: {} } },
        [`${operation}/parameters/0/examples/BigMug`]: { value: "2" },
      },
      "exchange-name",
      `${operation}/responses/200`,
    ],
    ["X21 an operation without security", { "#/security": [] }, "operation-security", `${operation}/security`],
    [
      "X21 an operation whose own security is empty",
      { [`${operation}/security`]: [] },
      "operation-security",
      `${operation}/security`,
    ],
    [
      "X21 an operation that may be called anonymously",
      { [`${operation}/security`]: [{ key: [] }, {}] },
      "operation-security",
      `${operation}/security`,
    ],
    [
      "a scheme that is not defined",
      { "#/security": [{ key: [], other: [] }] },
      "security-defined",
      `${operation}/security`,
    ],
    [
      "a used scheme without credential",
      { "#/components/securitySchemes/key": { type: "http", scheme: "basic" } },
      "scheme-credential",
      "#/components/securitySchemes/key",
    ],
    [
      "X16 a parameter id that is an integer",
      { [`${operation}/parameters/0/schema`]: { type: "integer" } },
      "id-type",
      `${operation}/parameters/0/schema`,
    ],
    [
      "X16 a property …Id that may be an integer",
      { "#/components/schemas/Thing/properties/ownerId": { type: ["integer", "string"] } },
      "id-type",
      "#/components/schemas/Thing/properties/ownerId",
    ],
    [
      "X16 a property …_id by reference",
      {
        "#/components/schemas/Key": { type: "integer" },
        "#/components/schemas/Thing/properties/owner_id": { $ref: "#/components/schemas/Key" },
      },
      "id-type",
      "#/components/schemas/Thing/properties/owner_id",
    ],
  ])("%s", (_, changes, rule, pointer) => {
    expect(problems(changes)).toEqual([{ rule, pointer }]);
  });
});

test("an optional parameter needs no example, and a scheme that nothing uses no credential", () => {
  expect(
    problems({
      [`${operation}/parameters/1`]: { name: "q", in: "query", schema: {} },
      "#/components/securitySchemes/spare": { type: "http", scheme: "basic" },
    }),
  ).toEqual([]);
});

test("an answer without a body is an exchange that is named for its status", () => {
  const request = { [`${operation}/parameters/0/examples/status-204`]: { value: "1" } };
  expect(problems({ [`${operation}/responses/204`]: { description: "" }, ...request })).toEqual([]);
});

test("an id of a closed list of values cannot lose digits", () => {
  const listed = { type: "integer", enum: [1n, 2n] };
  expect(problems({ "#/components/schemas/Thing/properties/kindId": listed })).toEqual([]);
});

test("redocly's struct and example rules are errors", async () => {
  const found = await lintFixture((text) =>
    text.replace("version: 2026-10", "version: 2026").replace("mood: good", "mood: 5"),
  );
  expect(found.map(({ rule, pointer }) => ({ rule, pointer }))).toEqual([
    { rule: "struct", pointer: "#/info/version" },
    {
      rule: "no-invalid-media-type-examples",
      pointer: "#/paths/~1ping/get/responses/200/content/application~1json/examples/alive/value/mood",
    },
  ]);
});

test("a document that generation refuses is one problem, and redocly never sees it", async () => {
  const found = await lintFixture((text) =>
    text.replace('$ref: "#/components/schemas/Row"', "$ref: https://evil.example/row.yaml"),
  );
  expect(found).toEqual([
    {
      rule: "external-ref",
      pointer: "#/paths/~1stock~1search/post/responses/200/content/application~1json/schema/items/$ref",
      message: expect.stringContaining("never followed"),
    },
  ]);
});

/** What lint says of the fixture's document after a change of its text. */
async function lintFixture(change: (text: string) => string) {
  const root = mkdtempSync(join(tmpdir(), "inv-lint-test-"));
  try {
    cpSync(fixtureRoot, root, { recursive: true });
    const file = join(root, "specs/acme-pos/openapi.yaml");
    writeFileSync(file, change(readFileSync(file, "utf8")));
    return (await findProblems(root, ["acme-pos"])).get("acme-pos") ?? [];
  } finally {
    rmSync(root, { recursive: true });
  }
}

test("X05 redocly reads a ring of 1,000 schemas", async () => {
  const document = smallDocument({ "#/components/schemas/Thing": { type: "object" } });
  for (let index = 0; index < 1_000; index += 1)
    put(document, `#/components/schemas/Ring${index}`, {
      type: "object",
      properties: { next: { $ref: `#/components/schemas/Ring${(index + 1) % 1_000}` } },
    });
  put(document, `${operation}/responses/200/content/application~1json/schema/$ref`, "#/components/schemas/Ring0");
  put(document, examples, { mug: { value: { next: { next: {} } } } });
  const found = await lintWithRedocly(new Map([["ring", toJsonText(document)]]));
  expect(found.get("ring")).toEqual([]);
});
