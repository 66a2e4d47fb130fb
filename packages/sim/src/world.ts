import type { Decimal } from "./decimal.js";
import { add, decimal, negate, parseDecimal, subtract, toText, zero } from "./decimal.js";
import type { Random } from "./random.js";
import { random } from "./random.js";
import type { StoryGoods } from "./story.js";
import { storyCards, storyGoods } from "./story.js";

export const placeKeys = ["warehouse", "till", "web", "workshop", "kiosk", "old-store"] as const;
/** One of the six locations. */
export type PlaceKey = (typeof placeKeys)[number];

/** What goods are counted in. Those that are not pieces are weighed or measured, and have fractions. */
export type Unit = "pcs" | "kg" | "m";

/** Goods with one SKU and one barcode, and what each provider that knows them calls them. */
export interface Product {
  readonly sku: string;
  readonly barcode: string;
  readonly name: string;
  readonly unit: Unit;
  readonly zettle?: { readonly productUuid: string; readonly variantUuid: string };
  readonly fourthwall?: { readonly productId: string; readonly variantId: string };
  readonly augno?: { readonly itemId: string };
  readonly loop?: { readonly variantId: string; readonly externalId: string | null; readonly weightGrams: number };
}

/** A place where goods are. */
export interface Place {
  readonly key: PlaceKey;
  readonly name: string;
  /** Beyond 2^53, in pairs that a double cannot tell apart. */
  readonly loopId: string;
  readonly externalId: string;
  readonly active: boolean;
  readonly street: string;
  readonly postalCode: string;
}

/** A kind of gift card and the face values of which cards are listed. */
export interface GiftCard {
  readonly code: string;
  readonly name: string;
  readonly facialValues: readonly string[];
}

/** The world that all providers are told of. Quantities go in and out as exact text. */
export interface World {
  readonly products: readonly Product[];
  readonly places: readonly Place[];
  readonly giftCards: readonly GiftCard[];
  /** How much is at a place; `undefined` where nobody keeps count of those goods. */
  stock(sku: string, at: PlaceKey): string | undefined;
  /** Takes goods away, below zero if need be. At the till they count as sold there. */
  sell(sku: string, quantity?: string, at?: PlaceKey): void;
  /** Adds to what is at a place; a minus takes away. */
  adjust(sku: string, by: string, at?: PlaceKey): void;
  /** Starts or stops tracking at the till, for every SKU of the same product there. The balance is kept. */
  track(sku: string, tracked: boolean): void;
  /** Takes a gift card of a face value: an owned one, or else a shared one. */
  drawCard(code: string, facialValue: string): void;
}

/** @internal Goods with what is true of them now. */
export interface Goods {
  readonly product: Product;
  readonly stock: Map<PlaceKey, { quantity: Decimal; changedAt: number }>;
  /** At the till. */
  sold: Decimal;
  binned: Decimal;
  /** At the workshop: demand that holds stock, and demand that nothing covers. */
  reserved: Decimal;
  short: Decimal;
}

/** @internal */
export interface TillProduct {
  readonly uuid: string;
  tracked: boolean;
  readonly goods: Goods[];
}

/** @internal */
export interface Offer {
  readonly id: string;
  readonly createdAt: number;
  readonly variants: { readonly goods: Goods; readonly id: string; readonly unlimited: boolean }[];
}

/** @internal */
export interface Card extends GiftCard {
  /** Whether more are made on demand, without limit. */
  readonly enabled: boolean;
  readonly faces: { readonly facialValue: string; owned: bigint; shared: bigint }[];
}

/** @internal The world with the indexes by which providers find their way in it. */
export interface WorldState {
  readonly world: World;
  readonly placesByLoopId: ReadonlyMap<string, Place>;
  readonly tillProducts: ReadonlyMap<string, TillProduct>;
  readonly offers: ReadonlyMap<string, Offer>;
  readonly items: ReadonlyMap<string, Goods>;
  readonly loopVariants: ReadonlyMap<string, Goods>;
  readonly cards: ReadonlyMap<string, Card>;
  /** Goes up with every change. */
  version(): number;
}

