import { createLoopClient, getInventory } from "@inv/loop";
import { afterAll, beforeAll, expect, it } from "vitest";

import type { Mocks } from "../src/mocks.ts";
import { startMocks } from "../src/mocks.ts";

const locationId = "631923350119788417";
const numeric = { productVariantId: "653985747439023619", locationId };
const textual = { productVariantId: "653985747439023617", locationId };
let mocks: Mocks;

beforeAll(async () => {
  mocks = await startMocks();
});
afterAll(async () => {
  await mocks.close();
});

it("P08 P10 the mock answers with every digit of numbers beyond 2^53", async () => {
  const text = await raw(numeric);
  expect(text).toContain('"available_count":9007199254740993');
  expect(text).toContain('"id":653985747439023619');
  expect(text).toContain('"id":631923350119788417');
});

it("P08 P10 the client returns numbers beyond 2^53 as exact text", async () => {
  const level = await getInventory(client(), numeric);
  expect(level).toMatchObject({
    available_count: "9007199254740993",
    product_variant: [{ id: "653985747439023619", weight_grams: 410, barcode: "0023141001212" }],
    location: [{ id: "631923350119788417" }],
  });
});

it("P08 the client returns ids that came as text unchanged", async () => {
  expect(await raw(textual)).toContain('"id":"653985747439023617"');
  expect(await getInventory(client(), textual)).toMatchObject({
    available_count: "42",
    product_variant: [{ id: "653985747439023617", barcode: "0023141001205" }],
    location: [{ id: "631923350119788417" }],
  });
});

it("P08 a neighbour of an id is another id, in both directions", async () => {
  const neighbour = getInventory(client(), { ...numeric, productVariantId: "653985747439023618" });
  await expect(neighbour).rejects.toMatchObject({ code: "not-found" });
});

function client() {
  return createLoopClient({ apiKey: "made-up", baseUrl: mocks.baseUrls["loop"] ?? "" });
}

async function raw({ productVariantId, locationId: location }: typeof numeric): Promise<string> {
  const response = await fetch(`${mocks.baseUrls["loop"]}/inventories/${productVariantId}/${location}`, {
    headers: { "X-Authorization": "made-up" },
  });
  return response.text();
}
