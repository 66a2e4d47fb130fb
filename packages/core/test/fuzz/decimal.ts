/**
 * The number that a JSON token means, in a form that is the same for all ways to write it: `-3`, `-3.0` and `-30e-1`
 * are `-3e0`, every zero is `0`.
 *
 * `undefined` for an exponent that no stock has.
 */
export function toNormal(token: string): string | undefined {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? [];
  if (whole === "" || exponent.length > 7) return undefined;
  const digits = (whole + fraction).replace(/^0+/, "");
  if (digits === "") return "0";
  const significant = digits.replace(/0+$/, "");
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

/** Whether a normal form is a whole number. */
export function isWhole(normal: string): boolean {
  return normal === "0" || !/e-/.test(normal);
}

/** Whether a normal form lies within plus and minus that many, both included. */
export function isWithin(normal: string, least: bigint, most: bigint): boolean {
  if (normal === "0") return least <= 0n && most >= 0n;
  const [digits = "", exponent = "0"] = normal.split("e");
  if (Number(exponent) < 0 || Number(exponent) > 40) return false;
  const value = BigInt(digits) * 10n ** BigInt(exponent);
  return value >= least && value <= most;
}
