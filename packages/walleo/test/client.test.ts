import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";

import { createHmac } from "node:crypto";

import { hexKey, hmacSha256 } from "@inv/transport/hmac";
import { describe, expect, expectTypeOf, it, onTestFinished } from "vitest";

import type { ErrorBodies, GetInventoryResult, InvError, WalleoOptions } from "../src/index.js";
import { createWalleoClient, getInventory, isInvError, isWalleoError } from "../src/index.js";
import { textToSign } from "../src/signature.js";

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

/** Published by Walleo: https://docs.walleo.io/partners-api/authentication (read 2026-11-20; the timestamp was found by search). */
const vector = {
  identifier: "b5245bbc-8ee7-4e55-92e0-b97e81085154",
  sharedKey: "6F2CE47010CF4F79B9767042BAFB1EB4",
  timestamp: "1648559273",
};
const credentials = { apiKey: "key-canary", identifier: vector.identifier, sharedKey: vector.sharedKey };
const notFound = '{"errors":[{"code":"gift_card_not_found","message":"canary"}],"status":"not_found"}';
const invalidSignature = '{"errors":[{"code":"invalid_signature","message":"canary"}],"status":"unauthorized"}';

async function signatureOf(
  emptyPayload: "omit" | "keep",
  request: { method: string; url: string; body: string | undefined },
) {
  const { identifier, sharedKey, timestamp } = vector;
  return hmacSha256(hexKey("sharedKey", sharedKey), textToSign({ identifier, emptyPayload }, request, timestamp));
}

/** What Walleo's one header says. */
function partsOf(header: unknown) {
  return /^Bearer (?<key>[^,]*), Id=(?<id>[^,]*), Signature=(?<signature>[0-9a-f]{64}), Timestamp=(?<timestamp>\d+)$/.exec(
    String(header),
  )?.groups;
}

describe("Walleo's signature", () => {
  it("is the published one for the published request", async () => {
    const body = '{"card":{"amount":50,"gift_card_code":"E-ca"}}';
    const request = { method: "POST", url: "http://www.example.com/partners/v1/cards", body };
    for (const emptyPayload of ["omit", "keep"] as const) {
      expect(textToSign({ identifier: vector.identifier, emptyPayload }, request, vector.timestamp)).toBe(
        `POST+http://www.example.com/partners/v1/cards+${body}+b5245bbc-8ee7-4e55-92e0-b97e81085154+1648559273`,
      );
      expect(await signatureOf(emptyPayload, request)).toBe(
        "434f3dd367edbe5c82a68f5b5a771a50d602c2868e10a4b132ae807df6982867",
      );
    }
  });

  it("is made of a request without a payload in either reading", async () => {
    const request = { method: "GET", url: "https://api.walleo.io/partners/v1/inventories/IKEAFR", body: undefined };
    expect(await signatureOf("omit", request)).toBe("42715c1396034dc4aa1b4c450c7e8d427ab965b02c27327328a75b5f3ab87844");
    expect(await signatureOf("keep", request)).toBe("f856313b740764cb23cc27726974497a8507242fb9baff488046a2cd49e18b6c");
  });

  it("A21 is the same for a shared key in lower case", async () => {
    const upper = hexKey("sharedKey", vector.sharedKey);
    expect(hexKey("sharedKey", vector.sharedKey.toLowerCase())).toEqual(upper);
  });

  it("A20 on the wire covers exactly what was sent, for any code and in both readings", async () => {
    for (const emptyPayload of ["omit", "keep"] as const) {
      const { baseUrl, seen } = await serve(() => [200, '{"inventories":{}}']);
      const client = createWalleoClient({ ...credentials, baseUrl, emptyPayload });
      const codes = ["KELPFR", "a/b", "é 😀", "x'y(z)*!~", "%41", "a+b&c=d?e#f", "100%"];
      for (const id of codes) await getInventory(client, { id });
      for (const { method, path, headers } of seen) {
        const parts = partsOf(headers["authorization"]);
        expect(parts).toMatchObject({ key: "key-canary", id: vector.identifier });
        expect(Math.abs(Number(parts?.["timestamp"]) * 1000 - Date.now())).toBeLessThan(60_000);
        const payload = emptyPayload === "keep" ? "+" : "";
        const signed = `${method}+${baseUrl}${path}+${payload}${vector.identifier}+${parts?.["timestamp"]}`;
        const hmac = createHmac("sha256", Buffer.from(vector.sharedKey, "hex"));
        expect(parts?.["signature"]).toBe(hmac.update(signed).digest("hex"));
      }
      expect(seen).toHaveLength(codes.length);
    }
  });
});

