import { toText } from "../decimal.js";
import type { Json } from "../json.js";
import { random } from "../random.js";
import type { Answer, Call, Provider } from "../provider.js";
import { jsonAnswer } from "../provider.js";
import { createTokens } from "../tokens.js";
import type { TillProduct, WorldState } from "../world.js";
import { tillBalance } from "../world.js";
import type { Context } from "./context.js";

const scope = "READ:PRODUCT";

/** The four locations of an organisation. Only STORE holds stock that can be sold. */
export const tillLocations = {
  STORE: "6e5e8d52-5ce0-11ec-bf63-0242ac130002",
  SOLD: "5a21c3e8-5ce0-11ec-bf63-0242ac130002",
  BIN: "5b47d6f2-5ce0-11ec-bf63-0242ac130002",
  SUPPLIER: "5d6c1f7e-5ce0-11ec-bf63-0242ac130002",
} as const;
/** One of the four. */
export type TillLocation = keyof typeof tillLocations;

/** Zettle: balances of the till. Rows of zero are left out; products that are not tracked are left out altogether. */
export function createZettle({ seed, state, keys, limiter, zettle }: Context): Provider {
  const limit = limiter({ requests: 4, windowMs: 1000 });
  const { clientId, apiKey } = keys.credentials.zettle;
  const tokens = createTokens({
    name: "zettle",
    chance: random(seed, "zettle tokens"),
    lifetimeMs: zettle.tokenLifetimeMs,
    assertions: [
      { clientId, assertion: apiKey, scope },
      { clientId, assertion: keys.scopelessCredentials.zettle.apiKey, scope: "READ:PURCHASE" },
    ],
    app: keys.appCredentials.zettle,
    scope,
    json: false,
  });

  function refusal(call: Call): Answer | undefined {
    const token = /^Bearer (\S+)$/.exec(call.headers.get("authorization") ?? "")?.[1];
    if (token === undefined) return unauthorized("ACCESS_TOKEN_MISSING", "no access token");
    const checked = tokens.check(token, call.atMs);
    if (checked === "expired") return unauthorized("ACCESS_TOKEN_EXPIRED", "the access token has expired");
    if (checked === "unknown") return unauthorized("ACCESS_TOKEN_INVALID", "the access token is not known");
    return checked.scope === scope ? undefined : forbidden(`the token lacks the scope ${scope}`);
  }

  function answerOf(call: Call): Answer {
    const all = [...state.tillProducts.values()];
    switch (call.operation) {
      case "getInventory": {
        const since = call.query.get("since");
        if (since === null) return balances("STORE", all);
        const from = Date.parse(since);
        return Number.isNaN(from) ? badRequest("since is not a date") : balances("STORE", all, from);
      }
      case "getLocationInventory": {
        const type = typeOf(call.segments[0]);
        return type === undefined ? notFound() : balances(type, all);
      }
      case "getLocationTypeInventory": {
        const type = call.query.get("type");
        return isTillLocation(type) ? balances(type, all) : badRequest("type is none of STORE, SOLD, BIN, SUPPLIER");
      }
      case "getProductsInventory": {
        const query = readQuery(call);
        if (query === undefined) return badRequest("locationType or productUuids are missing or cannot be right");
        const asked = [...new Set(query.uuids)].flatMap((uuid) => state.tillProducts.get(uuid) ?? []);
        return balances(query.type, asked);
      }
      default: {
        const [location, uuid = ""] = call.segments;
        const type = typeOf(location);
        const product = state.tillProducts.get(uuid.toLowerCase());
        if (type === undefined || product === undefined) return notFound();
        const variants = product.tracked ? rows(product, type) : [];
        return jsonAnswer(200, { locationUuid: tillLocations[type], variants });
      }
    }
  }

  const locations = String.raw`^/organizations/self/inventory/locations/`;
  return {
    bases: ["https://inventory.izettle.com"],
    tokenBase: "https://oauth.zettle.com",
    routes: [
      { operation: "token", method: "POST", path: /^\/token$/ },
      { operation: "getInventory", method: "GET", path: /^\/inventory$/ },
      { operation: "getLocationTypeInventory", method: "GET", path: new RegExp(`${locations}$`) },
      { operation: "getLocationInventory", method: "GET", path: new RegExp(`${locations}([^/]+)$`) },
      { operation: "getProductsInventory", method: "POST", path: /^\/organizations\/self\/inventory\/products$/ },
      { operation: "getProductInventory", method: "GET", path: new RegExp(`${locations}([^/]+)/products/([^/]+)$`) },
    ],
    answer(call) {
      if (call.operation === "token") return tokens.answer(call);
      const refused = refusal(call);
      if (refused !== undefined) return refused;
      if (!limit("organisation", call.atMs).allowed) return tooMany("more than 4 requests in 1 s of this organisation");
      return answerOf(call);
    },
    error(status) {
      if (status === 401) return unauthorized("ACCESS_TOKEN_EXPIRED");
      if (status === 403) return forbidden();
      if (status === 404) return notFound();
      return status === 429 ? tooMany() : undefined;
    },
    expireTokens: () => tokens.expire(),
  };
}

