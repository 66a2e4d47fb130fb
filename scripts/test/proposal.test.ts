import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { correct, toEffective } from "../pipeline/effective.ts";
import { SpecError } from "../pipeline/error.ts";
import { generateFiles } from "../pipeline/emit/generated-files.ts";
import { own, textOf, toJsonText } from "../pipeline/json.ts";
import type { Json, JsonObject } from "../pipeline/json.ts";
import { lintIds, lintSecurity } from "../pipeline/lint/document.ts";
import { lintExchanges } from "../pipeline/lint/exchanges.ts";
import type { Model } from "../pipeline/model.ts";
import { proposeOverlay } from "../pipeline/proposal/proposal.ts";
import type { Proposal } from "../pipeline/proposal/proposal.ts";
import { parseDocument } from "../pipeline/read.ts";
import { lintWithRedocly } from "../pipeline/lint/redocly.ts";
import { documents } from "./proposal-documents.ts";
import { put, refusal, yaml } from "./support.ts";

const operation = "#/paths/~1things~1{id}/get";
const answer = `${operation}/responses/200`;
const body = `${answer}/content/application~1json/schema`;

/** A vendor's document of one operation, of which parts are replaced by pointer. */
function vendored(changes: Readonly<Record<string, Json>> = {}): JsonObject {
  const document = yaml(`
    openapi: 3.0.3
    info: { title: Shop, version: "1", contact: { url: "https://shop.example/docs" } }
    servers: [{ url: https://api.shop.example/v1 }]
    security: [{ key: [] }]
    paths:
      /things/{id}:
        get:
          operationId: getThing
          parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
          responses: { "200": { description: A thing., content: { application/json: { schema: { type: object } } } } }
    components:
      schemas: {}
      responses: {}
      securitySchemes: { key: { type: apiKey, in: header, name: X-Key } }
  `);
  for (const [pointer, value] of Object.entries(changes)) put(document, pointer, value);
  return document;
}

interface Corrected extends Proposal {
  readonly document: JsonObject;
  readonly text: string;
  readonly model: Model;
}

/** The document with the proposal applied, generated from and free of our own problems. */
async function corrected(document: JsonObject, operations?: readonly string[]): Promise<Corrected> {
  const before = toJsonText(document);
  const asked = operations === undefined ? {} : { operations };
  const proposal = proposeOverlay(document, { provider: "acme-pos", ...asked });
  expect(toJsonText(document)).toBe(before);
  const overlay =
    proposal.overlay === undefined ? undefined : parseDocument(proposal.overlay, { name: "overlay.yaml", aliases: 0 });
  const result = toEffective(overlay === undefined ? document : correct(document, overlay, "overlay.yaml"));
  const { model } = await generateFiles("acme-pos", result);
  expect([...lintSecurity(model), ...lintIds(model), ...lintExchanges(model)]).toEqual([]);
  return { ...proposal, document: result.document, text: result.text, model };
}

/** As {@link corrected}, and redocly finds nothing either. */
async function clean(changes: Readonly<Record<string, Json>>, operations?: readonly string[]): Promise<Corrected> {
  const found = await corrected(vendored(changes), operations);
  expect([...(await lintWithRedocly(new Map([["things", found.text]]))).values()].flat()).toEqual([]);
  return found;
}

const at = (document: JsonObject, pointer: string) => {
  let node: Json | undefined = document;
  for (const token of pointer.split("/").slice(1))
    node = Array.isArray(node) ? node[Number(token)] : own(node, token.replaceAll("~1", "/"));
  return node;
};
const query = (name: string, more: JsonObject = {}): Json => ({
  name,
  in: "query",
  schema: { type: "string" },
  ...more,
});
const none: Json = { responses: { "204": { description: "Done." } } };
const json = (schema: Json): Json => ({ "application/json": { schema } });

test("the same document gives the same text, each action with its reason", async () => {
  const { overlay = "" } = await clean({});
  expect((await clean({})).overlay).toBe(overlay);
  expect(overlay.match(/target: /g)?.length).toBe(overlay.match(/description: /g)?.length);
  expect(overlay).toContain("  # Exchanges\n");
});

test("a document that has been corrected needs nothing more", async () => {
  const { document } = await clean({ [`${operation}/operationId`]: "delete" });
  expect(proposeOverlay(document, { provider: "acme-pos" })).toEqual({ overlay: undefined, notes: [] });
});

