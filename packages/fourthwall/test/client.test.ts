import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";

import { describe, expect, expectTypeOf, it, onTestFinished } from "vitest";

import type { ErrorBodies, FourthwallOptions, GetProductInventoryResult, InvError } from "../src/index.js";
import { createFourthwallClient, getProductInventory, isFourthwallError, isInvError } from "../src/index.js";

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

const productId = "00aa4abd-5778-4199-8161-0b49b2f212e5";
const rows = '{"results":[{"variantId":"v1","quantity":-7,"createdAt":"a","updatedAt":"b"}],"total":1}';
const notFound = '{"code":"OFFER_NOT_FOUND_BY_SHOP_ID_AND_ID_ERROR","shopId":"canary","offerId":"canary"}';

describe("a Fourthwall client", () => {
  it("asks Fourthwall's own host and does not call itself a browser", async () => {
    const sent: [unknown, RequestInit | undefined][] = [];
    const client = createFourthwallClient({
      username: "user-canary",
      password: "password-canary",
      fetch: async (url, init) => {
        sent.push([url, init]);
        return Response.json({ results: [] });
      },
    });
    await getProductInventory(client, { productId });
    expect(client.provider).toBe("fourthwall");
    expect(sent[0]?.[0]).toBe(`https://api.fourthwall.com/open-api/v1.0/products/${productId}/inventory`);
    expect(new Headers(sent[0]?.[1]?.headers).get("user-agent")).toBe("inv-fourthwall");
  });

  it("A23 sends user name and password in UTF-8, on the wire", async () => {
    const { baseUrl, seen } = await serve(() => [200, rows]);
    await getProductInventory(createFourthwallClient({ username: "fw_zoë", password: "pässwörd:😀", baseUrl }), {
      productId,
    });
    const [scheme, encoded = ""] = String(seen[0]?.headers["authorization"]).split(" ");
    expect(scheme).toBe("Basic");
    expect(Buffer.from(encoded, "base64").toString("utf8")).toBe("fw_zoë:pässwörd:😀");
  });

  it("A23 refuses a user name with a colon before anything is sent", async () => {
    const { baseUrl, seen } = await serve(() => [200, rows]);
    const client = createFourthwallClient({ username: "a:canary", password: "p", baseUrl });
    const error = await failureOf(getProductInventory(client, { productId }));
    expect(error).toMatchObject({ code: "config", attempts: 0 });
    expect(error.message).toContain("username (FOURTHWALL_USERNAME) and password (FOURTHWALL_PASSWORD)");
    expect(seen).toEqual([]);
  });

  it("sends an access token as bearer, from a function anew for every request", async () => {
    const { baseUrl, seen } = await serve(() => [200, rows]);
    let count = 0;
    const client = createFourthwallClient({ accessToken: () => `token-${(count += 1)}`, baseUrl });
    await getProductInventory(client, { productId });
    await getProductInventory(client, { productId });
    expect(seen.map(({ headers }) => headers["authorization"])).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  it("A01 takes one way to authorise, whole", () => {
    const missing = expect.objectContaining({
      code: "config",
      message: expect.stringContaining(
        "give username (FOURTHWALL_USERNAME) and password (FOURTHWALL_PASSWORD), or accessToken (FOURTHWALL_ACCESS_TOKEN)",
      ),
    });
    // @ts-expect-error -- what a caller without types may do
    expect(() => createFourthwallClient({ username: "u" })).toThrow(missing);
    // @ts-expect-error -- what a caller without types may do
    expect(() => createFourthwallClient({ username: "u", password: "p", accessToken: "t" })).toThrow(/not both/);
  });
});

describe("an answer of Fourthwall", () => {
  async function client(status: number, body: string) {
    const { baseUrl } = await serve(() => [status, body]);
    return createFourthwallClient({ username: "u", password: "password-canary", baseUrl });
  }

  it("keeps quantities as whole numbers, negative ones too", async () => {
    const { results } = await getProductInventory(await client(200, rows), { productId });
    expect(results.map(({ quantity }) => quantity)).toEqual([-7]);
    const huge = await client(200, '{"results":[{"quantity":9007199254740993}]}');
    expect(await failureOf(getProductInventory(huge, { productId }))).toMatchObject({
      code: "quantity",
      kind: "out-of-range",
      pointer: "/results/0/quantity",
    });
  });

  it("H07 is not-found for a 404 in Fourthwall's words and http{unknown-shape} for any other", async () => {
    expect(await failureOf(getProductInventory(await client(404, notFound), { productId }))).toMatchObject({
      code: "not-found",
      status: 404,
    });
    expect(await failureOf(getProductInventory(await client(404, "<h1>"), { productId }))).toMatchObject({
      code: "http",
      kind: "unknown-shape",
    });
  });

  it("H06 is an error when a 200 holds one", async () => {
    const error = await failureOf(getProductInventory(await client(200, notFound), { productId }));
    expect(error).toMatchObject({ code: "http", kind: "error-in-success" });
  });

  it("A03 is auth{rejected} for a 401, and the message names what is in use", async () => {
    const basic = await failureOf(getProductInventory(await client(401, "{}"), { productId }));
    expect(basic.message).toContain("Check username (FOURTHWALL_USERNAME) and password (FOURTHWALL_PASSWORD); ");
    const { baseUrl } = await serve(() => [401, "{}"]);
    const bearer = await failureOf(
      getProductInventory(createFourthwallClient({ accessToken: "t", baseUrl }), { productId }),
    );
    expect(bearer.message).toMatch(/Check accessToken \(FOURTHWALL_ACCESS_TOKEN\); .* needs offer_read\.$/);
  });

  it("has a body of the document's type once its error is narrowed", async () => {
    const error: unknown = await failureOf(getProductInventory(await client(404, notFound), { productId }));
    if (!isFourthwallError(error, "getProductInventory", 404)) throw new Error("not narrowed");
    expectTypeOf(error.body).toEqualTypeOf<ErrorBodies["getProductInventory"][404]>();
    expect(error.body).toEqual(JSON.parse(notFound));
  });
});

it("has flat types, and options that exclude each other", () => {
  expectTypeOf<GetProductInventoryResult["results"][number]["quantity"]>().toEqualTypeOf<number>();
  expectTypeOf<{ accessToken: string }>().toExtend<FourthwallOptions>();
  expectTypeOf<{ accessToken: string; username: string; password: string }>().not.toExtend<FourthwallOptions>();
});
