import { InvError } from "./errors.js";
import type { Shape } from "./operation.js";

/** The longest plain notation of a number that is taken for a figure; beyond it something is wrong, or hostile. */
const maxDigits = 100;
const maxDepth = 64;
const maxNames = 500_000;
// Within `for … in` a call of this costs nothing, one of `Object.hasOwn` as much as the rest of the loop.
// oxlint-disable-next-line typescript/unbound-method -- it is called with the object
const { hasOwnProperty } = Object.prototype;
const wholeNumber = /^-?\d+$/;
export const numberToken = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Not to be guessed by whoever writes a payload: a string that begins with it would be taken for a number. */
let secret: string | undefined;

/**
 * Parses JSON without rounding.
 *
 * Where `shape` says so, ids and decimals come back as their exact text, in plain notation (`4.2e1` is `"42"`), and
 * whole numbers as numbers. Elsewhere a number is a number where a double holds it, and its text where none does.
 *
 * @throws InvError `payload{not-json | duplicate-key | too-deep | too-large}`, `schema`, `quantity{not-integer | out-of-range}`
 */
export function parseExact(
  text: string,
  shape: Shape | undefined,
  shapes: Readonly<Record<string, Shape>> = {},
): unknown {
  const tag = tagOf();
  const members = quoteMembers(text, tag);
  if (members.names > maxNames) throw new InvError("payload", "the answer has too many fields", { kind: "too-large" });
  let quoted = members.text;
  let value = parse(quoted);
  // As many names in the text as in the value: then none stood there twice, and what was read as a name was one.
  if (value === undefined || countNames(value, 0) !== members.names) {
    quoted = quoteNumbers(text, tag);
    if (value === undefined || quoted !== members.text) value = parse(quoted);
  }
  if (value === undefined) throw new InvError("payload", "the answer is not JSON", { kind: "not-json" });
  const place = shape === undefined ? anything : placeOf(shape, shapes);
  return settle(value, place, { tag: quoted === text ? undefined : tag, path: [] }, 0);
}

/** What stands before a number in a string. */
export function tagOf(): string {
  return (secret ??= Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join(""));
}

/** `undefined` for what is not JSON. The parser's message is not kept: it quotes the text, which may hold anything. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Puts every number that is a member of an object and that a double may not hold into a string that begins with the
 * tag, and counts the names. Fast, and sure only if the count is right: in a string it takes `":` for the end of a
 * name. What it then breaks is not JSON any more, for no tag can follow the end of a string.
 */
function quoteMembers(text: string, tag: string): { text: string; names: number } {
  let names = 0;
  let out = "";
  let copied = 0;
  for (let colon = text.indexOf(":"); colon !== -1; colon = text.indexOf(":", colon + 1)) {
    let before = colon - 1;
    while (isSpace(text.charCodeAt(before))) before--;
    if (text.charCodeAt(before) !== 0x22) continue;
    names++;
    let start = colon + 1;
    while (isSpace(text.charCodeAt(start))) start++;
    if (!isNumberPart(text.charCodeAt(start))) continue;
    const end = inexactEnd(text, start);
    if (end === start) continue;
    out += `${text.slice(copied, start)}"${tag}${text.slice(start, end)}"`;
    copied = end;
  }
  return { text: out + text.slice(copied), names };
}

/**
 * The same for every number, wherever it stands, token by token.
 *
 * @throws InvError `payload{duplicate-key | too-deep}`
 */
function quoteNumbers(text: string, tag: string): string {
  const open: { readonly names: Set<string>; at: string | number }[] = [];
  let out = "";
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    const inside = open.at(-1);
    if (char === 0x22) {
      const end = stringEnd(text, at);
      if (inside !== undefined && text.charCodeAt(skipSpace(text, end)) === 0x3a) {
        inside.at = nameOf(text.slice(at, end));
        if (inside.names.size === inside.names.add(inside.at).size)
          throw new InvError("payload", "the answer has a name twice in one object", {
            kind: "duplicate-key",
            pointer: pointerOf(
              open.map((one) => one.at),
              open.length,
            ),
          });
      }
      at = end - 1;
    } else if (char === 0x7b || char === 0x5b) {
      if (open.push({ names: new Set(), at: 0 }) > maxDepth) throw tooDeep();
    } else if (char === 0x7d || char === 0x5d) {
      open.pop();
    } else if (char === 0x2c && typeof inside?.at === "number") {
      inside.at++;
    } else if (isNumberPart(char)) {
      const end = inexactEnd(text, at);
      // A number in the place of a name is left for the parser to refuse.
      if (end !== at && text.charCodeAt(skipSpace(text, end)) !== 0x3a) {
        out += `${text.slice(copied, at)}"${tag}${text.slice(at, end)}"`;
        copied = end;
      }
      while (isNumberPart(text.charCodeAt(at + 1))) at++;
    }
  }
  return out + text.slice(copied);
}