describe("names of operations", () => {
  const names = ({ model }: Corrected) => model.operations.map(({ name }) => name);

  test("are derived from method and path, and do not depend on the other operations", async () => {
    const found = await clean({
      [`${operation}/operationId`]: "",
      "#/paths/~1v1~1orders": { post: none },
      "#/paths/~1v1~1orders~1{order_id}~1lines": { get: none, put: none },
    });
    expect(names(found).toSorted()).toEqual(["getOrderLines", "getThing", "postOrders", "putOrderLines"]);
  });

  test.each(["delete", "then", "日本", "1st", "a#b"])("%s is replaced", async (operationId) => {
    expect(names(await clean({ [`${operation}/operationId`]: operationId }))).toEqual(["getThing"]);
  });

  test("that collide after casing are told apart, and it is said", async () => {
    const found = await clean({
      "#/paths/~1things": {
        get: { operationId: "get-thing", ...Object(none) },
        post: { operationId: "GetThing", ...Object(none) },
      },
      "#/paths/~1thing": { get: none },
      "#/paths/~1thing~1{a}": { get: none },
    });
    expect(names(found).toSorted()).toEqual(["getThing", "getThing2", "getThingByA", "getThings", "postThings"]);
    expect(found.overlay).toContain('"get-thing" maps to getThing, as does that of GET /things/{id}.');
  });
});

test("input fields that collide get names of their own, wherever their parameter is used", async () => {
  const { model, overlay } = await clean({
    "#/components/parameters": { Id: query("id") },
    [`${operation}/parameters/1`]: { $ref: "#/components/parameters/Id" },
    [`${operation}/parameters/2`]: query("page-size"),
    [`${operation}/parameters/3`]: query("page_size"),
    [`${operation}/parameters/4`]: query("filter[it's]", { required: true }),
    [`${operation}/parameters/5`]: query("class"),
    "#/paths/~1things": {
      post: {
        operationId: "addThing",
        parameters: [query("name"), { $ref: "#/components/parameters/Id" }],
        requestBody: {
          required: true,
          content: json({ type: "object", required: ["name"], properties: { name: { type: "string" } } }),
        },
        responses: { "204": { description: "Done." } },
      },
    },
  });
  const fields = model.operations.map(({ input }) => input.fields.map(({ name }) => name));
  expect(fields).toEqual([
    ["id", "queryId", "pageSize", "queryPageSize", "filterItS", "queryClass"],
    ["queryName", "queryId", "name"],
  ]);
  expect(overlay).toContain("x-inv-name: queryId");
});

describe("credentials", () => {
  const schemes = "#/components/securitySchemes";

  test("say which value the caller brings, and that the page is to be checked", async () => {
    const flows = { clientCredentials: { tokenUrl: "https://shop.example/token", scopes: { read: "Read." } } };
    const { document, notes } = await clean({
      "#/security": [{ key: [] }, { other: [] }, { basic: [] }, { oauth: ["read"] }, { bearer: [] }, { query: [] }, {}],
      [`${schemes}/other`]: { type: "apiKey", in: "header", name: "X-Other" },
      [`${schemes}/basic`]: { type: "http", scheme: "basic" },
      [`${schemes}/bearer`]: { type: "http", scheme: "Bearer" },
      [`${schemes}/oauth`]: { type: "oauth2", flows },
      [`${schemes}/query`]: { type: "apiKey", in: "query", name: "key" },
    });
    const page = "https://shop.example/docs";
    const secret = { secret: true, page };
    const of = (name: string) => at(document, `${schemes}/${name}/x-inv-credential`);
    expect(of("key")).toEqual([{ option: "apiKey", variable: "ACME_POS_API_KEY", ...secret }]);
    expect(of("other")).toEqual([{ option: "otherApiKey", variable: "ACME_POS_OTHER_API_KEY", ...secret }]);
    expect(of("basic")).toEqual([
      { option: "username", variable: "ACME_POS_USERNAME", secret: false, page },
      { option: "password", variable: "ACME_POS_PASSWORD", ...secret },
    ]);
    expect(of("oauth")).toEqual([
      { option: "accessToken", variable: "ACME_POS_ACCESS_TOKEN", ...secret, scope: "read" },
    ]);
    expect(of("query")).toBeUndefined();
    expect(at(document, `${operation}/security`)).toEqual([
      { key: [] },
      { other: [] },
      { basic: [] },
      { oauth: ["read"] },
      { bearer: [] },
    ]);
    expect(notes.join("\n")).toContain('Where is the credential for "key" made?');
  });

  test("that an operation does not name are those that the document describes", async () => {
    const { document, notes } = await clean({ [`${operation}/security`]: [] });
    expect(at(document, `${operation}/security`)).toEqual([{ key: [] }]);
    expect(notes.join("\n")).toContain("The document names no credential for GET /things/{id}");
  });

  test("are made at an address that ends before the sentence does", async () => {
    for (const description of [
      "See https://shop.example/token, then wait.",
      "Made at https://shop.example/token.",
      "**https://shop.example/token**",
    ]) {
      const { document } = await clean({ [`${schemes}/key/description`]: description });
      expect(at(document, `${schemes}/key/x-inv-credential/0/page`)).toBe("https://shop.example/token");
    }
  });

  test("that no document names are assumed, and it is said", async () => {
    const { document, notes } = await clean({ "#/security": [], [schemes]: {} });
    expect(at(document, `${schemes}/assumed/description`)).toMatch(/^Assumed: /);
    expect(notes.join("\n")).toContain("The document does not say how to sign in.");
  });
});

