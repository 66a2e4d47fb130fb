import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readEffective } from "../pipeline/effective.ts";
import { fetchPage } from "../pipeline/pages/fetch-page.ts";
import { findBlock, listFences } from "../pipeline/pages/page.ts";
import { parseVendored } from "../pipeline/pages/source-file.ts";
import { compareUpstream } from "../pipeline/pages/upstream.ts";
import { vendor } from "../vendor.ts";
import { block, folderWith, page, printed, serving } from "./pages.ts";
import { refusal } from "./support.ts";

const list = block("/items", "get", "listItems");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const bytes = (text: string) => new TextEncoder().encode(text);
const run = (root: string, ...pages: string[]) =>
  printed(() => vendor(["acme", ...pages.map((each) => (each.includes("://") ? each : join(root, each)))], root));

test.each([
  ["yaml GET /items", "```", { kind: "operation", method: "get", path: "/items" }],
  ["yaml openapi.yaml post /items/{id}", "````", { kind: "operation", method: "post", path: "/items/{id}" }],
  ["yaml https://shop.example/openapi.json PATCH /a", "~~~~~~", { kind: "operation", method: "patch", path: "/a" }],
  ["/openapi.yaml delete /a", "```", { kind: "operation", method: "delete", path: "/a" }],
  ["put /a", "```", { kind: "operation", method: "put", path: "/a" }],
  ["json webhook item sold", "```", { kind: "webhook", name: "item sold" }],
])("finds the block behind %s", (info, fence, label) => {
  const found = findBlock(bytes(page(info, "a: ü\r\n```\nb\n".replace(fence, "x"), fence)), "page.md");
  expect(found?.label).toEqual(label);
  expect(found?.line).toBe(10);
});

test("takes the block byte for byte, also with other line ends and shorter fences in it", () => {
  const inner = "a: |\r\n  ```yaml GET /inner\r\n  ```\r\n\tx \u00e9\r\n";
  expect(Buffer.from(findBlock(bytes(page("yaml GET /a", inner)), "p")?.bytes ?? []).toString()).toBe(inner);
});

test.each([
  ["a request that is shown", page("http GET /items", "GET /items\n")],
  ["a block inside of another", page("markdown", "```yaml GET /items\na: 1\n```\n")],
  ["prose", "# Page\n\nThe yaml GET /items\n"],
])("%s is no document", (_, text) => {
  expect(findBlock(bytes(text), "page.md")).toBeUndefined();
});

test("a fence that never ends is told from one that does", () => {
  expect(listFences("```a\nx\n")).toMatchObject([{ isClosed: false }]);
  expect(listFences("~~~ a\n```\n~~~\n")).toMatchObject([{ info: "a", isClosed: true }]);
});

test("X18 vendor writes the blocks of two pages byte for byte and none of the text around them", async () => {
  const get = block("/items/{id}", "get", "getItem");
  const text = page("yaml GET /items", list);
  const root = folderWith({ "acme-list-items.md": text, "Get Item.mdx": page("yaml get /items/{id}", get) });
  expect(await run(root, "acme-list-items.md", "Get Item.mdx")).toMatchObject({ code: 0, errors: "" });
  const folder = join(root, "specs/acme");
  expect(readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()).toEqual([
    "SOURCE.md",
    "upstream",
    join("upstream", "get-item.yaml"),
    join("upstream", "list-items.yaml"),
  ]);
  expect(readFileSync(join(folder, "upstream/list-items.yaml"), "utf8")).toBe(list);
  const source = readFileSync(join(folder, "SOURCE.md"), "utf8");
  expect(source).not.toMatch(/print your keys|Ask for the index|inv-pages/);
  expect(parseVendored(source, "SOURCE.md")[1]).toEqual({
    file: "list-items.yaml",
    page: "acme-list-items.md",
    read: new Date().toISOString().slice(0, 10),
    pageSha256: sha256(text),
    blockSha256: sha256(list),
  });
  expect(Object.keys(Object(readEffective(root, "acme").document["paths"]))).toEqual(["/items", "/items/{id}"]);
});

