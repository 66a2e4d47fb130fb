import type { Decimal } from "../decimal.js";
import { toText } from "../decimal.js";
import type { Json } from "../json.js";
import type { Answer, Call, Header, Provider } from "../provider.js";
import { jsonAnswer } from "../provider.js";
import { isSameSecret } from "../secret.js";
import type { Goods, Unit, WorldState } from "../world.js";
import { promise } from "../world.js";
import type { Context } from "./context.js";

const figures = ["on_hand", "reserved", "available_to_promise", "short"] as const;
const names = {
  on_hand: "onHand",
  reserved: "reserved",
  available_to_promise: "availableToPromise",
  short: "short",
} as const;
const versionForm = /^\d+\.\d+\.[a-z]+(?:-preview\.(\d+))?$/;
/** Up to this preview the older shape is kept. */
const lastOldPreview = 2;
const requests = 20;

const units: Readonly<Record<Unit, Readonly<Record<"id" | "name" | "abbreviation" | "type", string>>>> = {
  pcs: { id: "un_01HPCS3T7W", name: "Piece", abbreviation: "pcs", type: "quantity" },
  kg: { id: "un_01HKGM8R2D", name: "Kilogram", abbreviation: "kg", type: "mass" },
  m: { id: "un_01HMTR5N1X", name: "Metre", abbreviation: "m", type: "length" },
};

/** Augno (OpenMRP): four figures of an item for the whole account, each only when asked for. */
export function createAugno({ state, keys, limiter }: Context): Provider {
  const limit = limiter({ requests, windowMs: 1000 });
  const { apiKey } = keys.credentials.augno;
  const { apiKey: scopeless } = keys.scopelessCredentials.augno;
  let quantities = 0;

  function figure(value: Decimal, unit: Unit, old: boolean): Json {
    const text = toText(value);
    const display = `${withSeparators(text)} ${units[unit].abbreviation}`;
    quantities += 1;
    if (old)
      return {
        id: `qt_01J${String(quantities).padStart(10, "0")}`,
        object: "quantity",
        value: text,
        display_value: display,
        unit: null,
      };
    const { id, ...rest } = units[unit];
    return {
      object: "computed_quantity",
      value: text,
      display_value: display,
      unit: { id, object: "unit", ...rest },
    };
  }

  function inventory(goods: Goods, include: ReadonlySet<string>, old: boolean): Json {
    const values = promise(goods);
    const members = figures.map((name) => [
      name,
      include.has(name) ? figure(values[names[name]], goods.product.unit, old) : null,
    ]);
    return { object: "item_inventory", ...Object.fromEntries(members) };
  }

  function answer(call: Call): Answer {
    const key = keyOf(call.headers.get("authorization"));
    if (key === undefined) return error(401, "invalid_credentials", { refusal: "no API key" });
    const isKnown = isSameSecret(key, apiKey);
    if (!isKnown && !isSameSecret(key, scopeless))
      return error(401, "invalid_credentials", { refusal: "the API key is not known" });
    const version = call.headers.get("openmrp-version") ?? call.headers.get("augno-version");
    if (version === undefined) return error(400, "api_version_required");
    const form = versionForm.exec(version);
    if (form === null) return error(400, "api_version_invalid");
    const unknown = [...call.query.keys()].find((name) => name !== "include[]" && name !== "include");
    if (unknown !== undefined) return error(400, "parameter_unknown", { param: unknown });
    const include = [...call.query.values()].flatMap((value) => value.split(",")).filter((value) => value !== "");
    if (include.some((value) => !figures.some((name) => name === value)))
      return error(400, "parameter_invalid", { param: "include[]" });
    if (!isKnown) return error(403, "insufficient_permissions");
    const goods = state.items.get(call.segments[0] ?? "");
    if (goods === undefined) return error(404, "resource_not_found");
    const old = form[1] !== undefined && Number(form[1]) <= lastOldPreview;
    return jsonAnswer(200, inventory(goods, new Set(include), old));
  }

  return {
    bases: ["https://api.openmrp.ai", "https://api.augno.com"],
    routes: [{ operation: "retrieveItemInventory", method: "GET", path: /^\/v1\/catalog\/items\/([^/]+)\/inventory$/ }],
    answer(call) {
      const { allowed, remaining, resetMs } = limit(call.peer, call.atMs);
      const seconds = String(Math.max(1, Math.ceil(resetMs / 1000)));
      const headers: Header[] = [
        ["RateLimit-Limit", String(requests)],
        ["RateLimit-Remaining", String(remaining)],
        ["RateLimit-Reset", seconds],
      ];
      const found = allowed
        ? answer(call)
        : error(429, "rate_limit_exceeded", { refusal: "more than 20 requests in 1 s from this address" });
      if (!allowed) headers.push(["Retry-After", seconds]);
      return { ...found, headers: [...found.headers, ...headers] };
    },
    error(status) {
      const code = codes.find(([, known]) => known === status)?.[0];
      return code === undefined ? undefined : error(status, code);
    },
  };
}