describe("what a client cannot do", () => {
  test("is removed where the operation makes sense without it", async () => {
    const { model, notes } = await clean({
      [`${operation}/parameters/1`]: query("session", { in: "cookie" }),
      [`${operation}/parameters/2`]: query("Authorization", { in: "header", required: true }),
      [`${operation}/parameters/3`]: query("deep", { style: "deepObject", schema: { type: "object" } }),
      [`${operation}/parameters/4`]: { name: "raw", in: "query", content: json({ type: "string" }) },
      [`${operation}/parameters/5`]: query("csv", {
        explode: false,
        schema: { type: "array", items: { type: "string" } },
      }),
      [`${operation}/parameters/6`]: query("plain", { allowReserved: true }),
    });
    expect(model.operations[0]?.input.query).toEqual([
      ["csv", "csv"],
      ["plain", "plain"],
    ]);
    expect(notes.filter((note) => note.includes("has no parameter"))).toHaveLength(3);
  });

  test.each<[string, Readonly<Record<string, Json>>]>([
    ["a required cookie", { [`${operation}/parameters/1`]: query("session", { in: "cookie", required: true }) }],
    ["a success that is not JSON", { [`${answer}/content`]: { "text/csv": { schema: { type: "string" } } } }],
    ["no success", { [`${operation}/responses`]: { "404": { description: "None." } } }],
    ["an answer that nothing fits", { [body]: { type: "string", minLength: 3n, maxLength: 2n } }],
    [
      "a schema that is composed of itself",
      {
        "#/components/schemas/Loop": { allOf: [{ $ref: "#/components/schemas/Loop" }] },
        [body]: { $ref: "#/components/schemas/Loop" },
      },
    ],
    [
      "a credential in the query",
      {
        [`${operation}/security`]: [{ q: [] }],
        "#/components/securitySchemes/q": { type: "apiKey", in: "query", name: "q" },
      },
    ],
  ])("leaves an operation with %s out, or refuses it where it was asked for", async (_, changes) => {
    const other = { "#/paths/~1other": { get: { operationId: "getOther", ...Object(none) } } };
    const { model, overlay, notes } = await clean({ ...changes, ...other });
    expect(model.operations.map(({ name }) => name)).toEqual(["getOther"]);
    expect(overlay).toContain("x-inv-operations:\n  - GET /other\n");
    expect(notes.join("\n")).toContain("GET /things/{id} is left out: ");
    const { message, pointer } = await refusal(() =>
      corrected(vendored({ ...changes, ...other }), ["GET /things/{id}"]),
    );
    expect([message.includes("GET /things/{id} cannot be had: "), pointer.startsWith("#/")]).toEqual([true, true]);
  });

  test("is put right where that changes nothing for the provider", async () => {
    const { document, model } = await clean({
      "#/servers": [
        { url: "http://{region}.shop.example/v1", variables: { region: { default: "eu" } } },
        { url: "/v1" },
      ],
      "#/paths/~1any~1{key}": {
        parameters: [query("key", { in: "path" })],
        put: {
          requestBody: {
            required: true,
            content: { "*/*": { schema: { type: "object", properties: { "line-item": { type: "string" } } } } },
          },
          responses: { default: { description: "Done.", content: { "*/*": { schema: { type: "string" } } } } },
        },
      },
    });
    expect(document["servers"]).toEqual([{ url: "https://eu.shop.example/v1" }]);
    expect(model.operations[1]?.input).toMatchObject({ path: [["key", "key"]], body: "body" });
    expect(model.operations[1]?.successes.map(({ status }) => status)).toEqual(["200"]);
  });
});

