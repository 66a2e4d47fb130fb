import createFetchClient from "openapi-fetch";
import { describe, expect, it } from "vitest";

import { hexKey, hmacSha256 } from "../src/hmac.js";
import type { Authoriser, Facts, Shape } from "../src/index.js";
import { call, connect, unlimitedRates, writeExact } from "../src/index.js";
import { authorisation, credentials, failureOf } from "./items.js";
import { json, serve } from "./loopback.js";

interface Move {
  item: string;
  quantity: string;
  note?: string | null;
  lines?: { item?: string; quantity?: string | null }[];
  prices?: { [place: string]: string };
}

/** The document of a made-up provider, as openapi-typescript would type it. */
interface paths {
  "/moves": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { "application/json": Move } };
      responses: { 200: { headers: Record<string, unknown>; content: { "application/json": object } } };
    };
  };
}

const id: Shape = { leaf: "int64", from: "number" };
const decimal: Shape = { leaf: "decimal", from: "number" };
const move: Shape = {
  properties: {
    item: id,
    quantity: decimal,
    lines: { items: { properties: { item: id, quantity: decimal } } },
    prices: { values: decimal },
  },
};
const facts: Facts = {
  operations: { "POST /moves": { operation: "moveStock" } },
  bodies: { write: writeExact, operations: { "POST /moves": move } },
};

function connectMoves(baseUrl: string, authoriser: Authoriser = authorisation) {
  return connect(
    createFetchClient<paths>,
    { provider: "acme", baseUrl, facts, credentials, scheme: "key", authoriser },
    { maxAttempts: 1, rateStore: unlimitedRates },
  );
}

type MovesClient = ReturnType<typeof connectMoves>;

/** What a generated function looks like. */
async function moveStock(client: MovesClient, input: Move): Promise<object> {
  const body = ["item", "quantity", "note", "lines", "prices"];
  return call(client, { method: "POST", path: "/moves", body }, input);
}

/** What is written for one value where the document has this shape. */
function written(value: unknown, shape: Shape = decimal, shapes: Readonly<Record<string, Shape>> = {}): unknown {
  return writeExact(value, "POST /", { write: writeExact, operations: { "POST /": shape }, shapes });
}

const big: Move = { item: "653985747439023617", quantity: "12.375" };