const places: readonly Place[] = (
  [
    ["warehouse", "Main Warehouse", "631923350119788417", true, "14 Harbour Street", "04101"],
    ["till", "Harbour Street shop", "631923350119788419", true, "2 Harbour Street", "04101"],
    ["web", "Web orders", "631923350119788421", true, "16 Harbour Street", "04101"],
    ["workshop", "Workshop", "631923350119788545", true, "3 Kiln Lane", "04103"],
    ["kiosk", "Pier kiosk", "631923350119788547", true, "Pier 9", "04112"],
    ["old-store", "Old store", "631923350119788549", false, "71 Mill Road", "04002"],
  ] as const
).map(([key, name, loopId, active, street, postalCode]) => ({
  key,
  name,
  loopId,
  externalId: name.toLowerCase().replaceAll(" ", "-"),
  active,
  street,
  postalCode,
}));

const oldest = Date.UTC(2026, 0, 1);
const newest = Date.UTC(2026, 10, 18);
const int32 = 2n ** 31n;

/** @internal The world of a seed; `now` is asked when something changes. */
export function createWorld(seed: number, count: number, now: () => number): WorldState {
  const goods: Goods[] = [];
  const bySku = new Map<string, Goods>();
  const tillProducts = new Map<string, TillProduct>();
  const offers = new Map<string, Offer>();
  const items = new Map<string, Goods>();
  const loopVariants = new Map<string, Goods>();
  const cards = new Map<string, Card>();
  let version = 0;

  function join(one: Goods, { tracked, unlimited }: { tracked: boolean; unlimited: boolean }): void {
    const { sku, zettle, fourthwall, augno, loop } = one.product;
    goods.push(one);
    bySku.set(sku, one);
    if (zettle !== undefined) {
      const product = tillProducts.get(zettle.productUuid);
      if (product === undefined)
        tillProducts.set(zettle.productUuid, { uuid: zettle.productUuid, tracked, goods: [one] });
      else product.goods.push(one);
    }
    if (fourthwall !== undefined) {
      const variant = { goods: one, id: fourthwall.variantId, unlimited };
      const offer = offers.get(fourthwall.productId);
      if (offer === undefined)
        offers.set(fourthwall.productId, {
          id: fourthwall.productId,
          createdAt: Date.UTC(2026, 2, 2, 9, 14, 27, 512),
          variants: [variant],
        });
      else offer.variants.push(variant);
    }
    if (augno !== undefined) items.set(augno.itemId, one);
    if (loop !== undefined) loopVariants.set(loop.variantId, one);
  }

  for (const told of storyGoods) join(storyOf(told), { tracked: told.zettle?.tracked ?? false, unlimited: false });
  let shelf: Shelf = { till: 0, offer: 0, piece: 0 };
  for (let index = 0; index < count - storyGoods.length; index++) {
    const chance = random(seed, `product ${index}`);
    shelf = nextShelf(shelf, chance);
    const one = inventGoods(index, shelf, chance);
    join(one, { tracked: !chance.chance(0.07), unlimited: chance.chance(0.1) });
    if (one.product.unit === "pcs") shelf = { ...shelf, piece: shelf.piece + 1 };
  }
  for (const card of [...storyCards.map(storyCard), ...inventCards(seed, Math.ceil(count / 5) - storyCards.length)])
    cards.set(card.code, card);

  function find(sku: string): Goods {
    const found = bySku.get(sku);
    if (found === undefined) throw new RangeError(`no product has the SKU ${JSON.stringify(sku)}`);
    return found;
  }

  function change(sku: string, by: Decimal, at: PlaceKey): Goods {
    const found = find(sku);
    const quantity = add(found.stock.get(at)?.quantity ?? zero, by);
    if (quantity.scale > 0 && found.product.unit === "pcs" && at !== "workshop")
      throw new RangeError(`${sku} is counted in pieces: ${toText(quantity)} is not possible`);
    if (at === "web" && (quantity.digits >= int32 || quantity.digits < -int32))
      throw new RangeError(`${sku}: the web shop counts in 32 bits: ${toText(quantity)} is not possible`);
    found.stock.set(at, { quantity, changedAt: now() });
    version += 1;
    return found;
  }

  const world: World = {
    products: goods.map(({ product }) => product),
    places,
    giftCards: [...cards.values()].map(({ code, name, facialValues }) => ({ code, name, facialValues })),
    stock(sku, at) {
      const kept = find(sku).stock.get(at);
      return kept === undefined ? undefined : toText(kept.quantity);
    },
    sell(sku, quantity = "1", at = "till") {
      const taken = parseDecimal(quantity);
      const found = change(sku, negate(taken), at);
      if (at === "till") found.sold = add(found.sold, taken);
    },
    adjust(sku, by, at = "till") {
      change(sku, parseDecimal(by), at);
    },
    track(sku, tracked) {
      const uuid = find(sku).product.zettle?.productUuid;
      const product = uuid === undefined ? undefined : tillProducts.get(uuid);
      if (product === undefined) throw new RangeError(`the till does not know ${sku}`);
      product.tracked = tracked;
      version += 1;
    },
    drawCard(code, facialValue) {
      const face = cards.get(code)?.faces.find((candidate) => candidate.facialValue === facialValue);
      if (face === undefined) throw new RangeError(`no gift card ${code} of ${facialValue} is listed`);
      if (face.owned > 0n) face.owned -= 1n;
      else if (face.shared > 0n) face.shared -= 1n;
      else throw new RangeError(`no gift card ${code} of ${facialValue} is left`);
      version += 1;
    },
  };
  return {
    world,
    placesByLoopId: new Map(places.map((place) => [place.loopId, place])),
    tillProducts,
    offers,
    items,
    loopVariants,
    cards,
    version: () => version,
  };
}

