import { inspect } from "node:util";

import { expect, test } from "vitest";

import { Emissions, findCanaries, formsOf } from "./canaries.js";

const secret = "sk/+\"\\'%=1f2e3d4c5b";

test.each(Object.entries(formsOf(secret)))("finds a planted leak, written as %s", (_, text) => {
  expect(findCanaries(`before ${text} after`, { key: secret })).toHaveLength(1);
});

test("finds a secret inside of something encoded with it", () => {
  const header = `Basic ${Buffer.from(`user:${secret}:more`).toString("base64")}`;
  expect(findCanaries(header, { key: secret })).toHaveLength(1);
  expect(findCanaries(JSON.stringify({ header: JSON.stringify({ secret }) }), { key: secret })).toHaveLength(1);
  expect(
    findCanaries(inspect({ nested: [new Map([["key", Buffer.from(secret)]])] }, { depth: 9 }), { key: secret }),
  ).toHaveLength(1);
});

test("finds nothing where there is nothing", () => {
  expect(
    findCanaries(JSON.stringify([`${secret.slice(0, -1)}c`, secret.slice(1), secret.slice(0, -1)]), { key: secret }),
  ).toEqual([]);
});

test.each([
  ["a message", () => new Error(`refused: ${secret}`)],
  ["a cause", () => new Error("refused", { cause: new Error("because", { cause: { headers: { key: secret } } }) })],
  ["a property", () => Object.assign(new Error("refused"), { request: { headers: [["authorization", secret]] } })],
  ["a stack", () => Object.assign(new Error("refused"), { stack: `at fetch (${encodeURIComponent(secret)})` })],
  ["toJSON", () => ({ toJSON: () => ({ key: secret }) })],
  ["toString", () => ({ toString: () => secret })],
  ["a collection", () => [new Map([["key", new Set([secret])]])]],
  ["a typed array", () => new TextEncoder().encode(secret)],
])("finds it in %s of what was emitted", (_, plant) => {
  const emissions = new Emissions();
  emissions.add("planted", plant());
  expect(emissions.leaks({ key: secret })).not.toEqual([]);
});
