import type { PlaceKey, Unit } from "./world.js";

/** The assortment of a shop called "Kelp & Clay". Only the providers named know of each of the goods. */
export interface StoryGoods {
  readonly sku: string;
  readonly barcode: string;
  readonly name: string;
  readonly unit: Unit;
  readonly zettle?: { readonly productUuid: string; readonly variantUuid: string; readonly tracked: boolean };
  readonly fourthwall?: { readonly productId: string; readonly variantId: string };
  readonly augno?: { readonly itemId: string };
  readonly loop?: { readonly variantId: string; readonly externalId: string; readonly weightGrams: number };
  readonly stock: Partial<Readonly<Record<PlaceKey, string>>>;
  readonly sold?: string;
  readonly reserved?: string;
  readonly short?: string;
  /** When its stock last changed. */
  readonly changedAt: string;
}

const hoodie = "00aa4abd-5778-4199-8161-0b49b2f212e5";

export const storyGoods: readonly StoryGoods[] = [
  {
    sku: "MUG-01",
    barcode: "0023141001205",
    name: "Stoneware mug",
    unit: "pcs",
    zettle: {
      productUuid: "7f3c2a10-5ce0-11ec-bf63-0242ac130002",
      variantUuid: "8a1d4b52-5ce0-11ec-bf63-0242ac130002",
      tracked: true,
    },
    augno: { itemId: "it_01HMUG9Q4R" },
    loop: { variantId: "653985747439023617", externalId: "stoneware-mug-chalk", weightGrams: 410 },
    stock: { warehouse: "42", till: "-3", workshop: "4" },
    sold: "40",
    reserved: "6",
    short: "1.5",
    changedAt: "2026-11-17T08:12:44.120Z",
  },
  {
    sku: "TEA-KG",
    barcode: "0023141001236",
    name: "Loose kelp tea",
    unit: "kg",
    zettle: {
      productUuid: "91b6c0e4-5ce0-11ec-bf63-0242ac130002",
      variantUuid: "a2c7d1f5-5ce0-11ec-bf63-0242ac130002",
      tracked: true,
    },
    augno: { itemId: "it_01HTEA7K2M" },
    stock: { till: "12.375", workshop: "10.5" },
    sold: "75.25",
    reserved: "2.25",
    changedAt: "2026-11-19T14:05:31.702Z",
  },
  {
    sku: "WRAP",
    barcode: "0023141001243",
    name: "Gift wrap",
    unit: "pcs",
    zettle: {
      productUuid: "b3d8e2a6-5ce0-11ec-bf63-0242ac130002",
      variantUuid: "c4e9f3b7-5ce0-11ec-bf63-0242ac130002",
      tracked: false,
    },
    stock: { till: "180" },
    changedAt: "2026-10-02T10:30:00.000Z",
  },
  {
    sku: "STK-SET",
    barcode: "0023141001250",
    name: "Sticker set",
    unit: "pcs",
    zettle: {
      productUuid: "d5faa4c8-5ce0-11ec-bf63-0242ac130002",
      variantUuid: "e6abb5d9-5ce0-11ec-bf63-0242ac130002",
      tracked: true,
    },
    stock: { till: "0" },
    changedAt: "2026-11-15T17:48:09.315Z",
  },
  {
    sku: "HOOD-M",
    barcode: "0023141001267",
    name: "Hoodie, M",
    unit: "pcs",
    fourthwall: { productId: hoodie, variantId: "3f0e9c1a-8a52-4c57-9f7e-6a1d2b3c4d51" },
    stock: { web: "7" },
    changedAt: "2026-11-19T16:40:03.087Z",
  },
  {
    sku: "HOOD-L",
    barcode: "0023141001274",
    name: "Hoodie, L",
    unit: "pcs",
    fourthwall: { productId: hoodie, variantId: "3f0e9c1a-8a52-4c57-9f7e-6a1d2b3c4d52" },
    stock: { web: "0" },
    changedAt: "2026-11-18T11:02:55.431Z",
  },
  {
    sku: "MUG-02",
    barcode: "0023141001212",
    name: "Stoneware mug, kelp green",
    unit: "pcs",
    loop: { variantId: "653985747439023619", externalId: "stoneware-mug-kelp", weightGrams: 410 },
    stock: { warehouse: "9007199254740993" },
    changedAt: "2026-11-16T09:00:00.000Z",
  },
  {
    sku: "CLAY-KG",
    barcode: "0023141001281",
    name: "Stoneware clay",
    unit: "kg",
    augno: { itemId: "it_01HCLAY5V3" },
    stock: { workshop: "140" },
    reserved: "35.5",
    changedAt: "2026-11-12T07:21:18.440Z",
  },
];

/** One face value: the whole number or decimal of money, and the cards of it bought in advance. */
export interface StoryFace {
  readonly facialValue: string;
  readonly owned: number;
  readonly shared: number;
}

export const storyCards: readonly {
  readonly code: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly faces: readonly StoryFace[];
}[] = [
  {
    code: "KELPFR",
    name: "Kelp & Clay",
    enabled: true,
    faces: [
      { facialValue: "25", owned: 12, shared: 3 },
      { facialValue: "50", owned: 5, shared: 0 },
    ],
  },
  {
    code: "CLAYFR",
    name: "Kelp & Clay Studio",
    enabled: false,
    faces: [{ facialValue: "50", owned: 2, shared: 0 }],
  },
];
