import { toText } from "../decimal.js";
import { NumberToken } from "../json.js";
import type { Json } from "../json.js";
import type { Answer, Call, Provider } from "../provider.js";
import { jsonAnswer } from "../provider.js";
import { isSameSecret } from "../secret.js";
import type { Goods, Place, PlaceKey, WorldState } from "../world.js";
import type { Context } from "./context.js";

const versions = ["2026-07", "2026-10", "v1", "latest", "unstable"];

/** Loop Returns: pieces available at a location, as the merchant's system declared them. Goods by weight are not told. */
export function createLoop({ state, keys, limiter }: Context): Provider {
  const limit = limiter({ requests: 300, windowMs: 60_000 });
  const { loop } = keys.credentials;
  const { loop: scopeless } = keys.scopelessCredentials;

  return {
    bases: versions.map((version) => `https://api.loopreturns.com/api/${version}`),
    routes: [{ operation: "getInventory", method: "GET", path: /^(?:\/api\/[\w-]+)?\/inventories\/([^/]+)\/([^/]+)$/ }],
    answer(call) {
      const key = call.headers.get("x-authorization");
      if (key === undefined) return unauthorized("no X-Authorization header");
      if (isSameSecret(key, scopeless.apiKey)) return unauthorized("the key lacks the scope Inventory (read)");
      if (!isSameSecret(key, loop.apiKey)) return unauthorized("the key is not known");
      if (!limit("account", call.atMs).allowed) return tooMany("more than 300 requests in 60 s with this key");
      const [variantId = "", locationId = ""] = call.segments;
      const goods = state.loopVariants.get(variantId);
      const place = state.placesByLoopId.get(locationId);
      const kept = place && goods?.stock.get(place.key);
      if (goods === undefined || place === undefined || kept === undefined) return notFound();
      return jsonAnswer(200, inventory(goods, place, toText(kept.quantity), isAskedAsText(call)));
    },
    error(status) {
      if (status === 401) return unauthorized();
      if (status === 404) return notFound();
      return status === 429 ? tooMany() : undefined;
    },
  };
}

function isAskedAsText({ headers }: Call): boolean {
  return headers.get("x-loop-global-identifier-type") === "string";
}

function inventory({ product }: Goods, place: Place, count: string, text: boolean): Json {
  const id = (digits: string) => (text ? digits : new NumberToken(digits));
  return {
    available_count: new NumberToken(count),
    product_variant: [
      {
        id: id(product.loop?.variantId ?? ""),
        external_id: product.loop?.externalId ?? null,
        sku: product.sku,
        name: product.name,
        weight_grams: BigInt(product.loop?.weightGrams ?? 0),
        barcode: product.barcode,
      },
    ],
    location: [
      {
        id: id(place.loopId),
        external_id: place.externalId,
        name: place.name,
        status: place.active ? "active" : "inactive",
        address: [
          {
            name: place.name,
            company: "Kelp & Clay",
            address1: place.street,
            address2: null,
            city: "Portland",
            region: "Maine",
            postal_code: place.postalCode,
            country_code: "US",
          },
        ],
      },
    ],
  };
}

/** A missing scope looks just so, too. */
function unauthorized(refusal?: string): Answer {
  const error = { code: "401", http_code: "GEN-UNAUTHORIZED", message: "Unauthorized." };
  return jsonAnswer(401, { error }, refusal === undefined ? {} : { refusal });
}

function notFound(): Answer {
  const message = "The inventory could not be found. Please verify that the provided id is correct.";
  return jsonAnswer(404, { code: "404", http_code: "GEN-NOT-FOUND", message });
}

function tooMany(refusal?: string): Answer {
  const body = { code: "429", http_code: "GEN-TOO-MANY-REQUESTS", message: "Too Many Requests." };
  return jsonAnswer(429, body, refusal === undefined ? {} : { refusal });
}

/** The true count, or `undefined` where Loop has no record. */
export function loopTruth(state: WorldState, variantId: string, locationId: string) {
  const key: PlaceKey | undefined = state.placesByLoopId.get(locationId)?.key;
  const kept = key && state.loopVariants.get(variantId)?.stock.get(key);
  return kept === undefined ? undefined : { availableCount: toText(kept.quantity) };
}
