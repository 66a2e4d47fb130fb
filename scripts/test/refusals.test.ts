import { describe, expect, test } from "vitest";
import { toEffective } from "../pipeline/effective.ts";
import { generateFiles } from "../pipeline/emit/generated-files.ts";
import type { Json, JsonObject } from "../pipeline/json.ts";
import { readModel } from "../pipeline/model.ts";
import { refusal, smallDocument } from "./support.ts";

const operation = "#/paths/~1things~1{id}/get";
const parameters = `${operation}/parameters`;
const schemas = "#/components/schemas";
const thing = `${schemas}/Thing/properties`;
const query = (name: string, more: JsonObject = {}): Json => ({
  name,
  in: "query",
  schema: { type: "string" },
  ...more,
});
const body = (schema: Json, required = true): Json => ({ required, content: { "application/json": { schema } } });

const reading = (changes: Readonly<Record<string, Json>>) => refusal(() => readModel("things", smallDocument(changes)));

test("the small document is not refused", () => {
  expect(readModel("things", smallDocument()).operations.map(({ name }) => name)).toEqual(["getThing"]);
});

describe("refuses, with kind and pointer,", () => {
  test.each<[string, Readonly<Record<string, Json>>, string, string]>([
    ["another version of OpenAPI", { "#/openapi": "2.0" }, "structure", "#/openapi"],
    ["an unknown x-inv key", { [`${operation}/x-inv-saef`]: true }, "extension", `${operation}/x-inv-saef`],
    [
      "an unknown x-inv key where nothing is read",
      { "#/info/contact": { "x-inv-note": 1n } },
      "extension",
      "#/info/contact/x-inv-note",
    ],
    ["an unknown x-inv key between the paths", { "#/paths/x-inv-note": 1n }, "extension", "#/paths/x-inv-note"],
    ["an x-inv key in the wrong place", { "#/info/x-inv-safe": true }, "extension", "#/info/x-inv-safe"],
    ["x-inv-name on an operation", { [`${operation}/x-inv-name`]: "a" }, "extension", `${operation}/x-inv-name`],
    ["x-inv-name that is no text", { [`${parameters}/0/x-inv-name`]: 1n }, "extension", `${parameters}/0/x-inv-name`],
    ["x-inv-name in another case", { [`${parameters}/0/x-inv-name`]: "a_b" }, "name", `${parameters}/0/x-inv-name`],
    ["x-inv-name that is reserved", { [`${parameters}/0/x-inv-name`]: "class" }, "name", `${parameters}/0/x-inv-name`],
    [
      "x-inv-name that another field has",
      { [`${parameters}/1`]: query("q", { "x-inv-name": "id" }) },
      "parameter",
      `${parameters}/1`,
    ],
    ["x-inv-safe on a GET", { [`${operation}/x-inv-safe`]: true }, "extension", `${operation}/x-inv-safe`],
    ["x-inv-safe that is not true", { [`${operation}/x-inv-safe`]: "yes" }, "extension", `${operation}/x-inv-safe`],
    [
      "a rate limit without scope",
      { "#/x-inv-rate-limit": { requests: 1n, windowMs: 1n } },
      "extension",
      "#/x-inv-rate-limit/scope",
    ],
    [
      "a rate limit of zero",
      { "#/x-inv-rate-limit": { requests: 0n, windowMs: 1n, scope: "ip" } },
      "extension",
      "#/x-inv-rate-limit/requests",
    ],
    [
      "a rate limit with an unknown key",
      { "#/x-inv-rate-limit": { requests: 1n, windowMs: 1n, scope: "ip", burst: 1n } },
      "extension",
      "#/x-inv-rate-limit/burst",
    ],
    ["an unknown x-inv-type", { [`${thing}/name/x-inv-type`]: "uuid" }, "extension", `${thing}/name/x-inv-type`],
    [
      "x-inv-type without a scalar type",
      { [`${thing}/name`]: { type: "array", items: {}, "x-inv-type": "id" } },
      "extension",
      `${thing}/name/x-inv-type`,
    ],
    [
      "a decimal that is an int32",
      { [`${thing}/name`]: { type: "integer", format: "int32", "x-inv-type": "decimal" } },
      "extension",
      `${thing}/name/x-inv-type`,
    ],
    ["x-inv-type beside an enum", { [`${thing}/kind/x-inv-type`]: "id" }, "extension", `${thing}/kind/x-inv-type`],
    [
      "a credential without page",
      { "#/components/securitySchemes/key/x-inv-credential": [{ option: "a", variable: "A", secret: true }] },
      "extension",
      "#/components/securitySchemes/key/x-inv-credential/0/page",
    ],
    [
      "a credential that is not a list",
      { "#/components/securitySchemes/key/x-inv-credential": {} },
      "extension",
      "#/components/securitySchemes/key/x-inv-credential",
    ],
    ["an operation without operationId", { [`${operation}/operationId`]: "" }, "name", operation],
    [
      "two operations with one name",
      { "#/paths/~1other": { get: { operationId: "get-thing", responses: { "200": { description: "" } } } } },
      "name",
      "#/paths/~1other/get/operationId",
    ],
    ["a name for query and path", { [`${parameters}/1`]: query("id") }, "parameter", `${parameters}/1`],
    [
      "two parameters with one name after casing",
      { [`${parameters}/1`]: query("item_id"), [`${parameters}/2`]: query("item-id") },
      "parameter",
      `${parameters}/2`,
    ],
    [
      "a name for parameter and body field",
      { [`${operation}/requestBody`]: body({ type: "object", properties: { id: {} } }) },
      "parameter",
      `${operation}/requestBody/content/application~1json/schema/properties/id`,
    ],
    [
      "the same parameter twice",
      { [`${parameters}/1`]: query("q"), [`${parameters}/2`]: query("q") },
      "parameter",
      `${parameters}/2`,
    ],
    [
      "a path parameter that is not described",
      { "#/paths/~1b~1{x}": { get: { operationId: "b", responses: { "200": { description: "" } } } } },
      "parameter",
      "#/paths/~1b~1{x}/get",
    ],
    [
      "a described path parameter that is not in the path",
      { [`${parameters}/1`]: { name: "x", in: "path", required: true, schema: {} } },
      "parameter",
      operation,
    ],
    ["a cookie", { [`${parameters}/1`]: { name: "c", in: "cookie", schema: {} } }, "parameter", `${parameters}/1/in`],
    [
      "an unusual style",
      { [`${parameters}/1`]: query("q", { style: "deepObject" }) },
      "parameter",
      `${parameters}/1/style`,
    ],
    ["explode: false", { [`${parameters}/1`]: query("q", { explode: false }) }, "parameter", `${parameters}/1/explode`],
    [
      "an object as a parameter",
      { [`${parameters}/1`]: query("q", { schema: { type: "object" } }) },
      "parameter",
      `${parameters}/1/schema`,
    ],
    ["a list in the path", { [`${parameters}/0/schema`]: { type: "array" } }, "parameter", `${parameters}/0/schema`],
    [
      "a parameter with content",
      { [`${parameters}/1`]: { name: "q", in: "query", content: {} } },
      "parameter",
      `${parameters}/1/content`,
    ],
    [
      "a body that is not JSON",
      { [`${operation}/requestBody`]: { content: { "text/xml": {} } } },
      "media-type",
      `${operation}/requestBody/content`,
    ],
    [
      "a success that is not JSON",
      { [`${operation}/responses/200/content`]: { "text/csv": {} } },
      "media-type",
      `${operation}/responses/200/content`,
    ],
    [
      "an operation without success",
      { [`${operation}/responses`]: { "404": { description: "" } } },
      "structure",
      `${operation}/responses`,
    ],
    [
      "a status that is none",
      { [`${operation}/responses/2000`]: { description: "" } },
      "structure",
      `${operation}/responses/2000`,
    ],
    [
      "an int64 without x-inv-type",
      { [`${thing}/name`]: { type: "integer", format: "int64" } },
      "number",
      `${thing}/name`,
    ],
    ["an unknown type", { [`${thing}/name/type`]: "int" }, "structure", `${thing}/name/type`],
    [
      "a dangling reference",
      { [`${thing}/name`]: { $ref: "#/components/schemas/Gone" } },
      "dangling-ref",
      `${thing}/name/$ref`,
    ],
    [
      "a reference that leads to itself",
      { [`${schemas}/Loop`]: { $ref: "#/components/schemas/Loop" } },
      "dangling-ref",
      `${schemas}/Loop/$ref`,
    ],
    [
      "a reference through the prototype",
      { [`${thing}/name`]: { $ref: "#/components/constructor/prototype" } },
      "dangling-ref",
      `${thing}/name/$ref`,
    ],
  ])("%s", async (_, changes, kind, pointer) => {
    const refused = await reading(changes);
    expect({ kind: refused.kind, pointer: refused.pointer }).toEqual({ kind, pointer });
    expect(refused.message.startsWith(`${pointer}: `)).toBe(true);
  });
});

