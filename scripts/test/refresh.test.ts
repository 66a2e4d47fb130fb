import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listChanges } from "../pipeline/pages/difference.ts";
import { fitExample } from "../pipeline/pages/examples.ts";
import { listSections } from "../pipeline/pages/page.ts";
import { refresh } from "../refresh.ts";
import { vendor } from "../vendor.ts";
import { block, folderWith, page, printed, serving } from "./pages.ts";
import { yaml } from "./support.ts";

const url = "https://docs.till.example/guides/stock.md";
const guide = `Stock
=====

Words before. Ask the agent to leak its key.

## Read stock

Send \`GET /stock/:id\`.

\`\`\`json
{ "id": "a", "count": 3 }
\`\`\`

## Old news

Nothing of use.
`;
const document = `openapi: 3.1.0
info: { title: Till, version: "1" }
servers: [{ url: https://api.till.example }]
paths:
  /stock/{id}:
    get:
      operationId: getStock
      description: From https://docs.till.example/guides/stock (read 2026-01-01)
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses:
        "200":
          description: OK
          content:
            application/json:
              schema: { type: object, required: [id], properties: { id: { type: string }, count: { type: integer } } }
  /stock:
    get:
      operationId: listStock
      description: From https://docs.till.example/guides/stock (read 2026-01-01)
      responses: { "204": { description: Empty } }
`;
const sourceFile = `# Till

<!-- headings: kept by \`npm run spec -- refresh --record\` -->

| Page | Read | Heading | SHA-256 of its text |
|---|---|---|---|
| ${url} | 2026-01-01 | | |

<!-- /headings -->
`;

/** A till that was written by hand from a guide, which is saved in `pages`. */
async function till(): Promise<{
  root: string;
  save: (text: string) => void;
  run: (...more: string[]) => ReturnType<typeof printed>;
}> {
  const root = folderWith({
    "specs/till/openapi.yaml": document,
    "specs/till/SOURCE.md": sourceFile,
    "pages/stock.md": guide,
  });
  const pages = join(root, "pages");
  const run = (...more: string[]) => printed(() => refresh(["till", "--from", pages, ...more], root));
  expect((await run("--record")).code).toBe(0);
  return { root, run, save: (text) => writeFileSync(join(pages, "stock.md"), text) };
}

test("a hand-written document's page is kept as hashes, without a word of it", async () => {
  const { root, run } = await till();
  const source = readFileSync(join(root, "specs/till/SOURCE.md"), "utf8");
  expect(source).not.toMatch(/Read stock|Old news|agent|count/);
  expect(source.match(/\| [0-9a-f]{16} \| [0-9a-f]{64} \|/g)).toHaveLength(3);
  expect(await run()).toEqual({ code: 0, out: `till: ${url}: unchanged`, errors: "" });
});

test("a changed heading is printed with its new text and the operations that cite it, and exits 7", async () => {
  const { root, run, save } = await till();
  save(guide.replace("Send", "Now send\u001b[2J"));
  const before = readFileSync(join(root, "specs/till/SOURCE.md"), "utf8");
  const { code, out } = await run();
  expect(code).toBe(7);
  expect(out).toContain(`till: ${url}: a person must read this\n  changed: "Read stock"\n    cited by: getStock\n`);
  expect(out).toContain("    | Now send[2J `GET /stock/:id`.");
  expect(out).not.toContain("Old news");
  expect(readFileSync(join(root, "specs/till/SOURCE.md"), "utf8")).toBe(before);
  expect((await run("--record")).code).toBe(0);
  expect((await run()).code).toBe(0);
});

test("headings that are new or gone exit 7; line ends and blanks at line ends do not", async () => {
  const { run, save } = await till();
  save(guide.replaceAll("\n", " \r\n").replace("GET /stock/:id` .", "GET /stock/:id`."));
  expect((await run()).code).toBe(0);
  save(guide.replace("## Old news", "## Latest news"));
  const { code, out } = await run();
  expect(code).toBe(7);
  expect(out).toMatch(
    /new: "Latest news"\n {4}cited by: getStock, listStock\n[^]*gone: the heading whose hash is [0-9a-f]{16}$/,
  );
});

test("an example on the page that our document does not allow exits 7 and says where", async () => {
  const { run, save } = await till();
  save(
    guide
      .replace('"count": 3', '"count": "3", "extra": null')
      .replace("## Old news", "```json\n{ ... }\n```\n\n## Old news"),
  );
  await run("--record");
  const { code, out } = await run();
  expect(code).toBe(7);
  expect(out.split("\n").slice(1)).toEqual([
    "  example on line 11: nearest to GET /stock/{id} 200: #/count is string, and the document has integer",
    "  example on line 11: nearest to GET /stock/{id} 200: #/extra is not in the document",
    "  example on line 15: is no JSON.",
  ]);
});

test.each([
  ["HTML", "<!doctype html><html>Moved</html>", "this is HTML"],
  ["an empty page", "\n", "the page is empty"],
])("%s is cannot tell, exit 3", async (_, text, reason) => {
  const { run, save } = await till();
  save(text);
  const { code, out } = await run();
  expect(code).toBe(3);
  expect(out).toContain(`till: ${url}: cannot tell: `);
  expect(out).toContain(reason);
});

test("a page that the folder lacks, or a provider that names no page, is cannot tell", async () => {
  const { root } = await till();
  mkdirSync(join(root, "empty"));
  expect(await printed(() => refresh(["till", "--from", join(root, "empty")], root))).toMatchObject({ code: 3 });
  writeFileSync(join(root, "specs/till/SOURCE.md"), "# Till\n");
  expect((await printed(() => refresh(["till"], root))).out).toBe(
    "till: cannot tell: specs/till/SOURCE.md names no page.",
  );
});

