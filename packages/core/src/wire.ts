import { InvError, isInvError } from "@inv/transport";
import type { ErrorCode } from "@inv/transport";

import { parseDecimal, toShortest, unknown } from "./quantity.js";
import type { DecimalString, Quantity } from "./quantity.js";

/** The call that an answer came from, as its errors name it. */
export interface Source {
  readonly provider: string;
  readonly operation: string;
  /** The path template. */
  readonly path: string;
}

/**
 * One value in a provider's answer, and where it stands.
 *
 * Reads own properties only, converts nothing, and names the place when a value is not what it should be.
 */
export class Wire {
  /** `undefined` when there is none. */
  readonly value: unknown;
  /** The place in the answer, as a JSON pointer. */
  readonly pointer: string;
  readonly source: Source;

  constructor(source: Source, value: unknown, pointer = "") {
    this.source = source;
    this.value = value;
    this.pointer = pointer;
  }

  /** The property of an object; one that is not there has the value `undefined`. Throws `schema` for anything but an object. */
  at(name: string): Wire {
    const value = this.#object();
    return new Wire(
      this.source,
      Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined,
      `${this.pointer}/${name}`,
    );
  }

  /** The elements of an array. Throws `schema` for anything else. */
  items(): readonly Wire[] {
    if (!Array.isArray(this.value)) throw this.#unexpected("an array");
    const values: readonly unknown[] = this.value;
    return values.map((value, index) => new Wire(this.source, value, `${this.pointer}/${index}`));
  }

  /** A text that is not empty. Throws `schema` for anything else. */
  text(): string {
    if (typeof this.value !== "string" || this.value === "") throw this.#unexpected("a text");
    return this.value;
  }

  /** The text of a detail that no figure depends on; `undefined` for anything but a text. */
  detail(): string | undefined {
    return typeof this.value === "string" && this.value !== "" ? this.value : undefined;
  }

  /** Throws `schema` for anything but `true` and `false`. */
  flag(): boolean {
    if (typeof this.value !== "boolean") throw this.#unexpected("true or false");
    return this.value;
  }

  /** A number that was sent as text, or that the client took exactly from its token. Throws `schema`, `quantity`. */
  decimal(): DecimalString {
    if (typeof this.value !== "string") throw this.#unexpected("a decimal text");
    return parseDecimal(this.value, this.#details());
  }

  /** A decimal whose fraction is nothing but zeros, without it. Throws `schema`, `quantity`. */
  wholeDecimal(): DecimalString {
    const [whole = "", fraction = ""] = this.decimal().split(".");
    if (/[1-9]/.test(fraction))
      throw this.error("quantity", "has a fraction where a whole number was due", "not-integer");
    return whole === "-0" ? "0" : whole;
  }

  /** A JSON number that is a whole one, as text. Throws `schema`, `quantity`. */
  wholeNumber(): DecimalString {
    if (typeof this.value !== "number") throw this.#unexpected("a number");
    if (!Number.isInteger(this.value))
      throw this.error("quantity", "has a fraction where a whole number was due", "not-integer");
    if (!Number.isSafeInteger(this.value)) throw this.error("quantity", "is out of range", "out-of-range");
    return parseDecimal(String(this.value), this.#details());
  }

  /** An RFC 3339 date and time with its zone, as ISO 8601 in UTC. Throws `schema` for anything else. */
  instant(): string {
    const instant = parseInstant(this.text());
    if (instant === undefined) throw this.#unexpected("an RFC 3339 date and time with a zone");
    return instant;
  }

  /** An error about this value; `problem` continues the sentence that names its place. */
  error(code: ErrorCode, problem: string, kind?: string): InvError {
    const { provider, operation } = this.source;
    const place = this.pointer === "" ? "the answer" : this.pointer;
    return new InvError(code, `${provider}: in the answer to ${operation}, ${place} ${problem}`, {
      ...this.#details(),
      kind,
    });
  }

  #details() {
    return { ...this.source, pointer: this.pointer, attempts: 1, retryable: false };
  }

  #object(): object {
    if (typeof this.value !== "object" || this.value === null || Array.isArray(this.value))
      throw this.#unexpected("an object");
    return this.value;
  }

  #unexpected(expected: string): InvError {
    if (this.value === undefined) return this.error("schema", `is missing; ${expected} was due`);
    return this.error("schema", `is not ${expected} but ${typeName(this.value)}`);
  }
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (value === "") return "an empty text";
  return typeof value === "string" ? "another text" : `a value of type ${typeof value}`;
}

/** The figure that `parse` reads, or `unknown{null}` where the provider sent `null`. A missing one throws as `parse` does. */
export function toQuantity(wire: Wire, parse: (wire: Wire) => DecimalString): Quantity {
  if (wire.value !== null) return { kind: "exact", value: parse(wire) };
  return unknown("null", `${wire.source.provider} sent null instead of a figure; look at the item there.`);
}

/** What `read` returns or, where the answer is not as it should be there, the error: for rows that concern only some. */
export function attempt<Value>(read: () => Value): Value | InvError {
  try {
    return read();
  } catch (error) {
    if (isInvError(error)) return error;
    throw error;
  }
}

/** Throws the first error among what `attempt` returned: an absence can be concluded only from rows that could be read. */
export function throwFirst(values: Iterable<unknown>): void {
  for (const value of values) if (isInvError(value)) throw value;
}

/**
 * What an answer says of an item that it lists once, or several times with equal figures.
 *
 * @throws InvError `quantity{ambiguous}` when the figures differ
 */
export function theOnly<Value>(
  wires: readonly Wire[],
  read: (wire: Wire) => Value,
  figures: (value: Value) => readonly (Quantity | string)[],
): Value {
  const [first, ...others] = wires.map((wire) => ({ wire, value: read(wire) }));
  if (first === undefined) throw new RangeError("there is no row to read");
  const print = (value: Value) => JSON.stringify(figures(value).map(comparable));
  for (const { wire, value } of others)
    if (print(value) !== print(first.value))
      throw wire.error("quantity", `repeats ${first.wire.pointer} with other figures; neither was taken`, "ambiguous");
  return first.value;
}

function comparable(figure: Quantity | string): Quantity | string {
  return typeof figure === "object" && figure.kind === "exact" ? toShortest(figure.value) : figure;
}

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

function parseInstant(text: string): string | undefined {
  const match = rfc3339.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [fraction = "", sign, zoneHour = "0", zoneMinute = "0"] = match.slice(7);
  // Not Date.parse: it takes 30 February for 2 March. Not Date.UTC: it takes the year 50 for 1950.
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute, second, Number(fraction.slice(0, 3).padEnd(3, "0")));
  if (local.toISOString().slice(0, 19) !== `${text.slice(0, 10)}T${text.slice(11, 19)}`) return undefined;
  const offsetMs = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000 * (sign === "-" ? -1 : 1);
  const instant = new Date(local.getTime() - offsetMs).toISOString();
  return instant.length === 24 ? instant : undefined;
}