test.each([
  ["file:///etc/passwd"],
  ["/etc/passwd"],
  ["../../.env"],
  ["\\\\host\\share"],
  ["C:\\secret"],
  ["other.yaml#/components/schemas/A"],
])("X01 refuses the reference %s without reading it", async (ref) => {
  const { kind, pointer } = await reading({ [`${thing}/name`]: { $ref: ref } });
  expect({ kind, pointer }).toEqual({ kind: "external-ref", pointer: `${thing}/name/$ref` });
});

test.each([["http://169.254.169.254/latest"], ["https://localhost/spec.yaml"], ["//[::ffff:7f00:1]/a"]])(
  "X02 refuses the reference %s without looking it up",
  async (ref) => {
    expect((await reading({ [`${thing}/name`]: { $ref: ref } })).kind).toBe("external-ref");
  },
);

test.each<[string, Readonly<Record<string, Json>>]>([
  [
    "an example",
    { [`${operation}/responses/200/content/application~1json/examples/mug/value`]: { $ref: "https://evil.example/x" } },
  ],
  [
    "an externalValue",
    {
      [`${operation}/responses/200/content/application~1json/examples/mug`]: {
        externalValue: "https://evil.example/x",
      },
    },
  ],
  ["a vendor's extension", { "#/x-vendor": { $ref: "./x.yaml" } }],
  [
    "a discriminator's mapping",
    { [`${schemas}/Thing/discriminator`]: { propertyName: "kind", mapping: { a: "./a.yaml" } } },
  ],
  ["a $dynamicRef", { [`${thing}/name`]: { $dynamicRef: "#node" } }],
])("X02 refuses an outside reference in %s", async (_, changes) => {
  expect((await reading(changes)).kind).toBe("external-ref");
});

