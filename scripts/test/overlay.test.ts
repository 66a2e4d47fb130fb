import { expect, test } from "vitest";
import { isObject, own } from "../pipeline/json.ts";
import type { JsonObject } from "../pipeline/json.ts";
import { findLikelyPlaces } from "../pipeline/likely-places.ts";
import { applyOverlay } from "../pipeline/overlay.ts";
import { findTargets } from "../pipeline/targets.ts";
import { refusal, yaml } from "./support.ts";

const shop = `
servers: [{ url: https://api.shop.example/v2 }]
paths:
  /v2/items/{itemId}:
    get: { operationId: getItem, parameters: [{ name: itemId, in: path }, { name: page, in: query }] }
  /v2/orders:
    get: { operationId: listOrders, parameters: [] }
    post: { operationId: createOrder }
components:
  schemas:
    ProductDetails: { properties: { sku: { type: string }, barcode: { type: string }, name: {} } }
    Order: { properties: { id: {}, lines: { items: { properties: { sku: {}, quantity: {} } } } } }
`;

test.each([
  ["a path of another version", "$.paths['/v1/items/{id}'].get", "$.paths['/v2/items/{itemId}'].get"],
  ["a path whose parameter is called otherwise", "$.paths['/v2/items/{id}']", "$.paths['/v2/items/{itemId}']"],
  [
    "a filter whose value changed",
    "$.paths['/v2/items/{itemId}'].get.parameters[?@.name == 'id']",
    "$.paths['/v2/items/{itemId}'].get.parameters[?@.name == 'itemId']",
  ],
  [
    "a server that moved",
    "$.servers[?@.url == 'https://api.shop.example/v1']",
    "$.servers[?@.url == 'https://api.shop.example/v2']",
  ],
  [
    "a property that moved to another schema",
    "$.components.schemas.Order.properties.barcode",
    "$.components.schemas.ProductDetails.properties.barcode",
  ],
  [
    "a property that moved further down",
    "$.components.schemas.Order.properties.quantity",
    "$.components.schemas.Order.properties.lines.items.properties.quantity",
  ],
  [
    "a property that is spelled otherwise",
    "$.components.schemas.ProductDetails.properties['bar_code'].type",
    "$.components.schemas.ProductDetails.properties.barcode.type",
  ],
])("%s is found", (_, target, place) => {
  expect(findLikelyPlaces(yaml(shop), target)[0]).toBe(place);
});

test("an operation is recognised by its operationId, wherever it went", () => {
  const earlier = yaml("paths: { /stock: { post: { operationId: getItem } } }");
  const target = "$.paths['/stock'].post.parameters[?@.in == 'path']";
  expect(findLikelyPlaces(yaml(shop), target, earlier)[0]).toBe(
    "$.paths['/v2/items/{itemId}'].get.parameters[?@.in == 'path']",
  );
});

test("a component is recognised by its members, whatever it is called now", () => {
  const earlier = yaml("components: { schemas: { Good: { properties: { sku: {}, barcode: {}, name: {} } } } }");
  const target = "$.components.schemas.Good.properties.sku";
  expect(findLikelyPlaces(yaml(shop), target, earlier)[0]).toBe("$.components.schemas.ProductDetails.properties.sku");
});

test.each([
  ["$.components.schemas.Order.properties.colour"],
  ["$.webhooks.stock"],
  ["$.paths['/v2/orders'].get.parameters[?@.name == 'x']"],
  ["$.paths[?length(@) > 3]"],
  ["$["],
])("%s has no likely place", (target) => {
  expect(findLikelyPlaces(yaml(shop), target)).toEqual([]);
});

test("at most three places are shown, and each selects something when it is pasted", async () => {
  const document = yaml(shop);
  for (const name of ["items", "item", "itms", "itemss", "Items"]) put(document, `/v9/${name}`, { get: {} });
  const places = findLikelyPlaces(document, "$.paths['/v3/itemz'].get");
  expect(places).toHaveLength(3);
  for (const place of places) expect(findTargets(document, place)).not.toEqual([]);
});

test("X07 names that a terminal or JSONPath would act on are escaped, or not shown", () => {
  const document = yaml("paths: {}");
  for (const name of [
    "/it's",
    '/it"s',
    "/it\\s",
    "/it\u001b[2Js",
    "/it]s",
    "/\u202eits",
    "/it\ns",
    "/itüs",
    "__proto__",
  ])
    put(document, name, { get: {} });
  const places = [
    ...findLikelyPlaces(document, "$.paths['/its'].get"),
    ...findLikelyPlaces(document, "$.paths['/itüs_'].get"),
  ];
  expect(places.length).toBeGreaterThanOrEqual(3);
  for (const place of places) {
    expect(place).toMatch(/^[\x20-\x7e]+$/);
    expect(findTargets(document, place)).toHaveLength(1);
  }
});

test("X07 a name that no JSONPath can be written for is not shown", () => {
  const document = yaml("paths: {}");
  put(document, "/it\ns", { get: {} });
  expect(findLikelyPlaces(document, "$.paths['/its'].get")).toEqual([]);
});

test("an action that matches nothing says where its node may be now, or that nothing is like it", async () => {
  const overlay = (target: string) =>
    yaml(`{ overlay: 1.0.0, actions: [{ target: "${target}", description: why, update: { x: 1 } }] }`);
  const moved = await refusal(() => applyOverlay(yaml(shop), overlay("$.paths['/v1/orders'].post"), "o.yaml"));
  expect(moved.message.split("\n")).toEqual([
    "o.yaml: action 0 (target $.paths['/v1/orders'].post, reason: why): the target matches nothing. It may be here now; point the target there, or remove the action:",
    "    $.paths['/v2/orders'].post",
  ]);
  const lost = await refusal(() => applyOverlay(yaml(shop), overlay("$.webhooks.stock"), "o.yaml"));
  expect(lost.message).toContain("Nothing like it was found: remove the action, or point it at what it is about.");
});

function put(document: JsonObject, path: string, item: JsonObject): void {
  const paths = own(document, "paths");
  if (isObject(paths)) Object.defineProperty(paths, path, { value: item, enumerable: true });
}
