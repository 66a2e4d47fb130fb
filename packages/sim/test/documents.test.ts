import { describe, expect, it } from "vitest";

import { createSim } from "../src/index.js";
import type { Credentials } from "../src/index.js";
import type { Ask, Way } from "./requests.js";
import { fetchToken, mugAtLoop, realBases, realToken, send } from "./requests.js";
import { parseValue, readSchemas } from "./schema.js";

type Provider = keyof Credentials;

interface Sample extends Ask {
  readonly operation: string;
  readonly status: number;
}

const sim = createSim({ products: 600, rateLimits: false });
const way: Way = { sim, fetch: sim.fetch, bases: realBases, zettleToken: realToken };
const token = await fetchToken(way);
const locations = "/organizations/self/inventory/locations/";
const store = "6e5e8d52-5ce0-11ec-bf63-0242ac130002";
const unknown = "00000000-5ce0-11ec-bf63-0242ac130002";
const all = "include[]=on_hand&include[]=reserved&include[]=available_to_promise&include[]=short";

const samples: Readonly<Record<Provider, readonly Sample[]>> = {
  walleo: [
    ...sim.world.giftCards.map(({ code }) => sample("getInventory", 200, `/partners/v1/inventories/${code}`)),
    sample("getInventory", 404, "/partners/v1/inventories/KELP-FR"),
    sample("getInventory", 401, "/partners/v1/inventories/KELPFR", { Authorization: "Bearer none" }),
  ],
  fourthwall: [
    ...distinct(sim.world.products.map(({ fourthwall }) => fourthwall?.productId)).map((id) =>
      sample("get-product-inventory", 200, `/open-api/v1.0/products/${id}/inventory`),
    ),
    sample("get-product-inventory", 404, `/open-api/v1.0/products/${unknown}/inventory`),
    sample("get-product-inventory", 401, `/open-api/v1.0/products/${unknown}/inventory`, {
      Authorization: "Basic eDp5",
    }),
    sample("get-product-inventory", 403, `/open-api/v1.0/products/${unknown}/inventory`, {
      "User-Agent": "Mozilla/5.0",
    }),
  ],
  augno: [
    ...distinct(sim.world.products.map(({ augno }) => augno?.itemId)).map((id) =>
      sample("retrieveItemInventory", 200, `/v1/catalog/items/${id}/inventory?${all}`),
    ),
    sample("retrieveItemInventory", 200, `/v1/catalog/items/it_01HTEA7K2M/inventory`),
    sample("retrieveItemInventory", 200, `/v1/catalog/items/it_01HTEA7K2M/inventory?${all}`, {
      "OpenMRP-Version": "1.0.forge-preview.2",
    }),
    sample("retrieveItemInventory", 400, `/v1/catalog/items/it_01HTEA7K2M/inventory?include[]=cost`),
    sample("retrieveItemInventory", 400, `/v1/catalog/items/it_01HTEA7K2M/inventory?page=2`),
    sample("retrieveItemInventory", 401, `/v1/catalog/items/it_01HTEA7K2M/inventory`, { Authorization: "Bearer none" }),
    sample("retrieveItemInventory", 403, `/v1/catalog/items/it_01HTEA7K2M/inventory`, {
      Authorization: `Bearer ${sim.scopelessCredentials.augno.apiKey}`,
    }),
    sample("retrieveItemInventory", 404, `/v1/catalog/items/it_01HNONE0000/inventory`),
  ],
  zettle: [
    sample("getInventory", 200, "/inventory"),
    sample("getInventory", 200, "/inventory?since=2026-11-19T00:00:00.000Z"),
    sample("getInventory", 401, "/inventory", { Authorization: "Bearer none" }),
    sample("getLocationInventory", 200, `${locations}${store}`),
    sample("getLocationInventory", 404, `${locations}${unknown}`),
    ...["STORE", "SOLD", "BIN", "SUPPLIER"].map((type) =>
      sample("getLocationTypeInventory", 200, `${locations}?type=${type}`),
    ),
    ...distinct(sim.world.products.map(({ zettle }) => zettle?.productUuid)).flatMap((uuid) => [
      sample("getProductInventory", 200, `${locations}${store}/products/${uuid}`),
      query([uuid]),
    ]),
    query(distinct(sim.world.products.map(({ zettle }) => zettle?.productUuid))),
    query([unknown]),
    sample("getProductInventory", 404, `${locations}${store}/products/${unknown}`),
  ],
  loop: [
    ...sim.world.products.flatMap(({ loop }) => {
      if (loop === undefined) return [];
      return sim.world.places.map(({ loopId }, index): Sample => {
        const status = sim.truth.loop(loop.variantId, loopId) === undefined ? 404 : 200;
        const headers: Record<string, string> = index % 2 === 0 ? {} : { "X-Loop-Global-Identifier-Type": "integer" };
        return sample("getInventory", status, `/inventories/${loop.variantId}/${loopId}`, headers);
      });
    }),
    sample("getInventory", 401, mugAtLoop, { "X-Authorization": sim.scopelessCredentials.loop.apiKey }),
  ],
};

function sample(operation: string, status: number, path: string, headers: Record<string, string> = {}): Sample {
  return { operation, status, path, headers };
}

function query(productUuids: readonly string[]): Sample {
  const body = JSON.stringify({ locationType: "STORE", productUuids });
  const path = "/organizations/self/inventory/products";
  return { operation: "getProductsInventory", status: 200, path, method: "POST", body };
}

function distinct(ids: readonly (string | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}

describe.each(["walleo", "fourthwall", "augno", "zettle", "loop"] as const)("%s", (provider) => {
  const schemas = readSchemas(provider);

  it("answers every operation as its document says, for every id of the world", async () => {
    const seen = new Set<string>();
    for (const { operation, status, ...ask } of samples[provider]) {
      const response = await send(way, provider, ask, token);
      const body = await response.text();
      expect([ask.path, response.status]).toEqual([ask.path, status]);
      expect(schemas.problems(operation, status, body)).toEqual([]);
      seen.add(operation);
    }
    expect([...seen].toSorted()).toEqual(schemas.operations.map(({ operationId }) => operationId).toSorted());
  }, 20_000);

  it("answers each documented error as its document says", async () => {
    for (const { operationId, statuses } of schemas.operations) {
      const {
        path,
        method = "GET",
        body,
      } = samples[provider].find(({ operation }) => operation === operationId) ?? {
        path: "",
      };
      for (const status of statuses.filter((one) => one >= 400)) {
        sim.setFaults([{ fault: { type: "status", status } }]);
        const response = await send(way, provider, { path, method, ...(body !== undefined && { body }) }, token);
        expect(response.status).toBe(status);
        expect(schemas.problems(operationId, status, await response.text())).toEqual([]);
      }
    }
    sim.setFaults([]);
  });
});

describe("the validator", () => {
  const schemas = readSchemas("loop");

  it("finds a number that is no integer, a text that is too long and a key that comes twice", () => {
    expect(schemas.problems("getInventory", 200, '{"available_count":1.5}')).toEqual([
      "/available_count is no integer",
    ]);
    expect(schemas.problems("getInventory", 200, '{"location":[{"name":"' + "x".repeat(46) + '"}]}')).toEqual([
      "/location fits 0 of anyOf",
    ]);
    expect(() => parseValue('{"a":1,"\\u0061":2}')).toThrow("twice");
  });

  it("finds a status that is not documented", () => {
    expect(schemas.problems("getInventory", 418, "{}")).toEqual(["getInventory documents no 418"]);
  });
});