/** The end of a number that a double may not hold; the start for any other number, and for what is none. */
function inexactEnd(text: string, start: number): number {
  let end = text.charCodeAt(start) === 0x2d ? start + 1 : start;
  while (isDigit(text.charCodeAt(end))) end++;
  const isWhole = !isNumberPart(text.charCodeAt(end));
  // Fifteen digits fit; a sign makes it one more to look at.
  if (isWhole && end - start < 16) return start;
  while (isNumberPart(text.charCodeAt(end))) end++;
  const token = text.slice(start, end);
  return numberToken.test(token) && (isWhole || String(Number(token)) !== token) ? end : start;
}

function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
  return text.length;
}

/** What a name is with its escapes resolved. */
function nameOf(raw: string): string {
  return raw.includes("\\") ? String(parse(raw)) : raw.slice(1, -1);
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

function isSpace(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;
}

function isDigit(char: number): boolean {
  return char >= 0x30 && char <= 0x39;
}

function isNumberPart(char: number): boolean {
  return isDigit(char) || char === 0x2e || char === 0x2b || char === 0x2d || char === 0x65 || char === 0x45;
}

/** The names in a value at any depth; `NaN` if a number stands where it is not a member of an object. */
function countNames(value: unknown, depth: number): number {
  if (!isTree(value)) return typeof value === "number" ? Number.NaN : 0;
  if (depth === maxDepth) throw tooDeep();
  let names = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item !== "string") names += countNames(item, depth + 1);
  } else {
    for (const name in value) {
      if (!hasOwnProperty.call(value, name)) continue;
      names++;
      const inner = value[name];
      if (isTree(inner)) names += countNames(inner, depth + 1);
    }
  }
  return names;
}

export function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function tooDeep(): InvError {
  return new InvError("payload", "the answer is nested too deeply", { kind: "too-deep" });
}

/** A shape with its references followed: nodes are alike, which makes visiting fast, and read nothing from a prototype. */
export interface Place {
  readonly leaf: Shape["leaf"];
  readonly from: Shape["from"];
  readonly words: Shape["words"];
  readonly members: Map<string, Place>;
  items: Place | undefined;
  values: Place | undefined;
}

const places = new WeakMap<Shape, Place>();

export function placeOf(shape: Shape, shapes: Readonly<Record<string, Shape>>): Place {
  const known = places.get(shape);
  if (known !== undefined) return known;
  const own: Shape = Object.assign(Object.create(null), shape);
  const { ref, leaf, from, words, properties = {}, items, values } = own;
  if (ref !== undefined) return placeOf(shapes[ref] ?? {}, shapes);
  const place: Place = { leaf, from, words, members: new Map(), items: undefined, values: undefined };
  // Known before its members are, for a schema can contain itself.
  places.set(shape, place);
  for (const [name, member] of Object.entries(properties)) place.members.set(name, placeOf(member, shapes));
  place.items = items && placeOf(items, shapes);
  place.values = values && placeOf(values, shapes);
  return place;
}

const anything = /* @__PURE__ */ placeOf({}, {});

interface Settling {
  /** Absent when the payload holds no number that a double cannot hold: then only declared places are visited. */
  readonly tag: string | undefined;
  /** Where it is: names and indices from the root, as many as it is deep; what follows is stale. */
  readonly path: (string | number)[];
}

