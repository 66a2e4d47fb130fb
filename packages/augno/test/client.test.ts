import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";

import { describe, expect, expectTypeOf, it, onTestFinished } from "vitest";

import type { AugnoOptions, ErrorBodies, InvError, RetrieveItemInventoryResult } from "../src/index.js";
import { createAugnoClient, isAugnoError, isInvError, retrieveItemInventory } from "../src/index.js";

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

const id = "it_01HTEA7K2M";
const stock =
  '{"object":"item_inventory","on_hand":{"value":"10.50"},"reserved":null,"available_to_promise":{"value":"-8.250"},"short":null}';
const notFound =
  '{"error":{"code":"resource_not_found","type":"invalid_request_error","message":"canary","param":null,"is_transient":false}}';

async function headersOf(options: Partial<AugnoOptions>) {
  const sent: { url: unknown; headers: Record<string, string> }[] = [];
  const client = createAugnoClient({
    apiKey: "key-canary",
    ...options,
    fetch: async (url, init) => {
      sent.push({ url, headers: Object.fromEntries(new Headers(init?.headers)) });
      return Response.json({});
    },
  });
  await retrieveItemInventory(client, { id });
  return sent[0];
}

describe("an Augno client", () => {
  it("asks the host of today and names the version that it was made for", async () => {
    expect(await headersOf({})).toEqual({
      url: `https://api.openmrp.ai/v1/catalog/items/${id}/inventory`,
      headers: {
        accept: "application/json",
        authorization: "Bearer key-canary",
        "openmrp-version": "1.0.forge-preview.3",
      },
    });
  });

  it("takes another version and account", async () => {
    expect((await headersOf({ version: "1.0.forge-preview.2", account: "ac_1" }))?.headers).toMatchObject({
      "openmrp-version": "1.0.forge-preview.2",
      "openmrp-account": "ac_1",
    });
  });

  it("has a profile for host and headers from before the product was renamed", async () => {
    expect(await headersOf({ profile: "augno", account: "ac_1" })).toEqual({
      url: `https://api.augno.com/v1/catalog/items/${id}/inventory`,
      headers: {
        accept: "application/json",
        authorization: "Bearer key-canary",
        "augno-version": "1.0.forge-preview.3",
        "augno-account": "ac_1",
      },
    });
    expect((await headersOf({ profile: "augno", baseUrl: "http://localhost:1" }))?.url).toMatch(
      /^http:\/\/localhost:1\/v1/,
    );
  });

  it("refuses a profile, a version or an account that cannot be", () => {
    for (const profile of ["mrp", "toString", "__proto__", ""])
      // @ts-expect-error -- what a caller without types may do
      expect(() => createAugnoClient({ apiKey: "k", profile })).toThrow(/^augno: profile has to be openmrp or augno$/);
    for (const wrong of ["", "a\nb", "é", " 1"]) {
      expect(() => createAugnoClient({ apiKey: "k", version: wrong })).toThrow(/^augno: version /);
      expect(() => createAugnoClient({ apiKey: "k", account: wrong })).toThrow(/^augno: account /);
    }
  });

  it("sends key and includes on the wire, each include by itself", async () => {
    const { baseUrl, seen } = await serve(() => [200, stock]);
    const client = createAugnoClient({ apiKey: () => "key-canary", baseUrl });
    await retrieveItemInventory(client, { id, include: ["on_hand", "short"] });
    expect(seen[0]?.path).toBe(`/v1/catalog/items/${id}/inventory?include[]=on_hand&include[]=short`);
    expect(seen[0]?.headers["authorization"]).toBe("Bearer key-canary");
  });

  it("A01 names the option and the variable of a missing key", () => {
    // @ts-expect-error -- what a caller without types may do
    expect(() => createAugnoClient({ apiKey: undefined })).toThrow(/give apiKey \(AUGNO_API_KEY\)/);
  });
});

describe("an answer of Augno", () => {
  async function client(status: number, body: string) {
    const { baseUrl } = await serve(() => [status, body]);
    return createAugnoClient({ apiKey: "key-canary", baseUrl });
  }

  it("keeps decimals as their text and null as null", async () => {
    expect(await retrieveItemInventory(await client(200, stock), { id })).toEqual(JSON.parse(stock));
  });

  it("P16 is schema when a figure comes as a number", async () => {
    const error = await failureOf(retrieveItemInventory(await client(200, '{"on_hand":{"value":10.5}}'), { id }));
    expect(error).toMatchObject({ code: "schema", pointer: "/on_hand/value" });
  });

  it("H07 is not-found for a 404 in Augno's words and http{unknown-shape} for any other", async () => {
    expect(await failureOf(retrieveItemInventory(await client(404, notFound), { id }))).toMatchObject({
      code: "not-found",
    });
    expect(await failureOf(retrieveItemInventory(await client(404, '{"error":"x"}'), { id }))).toMatchObject({
      code: "http",
      kind: "unknown-shape",
    });
  });

  it("H06 is an error when a 200 holds one", async () => {
    const error = await failureOf(retrieveItemInventory(await client(200, notFound), { id }));
    expect(error).toMatchObject({ code: "http", kind: "error-in-success" });
  });

  it("A04 is auth{forbidden} for a 403, and the message names the permission", async () => {
    const error = await failureOf(retrieveItemInventory(await client(403, "{}"), { id }));
    expect(error).toMatchObject({ code: "auth", kind: "forbidden" });
    expect(error.message).toMatch(/needs items:read\.$/);
  });

  it("has a body of the document's type once its error is narrowed", async () => {
    const refused = notFound.replace("resource_not_found", "parameter_invalid");
    const error: unknown = await failureOf(retrieveItemInventory(await client(400, refused), { id }));
    if (!isAugnoError(error, "retrieveItemInventory", 400)) throw new Error("not narrowed");
    expectTypeOf(error.body).toEqualTypeOf<ErrorBodies["retrieveItemInventory"][400]>();
    expect(error.body.error.code).toBe("parameter_invalid");
    expect(error.code).toBe("http");
  });
});

it("has flat, exact types", () => {
  type Figure = NonNullable<RetrieveItemInventoryResult["on_hand"]>;
  expectTypeOf<Figure["value"]>().toEqualTypeOf<string>();
});
