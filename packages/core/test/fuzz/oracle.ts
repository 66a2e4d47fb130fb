import type { Lookup } from "@inv/core";

import { isWhole, isWithin, toNormal } from "./decimal.ts";
import { fitsInt32 } from "./document.ts";
import type { Golden } from "./goldens.ts";
import { isWord, itemsOf, memberOf, parseTree, textOf } from "./json-tree.ts";
import type { Node } from "./json-tree.ts";

/**
 * What may be said of a figure: a number in the normal form of `toNormal`, `unlimited`, `untracked`, or `nothing`, where
 * only an explicit non-number is right.
 */
export type Claim = string;

/** One level that an answer gives rise to. */
export interface ExpectedLevel {
  /** The variant as the payload names it; a face value in normal form; `undefined` for a level of the whole item. */
  readonly variant: string | undefined;
  /** By quantity name, or the qualified name of a term. One that is left out may claim nothing. */
  readonly claims: Readonly<Record<string, Claim>>;
}

/** What a payload permits to say in answer to one lookup. */
export interface Expected {
  readonly levels: readonly ExpectedLevel[];
  /** Whether nothing stands in the way of an answer: an unharmed payload has to be read. */
  readonly sound: boolean;
  /** Whether a number is none of those that the document allows there: then the whole answer has to be refused. */
  readonly outOfRange?: boolean;
  /** Whether the outcome may call itself complete. */
  readonly complete: boolean;
  /** The unit of the figures. */
  readonly unit?: string | undefined;
  /** The location that the level is about, where the payload alone says it. */
  readonly location?: string | undefined;
  /** Details that a level repeats, where it has them at all. */
  readonly details?: Readonly<Record<string, string | undefined>>;
}

const nothing: Claim = "nothing";
const int64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };
const safe = { least: -(2n ** 53n) + 1n, most: 2n ** 53n - 1n };

/** Lookups for which nothing may be claimed at all. */
const unusable: Expected = { levels: [], sound: false, complete: true };
const outOfRange: Expected = { ...unusable, outOfRange: true };

type Oracle = (root: Node, lookup: Lookup) => Expected;

const oracles: Readonly<Record<string, Oracle>> = { walleo, fourthwall, augno, zettle, loop };

/**
 * Reads a payload, mutated from that golden one, without any code of core or transport and returns what each lookup may
 * be told.
 *
 * Where the payload is no JSON, names a member twice, or is about something else, that is nothing.
 */
export function expectFrom({ provider, schema, lookups }: Golden, payload: Uint8Array): readonly Expected[] {
  const text = decode(payload);
  const parsed = text === undefined ? undefined : parseTree(text);
  const oracle = oracles[provider];
  if (oracle === undefined) throw new Error(`there is no oracle for ${provider}`);
  if (parsed === undefined || parsed.repeats) return lookups.map(() => unusable);
  if (!fitsInt32(schema, parsed.root)) return lookups.map(() => outOfRange);
  return lookups.map((lookup) => oracle(parsed.root, lookup));
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(payload: Uint8Array): string | undefined {
  try {
    return utf8.decode(payload);
  } catch {
    return undefined;
  }
}

/** A number token that is a whole number within bounds. */
function wholeNumber(node: Node | undefined, bounds: { least: bigint; most: bigint }): Claim {
  if (node?.type !== "number") return nothing;
  const normal = toNormal(node.token);
  if (normal === undefined || !isWhole(normal) || !isWithin(normal, bounds.least, bounds.most)) return nothing;
  return normal;
}

/** A decimal as text in plain notation. */
function decimalText(node: Node | undefined): Claim {
  const text = textOf(node);
  if (text === undefined || !/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text)) return nothing;
  return toNormal(text) ?? nothing;
}

function isUsable(node: Node | undefined, claim: Claim): boolean {
  return claim !== nothing || isWord(node, "null");
}

/** The one claim of several rows; none where they contradict each other. */
function agreed(claims: readonly Claim[]): Claim {
  const [first = nothing, ...others] = claims;
  return others.every((claim) => claim === first) ? first : nothing;
}

function loop(root: Node, lookup: Lookup): Expected {
  const count = memberOf(root, "available_count");
  const variant = onlyOne(memberOf(root, "product_variant"), lookup.item.id);
  const place = onlyOne(memberOf(root, "location"), lookup.location?.id ?? "");
  if (variant === "foreign" || place === "foreign") return unusable;
  const available = wholeNumber(count, int64);
  const detail = (name: string) =>
    variant === "silent" ? undefined : (textOf(memberOf(variant, name)) ?? tokenOf(memberOf(variant, name)));
  return {
    levels: [{ variant: undefined, claims: { available } }],
    sound: isUsable(count, available),
    complete: true,
    location: lookup.location?.id,
    details: { sku: detail("sku"), barcode: detail("barcode"), name: detail("name") },
  };
}

