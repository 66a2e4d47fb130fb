import { toText, zero } from "../decimal.js";
import { NumberToken } from "../json.js";
import type { Json } from "../json.js";
import { random } from "../random.js";
import type { Answer, Call, Provider } from "../provider.js";
import { jsonAnswer } from "../provider.js";
import { isSameSecret } from "../secret.js";
import { createTokens } from "../tokens.js";
import type { Offer, WorldState } from "../world.js";
import type { Context } from "./context.js";

const shopId = "sh_2f6b1f0a-77c1-4d0e-8d57-5e1f6a0c9b11";
const scope = "offer_read";

/** Fourthwall: pieces by variant of an offer, shop-wide. Variants made on demand have no row. */
export function createFourthwall({ seed, state, keys, limiter }: Context): Provider {
  const limit = limiter({ requests: 100, windowMs: 10_000 });
  const { username, password } = keys.credentials.fourthwall;
  const app = keys.appCredentials.fourthwall;
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const tokens = createTokens({
    name: "fourthwall",
    chance: random(seed, "fourthwall tokens"),
    lifetimeMs: 300_000,
    assertions: [],
    app,
    scope,
    json: true,
  });

  function refusal(call: Call): Answer | undefined {
    if (call.headers.get("user-agent")?.startsWith("Mozilla/") === true)
      return forbidden("the User-Agent is that of a browser");
    const header = call.headers.get("authorization");
    if (header === undefined) return unauthorized("no Authorization header");
    if (isSameSecret(header, basic)) return undefined;
    const token = /^Bearer (\S+)$/.exec(header)?.[1];
    if (token === undefined) return unauthorized("user name or password are not known");
    if (isSameSecret(token, app.accessToken)) return undefined;
    if (isSameSecret(token, keys.scopelessCredentials.fourthwall.accessToken))
      return forbidden(`the token lacks the scope ${scope}`);
    const checked = tokens.check(token, call.atMs);
    return typeof checked === "string" ? unauthorized(`the access token is ${checked}`) : undefined;
  }

  return {
    bases: ["https://api.fourthwall.com"],
    routes: [
      {
        operation: "get-product-inventory",
        method: "GET",
        path: /^\/open-api\/v1\.0\/products\/([^/]+)\/inventory$/,
      },
      { operation: "token", method: "POST", path: /^\/open-api\/v1\.0\/platform\/token$/ },
    ],
    answer(call) {
      if (call.operation === "token") return tokens.answer(call);
      const refused = refusal(call);
      if (refused !== undefined) return refused;
      if (!limit("shop", call.atMs).allowed) return tooMany("more than 100 requests in 10 s of this shop");
      const [productId = ""] = call.segments;
      const offer = state.offers.get(productId);
      return offer === undefined ? notFound(productId) : jsonAnswer(200, page(offer));
    },
    error(status, { segments: [productId = ""] }) {
      if (status === 401) return unauthorized();
      if (status === 403) return forbidden();
      if (status === 404) return notFound(productId);
      return status === 429 ? tooMany() : undefined;
    },
    expireTokens: () => tokens.expire(),
  };
}

const pageSize = 20n;

function page({ createdAt, variants }: Offer): Json {
  const results = variants.flatMap(({ goods, id, unlimited }) => {
    const kept = goods.stock.get("web");
    if (unlimited || kept === undefined) return [];
    return [
      {
        variantId: id,
        quantity: new NumberToken(toText(kept.quantity)),
        createdAt: new Date(createdAt).toISOString(),
        updatedAt: new Date(Math.max(createdAt, kept.changedAt)).toISOString(),
      },
    ];
  });
  const total = BigInt(results.length);
  return { results, total, page: 0n, size: pageSize, totalPages: (total + pageSize - 1n) / pageSize };
}

function refusedAs(status: number, body: Json, refusal: string | undefined): Answer {
  return jsonAnswer(status, body, refusal === undefined ? {} : { refusal });
}

function unauthorized(refusal?: string): Answer {
  return refusedAs(401, { code: "UNAUTHORIZED" }, refusal);
}

function forbidden(refusal?: string): Answer {
  return refusedAs(403, { code: "FORBIDDEN" }, refusal);
}

function notFound(offerId: string): Answer {
  return jsonAnswer(404, { code: "OFFER_NOT_FOUND_BY_SHOP_ID_AND_ID_ERROR", shopId, offerId });
}

function tooMany(refusal?: string): Answer {
  return refusedAs(429, { code: "OPEN_API_TOO_MANY_REQUESTS", title: "Too many requests", status: 429n }, refusal);
}

/** What is true of a variant of an offer, or `undefined` where the shop has none such. */
export function fourthwallTruth(
  state: WorldState,
  productId: string,
  variantId: string,
): { stock: "UNLIMITED" } | { stock: "LIMITED"; quantity: string } | undefined {
  const variant = state.offers.get(productId)?.variants.find(({ id }) => id === variantId);
  if (variant === undefined) return undefined;
  if (variant.unlimited) return { stock: "UNLIMITED" };
  return { stock: "LIMITED", quantity: toText(variant.goods.stock.get("web")?.quantity ?? zero) };
}
