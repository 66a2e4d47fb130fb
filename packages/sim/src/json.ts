/** A number of any size, written as these characters. */
export class NumberToken {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A JSON value whose numbers are exact: whole ones are bigints, others tokens. */
export type Json = null | boolean | string | bigint | NumberToken | readonly Json[] | { readonly [name: string]: Json };

/** The value as compact JSON, its members in their order. */
export function toJson(value: Json): string {
  if (typeof value === "bigint") return String(value);
  if (value instanceof NumberToken) return value.text;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(toJson).join(",")}]`;
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}:${toJson(member)}`)
    .join(",")}}`;
}

/** Narrows to an array; `Array.isArray` does not do so for readonly ones. */
function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
