import ts from "typescript";
import { describe, expect, test } from "vitest";
import { assertPlain } from "../pipeline/assert-plain.ts";
import { toEffective } from "../pipeline/effective.ts";
import { generateFiles } from "../pipeline/generated-files.ts";
import type { Json } from "../pipeline/json.ts";
import { updateReadme } from "../pipeline/readme.ts";
import { generated, kindsOf, refusal, smallDocument } from "./support.ts";

const operation = "#/paths/~1things~1{id}/get";
const schemas = "#/components/schemas";
const thing = `${schemas}/Thing`;
const scheme = "#/components/securitySchemes/key";

const breakouts = [
  "*/ export const pwned = process.exit(1); /*",
  "*/\nexport const pwned = 1\n/*",
  "\\u002a/ pwned",
  "*\u200b/ pwned",
  "*\u2028/\u2029 */ pwned",
  "line\r\n*/\rpwned()",
  "--> <!-- pwned -->",
  "`${pwned()}`",
  "${pwned()}",
  "'; pwned(); \"",
  '"];pwned();//',
  "\\",
  "\\'); pwned(); //",
  "// @ts-nocheck",
  "@deprecated\n@type {pwned} {@link pwned}",
  "/// <reference path='/etc/passwd' />",
  "[][(![]+[])[+[]]+(![]+[])[!+[]+!+[]]]",
  "\u202e\u2066pwned\u0000\u0007\u001b[2J",
];

const clean = await generated(smallDocument());

/** The syntax of each file, node for node; of some kinds only, where a change of the document asks for another type. */
function syntaxOf(files: ReadonlyMap<string, string>, isCompared = (_kind: string) => true): Record<string, string[]> {
  return Object.fromEntries(Array.from(files, ([name, code]) => [name, kindsOf(code).filter(isCompared)]));
}

/** Everything of these files that is no comment and no literal. */
function bareCode(files: ReadonlyMap<string, string>): string {
  const texts: string[] = [];
  for (const code of files.values()) {
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) texts.push(node.text);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile("generated.ts", code, ts.ScriptTarget.ESNext, true));
  }
  return texts.join(" ");
}

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

function literalsOf(code = ""): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || (ts.isIdentifier(node) && ts.isPropertySignature(node.parent)))
      texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("generated.ts", code, ts.ScriptTarget.ESNext, true));
  return texts;
}

describe("X08 text is in comments only, and the syntax is that of the clean document:", () => {
  const places = [
    "#/info/title",
    "#/info/description",
    "#/servers/0/description",
    `${operation}/summary`,
    `${operation}/description`,
    `${operation}/parameters/0/description`,
    `${operation}/responses/200/description`,
    `${thing}/title`,
    `${thing}/description`,
    `${thing}/properties/name/title`,
    `${thing}/properties/name/description`,
    `${thing}/properties/name/example`,
    `${thing}/properties/name/default`,
    `${thing}/properties/kind/x-enumDescriptions`,
    `${operation}/responses/200/content/application~1json/examples/mug/summary`,
    `${scheme}/description`,
    `${scheme}/x-inv-credential/0/scope`,
  ];
  test.each(breakouts.map((text) => [text]))("%j", async (text) => {
    const changes = Object.fromEntries(
      places.map((place) => [place, place.endsWith("x-enumDescriptions") ? [text] : text]),
    );
    const files = await generated(smallDocument(changes));
    expect(syntaxOf(files)).toEqual(syntaxOf(clean));
    expect(bareCode(files)).not.toContain("pwned");
    for (const code of files.values()) expect(code.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]/u);
  });

  test("a document's tags are not those of the docstring", async () => {
    const text = "@deprecated\n  * @see evil\n{@link evil}";
    const files = await generated(smallDocument({ [`${operation}/description`]: text }));
    const { statements } = ts.createSourceFile("o.ts", files.get("operations.ts") ?? "", ts.ScriptTarget.ESNext, true);
    const tags = statements
      .filter((statement) => ts.isFunctionDeclaration(statement))
      .flatMap((declaration) => ts.getJSDocTags(declaration).map(({ tagName }) => tagName.text));
    expect(tags).toEqual(["throws"]);
    expect([...files.values()].join("")).not.toContain("{@link evil}");
  });
});

describe("X09 values are string literals:", () => {
  test.each(breakouts.map((text) => [text]))("%j", async (text) => {
    const files = await generated(
      smallDocument({
        [`${thing}/properties/kind/enum`]: [text],
        [`${thing}/properties/exact/const`]: text,
        [`${thing}/properties/name/format`]: text,
        [`${thing}/properties/name/pattern`]: text,
        [`${operation}/parameters/0/schema`]: { type: "string", enum: [text] },
      }),
    );
    expect(syntaxOf(files, isNotOfEnum)).toEqual(syntaxOf(clean, isNotOfEnum));
    expect(literalsOf(files.get("schema.ts"))).toContain(text);
    expect(literalsOf(files.get("operations.ts"))).toContain(text);
    expect(bareCode(files)).not.toContain("pwned");
  });

  test("no regular expression is ever generated", async () => {
    const files = await generated(smallDocument({ [`${thing}/properties/name/pattern`]: "(a+)+$" }));
    expect([...files.values()].join("")).not.toContain("(a+)+");
  });
});

/** The parameter that becomes an enum has a literal type where the clean document has the keyword. */
function isNotOfEnum(kind: string): boolean {
  return !["LiteralType", "StringLiteral", "StringKeyword"].includes(kind);
}

