import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";

import { describe, expect, expectTypeOf, it, onTestFinished } from "vitest";

import type { ErrorBodies, GetInventoryResult, InvError, LoopOptions } from "../src/index.js";
import { createLoopClient, getInventory, isInvError, isLoopError } from "../src/index.js";

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A server on this machine that gives one answer to everything, and remembers what it was asked. */
async function serve(answer: (request: Seen) => readonly [status: number, body: string]) {
  const seen: Seen[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = "", url: path = "", headers } = request;
    const one = { method, path, headers, body: await text(request) };
    seen.push(one);
    const [status, body] = answer(one);
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  };
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return { baseUrl: `http://127.0.0.1:${address.port}`, seen };
}

async function failureOf(call: Promise<unknown>): Promise<InvError> {
  const error = await call.then(
    () => new Error("the call succeeded"),
    (reason: unknown) => reason,
  );
  if (!isInvError(error)) throw error;
  expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain("canary");
  return error;
}

const ids = { productVariantId: "653985747439023617", locationId: "631923350119788417" };
const notFound = '{"code":"404","http_code":"GEN-NOT-FOUND","message":"canary"}';
const unauthorized = '{"error":{"code":"401","http_code":"GEN-UNAUTHORIZED","message":"canary"}}';

describe("a Loop client", () => {
  it("asks Loop's own host and version, with the key and for ids as text", async () => {
    const sent: [unknown, RequestInit | undefined][] = [];
    const client = createLoopClient({
      apiKey: "key-canary",
      fetch: async (url, init) => {
        sent.push([url, init]);
        return Response.json({ available_count: 42 });
      },
    });
    await getInventory(client, ids);
    expect(client.provider).toBe("loop");
    expect(sent.map(([url]) => url)).toEqual([
      "https://api.loopreturns.com/api/2026-07/inventories/653985747439023617/631923350119788417",
    ]);
    expect(Object.fromEntries(new Headers(sent[0]?.[1]?.headers))).toEqual({
      accept: "application/json",
      "x-authorization": "key-canary",
      "x-loop-global-identifier-type": "string",
    });
  });

  it("sends the raw key in a header of its own, on the wire", async () => {
    const { baseUrl, seen } = await serve(() => [200, "{}"]);
    await getInventory(createLoopClient({ apiKey: async () => "key-canary", baseUrl }), ids);
    expect(seen[0]).toMatchObject({ method: "GET", path: `/inventories/${ids.productVariantId}/${ids.locationId}` });
    expect(seen[0]?.headers["x-authorization"]).toBe("key-canary");
    expect(seen[0]?.headers["authorization"]).toBeUndefined();
  });

  it("A01 names the option and the variable of a missing key", () => {
    // @ts-expect-error -- what a caller without types may do
    expect(() => createLoopClient({})).toThrow(
      expect.objectContaining({ code: "config", message: expect.stringContaining("apiKey (LOOP_API_KEY)") }),
    );
    expect(() => createLoopClient({ apiKey: "canary\n" })).toThrow(/^loop: apiKey \(LOOP_API_KEY\) begins or ends/);
  });
});

describe("an answer of Loop", () => {
  const [text, numbers] = [
    '{"available_count":9007199254740993,"product_variant":[{"id":"653985747439023617","barcode":"0023141001205","weight_grams":410}],"location":[{"id":"631923350119788417"}]}',
    '{"available_count" : 9007199254740993,"product_variant":[{"id" : 653985747439023617,"barcode":"0023141001205","weight_grams":410}],"location":[{"id":631923350119788417}]}',
  ];

  it("P08 is exact whether ids come as text or as numbers", async () => {
    for (const body of [text, numbers]) {
      const { baseUrl } = await serve(() => [200, body]);
      const client = createLoopClient({ apiKey: "k", baseUrl });
      const expected = {
        available_count: "9007199254740993",
        product_variant: [{ id: "653985747439023617", barcode: "0023141001205", weight_grams: 410 }],
        location: [{ id: "631923350119788417" }],
      };
      expect(await getInventory(client, ids)).toEqual(expected);
      const path = "/inventories/{productVariantId}/{locationId}" as const;
      expect((await client.GET(path, { params: { path: ids } })).data).toEqual(expected);
    }
  });

  it("is exact where arrays come as bare objects, and a barcode as a number", async () => {
    const { baseUrl } = await serve(() => [
      200,
      '{"product_variant":{"id":653985747439023617,"barcode":23141001200513},"location":{"id":631923350119788417}}',
    ]);
    expect(await getInventory(createLoopClient({ apiKey: "k", baseUrl }), ids)).toEqual({
      product_variant: { id: "653985747439023617", barcode: "23141001200513" },
      location: { id: "631923350119788417" },
    });
  });

  it("H06 is an error when a 200 holds one, flat or nested", async () => {
    for (const body of [notFound, unauthorized]) {
      const { baseUrl } = await serve(() => [200, body]);
      const error = await failureOf(getInventory(createLoopClient({ apiKey: "k", baseUrl }), ids));
      expect(error).toMatchObject({ code: "http", kind: "error-in-success", status: 200 });
    }
  });
});

