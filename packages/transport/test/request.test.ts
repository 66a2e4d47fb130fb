import { describe, expect, it } from "vitest";

import type { Authoriser } from "../src/index.js";
import { call } from "../src/index.js";
import { connectItems, failureOf, getItem, searchItems, secret } from "./items.js";
import { json, serve } from "./loopback.js";

const asJson = { headers: { "content-type": "application/json" } };

describe("what is sent", () => {
  it("is the filled path, the query and the credentials", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    const client = connectItems({ baseUrl: `${url}/base/` }, { headers: { "Acme-Version": "2026-10" } });
    await getItem(client, { id: "a/b c", include: ["x", "y&z"], since: "it's 10:00" });
    expect(seen[0]).toMatchObject({
      method: "GET",
      url: "/base/items/a%2Fb%20c?include[]=x&include[]=y%26z&since=it%27s%2010%3A00",
      body: "",
      headers: { "x-api-key": secret, accept: "application/json", "acme-version": "2026-10" },
    });
    expect(seen[0]?.headers["content-type"]).toBeUndefined();
  });

  it("is the same from GET as from the function", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    const client = connectItems({ baseUrl: url });
    await getItem(client, { id: "a b", include: ["x", "y"] });
    await client.GET("/items/{id}", { params: { path: { id: "a b" }, query: { "include[]": ["x", "y"] } } });
    await searchItems(client, { ids: ["1"] });
    await client.POST("/search", { body: { ids: ["1"] } });
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[3]).toEqual(seen[2]);
  });

  it("is the JSON of the body with its type", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    await searchItems(connectItems({ baseUrl: url }), { ids: ["653985747439023617"] });
    expect(seen[0]).toMatchObject({
      body: '{"ids":["653985747439023617"]}',
      headers: { "content-type": "application/json" },
    });
  });

  it("is a body that is a bare value as well", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    const client = connectItems({ baseUrl: url });
    for (const body of ["text", "", 0, false, null])
      await call(client, { method: "POST", path: "/search", body: "body" }, { body });
    expect(seen.map(({ body }) => body)).toEqual(['"text"', '""', "0", "false", "null"]);
    expect(new Set(seen.map(({ headers }) => headers["content-type"]))).toEqual(new Set(["application/json"]));
  });

  it("asks for the media types that the document has beside application/json", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    const accept = "application/json, application/vnd.acme+json;q=0.9";
    const client = connectItems({ baseUrl: url }, { facts: { operations: {}, accept } });
    await getItem(client, { id: "1" });
    await client.GET("/items/{id}", { params: { path: { id: "1" } } });
    expect(seen.map(({ headers }) => headers["accept"])).toEqual([accept, accept]);
  });

  it("leaves out what is not given", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    await getItem(connectItems({ baseUrl: url }), { id: "1", include: [] });
    expect(seen[0]?.url).toBe("/items/1");
  });

  it("goes through the client's fetch, which gets a URL and an init that follows no redirect", async () => {
    const calls: unknown[][] = [];
    const client = connectItems({
      fetch: async (...given) => {
        calls.push(given);
        return new Response('{"id":653985747439023617}', asJson);
      },
    });
    expect(await getItem(client, { id: "1" })).toEqual({ id: "653985747439023617" });
    expect(calls).toEqual([
      ["https://acme.example/items/1", expect.objectContaining({ method: "GET", redirect: "manual" })],
    ]);
  });

  it("never has a header of a call in the place of the credentials", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    await connectItems({ baseUrl: url }).GET("/items/{id}", {
      params: { path: { id: "1" } },
      headers: { "X-Api-Key": "mine", "X-Trace": "t" },
    });
    expect(seen[0]?.headers).toMatchObject({ "x-api-key": secret, "x-trace": "t" });
  });
});

it("A20 what is signed is what is sent: a URL that the platform would not write in another way", async () => {
  const urls: string[] = [];
  const authoriser: Authoriser = { authorise: ({ url }) => void urls.push(url) };
  const { url, seen } = await serve((_, response) => json(response, "{}"));
  const odd = Array.from({ length: 0x17f }, (_, code) => String.fromCharCode(code)).join("");
  for (const base of [url, `${url}/a'b|c^d`]) {
    const client = connectItems({ baseUrl: base }, { authoriser });
    await getItem(client, { id: odd, since: odd, include: [odd, "é😀"] });
  }
  expect(urls).toEqual(seen.map(({ url: path }) => url + path));
});

