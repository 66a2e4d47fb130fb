import { formats } from "./formats.ts";
import { entriesOf, isObject, listOf, own, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { matches } from "./patterns.ts";
import { deref } from "../references.ts";

/** Which way a value goes: members that are only read are not sent, members that are only written do not come back. */
export type Direction = "request" | "response";

/** Deeper than any value that is worth showing, and than any composition that ends. */
const maxDepth = 100;

/** How many schemas may still be looked at. Alternatives inside of alternatives would make it more than can be waited for. */
export interface Budget {
  left: number;
}

/** What a schema has said of a value: whether it fits, and which members of it the schema knows. */
interface Verdict {
  readonly fits: boolean;
  readonly names: ReadonlySet<string>;
  /** Whether members that it does not name are fine. */
  readonly isOpen: boolean;
}

const misfit: Verdict = { fits: false, names: new Set(), isOpen: false };

/**
 * Whether a value fits a schema by everything that the schema says, and, as redocly has it, has no members that nothing
 * names. Values that would not survive a JavaScript number fit only where they are declared exact.
 */
export function conforms(
  document: JsonObject,
  schema: Json,
  value: Json,
  direction: Direction,
  budget: Budget = { left: 50_000 },
): boolean {
  return (
    new Judge(document, direction, true, budget).judge(schema, value, 0, true).fits &&
    // Without that rule too: alternatives of which just one may fit are told apart by it alone.
    new Judge(document, direction, false, budget).judge(schema, value, 0, true).fits
  );
}

class Judge {
  readonly #document: JsonObject;
  readonly #direction: Direction;
  readonly #isClosed: boolean;
  readonly #budget: Budget;

  constructor(document: JsonObject, direction: Direction, isClosed: boolean, budget: Budget) {
    this.#document = document;
    this.#direction = direction;
    this.#isClosed = isClosed;
    this.#budget = budget;
  }

  /** `isWhole` is false for a part of an `allOf`, which may leave members to the other parts. */
  judge(raw: Json, value: Json, depth: number, isWhole: boolean): Verdict {
    this.#budget.left -= 1;
    if (depth > maxDepth || this.#budget.left < 0 || raw === false) return misfit;
    if (!isObject(raw)) return { fits: true, names: new Set(), isOpen: true };
    const { node: schema } = deref(this.#document, raw, "#");
    const beside = schema === raw ? undefined : siblingsOf(raw);
    if (beside !== undefined && !this.judge(beside, value, depth + 1, false).fits) return misfit;
    if (!fitsScalar(schema, value) || !this.#fitsList(schema, value, depth)) return misfit;
    const names = new Set<string>();
    let isOpen = false;
    const absorb = (verdict: Verdict): boolean => {
      for (const name of verdict.names) names.add(name);
      isOpen ||= verdict.fits && verdict.isOpen;
      return verdict.fits;
    };
    for (const part of this.#needed(schema, value, depth))
      if (!absorb(this.judge(part, value, depth + 1, false))) return misfit;
    for (const key of ["anyOf", "oneOf"]) {
      const branches = listOf(schema, key);
      const fitting = branches.filter((branch) => absorb(this.judge(branch, value, depth + 1, true))).length;
      if (branches.length > 0 && (fitting === 0 || (key === "oneOf" && fitting > 1))) return misfit;
    }
    const not = own(schema, "not");
    if (not !== undefined && this.judge(not, value, depth + 1, false).fits) return misfit;
    if (!this.#fitsDiscriminator(schema, value, depth)) return misfit;
    if (!isObject(value)) return { fits: true, names, isOpen: true };
    const members = this.#judgeMembers(schema, value, depth);
    if (!members.fits) return misfit;
    for (const name of members.names) names.add(name);
    isOpen ||= members.isOpen;
    const known = new Set([...names, ...entriesOf(schema, "properties").map(([name]) => name)]);
    const isNaming = ["properties", "allOf", "anyOf", "oneOf"].some((key) => own(schema, key) !== undefined);
    if (this.#isClosed && isWhole && !isOpen && isNaming)
      if (Object.keys(value).some((name) => !known.has(name))) return misfit;
    return { fits: true, names: known, isOpen };
  }

  /** The schemas that a value has to fit beside the schema itself. */
  #needed(schema: JsonObject, value: Json, depth: number): readonly Json[] {
    const condition = own(schema, "if");
    if (condition === undefined) return listOf(schema, "allOf");
    const branch = own(schema, this.judge(condition, value, depth + 1, false).fits ? "then" : "else");
    return branch === undefined ? listOf(schema, "allOf") : [...listOf(schema, "allOf"), branch];
  }

  /** Redocly lets the discriminator choose the alternative. */
  #fitsDiscriminator(schema: JsonObject, value: Json, depth: number): boolean {
    const discriminator = own(schema, "discriminator");
    const branches = [...listOf(schema, "oneOf"), ...listOf(schema, "anyOf")];
    if (discriminator === undefined || branches.length === 0 || !isObject(value)) return true;
    const tag = own(value, textOf(discriminator, "propertyName"));
    if (typeof tag !== "string") return false;
    const mapping = own(discriminator, "mapping");
    if (!isObject(mapping)) return true;
    const target = own(mapping, tag);
    if (typeof target !== "string") return false;
    const ref = target.startsWith("#/") ? target : `#/components/schemas/${target}`;
    return this.judge({ $ref: ref }, value, depth + 1, true).fits;
  }

  #judgeMembers(schema: JsonObject, value: JsonObject, depth: number): Verdict {
    const hidden = this.#direction === "request" ? "readOnly" : "writeOnly";
    const properties = own(schema, "properties");
    const isHidden = (name: string) => {
      const member = own(properties, name);
      return isObject(member) && own(deref(this.#document, member, "#").node, hidden) === true;
    };
    const count = Object.keys(value).length;
    const isMissing = (name: Json) => typeof name === "string" && own(value, name) === undefined && !isHidden(name);
    if (listOf(schema, "required").some(isMissing)) return misfit;
    if (isBeyond(schema, "minProperties", "maxProperties", count)) return misfit;
    const others = own(schema, "additionalProperties");
    const patterns = entriesOf(schema, "patternProperties");
    const keys = own(schema, "propertyNames");
    for (const [name, member] of Object.entries(value)) {
      if (keys !== undefined && !this.judge(keys, name, depth + 1, true).fits) return misfit;
      const inner = own(properties, name);
      if (inner !== undefined && (isHidden(name) || !this.judge(inner, member, depth + 1, true).fits)) return misfit;
      const matching = patterns.filter(([pattern]) => matches(pattern, name) === true);
      if (matching.some(([, rest]) => !this.judge(rest, member, depth + 1, true).fits)) return misfit;
      if (inner === undefined && matching.length === 0 && others !== undefined)
        if (!this.judge(others, member, depth + 1, true).fits) return misfit;
    }
    const isOpen = (others !== undefined && others !== false) || patterns.length > 0;
    return { fits: true, names: new Set(), isOpen };
  }

  #fitsList(schema: JsonObject, value: Json, depth: number): boolean {
    if (!Array.isArray(value)) return true;
    if (isBeyond(schema, "minItems", "maxItems", value.length)) return false;
    if (own(schema, "uniqueItems") === true && new Set(value.map(textOfValue)).size < value.length) return false;
    const first = listOf(schema, "prefixItems");
    const items = own(schema, "items");
    return value.every((item, index) => {
      const inner = first[index] ?? items;
      return inner === undefined || this.judge(inner, item, depth + 1, true).fits;
    });
  }
}

/** What stands beside a reference, which OpenAPI 3.1 reads too; the generator lets nothing stand there that is about the type. */
function siblingsOf(raw: JsonObject): JsonObject | undefined {
  const keys = ["minimum", "maximum", "minLength", "maxLength", "pattern", "not", "minItems", "maxItems"];
  const found = keys.filter((key) => own(raw, key) !== undefined);
  return found.length === 0 ? undefined : Object.fromEntries(found.map((key) => [key, raw[key] ?? null]));
}

function fitsScalar(schema: JsonObject, value: Json): boolean {
  const types = [own(schema, "type") ?? []].flat();
  const isNull = value === null && own(schema, "nullable") === true && types.length > 0;
  if (types.length > 0 && !isNull && !types.some((type) => isOfType(value, type))) return false;
  const values = own(schema, "const") === undefined ? own(schema, "enum") : [own(schema, "const") ?? null];
  if (Array.isArray(values) && !values.some((each) => textOfValue(each) === textOfValue(value))) return false;
  if (typeof value === "string") return fitsText(schema, value);
  if (typeof value !== "bigint" && typeof value !== "number") return true;
  if (!Number.isSafeInteger(Number(value)) && typeof value === "bigint" && own(schema, "x-inv-type") === undefined)
    return !types.includes("integer") && !types.includes("number");
  return fitsNumber(schema, value);
}

function fitsText(schema: JsonObject, value: string): boolean {
  if (isBeyond(schema, "minLength", "maxLength", Array.from(value).length)) return false;
  const pattern = own(schema, "pattern");
  if (typeof pattern === "string" && matches(pattern, value) !== true) return false;
  const form = formats.get(textOf(schema, "format"))?.form;
  if (form === undefined) return true;
  return form.test(value) && (textOf(schema, "format") !== "date-time" || !Number.isNaN(Date.parse(value)));
}

/** The bounds of a number; in OpenAPI 3.0 the exclusive ones are flags. */
export function boundsOf(schema: JsonObject): {
  least: number;
  most: number;
  isOpenBelow: boolean;
  isOpenAbove: boolean;
} {
  const bound = (key: string, none: number) => {
    const value = own(schema, key);
    return typeof value === "bigint" || typeof value === "number" ? Number(value) : none;
  };
  const [below, above] = [bound("exclusiveMinimum", -Infinity), bound("exclusiveMaximum", Infinity)];
  const [minimum, maximum] = [bound("minimum", -Infinity), bound("maximum", Infinity)];
  const isInt32 = own(schema, "format") === "int32";
  return {
    least: Math.max(below, minimum, isInt32 ? -(2 ** 31) : -Infinity),
    most: Math.min(above, maximum, isInt32 ? 2 ** 31 - 1 : Infinity),
    isOpenBelow: own(schema, "exclusiveMinimum") === true || (below > -Infinity && below >= minimum),
    isOpenAbove: own(schema, "exclusiveMaximum") === true || (above < Infinity && above <= maximum),
  };
}

function fitsNumber(schema: JsonObject, value: bigint | number): boolean {
  const { least, most, isOpenBelow, isOpenAbove } = boundsOf(schema);
  const number = Number(value);
  if (number < least || number > most) return false;
  if ((isOpenBelow && number === least) || (isOpenAbove && number === most)) return false;
  const step = own(schema, "multipleOf");
  if (typeof step !== "bigint" && typeof step !== "number") return true;
  return Number.isInteger(number / Number(step));
}

function isBeyond(schema: JsonObject, least: string, most: string, count: number): boolean {
  const [from, to] = [own(schema, least), own(schema, most)];
  return (typeof from === "bigint" && count < Number(from)) || (typeof to === "bigint" && count > Number(to));
}

function isOfType(value: Json, type: Json): boolean {
  if (value === null) return type === "null";
  if (Array.isArray(value)) return type === "array";
  if (typeof value === "bigint") return type === "integer" || type === "number";
  if (typeof value === "number") return type === "number" || (type === "integer" && Number.isInteger(value));
  return type === typeof value;
}

/** The same text for the same value, however its numbers are held. */
function textOfValue(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(textOfValue).join(",")}]`;
  if (isObject(value))
    return `{${Object.keys(value)
      .toSorted()
      .map((key) => `${JSON.stringify(key)}:${textOfValue(own(value, key) ?? null)}`)
      .join(",")}}`;
  return typeof value === "bigint" || typeof value === "number" ? `${value}` : JSON.stringify(value);
}