const messages = {
  invalid_credentials: "The API key is not valid.",
  payment_required: "Payment is required.",
  insufficient_permissions: "The permission items:read is required.",
  resource_not_found: "The item was not found.",
  rate_limit_exceeded: "Too many requests. Please try again later.",
  api_version_required: "The header OpenMRP-Version is required.",
  api_version_invalid: "The header OpenMRP-Version is not an API version.",
  parameter_unknown: "The query parameter is not known.",
  parameter_invalid: `include[] must be one of: ${figures.join(", ")}`,
  internal_error: "An internal error occurred.",
  bad_gateway: "Bad gateway.",
  service_unavailable: "The service is unavailable.",
  gateway_timeout: "The gateway timed out.",
} as const;

type Code = keyof typeof messages;

const codes: readonly (readonly [Code, number])[] = [
  ["parameter_invalid", 400],
  ["invalid_credentials", 401],
  ["payment_required", 402],
  ["insufficient_permissions", 403],
  ["resource_not_found", 404],
  ["rate_limit_exceeded", 429],
  ["internal_error", 500],
  ["bad_gateway", 502],
  ["service_unavailable", 503],
  ["gateway_timeout", 504],
];

const transient: ReadonlySet<Code> = new Set([
  "rate_limit_exceeded",
  "bad_gateway",
  "service_unavailable",
  "gateway_timeout",
]);

function error(
  status: number,
  code: Code,
  { param, refusal = code }: { readonly param?: string; readonly refusal?: string } = {},
): Answer {
  const body = {
    error: {
      code,
      type: status >= 500 ? "api_error" : "invalid_request_error",
      message: messages[code],
      param: param ?? (code === "parameter_invalid" ? "include[]" : null),
      doc_url: `https://docs.openmrp.ai/api/errors#${code}`,
      is_transient: transient.has(code),
      quota: null,
      request_log_url: null,
    },
  };
  return jsonAnswer(status, body, status === 404 ? {} : { refusal });
}

/** The key of `Bearer <key>`, or of `Basic` with the key as user and no password. */
function keyOf(header: string | undefined): string | undefined {
  const [scheme, value = ""] = header?.split(" ") ?? [];
  if (scheme === "Bearer" && value !== "") return value;
  if (scheme !== "Basic") return undefined;
  const pair = Buffer.from(value, "base64").toString();
  return pair.endsWith(":") ? pair.slice(0, -1) : undefined;
}

function withSeparators(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** The true figures of an item, or `undefined` where the account has none such. */
export function augnoTruth(state: WorldState, itemId: string) {
  const goods = state.items.get(itemId);
  if (goods === undefined) return undefined;
  const { onHand, reserved, availableToPromise, short } = promise(goods);
  return {
    onHand: toText(onHand),
    reserved: toText(reserved),
    availableToPromise: toText(availableToPromise),
    short: toText(short),
    unit: goods.product.unit,
  };
}
