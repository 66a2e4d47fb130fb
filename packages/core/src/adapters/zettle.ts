import { createZettleClient, credentials, getLocationInventory, getProductsInventory } from "@inv/zettle";
import type { ZettleClient } from "@inv/zettle";

import { answerEach, groupLookups, refuseLookup, toCallOptions, toClient, toOptions } from "../adapter.js";
import type { CallContext, Capabilities, ClientHandle, Connector, InventoryAdapter, Lookup } from "../adapter.js";
import { noteExtraRows } from "../level.js";
import type { Basis, Figure, InventoryLevel, Location, Note } from "../level.js";
import { exact, unknown, untracked } from "../quantity.js";
import type { Quantity } from "../quantity.js";
import { Wire, attempt, theOnly, throwFirst, toQuantity } from "../wire.js";

const productsSource = {
  provider: "zettle",
  operation: "getProductsInventory",
  path: "/organizations/self/inventory/products",
};
const locationSource = {
  provider: "zettle",
  operation: "getLocationInventory",
  path: "/organizations/self/inventory/locations/{locationUuid}",
};

const capabilities: Capabilities = { quantities: ["onHand"], sellable: undefined, location: "optional" };

/** The most products in one call. Zettle documents no bound; a hundred UUIDs make a body of 4 KB, which no server refuses. */
const productsPerCall = 100;

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Returns the adapter for Zettle's inventory: one call for a hundred products at the STORE location, one for each other
 * location that is named.
 *
 * `item.id` is the product, `item.variantId` the variant, both UUIDs, in levels always in lower case. A product that Zettle
 * does not track is `untracked`. Zettle lists balances other than zero only, so a tracked product without a row has an
 * exact zero, of basis `inferred`; without `variantId` that is one level for the product. Only STORE is goods on hand:
 * what other locations hold is the term `zettle.balance`.
 *
 * The read of a single product is never used: it cannot tell zero from untracked.
 *
 * @see https://github.com/iZettle/api-documentation/blob/master/inventory-api/user-guides/manage-inventory-balances/fetch-inventory-balance.md
 * (read 2026-11-20; that rows of zero are left out is concluded from its examples)
 */
export function zettle(client: ClientHandle<"zettle">): InventoryAdapter {
  const zettleClient = toClient<ZettleClient>("zettle", client);
  return {
    provider: "zettle",
    capabilities,
    plan(lookups) {
      for (const [index, lookup] of lookups.entries()) checkIds(lookup, index);
      return [...groupLookups(lookups, ({ location }) => lower(location?.id ?? "")).values()].flatMap(toCalls);
    },
    async read({ lookups }, context: CallContext) {
      const options = toCallOptions(context);
      const productUuids = productsOf(lookups);
      const locationUuid = locationOf(lookups);
      const atStore = locationUuid === undefined;
      const answer = atStore
        ? await getProductsInventory(zettleClient, { locationType: "STORE", productUuids: [...productUuids] }, options)
        : await getLocationInventory(zettleClient, { locationUuid }, options);
      const base = { observedAt: new Date().toISOString(), ...(context.raw ? { raw: answer } : {}) };
      const wire = new Wire(atStore ? productsSource : locationSource, answer);
      const balances = readBalances(wire, locationUuid);
      const extra = extraRows(balances, lookups, atStore);
      return answerEach(lookups, (lookup) => ({
        levels: toStates(lookup, balances).map((state) => toLevel(lookup, state, balances, extra, base)),
        complete: true,
      }));
    },
  };
}

function checkIds({ item, location }: Lookup, index: number): void {
  const check = (field: string, id: string | undefined) => {
    if (id !== undefined && !uuid.test(lower(id)))
      throw refuseLookup(
        "zettle",
        index,
        field,
        "Zettle's ids are UUIDs, such as 7f3c2a10-5ce0-11ec-bf63-0242ac130002",
      );
  };
  check("item/id", item.id);
  check("item/variantId", item.variantId);
  check("location/id", location?.id);
}

