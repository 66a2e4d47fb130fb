import { describe, expect, it } from "vitest";

import { isSameJson, parseExactJson, toJsonText, toRounded } from "../src/exact-json.ts";
import type { ExactJson } from "../src/exact-json.ts";
import { listOperations } from "../src/exchanges.ts";

const answer = { content: { "application/json": { examples: { thing: { value: { count: 1 } } } } } };

describe("a document that leaves a hole in the matrix is refused", () => {
  it("a status without an example", () => {
    expect(() => operationsOf({ responses: { 200: { content: { "application/json": {} } } } })).toThrow(
      "GET /things/{id}: 200 has no example",
    );
  });

  it("a response example without its required parameter", () => {
    expect(() => operationsOf({ parameters: [{ name: "id", in: "path", required: true }] })).toThrow(
      "GET /things/{id}: the parameter id has no example thing",
    );
  });

  it("a response example without its required body", () => {
    const requestBody = { required: true, content: { "application/json": {} } };
    expect(() => operationsOf({ requestBody })).toThrow("GET /things/{id}: the request body has no example thing");
  });

  it("a status that no answer has", () => {
    expect(() => operationsOf({ responses: { "1XX": answer } })).toThrow("1XX is no status of an answer");
  });

  it("an operation without operationId", () => {
    expect(() => operationsOf({ operationId: null })).toThrow("GET /things/{id} has no operationId");
  });
});

describe("an exchange", () => {
  it("takes the parameters of the path, unless the operation has its own of that name", () => {
    const shared = [parameter("id", "shared"), parameter("kind", "shared")];
    const [operation] = operationsOf({ parameters: [parameter("id", "own")] }, shared);
    expect(operation?.exchanges[0]?.parameters).toMatchObject([
      { name: "id", value: "own" },
      { name: "kind", value: "shared" },
    ]);
  });

  it("of a range, or of all other statuses, has one that the document does not have by itself", () => {
    const [operation] = operationsOf({ responses: { 400: answer, "4XX": answer, 500: answer, default: answer } });
    expect(operation?.exchanges.map(({ documented, status }) => [documented, status])).toEqual([
      ["400", 400],
      ["500", 500],
      ["4XX", 401],
      ["default", 501],
    ]);
  });

  it("of an answer without a body is named for its status", () => {
    const parameters = [{ name: "id", in: "query", examples: { "status-204": { value: "1" } } }];
    const [operation] = operationsOf({ parameters, responses: { 204: { description: "Gone." } } });
    expect(operation?.exchanges).toMatchObject([{ name: "status-204", status: 204, response: { value: undefined } }]);
  });

  it("knows the input field of a parameter, also where the document gives it", () => {
    const named = { name: "page_size", in: "query", examples: { thing: { value: 1 } }, "x-inv-name": "querySize" };
    const [operation] = operationsOf({ parameters: [parameter("include[]", "a"), named] });
    expect(operation?.exchanges[0]?.parameters.map(({ field }) => field)).toEqual(["include", "querySize"]);
  });

  it("leaves out an optional parameter that has no example of its name", () => {
    const [operation] = operationsOf({ parameters: [{ name: "since", in: "query" }] });
    expect(operation?.takesInput).toBe(true);
    expect(operation?.exchanges[0]?.parameters).toEqual([]);
  });
});

describe("exact JSON", () => {
  const text = '{"id":653985747439023617,"count":-9007199254740993,"balance":12.375,"nothing":null,"list":[1]}';

  it("keeps every digit there and back", () => {
    expect(parseExactJson(text)).toMatchObject({ id: 653985747439023617n, count: -9007199254740993n, balance: 12.375 });
    expect(toJsonText(parseExactJson(text))).toBe(text);
  });

  it("refuses a number that would change", () => {
    expect(() => parseExactJson('{"balance":10.50}')).toThrow("the number 10.50 would change on its way");
  });

  it("knows what a parser that rounds makes of it", () => {
    expect(toRounded(parseExactJson(text))).toMatchObject({ count: -9007199254740992 });
  });

  it("compares whatever the order of members, but not of items", () => {
    expect(isSameJson(parseExactJson('{"a":[1,2],"b":null}'), parseExactJson('{"b":null,"a":[1,2]}'))).toBe(true);
    expect(isSameJson(parseExactJson("[1,2]"), parseExactJson("[2,1]"))).toBe(false);
    expect(isSameJson(parseExactJson('{"a":null}'), parseExactJson('{"b":null}'))).toBe(false);
    expect(isSameJson(parseExactJson("9007199254740993"), parseExactJson("9007199254740992"))).toBe(false);
  });
});

it("an operation is signed in to by what is enough by itself, as it says or as the document does", () => {
  const credential = (option: string) => ({ "x-inv-credential": [{ option, variable: option.toUpperCase() }] });
  const securitySchemes = { key: credential("key"), token: credential("token"), other: credential("other") };
  const namesOf = (security: ExactJson | undefined) => {
    const operation = {
      operationId: "get",
      responses: { 200: answer },
      ...(security === undefined ? {} : { security }),
    };
    const content = { security: [{ token: [] }], paths: { "/": { get: operation } }, components: { securitySchemes } };
    return listOperations({ provider: "acme", content })[0]?.schemes.map(({ name }) => name);
  };
  expect(namesOf([{ other: [] }, { key: [], token: [] }, { key: [] }])).toEqual(["other", "key"]);
  expect(namesOf(undefined)).toEqual(["token"]);
});

function operationsOf(operation: { [name: string]: ExactJson }, parameters: ExactJson = []) {
  const get = { operationId: "getThing", responses: { 200: answer }, ...operation };
  return listOperations({ provider: "acme", content: { paths: { "/things/{id}": { get, parameters } } } });
}

function parameter(name: string, value: string): ExactJson {
  return { name, in: "query", examples: { thing: { value } } };
}
