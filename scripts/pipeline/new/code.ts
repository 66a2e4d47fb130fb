import { SpecError } from "../error.ts";
import { toClientValue } from "../exchange.ts";
import type { Exchange } from "../exchange.ts";
import { isObject } from "../json.ts";
import type { Json } from "../json.ts";
import type { OperationModel } from "../model.ts";
import { checkBodyField } from "../names.ts";
import type { Parts } from "./parts.ts";
import type { Scheme } from "./scheme.ts";

/** A text as a string literal that holds nothing but visible ASCII, and nothing that opens a tag in Markdown. */
export function toCode(value: string): string {
  return JSON.stringify(value).replaceAll(
    /[^\x20-\x7e]|</g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A value as an expression; a number that no double holds is its text. */
export function toExpression(value: Json): string {
  if (typeof value === "string") return toCode(value);
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? value.toString() : toCode(value.toString());
  if (Array.isArray(value)) return `[${value.map(toExpression).join(", ")}]`;
  if (!isObject(value)) return String(value);
  const members = Object.entries(value).map(([name, member]) => {
    const key = name === "__proto__" ? '["__proto__"]' : isPlainName(name) ? name : toCode(name);
    return `${key}: ${toExpression(member)}`;
  });
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** Whether a variable may have this name. */
export function isBindable(name: string): boolean {
  try {
    return checkBodyField(name, "") === name;
  } catch (error) {
    if (error instanceof SpecError) return false;
    throw error;
  }
}

function isPlainName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(name);
}

/** The arguments of a call for an exchange, after the client. */
export function toInput({ document }: Parts, { input }: OperationModel, exchange: Exchange): string {
  if (input.fields.length === 0) return "";
  const fields = [...exchange.arguments, ...exchange.bodyFields].map(
    ({ field, value, schema }) => `${field}: ${toExpression(toClientValue(document, value, schema))}`,
  );
  return fields.length === 0 ? ", {}" : `, { ${fields.join(", ")} }`;
}

/** Credentials of one scheme that a test may use. */
export function fakeOptions({ credentials }: Scheme): string {
  return credentials.map(({ option }) => `${option}: "${option.charAt(0)}"`).join(", ");
}

/** A text as it stands between backticks, nothing in it but visible ASCII. */
export function toTemplate(text: string): string {
  return text
    .replaceAll(/[\\`]|\$(?=\{)/g, "\\$&")
    .replaceAll(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
