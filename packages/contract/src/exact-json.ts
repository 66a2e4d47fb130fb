/** A JSON value without rounding: a whole number that a double cannot hold is a bigint. */
export type ExactJson =
  | null
  | boolean
  | string
  | number
  | bigint
  | readonly ExactJson[]
  | { readonly [name: string]: ExactJson };

/**
 * Parses JSON; whole numbers beyond 2^53 come back as bigints, everything else as `JSON.parse` has it.
 *
 * @throws Error for a number that neither a double nor a bigint holds with all its digits
 */
export function parseExactJson(text: string): ExactJson {
  return JSON.parse(text, (...entry: unknown[]) => {
    const [, value, context] = entry;
    if (typeof value !== "number") return value;
    const source = sourceOf(context);
    if (String(value) === source) return value;
    if (/^-?\d+$/.test(source)) return BigInt(source);
    throw new Error(`the number ${source} would change on its way; write it in its shortest form`);
  });
}

// The third argument of a reviver is newer than the type of `JSON.parse` that TypeScript has.
function sourceOf(context: unknown): string {
  if (typeof context === "object" && context !== null && "source" in context && typeof context.source === "string")
    return context.source;
  throw new Error("this Node does not hand the source of a number to a reviver; Node 24 does");
}

/** The value as compact JSON, every digit of every number kept. */
export function toJsonText(value: ExactJson): string {
  if (typeof value === "bigint") return String(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(toJsonText).join(",")}]`;
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}:${toJsonText(member)}`)
    .join(",")}}`;
}

/** Whether two values are the same JSON, whatever the order of their members. */
export function isSameJson(one: ExactJson, other: ExactJson): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  if (isList(one)) {
    if (!isList(other) || one.length !== other.length) return false;
    return one.every((item, index) => isSameJson(item, other[index] ?? null));
  }
  if (isList(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSameJson(one[name] ?? null, other[name] ?? null))
  );
}

/** What is left of a value after a parser that reads every number as a double: what Prism sends. */
export function toRounded(value: ExactJson): ExactJson {
  return JSON.parse(toJsonText(value));
}

/** Narrows to an array; `Array.isArray` does not do so for readonly ones. */
export function isList(value: ExactJson): value is readonly ExactJson[] {
  return Array.isArray(value);
}

/** Narrows to an object. */
export function isObject(value: ExactJson | undefined): value is { readonly [name: string]: ExactJson } {
  return typeof value === "object" && value !== null && !isList(value);
}
