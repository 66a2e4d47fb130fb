import { readFileSync } from "node:fs";

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { toJsonText } from "../src/exact-json.ts";
import type { Exchange, Operation } from "../src/exchanges.ts";
import { documentPath, listOperations, listProviders, readDocument } from "../src/exchanges.ts";
import type { Mocks } from "../src/mocks.ts";
import { startMocks } from "../src/mocks.ts";
import { startPrism } from "../src/prism.ts";
import type { RawRequest } from "../src/raw-request.ts";
import { toRawRequest } from "../src/raw-request.ts";
import { anyCredentials, sendRaw } from "./send-raw.ts";

// The typed clients cannot send these, so they are sent raw.
const operations = listProviders().flatMap((provider) => listOperations(readDocument(provider)));
let mocks: Mocks;

beforeAll(async () => {
  mocks = await startMocks();
});
beforeEach(() => {
  mocks.takeViolations();
});
afterAll(async () => {
  await mocks.close();
});

describe("a request without credentials", () => {
  it.each(operations)("$provider $operationId is answered with the documented 401", async (operation) => {
    const answer = await sendRaw(baseUrl(operation), toRawRequest(operation, success(operation)));
    const documented = operation.exchanges.find(({ status }) => status === 401);
    expect(documented).toBeDefined();
    expect(answer.status).toBe(401);
    expect(answer.text).toBe(toJsonText(documented?.response.value ?? null));
    expect(mocks.takeViolations().join()).toContain("security scheme");
  });
});

describe("a request that lacks what the document requires", () => {
  it("getLocationTypeInventory without type is refused", async () => {
    const answer = await refusalOf("zettle", "getLocationTypeInventory", (request) => request.query.delete("type"));
    expect(answer).toMatchObject({ status: 422, validation: [{ location: ["query"], code: "required" }] });
  });

  it.each(["locationType", "productUuids"])("getProductsInventory without %s is refused", async (field) => {
    const answer = await refusalOf("zettle", "getProductsInventory", (request) => {
      request.body = JSON.stringify({ ...JSON.parse(request.body ?? ""), [field]: undefined });
    });
    expect(answer).toMatchObject({ status: 422, validation: [{ location: ["body"], code: "required" }] });
  });

  it("getProductsInventory without a body is refused", async () => {
    const answer = await refusalOf("zettle", "getProductsInventory", (request) => (request.body = undefined));
    expect(answer).toMatchObject({ status: 422, validation: [{ message: "Body parameter is required" }] });
  });
});

describe("a request with a value that the document does not allow", () => {
  it("getLocationTypeInventory with an unknown type is refused", async () => {
    const answer = await refusalOf("zettle", "getLocationTypeInventory", ({ query }) => query.set("type", "SHELF"));
    expect(answer).toMatchObject({ status: 422, validation: [{ location: ["query", "type"], code: "enum" }] });
  });

  it("getProductsInventory with an unknown location type is refused", async () => {
    const answer = await refusalOf("zettle", "getProductsInventory", (request) => {
      request.body = JSON.stringify({ ...JSON.parse(request.body ?? ""), locationType: "SHELF" });
    });
    expect(answer).toMatchObject({ status: 422, validation: [{ location: ["body", "locationType"], code: "enum" }] });
  });

  it("retrieveItemInventory with an unknown include[] is answered with the documented 400", async () => {
    const answer = await refusalOf("augno", "retrieveItemInventory", ({ query }) => query.append("include[]", "lost"));
    expect(answer).toMatchObject({ status: 400, error: { code: "parameter_invalid", param: "include[]" } });
  });

  it("getLocationInventory with a location that is no UUID is refused", async () => {
    const answer = await refusalOf("zettle", "getLocationInventory", (request) => {
      request.path = "/organizations/self/inventory/locations/store";
    });
    expect(answer).toMatchObject({ status: 422, validation: [{ code: "format" }] });
  });

  it("getInventory of Loop with an id that is no whole number is refused", async () => {
    const answer = await refusalOf("loop", "getInventory", (request) => (request.path = "/inventories/MUG-01/1"));
    expect(answer).toMatchObject({ status: 422, validation: [{ code: "pattern" }] });
  });

  it("a body that is not JSON is refused", async () => {
    const answer = await refusalOf("zettle", "getProductsInventory", (request) => (request.body = '{"locationType":'));
    expect(answer).toEqual({ title: "the body is not JSON", status: 400 });
  });
});

describe("a request for what the mocks do not have", () => {
  it.each(listProviders())("a path that is not in the document of %s is refused", async (provider) => {
    const response = await fetch(`${mocks.baseUrls[provider]}/nothing`);
    expect(response.status).toBe(404);
    expect(mocks.takeViolations()).toHaveLength(1);
  });

  it("an id that no exchange knows is answered with the documented 404", async () => {
    const response = await fetch(`${mocks.baseUrls["loop"]}/inventories/1/2`, { headers: anyCredentials });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ http_code: "GEN-NOT-FOUND" });
    expect(mocks.takeViolations()).toEqual([]);
  });
});