describe("a body with exact numbers", () => {
  it("P08 is sent with every digit, without quotes, from the function and from POST alike", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    const client = connectMoves(url);
    await moveStock(client, big);
    await client.POST("/moves", { body: big });
    expect(seen[0]).toMatchObject({
      body: '{"item":653985747439023617,"quantity":12.375}',
      headers: { "content-type": "application/json" },
    });
    expect(seen[1]).toEqual(seen[0]);
  });

  it("A20 is signed as it is sent", async () => {
    const key = hexKey("key", "00ff");
    const authoriser: Authoriser = {
      async authorise({ headers, body = "" }) {
        headers.set("x-signature", await hmacSha256(key, body));
      },
    };
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    await moveStock(connectMoves(url, authoriser), { ...big, note: "é" });
    expect(seen[0]?.body).toContain("653985747439023617,");
    expect(seen[0]?.headers["x-signature"]).toBe(await hmacSha256(key, seen[0]?.body ?? ""));
  });

  it("is refused as config, with the pointer, before anything is sent", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    const client = connectMoves(url);
    const lines = [{ quantity: "1" }, { quantity: "canary" }];
    const refused = { code: "config", operation: "moveStock", attempts: 0, pointer: "/lines/1/quantity" };
    expect(await failureOf(moveStock(client, { ...big, lines }))).toMatchObject(refused);
    expect(await failureOf(client.POST("/moves", { body: { ...big, lines } }))).toMatchObject(refused);
    expect(seen).toEqual([]);
  });

  it("keeps what stands beside them: null, nothing, text that looks like a number, odd names", () => {
    const value = {
      item: "1",
      quantity: undefined,
      note: '1"2\\',
      code: "653985747439023617",
      lines: [{ quantity: null }, {}, { item: "2", note: "3" }],
      prices: JSON.parse('{"a\\"b":"1.50","__proto__":"2.0","toString":"3"}'),
      size: 1.5,
    };
    expect(written(value, move)).toBe(
      '{"item":1,"note":"1\\"2\\\\","code":"653985747439023617","lines":[{"quantity":null},{},{"item":2,"note":"3"}],' +
        '"prices":{"a\\"b":1.50,"__proto__":2.0,"toString":3},"size":1.5}',
    );
  });

  it("is refused as config where JSON cannot hold it", async () => {
    const circle: { parts?: unknown[]; quantity: string } = { quantity: "1" };
    circle.parts = [circle];
    const tree: Shape = { properties: { quantity: decimal, parts: { items: { ref: "Tree" } } } };
    const error = await failureOf(Promise.resolve().then(() => written(circle, { ref: "Tree" }, { Tree: tree })));
    expect(error).toMatchObject({ code: "config", message: "the body has a value that JSON cannot hold" });
  });

  it("is what JSON makes of it otherwise", () => {
    for (const value of [undefined, null, [], {}, "text", 5, { at: new Date(0), lines: [undefined, () => 1] }])
      expect(written(value, { properties: {}, items: {} })).toBe(JSON.stringify(value));
    const line = { quantity: "1" };
    expect(written({ lines: [line, line] }, move)).toBe('{"lines":[{"quantity":1},{"quantity":1}]}');
  });

  it("may be a number itself, or contain itself", () => {
    expect(written("9007199254740993")).toBe("9007199254740993");
    const tree: Shape = { properties: { quantity: decimal, parts: { items: { ref: "Tree" } } } };
    const given = { quantity: "1.0", parts: [{ quantity: "2.0", parts: [{ quantity: "3.0" }] }] };
    expect(written(given, { ref: "Tree" }, { Tree: tree })).toBe(
      '{"quantity":1.0,"parts":[{"quantity":2.0,"parts":[{"quantity":3.0}]}]}',
    );
  });

  it("has a text where the document allows text", () => {
    expect(written("12.5", { leaf: "decimal" })).toBe('"12.5"');
    expect(written("12.5", { leaf: "decimal", from: "string" })).toBe('"12.5"');
    const words: Shape = { leaf: "decimal", words: ["unlimited"] };
    expect([written("unlimited", words), written("12.5", words)]).toEqual(['"unlimited"', "12.5"]);
    expect(() => written("limited", words)).toThrow("the body has to be a decimal number, as text");
  });

  it("takes a list or one of its elements", () => {
    const either: Shape = { ...decimal, items: decimal };
    expect([written("1.0", either), written(["1.0", 2], either)]).toEqual(["1.0", "[1.0,2]"]);
  });
});

it("a decimal number is sent as it was given", () => {
  const given = ["0", "-0", "-1.50", "0.000", "1e3", "1E-7", `0.${"3".repeat(90)}`, 12.375, -0, 1e-7, 5, 12n];
  expect(given.map((value) => written(value))).toEqual(given.map(String));
  expect(written({ toJSON: () => "1.0" })).toBe("1.0");
});

it.each([
  "abc",
  "",
  "1e999",
  " 1",
  "1 ",
  "+1",
  ".5",
  "5.",
  "0x1",
  "NaN",
  "Infinity",
  "01",
  "-01",
  "1,5",
  "٤٢",
  "1".repeat(101),
  2 ** 53,
  1e21,
  Number.NaN,
  Number.NEGATIVE_INFINITY,
  true,
  {},
  ["1"],
  Symbol("1"),
])("a decimal number is refused where it is none: %s", async (value) => {
  const error = await failureOf(Promise.resolve().then(() => written({ prices: { a: value } }, move)));
  expect(error).toMatchObject({ code: "config", pointer: "/prices/a" });
});

it.each(["1.5", "1e3", "9223372036854775808", "-9223372036854775809", "1".repeat(1000), 1.5, "00"])(
  "a whole number is refused where it is none of 64 bits: %s",
  async (value) => {
    const error = await failureOf(Promise.resolve().then(() => written({ item: value }, move)));
    expect(error).toMatchObject({ code: "config", pointer: "/item" });
  },
);

it("a whole number of 64 bits is sent as it was given", () => {
  for (const item of ["0", "-9223372036854775808", "9223372036854775807", 5, 12n])
    expect(written({ item }, move)).toBe(`{"item":${item}}`);
});
