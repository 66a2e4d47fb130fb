import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { correct, readEffective } from "../pipeline/effective.ts";
import { generateFiles } from "../pipeline/emit/generated-files.ts";
import { toEffective } from "../pipeline/effective.ts";
import { entriesOf, own } from "../pipeline/json.ts";
import type { Json, JsonObject } from "../pipeline/json.ts";
import { sliceDocument, usersOf } from "../pipeline/slice.ts";
import { folderWith } from "./pages.ts";
import { refusal, yaml } from "./support.ts";

const shop = yaml(`
  openapi: 3.0.3
  info: { title: Shop, version: "1" }
  x-root: kept
  tags: [{ name: things }, { name: pets }]
  security: [{ key: [] }]
  paths:
    /things/{id}:
      summary: Things
      servers: [{ url: https://things.example }]
      parameters: [{ $ref: "#/components/parameters/Id" }]
      get:
        tags: [things]
        responses:
          "200": { $ref: "#/components/responses/Thing" }
          "404":
            description: None.
            links: { other: { operationId: getPet } }
      delete:
        security: [{ admin: [] }]
        responses: { "204": { description: Gone. } }
    /pets:
      get:
        tags: [pets]
        security: [{ admin: [] }]
        responses:
          "200": { description: Pets., content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } }
    /alias: { $ref: "#/components/pathItems/Alias" }
    /odd:
      get:
        responses:
          "200": { $ref: "#/paths/~1pets/get/responses/200" }
  webhooks: { sold: { post: { responses: { "200": { description: Fine. } } } } }
  components:
    schemas:
      Unused: { type: string }
      Thing: { type: object, properties: { size: { $ref: "#/components/schemas/a~1b.c" }, colour: { $ref: "#/components/schemas/Colours/properties/main" } } }
      a/b.c: { type: string }
      Colours: { type: object, properties: { main: { type: string }, next: { $ref: "#/components/schemas/Thing" } } }
      Pet: { type: object, discriminator: { propertyName: kind, mapping: { c: Cat, x: "#/components/schemas/Fish" } }, properties: { kind: { type: string } } }
      Cat: { allOf: [{ $ref: "#/components/schemas/Pet" }] }
      Fish: { type: object }
      Dog: { allOf: [{ $ref: "#/components/schemas/Pet" }] }
      Puppy: { allOf: [{ $ref: "#/components/schemas/Dog" }] }
    responses:
      Thing: { description: A thing., content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } }, links: { pet: { $ref: "#/components/links/Pet" } } }
    parameters:
      Id: { name: id, in: path, required: true, schema: { type: string } }
      Other: { name: other, in: query, schema: { type: string } }
    links: { Pet: { operationId: getPet } }
    pathItems:
      Alias:
        get: { responses: { "204": { description: None. } } }
        post: { responses: { "204": { description: None. } } }
    securitySchemes:
      admin: { type: http, scheme: basic }
      key: { type: apiKey, in: header, name: X-Key }
`);

const slice = (...operations: string[]) => sliceDocument(shop, operations, "overlay.yaml");
const namesOf = (document: JsonObject) =>
  Object.fromEntries(
    entriesOf(document, "components").map(([section, members]) => [section, Object.keys(Object(members))]),
  );

test("a slice has its operations and just the components that they reach, in the document's order", () => {
  const part = slice("GET /things/{id}");
  expect(Object.keys(part)).toEqual(["openapi", "info", "x-root", "tags", "security", "paths", "components"]);
  expect(part["tags"]).toEqual([{ name: "things" }]);
  expect(part["paths"]).toEqual({
    "/things/{id}": {
      summary: "Things",
      servers: [{ url: "https://things.example" }],
      parameters: [{ $ref: "#/components/parameters/Id" }],
      get: {
        tags: ["things"],
        responses: { "200": { $ref: "#/components/responses/Thing" }, "404": { description: "None." } },
      },
    },
  });
  expect(namesOf(part)).toEqual({
    schemas: ["Thing", "a/b.c", "Colours"],
    responses: ["Thing"],
    parameters: ["Id"],
    securitySchemes: ["key"],
  });
  expect(own(own(own(part, "components"), "responses"), "Thing")).not.toHaveProperty("links");
});

test("schemas that only a discriminator leads to are part of it, also heirs of heirs", () => {
  expect(namesOf(slice("GET /pets"))).toEqual({
    schemas: ["Pet", "Cat", "Fish", "Dog", "Puppy"],
    securitySchemes: ["admin"],
  });
});

test("security of all operations is part of it only where one of them goes by it", () => {
  expect(slice("GET /pets")).not.toHaveProperty("security");
  expect(namesOf(slice("GET /pets", "GET /things/{id}"))["securitySchemes"]).toEqual(["admin", "key"]);
});

