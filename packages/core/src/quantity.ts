import { InvError } from "@inv/transport";
import type { ErrorDetails } from "@inv/transport";
import { Big } from "big.js";

/** A decimal number in plain notation, exact: `"42"`, `"-3"`, `"10.50"`. Never an exponent, never a double. */
export type DecimalString = string;

/** Why a quantity is not a number. */
export type UnknownReason =
  | "not-listed"
  | "incomplete-page"
  | "not-expanded"
  | "null"
  | "disabled"
  | "stale"
  | "unit-unknown"
  | "unit-mismatch"
  | "ambiguous"
  | "not-understood"
  | "pools-undeclared";

/**
 * One figure, or the reason why there is none. Absence is never `null` and never `0`.
 *
 * `exact` may be negative (oversold). `untracked` means that the provider keeps no count of this item. `unknown` says
 * why and, in `remedy`, what a person can do about it.
 */
export type Quantity =
  | { readonly kind: "exact"; readonly value: DecimalString }
  | { readonly kind: "unlimited" }
  | { readonly kind: "untracked" }
  | { readonly kind: "unknown"; readonly reason: UnknownReason; readonly remedy: string };

/** The most digits that a figure may have. No stock needs them, and arithmetic on more is a way to stop a process. */
const maxDigits = 100;

const plainNotation = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;

/**
 * Checks that a text is a decimal number in plain notation and returns it, digits as they were sent: `"10.50"` stays
 * `"10.50"`. Only a negative zero loses its sign.
 *
 * White space, separators, exponents, a leading `+` or `0`, and digits of other scripts are refused, not repaired.
 *
 * @param details what the error should know, e.g. which provider sent the text and where it stood
 * @throws InvError `quantity{format}`, `quantity{out-of-range}` for more than 100 digits
 */
export function parseDecimal(text: string, details: ErrorDetails = {}): DecimalString {
  const place = details.pointer === undefined ? "" : ` at ${details.pointer}`;
  const who = details.provider === undefined ? "" : `${details.provider}: `;
  if (!plainNotation.test(text))
    throw new InvError("quantity", `${who}the text${place} is no decimal number in plain notation, such as 10.5`, {
      ...details,
      kind: "format",
    });
  if (text.replace(/[-.]/g, "").length > maxDigits)
    throw new InvError("quantity", `${who}the number${place} has more than ${maxDigits} digits`, {
      ...details,
      kind: "out-of-range",
    });
  return text.startsWith("-") && !/[1-9]/.test(text) ? text.slice(1) : text;
}

/** A figure. Throws as `parseDecimal` does. */
export function exact(value: string): Quantity {
  return { kind: "exact", value: parseDecimal(value) };
}

/** There is no limit: more can always be sold. Never a big number, never to be added. */
export const unlimited: Quantity = Object.freeze({ kind: "unlimited" });

/** The provider keeps no count of this item. Not zero. */
export const untracked: Quantity = Object.freeze({ kind: "untracked" });

/** No figure, why, and in one sentence what a person can do about it. */
export function unknown(reason: UnknownReason, remedy: string): Quantity {
  return { kind: "unknown", reason, remedy };
}

/** The same number without zeros at the end of its fraction: two decimals are equal when these texts are. */
export function toShortest(value: DecimalString): DecimalString {
  return new Big(value).toFixed();
}

/** The difference, exact, in plain notation and without zeros at the end of its fraction. */
export function subtract(from: DecimalString, ...amounts: readonly DecimalString[]): DecimalString {
  return amounts.reduce((rest, amount) => rest.minus(amount), new Big(from)).toFixed();
}
