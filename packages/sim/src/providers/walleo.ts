import { createHmac } from "node:crypto";

import type { Json } from "../json.js";
import { NumberToken } from "../json.js";
import type { Answer, Call, Provider } from "../provider.js";
import { jsonAnswer } from "../provider.js";
import { isSameSecret } from "../secret.js";
import type { Card, WorldState } from "../world.js";
import type { Context } from "./context.js";

const scheme = /^Bearer (\S+), Id=(\S+), Signature=([0-9a-f]{64}), Timestamp=(\d{1,12})$/;

/** Walleo: gift cards by code. Every request is signed; no rate limit is documented, so there is none. */
export function createWalleo({ state, keys, walleo }: Context): Provider {
  const { apiKey, identifier, sharedKey } = keys.credentials.walleo;

  /** The texts that may have been signed: how a request without a payload is written is not documented. */
  function readings({ method, url, body }: Call, timestamp: string): string[] {
    if (body !== "") return [`${method}+${url}+${body}+${identifier}+${timestamp}`];
    const omit = `${method}+${url}+${identifier}+${timestamp}`;
    const keep = `${method}+${url}++${identifier}+${timestamp}`;
    return walleo.emptyPayload === "either" ? [omit, keep] : [walleo.emptyPayload === "omit" ? omit : keep];
  }

  function refusal(call: Call): Answer | undefined {
    const header = call.headers.get("authorization");
    if (header === undefined) return unauthorized("unauthorized", "no Authorization header");
    const match = scheme.exec(header);
    if (match === null) return unauthorized("unauthorized", "the Authorization header is not in Walleo's form");
    const [, key = "", id = "", signature = "", timestamp = ""] = match;
    if (!isSameSecret(key, apiKey) || !isSameSecret(id, identifier))
      return unauthorized("unauthorized", "the key or the identifier is not known");
    const offMs = Number(timestamp) * 1000 - call.wallMs;
    if (Math.abs(offMs) > walleo.windowMs)
      return unauthorized("invalid_signature", `the timestamp is ${Math.round(offMs / 1000)} s off`);
    const secret = Buffer.from(sharedKey, "hex");
    const expected = readings(call, timestamp).map((text) => createHmac("sha256", secret).update(text).digest("hex"));
    if (!expected.some((digest) => isSameSecret(digest, signature)))
      return unauthorized("invalid_signature", "the signature is not that of this request");
    return undefined;
  }

  return {
    bases: ["https://api.walleo.io"],
    routes: [{ operation: "getInventory", method: "GET", path: /^\/partners\/v1\/inventories\/([^/]+)$/ }],
    answer(call) {
      const refused = refusal(call);
      if (refused !== undefined) return refused;
      const [code = ""] = call.segments;
      const card = state.cards.get(code);
      return card === undefined ? notFound(code) : jsonAnswer(200, inventory(card));
    },
    error(status, { segments: [code = ""] }) {
      if (status === 401) return unauthorized("unauthorized");
      return status === 404 ? notFound(code) : undefined;
    },
  };
}

function inventory({ code, name, enabled, faces }: Card): Json {
  return {
    inventories: {
      gift_card: { code, name },
      end_to_end_api: { enabled, available_amount: "unlimited" },
      stocks: faces.map(({ facialValue, owned, shared }) => ({
        facial_value: new NumberToken(facialValue),
        owned_quantity: owned,
        shared_quantity: shared,
      })),
    },
  };
}

function unauthorized(code: "unauthorized" | "invalid_signature", refusal?: string): Answer {
  const message = code === "unauthorized" ? "Unauthorized" : "Invalid signature";
  const body = { errors: [{ code, message }], status: "unauthorized" };
  return jsonAnswer(401, body, refusal === undefined ? {} : { refusal });
}

function notFound(code: string): Answer {
  const errors = [{ code: "gift_card_not_found", message: `Gift card not found with code '${code}'` }];
  return jsonAnswer(404, { errors, status: "not_found" });
}

/** What is true of a gift card, or `undefined` where there is none of that code. */
export function walleoTruth(state: WorldState, code: string) {
  const card = state.cards.get(code);
  if (card === undefined) return undefined;
  return {
    enabled: card.enabled,
    availableAmount: "unlimited",
    stocks: card.faces.map(({ facialValue, owned, shared }) => ({
      facialValue,
      ownedQuantity: String(owned),
      sharedQuantity: String(shared),
    })),
  };
}