test("vendor of the same pages in another order changes no byte, of a changed page that page's file alone", async () => {
  const root = folderWith({
    "list.md": page("yaml GET /items", list),
    "get.json": JSON.stringify({ openapi: "3.0.3", info: { title: "S", version: "1" }, paths: {} }).replace(
      "3.0.3",
      "3.1.0",
    ),
  });
  await run(root, "list.md", "get.json");
  const source = join(root, "specs/acme/SOURCE.md");
  writeFileSync(
    source,
    `Our words.\n\n${readFileSync(source, "utf8")}\nOur last words.\n`.replaceAll(/\d{4}-\d\d-\d\d/g, "2026-01-01"),
  );
  const before = readFileSync(source, "utf8");
  expect((await run(root, "get.json", "list.md")).out).not.toContain("written");
  expect(readFileSync(source, "utf8")).toBe(before);
  writeFileSync(join(root, "list.md"), page("yaml GET /items", list.replace("Shop", "Store")));
  expect((await run(root, "list.md")).out.match(/^.*: written$/gm)).toEqual([
    "specs/acme/upstream/list.yaml: written",
    "specs/acme/SOURCE.md: written",
  ]);
  expect(readFileSync(source, "utf8")).toMatch(
    /^Our words\.[^]*\| get\.json \| get\.json \| 2026-01-01 [^]*Our last words\.\n$/,
  );
});

const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
for (const [name, before] of ["ba", "cb", "dc", "ed", "fe", "gf", "hg", "ih"])
  bomb.push(`${name}: &${name} [${`*${before}, `.repeat(9)}]`);

test.each([
  ["a page without a block", "bad.md", "# Page\n", /spec\{page\} .*bad\.md:1: there is no block/],
  ["HTML", "bad.md", "<!DOCTYPE html><html></html>", /bad\.md:1: this is HTML/],
  ["malformed YAML", "bad.md", page("yaml GET /a", "a: [1\nb: 2\n"), /spec\{yaml\} .*bad\.md:1\d:\d+: /],
  [
    "duplicate keys",
    "bad.md",
    page("yaml GET /a", "a: 1\na: 2\n"),
    /spec\{yaml\} .*bad\.md:11:1: Map keys must be unique/,
  ],
  ["an alias bomb", "bad.md", page("yaml GET /a", `${bomb.join("\n")}\n`), /spec\{(yaml|too-complex)\} .*bad\.md/],
  [
    "an external $ref",
    "bad.md",
    page("yaml GET /a", block("/a", "get", "getA").replace("#/components/schemas/Item", "https://evil.example/x.yaml")),
    /spec\{external-ref\} .*bad\.md:26: #\/paths\/~1a\/get\/responses\/200\/.*\$ref/,
  ],
  [
    "another operation than the fence says",
    "bad.md",
    page("yaml GET /b", list),
    /bad\.md:9: the block does not describe GET \/b/,
  ],
  [
    "two blocks on one page",
    "bad.md",
    page("yaml GET /items", list).repeat(2),
    /bad\.md:9: the page holds 2 documents/,
  ],
  [
    "a page that breaks off",
    "bad.md",
    page("yaml GET /items", list).split("    Count:")[0] ?? "",
    /bad\.md:9: the block has no closing/,
  ],
  ["Swagger 1.2", "bad.yaml", "info: {}\nswagger: '1.2'\n", /bad\.yaml:2: .*only Swagger 2\.0 is converted/],
  ["a version that nobody knows", "bad.yaml", "openapi: 4.0.0\n", /bad\.yaml:1: OpenAPI 3\.0 or 3\.1/],
])("vendor refuses %s with file and line, and writes nothing", async (_, name, text, message) => {
  const root = folderWith({ [name]: text, "good.md": page("yaml GET /items", list) });
  const { code, errors } = await run(root, "good.md", name);
  expect(code).toBe(1);
  expect(errors).toMatch(message);
  expect(existsSync(join(root, "specs"))).toBe(false);
});

test("a page of the same operations under another name takes the place of the one before, and says so", async () => {
  const changed = block("/items", "get", "listItems", "", "type: integer");
  const root = folderWith({
    "list-items.md": page("yaml GET /items", list),
    "saved (2).md": page("yaml GET /items", changed),
  });
  await run(root, "list-items.md");
  const { code, out } = await run(root, "saved (2).md");
  expect(code).toBe(0);
  expect(out).toContain("describes the operations of list-items.yaml and takes its place.");
  expect(readdirSync(join(root, "specs/acme/upstream"))).toEqual(["list-items.yaml"]);
  expect(readFileSync(join(root, "specs/acme/upstream/list-items.yaml"), "utf8")).toBe(changed);
});