function settle(value: unknown, place: Place, settling: Settling, depth: number): unknown {
  if (!isTree(value)) return settleScalar(value, place, settling, depth);
  const { tag, path } = settling;
  const { leaf, members, items, values } = place;
  const isArray = Array.isArray(value);
  if (leaf !== undefined && !staysNumber(leaf) && members.size === 0 && (items ?? values) === undefined)
    throw wrongType(place, isArray ? "array" : "object", settling, depth);
  const others = tag === undefined ? undefined : anything;
  if (isArray) {
    const inner = items ?? others;
    if (inner === undefined) return value;
    for (let index = 0; index < value.length; index++) {
      path[depth] = index;
      value[index] = settle(value[index], inner, settling, depth + 1);
    }
    return value;
  }
  const everywhere = values ?? others;
  if (members.size === 0 && everywhere === undefined) return value;
  for (const name in value) {
    if (!hasOwnProperty.call(value, name)) continue;
    const inner = members.get(name) ?? everywhere;
    if (inner === undefined) continue;
    path[depth] = name;
    const before = value[name];
    const settled = settle(before, inner, settling, depth + 1);
    // The property is the object's own, also where it is called `__proto__`: no prototype is touched.
    if (!Object.is(settled, before)) value[name] = settled;
  }
  return value;
}

function settleScalar(value: unknown, place: Place, settling: Settling, depth: number): unknown {
  const { leaf, from } = place;
  const { tag } = settling;
  const isTagged = tag !== undefined && typeof value === "string" && value.startsWith(tag);
  if (typeof value !== "number" && !isTagged) {
    if (leaf === undefined || staysNumber(leaf) || value === null) return value;
    if (typeof value !== "string" || from === "number") throw wrongType(place, typeof value, settling, depth);
    return value;
  }
  if (leaf === undefined) return isTagged ? loose(value.slice(tag.length)) : value;
  if (from === "string") throw wrongType(place, "number", settling, depth);
  return exactly(isTagged ? value.slice(tag.length) : String(value), leaf, settling, depth);
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

/** The longest token, sign included, that is in range whatever its digits are. */
const sureLengths: Readonly<Record<string, number>> = { int32: 9, integer: 15 };

function exactly(token: string, leaf: string, settling: Settling, depth: number): string | number {
  const isWhole = wholeNumber.test(token);
  if (leaf === "id" && !isWhole) {
    const pointer = pointerOf(settling.path, depth);
    throw new InvError("schema", `an id at ${pointer} is a number with a fraction or an exponent`, { pointer });
  }
  // What is whole and as short needs no arithmetic: it is below 10^9, 10^15 or, where text is asked for, 10^18.
  if (isWhole && token !== "-0" && token.length <= (sureLengths[leaf] ?? 18))
    return staysNumber(leaf) ? Number(token) : token;
  const plain = plainNotation(token);
  if (plain === undefined) throw outOfRange(settling, depth);
  if (leaf === "decimal") return plain;
  const [whole = "", fraction = ""] = plain.split(".");
  if (/[1-9]/.test(fraction)) {
    const pointer = pointerOf(settling.path, depth);
    const what = `a whole number was due at ${pointer} and has a fraction`;
    throw new InvError("quantity", what, { kind: "not-integer", pointer });
  }
  const value = BigInt(whole);
  const bits = leaf === "int32" ? 32 : 64;
  if (leaf === "integer" ? !Number.isSafeInteger(Number(whole)) : BigInt.asIntN(bits, value) !== value)
    throw outOfRange(settling, depth);
  return staysNumber(leaf) ? Number(value) : String(value);
}

function staysNumber(leaf: string): boolean {
  return leaf === "integer" || leaf === "int32";
}

function outOfRange(settling: Settling, depth: number): InvError {
  const pointer = pointerOf(settling.path, depth);
  return new InvError("quantity", `the number at ${pointer} is out of range`, { kind: "out-of-range", pointer });
}

function wrongType({ from }: Place, got: string, settling: Settling, depth: number): InvError {
  const pointer = pointerOf(settling.path, depth);
  return new InvError("schema", `expected ${from ?? "a string or number"} at ${pointer}, got ${got}`, {
    pointer,
  });
}

/** The place as a JSON pointer. A name that looks like a value, which may be a secret sent back, is told as `*`. */
export function pointerOf(path: readonly (string | number)[], depth: number): string {
  const parts = path.slice(0, depth).map((part) => (looksLikeValue(part) ? "*" : String(part)));
  return parts.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Names of fields are short and have hardly a digit; keys, tokens and ids are the other way round. */
function looksLikeValue(name: string | number): boolean {
  return typeof name === "string" && (name.length > 40 || /(?:\d\D*){3}/.test(name));
}

/** The token without exponent, digits kept as sent; `undefined` when that would take more than a hundred digits. */
export function plainNotation(token: string): string | undefined {
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
