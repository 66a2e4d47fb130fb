import { create, drop, item, list, media, pair, put, remove } from "../pair.js";
import type { Pair } from "../pair.js";

const ok = `${list}/responses/200`;
const made = `${create}/responses/201`;
const schema = (type: string) => ({
  description: "More.",
  content: { "application/json": { schema: { $ref: `#/components/schemas/${type}` } } },
});

export const responses: readonly Pair[] = [
  pair("optional-response-field-removed", "major", "an optional field goes", [drop(`${item}/name`)]),
  pair("optional-response-field-removed", "major", "an optional field goes from an object within", [
    drop(`${item}/place/properties/row`),
  ]),
  pair("optional-response-field-removed", "major", "a field of one branch goes", [
    drop("/components/schemas/Tea/properties/grams"),
  ]),
  pair("optional-response-field-removed", "major", "an optional field of an error goes", [
    drop("/components/schemas/Problem/properties/code"),
  ]),
  pair("optional-response-field-removed", "major", "an optional header goes", [drop(`${ok}/headers/X-Page`)]),
  pair("optional-response-field-removed", "major", "a required header becomes optional", [
    drop(`${ok}/headers/X-Total/required`),
  ]),
  pair("optional-response-field-removed", "minor", "a header comes", [
    put(`${ok}/headers/X-More`, { schema: { type: "string" } }),
  ]),
  pair("optional-response-field-removed", "none", "a header is spelled in lower case", [
    drop(`${ok}/headers/X-Page`),
    put(`${ok}/headers/x-page`, { schema: { type: "integer" } }),
  ]),
  pair("required", "minor", "a field comes", [put(`${item}/weight`, { type: "number" })]),
  pair("required", "major", "a required field becomes optional", [
    put("/components/schemas/Item/required", ["id", "state"]),
  ]),
  pair("required", "minor", "an optional field becomes required", [
    put("/components/schemas/Item/required", ["id", "state", "quantity", "name"]),
  ]),
  pair("response-enum-widening", "minor", "a response enum gains a value", [
    put(`${item}/state/enum`, ["active", "archived", "lost"]),
  ]),
  pair("response-narrowing", "minor", "a response enum loses a value", [put(`${item}/state/enum`, ["active"])]),
  pair("response-enum-widening", "minor", "a response enum becomes any string", [drop(`${item}/state/enum`)]),
  pair("nullability", "major", "a field becomes nullable", [put(`${item}/name/type`, ["string", "null"])]),
  pair("response-narrowing", "minor", "a field is no longer nullable", [put(`${item}/note/type`, "string")]),
  pair("wire-compatible-type-change", "major", "a field may be a string or a number", [
    put(`${item}/name/type`, ["string", "number"]),
  ]),
  pair("wire-compatible-type-change", "major", "a number becomes an exact decimal", [
    put(`${item}/price/x-inv-type`, "decimal"),
  ]),
  pair("invisible-to-types", "major", "a string becomes an id", [put(`${item}/name/x-inv-type`, "id")]),
  pair("invisible-to-types", "major", "a response format changes", [put(`${item}/quantity/format`, "int64")]),
  pair("invisible-to-types", "major", "a response format goes", [drop(`${item}/id/format`)]),
  pair("invisible-to-types", "minor", "a response format comes", [put(`${item}/name/format`, "email")]),
  pair("invisible-to-types", "major", "a response integer becomes a number", [
    put(`${item}/place/properties/row/type`, "number"),
  ]),
  pair("invisible-to-types", "minor", "a response number becomes an integer", [put(`${item}/price/type`, "integer")]),
  pair("response-constraint-loosened", "minor", "a response maxLength rises", [put(`${item}/name/maxLength`, 80)]),
  pair("response-constraint-loosened", "minor", "a response maxLength goes", [drop(`${item}/name/maxLength`)]),
  pair(
    "response-constraint-loosened",
    "minor",
    "a response pattern changes",
    [put(`${item}/name/pattern`, "^b")],
    [put(`${item}/name/pattern`, "^a")],
  ),
  pair("read-write-only", "major", "a readable field becomes writeOnly", [put(`${item}/name/writeOnly`, true)]),
  pair("read-write-only", "minor", "a response field is no longer readOnly", [drop(`${item}/id/readOnly`)]),
  pair("discriminator", "major", "a discriminator names another property", [
    put("/components/schemas/Goods/discriminator/propertyName", "sort"),
  ]),
  pair("discriminator", "major", "a discriminator mapping loses an entry", [
    drop("/components/schemas/Goods/discriminator/mapping/tea"),
  ]),
  pair("discriminator", "major", "a discriminator mapping points elsewhere", [
    put("/components/schemas/Goods/discriminator/mapping/tea", "#/components/schemas/Mug"),
  ]),
  pair("discriminator-grows", "minor", "a discriminator mapping gains an entry", [
    put("/components/schemas/Goods/discriminator/mapping/infusion", "#/components/schemas/Tea"),
  ]),
  pair(
    "discriminator-grows",
    "minor",
    "a mapping within another schema gains an entry",
    [put(`${item}/goods/discriminator/mapping/infusion`, "#/components/schemas/Tea")],
    [
      put(`${item}/goods`, {
        oneOf: [{ $ref: "#/components/schemas/Mug" }, { $ref: "#/components/schemas/Tea" }],
        discriminator: {
          propertyName: "type",
          mapping: { mug: "#/components/schemas/Mug", tea: "#/components/schemas/Tea" },
        },
      }),
      drop("/components/schemas/Goods"),
    ],
  ),
  pair(
    "composition-in-responses",
    "major",
    "a response union gets a further branch",
    [put("/components/schemas/Either/anyOf/-", { type: "number" })],
    [
      put("/components/schemas/Either", { anyOf: [{ type: "string" }, { type: "boolean" }] }),
      put(`${item}/name`, { $ref: "#/components/schemas/Either" }),
    ],
  ),
  pair(
    "response-narrowing",
    "minor",
    "a response union loses a branch",
    [drop("/components/schemas/Either/anyOf/1")],
    [
      put("/components/schemas/Either", { anyOf: [{ type: "string" }, { type: "boolean" }] }),
      put(`${item}/name`, { $ref: "#/components/schemas/Either" }),
    ],
  ),
  pair(
    "composition-in-responses",
    "major",
    "a part of an allOf goes",
    [drop(`${item}/place/allOf/1`)],
    [
      put(`${item}/place`, {
        allOf: [{ $ref: "#/components/schemas/Problem" }, { $ref: "#/components/schemas/StockEvent" }],
      }),
    ],
  ),
  pair("success-status-added", "minor", "a further success with an old body", [
    put(`${create}/responses/200`, schema("Item")),
  ]),
  pair("success-status-added", "major", "a further success with another body", [
    put(`${create}/responses/202`, schema("Problem")),
  ]),
  pair("success-status-added", "major", "a further success without a body", [
    put(`${create}/responses/204`, { description: "None." }),
  ]),
  pair("success-status-added", "minor", "a further empty success where the old one is empty", [
    put(`${remove}/responses/202`, { description: "Later." }),
  ]),
  pair("success-status-added", "major", "a success goes", [
    drop(`${list}/responses/200`),
    put(`${list}/responses/206`, schema("ItemPage")),
  ]),
  pair("error-status", "minor", "an error status comes", [put(`${list}/responses/404`, schema("Problem"))]),
  pair("error-status", "major", "an error status goes", [drop(`${list}/responses/401`)]),
  pair("media-union", "minor", "a further response media type", [
    put(`${made}/content/application~1xml`, { schema: { $ref: "#/components/schemas/Item" } }),
  ]),
  pair(
    "exported-names",
    "major",
    "a response media type goes",
    [drop(`${made}/content/application~1xml`)],
    [put(`${made}/content/application~1xml`, { schema: { $ref: "#/components/schemas/Item" } })],
  ),
  pair("composition-in-responses", "major", "a body loses its schema", [drop(`${made}/${media}/schema`)]),
  pair("consumer-built-responses", "minor", "a required field comes", [
    put(`${item}/weight`, { type: "number" }),
    put("/components/schemas/Item/required", ["id", "state", "quantity", "weight"]),
  ]),
  pair("webhook-direction", "major", "a webhook's field goes", [
    drop("/components/schemas/StockEvent/properties/level"),
  ]),
  pair("webhook-direction", "minor", "a webhook gains a required field", [
    put("/components/schemas/StockEvent/properties/at", { type: "string" }),
    put("/components/schemas/StockEvent/required", ["id", "at"]),
  ]),
];
