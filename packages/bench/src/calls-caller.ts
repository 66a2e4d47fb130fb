import createFetchClient from "openapi-fetch";

import { getInventory } from "@inv/loop";
import type { LoopClient, paths } from "@inv/loop";
import { connect, headerKey } from "@inv/transport";
import type { Facts } from "@inv/transport";

import { compare } from "./line.ts";

const [, , url = ""] = process.argv;
const productVariantId = "653985747439023617";
const locationId = "631923350119788417";

// Loop's client with a limit that is counted and never reached: with its own, this would measure waiting.
const facts: Facts = {
  rateLimit: { requests: 1_000_000, windowMs: 1000, scope: "account", concurrency: 64 },
  operations: {
    "GET /inventories/{productVariantId}/{locationId}": {
      operation: "getInventory",
      shape: {
        properties: {
          available_count: { leaf: "int64", from: "number" },
          product_variant: {
            properties: {
              id: { leaf: "id" },
              weight_grams: { leaf: "integer", from: "number" },
              barcode: { leaf: "id" },
            },
          },
          location: { properties: { id: { leaf: "id" } } },
        },
      },
    },
  },
};
const key = { option: "apiKey", variable: "LOOP_API_KEY", secret: true, page: "https://loop.example" };
const client: LoopClient = connect(
  createFetchClient<paths>,
  {
    provider: "loop",
    baseUrl: url,
    facts,
    credentials: { read: [key] },
    scheme: "read",
    authoriser: headerKey("X-Authorization", "k"),
    headers: { "X-Loop-Global-Identifier-Type": "string" },
  },
  {},
);

const calls = {
  fetch: async () =>
    (
      await fetch(`${url}/inventories/${productVariantId}/${locationId}`, { headers: { "X-Authorization": "k" } })
    ).json(),
  ours: async () => getInventory(client, { productVariantId, locationId }),
};

async function run(
  call: () => Promise<unknown>,
  count: number,
  inFlight: number,
): Promise<{ cpu: number; time: number }> {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await call();
  };
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: user + system, time: performance.now() - begun };
}

const rounds = 30;
await compare(
  10,
  async () => (await run(calls.fetch, 300, 8)).cpu,
  async () => (await run(calls.ours, 300, 8)).cpu,
);
const cpu = await compare(
  rounds,
  async () => (await run(calls.fetch, 300, 1)).cpu,
  async () => (await run(calls.ours, 300, 1)).cpu,
);
const time = await compare(
  rounds,
  async () => (await run(calls.fetch, 640, 32)).time,
  async () => (await run(calls.ours, 640, 32)).time,
);
process.send?.({ cpu, throughput: 1 / time });
process.disconnect();