test("ids, integers of 64 bits and numbers with fractions are exact, and it is said of which that is assumed", async () => {
  const { document, notes } = await clean({
    [body]: { $ref: "#/components/schemas/Thing" },
    "#/components/schemas/Thing": {
      type: "object",
      properties: {
        id: { type: "integer" },
        parent_ids: { type: "array", items: { type: "integer", format: "int64" } },
        count: { type: "integer", format: "int64" },
        stateId: { type: "integer", enum: [1n, 2n], format: "int64" },
        seen: { type: "integer", example: 9007199254740993n },
        quantity: { type: "number" },
        small: { type: "number", format: "int32" },
        long: { type: "integer", format: "int32", example: 9007199254740993n },
        steps: { type: "number", enum: [0.5, 1n] },
        width: { oneOf: [{ type: "number", minimum: 1n }, { type: "integer" }] },
        depth: { oneOf: [{ type: "number" }, { type: "integer", format: "int64" }] },
        limit: { oneOf: [{ type: "number" }, { type: "string", enum: ["none"] }] },
        isOn: { oneOf: [{ type: "number" }, { type: "boolean" }] },
      },
    },
    [`${operation}/parameters/1`]: query("above", { schema: { type: "number" } }),
    [`${operation}/responses/404`]: {
      description: "None.",
      content: json({ type: "object", properties: { rate: { type: "number" } } }),
    },
  });
  const properties = "#/components/schemas/Thing/properties";
  expect(at(document, properties)).toMatchObject({
    id: { "x-inv-type": "id" },
    parent_ids: { items: { "x-inv-type": "id" } },
    count: { "x-inv-type": "decimal" },
    stateId: { type: "integer", enum: [1n, 2n] },
    seen: { "x-inv-type": "decimal" },
    quantity: { "x-inv-type": "decimal" },
    depth: { oneOf: [{ "x-inv-type": "decimal" }, { "x-inv-type": "decimal" }] },
    limit: { oneOf: [{ "x-inv-type": "decimal" }, {}] },
  });
  expect(at(document, `${properties}/long/format`)).toBeUndefined();
  for (const plain of ["small", "steps", "width/oneOf/0", "width/oneOf/1", "isOn/oneOf/0"])
    expect(at(document, `${properties}/${plain}/x-inv-type`), plain).toBeUndefined();
  expect(at(document, `${operation}/parameters/1/schema/x-inv-type`)).toBe("decimal");
  // Of an error nothing is made exact: its body is as it was sent.
  const error = `${operation}/responses/404/content/application~1json/schema`;
  expect(at(document, `${error}/properties/rate`)).toEqual({ type: "number" });
  const marked = [
    `${operation}/parameters/1/schema`,
    ...["quantity", "limit/oneOf/0"].map((name) => `${properties}/${name}`),
  ];
  expect(notes.filter((note) => note.includes("x-inv-type"))).toEqual([
    `Numbers that may have a fraction are exact text (\`x-inv-type: decimal\`); take the mark away where a JavaScript number is meant: ${marked.join(", ")}.`,
  ]);
});