describe("C20 a path argument", () => {
  it("is refused as config when it is empty, a dot segment or missing, before anything is sent", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    const client = connectItems({ baseUrl: url });
    for (const id of ["", ".", "..", "%2e", "%2E%2e", ".%2e", "%2E.", "%252e%252e", "%25252E", "\uD800", "a\uDC00b"]) {
      const error = await failureOf(getItem(client, { id }));
      expect(error, JSON.stringify(id)).toMatchObject({
        code: "config",
        provider: "acme",
        operation: "getItem",
        path: "/items/{id}",
        attempts: 0,
        retryable: false,
      });
      expect(await failureOf(client.GET("/items/{id}", { params: { path: { id } } }))).toMatchObject({
        code: "config",
      });
    }
    for (const id of [undefined, null, {}, ["1"], Symbol("x"), 2 ** 53, 1e21, Number.NaN, Number.NEGATIVE_INFINITY])
      // @ts-expect-error -- a caller without types
      expect((await failureOf(getItem(client, { id }))).code).toBe("config");
    Object.defineProperty(Object.prototype, "id", { value: "polluted", configurable: true });
    try {
      // @ts-expect-error -- a caller without types
      expect((await failureOf(client.GET("/items/{id}"))).code).toBe("config");
    } finally {
      Reflect.deleteProperty(Object.prototype, "id");
    }
    expect(seen).toEqual([]);
  });

  it("is one encoded segment whatever else is in it", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    const client = connectItems({ baseUrl: url });
    const ids = [
      "a/b",
      "/",
      "//evil.example",
      "?x=1",
      "#",
      "a?b#c",
      "...",
      "..;",
      "%2F",
      "%",
      "\\..\\",
      "\u0000",
      " ",
      "é😀",
      "x".repeat(8000),
      "{id}",
      "@evil",
      ":80",
      "..%2f",
      "$&",
    ];
    for (const id of ids) await getItem(client, { id });
    for (const [index, id] of ids.entries()) {
      const segments = seen[index]?.url.split("/") ?? [];
      expect(segments).toHaveLength(3);
      expect(segments[2]).not.toMatch(/[?#]/);
      expect(decodeURIComponent(segments[2] ?? "")).toBe(id);
    }
  });

  it("P08 is sent exactly, as string or bigint", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    const client = connectItems({ baseUrl: url });
    await getItem(client, { id: "653985747439023617" });
    // @ts-expect-error -- a caller without types
    await getItem(client, { id: 653985747439023617n });
    expect(seen.map(({ url: path }) => path)).toEqual(["/items/653985747439023617", "/items/653985747439023617"]);
  });
});

describe("an argument that cannot be sent", () => {
  it("is config, also in the query and the body", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    const client = connectItems({ baseUrl: url });
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    // @ts-expect-error -- a caller without types
    expect(await failureOf(getItem(client, { id: "1", since: new Date() }))).toMatchObject({
      code: "config",
      operation: "getItem",
    });
    // @ts-expect-error -- a caller without types
    expect(await failureOf(getItem(client, { id: "1", since: { a: 1 } }))).toMatchObject({ code: "config" });
    expect(await failureOf(getItem(client, { id: "1", since: "\uDFFF" }))).toMatchObject({ code: "config" });
    // @ts-expect-error -- a caller without types
    expect(await failureOf(searchItems(client, { ids: cyclic }))).toMatchObject({
      code: "config",
      operation: "searchItems",
    });
    // @ts-expect-error -- a caller without types
    expect(await failureOf(searchItems(client, { ids: [1n] }))).toMatchObject({ code: "config" });
    expect(seen).toEqual([]);
  });
});

