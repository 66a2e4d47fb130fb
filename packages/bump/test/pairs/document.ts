import { create, drop, item, list, move, pair, put, remove } from "../pair.js";
import type { Pair } from "../pair.js";

const schemes = "/components/securitySchemes";
const scopes = `${schemes}/oauth/flows/clientCredentials/scopes`;
const post = "/webhooks/stockChanged/post";

export const documents: readonly Pair[] = [
  pair("refactoring", "none", "nothing changes", []),
  pair("refactoring", "none", "keys, required and tags stand in another order", [
    put("/components/schemas/Item/required", ["state", "quantity", "id"]),
    move(`${list}/summary`, `${list}/summary`),
    move("/info", "/info"),
  ]),
  pair("refactoring", "patch", "fields stand in another order", [move(`${item}/name`, `${item}/name`)]),
  pair("refactoring", "patch", "paths stand in another order", [move("/paths/~1items", "/paths/~1items")]),
  pair("refactoring", "patch", "enum values stand in another order", [
    put(`${item}/state/enum`, ["archived", "active"]),
  ]),
  pair("refactoring", "none", "a reference is wrapped in an allOf of one", [
    put(`${list}/responses/401/content/application~1json/schema`, {
      allOf: [{ $ref: "#/components/schemas/Problem" }],
    }),
  ]),
  pair("composition-in-responses", "major", "an allOf goes around a discriminated union, whose type becomes an Omit", [
    put(`${item}/goods`, { allOf: [{ $ref: "#/components/schemas/Goods" }] }),
  ]),
  pair("refactoring", "minor", "an inline schema becomes a component", [
    put("/components/schemas/Place", {
      type: "object",
      properties: { shelf: { type: "string" }, row: { type: "integer" } },
    }),
    put(`${item}/place`, { $ref: "#/components/schemas/Place" }),
  ]),
  pair("refactoring", "none", "null is written as a branch", [
    put(`${item}/note`, { anyOf: [{ type: "string" }, { type: "null" }] }),
  ]),
  pair("exported-names", "major", "an operation is renamed", [put(`${list}/operationId`, "getItems")]),
  pair("exported-names", "major", "a path parameter is renamed", [
    move("/paths/~1items~1{id}", "/paths/~1items~1{itemId}"),
    put("/paths/~1items~1{itemId}/delete/parameters/0/name", "itemId"),
  ]),
  pair("exported-names", "major", "a component schema is renamed", [
    move("/components/schemas/Problem", "/components/schemas/Failure"),
    put(`${list}/responses/401/content/application~1json/schema/$ref`, "#/components/schemas/Failure"),
  ]),
  pair("exported-names", "minor", "a component schema comes", [put("/components/schemas/Spare", { type: "string" })]),
  pair("exported-names", "minor", "an operation comes", [
    put("/paths/~1items/put", { operationId: "putItems", responses: { "204": { description: "Done." } } }),
  ]),
  pair("exported-names", "major", "an operation goes", [drop(create)]),
  pair("exported-names", "major", "a path goes", [drop("/paths/~1items~1{id}")]),
  pair(
    "announced-removal",
    "major",
    "a deprecated operation goes",
    [drop(create)],
    [put(`${create}/deprecated`, true)],
  ),
  pair(
    "announced-removal",
    "major",
    "a deprecated field goes",
    [drop(`${item}/name`)],
    [put(`${item}/name/deprecated`, true)],
  ),
  pair("deprecation", "minor", "an operation is deprecated", [put(`${create}/deprecated`, true)]),
  pair("deprecation", "minor", "a field is deprecated", [put(`${item}/name/deprecated`, true)]),
  pair("deprecation", "minor", "a parameter is deprecated", [put(`${list}/parameters/0/deprecated`, true)]),
  pair(
    "deprecation-lifted",
    "patch",
    "a deprecation is lifted",
    [drop(`${create}/deprecated`)],
    [put(`${create}/deprecated`, true)],
  ),
  pair("tags", "patch", "an operation's tags change", [put(`${list}/tags`, ["goods"])]),
  pair("tags", "patch", "a tag is described differently", [put("/tags/0/description", "Goods.")]),
  pair("text", "patch", "a description changes", [put(`${item}/name/description`, "Its name.")]),
  pair("text", "patch", "an example comes", [put(`${item}/name/example`, "Mug")]),
  pair("text", "patch", "the version in info changes", [put("/info/version", "2")]),
  pair("text", "patch", "a response is described differently", [
    put(`${remove}/responses/204/description`, "It is gone."),
  ]),
  pair("vendor-lifecycle", "patch", "a sunset is announced", [put(`${create}/x-sunset`, "2027-01-01")]),
  pair("vendor-lifecycle", "patch", "a stability level changes", [put(`${create}/x-stability-level`, "beta")]),
  pair("vendor-extension", "none", "a vendor's extension changes", [
    put(`${create}/x-scope`, "write"),
    put(`${item}/name/x-order`, 3),
  ]),
  pair("unreached-schema", "major", "a schema that nothing reaches goes", [drop("/components/schemas/Unused")]),
  pair("unreached-schema", "major", "a schema that nothing reaches loses a field", [
    drop("/components/schemas/Unused/properties/a"),
  ]),
  pair("unreached-schema", "minor", "a schema that nothing reaches gains a field", [
    put("/components/schemas/Unused/properties/c", { type: "string" }),
  ]),
  pair("security", "major", "a scheme is needed besides", [put("/security", [{ key: [], basic: [] }])]),
  pair("security", "minor", "a scheme may be used instead", [put("/security", [{ key: [] }, { basic: [] }])]),
  pair(
    "security",
    "major",
    "an alternative goes",
    [put("/security", [{ key: [] }])],
    [put("/security", [{ key: [] }, { basic: [] }])],
  ),
  pair(
    "security",
    "minor",
    "of two schemes one is enough",
    [put("/security", [{ key: [] }])],
    [put("/security", [{ key: [], basic: [] }])],
  ),
  pair("security", "minor", "an operation is open to all", [put(`${list}/security`, [])]),
  pair(
    "security",
    "major",
    "an operation is no longer open to all",
    [drop(`${list}/security`)],
    [put(`${list}/security`, [])],
  ),
  pair(
    "security",
    "major",
    "a further scope is needed",
    [put(`${list}/security`, [{ oauth: ["read", "write"] }])],
    [put(`${list}/security`, [{ oauth: ["read"] }])],
  ),
  pair(
    "security",
    "minor",
    "a scope is no longer needed",
    [put(`${list}/security`, [{ oauth: [] }])],
    [put(`${list}/security`, [{ oauth: ["read"] }])],
  ),
  pair(
    "security",
    "none",
    "alternatives stand in another order",
    [put("/security", [{ basic: [] }, { key: [] }])],
    [put("/security", [{ key: [] }, { basic: [] }])],
  ),
  pair("security", "major", "a scheme works another way", [
    put(`${schemes}/key`, { type: "apiKey", in: "header", name: "X-Key" }),
  ]),
  pair("security", "major", "a scheme goes", [drop(`${schemes}/basic`)]),
  pair("security", "major", "the token is fetched elsewhere", [
    put(`${schemes}/oauth/flows/clientCredentials/tokenUrl`, "https://other.example/token"),
  ]),
  pair("security", "minor", "a scope is defined", [put(`${scopes}/admin`, "All.")]),
  pair("security", "patch", "a scope is described differently", [put(`${scopes}/read`, "Reads all.")]),
  pair("servers", "major", "the first server changes", [put("/servers/0/url", "https://api.till.example/v2")]),
  pair("servers", "major", "the servers change places", [move("/servers/0", "/servers/-")]),
  pair("servers", "minor", "a server comes behind the first", [
    put("/servers/-", { url: "https://us.till.example/v1" }),
  ]),
  pair("servers", "major", "an operation gets a server of its own", [
    put(`${list}/servers`, [{ url: "https://list.till.example" }]),
  ]),
  pair("server-behind-the-first", "minor", "a server behind the first goes", [drop("/servers/1")]),
  pair("x-inv", "minor", "the rate limit changes", [
    put("/x-inv-rate-limit", { requests: 10, windowMs: 1000, scope: "account" }),
  ]),
  pair("x-inv", "minor", "pagination comes", [put(`${list}/x-inv-pagination`, { items: "items" })]),
  pair(
    "x-inv",
    "major",
    "pagination goes",
    [drop(`${list}/x-inv-pagination`)],
    [put(`${list}/x-inv-pagination`, { items: "items" })],
  ),
  pair("x-inv", "major", "an input field gets another name", [put(`${list}/parameters/0/x-inv-name`, "pageSize")]),
  pair("x-inv", "none", "an input field's name is written out", [put(`${list}/parameters/3/x-inv-name`, "xShop")]),
  pair(
    "x-inv",
    "major",
    "an input field loses its name",
    [drop(`${list}/parameters/0/x-inv-name`)],
    [put(`${list}/parameters/0/x-inv-name`, "pageSize")],
  ),
  pair(
    "x-inv",
    "major",
    "an input field is renamed",
    [put(`${list}/parameters/0/x-inv-name`, "size")],
    [put(`${list}/parameters/0/x-inv-name`, "pageSize")],
  ),
  pair("x-inv", "minor", "a POST becomes safe to repeat", [put(`${create}/x-inv-safe`, true)]),
  pair(
    "x-inv",
    "major",
    "a credential is called differently",
    [put(`${schemes}/key/x-inv-credential/0/option`, "token")],
    [
      put(`${schemes}/key/x-inv-credential`, [
        { option: "apiKey", variable: "KEY", secret: true, page: "https://a.example" },
      ]),
    ],
  ),
  pair(
    "x-inv",
    "patch",
    "a key is made on another page",
    [put(`${schemes}/key/x-inv-credential/0/page`, "https://b.example")],
    [
      put(`${schemes}/key/x-inv-credential`, [
        { option: "apiKey", variable: "KEY", secret: true, page: "https://a.example" },
      ]),
    ],
  ),
  pair("webhook-direction", "minor", "a webhook comes", [
    put("/webhooks/sold", { post: { responses: { "200": { description: "Ok." } } } }),
  ]),
  pair("webhook-direction", "major", "a webhook goes", [drop(post)]),
  pair("not understood", "major", "a callback comes", [put(`${create}/callbacks`, { done: {} })]),
];
