import { isInvError } from "@inv/transport";
import { expect, test } from "vitest";

import { createInventory, refuseLookup } from "../src/index.js";
import type { InventoryAdapter } from "../src/index.js";
import { fakeAdapter, untyped } from "./fakes.js";

async function refusalOf(accounts: Record<string, InventoryAdapter>, lookups: unknown) {
  try {
    await createInventory({ accounts }).read(untyped(lookups));
  } catch (error) {
    if (isInvError(error)) return { code: error.code, pointer: error.pointer, message: error.message };
    throw error;
  }
  return undefined;
}

const good = { account: "till", item: { id: "mug" } };

test("a lookup of an unknown account is refused by its index, naming the accounts there are", async () => {
  const till = fakeAdapter();
  expect(await refusalOf({ till, shop: fakeAdapter() }, [good, { account: "tili", item: { id: "mug" } }])).toEqual({
    code: "config",
    pointer: "/1/account",
    message: 'lookup 1, account: there is no account "tili"; there is till, shop',
  });
  expect(till.log.calls).toEqual([]);
});

test.each([
  [{ item: { id: "mug" } }, "/0/account"],
  [{ account: "till" }, "/0/item/id"],
  [{ account: "till", item: { id: "" } }, "/0/item/id"],
  [{ account: "till", item: "mug" }, "/0/item/id"],
  [{ account: "till", item: { id: "mug", variantId: "" } }, "/0/item/variantId"],
  [{ account: "till", item: { id: "mug" }, location: {} }, "/0/location/id"],
  [null, "/0/account"],
  ["mug", "/0/account"],
])("a malformed lookup %j is refused at %s", async (lookup, pointer) => {
  expect(await refusalOf({ till: fakeAdapter({ location: "optional" }) }, [lookup])).toMatchObject({
    code: "config",
    pointer,
  });
});

test("P08 an id given as a number is refused: its last digits may be gone already", async () => {
  const refusal = await refusalOf({ till: fakeAdapter() }, [{ account: "till", item: { id: 42 } }]);
  expect(refusal).toEqual({
    code: "config",
    pointer: "/0/item/id",
    message: "lookup 0, item.id: ids are texts, or large ones lose digits; put it in quotes",
  });
});

test.each([".", "..", "%2e", "%2E%2e", ".%2e"])("C20 the id %s is refused: it would climb in a path", async (id) => {
  const till = fakeAdapter({ location: "optional" });
  expect(await refusalOf({ till }, [{ account: "till", item: { id } }])).toMatchObject({
    code: "config",
    pointer: "/0/item/id",
  });
  expect(await refusalOf({ till }, [{ ...good, location: { id } }])).toMatchObject({ pointer: "/0/location/id" });
});

test("an id with half of a surrogate pair is refused: no request could carry it", async () => {
  expect(await refusalOf({ till: fakeAdapter() }, [{ account: "till", item: { id: "mug\uD83D" } }])).toMatchObject({
    code: "config",
    pointer: "/0/item/id",
  });
});

test("a location is refused where there are none, and missed where it is required", async () => {
  expect(await refusalOf({ till: fakeAdapter() }, [{ ...good, location: { id: "here" } }])).toEqual({
    code: "config",
    pointer: "/0/location",
    message: 'lookup 0, location: account "till" has no locations; leave location out',
  });
  expect(await refusalOf({ till: fakeAdapter({ location: "required" }) }, [good])).toEqual({
    code: "config",
    pointer: "/0/location",
    message: 'lookup 0, location: account "till" keeps stock by location; give location.id',
  });
});

test("lookups that are no array are refused", async () => {
  expect(await refusalOf({ till: fakeAdapter() }, good)).toMatchObject({ code: "config" });
});

test("what an adapter refuses is refused at the caller's own index", async () => {
  const shop = fakeAdapter({
    plan: (lookups) => {
      const index = lookups.findIndex(({ item }) => item.variantId !== undefined);
      throw refuseLookup("acme", index, "item/variantId", "there are no variants; leave variantId out");
    },
  });
  const lookups = [
    good,
    { account: "shop", item: { id: "a" } },
    good,
    { account: "shop", item: { id: "b", variantId: "c" } },
    { account: "shop", item: { id: "b", variantId: "c" } },
  ];
  const till = fakeAdapter();
  expect(await refusalOf({ till, shop }, lookups)).toEqual({
    code: "config",
    pointer: "/3/item/variantId",
    message: "lookup 3, item.variantId: there are no variants; leave variantId out",
  });
  expect(till.log.calls).toEqual([]);
});

test.each([["nothing"], [{}], [undefined], [null]])("an account with %j for an adapter is refused", (adapter) => {
  expect(() => createInventory({ accounts: { till: untyped(adapter) } })).toThrow('account "till" has no adapter');
});

test("C18 accounts may be called __proto__ or constructor", async () => {
  const adapter = fakeAdapter();
  const { read } = createInventory({ accounts: { ["__proto__"]: adapter, constructor: adapter } });
  const { outcomes } = await read([
    { account: "__proto__", item: { id: "mug" } },
    { account: "constructor", item: { id: "mug" } },
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["ok", "ok"]);
  expect(await refusalOf({ till: fakeAdapter() }, [{ account: "constructor", item: { id: "mug" } }])).toMatchObject({
    code: "config",
    pointer: "/0/account",
  });
});

test("C11 an adapter gets lookups that it cannot change", async () => {
  const till = fakeAdapter({ location: "optional" });
  const lookup = { account: "till", item: { id: "mug" }, location: { id: "here" } };
  const { outcomes } = await createInventory({ accounts: { till } }).read([lookup]);
  const [planned = []] = till.log.planned;
  const given = [planned, ...planned, ...outcomes.map((outcome) => outcome.lookup)];
  const parts = [...planned, ...outcomes.map((outcome) => outcome.lookup)].flatMap((each) => [
    each.item,
    each.location,
  ]);
  expect([...given, ...parts].map((each) => Object.isFrozen(each))).toEqual(Array.from({ length: 7 }, () => true));
});
