import { SpecError } from "../error.ts";
import { child, isObject, own, textOf } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { quote, toCamelCase, toFunctionName } from "../names.ts";
import type { Draft } from "./draft.ts";
import { deref } from "../references.ts";
import { methods } from "../walk.ts";

/** An operation of a draft. */
export interface Place {
  /** `GET /things/{id}`. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly item: JsonObject;
  readonly itemPointer: string;
  readonly node: JsonObject;
  readonly pointer: string;
}

/** Every operation of a draft, in document order. */
export function placesOf(document: JsonObject): Place[] {
  const paths = own(document, "paths");
  if (!isObject(paths))
    throw new SpecError("structure", "#/paths", "the document describes no paths; there is nothing to generate.");
  return Object.entries(paths).flatMap(([path, raw]) => {
    if (path.startsWith("x-")) return [];
    const item = deref(document, raw, child("#/paths", path));
    return methods.flatMap((method) => {
      const node = own(item.node, method);
      const pointer = child(item.pointer, method);
      if (node === undefined) return [];
      if (!isObject(node)) throw new SpecError("structure", pointer, "an operation has to be an object.");
      const key = `${method.toUpperCase()} ${path}`;
      return [{ key, method, path, item: item.node, itemPointer: item.pointer, node, pointer }];
    });
  });
}

/** Gives an operationId to every operation that has none, or one that cannot be a function's name. */
export function nameOperations(draft: Draft, places: readonly Place[]): void {
  draft.begin("Names of operations");
  const owners = new Map<string, Place>();
  const reasons = new Map<Place, string>();
  for (const place of places) {
    const id = textOf(place.node, "operationId");
    const name = functionName(id);
    const owner = name === undefined ? undefined : owners.get(name);
    if (name !== undefined && owner === undefined) owners.set(name, place);
    else if (id === "") reasons.set(place, "There is no operationId.");
    else if (owner === undefined) reasons.set(place, `${quote(id)} cannot be the name of a function.`);
    else reasons.set(place, `${quote(id)} maps to ${name}, as does that of ${owner.key}.`);
  }
  const names = new Map<Place, string>();
  // In an order of their own, so that it makes no difference where in the document they stand.
  for (const place of [...reasons.keys()].toSorted((one, other) => (one.key < other.key ? -1 : 1))) {
    for (const name of candidatesFor(place)) {
      if (functionName(name) === undefined || owners.has(name)) continue;
      names.set(place, name);
      owners.set(name, place);
      break;
    }
  }
  for (const [place, reason] of reasons) {
    const name = names.get(place);
    if (name === undefined) continue;
    const wanted = candidatesFor(place).next().value ?? "";
    const other = wanted === name ? undefined : owners.get(wanted);
    const taken = other === undefined ? "" : ` ${wanted} is that of ${other.key}.`;
    draft.update(place.pointer, { operationId: name }, `${reason} This one is made from method and path.${taken}`);
    if (textOf(place.node, "operationId") !== "" && other !== undefined)
      draft.note(`${place.key} is called ${name}, for ${wanted} is ${other.key}: check the names.`);
  }
}

function functionName(id: string): string | undefined {
  try {
    return id === "" ? undefined : toFunctionName(id, "#");
  } catch (error) {
    if (error instanceof SpecError) return undefined;
    throw error;
  }
}

/** `GET /orders/{id}/lines` is `getOrderLines`; where that is taken, `getOrderLinesById`, then numbered. */
function* candidatesFor({ method, path }: Place): Generator<string> {
  const segments = path.split("/").filter((segment) => segment !== "" && !/^(api|rest|v\d+(\.\d+)*)$/i.test(segment));
  const words = segments.map((segment, index) => {
    const fixed = segment.replaceAll(/\{[^}]*\}/g, " ").trim();
    const next = segments[index + 1];
    return next !== undefined && /^\{[^}]*\}/.test(next) ? singularOf(fixed) : fixed;
  });
  const parameters = Array.from(path.matchAll(/\{([^}]*)\}/g), ([, name = ""]) => name);
  const plain = toCamelCase([method, ...words].join(" ")).slice(0, 80);
  const base = plain === method ? `${plain}Root` : plain;
  const long =
    parameters.length === 0
      ? base
      : `${base}${toCamelCase(["by", ...parameters].join(" and ")).replace("byAnd", "By")}`;
  const exact = long.slice(0, 90).replace(/^./, (letter) => letter.toLowerCase());
  yield base;
  for (let count = 1; ; count += 1) yield count === 1 ? exact : `${exact}${count}`;
}

function singularOf(word: string): string {
  if (/(ss|us|is)$/i.test(word)) return word;
  if (/ies$/i.test(word)) return word.replace(/ies$/i, "y");
  if (/(s|x|z|ch|sh)es$/i.test(word)) return word.replace(/es$/i, "");
  return word.replace(/s$/i, "");
}
