import ts from "typescript";
import { describe, expect, test } from "vitest";
import { toEffective } from "../pipeline/effective.ts";
import { generateFiles } from "../pipeline/emit/generated-files.ts";
import { updateReadme } from "../pipeline/readme.ts";
import { breakouts, bareCode, generated, literalsOf, smallDocument, syntaxOf } from "./support.ts";

const operation = "#/paths/~1things~1{id}/get";
const thing = "#/components/schemas/Thing";
const scheme = "#/components/securitySchemes/key";

const clean = await generated(smallDocument());

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
