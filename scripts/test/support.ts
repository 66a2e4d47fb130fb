import { join } from "node:path";
import ts from "typescript";
import { toEffective } from "../pipeline/effective.ts";
import { SpecError } from "../pipeline/error.ts";
import { generateFiles } from "../pipeline/emit/generated-files.ts";
import { isObject, own, setOwn, tokensOf } from "../pipeline/json.ts";
import type { Json, JsonObject } from "../pipeline/json.ts";
import { parseDocument } from "../pipeline/read.ts";

/** A repository with one provider, `acme-pos`, whose document uses every construct that the generator knows. */
export const fixtureRoot = join(import.meta.dirname, "fixtures", "repository");

export function yaml(text: string): JsonObject {
  return parseDocument(text, { name: "test.yaml", aliases: 0 });
}

/** A small document that generates: one operation, `getThing`, with one path parameter. Parts of it are replaced by pointer. */
export function smallDocument(changes: Readonly<Record<string, Json>> = {}): JsonObject {
  const document = yaml(`
    openapi: 3.1.0
    info: { title: Things, version: "1", description: Clean. }
    servers: [{ url: https://api.things.example, description: Clean. }]
    tags: [{ name: things, description: Clean. }]
    security: [{ key: [] }]
    paths:
      /things/{id}:
        get:
          operationId: getThing
          tags: [things]
          summary: Clean
          description: Clean.
          parameters:
            - name: id
              in: path
              required: true
              description: Clean.
              schema: { type: string }
              examples: { mug: { value: "1" } }
          responses:
            "200":
              description: Clean.
              content:
                application/json:
                  schema: { $ref: "#/components/schemas/Thing" }
                  examples: { mug: { summary: Clean, description: Clean., value: { name: mug } } }
    components:
      schemas:
        Thing:
          type: object
          title: Clean
          description: Clean.
          properties:
            name: { type: string, title: Clean, description: Clean., format: name, example: Clean, default: Clean, pattern: clean }
            kind: { type: string, enum: [clean], description: Clean., x-enumDescriptions: [Clean.] }
            exact: { const: clean, description: Clean. }
      securitySchemes:
        key:
          type: apiKey
          in: header
          name: X-Key
          description: Clean.
          x-inv-credential: [{ option: apiKey, variable: THINGS_API_KEY, secret: true, page: "https://things.example/keys", scope: Clean }]
  `);
  for (const [pointer, value] of Object.entries(changes)) put(document, pointer, value);
  return document;
}

/** Sets what a pointer leads to; the object that holds it has to be there. */
export function put(document: JsonObject, pointer: string, value: Json): void {
  const tokens = tokensOf(pointer);
  const last = tokens.pop() ?? "";
  let holder: Json | undefined = document;
  for (const token of tokens) holder = Array.isArray(holder) ? holder[Number(token)] : own(holder, token);
  if (Array.isArray(holder)) holder[Number(last)] = value;
  else if (isObject(holder)) setOwn(holder, last, value);
  else throw new Error(`${pointer} has nothing to stand on`);
}

/** The generated TypeScript of a document, by file name, without the header, which holds the document's hash. */
export async function generated(document: JsonObject): Promise<Map<string, string>> {
  const { files } = await generateFiles("things", toEffective(document));
  const sources = [...files].filter(([path]) => path.endsWith(".ts"));
  return new Map(
    sources.map(([path, text]) => [path.slice(path.lastIndexOf("/") + 1), text.split("\n").slice(2).join("\n")]),
  );
}

/** The error that a document is refused with. */
export async function refusal(run: () => unknown): Promise<{ kind: string; pointer: string; message: string }> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    const { kind, pointer, message } = error;
    return { kind, pointer, message };
  }
  throw new Error("nothing was refused");
}

/** The kind of every node of a text's syntax tree, in order. Comments are no nodes. */
export function kindsOf(code: string): string[] {
  const kinds: string[] = [];
  const visit = (node: ts.Node): void => {
    kinds.push(ts.SyntaxKind[node.kind]);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("generated.ts", code, ts.ScriptTarget.ESNext, true));
  return kinds;
}

/** Texts that end a comment, a string, a template or a line where they are printed as they are. */
export const breakouts = [
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

/** The syntax of each file, node for node; of some kinds only, where a change of the document asks for another type. */
export function syntaxOf(
  files: ReadonlyMap<string, string>,
  isCompared = (_kind: string) => true,
): Record<string, string[]> {
  return Object.fromEntries(Array.from(files, ([name, code]) => [name, kindsOf(code).filter(isCompared)]));
}

/** Everything of these files that is no comment and no literal. */
export function bareCode(files: ReadonlyMap<string, string>): string {
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

/** The text of every string literal, and of every member of a type. */
export function literalsOf(code = ""): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || (ts.isIdentifier(node) && ts.isPropertySignature(node.parent)))
      texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("generated.ts", code, ts.ScriptTarget.ESNext, true));
  return texts;
}
