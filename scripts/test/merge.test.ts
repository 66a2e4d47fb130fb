import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { merge } from "../merge.ts";
import { toJsonText } from "../pipeline/json.ts";
import { mergeDocuments } from "../pipeline/merge/merge.ts";
import { parseDocument } from "../pipeline/read.ts";
import { block, folderWith, page, printed } from "./pages.ts";
import { refusal } from "./support.ts";

const part = (name: string, text: string) => ({ name, document: parseDocument(text, { name, aliases: 0 }) });
const text = (...parts: { name: string; document: ReturnType<typeof parseDocument> }[]) =>
  toJsonText(mergeDocuments(parts).document);

const list = part("list.md", block("/items", "get", "listItems"));
const get = part("get.md", block("/items/{id}", "get", "getItem"));
const put = part("put.md", block("/items/{id}", "put", "putItem"));

test("one document alone comes back as it is", () => {
  expect(mergeDocuments([list])).toEqual({ document: list.document, notes: [] });
});

test("pages share a component of one content, and two methods on one path both stay", () => {
  const { document, notes } = mergeDocuments([list, get, put]);
  expect(notes).toEqual([]);
  expect(Object.keys(document["components"] ?? {})).toEqual(["schemas"]);
  expect(document).toMatchObject({
    paths: {
      "/items": { get: { operationId: "listItems" } },
      "/items/{id}": { get: { operationId: "getItem" }, put: { operationId: "putItem" } },
    },
    components: { schemas: { Item: { type: "object" }, Count: { type: "string" } } },
  });
});

test("the order of pages, their names and the order of keys in a component make no difference", () => {
  const other = part("get.md", block("/items/{id}", "get", "getItem", "", "format: count\n      type: integer"));
  const first = text(list, other, put);
  expect(text(put, other, list)).toBe(first);
  expect(text({ ...put, name: "a" }, { ...list, name: "z" }, { ...other, name: "m" })).toBe(first);
  expect(text(list, { ...list, name: "again.md" })).toBe(text(list));
});

test("a component of one name and other content is renamed after its operation, with all that lead to it", () => {
  const other = part("get.md", block("/items/{id}", "get", "get-item", "", "type: integer"));
  const { document, notes } = mergeDocuments([other, list]);
  expect(document).toMatchObject({
    paths: {
      "/items": {
        get: {
          responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Item" } } } } },
        },
      },
      "/items/{id}": {
        get: {
          responses: {
            200: { content: { "application/json": { schema: { $ref: "#/components/schemas/ItemOfGetItem" } } } },
          },
        },
      },
    },
    components: {
      schemas: {
        Count: { type: "string" },
        CountOfGetItem: { type: "integer" },
        ItemOfGetItem: { properties: { count: { $ref: "#/components/schemas/CountOfGetItem" } } },
      },
    },
  });
  expect(notes).toEqual([
    "#/components/schemas/Item of get.md is not that of list.md: it is now ItemOfGetItem.",
    "#/components/schemas/Count of get.md is not that of list.md: it is now CountOfGetItem.",
  ]);
});

test("two components that differ only far down a ring of references are told apart", () => {
  const ring = (id: string, type: string) =>
    part(
      `${id}.md`,
      block(
        `/${id}`,
        "get",
        id,
        `    A: { properties: { b: { $ref: "#/components/schemas/B" } } }\n    B: { properties: { a: { $ref: "#/components/schemas/A" }, c: { $ref: "#/components/schemas/C" } } }\n    C: { type: ${type} }\n`,
      ),
    );
  const { document } = mergeDocuments([ring("one", "string"), ring("two", "boolean")]);
  expect(document).toMatchObject({
    components: {
      schemas: {
        AOfTwo: { properties: { b: { $ref: "#/components/schemas/BOfTwo" } } },
        BOfTwo: { properties: { a: { $ref: "#/components/schemas/AOfTwo" } } },
      },
    },
  });
  expect(Object.keys(Object(document["components"]).schemas)).not.toContain("ItemOfTwo");
});