/** The calls for the lookups at one location: a location is read whole, the STORE in portions of products. */
function toCalls(lookups: readonly Lookup[]): { lookups: readonly Lookup[]; request: undefined }[] {
  if (locationOf(lookups) !== undefined) return [{ lookups, request: undefined }];
  const portions = new Map(Array.from(productsOf(lookups), (id, index) => [id, Math.floor(index / productsPerCall)]));
  const calls = groupLookups(lookups, ({ item }) => String(portions.get(lower(item.id))));
  return Array.from(calls.values(), (portion) => ({ lookups: portion, request: undefined }));
}

function productsOf(lookups: readonly Lookup[]): ReadonlySet<string> {
  return new Set(lookups.map(({ item }) => lower(item.id)));
}

function locationOf(lookups: readonly Lookup[]): string | undefined {
  const id = lookups[0]?.location?.id;
  return id === undefined ? undefined : lower(id);
}

/** Zettle's UUIDs are the same in either case. */
function lower(id: string): string {
  return id.toLowerCase();
}

interface Row {
  readonly wire: Wire;
  /** Errors where the row does not say whose it is. */
  readonly product: string | Error;
  readonly variant: string | Error;
}

/** One answer, about one location. */
interface Balances {
  readonly location: string;
  /** The type of the location: the one asked for, or the one that every row gives; `undefined` where no row says it. */
  readonly type: string | undefined;
  readonly byRequest: boolean;
  readonly tracked: readonly (string | Error)[];
  readonly rows: readonly Row[];
}

function readBalances(answer: Wire, asked: string | undefined): Balances {
  const location = answer.at("locationUuid");
  const place = readUuid(location);
  if (asked !== undefined && place !== asked)
    throw location.error("identity", "is not the location that was asked for; no figure was taken");
  const variants = answer.at("variants").items();
  const types = new Set(variants.map((row) => attempt(() => row.at("locationType").text())));
  const [onlyType] = types;
  const common = types.size === 1 && typeof onlyType === "string" ? onlyType : undefined;
  return {
    location: place,
    type: asked === undefined ? "STORE" : common,
    byRequest: asked === undefined,
    tracked: answer
      .at("trackedProducts")
      .items()
      .map((product) => attempt(() => readUuid(product))),
    rows: variants.map((wire) => ({
      wire,
      product: attempt(() => readUuid(wire.at("productUuid"))),
      variant: attempt(() => readUuid(wire.at("variantUuid"))),
    })),
  };
}

/** A UUID in lower case. An id that is none might be anybody's, and no absence can be concluded beside it. */
function readUuid(wire: Wire): string {
  const id = lower(wire.text());
  if (!uuid.test(id)) throw wire.error("schema", "is no UUID");
  return id;
}

/** What the answer says of one item at the location. */
interface State {
  readonly variant: string | undefined;
  readonly balance: Quantity;
  readonly basis: Basis;
  readonly type: string | undefined;
  readonly notes: readonly Note[];
}

function toStates({ item }: Lookup, balances: Balances): readonly State[] {
  const { tracked, rows } = balances;
  const product = lower(item.id);
  const variant = item.variantId === undefined ? undefined : lower(item.variantId);
  const ofProduct = rows.filter((row) => row.product === product);
  const wanted = ofProduct.filter((row) => variant === undefined || row.variant === variant);
  if (!tracked.includes(product)) {
    throwFirst(tracked);
    return [
      {
        variant,
        balance: untracked,
        basis: "documented",
        type: balances.type,
        notes: wanted.length === 0 ? [] : [contradiction],
      },
    ];
  }
  if (variant === undefined || wanted.length === 0) {
    throwFirst(rows.map((row) => row.product));
    throwFirst(ofProduct.map((row) => row.variant));
  }
  if (wanted.length === 0) {
    // The zero rests on the rows that are there: they have to be of this very place.
    for (const { wire } of rows) readPlace(wire, balances);
    return [{ variant, balance: exact("0"), basis: "inferred", type: balances.type, notes: [] }];
  }
  const listed = [...new Set(wanted.map((row) => String(row.variant)))];
  return listed.map((id) => {
    const wires = wanted.filter((row) => row.variant === id).map(({ wire }) => wire);
    const { balance, type } = theOnly(
      wires,
      (wire) => readRow(wire, balances),
      (row) => [row.balance, row.type],
    );
    return { variant: id, balance, basis: "documented", type, notes: [] };
  });
}