describe("exchanges", () => {
  test("take the document's examples where they fit, and say which are made", async () => {
    const { document } = await clean({
      [`${answer}/content/application~1json`]: {
        schema: {
          type: "object",
          required: ["name"],
          properties: { name: { type: "string" }, at: { type: "string", format: "date-time" } },
        },
        examples: { "Not this": { value: { name: 5n } }, Mug: { value: { name: "Mug" } } },
      },
      [`${operation}/parameters/0/example`]: "mug-1",
      [`${operation}/responses/404`]: {
        description: "None.",
        content: json({ type: "object", properties: { code: { type: "string", pattern: "^[A-Z]{3}$" } } }),
      },
      [`${operation}/responses/401`]: { description: "No." },
    });
    expect(at(document, `${answer}/content/application~1json/examples`)).toEqual({ ok: { value: { name: "Mug" } } });
    expect(at(document, `${operation}/responses/404/content/application~1json/examples`)).toEqual({
      "not-found": { summary: "Made from the schema", value: { code: "AAA" } },
    });
    expect(at(document, `${operation}/parameters/0/examples`)).toEqual({
      ok: { value: "mug-1" },
      "status-401": { value: "mug-1" },
      "not-found": { value: "mug-1" },
    });
  });

  test("of shared answers and parameters are written once", async () => {
    const { overlay = "" } = await clean({
      "#/components/responses/NotFound": { description: "None.", content: json({ type: "object" }) },
      "#/components/parameters": { Id: { name: "id", in: "path", required: true, schema: { type: "string" } } },
      [`${operation}/parameters/0`]: { $ref: "#/components/parameters/Id" },
      [`${operation}/responses/404`]: { $ref: "#/components/responses/NotFound" },
      [`${operation}/responses/410`]: { $ref: "#/components/responses/NotFound" },
      "#/paths/~1others~1{id}": {
        get: {
          parameters: [{ $ref: "#/components/parameters/Id" }],
          responses: { "204": { description: "" }, "404": { $ref: "#/components/responses/NotFound" } },
        },
      },
    });
    expect(overlay.split("target: $.components.responses.NotFound.content['application/json']\n")).toHaveLength(2);
    expect(overlay.split("target: $.components.parameters.Id\n")).toHaveLength(2);
  });

  test.each<[string, Json]>([
    ["bounds", { type: "integer", minimum: 10n, maximum: 20n, multipleOf: 7n }],
    ["an open bound", { type: "number", minimum: 0n, exclusiveMinimum: true, maximum: 1n }],
    [
      "formats",
      {
        type: "object",
        required: ["a", "b", "c"],
        properties: {
          a: { type: "string", format: "uuid" },
          b: { type: "string", format: "uri" },
          c: { type: "string", format: "email" },
        },
      },
    ],
    ["different items", { type: "array", minItems: 3n, uniqueItems: true, items: { type: "string", format: "date" } }],
    ["a map", { type: "object", minProperties: 2n, additionalProperties: { type: "integer" } }],
    [
      "alternatives that are not exclusive",
      {
        oneOf: [
          { type: "object", properties: { a: { type: "string" } } },
          { type: "object", properties: { b: { type: "string" } } },
        ],
      },
    ],
    [
      "null beside allOf",
      {
        type: "object",
        required: ["a"],
        properties: { a: { nullable: true, allOf: [{ $ref: "#/components/schemas/Tree" }] } },
      },
    ],
    ["itself", { $ref: "#/components/schemas/Tree" }],
    [
      "a discriminator",
      {
        oneOf: [{ $ref: "#/components/schemas/Tree" }, { $ref: "#/components/schemas/Leaf" }],
        discriminator: { propertyName: "kind" },
      },
    ],
    ["a pattern that is none", { type: "string", pattern: "[" }],
    ["a pattern that takes for ever", { type: "string", pattern: "^(\\w+\\s?)*$", minLength: 40n }],
  ])("are made for a schema with %s", async (_, schema) => {
    const { model } = await clean({
      [body]: schema,
      "#/components/schemas/Tree": {
        type: "object",
        required: ["kind"],
        properties: {
          kind: { type: "string" },
          inner: { type: "array", items: { $ref: "#/components/schemas/Tree" } },
        },
      },
      "#/components/schemas/Leaf": {
        type: "object",
        required: ["kind"],
        properties: { kind: { type: "string" }, size: { type: "integer" } },
      },
    });
    expect(model.operations).toHaveLength(1);
  });
});

test("names with quotes, dots, slashes and brackets are reached, and nothing of them acts on a terminal", async () => {
  const name = 'it\'s a.b/c["d"]';
  const { notes, overlay = "" } = await clean({
    [body]: { $ref: `#/components/schemas/${name.replaceAll("/", "~1").replaceAll('"', "%22")}` },
    [`#/components/schemas/${name.replaceAll("/", "~1")}`]: {
      type: "object",
      properties: { "x\u001b[31m[]'": { type: "integer", format: "int64" } },
    },
    "#/paths/~1o'clock~1a.b[c]~1{x}": {
      get: { ...Object(none), parameters: [query("x[]", { required: true }), query("\u001b[2J", { in: "cookie" })] },
    },
  });
  expect(overlay).toContain("$.paths['/o\\'clock/a.b\\u005bc\\u005d/{x}']");
  expect(notes.join("\n")).not.toContain("\u001b");
});

test.each([true, false])(
  "200 made documents (3.0: %s) are corrected so that nothing is left to find, or refused",
  { timeout: 120_000 },
  async (isOld) => {
    const texts = new Map<string, string>();
    let refused = 0;
    for (const [index, document] of fc.sample(documents(isOld), { numRuns: 200, seed: 20_261_121 }).entries())
      try {
        texts.set(`document-${index}`, (await corrected(document)).text);
      } catch (error) {
        if (!(error instanceof SpecError)) throw error;
        expect([error.kind, error.pointer.startsWith("#")]).toEqual([error.kind, true]);
        refused += 1;
      }
    const found = await lintWithRedocly(texts);
    console.log(`${texts.size} corrected, ${refused} refused`);
    expect([...found].filter(([, problems]) => problems.length > 0)).toEqual([]);
    // Otherwise the documents say little.
    expect(texts.size).toBeGreaterThan(80);
    expect(textOf(documentOf(texts), "openapi")).toBe(isOld ? "3.0.3" : "3.1.0");
  },
);

function documentOf(texts: ReadonlyMap<string, string>): JsonObject {
  const [text = ""] = texts.values();
  return yaml(text);
}
