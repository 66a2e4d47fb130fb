/** An exact decimal: `digits` divided by ten to the power of `scale`. No zero stands at the end of a fraction. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

export const zero: Decimal = { digits: 0n, scale: 0 };

export function decimal(digits: bigint, scale = 0): Decimal {
  let [left, places] = [digits, scale];
  while (places > 0 && left % 10n === 0n) [left, places] = [left / 10n, places - 1];
  return { digits: left, scale: places };
}

/**
 * Reads plain notation such as `-3` or `12.375`.
 *
 * @throws RangeError for anything else
 */
export function parseDecimal(text: string): Decimal {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new RangeError(`${JSON.stringify(text)} is no decimal in plain notation`);
  const [, sign = "", whole = "", fraction = ""] = match;
  return decimal(BigInt(`${sign}${whole}${fraction}`), fraction.length);
}

/** Plain notation: no exponent, no separator, no `-0`. */
export function toText({ digits, scale }: Decimal): string {
  const sign = digits < 0n ? "-" : "";
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, "0");
  if (scale === 0) return sign + text;
  return `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

export function add(one: Decimal, other: Decimal): Decimal {
  const scale = Math.max(one.scale, other.scale);
  return decimal(
    one.digits * 10n ** BigInt(scale - one.scale) + other.digits * 10n ** BigInt(scale - other.scale),
    scale,
  );
}

export function negate({ digits, scale }: Decimal): Decimal {
  return { digits: -digits, scale };
}

export function subtract(one: Decimal, other: Decimal): Decimal {
  return add(one, negate(other));
}