describe("I4 a call", () => {
  it("cannot go to another base URL than its client's, and nothing is sent there", async () => {
    const here = await serve((_, response) => json(response, "{}"));
    const there = await serve((_, response) => json(response, "{}"));
    const client = connectItems({ baseUrl: here.url });
    const init = { params: { path: { id: "1" } } };
    for (const baseUrl of [
      there.url,
      `${here.url}/base`,
      here.url.replace("127.0.0.1", "localhost"),
      "https://evil.example",
    ]) {
      const error = await failureOf(client.GET("/items/{id}", { ...init, baseUrl }));
      expect(error).toMatchObject({ code: "config", operation: "getItem", attempts: 0 });
    }
    // @ts-expect-error -- a caller without types
    expect((await failureOf(client.GET("@evil.example/items"))).code).toBe("config");
    // @ts-expect-error -- options that are not a call's are not passed on
    await getItem(client, { id: "1" }, { baseUrl: there.url, fetch: () => Promise.reject(new Error("called")) });
    expect(there.seen).toEqual([]);
    expect(here.seen).toHaveLength(1);
  });

  it("cannot bring another fetch, request or way of writing, past the one request path", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    const client = connectItems({ baseUrl: url });
    const init = { params: { path: { id: "1" } } };
    const other = async () => new Response("{}");
    expect((await failureOf(client.GET("/items/{id}", { ...init, fetch: other }))).code).toBe("config");
    expect((await failureOf(client.GET("/items/{id}", { ...init, Request }))).code).toBe("config");
    expect((await failureOf(client.GET("/items/{id}", { ...init, querySerializer: () => "a=b" }))).code).toBe("config");
    expect((await failureOf(client.GET("/items/{id}", { ...init, bodySerializer: () => "x" }))).code).toBe("config");
    expect((await failureOf(client.GET("/items/{id}", { ...init, pathSerializer: () => "/.." }))).code).toBe("config");
    expect(seen).toEqual([]);
  });
});

describe("T19 a base URL", () => {
  it("is refused as config unless it is https, or http on this machine, before anything is sent", () => {
    for (const baseUrl of [
      "http://acme.example",
      "http://127.0.0.1.evil.example",
      "http://localhost.evil.example",
      "http://10.0.0.1",
      "http://[::ffff:127.0.0.1]",
      "http://0.0.0.0",
      "ftp://acme.example",
      "file:///etc",
      "javascript:alert(1)",
      "data:,x",
      "acme.example",
      "//acme.example",
      "",
      " ",
      "https://",
      "https://user-canary@acme.example",
      "https://user:password-canary@acme.example",
      "https://acme.example?key=canary",
      "https://acme.example/?",
      "https://acme.example#x",
      "https://{host}.example",
    ])
      expect(() => connectItems({ baseUrl }), baseUrl).toThrow(
        expect.objectContaining({ code: "config", provider: "acme", message: expect.not.stringMatching(/canary/) }),
      );
  });

  it("may be https anywhere, or http on this machine, with a path", async () => {
    const urls: string[] = [];
    const fetch = async (url: unknown) => {
      urls.push(String(url));
      return new Response("{}", asJson);
    };
    for (const baseUrl of [
      "https://acme.example",
      "https://acme.example/v1/",
      "http://localhost:1",
      "http://127.1.2.3:1",
      "http://[::1]:1",
    ])
      await getItem(connectItems({ baseUrl, fetch }), { id: "1" });
    expect(urls).toEqual([
      "https://acme.example/items/1",
      "https://acme.example/v1/items/1",
      "http://localhost:1/items/1",
      "http://127.1.2.3:1/items/1",
      "http://[::1]:1/items/1",
    ]);
  });
});

describe("an option that cannot be right", () => {
  it("C09 is config with the name of the option: a deadline", async () => {
    for (const deadlineMs of [0, -1, Number.POSITIVE_INFINITY, Number.NaN, 2 ** 31, "30000"]) {
      // @ts-expect-error -- a caller without types
      expect(() => connectItems({ deadlineMs })).toThrow(expect.objectContaining({ code: "config", provider: "acme" }));
      // @ts-expect-error -- a caller without types
      const error = await failureOf(getItem(connectItems({}), { id: "1" }, { deadlineMs }));
      expect(error).toMatchObject({ code: "config", attempts: 0, message: expect.stringContaining("deadlineMs") });
    }
  });

  it("is config: a bound, a fetch, a signal", async () => {
    for (const options of [
      { maxBodyBytes: 0 },
      { maxBodyBytes: Number.NaN },
      { fetch: "fetch" },
      { signal: new AbortController() },
    ])
      // @ts-expect-error -- a caller without types
      expect(() => connectItems(options)).toThrow(expect.objectContaining({ code: "config", provider: "acme" }));
    // @ts-expect-error -- a caller without types
    const error = await failureOf(getItem(connectItems({}), { id: "1" }, { signal: new AbortController() }));
    expect(error).toMatchObject({ code: "config", message: expect.stringContaining("signal") });
  });

  it("is a browser, unless it is allowed by name", () => {
    Object.assign(globalThis, { window: {}, document: {} });
    try {
      expect(() => connectItems({})).toThrow(expect.objectContaining({ code: "config" }));
      expect(() => connectItems({ allowBrowser: true })).not.toThrow();
    } finally {
      Reflect.deleteProperty(globalThis, "window");
      Reflect.deleteProperty(globalThis, "document");
    }
  });
});
