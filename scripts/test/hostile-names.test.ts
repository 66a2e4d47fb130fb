import ts from "typescript";
import { describe, expect, test } from "vitest";
import { toEffective } from "../pipeline/effective.ts";
import { generateFiles } from "../pipeline/emit/generated-files.ts";
import type { Json } from "../pipeline/json.ts";
import { breakouts, bareCode, generated, kindsOf, literalsOf, refusal, smallDocument, syntaxOf } from "./support.ts";

const operation = "#/paths/~1things~1{id}/get";
const schemas = "#/components/schemas";
const thing = `${schemas}/Thing`;

const clean = await generated(smallDocument());

describe.each([["__proto__"], ["constructor"], ["hasOwnProperty"], ["prototype"]])("X06 %s", (name) => {
  const before = Object.getOwnPropertyNames(Object.prototype);

  test.each<[string, Readonly<Record<string, Json>>]>([
    [
      "as a schema",
      {
        [`${schemas}/${name}`]: { type: "object", properties: { count: { type: "integer" } } },
        [`${thing}/properties/other`]: { $ref: `${schemas}/${name}` },
      },
    ],
    ["as a property", { [`${thing}/properties/${name}`]: { type: "integer" }, [`${thing}/required`]: [name] }],
    ["as a query parameter", { [`${operation}/parameters/1`]: { name, in: "query", schema: { type: "string" } } }],
    [
      "as a security scheme",
      {
        [`#/components/securitySchemes/${name}`]: {
          type: "http",
          scheme: "bearer",
          "x-inv-credential": [{ option: "token", variable: "T", secret: true, page: "https://t.example" }],
        },
      },
    ],
    ["as an enum member", { [`${thing}/properties/kind/enum`]: [name] }],
    [
      "as a component answer",
      {
        "#/components/responses": {},
        [`#/components/responses/${name}`]: { description: "" },
        [`${operation}/responses/404`]: { $ref: `#/components/responses/${name}` },
      },
    ],
    [
      "in a path",
      { [`#/paths/~1${name}`]: { get: { operationId: "other", responses: { "200": { description: "" } } } } },
    ],
  ])("%s is plain data in the output, and no prototype changes", async (_, changes) => {
    const files = await generated(smallDocument(changes));
    expect([...files.values()].join("\n")).toContain(name);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    for (const code of files.values()) expect(prototypeSetters(code)).toEqual([]);
  });
});

/** The object literals' members that would set a prototype rather than be one. */
function prototypeSetters(code: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isPropertyAssignment(node) &&
      (ts.isIdentifier(node.name) || ts.isStringLiteral(node.name)) &&
      node.name.text === "__proto__"
    )
      found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("generated.ts", code, ts.ScriptTarget.ESNext, true));
  return found;
}

test("X06 a header called __proto__ is refused", async () => {
  const changes = { [`${operation}/parameters/1`]: { name: "__proto__", in: "header", schema: {} } };
  expect((await refusal(() => generated(smallDocument(changes)))).kind).toBe("header");
});

describe("X07", () => {
  test.each([
    ['a";process.exit()//'],
    ["class"],
    ["await"],
    ["delete"],
    ["a`${b}`"],
    ["😀"],
    ["x".repeat(10_000)],
    [" "],
    ["-"],
    ["1st"],
    ["42"],
    ["a\nb"],
    ["a*/b"],
    ["then"],
    ["call"],
    ["credentials"],
    ["über"],
  ])("refuses the operationId %j", async (operationId) => {
    const { kind, pointer } = await refusal(() =>
      generated(smallDocument({ [`${operation}/operationId`]: operationId })),
    );
    expect({ kind, pointer }).toEqual({ kind: "name", pointer: `${operation}/operationId` });
  });

  test.each([
    ["constructor", "constructor"],
    ["get-thing", "getThing"],
    ["GetThing", "getThing"],
    ["get_thing.v2", "getThingV2"],
  ])("maps the operationId %s to %s", async (operationId, name) => {
    const files = await generated(smallDocument({ [`${operation}/operationId`]: operationId }));
    expect(kindsOf(files.get("operations.ts") ?? "")).toEqual(kindsOf(clean.get("operations.ts") ?? ""));
    expect(files.get("operations.ts")).toContain(`export function ${name}(`);
  });

  test.each([["in"], ["default"], ["a b;c"], ["1"], [""], ["[]"], ['a"b'], ["a\u2028b"]])(
    "refuses the parameter %j",
    async (name) => {
      expect(
        (
          await refusal(() =>
            generated(smallDocument({ [`${operation}/parameters/1`]: { name, in: "query", schema: {} } })),
          )
        ).kind,
      ).toMatch(/^(name|parameter)$/);
    },
  );

  test("refuses two operations whose names collide after casing", async () => {
    const other = { get: { operationId: "get_thing", responses: { "200": { description: "" } } } };
    expect((await refusal(() => generated(smallDocument({ "#/paths/~1other": other })))).kind).toBe("name");
  });

  test.each(
    [...breakouts, "class", "a#/b", "a%2Fb", "inv-body-getThing-200", "emoji 😀", "x".repeat(10_000), ""].map(
      (name) => [name],
    ),
  )("a schema called %j is one string literal", async (name) => {
    const pointer = encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
    const changes = {
      [`${schemas}/${pointer}`]: { type: "string" },
      [`${thing}/properties/other`]: { $ref: `${schemas}/${pointer}` },
    };
    const files = await generated(smallDocument(changes));
    // Where it is declared, and where it is referred to.
    expect(literalsOf(files.get("schema.ts")).filter((text) => text === name)).toHaveLength(2);
    expect(bareCode(files)).not.toContain("pwned");
  });

  test.each(breakouts.map((tag) => [tag]))("the tag %j goes nowhere", async (tag) => {
    const files = await generated(
      smallDocument({ [`${operation}/tags`]: [tag], "#/tags": [{ name: tag, description: tag }] }),
    );
    expect(syntaxOf(files)).toEqual(syntaxOf(clean));
  });
});

test.each([["../../x"], ["..Schema"], ["/abs"], ["CON"], ["a\u0000b"], ["x".repeat(300)]])(
  "X12 a schema called %j makes no file",
  async (name) => {
    const { files } = await generateFiles(
      "things",
      toEffective(smallDocument({ [`${schemas}/${name.replaceAll("/", "~1")}`]: { type: "string" } })),
    );
    expect([...files.keys()]).toEqual([
      "openapi.json",
      "src/generated/credentials.ts",
      "src/generated/errors.ts",
      "src/generated/facts.ts",
      "src/generated/operations.ts",
      "src/generated/schema.ts",
    ]);
  },
);