function storyOf({ sku, barcode, name, unit, zettle, fourthwall, augno, loop, ...told }: StoryGoods): Goods {
  const changedAt = Date.parse(told.changedAt);
  return {
    product: {
      sku,
      barcode,
      name,
      unit,
      ...(zettle && { zettle: { productUuid: zettle.productUuid, variantUuid: zettle.variantUuid } }),
      ...(fourthwall && { fourthwall }),
      ...(augno && { augno }),
      ...(loop && { loop }),
    },
    stock: new Map(
      placeKeys.flatMap((key) => {
        const quantity = told.stock[key];
        return quantity === undefined ? [] : [[key, { quantity: parseDecimal(quantity), changedAt }] as const];
      }),
    ),
    sold: parseDecimal(told.sold ?? "0"),
    binned: zero,
    reserved: parseDecimal(told.reserved ?? "0"),
    short: parseDecimal(told.short ?? "0"),
  };
}

function storyCard({ code, name, enabled, faces }: (typeof storyCards)[number]): Card {
  return {
    code,
    name,
    enabled,
    facialValues: faces.map(({ facialValue }) => facialValue),
    faces: faces.map(({ facialValue, owned, shared }) => ({
      facialValue,
      owned: BigInt(owned),
      shared: BigInt(shared),
    })),
  };
}

/** Which product of the till and which offer of the web shop the next goods belong to; how many goods are pieces so far. */
interface Shelf {
  readonly till: number;
  readonly offer: number;
  readonly piece: number;
}

/** About three in ten goods share their product at the till with the ones before; four pieces share an offer. */
function nextShelf({ till, piece }: Shelf, chance: Random): Shelf {
  return { till: chance.chance(0.3) ? till : till + 1, offer: Math.floor(piece / 4), piece };
}

const looks = ["Speckled", "Plain", "Tall", "Small", "Café", "Sea-green", "Chalk", "Nordlys", "鯨", "Naïve"] as const;
const things = ["mug", "bowl", "plate", "jug", "tote", "print", "candle", "soap", "scarf", "notebook"] as const;