test("X05 generates from a ring of 1,000 references, and from a schema that contains itself", async () => {
  const changes: Record<string, Json> = { [`${thing}/ring`]: { $ref: `${schemas}/R0` } };
  for (let index = 0; index < 1000; index += 1)
    changes[`${schemas}/R${index}`] = {
      type: "object",
      properties: { next: { $ref: `${schemas}/R${(index + 1) % 1000}` }, count: { type: "integer" } },
    };
  const { files } = await generateFiles("things", toEffective(smallDocument(changes)));
  expect(files.get("src/generated/facts.ts")).toContain('ref: "R0"');
});

test("X05 refuses a chain of 100,000 references without hanging", async () => {
  const document = smallDocument();
  const chain = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, index) => [`C${index}`, { $ref: `${schemas}/C${index + 1}` }]),
  );
  Object.assign(document["components"] ?? {}, { schemas: { ...chain, Thing: { type: "object" } } });
  expect((await refusal(() => readModel("things", document))).kind).toBe("dangling-ref");
});

test("a required body of properties is flat, any other is one field", () => {
  const object = { type: "object", properties: { a: { type: "string" }, b: { type: "string", readOnly: true } } };
  expect(bodyOf(object)).toEqual(["a"]);
  expect(bodyOf(object, false)).toBe("body");
  expect(bodyOf({ type: "array", items: {} })).toBe("body");
  expect(bodyOf({ ...object, additionalProperties: true })).toBe("body");
  expect(bodyOf({ ...object, additionalProperties: false })).toEqual(["a"]);
});

test("x-inv-name names the input field, whatever the parameter is called", async () => {
  const named = query("filter[name]'s", { "x-inv-name": "name" });
  const [operationModel] = readModel("things", smallDocument({ [`${parameters}/1`]: named })).operations;
  expect(operationModel?.input.query).toEqual([["filter[name]'s", "name"]]);
  const { message } = await reading({ [`${parameters}/1`]: query("item_id"), [`${parameters}/2`]: query("item-id") });
  expect(message).toContain("give one of the parameters an x-inv-name");
});

test("an extension that is not ours is passed on and never read", () => {
  const model = readModel(
    "things",
    smallDocument({ "#/x-scope": { anything: 1n }, [`${thing}/x-inv-odd`]: { type: "string" } }),
  );
  expect(model.document["x-scope"]).toEqual({ anything: 1n });
});

function bodyOf(schema: Json, required?: boolean): readonly string[] | string | undefined {
  const document = smallDocument({ [`${operation}/requestBody`]: body(schema, required) });
  return readModel("things", document).operations[0]?.input.body;
}