function tokenOf(node: Node | undefined): string | undefined {
  return node?.type === "number" ? node.token : undefined;
}

/** The object that Loop wraps into an array, if it has the id that was asked for; `silent` where it does not say. */
function onlyOne(wrapped: Node | undefined, askedId: string): Node | "silent" | "foreign" {
  if (wrapped === undefined) return "silent";
  const items = itemsOf(wrapped) ?? [wrapped];
  const [only, other] = items;
  if (other !== undefined) return "foreign";
  if (only === undefined) return "silent";
  if (only.type !== "object") return "foreign";
  const id = memberOf(only, "id");
  if (id === undefined) return "silent";
  return (textOf(id) ?? tokenOf(id)) === askedId ? only : "foreign";
}

function fourthwall(root: Node, { item }: Lookup): Expected {
  const rows = itemsOf(memberOf(root, "results"));
  if (rows === undefined) return unusable;
  const complete = !exceeds(memberOf(root, "total"), rows.length) && !exceeds(memberOf(root, "totalPages"), 1);
  const named = rows.map((row) => ({ row, variant: textOf(memberOf(row, "variantId")) ?? "" }));
  const readable = named.every(({ variant }) => variant !== "");
  const wanted = named.filter(({ variant }) => item.variantId === undefined || variant === item.variantId);
  if ((item.variantId === undefined || wanted.length === 0) && !readable) return { ...unusable, complete };
  const levelOf = (variant: string | undefined): ExpectedLevel & { sound: boolean } => {
    const counts = wanted.filter((each) => each.variant === variant).map(({ row }) => memberOf(row, "quantity"));
    const claims = counts.map((count) => wholeNumber(count, safe));
    return {
      variant,
      claims: { available: agreed(claims) },
      sound: new Set(claims).size <= 1 && counts.every((count, index) => isUsable(count, claims[index] ?? nothing)),
    };
  };
  const variants = [...new Set(wanted.map(({ variant }) => variant))];
  const levels = wanted.length === 0 ? [levelOf(item.variantId)] : variants.map(levelOf);
  return { levels, sound: levels.every((level) => level.sound), complete };
}

function exceeds(node: Node | undefined, most: number): boolean {
  const normal = wholeNumber(node, safe);
  return normal !== nothing && !isWithin(normal, safe.least, BigInt(most));
}

const augnoNames = {
  on_hand: "onHand",
  reserved: "committed",
  available_to_promise: "availableToPromise",
  short: "short",
};

function augno(root: Node): Expected {
  const units = new Set<string | undefined>();
  const claims: Record<string, Claim> = {};
  let sound = true;
  for (const [wire, name] of Object.entries(augnoNames)) {
    const quantity = memberOf(root, wire);
    const value = memberOf(quantity, "value");
    const claim = decimalText(value);
    if (!isWord(quantity, "null") && !isUsable(value, claim)) sound = false;
    const unit = memberOf(quantity, "unit");
    units.add(nonEmpty(memberOf(unit, "abbreviation")) ?? nonEmpty(memberOf(unit, "name")));
    claims[name] = name === "short" && claim.startsWith("-") ? nothing : claim;
  }
  units.delete(undefined);
  const [unit, otherUnit] = units;
  if (otherUnit !== undefined) return { levels: [{ variant: undefined, claims: {} }], sound, complete: true };
  return { levels: [{ variant: undefined, claims }], sound, complete: true, unit };
}

function nonEmpty(node: Node | undefined): string | undefined {
  const text = textOf(node);
  return text === "" ? undefined : text;
}

function walleo(root: Node, { item }: Lookup): Expected {
  const inventories = memberOf(root, "inventories");
  const rows = itemsOf(memberOf(inventories, "stocks"));
  if (rows === undefined || textOf(memberOf(memberOf(inventories, "gift_card"), "code")) !== item.id) return unusable;
  const api = memberOf(inventories, "end_to_end_api");
  const isUnlimited =
    isWord(memberOf(api, "enabled"), "true") && textOf(memberOf(api, "available_amount")) === "unlimited";
  const available = isUnlimited ? "unlimited" : nothing;
  const faced = rows.map((row) => ({ row, face: faceOf(memberOf(row, "facial_value")) }));
  const readable = faced.every(({ face }) => face !== undefined);
  const asked = item.variantId === undefined ? undefined : toNormal(item.variantId);
  const wanted = faced.filter(({ face }) => item.variantId === undefined || face === asked);
  if ((item.variantId === undefined || wanted.length === 0) && !readable) return unusable;
  const levelOf = (variant: string | undefined): ExpectedLevel & { sound: boolean } => {
    const counts = wanted
      .filter(({ face }) => face === variant)
      .map(({ row }) => [memberOf(row, "owned_quantity"), memberOf(row, "shared_quantity")]);
    const claims = counts.map((pair) => pair.map(countOfCards));
    const same = new Set(claims.map((pair) => pair.join())).size <= 1;
    const [owned = nothing, shared = nothing] = (same ? claims[0] : undefined) ?? [];
    return {
      variant,
      claims: { available, "walleo.owned": owned, "walleo.shared": shared },
      sound: same && counts.flat().every((count) => isUsable(count, wholeNumber(count, int64))),
    };
  };
  const faces = [...new Set(wanted.map(({ face }) => face))];
  const levels = wanted.length === 0 ? [levelOf(asked)] : faces.map(levelOf);
  return { levels, sound: levels.every((level) => level.sound), complete: true };
}