const contradiction: Note = {
  code: "inconsistent",
  text: "Zettle lists a balance for this product, but not the product among those that it tracks; the balance was not taken.",
};

function readRow(row: Wire, balances: Balances): { readonly balance: Quantity; readonly type: string } {
  const type = readPlace(row, balances);
  return { balance: toQuantity(row.at("balance"), (balance) => balance.decimal()), type };
}

/** The type of a row's location, which has to be the one that was asked for. */
function readPlace(row: Wire, { location, byRequest }: Balances): string {
  const place = row.at("locationUuid");
  if (readUuid(place) !== location)
    throw place.error("identity", "is another location than the answer's; the figure was not taken");
  const type = row.at("locationType");
  if (byRequest && type.text() !== "STORE" && Object.hasOwn(kinds, type.text()))
    throw type.error("identity", "is another type of location than the one asked for; the figure was not taken");
  return type.text();
}

/** Rows that no lookup asked for: other variants; and other products, unless a whole location was asked for. */
function extraRows({ rows }: Balances, lookups: readonly Lookup[], atStore: boolean): readonly Note[] {
  const products = productsOf(lookups);
  const whole = new Set(lookups.filter(({ item }) => item.variantId === undefined).map(({ item }) => lower(item.id)));
  const variants = new Set(lookups.map(({ item }) => `${lower(item.id)} ${lower(item.variantId ?? "")}`));
  const extra = rows.flatMap(({ product, variant }) => {
    if (typeof product !== "string" || typeof variant !== "string") return [];
    if (!products.has(product)) return atStore ? [product] : [];
    return whole.has(product) || variants.has(`${product} ${variant}`) ? [] : [variant];
  });
  return noteExtraRows("variants or products", extra);
}

const kinds: Readonly<Record<string, NonNullable<Location["kind"]>>> = {
  STORE: "stocked",
  SOLD: "virtual",
  BIN: "virtual",
  SUPPLIER: "supplier",
};

function toLevel(
  { account, item }: Lookup,
  { variant, balance, basis, type, notes }: State,
  { location }: Balances,
  extra: readonly Note[],
  { observedAt, ...raw }: Pick<InventoryLevel, "observedAt" | "raw">,
): InventoryLevel {
  const kind = type !== undefined && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  const figure: Figure = { quantity: balance, basis, providerTerm: "balance" };
  const onHand =
    type === "STORE" || balance.kind === "untracked" ? figure : { ...figure, quantity: notOnHand(type, kind) };
  return {
    account,
    provider: "zettle",
    item: { id: lower(item.id), ...(variant === undefined ? {} : { variantId: variant }) },
    location: { id: location, ...(kind === undefined ? {} : { kind }) },
    quantities: { onHand },
    terms: onHand === figure ? {} : { "zettle.balance": figure },
    notes: [...notes, ...noteType(type, kind), ...extra],
    observedAt,
    ...raw,
  };
}

function notOnHand(type: string | undefined, kind: Location["kind"]): Quantity {
  const remedy = "Zettle counts goods on hand at its STORE location only; leave the location out to ask for it.";
  return unknown(type !== undefined && kind === undefined ? "not-understood" : "not-listed", remedy);
}

function noteType(type: string | undefined, kind: Location["kind"]): readonly Note[] {
  if (type === undefined || kind === "stocked") return [];
  if (kind === undefined)
    return [
      {
        code: "unknown-enum",
        text: `Zettle gives the location a type that is not documented: ${JSON.stringify(type)}.`,
      },
    ];
  return [{ code: "virtual-location", text: `${type} is a location of Zettle's bookkeeping, not goods to sell.` }];
}

/** How configuration becomes a Zettle account. */
export const connector: Connector = {
  provider: "zettle",
  credentials,
  options: ["baseUrl", "tokenUrl"],
  replacedCredentials: ["refreshToken"],
  connect: (options) => zettle(createZettleClient(toOptions(options))),
};
