import { InvError, isInvError } from "./errors.js";
import type { Place } from "./exact.js";
import { isTree, numberToken, placeOf, plainNotation, pointerOf, tagOf } from "./exact.js";
import type { BodyFacts } from "./operation.js";
import { toJson, unwritable } from "./operation.js";

/** What stands at one place of a body: its shape, and the names and indices that lead to it. */
interface Whereabouts {
  readonly place: Place;
  readonly path: readonly (string | number)[];
}

/**
 * Writes the body of an operation (`METHOD path`) as JSON. Where the document has only a number, the digits of a text are
 * sent as they were given, without quotes; a JavaScript number is sent as it is, if it cannot have lost any.
 *
 * @throws InvError `config` with the pointer for what is no such number
 */
export function writeExact(body: unknown, operation: string, bodies: BodyFacts): string | undefined {
  const { operations, shapes = {} } = bodies;
  const shape = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (shape === undefined) return toJson(body);
  const tag = tagOf();
  const known = new Map<unknown, Whereabouts>();
  const replacer = function (this: unknown, name: string, value: unknown): unknown {
    const here = known.size === 0 ? { place: placeOf(shape, shapes), path: [] } : member(this, name, known.get(this));
    if (here === undefined || value === null || value === undefined) return value;
    if (isNumber(here.place, value)) return tag + digitsOf(value, here);
    if (isTree(value)) known.set(value, here);
    return value;
  };
  try {
    // No text of a body begins with the tag: nobody knows it.
    return JSON.stringify(body, replacer)?.replaceAll(new RegExp(`"${tag}([^"]*)"`, "g"), "$1");
  } catch (error) {
    throw isInvError(error) ? error : new InvError("config", unwritable);
  }
}

function member(holder: unknown, name: string, of: Whereabouts | undefined): Whereabouts | undefined {
  if (of === undefined) return undefined;
  const { members, items, values } = of.place;
  const place = Array.isArray(holder) ? items : (members.get(name) ?? values);
  return place && { place, path: [...of.path, Array.isArray(holder) ? Number(name) : name] };
}

/** Whether a number has to stand here, given as text or not. */
function isNumber({ leaf, from, words, members, items, values }: Place, value: unknown): boolean {
  if (leaf === undefined || leaf === "integer" || leaf === "int32") return false;
  if (isTree(value) && (members.size > 0 || (items ?? values) !== undefined)) return false;
  return from === "number" || (words !== undefined && !words.some((word) => word === value));
}

function digitsOf(value: unknown, { place, path }: Whereabouts): string {
  const isLossy = typeof value === "number" && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER);
  const text = ["string", "number", "bigint"].includes(typeof value) && !isLossy ? String(value) : "";
  if (numberToken.test(text) && (place.leaf === "decimal" ? plainNotation(text) !== undefined : isInt64(text)))
    return text;
  const pointer = pointerOf(path, path.length);
  const what = isLossy
    ? "is a number that may have lost digits; give it as text"
    : `has to be ${place.leaf === "decimal" ? "a decimal number" : "a whole number of 64 bits"}, as text`;
  throw new InvError("config", `the body${pointer === "" ? "" : ` at ${pointer}`} ${what}`, { pointer });
}

function isInt64(text: string): boolean {
  return /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}