describe("a request that asks for an exchange with Prefer", () => {
  it("gets it, whatever its ids", async () => {
    const answer = await prefer("code=200, example=numeric-ids");
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('"id":653985747439023619');
    expect(mocks.takeViolations()).toEqual([]);
  });

  it("gets the first of a status when it names no example", async () => {
    expect(await prefer("code=429")).toMatchObject({ status: 429, text: expect.stringContaining("GEN-TOO-MANY") });
    expect(mocks.takeViolations()).toEqual([]);
  });

  it.each(["code=404, example=mug", "code=500", "example=mug"])("is refused when none is %s", async (asked) => {
    expect(await prefer(asked)).toMatchObject({ status: 404, text: expect.stringContaining("documents no exchange") });
    expect(mocks.takeViolations()).toHaveLength(1);
  });
});

describe("an answer that breaks the document", () => {
  it.each(operations)("$provider $operationId: Prism reports a broken example", async (operation) => {
    const document: object = JSON.parse(readFileSync(documentPath(operation.provider), "utf8"));
    breakExamples(document);
    const prism = await startPrism(document);
    try {
      const answer = await sendRaw(prism.url, toRawRequest(operation, success(operation)), anyCredentials);
      expect(answer.headers.get("sl-violations")).toContain('"location":["response","body"');
    } finally {
      await prism.close();
    }
  });
});

describe("Zettle's token endpoint", () => {
  const assertion = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer" };

  it("answers the assertion grant with a token for two hours", async () => {
    const { ZETTLE_CLIENT_ID: client_id = "", ZETTLE_API_KEY: assertion_ = "" } = mocks.environment;
    expect(await token({ ...assertion, client_id, assertion: assertion_ })).toEqual({
      status: 200,
      body: { access_token: expect.any(String), expires_in: 7200 },
    });
  });

  it("answers the refresh grant with a token for two hours", async () => {
    const {
      ZETTLE_CLIENT_ID: client_id = "",
      ZETTLE_CLIENT_SECRET: client_secret = "",
      ZETTLE_REFRESH_TOKEN: refresh_token = "",
    } = mocks.environment;
    expect(await token({ grant_type: "refresh_token", client_id, client_secret, refresh_token })).toEqual({
      status: 200,
      body: { access_token: expect.any(String), expires_in: 7200 },
    });
  });

  it("answers a wrong key with invalid_grant", async () => {
    const { ZETTLE_CLIENT_ID: client_id = "" } = mocks.environment;
    expect(await token({ ...assertion, client_id, assertion: "revoked" })).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    });
  });

  it("answers another grant with unsupported_grant_type", async () => {
    expect(await token({ grant_type: "password" })).toMatchObject({
      status: 400,
      body: { error: "unsupported_grant_type" },
    });
  });

  it("answers a body that is no form with invalid_request", async () => {
    const response = await fetch(mocks.tokenUrl, { method: "POST", body: "{}" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: "invalid_request" });
  });
});

/** What Loop's mock answers to a known request with this `Prefer`. */
function prefer(asked: string) {
  const operation = find("loop", "getInventory");
  const request = toRawRequest(operation, success(operation));
  return sendRaw(baseUrl(operation), request, { ...anyCredentials, Prefer: asked });
}

/** What the answer says to the request of an operation's first success, after something about it was spoilt. */
async function refusalOf(
  provider: string,
  operationId: string,
  spoil: (request: RawRequest) => void,
): Promise<unknown> {
  const operation = find(provider, operationId);
  const request = toRawRequest(operation, success(operation));
  spoil(request);
  const { status, text } = await sendRaw(baseUrl(operation), request, anyCredentials);
  expect(mocks.takeViolations()).toHaveLength(1);
  return { ...JSON.parse(text), status };
}

function find(provider: string, operationId: string): Operation {
  const found = operations.find((one) => one.provider === provider && one.operationId === operationId);
  if (found === undefined) throw new Error(`${provider} has no ${operationId}`);
  return found;
}

function success({ exchanges }: Operation): Exchange {
  const found = exchanges.find(({ status }) => status >= 200 && status <= 299);
  if (found === undefined) throw new Error("there is no 2xx exchange");
  return found;
}

function baseUrl({ provider }: Operation): string {
  return mocks.baseUrls[provider] ?? "";
}

/** Puts a number in the place of every response example. */
function breakExamples(node: object): void {
  for (const [key, member] of Object.entries(node)) {
    if (typeof member !== "object" || member === null || key === "parameters" || key === "requestBody") continue;
    if (key === "examples" && "schema" in node)
      for (const example of Object.values(member)) Object.assign(Object(example), { value: 1 });
    else breakExamples(member);
  }
}

async function token(form: Record<string, string>) {
  const response = await fetch(mocks.tokenUrl, { method: "POST", body: new URLSearchParams(form) });
  const body: unknown = await response.json();
  return { status: response.status, body };
}
