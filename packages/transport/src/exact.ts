import { InvError } from "./errors.js";
import type { Shape } from "./operation.js";

/** The longest plain notation of a number that is taken for a figure; beyond it something is wrong, or hostile. */
const maxDigits = 100;
const maxDepth = 64;
const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

// Finds numbers whose token may not be what `String(Number(token))` gives back: sixteen digits or more (point ignored),
// an exponent, a trailing zero of a fraction, a negative zero, a small fraction. A match inside of a string only costs
// time.
const suspect = /[:[,]\s*(?:-0|-?(?:\d[\d.]{15}|\d+(?:\.\d+)?[eE]|\d+\.\d*0(?!\d)|0\.0{6}))/;
const numberToken = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Parses JSON without rounding.
 *
 * Where `shape` says so, ids and decimals come back as their exact text, in plain notation (`4.2e1` is `"42"`), and
 * whole numbers as numbers. Elsewhere a number is a number where a double holds it, and its text where none does.
 *
 * @throws InvError `payload{not-json}`, `payload{too-deep}`, `schema`, `quantity{not-integer | out-of-range}`
 */
export function parseExact(
  text: string,
  shape: Shape | undefined,
  shapes: Readonly<Record<string, Shape>> = {},
): unknown {
  if (!suspect.test(text)) {
    const value = parse(text);
    return shape === undefined ? value : settle(value, shape, { shapes, tag: undefined, path: [] });
  }
  // Not to be guessed by whoever wrote the payload: a string that begins with it would be taken for a number.
  const tag = `${crypto.getRandomValues(new Uint32Array(2)).join("-")}:`;
  return settle(parse(quoteNumbers(text, tag)), shape ?? {}, { shapes, tag, path: [] });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may hold anything.
    throw notJson();
  }
}

function notJson(): InvError {
  return new InvError("payload", "the answer is not JSON", { kind: "not-json" });
}

/** Puts every number token that a double may not hold into a string that begins with the tag. */
function quoteNumbers(text: string, tag: string): string {
  let out = "";
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      at = stringEnd(text, at);
    } else if (char === 0x2d || isDigit(char)) {
      const start = at;
      while (at < text.length && isNumberPart(text.charCodeAt(at))) at++;
      const token = text.slice(start, at);
      if (String(Number(token)) === token) continue;
      if (!numberToken.test(token)) throw notJson();
      out += `${text.slice(copied, start)}"${tag}${token}"`;
      copied = at;
    } else {
      at++;
    }
  }
  return out + text.slice(copied);
}

function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
  return text.length;
}

function isDigit(char: number): boolean {
  return char >= 0x30 && char <= 0x39;
}

function isNumberPart(char: number): boolean {
  return isDigit(char) || char === 0x2e || char === 0x2b || char === 0x2d || char === 0x65 || char === 0x45;
}

interface Settling {
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Absent when the payload holds no number that a double cannot hold: then only declared places are visited. */
  readonly tag: string | undefined;
  /** Where it is: names and indices from the root. */
  readonly path: (string | number)[];
}

function settle(value: unknown, node: Shape, settling: Settling): unknown {
  const shape = node.ref === undefined ? node : (settling.shapes[node.ref] ?? node);
  if (typeof value === "object" && value !== null) {
    if (settling.path.length > maxDepth)
      throw new InvError("payload", "the answer is nested too deeply", {
        kind: "too-deep",
        pointer: pointerOf(settling),
      });
    refuseInPlaceOfLeaf(value, shape, settling);
    if (Array.isArray(value)) settleItems(value, shape, settling);
    else settleObject(value, shape, settling);
    return value;
  }
  const token = tokenOf(value, settling.tag);
  if (shape.leaf === undefined) return token === undefined || typeof value === "number" ? value : loose(token);
  return settleLeaf(value, token, shape, settling);
}

function settleItems(values: unknown[], shape: Shape, settling: Settling): void {
  const items = shape.items ?? (settling.tag === undefined ? undefined : {});
  if (items === undefined) return;
  for (const [index, value] of values.entries()) {
    settling.path.push(index);
    values[index] = settle(value, items, settling);
    settling.path.pop();
  }
}