function faceOf(node: Node | undefined): string | undefined {
  return node?.type === "number" ? toNormal(node.token) : undefined;
}

function countOfCards(node: Node | undefined): Claim {
  const claim = wholeNumber(node, int64);
  return claim.startsWith("-") ? nothing : claim;
}

const bookkeeping = new Set<string>(["SOLD", "BIN", "SUPPLIER"]);

function zettle(root: Node, { item, location }: Lookup): Expected {
  const place = uuidOf(memberOf(root, "locationUuid"));
  const rows = itemsOf(memberOf(root, "variants"));
  const tracked = itemsOf(memberOf(root, "trackedProducts"))?.map(uuidOf);
  if (place === undefined || rows === undefined || tracked === undefined) return unusable;
  if (location !== undefined && place !== location.id.toLowerCase()) return unusable;
  const product = item.id.toLowerCase();
  const asked = item.variantId?.toLowerCase();
  if (!tracked.includes(product)) {
    if (tracked.includes(undefined)) return unusable;
    const levels = [{ variant: asked, claims: { onHand: "untracked" } }];
    return { levels, sound: true, complete: true, location: place };
  }
  const atStore = location === undefined;
  const named = rows.map((row) => ({
    row,
    product: uuidOf(memberOf(row, "productUuid")),
    variant: uuidOf(memberOf(row, "variantUuid")),
  }));
  const ofProduct = named.filter((each) => each.product === product);
  const wanted = ofProduct.filter((each) => asked === undefined || each.variant === asked);
  const readable =
    named.every((each) => each.product !== undefined) && ofProduct.every((each) => each.variant !== undefined);
  if ((asked === undefined || wanted.length === 0) && !readable) return unusable;
  if (wanted.length === 0) {
    const astray = rows.some((row) => {
      const type = nonEmpty(memberOf(row, "locationType"));
      return uuidOf(memberOf(row, "locationUuid")) !== place || (atStore && bookkeeping.has(type ?? ""));
    });
    if (astray) return unusable;
    const types = new Set(rows.map((row) => textOf(memberOf(row, "locationType"))));
    const isStore = atStore || (types.size === 1 && types.has("STORE"));
    const levels = [{ variant: asked, claims: isStore ? { onHand: "0" } : { "zettle.balance": "0" } }];
    return { levels, sound: true, complete: true, location: place };
  }
  const levelOf = (variant: string | undefined): ExpectedLevel & { sound: boolean } => {
    const read = wanted.filter((each) => each.variant === variant).map(({ row }) => zettleRow(row, place, atStore));
    const same = new Set(read.map(({ claim, type }) => `${claim} ${type}`)).size === 1;
    const [first] = read;
    const claim = same ? (first?.claim ?? nothing) : nothing;
    return {
      variant,
      claims: first?.type === "STORE" ? { onHand: claim } : { "zettle.balance": claim },
      sound: same && read.every((row) => row.sound),
    };
  };
  const levels = [...new Set(wanted.map(({ variant }) => variant))].map(levelOf);
  return { levels, sound: levels.every((level) => level.sound), complete: true, location: place };
}

function zettleRow(row: Node, place: string, atStore: boolean) {
  const type = nonEmpty(memberOf(row, "locationType"));
  const foreign = type === undefined || uuidOf(memberOf(row, "locationUuid")) !== place;
  if (foreign || (atStore && bookkeeping.has(type))) return { claim: nothing, type, sound: false };
  const balance = memberOf(row, "balance");
  const claim = balance?.type === "number" ? (toNormal(balance.token) ?? nothing) : decimalText(balance);
  return { claim, type, sound: isUsable(balance, claim) };
}

/** A UUID as it is compared, for Zettle's are the same in either case; a zero may not rest on a row of who knows what. */
function uuidOf(node: Node | undefined): string | undefined {
  const text = textOf(node)?.toLowerCase() ?? "";
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : undefined;
}