function balances(type: TillLocation, products: readonly TillProduct[], changedFrom = -Infinity): Answer {
  const tracked = products.filter(
    (product) =>
      product.tracked && product.goods.some(({ stock }) => (stock.get("till")?.changedAt ?? 0) >= changedFrom),
  );
  return jsonAnswer(200, {
    locationUuid: tillLocations[type],
    trackedProducts: tracked.map(({ uuid }) => uuid),
    variants: tracked.flatMap((product) => rows(product, type, changedFrom)),
    latest: 0n,
  });
}

function rows({ uuid, goods }: TillProduct, type: TillLocation, changedFrom = -Infinity): Json[] {
  return goods.flatMap((one) => {
    const balance = tillBalance(one, type);
    if (balance.digits === 0n || (one.stock.get("till")?.changedAt ?? 0) < changedFrom) return [];
    return [
      {
        locationUuid: tillLocations[type],
        locationType: type,
        productUuid: uuid,
        variantUuid: one.product.zettle?.variantUuid ?? "",
        balance: toText(balance),
      },
    ];
  });
}

function isTillLocation(text: unknown): text is TillLocation {
  return typeof text === "string" && Object.hasOwn(tillLocations, text);
}

function typeOf(uuid: string | undefined): TillLocation | undefined {
  return Object.keys(tillLocations)
    .filter(isTillLocation)
    .find((type) => tillLocations[type] === uuid?.toLowerCase());
}

function readQuery({ body }: Call): { type: TillLocation; uuids: string[] } | undefined {
  const value = parse(body);
  if (typeof value !== "object" || value === null || !("locationType" in value) || !("productUuids" in value))
    return undefined;
  const { locationType, productUuids } = value;
  if (!isTillLocation(locationType) || !Array.isArray(productUuids)) return undefined;
  const uuids = productUuids.filter((uuid) => typeof uuid === "string").map((uuid) => uuid.toLowerCase());
  return uuids.length === productUuids.length ? { type: locationType, uuids } : undefined;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function refused(status: number, errorType: string, developerMessage: string, refusal: string | undefined): Answer {
  return jsonAnswer(status, { errorType, developerMessage }, refusal === undefined ? {} : { refusal });
}

function unauthorized(description: string, refusal?: string): Answer {
  const text = { ACCESS_TOKEN_EXPIRED: "The access token has expired" }[description] ?? "Unauthorized";
  const answer = refused(401, "UNAUTHORIZED", text, refusal);
  const challenge = `Bearer error="invalid_request", error_description="${description}"`;
  return { ...answer, headers: [...answer.headers, ["WWW-Authenticate", challenge]] };
}

function forbidden(refusal?: string): Answer {
  return refused(403, "FORBIDDEN", `Missing scope ${scope}`, refusal);
}

function notFound(): Answer {
  return refused(404, "NOT_FOUND", "Not found", undefined);
}

function tooMany(refusal?: string): Answer {
  return refused(429, "TOO_MANY_REQUESTS", "Too many requests", refusal);
}

function badRequest(what: string): Answer {
  return refused(400, "BAD_REQUEST", what, what);
}

/** What is true of a variant at a location of the till, or `undefined` where the organisation has none such. */
export function zettleTruth(
  state: WorldState,
  productUuid: string,
  variantUuid: string,
  location: TillLocation,
): { tracked: false } | { tracked: true; balance: string } | undefined {
  const product = state.tillProducts.get(productUuid.toLowerCase());
  const goods = product?.goods.find((one) => one.product.zettle?.variantUuid === variantUuid.toLowerCase());
  if (product === undefined || goods === undefined) return undefined;
  return product.tracked ? { tracked: true, balance: toText(tillBalance(goods, location)) } : { tracked: false };
}
