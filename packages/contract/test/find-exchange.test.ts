import { describe, expect, it } from "vitest";

import { listOperations, readDocument } from "../src/exchanges.ts";
import type { WireRequest } from "../src/find-exchange.ts";
import { findExchange, findOperation } from "../src/find-exchange.ts";

const products = "/organizations/self/inventory/products";
const locations = "/organizations/self/inventory/locations/";
const mug = "7f3c2a10-5ce0-11ec-bf63-0242ac130002";

describe("the operation of a request", () => {
  it("has the path without parameters before the one with", () => {
    expect(operationOf("zettle", request(locations))?.operationId).toBe("getLocationTypeInventory");
    expect(operationOf("zettle", request(`${locations}${mug}`))?.operationId).toBe("getLocationInventory");
  });

  it("may have parameters that are a part of a segment", () => {
    const templates = ["/files/{id}", "/files/{id}.json", "/files/{id}:{verb}"];
    const same = { provider: "acme", operationId: "getFile", method: "GET", takesInput: true, schemes: [] };
    const operations = templates.map((path) => Object.assign({ path, exchanges: [] }, same));
    const found = ["/files/1", "/files/1.json", "/files/1:hold", "/files/1/2"].map(
      (path) => findOperation(operations, request(path))?.path,
    );
    expect(found).toEqual([...templates, undefined]);
  });

  it("is none when only the method differs", () => {
    expect(operationOf("zettle", request(products))).toBeUndefined();
  });
});

describe("the exchange of a request", () => {
  it("is the one whose path parameters are asked for", () => {
    expect(exchangeOf("loop", request("/inventories/653985747439023619/631923350119788417"))).toBe("200 numeric-ids");
  });

  it("compares ids by every digit", () => {
    expect(exchangeOf("loop", request("/inventories/653985747439023618/631923350119788417"))).toBeUndefined();
  });

  it("may be one that fails", () => {
    expect(exchangeOf("loop", request("/inventories/653985747439023621/631923350119788417"))).toBe("404 unknown-item");
  });

  it("is a success where several statuses have the same request", () => {
    expect(exchangeOf("zettle", request("/inventory"))).toBe("200 store");
  });

  it("is the one with the most in common, the order of a repeated parameter aside", () => {
    const path = "/v1/catalog/items/it_01HTEA7K2M/inventory";
    const all = "include[]=short&include[]=on_hand&include[]=available_to_promise&include[]=reserved";
    expect(exchangeOf("augno", request(path))).toBe("200 tea-not-expanded");
    expect(exchangeOf("augno", request(path, { query: new URLSearchParams(all) }))).toBe("200 tea");
  });

  it("is found by a body, whatever the order of its members", () => {
    const body = JSON.stringify({ productUuids: [mug], locationType: "STORE" });
    expect(exchangeOf("zettle", request(products, { method: "POST", body }))).toBe("200 mug");
  });

  it("is none for a body that is not JSON", () => {
    expect(exchangeOf("zettle", request(products, { method: "POST", body: "{" }))).toBeUndefined();
  });
});

function operationOf(provider: string, wire: WireRequest) {
  return findOperation(listOperations(readDocument(provider)), wire);
}

function exchangeOf(provider: string, wire: WireRequest): string | undefined {
  const operation = operationOf(provider, wire);
  const exchange = operation === undefined ? undefined : findExchange(operation, wire);
  return exchange === undefined ? undefined : `${exchange.status} ${exchange.name}`;
}

function request(path: string, rest: Partial<WireRequest> = {}): WireRequest {
  return { method: "GET", path, query: new URLSearchParams(), headers: new Map(), body: "", ...rest };
}