describe("a Walleo client", () => {
  it("asks Walleo's own host and leaves an empty payload out of the signature", async () => {
    const sent: [unknown, RequestInit | undefined][] = [];
    const client = createWalleoClient({
      ...credentials,
      fetch: async (url, init) => {
        sent.push([url, init]);
        return Response.json({ inventories: {} });
      },
    });
    await getInventory(client, { id: "KELPFR" });
    expect(client.provider).toBe("walleo");
    const url = "https://api.walleo.io/partners/v1/inventories/KELPFR";
    expect(sent[0]?.[0]).toBe(url);
    const parts = partsOf(new Headers(sent[0]?.[1]?.headers).get("authorization"));
    const hmac = createHmac("sha256", Buffer.from(vector.sharedKey, "hex"));
    expect(parts?.["signature"]).toBe(
      hmac.update(`GET+${url}+${vector.identifier}+${parts?.["timestamp"]}`).digest("hex"),
    );
  });

  it("takes secrets from functions, asked for every request", async () => {
    const { baseUrl, seen } = await serve(() => [200, '{"inventories":{}}']);
    let count = 0;
    const client = createWalleoClient({
      apiKey: () => `key-${(count += 1)}`,
      identifier: "me",
      sharedKey: async () => vector.sharedKey,
      baseUrl,
    });
    await getInventory(client, { id: "A" });
    await getInventory(client, { id: "A" });
    expect(seen.map(({ headers }) => partsOf(headers["authorization"])?.["key"])).toEqual(["key-1", "key-2"]);
  });

  it("A01 A21 refuses what cannot be right, by option and variable, without its value", async () => {
    const wrong = (options: Partial<WalleoOptions>, message: RegExp) =>
      expect(() => createWalleoClient({ ...credentials, ...options })).toThrow(
        expect.objectContaining({ code: "config", message: expect.stringMatching(message) }),
      );
    wrong({ apiKey: "" }, /^walleo: apiKey \(WALLEO_API_KEY\) is empty$/);
    wrong({ identifier: "a\nb" }, /^walleo: identifier \(WALLEO_IDENTIFIER\) has a line break/);
    for (const sharedKey of ["abc", "zz", "0x12"])
      wrong({ sharedKey }, /^walleo: sharedKey \(WALLEO_SHARED_KEY\) has to be/);
    // @ts-expect-error -- what a caller without types may do
    wrong({ emptyPayload: "none" }, /^walleo: emptyPayload has to be omit or keep$/);
    for (const options of [{ identifier: "é-canary" }, { apiKey: "😀-canary" }, { sharedKey: () => "canary" }]) {
      const { baseUrl, seen } = await serve(() => [200, "{}"]);
      const client = createWalleoClient({ ...credentials, ...options, baseUrl });
      const error = await failureOf(getInventory(client, { id: "A" }));
      expect(error).toMatchObject({
        code: "config",
        attempts: 0,
        message: expect.stringContaining("WALLEO_IDENTIFIER"),
      });
      expect(seen).toEqual([]);
    }
  });
});

describe("an answer of Walleo", () => {
  async function errorOf(status: number, body: string) {
    const { baseUrl } = await serve(() => [status, body]);
    return failureOf(getInventory(createWalleoClient({ ...credentials, baseUrl }), { id: "KELPFR" }));
  }

  it("has exact figures, and its ceiling as it was sent", async () => {
    const { baseUrl } = await serve(() => [
      200,
      '{"inventories":{"end_to_end_api":{"enabled":true,"available_amount":"unlimited"},"stocks":[{"facial_value":25.50,"owned_quantity":9007199254740993,"shared_quantity":0}]}}',
    ]);
    expect(await getInventory(createWalleoClient({ ...credentials, baseUrl }), { id: "KELPFR" })).toEqual({
      inventories: {
        end_to_end_api: { enabled: true, available_amount: "unlimited" },
        stocks: [{ facial_value: "25.50", owned_quantity: "9007199254740993", shared_quantity: "0" }],
      },
    });
  });

  it("H06 H07 is not-found also inside of a 200", async () => {
    for (const status of [200, 404])
      expect(await errorOf(status, notFound)).toMatchObject({ code: "not-found", status });
    expect((await errorOf(200, notFound)).message).toContain("answered 200, but its body is an error");
  });

  it("H06 is auth{signature} or http for another error inside of a 200", async () => {
    expect(await errorOf(200, invalidSignature)).toMatchObject({ code: "auth", kind: "signature" });
    expect(await errorOf(200, '{"errors":[{"code":"out_of_stock"}]}')).toMatchObject({
      code: "http",
      kind: "error-in-success",
    });
    expect(await errorOf(200, '{"errors":[]}')).toMatchObject({ code: "http", kind: "error-in-success" });
  });

  it("is auth{signature} for a 401 that refuses the signature, and the message names the other reading", async () => {
    const error = await errorOf(401, invalidSignature);
    expect(error).toMatchObject({ code: "auth", kind: "signature", status: 401, attempts: 1 });
    expect(error.message).toContain("sharedKey (WALLEO_SHARED_KEY)");
    expect(error.message).toContain("emptyPayload");
  });

  it("A03 is auth{rejected} for any other 401, which names all three credentials", async () => {
    const error = await errorOf(401, invalidSignature.replace("invalid_signature", "unauthorized"));
    expect(error).toMatchObject({ code: "auth", kind: "rejected" });
    expect(error.message).toContain(
      "apiKey (WALLEO_API_KEY) and identifier (WALLEO_IDENTIFIER) and sharedKey (WALLEO_SHARED_KEY)",
    );
  });

  it("H08 is http{unknown-shape} for a 404 in other words, and server for a 500 in any", async () => {
    expect(await errorOf(404, "{}")).toMatchObject({ code: "http", kind: "unknown-shape" });
    expect(await errorOf(500, notFound)).toMatchObject({ code: "server" });
  });

  it("has a body of the document's type once its error is narrowed", async () => {
    const error: unknown = await errorOf(404, notFound);
    if (!isWalleoError(error, "getInventory", 404)) throw new Error("not narrowed");
    expectTypeOf(error.body).toEqualTypeOf<ErrorBodies["getInventory"][404]>();
    expect(error.body).toEqual(JSON.parse(notFound));
  });
});

it("has flat, exact types", () => {
  type Stock = GetInventoryResult["inventories"]["stocks"][number];
  expectTypeOf<Stock["owned_quantity"]>().toEqualTypeOf<string>();
});