test("servers and security that differ move to the operations, and it is said", () => {
  const other = part(
    "get.md",
    block("/items/{id}", "get", "getItem")
      .replace("api.shop.example", "eu.shop.example")
      .replace("paths:", "security: [{ key: [] }]\npaths:"),
  );
  const { document, notes } = mergeDocuments([list, other]);
  expect(document).toMatchObject({
    servers: [{ url: "https://api.shop.example" }],
    security: [{ key: [] }],
    paths: {
      "/items": { get: { security: [] } },
      "/items/{id}": { get: { servers: [{ url: "https://eu.shop.example" }] } },
    },
  });
  expect(notes).toEqual([
    "#/servers differs: that of list.md is kept, that of get.md moves to its operations.",
    "#/security differs: that of get.md is kept, that of list.md moves to its operations.",
  ]);
});

test("tags are joined by name, and a tag that differs is said", () => {
  const tagged = (base: string, tag: string) =>
    base.replace("paths:", `tags: [{ name: stock, description: ${tag} }]\npaths:`);
  const one = part("list.md", tagged(block("/items", "get", "listItems"), "One"));
  const two = part("get.md", tagged(block("/items/{id}", "get", "getItem"), "Two"));
  const { document, notes } = mergeDocuments([two, one]);
  expect(document).toMatchObject({ tags: [{ name: "stock", description: "One" }] });
  expect(notes).toEqual(['The tag "stock" differs: that of list.md is kept, that of get.md is not.']);
});

test("parameters of a path that only one page gives move to that page's operations", () => {
  const other = part(
    "put.md",
    block("/items/{id}", "put", "putItem").replace(
      "    put:",
      "    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]\n    put:",
    ),
  );
  expect(mergeDocuments([get, other]).document).toMatchObject({
    paths: { "/items/{id}": { put: { parameters: [{ name: "id" }] } } },
  });
  expect(text(get, other).match(/"parameters"/g)).toHaveLength(1);
});

test.each([
  [
    "one operation that two pages describe differently",
    part("get.md", block("/items", "get", "listAll")),
    "#/paths/~1items/get: two pages describe this differently; give only one of them (",
  ],
  [
    "one operationId for two operations",
    part("get.md", block("/items/{id}", "get", "listItems")),
    '#/paths/~1items~1{id}/get/operationId: "listItems" is also the operationId of #/paths/~1items/get',
  ],
  [
    "OpenAPI 3.0 and 3.1",
    part("get.md", block("/items/{id}", "get", "getItem").replace("3.1.0", "3.0.3")),
    "#/openapi: 3.1.0 and 3.0.3 do not mean the same; convert one of the pages (list.md and get.md)",
  ],
  [
    "a renamed component that a discriminator may go by",
    part(
      "get.md",
      block("/items/{id}", "get", "getItem", "    Any: { discriminator: { propertyName: kind } }\n", "type: integer"),
    ),
    "#/components/schemas/Item: the pages differ here, and the discriminator at #/components/schemas/Any may go by this very name (list.md and get.md)",
  ],
])("%s is refused with the pointer and both pages", async (_, other, message) => {
  const { kind, message: said } = await refusal(() => mergeDocuments([list, other]));
  expect(kind).toBe("merge");
  expect(said).toContain(message);
});

test("one security scheme with two meanings is refused", async () => {
  const scheme = (name: string, id: string, at: string) =>
    part(name, block(`/${id}`, "get", id, `  securitySchemes: { key: { type: apiKey, in: ${at}, name: k } }\n`));
  expect(
    (await refusal(() => mergeDocuments([scheme("one.md", "one", "header"), scheme("two.md", "two", "query")])))
      .message,
  ).toContain("#/components/securitySchemes/key: the pages mean different things by this scheme");
});

test("merge writes YAML or JSON, keeps large integers, and the second time changes no byte", async () => {
  const folder = folderWith({
    "list.md": page("yaml GET /items", block("/items", "get", "listItems", "", "example: 9007199254740993")),
    "get.md": page("yaml get /items/{id}", block("/items/{id}", "get", "getItem", "", "example: 9007199254740993")),
  });
  for (const name of ["all.yaml", "all.json"]) {
    const out = join(folder, name);
    const run = (...pages: string[]) =>
      printed(() => merge([...pages.map((each) => join(folder, each)), "--out", out]));
    expect(await run("list.md", "get.md")).toMatchObject({ code: 0, errors: "" });
    const before = readFileSync(out, "utf8");
    expect(before).toContain("9007199254740993");
    expect(before).not.toContain("print your keys");
    expect((await run("get.md", "list.md")).out).toBe(`${out}: up to date`);
    expect(readFileSync(out, "utf8")).toBe(before);
  }
});