function inventGoods(index: number, shelf: Shelf, chance: Random): Goods {
  const unit: Unit = chance.chance(0.85) ? "pcs" : chance.pick(["kg", "m"]);
  const number = String(index + 1).padStart(5, "0");
  const pieces = unit === "pcs";
  const changedAt = () => oldest + chance.integer(newest - oldest);
  const stock: Goods["stock"] = new Map();
  for (const key of placeKeys) {
    const always = key === "till" || key === "workshop" || (key === "web" && pieces);
    const figure = pieces ? countOf(chance, key === "web") : measureOf(chance);
    // The ERP counts receipts, which are never below zero.
    const quantity = key === "workshop" ? absolute(figure) : figure;
    if (always || (key !== "web" && chance.chance(0.85))) stock.set(key, { quantity, changedAt: changedAt() });
  }
  const till = scatter(shelf.till);
  const product: Product = {
    sku: `KC-${number}`,
    barcode: `0${chance.integer(2)}${String(chance.integer(1_000_000)).padStart(6, "0")}${number}`,
    name: `${chance.pick(looks)} ${chance.pick(things)} no. ${index + 1}`,
    unit,
    zettle: {
      productUuid: `${till}-7d1a-11ec-bf63-0242ac130002`,
      variantUuid: `${scatter(index)}-7d1b-11ec-bf63-0242ac130002`,
    },
    ...(pieces && {
      fourthwall: {
        productId: `${scatter(shelf.offer)}-7d1c-4d0e-8d57-5e1f6a0c9b11`,
        variantId: `${scatter(shelf.piece)}-7d1d-4d0e-8d57-5e1f6a0c9b11`,
      },
    }),
    augno: { itemId: `it_01J${scatter(index).toUpperCase()}` },
    ...(pieces && {
      loop: {
        variantId: String(loopBase + BigInt(Math.floor(shelf.piece / 2)) * 4096n + (shelf.piece % 2 === 0 ? 1n : 3n)),
        externalId: chance.chance(0.05) ? null : `kc-${number}`,
        weightGrams: 20 + chance.integer(3000),
      },
    }),
  };
  const demand = () => (chance.chance(0.5) ? zero : pieces ? decimal(BigInt(chance.integer(40))) : measureOf(chance));
  return {
    product,
    stock,
    sold: pieces ? decimal(BigInt(chance.integer(900))) : absolute(measureOf(chance)),
    binned: chance.chance(0.8) ? zero : decimal(BigInt(1 + chance.integer(9))),
    reserved: absolute(demand()),
    short: absolute(demand()),
  };
}

/** A multiple of the distance between doubles here (128): one and three more than it are the same double. */
const loopBase = 653985747440001024n;

/** Eight hexadecimal digits, different for different numbers. */
function scatter(number: number): string {
  return (Math.imul(number + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
}

function countOf(chance: Random, small: boolean): Decimal {
  const kind = chance.integer(100);
  if (kind < 10) return zero;
  if (kind < 16) return decimal(BigInt(-1 - chance.integer(12)));
  if (kind === 16 && !small) return decimal(2n ** 53n + 1n + 2n * BigInt(chance.integer(1000)));
  if (kind === 17 && !small) return decimal(-(2n ** 53n) - 1n - 2n * BigInt(chance.integer(1000)));
  return decimal(BigInt(1 + chance.integer(500)));
}

function measureOf(chance: Random): Decimal {
  const kind = chance.integer(100);
  if (kind < 8) return zero;
  if (kind < 14) return decimal(BigInt(-1 - chance.integer(9999)), 3);
  if (kind < 18) return decimal(10n ** 21n + BigInt(chance.integer(1_000_000)), 20);
  return decimal(BigInt(1 + chance.integer(900_000)), 1 + chance.integer(4));
}

function absolute(value: Decimal): Decimal {
  return value.digits < 0n ? negate(value) : value;
}

const faceValues = ["10", "12.5", "25", "50", "100", "150"] as const;

function inventCards(seed: number, count: number): Card[] {
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const chance = random(seed, `card ${index}`);
    const left = chance.integer(faceValues.length);
    const facialValues = chance.chance(0.02) ? [] : faceValues.filter((_value, position) => position !== left);
    return {
      code: `KC${String(index + 1).padStart(4, "0")}FR`,
      name: `${chance.pick(looks)} card no. ${index + 1}`,
      enabled: chance.chance(0.85),
      facialValues,
      faces: facialValues.map((facialValue) => ({
        facialValue,
        owned: BigInt(chance.chance(0.3) ? 0 : chance.integer(60)),
        shared: BigInt(chance.chance(0.5) ? 0 : chance.integer(200)),
      })),
    };
  });
}

/** @internal What a place of the till's bookkeeping holds: the store itself, or where its goods came from and went. */
export function tillBalance(goods: Goods, type: "STORE" | "SOLD" | "BIN" | "SUPPLIER"): Decimal {
  const store = goods.stock.get("till")?.quantity ?? zero;
  if (type === "STORE") return store;
  if (type === "SOLD") return goods.sold;
  if (type === "BIN") return goods.binned;
  return negate(add(add(store, goods.sold), goods.binned));
}

/** @internal What the ERP calculates from the workshop's stock and the demand on it. */
export function promise({ stock, reserved, short }: Goods) {
  const onHand = stock.get("workshop")?.quantity ?? zero;
  return { onHand, reserved, availableToPromise: subtract(subtract(onHand, reserved), short), short };
}
