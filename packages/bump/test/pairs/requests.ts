import { create, drop, fresh, list, media, move, pair, put, remove } from "../pair.js";
import type { Pair } from "../pair.js";

const limit = `${list}/parameters/0`;
const kind = `${list}/parameters/1`;
const ids = `${list}/parameters/2`;
const body = `${create}/requestBody`;

export const requests: readonly Pair[] = [
  pair("request-key-removed", "major", "an optional query parameter goes", [drop(limit)]),
  pair("request-key-removed", "major", "a header parameter goes", [drop(`${list}/parameters/3`)]),
  pair("request-key-removed", "major", "an optional property of a body goes", [drop(`${fresh}/sku`)]),
  pair("request-key-removed", "major", "a query parameter becomes a header", [put(`${limit}/in`, "header")]),
  pair("request-key-removed", "major", "a body goes", [drop(body)]),
  pair("required", "minor", "an optional query parameter comes", [
    put(`${list}/parameters/-`, { name: "page", in: "query", schema: { type: "integer" } }),
  ]),
  pair("required", "major", "a required query parameter comes", [
    put(`${list}/parameters/-`, { name: "page", in: "query", required: true, schema: { type: "integer" } }),
  ]),
  pair("required", "major", "an optional parameter becomes required", [put(`${limit}/required`, true)]),
  pair(
    "required",
    "minor",
    "a required parameter becomes optional",
    [drop(`${limit}/required`)],
    [put(`${limit}/required`, true)],
  ),
  pair("required", "minor", "an optional property of a body comes", [put(`${fresh}/weight`, { type: "number" })]),
  pair("required", "major", "a required property of a body comes", [
    put(`${fresh}/weight`, { type: "number" }),
    put("/components/schemas/NewItem/required", ["name", "weight"]),
  ]),
  pair("required", "major", "an optional property of a body becomes required", [
    put("/components/schemas/NewItem/required", ["name", "sku"]),
  ]),
  pair("required", "minor", "a required property of a body becomes optional", [
    put("/components/schemas/NewItem/required", []),
  ]),
  pair("required", "minor", "a required body becomes optional", [put(`${body}/required`, false)]),
  pair(
    "required",
    "major",
    "an optional body becomes required",
    [put(`${body}/required`, true)],
    [put(`${body}/required`, false)],
  ),
  pair("required", "minor", "an optional body comes", [
    put(`${remove}/requestBody`, { content: { "application/json": { schema: { type: "string" } } } }),
  ]),
  pair("required", "major", "a required body comes", [
    put(`${remove}/requestBody`, { required: true, content: { "application/json": { schema: { type: "string" } } } }),
  ]),
  pair("enum", "minor", "a request enum gains a value", [put(`${kind}/schema/enum`, ["good", "service", "card"])]),
  pair("enum", "major", "a request enum loses a value", [put(`${kind}/schema/enum`, ["good"])]),
  pair("enum", "major", "a request string gets an enum", [put(`${fresh}/sku/enum`, ["A", "B"])]),
  pair("enum", "minor", "a request enum becomes any string", [drop(`${fresh}/state/enum`)]),
  pair(
    "enum",
    "major",
    "an enum that requests and responses share loses a value",
    [put("/components/schemas/State/enum", ["a"])],
    [
      put("/components/schemas/State", { type: "string", enum: ["a", "b"] }),
      put(`${fresh}/state`, { $ref: "#/components/schemas/State" }),
      put("/components/schemas/Item/properties/state", { $ref: "#/components/schemas/State" }),
    ],
  ),
  pair(
    "enum",
    "major",
    "an enum that a parameter and a later response share loses a value",
    [put("/components/schemas/State/enum", ["a"])],
    [
      put("/components/schemas/State", { type: "string", enum: ["a", "b"] }),
      put(`${kind}/schema`, { $ref: "#/components/schemas/State" }),
      put("/components/schemas/Item/properties/state", { $ref: "#/components/schemas/State" }),
    ],
  ),
  pair("nullability", "major", "a request property is no longer nullable", [put(`${fresh}/note/type`, "string")]),
  pair("nullability", "minor", "a request property becomes nullable", [put(`${fresh}/sku/type`, ["string", "null"])]),
  pair("wire-compatible-type-change", "major", "a request number becomes a string", [
    put(`${limit}/schema`, { type: "string" }),
  ]),
  pair("wire-compatible-type-change", "minor", "a request string also takes a number", [
    put(`${fresh}/sku`, { type: ["string", "number"], pattern: "^[A-Z]+$" }),
  ]),
  pair("invisible-to-types", "major", "a request format comes", [put(`${fresh}/name/format`, "email")]),
  pair("invisible-to-types", "major", "a request format changes", [
    put(`${remove}/parameters/0/schema/format`, "email"),
  ]),
  pair("invisible-to-types", "minor", "a request format goes", [drop(`${remove}/parameters/0/schema/format`)]),
  pair(
    "invisible-to-types",
    "major",
    "a request number becomes an integer",
    [put(`${fresh}/weight/type`, "integer")],
    [put(`${fresh}/weight`, { type: "number" })],
  ),
  pair("invisible-to-types", "minor", "a request integer becomes a number", [put(`${fresh}/quantity/type`, "number")]),
  pair("constraint-set", "major", "a request gets a maximum", [put(`${fresh}/quantity/maximum`, 9)]),
  pair("constraint-set", "major", "a request maximum falls", [put(`${limit}/schema/maximum`, 50)]),
  pair("constraint-set", "minor", "a request maximum rises", [put(`${limit}/schema/maximum`, 200)]),
  pair("constraint-set", "major", "a request minimum rises", [put(`${limit}/schema/minimum`, 2)]),
  pair("constraint-set", "minor", "a request minimum goes", [drop(`${limit}/schema/minimum`)]),
  pair("constraint-set", "major", "a request maxLength falls", [put(`${fresh}/name/maxLength`, 40)]),
  pair("constraint-set", "major", "a request maxItems falls", [put(`${fresh}/labels/maxItems`, 4)]),
  pair("constraint-set", "major", "a request pattern changes", [put(`${fresh}/sku/pattern`, "^[a-z]+$")]),
  pair("constraint-set", "minor", "a request pattern goes", [drop(`${fresh}/sku/pattern`)]),
  pair("constraint-set", "major", "a request multipleOf comes", [put(`${fresh}/quantity/multipleOf`, 5)]),
  pair(
    "constraint-set",
    "minor",
    "a request multipleOf becomes a part of itself",
    [put(`${fresh}/quantity/multipleOf`, 5)],
    [put(`${fresh}/quantity/multipleOf`, 10)],
  ),
  pair("constraint-set", "major", "a request list must be unique", [put(`${fresh}/labels/uniqueItems`, true)]),
  pair("constraint-set", "major", "a body refuses further properties", [
    put("/components/schemas/NewItem/additionalProperties", false),
  ]),
  pair("constraint-set", "minor", "a body takes further properties", [
    put("/components/schemas/NewItem/additionalProperties", true),
  ]),
  pair("default-value", "minor", "a request default comes", [put(`${fresh}/sku/default`, "A")]),
  pair("default-value", "minor", "a request default changes", [put(`${limit}/schema/default`, 20)]),
  pair("default-value", "minor", "a request default goes", [drop(`${fresh}/quantity/default`)]),
  pair("wire-serialisation", "major", "a parameter's style changes", [put(`${ids}/style`, "pipeDelimited")]),
  pair("wire-serialisation", "major", "a parameter's explode changes", [put(`${ids}/explode`, false)]),
  pair("wire-serialisation", "none", "a parameter's style is written out", [
    put(`${ids}/style`, "form"),
    put(`${ids}/explode`, true),
  ]),
  pair("wire-serialisation", "major", "a parameter's allowReserved changes", [put(`${ids}/allowReserved`, true)]),
  pair("wire-serialisation", "major", "a parameter is JSON text now", [
    drop(`${ids}/schema`),
    put(`${ids}/content`, { "application/json": { schema: { type: "array", items: { type: "string" } } } }),
  ]),
  pair("wire-serialisation", "major", "a multipart body is encoded another way", [
    put(`${body}/${media}/encoding`, { name: { contentType: "text/plain" } }),
  ]),
  pair("read-write-only", "major", "a writable property becomes readOnly", [put(`${fresh}/sku/readOnly`, true)]),
  pair("read-write-only", "minor", "a request property is no longer writeOnly", [drop(`${fresh}/secret/writeOnly`)]),
  pair("one-of-wrapping", "minor", "a body becomes one branch of a oneOf", [
    put(`${body}/${media}/schema`, {
      oneOf: [{ $ref: "#/components/schemas/NewItem" }, { $ref: "#/components/schemas/Mug" }],
    }),
  ]),
  pair("media", "minor", "a further request media type", [
    put(`${body}/content/application~1xml`, { schema: { $ref: "#/components/schemas/NewItem" } }),
  ]),
  pair("exported-names", "major", "a request media type is renamed", [
    move(`${body}/${media}`, `${body}/content/application~1merge-patch+json`),
  ]),
  pair("not understood", "major", "a keyword that nobody knows", [put(`${fresh}/sku/not`, { const: "X" })]),
  pair(
    "not understood",
    "major",
    "a format within prefixItems",
    [put(`${fresh}/labels/prefixItems/0/format`, "email")],
    [put(`${fresh}/labels/prefixItems`, [{ type: "string" }])],
  ),
  pair("not understood", "major", "an extension of ours that nobody knows", [put(`${list}/x-inv-magic`, true)]),
];