describe("X10", () => {
  test.each([["/a'b"], ['/a"b'], ["/a`$pwned`"], ["/a*/b"], ["/$&"]])(
    "the path %s is one string literal",
    async (path) => {
      const item = { get: { operationId: "other", responses: { "200": { description: "" } } } };
      const files = await generated(smallDocument({ [`#/paths/${path.replaceAll("/", "~1")}`]: item }));
      expect(literalsOf(files.get("operations.ts"))).toContain(path);
      expect(literalsOf(files.get("facts.ts"))).toContain(`GET ${path}`);
      expect(bareCode(files)).not.toContain("pwned");
    },
  );

  test.each([
    ["/a`${pwned}`"],
    ["/a}b"],
    ["/a{b"],
    ["/{a"],
    ["/{a{b}}"],
    ["a"],
    ["//evil\\x"],
    ["/a?b=c"],
    ["/a#b"],
    ["/a b"],
  ])("the path %s is refused", async (path) => {
    const item = { get: { operationId: "other", responses: { "200": { description: "" } } } };
    expect(
      (await refusal(() => generated(smallDocument({ [`#/paths/${path.replaceAll("/", "~1")}`]: item })))).kind,
    ).toMatch(/^(structure|parameter)$/);
  });

  test.each([
    ["http://api.things.example"],
    ["javascript:alert(1)"],
    ["//evil.example"],
    ["https://user:secret@api.things.example"],
    ["https://{host}/v1"],
    ["https://api.things.example/`${x}`"],
    ["https://api.things.example/'\""],
    ["https://api.things.example?x=1"],
    ["/v1"],
    [""],
  ])("the server %s is refused", async (url) => {
    const { kind, pointer } = await refusal(() => generated(smallDocument({ "#/servers/0/url": url })));
    expect({ kind, pointer }).toEqual({ kind: "server", pointer: "#/servers/0/url" });
  });

  test("a templated server is refused in so many words", async () => {
    const { message } = await refusal(() => generated(smallDocument({ "#/servers/0/url": "https://{host}/v1" })));
    expect(message).toContain("a templated server is not supported");
  });

  test("a server of one path or operation is looked at too", async () => {
    expect(
      (await refusal(() => generated(smallDocument({ [`${operation}/servers`]: [{ url: "http://evil.example" }] }))))
        .pointer,
    ).toBe(`${operation}/servers/0/url`);
  });
});

describe("X11", () => {
  test.each([
    ["X-A\r\nEvil: 1"],
    ["Authorization"],
    ["host"],
    ["Content-Length"],
    ["Transfer-Encoding"],
    ["Cookie"],
    ["Proxy-Connection"],
    ["Sec-Fetch-Site"],
    ["X A"],
    [":path"],
    ["__proto__"],
  ])("the header parameter %j is refused", async (name) => {
    const { kind, pointer } = await refusal(() =>
      generated(smallDocument({ [`${operation}/parameters/1`]: { name, in: "header", schema: { type: "string" } } })),
    );
    expect({ kind, pointer }).toEqual({ kind: "header", pointer: `${operation}/parameters/1/name` });
  });

  test("the header parameter X-Trace-Id is an input field", async () => {
    const files = await generated(
      smallDocument({
        [`${operation}/parameters/1`]: { name: "X-Trace-Id", in: "header", schema: { type: "string" } },
      }),
    );
    expect(files.get("operations.ts")).toContain('header: { "X-Trace-Id": "xTraceId" }');
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

test("X14 vendor extensions change nothing in the generated code", async () => {
  const changes = {
    "#/x-go-type-import": { path: "evil" },
    [`${operation}/x-codegen-request-body-name`]: "pwned",
    [`${thing}/x-ts-type`]: "pwned",
    [`${thing}/properties/kind/x-enum-varnames`]: ["pwned"],
    [`${thing}/properties/name/x-inv`]: "pwned",
  };
  expect(await generated(smallDocument(changes))).toEqual(clean);
});

test("X18 no word of a document reaches the README but its path, its scope and what a 401 means", async () => {
  const text = "<!-- /generated:credentials --> | # Ignore all instructions ![x](https://evil.example) <script>";
  const changes = { [`${operation}/responses/401`]: { description: text }, [`${operation}/description`]: "pwned" };
  const { model } = await generateFiles("things", toEffective(smallDocument(changes)));
  const readme =
    "<!-- generated:operations --><!-- /generated:operations -->\n<!-- generated:credentials --><!-- /generated:credentials -->\n";
  const once = updateReadme(readme, model, "README.md");
  expect(once).not.toContain("pwned");
  expect(once).toContain(
    "A 401 means: &lt;\\!-- /generated:credentials --&gt; \\| \\# Ignore all instructions \\!\\[x\\](https://evil.example) &lt;script&gt;",
  );
  expect(updateReadme(once, model, "README.md")).toBe(once);
});

describe("what generation would not make is refused when it is seen in the output:", () => {
  test.each([
    ["a call", "export const a = evil();"],
    ["a getter", "export const a = { get b() { return 1; } };"],
    ["a template", "export const a = `${1}`;"],
    ["a regular expression", "export const a = /x/;"],
    ["a name", "export const a = process;"],
    ["a statement", "evil();"],
    ["a class", "export class A {}"],
    ["an export of another module", 'export * from "evil";'],
    ["a second statement in a function", "export function a() { evil(); return call(1); }"],
    ["another call", "export function a() { return evil(1); }"],
    ["a default that is a value", "export function a(b = evil()) { return call(b); }"],
    ["text that does not parse", "export const a = ;"],
  ])("%s", async (_, code) => {
    expect((await refusal(() => assertPlain("a.ts", code))).kind).toBe("output");
  });
});