function settleObject(value: object, shape: Shape, settling: Settling): void {
  const { properties = {}, values } = shape;
  const everywhere = values ?? (settling.tag === undefined ? undefined : {});
  for (const name of Object.keys(everywhere === undefined ? properties : value)) {
    if (!Object.hasOwn(value, name)) continue;
    // The document had a number where a name belongs.
    if (settling.tag !== undefined && name.startsWith(settling.tag)) throw notJson();
    const inner = Object.hasOwn(properties, name) ? properties[name] : everywhere;
    if (inner === undefined) continue;
    settling.path.push(name);
    // The property is the object's own, also where it is called `__proto__`: no prototype is touched.
    Reflect.set(value, name, settle(Reflect.get(value, name), inner, settling));
    settling.path.pop();
  }
}

function refuseInPlaceOfLeaf(value: object, shape: Shape, settling: Settling): void {
  const exact = shape.leaf !== undefined && shape.leaf !== "integer";
  const nested = shape.properties !== undefined || shape.items !== undefined || shape.values !== undefined;
  if (exact && !nested) throw wrongType(shape, Array.isArray(value) ? "array" : "object", settling);
}

function tokenOf(value: unknown, tag: string | undefined): string | undefined {
  if (typeof value === "number") return String(value);
  if (tag !== undefined && typeof value === "string" && value.startsWith(tag)) return value.slice(tag.length);
  return undefined;
}

/** A number in a place that the document does not call exact. */
function loose(token: string): number | string {
  const value = Number(token);
  const sent = plainNotation(token);
  const held = plainNotation(String(value));
  return sent !== undefined && held !== undefined && shortest(sent) === shortest(held) ? value : token;
}

function shortest(plain: string): string {
  return plain.includes(".") ? plain.replace(/\.?0+$/, "") : plain;
}

function settleLeaf(value: unknown, token: string | undefined, shape: Shape, settling: Settling): unknown {
  if (value === null) return null;
  if (shape.leaf === "integer") return token === undefined ? value : safeInteger(token, settling);
  if (token === undefined && typeof value !== "string") throw wrongType(shape, typeof value, settling);
  const got = token === undefined ? "string" : "number";
  if (shape.from !== undefined && shape.from !== got) throw wrongType(shape, got, settling);
  if (token === undefined) return value;
  if (shape.leaf === "id" && !/^-?\d+$/.test(token)) {
    const pointer = pointerOf(settling);
    throw new InvError("schema", `an id at ${pointer} is a number with a fraction or an exponent`, { pointer });
  }
  const plain = plainNotation(token);
  if (plain === undefined) throw outOfRange(settling);
  if (shape.leaf === "decimal") return plain;
  const whole = withoutZeroFraction(plain, settling);
  if (BigInt(whole) < int64.min || BigInt(whole) > int64.max) throw outOfRange(settling);
  return whole;
}

function safeInteger(token: string, settling: Settling): number {
  const plain = plainNotation(token);
  if (plain === undefined) throw outOfRange(settling);
  const value = Number(withoutZeroFraction(plain, settling));
  if (!Number.isSafeInteger(value)) throw outOfRange(settling);
  return value;
}

function withoutZeroFraction(plain: string, settling: Settling): string {
  const [whole = "", fraction = ""] = plain.split(".");
  if (/[1-9]/.test(fraction)) {
    const pointer = pointerOf(settling);
    throw new InvError("quantity", `a whole number was due at ${pointer} and has a fraction`, {
      kind: "not-integer",
      pointer,
    });
  }
  return whole === "-0" ? "0" : whole;
}

function outOfRange(settling: Settling): InvError {
  const pointer = pointerOf(settling);
  return new InvError("quantity", `the number at ${pointer} is out of range`, { kind: "out-of-range", pointer });
}

function wrongType(shape: Shape, got: string, settling: Settling): InvError {
  const pointer = pointerOf(settling);
  return new InvError("schema", `expected ${shape.from ?? "a string or number"} at ${pointer}, got ${got}`, {
    pointer,
  });
}

/** The place as a JSON pointer. */
function pointerOf({ path }: Settling): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The token without exponent, digits kept as sent; `undefined` when that would take more than a hundred digits. */
function plainNotation(token: string): string | undefined {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? [];
  if (whole.length + fraction.length > maxDigits || exponent.length > 5) return undefined;
  const shift = Number(exponent);
  if (Math.abs(shift) > maxDigits) return undefined;
  const digits = `${"0".repeat(Math.max(0, -shift))}${whole}${fraction}${"0".repeat(Math.max(0, shift - fraction.length))}`;
  const point = Math.max(0, -shift) + whole.length + shift;
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, "") || "0";
  const right = digits.slice(point);
  if (left.length + right.length > maxDigits) return undefined;
  const plain = right === "" ? left : `${left}.${right}`;
  return sign === "-" && /[1-9]/.test(plain) ? `-${plain}` : plain;
}