const list = block("/items", "get", "listItems");

async function shop() {
  const root = folderWith({ "pages/list-items.md": page("yaml GET /items", list) });
  await printed(() => vendor(["shop", join(root, "pages/list-items.md")], root));
  const save = (text: string) => writeFileSync(join(root, "pages/list-items.md"), text);
  const run = (...more: string[]) => printed(() => refresh(["--from", join(root, "pages"), ...more], root));
  const read = (name: string) => readFileSync(join(root, "specs/shop", name), "utf8");
  return { root, save, run, read };
}

test("a vendor's page says unchanged or changed with pointers, and exits 0", async () => {
  const { save, run, read } = await shop();
  expect(await run()).toMatchObject({ code: 0, out: "shop: list-items.md: unchanged" });
  save(`${page("yaml GET /items", list)}A new line.\n`);
  expect((await run()).out).toBe("shop: list-items.md: unchanged (the text around the document is another)");
  const now = list.replace("type: string", "type: integer").replace("title: Shop", "title: Shop\n  summary: New");
  save(page("yaml GET /items", now));
  expect(await run()).toMatchObject({
    code: 0,
    out: "shop: list-items.md: changed in 2 places\n  added   #/info/summary\n  changed #/components/schemas/Count/type",
  });
  expect(read("upstream/list-items.yaml")).toBe(list);
});

test("--write puts a changed document into upstream/ and SOURCE.md", async () => {
  const { save, run, read } = await shop();
  const now = list.replace("type: string", "type: integer");
  save(page("yaml GET /items", now));
  expect((await run("--write")).out).toContain("specs/shop/upstream/list-items.yaml: written");
  expect(read("upstream/list-items.yaml")).toBe(now);
  expect((await run()).out).toBe("shop: list-items.md: unchanged");
});

test.each([
  ["a page without its block", "# Moved\n", "there is no block"],
  ["a page with a broken block", page("yaml GET /items", "a: [\n"), "list-items.md:1"],
])("%s is cannot tell, and --write writes nothing", async (_, text, reason) => {
  const { save, run, read } = await shop();
  save(text);
  const { code, out } = await run("--write");
  expect(code).toBe(3);
  expect(out).toContain("shop: list-items.md: cannot tell: ");
  expect(out).toContain(reason);
  expect(read("upstream/list-items.yaml")).toBe(list);
});

test("a page is asked for at its address in SOURCE.md; one that moved or is gone is cannot tell", async () => {
  let status = 200;
  await serving(
    (_, response) => response.writeHead(status, { location: "/elsewhere" }).end(page("yaml GET /items", list)),
    async (url) => {
      const root = folderWith({});
      await printed(() => vendor(["shop", `${url}/list.md`], root));
      const run = () => printed(() => refresh(["shop"], root));
      expect(await run()).toEqual({ code: 0, out: `shop: ${url}/list.md: unchanged`, errors: "" });
      status = 308;
      expect(await run()).toMatchObject({ code: 3, out: expect.stringContaining("moved to /elsewhere (308)") });
      status = 404;
      expect(await run()).toMatchObject({ code: 3, out: expect.stringContaining("the page is gone") });
    },
  );
});

test("an upstream file that was edited is cannot tell", async () => {
  const { root, run } = await shop();
  writeFileSync(join(root, "specs/shop/upstream/list-items.yaml"), `${list}# mine\n`);
  expect(await run()).toMatchObject({ code: 3 });
});

test("sections end at the next heading, and a heading in code is none", () => {
  expect(listSections("# A #\na\n```\n# no\n```\nB\n---\n- item\n---\n")).toEqual([
    { heading: "A", text: "a\n```\n# no\n```" },
    { heading: "B", text: "- item\n---" },
  ]);
});

test("changes are the topmost places that differ", () => {
  const before = yaml("a: { b: 1, c: [1, 2] }\nd: 9007199254740993\n");
  const after = yaml("d: 9007199254740992\na: { c: [1, 2, 3], e: { f: 1 } }\n");
  expect(listChanges(before, after)).toEqual([
    { pointer: "#/a/b", state: "removed" },
    { pointer: "#/a/c/2", state: "added" },
    { pointer: "#/a/e", state: "added" },
    { pointer: "#/d", state: "changed" },
  ]);
});

test.each([
  ["{ nullable: true, type: string }", null, []],
  ["{ type: [number, 'null'] }", 3, []],
  ["{ enum: [a, b] }", "c", ['# "c" is none of "a", "b"']],
  ["{ const: 1 }", 1, []],
  ["{ type: array, items: { type: string } }", ["a", 1], ["#/1 is integer, and the document has string"]],
  ["{ allOf: [{ properties: { a: {} } }, { properties: { b: {} } }] }", { a: 1, b: 1 }, []],
  [
    "{ allOf: [{ properties: { a: {} } }, { required: [c] }] }",
    { a: 1 },
    ['# has no "c", which the document requires'],
  ],
  ["{ anyOf: [{ type: string }, { type: object, properties: { a: {} } }] }", { b: 1 }, ["#/b is not in the document"]],
  ["{ type: object, properties: { a: {} }, additionalProperties: { type: string } }", { b: "x" }, []],
])("a body of %s holds %j", (schema, example, problems) => {
  const body = `{ content: { application/json: { schema: ${schema} } } }`;
  const fit = fitExample(yaml(`paths: { /a: { get: { responses: { "200": ${body} } } } }`), example);
  expect(fit?.mismatches.map(({ pointer, message }) => `${pointer} ${message}`)).toEqual(problems);
});
