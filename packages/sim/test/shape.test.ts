import { describe, expect, it } from "vitest";

import { createShape } from "../src/index.js";
import type { ShapeDescription, ShapeExchange } from "../src/index.js";

const plain = { query: {}, headers: {}, mediaType: "application/json" };
const flour: ShapeExchange = {
  ...plain,
  name: "flour",
  status: 200,
  path: { itemId: "7205759403792793601" },
  answer: '{"item_id":7205759403792793601,"quantity":12.375}',
};

const description: ShapeDescription = {
  provider: "acme-pos",
  baseUrl: "https://api.acme.example/v1",
  operations: [
    {
      method: "GET",
      path: "/items/{itemId}/stock",
      credentials: ["x-acme-key"],
      exchanges: [
        { ...flour, name: "not-found", status: 404, answer: '{"code":"item_not_found"}' },
        { ...flour, name: "unauthorized", status: 401, answer: '{"code":"unauthorized"}' },
        flour,
      ],
    },
    {
      method: "GET",
      path: "/items/latest/stock",
      credentials: [],
      exchanges: [
        { ...plain, name: "first", status: 200, path: {}, query: { tag: ["a", "b"] }, answer: '{"page":1}' },
        { ...plain, name: "second", status: 200, path: {}, query: { cursor: ["2"] }, answer: '{"page":2}' },
      ],
    },
    {
      method: "POST",
      path: "/search",
      credentials: ["authorization"],
      exchanges: [
        { ...plain, name: "one", status: 200, path: {}, body: '{"ids":["1"],"at":"x"}', answer: '{"found":1}' },
        { ...plain, name: "none", status: 200, path: {}, body: '{"ids":[]}', answer: '{"found":0}' },
      ],
    },
    ...["/files/{id}", "/files/{id}.json", "/files/{id}:{verb}"].map((path) => ({
      method: "GET",
      path,
      credentials: [],
      exchanges: [{ ...plain, name: "file", status: 200, path: { id: "1 2" }, answer: JSON.stringify(path) }],
    })),
    {
      method: "DELETE",
      path: "/items/{itemId}/stock",
      credentials: [],
      exchanges: [{ ...plain, name: "status-204", status: 204, path: {}, mediaType: "", answer: "" }],
    },
  ],
};

const { fetch } = createShape(description);
const key = { "X-Acme-Key": "any" };

async function ask(path: string, init?: RequestInit): Promise<[status: number, body: string]> {
  const response = await fetch(`https://api.acme.example/v1${path}`, init);
  expect(response.headers.get("x-inv-sim")).toBe("shape-only");
  return [response.status, await response.text()];
}

describe("a shape", () => {
  it("answers with the example whose request is asked, every digit kept", async () => {
    expect(await ask("/items/7205759403792793601/stock", { headers: key })).toEqual([200, flour.answer]);
    const response = await fetch("https://api.acme.example/v1/items/7205759403792793601/stock", { headers: key });
    expect(response.headers.get("content-type")).toBe("application/json");
  });

  it("answers with the documented 401 without a credential, and takes any", async () => {
    expect(await ask("/items/7205759403792793601/stock")).toEqual([401, '{"code":"unauthorized"}']);
    expect((await ask("/search", { method: "POST", body: "{}" }))[0]).toBe(401);
  });

  it("answers with the documented 404 for other ids", async () => {
    expect(await ask("/items/1/stock", { headers: key })).toEqual([404, '{"code":"item_not_found"}']);
  });

  it("chooses by query in any order, and by body whatever its spaces and the order of its members", async () => {
    expect(await ask("/items/latest/stock?tag=b&tag=a")).toEqual([200, '{"page":1}']);
    expect(await ask("/items/latest/stock?cursor=2")).toEqual([200, '{"page":2}']);
    const search = (body: string) => ask("/search", { method: "POST", body, headers: { Authorization: "Bearer t" } });
    expect(await search('{ "at": "x", "ids": ["1"] }')).toEqual([200, '{"found":1}']);
    expect(await search('{"ids":[]}')).toEqual([200, '{"found":0}']);
  });

  it("answers a request that no example has with the first of its path", async () => {
    expect(await ask("/items/latest/stock?limit=5")).toEqual([200, '{"page":1}']);
    expect(await ask("/search", { method: "POST", body: "no JSON", headers: { Authorization: "t" } })).toEqual([
      200,
      '{"found":1}',
    ]);
  });

  it("answers without a body where the document has none", async () => {
    expect(await ask("/items/1/stock", { method: "DELETE" })).toEqual([204, ""]);
  });

  it.each([
    ["/files/1%202", "/files/{id}"],
    ["/files/1%202.json", "/files/{id}.json"],
    ["/files/1%202:hold", "/files/{id}:{verb}"],
  ])("knows a parameter that is a part of a segment: %s", async (path, template) => {
    expect(await ask(path)).toEqual([200, JSON.stringify(template)]);
  });

  it("has no operation that the document does not have", async () => {
    expect((await ask("/items", { headers: key }))[0]).toBe(404);
    expect((await ask("/search", { headers: { Authorization: "t" } }))[0]).toBe(404);
  });

  it.each([
    "https://api.acme.example/v2/search",
    "https://api.acme.example.evil.example/v1/search",
    "https://other.example/v1/search",
  ])("rejects %s like a host that is not there", async (url) => {
    await expect(fetch(url)).rejects.toMatchObject({ message: "fetch failed", cause: { code: "ENOTFOUND" } });
  });

  it("honours an aborted signal", async () => {
    await expect(ask("/search", { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });
});
