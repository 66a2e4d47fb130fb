import { isObject, own, textOf } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { findTargets, stepsOf, stepTo, toLiteral } from "./targets.ts";
import type { Step } from "./targets.ts";

const maxPlaces = 3;
const maxNodes = 200_000;
const leastLikeness = 0.4;

// Members whose value is data of the API: what is called alike there is something else.
const data = new Set(["example", "examples", "default", "enum", "const"]);

interface Place {
  readonly path: string;
  /** How alike, from 0 to 1. */
  readonly likeness: number;
}

/**
 * Where the node of a target that selects nothing may be now, the likeliest first; each is a JSONPath that selects something.
 * With the document as it was before, what was there is recognised by its operationId and its members too.
 */
export function findLikelyPlaces(document: JsonObject, target: string, earlier?: JsonObject): string[] {
  const steps = stepsOf(target);
  if (steps === undefined) return [];
  const lost = steps.findIndex((_, index) => findTargets(document, join(steps.slice(0, index + 1))).length === 0);
  const step = steps[lost];
  if (step === undefined) return [];
  const places = new Map<string, number>();
  for (const { path, likeness } of [
    ...besides(document, steps, lost, earlier),
    ...sameOperation(document, steps, earlier),
    ...moved(document, steps, lost),
  ])
    if (likeness >= leastLikeness) places.set(path, Math.max(places.get(path) ?? 0, likeness));
  return [...places]
    .toSorted(([, one], [, other]) => other - one)
    .map(([path]) => path)
    .filter((path) => path.length <= 1000 && findTargets(document, path).length > 0)
    .slice(0, maxPlaces);
}

function join(steps: readonly Step[]): string {
  return `$${steps.map(({ text }) => text).join("")}`;
}

/** What stands where the lost step looked, under another name, position or value. */
function* besides(
  document: JsonObject,
  steps: readonly Step[],
  lost: number,
  earlier: JsonObject | undefined,
): Generator<Place> {
  const before = join(steps.slice(0, lost));
  const rest = join(steps.slice(lost + 1)).slice(1);
  const text = steps[lost]?.text ?? "";
  const names = steps[lost]?.names ?? [];
  const was = earlier === undefined ? [] : findTargets(earlier, before + text).map(({ value }) => value);
  const holders = findTargets(document, before).map(({ value }) => value);
  const [, key, literal] = /^\[\?\s*\(?@\.([A-Za-z_][\w-]*)\s*==\s*("[^"]*"|'[^']*')\)?\s*\]$/.exec(text) ?? [];
  for (const holder of holders) {
    if (Array.isArray(holder) && key !== undefined && literal !== undefined)
      for (const element of holder) {
        const value = textOf(element, key);
        if (value !== "")
          yield {
            path: `${before}[?@.${key} == ${toLiteral(value)}]${rest}`,
            likeness: 0.4 + 0.6 * likenessOf(value, literal.slice(1, -1)),
          };
      }
    if (!isObject(holder)) continue;
    for (const [other, value] of Object.entries(holder)) {
      const alike = Math.max(
        0,
        ...names.map((name) => likenessOf(name, other)),
        ...was.map((node) => membersInCommon(node, value)),
      );
      yield { path: before + stepTo(other) + rest, likeness: alike };
    }
  }
}

/** The operation that has the operationId of the lost one. */
function* sameOperation(
  document: JsonObject,
  steps: readonly Step[],
  earlier: JsonObject | undefined,
): Generator<Place> {
  const [paths, path, method, ...rest] = steps;
  if (earlier === undefined || paths === undefined || path === undefined || method === undefined) return;
  const ids = new Set(
    findTargets(earlier, join([paths, path, method])).map(({ value }) => textOf(value, "operationId")),
  );
  for (const [name, item] of Object.entries(own(document, "paths") ?? {}))
    for (const [verb, operation] of Object.entries(isObject(item) ? item : {}))
      if (ids.has(textOf(operation, "operationId")) && textOf(operation, "operationId") !== "")
        yield { path: `$.paths${stepTo(name)}${stepTo(verb)}${join(rest).slice(1)}`, likeness: 1 };
}

/** Other places that have a member of the lost name; those with more of the names before it first. */
function* moved(document: JsonObject, steps: readonly Step[], lost: number): Generator<Place> {
  for (let first = 0; first <= lost; first += 1) {
    const tail = steps.slice(first);
    const [name] = tail[0]?.names ?? [];
    if (name === undefined) continue;
    const relative = join(tail);
    let found = 0;
    for (const { node, path, keys } of walk(document)) {
      if (own(node, name) === undefined || findTargets(node, relative).length === 0) continue;
      const shared = keys.filter((key) => steps.some(({ names }) => names.includes(key))).length;
      yield {
        path: path + relative.slice(1),
        likeness: 0.5 + (0.3 * shared) / (shared + 1) + (0.2 * (lost - first)) / lost,
      };
      found += 1;
    }
    if (found > 0) return;
  }
}

interface Visited {
  readonly node: JsonObject;
  readonly path: string;
  readonly keys: readonly string[];
}

function* walk(document: JsonObject): Generator<Visited> {
  const queue: { value: Json; path: string; keys: readonly string[] }[] = [{ value: document, path: "$", keys: [] }];
  for (const { value, path, keys } of queue) {
    if (queue.length > maxNodes) return;
    if (isObject(value)) yield { node: value, path, keys };
    const members: [string | number, Json][] = Array.isArray(value)
      ? [...value.entries()]
      : Object.entries(value ?? {});
    for (const [key, member] of members)
      if (typeof member === "object" && member !== null && !(typeof key === "string" && data.has(key)))
        queue.push({ value: member, path: path + stepTo(key), keys: [...keys, String(key)] });
  }
}

/** The share of names that two objects have in common; of a schema those of its properties. */
function membersInCommon(one: Json, other: Json): number {
  const [left, right] = [one, other].map((value) => new Set(Object.keys(own(value, "properties") ?? value ?? {})));
  if (left === undefined || right === undefined || left.size === 0) return 0;
  const common = [...left].filter((name) => right.has(name)).length;
  return common / (left.size + right.size - common);
}

/** How alike two names are, versions, parameters and the way they are written apart. */
function likenessOf(one: string, other: string): number {
  const [left, right] = [one, other].map((name) =>
    name
      .slice(0, 200)
      .replaceAll(/\{[^{}]*\}/g, "{}")
      .replaceAll(/(?<=\/|^)v?\d[\d.-]*(?=\/|$)/g, "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}{}/]/gu, ""),
  );
  if (left === undefined || right === undefined || left === "") return 0;
  return 1 - distance(left, right) / Math.max(left.length, right.length);
}

/** How many characters have to be put in, taken out or replaced. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let index = 0; index < one.length; index += 1) {
    const next = [index + 1];
    for (let at = 1; at < row.length; at += 1)
      next.push(
        Math.min(
          (next[at - 1] ?? 0) + 1,
          (row[at] ?? 0) + 1,
          (row[at - 1] ?? 0) + (one[index] === other[at - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