test("a path that is referred to is written out with the operations that are taken", () => {
  expect(slice("POST /alias")["paths"]).toEqual({
    "/alias": { post: { responses: { "204": { description: "None." } } } },
  });
});

test("the order in which operations are named makes no difference, and the document is left as it was", () => {
  const before = JSON.stringify(shop);
  expect(slice("GET /pets", "DELETE /things/{id}")).toEqual(slice("DELETE /things/{id}", "GET /pets"));
  expect(JSON.stringify(shop)).toBe(before);
});

test("an operation that is not there is refused, with the nearest that are", async () => {
  const { kind, message } = await refusal(() => slice("GET /pets", "GET /thing/{id}"));
  expect(kind).toBe("overlay");
  expect(message).toContain('"GET /thing/{id}" is not in the document. Nearest are "GET /things/{id}", ');
  expect((await refusal(() => slice("get /pets"))).message).toContain('Nearest are "GET /pets"');
});

test("a reference to a place in an operation that is not taken is refused", async () => {
  expect(await refusal(() => slice("GET /odd"))).toMatchObject({
    kind: "dangling-ref",
    pointer: "#/paths/~1pets/get/responses/200",
  });
  expect(slice("GET /odd", "GET /pets")["paths"]).toHaveProperty("/odd");
});

test.each<[string, Json]>([
  ["no list", "GET /pets"],
  ["an empty list", []],
  ["a list of other things", [1n]],
  ["an operation twice", ["GET /pets", "GET /pets"]],
])("x-inv-operations with %s is refused", async (_, value) => {
  const { kind, message } = await refusal(() =>
    correct(shop, { overlay: "1.0.0", "x-inv-operations": value }, "overlay.yaml"),
  );
  expect([kind, message.startsWith("overlay.yaml: x-inv-operations ")]).toEqual(["overlay", true]);
});

test("the effective document is the slice with the overlay's actions applied to it", async () => {
  const source =
    "openapi: 3.0.3\ninfo: {title: Shop, version: '1'}\npaths:\n  /a: {get: {responses: {}}}\n  /b: {get: {responses: {}}}\n";
  const overlay = "overlay: 1.0.0\nx-inv-operations: [GET /a]\n";
  const root = folderWith({ "specs/acme/openapi.yaml": source, "specs/acme/overlay.yaml": overlay });
  expect(readEffective(root, "acme").document["paths"]).toEqual({ "/a": { get: { responses: {} } } });
  const action = (path: string) =>
    `${overlay}actions: [{target: "$.paths['${path}']", description: Why., update: {summary: A}}]\n`;
  writeFileSync(join(root, "specs/acme/overlay.yaml"), action("/a"));
  expect(readEffective(root, "acme").document["paths"]).toEqual({ "/a": { get: { responses: {} }, summary: "A" } });
  writeFileSync(join(root, "specs/acme/overlay.yaml"), action("/b"));
  expect((await refusal(() => readEffective(root, "acme"))).message).toContain("matches nothing");
});

test("the users of a component are the operations that reach it", () => {
  expect(usersOf(shop, "#/components/schemas/a~1b.c/type")).toEqual(["GET /things/{id}"]);
  expect(usersOf(shop, "#/components/schemas/Puppy")).toEqual(["GET /pets"]);
  expect(usersOf(shop, "#/components/parameters/Id")).toEqual(["GET /things/{id}", "DELETE /things/{id}"]);
  expect(usersOf(shop, "#/paths/~1pets/get/responses")).toEqual(["GET /pets"]);
});

test("X05 a slice of 3,000 operations and a ring of 1,000 schemas is taken without deep recursion", async () => {
  const schemas = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [
      `R${index}`,
      { type: "object", properties: { next: { $ref: `#/components/schemas/R${(index + 1) % 1000}` } } },
    ]),
  );
  const content = { "application/json": { schema: { $ref: "#/components/schemas/R500" } } };
  const paths = Object.fromEntries(
    Array.from({ length: 3000 }, (_, index) => [
      `/p${index}`,
      { get: { operationId: `get${index}`, responses: { "200": { description: "", content } } } },
    ]),
  );
  const document: JsonObject = {
    openapi: "3.0.3",
    info: { title: "Many", version: "1" },
    paths,
    components: { schemas },
  };
  const started = performance.now();
  const part = sliceDocument(document, ["GET /p7"], "overlay.yaml");
  console.log(`slice of 3,000 operations: ${(performance.now() - started).toFixed(0)} ms`);
  expect(Object.keys(Object(own(own(part, "components"), "schemas")))).toHaveLength(1000);
  expect((await generateFiles("many", toEffective(part))).model.operations).toHaveLength(1);
});