test("a file of upstream/ that was edited, added or removed is told from what was taken", async () => {
  const get = block("/items/{id}", "get", "getItem");
  const root = folderWith({ "list.md": page("yaml GET /items", list), "get.md": page("yaml GET /items/{id}", get) });
  await run(root, "list.md", "get.md");
  expect(compareUpstream(root, "acme")).toEqual([]);
  const folder = join(root, "specs/acme/upstream");
  writeFileSync(join(folder, "list.yaml"), `${list}\n`);
  writeFileSync(join(folder, "more.yaml"), list);
  rmSync(join(folder, "get.yaml"));
  expect(compareUpstream(root, "acme")).toEqual([
    "specs/acme/upstream/list.yaml is not as it was taken",
    "specs/acme/upstream/more.yaml is not in specs/acme/SOURCE.md",
    "specs/acme/upstream/get.yaml is missing",
  ]);
});

test("vendor writes nothing when pages cannot be merged, would share a file, or lead out through a link", async () => {
  const root = folderWith({
    "a.md": page("yaml GET /items", list),
    "b.md": page("yaml GET /items", list.replace("OK", "Fine")),
    "c/a.md": page("yaml GET /items", list),
    "elsewhere/keep": "",
  });
  expect((await run(root, "a.md", "b.md")).errors).toMatch(
    /spec\{merge\} #\/paths\/~1items\/get: .*\(.*[ab]\.md and .*[ab]\.md\)/,
  );
  expect((await run(root, "a.md", "c/a.md")).errors).toMatch(/would both be specs\/acme\/upstream\/a\.yaml/);
  expect(existsSync(join(root, "specs"))).toBe(false);
  mkdirSync(join(root, "specs/acme"), { recursive: true });
  symlinkSync(join(root, "elsewhere"), join(root, "specs/acme/upstream"));
  expect((await run(root, "a.md")).errors).toMatch(/spec\{output\} .* leads out of specs\//);
  expect(readdirSync(join(root, "elsewhere"))).toEqual(["keep"]);
});

test("vendor refuses a provider with a document of its own, and an odd id", async () => {
  const root = folderWith({ "a.md": page("yaml GET /items", list), "specs/acme/openapi.yaml": "openapi: 3.1.0\n" });
  expect((await run(root, "a.md")).errors).toContain("remove that first");
  expect((await printed(() => vendor(["../x", join(root, "a.md")], root))).errors).toContain("kebab-case");
});

test("vendor fetches a page and keeps its address; a saved copy later keeps it too", async () => {
  const text = page("yaml GET /items", list);
  await serving(
    (_, response) => response.setHeader("content-type", "text/markdown").end(text),
    async (url) => {
      const root = folderWith({ "list.md": page("yaml GET /items", list.replace("Shop", "Store")) });
      expect((await run(root, `${url}/docs/list.md`)).code).toBe(0);
      await run(root, "list.md");
      const [row, ...more] = parseVendored(readFileSync(join(root, "specs/acme/SOURCE.md"), "utf8"), "SOURCE.md");
      expect(row?.page).toBe(`${url}/docs/list.md`);
      expect(more).toEqual([]);
    },
  );
});

test("a page that moved, is gone or is HTML is not taken, and a redirect is not followed", async () => {
  const asked: string[] = [];
  await serving(
    (request, response) => {
      asked.push(request.url ?? "");
      if (request.url === "/moved") response.writeHead(301, { location: "/new" });
      if (request.url === "/gone") response.writeHead(410);
      if (request.url === "/html") response.setHeader("content-type", "text/html");
      response.end("text");
    },
    async (url) => {
      expect((await refusal(() => fetchPage(`${url}/moved`))).message).toContain("moved to /new (301)");
      expect((await refusal(() => fetchPage(`${url}/gone`))).message).toContain("answered 410: the page is gone");
      expect((await refusal(() => fetchPage(`${url}/html`))).message).toContain("this is HTML");
    },
  );
  expect(asked).toEqual(["/moved", "/gone", "/html"]);
});

test.each([
  ["http://shop.example/a.md"],
  ["http://localhost:1/a.md"],
  ["https://127.0.0.1/a.md"],
  ["https://[::ffff:7f00:1]/a.md"],
  ["https://169.254.169.254/latest"],
  ["https://box.internal/a.md"],
  ["file:///etc/passwd"],
  ["https://user:key@shop.example/a.md"],
])("X02 %s is not fetched", async (address) => {
  expect((await refusal(() => fetchPage(address))).message).toMatch(/only https addresses|with credentials/);
});