describe("an error of Loop", () => {
  async function errorOf(status: number, body: string, input: { productVariantId: string; locationId: string } = ids) {
    const { baseUrl } = await serve(() => [status, body]);
    return failureOf(getInventory(createLoopClient({ apiKey: "key-canary", baseUrl }), input));
  }

  it("H07 is not-found for a 404 in Loop's words, flat or nested, with code as text or number", async () => {
    for (const body of [notFound, `{"error":${notFound}}`, '{"code":404}']) {
      const error = await errorOf(404, body);
      expect(error).toMatchObject({ code: "not-found", status: 404, operation: "getInventory", retryable: false });
      expect(error.message).toMatch(/which is not a stock of zero$/);
    }
  });

  it("H08 is http{unknown-shape} for any other 404", async () => {
    expect(await errorOf(404, "<h1>nginx</h1>")).toMatchObject({ code: "http", kind: "unknown-shape" });
    expect(await errorOf(404, "{}")).toMatchObject({ code: "http", kind: "unknown-shape" });
  });

  it("says that an id looks rounded when it is beyond 2^53 and what a double would print", async () => {
    const { message } = await errorOf(404, notFound, { ...ids, productVariantId: "653985747439023600" });
    expect(message).toContain("The productVariantId looks rounded");
    expect(message).not.toContain("653985747439023600");
    expect((await errorOf(404, notFound, { ...ids, locationId: "631923350119788400" })).message).toContain(
      "The locationId looks rounded",
    );
  });

  it("says nothing of the kind of an exact id, a small one or one that is no number", async () => {
    for (const productVariantId of [
      "653985747439023617",
      "9007199254740991",
      "1000000000000000",
      "42",
      "abc00",
      "1e21",
    ])
      expect((await errorOf(404, notFound, { ...ids, productVariantId })).message).not.toContain("rounded");
  });

  it("A03 is auth{rejected} for a 401, and the message says that it may be the scope", async () => {
    const error = await errorOf(401, unauthorized);
    expect(error).toMatchObject({ code: "auth", kind: "rejected", attempts: 1 });
    expect(error.message).toMatch(
      /Check apiKey \(LOOP_API_KEY\);.*Inventory \(read\)\. Loop answers 401 also when the key lacks the scope\.$/,
    );
  });

  it("has a body of the document's type once it is narrowed", async () => {
    const error: unknown = await errorOf(401, unauthorized);
    if (!isLoopError(error, "getInventory", 401)) throw new Error("not narrowed");
    expectTypeOf(error.body).toEqualTypeOf<ErrorBodies["getInventory"][401]>();
    expect(error.body).toEqual(JSON.parse(unauthorized));
    expect(isLoopError(error, "getInventory", 404)).toBe(false);
  });
});

it("has flat, exact types", () => {
  expectTypeOf<GetInventoryResult["available_count"]>().toEqualTypeOf<string | undefined>();
  expectTypeOf<Parameters<typeof getInventory>[1]>().toEqualTypeOf<{ productVariantId: string; locationId: string }>();
  expectTypeOf<{ apiKey: string }>().toExtend<LoopOptions>();
});
