import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { createSim } from "../src/index.js";
import type { Sim } from "../src/index.js";
import { fetchToken, mugAtLoop, realBases, realToken, send } from "./requests.js";

const wayOf = (sim: Sim) => ({ sim, fetch: sim.fetch, bases: realBases, zettleToken: realToken });
const locations = "/organizations/self/inventory/locations/";

async function read(sim: Sim, provider: keyof Sim["credentials"], path: string): Promise<string> {
  const token = provider === "zettle" ? await fetchToken(wayOf(sim)) : undefined;
  return (await send(wayOf(sim), provider, { path }, token)).text();
}

describe("the world", () => {
  const sim = createSim();

  it("has 2,000 products with a SKU and a barcode each, 400 gift cards and six places unless told otherwise", () => {
    const { products, places, giftCards } = sim.world;
    expect([products.length, places.length, giftCards.length]).toEqual([2000, 6, 400]);
    expect(new Set(products.map(({ sku }) => sku)).size).toBe(2000);
    expect(products.every(({ barcode }) => /^0\d{12}$/.test(barcode))).toBe(true);
  });

  it("names no two things by the same id", () => {
    const ids = [
      ...sim.world.products.flatMap(({ zettle, fourthwall, augno, loop }) => [
        zettle?.variantUuid,
        fourthwall?.variantId,
        augno?.itemId,
        loop?.variantId,
      ]),
      ...sim.world.places.map(({ loopId }) => loopId),
    ].filter((id) => id !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("has decimals, negatives, zeros, untracked products, unlimited cards and counts beyond 2^53", () => {
    const { products, giftCards, places } = sim.world;
    const till = products.flatMap(({ zettle }) => {
      const told = zettle && sim.truth.zettle(zettle.productUuid, zettle.variantUuid);
      return told === undefined ? [] : [told];
    });
    const balances = till.flatMap((told) => (told.tracked ? [told.balance] : []));
    expect(balances.filter((balance) => balance.includes(".")).length).toBeGreaterThan(100);
    expect(balances.filter((balance) => balance.startsWith("-")).length).toBeGreaterThan(50);
    expect(balances.filter((balance) => balance === "0").length).toBeGreaterThan(50);
    expect(till.filter(({ tracked }) => !tracked).length).toBeGreaterThan(50);
    expect(giftCards.filter(({ code }) => sim.truth.walleo(code)?.enabled === true).length).toBeGreaterThan(200);
    const counts = products.flatMap(({ loop }) =>
      loop === undefined ? [] : places.map(({ loopId }) => sim.truth.loop(loop.variantId, loopId)?.availableCount),
    );
    expect(counts.filter((count) => count !== undefined && /^-?\d{16,}$/.test(count)).length).toBeGreaterThan(50);
  });

  it("has ids in pairs that a double cannot tell apart, with different counts", () => {
    const ids = sim.world.products.flatMap(({ loop }) => loop?.variantId ?? []);
    const pairs = ids.flatMap((id, index) => {
      const other = ids[index + 1];
      return other !== undefined && Number(id) === Number(other) ? [[id, other] as const] : [];
    });
    expect(pairs.length).toBeGreaterThan(500);
    const told = (id: string) => sim.world.places.map(({ loopId }) => sim.truth.loop(id, loopId)?.availableCount);
    expect(pairs.every(([one, other]) => String(told(one)) !== String(told(other)))).toBe(true);
    const places = sim.world.places.map(({ loopId }) => Number(loopId));
    expect(new Set(places).size).toBeLessThan(6);
  });

  it("is another one with another seed, and as large as asked", () => {
    const other = createSim({ seed: 2, products: 50 });
    expect(other.world.products.length).toBe(50);
    const ids = sim.world.products.slice(8, 50).map(({ sku }) => sku);
    expect(ids.some((sku) => sim.world.stock(sku, "till") !== other.world.stock(sku, "till"))).toBe(true);
    expect(other.credentials.loop.apiKey).not.toBe(sim.credentials.loop.apiKey);
  });

  it("holds the story's assortment with its ids and figures", async () => {
    const { truth } = sim;
    const at = "5ce0-11ec-bf63-0242ac130002";
    expect(truth.zettle(`7f3c2a10-${at}`, `8a1d4b52-${at}`)).toEqual({ tracked: true, balance: "-3" });
    expect(truth.zettle(`91b6c0e4-${at}`, `a2c7d1f5-${at}`)).toEqual({ tracked: true, balance: "12.375" });
    expect(truth.zettle(`b3d8e2a6-${at}`, `c4e9f3b7-${at}`)).toEqual({ tracked: false });
    expect(truth.zettle(`d5faa4c8-${at}`, `e6abb5d9-${at}`)).toEqual({ tracked: true, balance: "0" });
    const hoodie = "00aa4abd-5778-4199-8161-0b49b2f212e5";
    const size = (digit: number) => truth.fourthwall(hoodie, `3f0e9c1a-8a52-4c57-9f7e-6a1d2b3c4d5${digit}`);
    expect([size(1), size(2)]).toEqual([
      { stock: "LIMITED", quantity: "7" },
      { stock: "LIMITED", quantity: "0" },
    ]);
    expect(truth.augno("it_01HTEA7K2M")).toEqual({
      onHand: "10.5",
      reserved: "2.25",
      availableToPromise: "8.25",
      short: "0",
      unit: "kg",
    });
    expect(truth.augno("it_01HMUG9Q4R")).toMatchObject({ onHand: "4", availableToPromise: "-3.5", short: "1.5" });
    const warehouse = "631923350119788417";
    expect(truth.loop("653985747439023617", warehouse)).toEqual({ availableCount: "42" });
    expect(truth.loop("653985747439023619", warehouse)).toEqual({ availableCount: "9007199254740993" });
    expect(truth.loop("653985747439023621", warehouse)).toBeUndefined();
    expect(truth.walleo("KELPFR")).toEqual({
      enabled: true,
      availableAmount: "unlimited",
      stocks: [
        { facialValue: "25", ownedQuantity: "12", sharedQuantity: "3" },
        { facialValue: "50", ownedQuantity: "5", sharedQuantity: "0" },
      ],
    });
    expect(truth.walleo("CLAYFR")).toMatchObject({ enabled: false });
  });
});

describe("what a provider is told", () => {
  const sim = createSim({ rateLimits: false });

  it("is the same at every endpoint of Zettle", async () => {
    const whole = await read(sim, "zettle", "/inventory");
    const store = "6e5e8d52-5ce0-11ec-bf63-0242ac130002";
    expect(await read(sim, "zettle", `${locations}${store}`)).toBe(whole);
    expect(await read(sim, "zettle", `${locations}?type=STORE`)).toBe(whole);
    const { variants } = JSON.parse(whole);
    for (const row of variants.slice(0, 40)) {
      const alone = await read(sim, "zettle", `${locations}${store}/products/${row.productUuid}`);
      expect(JSON.parse(alone).variants).toContainEqual(row);
    }
  });

  it("leaves out zeros and untracked products at Zettle, and every figure else is the truth", async () => {
    const { trackedProducts, variants } = JSON.parse(await read(sim, "zettle", "/inventory"));
    const balances = new Map<string, string>(
      variants.map((row: { variantUuid: string; balance: string }) => [row.variantUuid, row.balance]),
    );
    for (const { zettle } of sim.world.products) {
      if (zettle === undefined) continue;
      const truth = sim.truth.zettle(zettle.productUuid, zettle.variantUuid);
      expect(trackedProducts.includes(zettle.productUuid)).toBe(truth?.tracked);
      const balance = truth?.tracked === true && truth.balance !== "0" ? truth.balance : undefined;
      expect(balances.get(zettle.variantUuid)).toBe(balance);
    }
  });

  it("balances at Zettle: what the four locations hold of the goods adds up to nothing", () => {
    const mug = ["7f3c2a10-5ce0-11ec-bf63-0242ac130002", "8a1d4b52-5ce0-11ec-bf63-0242ac130002"] as const;
    const told = (["STORE", "SOLD", "BIN", "SUPPLIER"] as const).map((type) => sim.truth.zettle(...mug, type));
    expect(told.map((one) => one?.tracked === true && one.balance)).toEqual(["-3", "40", "0", "-37"]);
  });

  it("lists at Fourthwall what is limited, never what is made on demand", async () => {
    let unlimited = 0;
    for (const { fourthwall } of sim.world.products.slice(0, 400)) {
      if (fourthwall === undefined) continue;
      const body = await read(sim, "fourthwall", `/open-api/v1.0/products/${fourthwall.productId}/inventory`);
      const { results, total } = JSON.parse(body);
      expect(total).toBe(results.length);
      const row = results.find(({ variantId }: { variantId: string }) => variantId === fourthwall.variantId);
      const truth = sim.truth.fourthwall(fourthwall.productId, fourthwall.variantId);
      if (truth?.stock === "UNLIMITED") unlimited += 1;
      expect(row === undefined ? undefined : String(row.quantity)).toBe(
        truth?.stock === "LIMITED" ? truth.quantity : undefined,
      );
    }
    expect(unlimited).toBeGreaterThan(10);
  });

  it("is at Augno only what include[] asks for, in any of its spellings", async () => {
    const path = "/v1/catalog/items/it_01HTEA7K2M/inventory";
    const filled = async (query: string) =>
      Object.entries(JSON.parse(await read(sim, "augno", `${path}${query}`)))
        .filter(([name, value]) => name !== "object" && value !== null)
        .map(([name]) => name);
    expect(await filled("")).toEqual([]);
    expect(await filled("?include[]=short")).toEqual(["short"]);
    expect(await filled("?include=on_hand,short&include[]=reserved")).toEqual(["on_hand", "reserved", "short"]);
  });

  it("has a quantity of the newer shape at Augno, or of the older one for an older version", async () => {
    const path = "/v1/catalog/items/it_01HTEA7K2M/inventory?include[]=on_hand";
    expect(JSON.parse(await read(sim, "augno", path)).on_hand).toEqual({
      object: "computed_quantity",
      value: "10.5",
      display_value: "10.5 kg",
      unit: { id: "un_01HKGM8R2D", object: "unit", name: "Kilogram", abbreviation: "kg", type: "mass" },
    });
    const older = { path, headers: { "OpenMRP-Version": "1.0.forge-preview.2" } };
    const { on_hand: old } = JSON.parse(await (await send(wayOf(sim), "augno", older)).text());
    expect(old).toMatchObject({ object: "quantity", value: "10.5", unit: null });
    expect(old.id).toMatch(/^qt_/);
  });

  it("has ids as text at Loop when asked for, otherwise as numbers with every digit", async () => {
    expect(await read(sim, "loop", mugAtLoop)).toContain('"id":"653985747439023617"');
    const asNumbers = { path: mugAtLoop, headers: { "X-Loop-Global-Identifier-Type": "integer" } };
    expect(await (await send(wayOf(sim), "loop", asNumbers)).text()).toContain('"id":653985747439023617,');
  });

  it("is read in lower case at Zettle whatever the case of the question", async () => {
    const body = await read(
      sim,
      "zettle",
      `${locations}6E5E8D52-5CE0-11EC-BF63-0242AC130002/products/7F3C2A10-5CE0-11EC-BF63-0242AC130002`,
    );
    expect(JSON.parse(body).variants[0]).toMatchObject({
      productUuid: "7f3c2a10-5ce0-11ec-bf63-0242ac130002",
      balance: "-3",
    });
  });
});

describe("a change of the world", () => {
  it("shows at every provider that counts there", async () => {
    const sim = createSim({ rateLimits: false });
    sim.world.sell("MUG-01", "2");
    sim.world.sell("TEA-KG", "0.375");
    sim.world.adjust("MUG-01", "-1", "warehouse");
    sim.world.adjust("HOOD-L", "5", "web");
    sim.world.adjust("TEA-KG", "0.1", "workshop");
    sim.world.track("WRAP", true);
    sim.world.drawCard("KELPFR", "50");
    const { variants, trackedProducts } = JSON.parse(await read(sim, "zettle", "/inventory"));
    expect(variants.slice(0, 3).map(({ balance }: { balance: string }) => balance)).toEqual(["-5", "12", "180"]);
    expect(trackedProducts).toContain("b3d8e2a6-5ce0-11ec-bf63-0242ac130002");
    expect(JSON.parse(await read(sim, "loop", mugAtLoop)).available_count).toBe(41);
    const till = mugAtLoop.replace("788417", "788419");
    expect(JSON.parse(await read(sim, "loop", till)).available_count).toBe(-5);
    const hoodie = await read(
      sim,
      "fourthwall",
      "/open-api/v1.0/products/00aa4abd-5778-4199-8161-0b49b2f212e5/inventory",
    );
    expect(JSON.parse(hoodie).results[1].quantity).toBe(5);
    expect(sim.truth.augno("it_01HTEA7K2M")).toMatchObject({ onHand: "10.6", availableToPromise: "8.35" });
    expect(sim.truth.walleo("KELPFR")?.stocks[1]).toMatchObject({ ownedQuantity: "4" });
  });

  it("shows in what changed since", async () => {
    let now = Date.parse("2026-11-20T12:00:00Z");
    const sim = createSim({ rateLimits: false, now: () => now });
    const since = async () => {
      const body = await read(sim, "zettle", "/inventory?since=2026-11-19T00:00:00.000Z");
      return JSON.parse(body).variants.map(({ balance }: { balance: string }) => balance);
    };
    expect(await since()).toEqual(["12.375"]);
    now += 1000;
    sim.world.sell("MUG-01");
    expect(await since()).toEqual(["-4", "12.375"]);
  });

  it("is refused where it cannot be", () => {
    const { world } = createSim({ products: 10 });
    expect(() => world.sell("NONE")).toThrow("no product has the SKU");
    expect(() => world.sell("MUG-01", "0.5")).toThrow("counted in pieces");
    expect(() => world.sell("MUG-01", "1e3")).toThrow("no decimal");
    expect(() => world.adjust("HOOD-M", "2147483648", "web")).toThrow("32 bits");
    expect(() => world.drawCard("KELPFR", "20")).toThrow("no gift card");
  });
});

describe("the bytes", () => {
  async function digest(seed: number): Promise<string> {
    const sim = createSim({
      seed,
      products: 60,
      rateLimits: false,
      now: () => 1_795_176_000_000,
      walleo: { windowMs: Number.MAX_SAFE_INTEGER },
    });
    const way = wayOf(sim);
    const token = await fetchToken(way);
    const hash = createHash("sha256").update(token);
    const asked = [
      ...sim.world.giftCards.map(({ code }) => ["walleo", `/partners/v1/inventories/${code}`] as const),
      ...sim.world.products.flatMap(({ fourthwall, augno, zettle, loop }) => [
        ["fourthwall", `/open-api/v1.0/products/${fourthwall?.productId}/inventory`] as const,
        ["augno", `/v1/catalog/items/${augno?.itemId}/inventory?include=on_hand,reserved,short`] as const,
        ["zettle", `${locations}6e5e8d52-5ce0-11ec-bf63-0242ac130002/products/${zettle?.productUuid}`] as const,
        ["loop", `/inventories/${loop?.variantId}/631923350119788417`] as const,
      ]),
      ...["STORE", "SOLD", "BIN", "SUPPLIER"].map((type) => ["zettle", `${locations}?type=${type}`] as const),
    ];
    for (const [provider, path] of asked) {
      const response = await send(way, provider, { path }, token);
      expect([200, 404]).toContain(response.status);
      hash.update(JSON.stringify([response.status, [...response.headers]])).update(await response.text());
    }
    return hash.digest("hex");
  }

  it("are the same for the same seed, and others for another", async () => {
    const first = await digest(1);
    expect(await digest(1)).toBe(first);
    expect(await digest(2)).not.toBe(first);
  });

  it("are those of the release before: a change of them is a change for every user's fixtures", async () => {
    expect(await digest(1)).toBe("086fc338fbaba517188ec7c5e698eadfd8c92e4ca970aa36e40c8a563da75fab");
  });
});
