import { resolveJsonPath } from "openapi-format";
import { isObject, own } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { quote } from "./names.ts";

/** A place of a document that an overlay action's target selects. */
export interface Match {
  readonly parent: JsonObject | Json[] | undefined;
  readonly key: string | number | undefined;
  readonly value: Json;
}

/** What a JSONPath selects, as openapi-format reads it. */
export function findTargets(document: JsonObject, target: string): Match[] {
  if (target === "$") return [{ parent: undefined, key: undefined, value: document }];
  return resolveJsonPath(document, target).flatMap(({ parent, key }): Match[] => {
    if (Array.isArray(parent)) {
      const value = parent[Number(key)];
      return value === undefined ? [] : [{ parent, key, value }];
    }
    const value = isObject(parent) ? own(parent, String(key)) : undefined;
    return value === undefined || !isObject(parent) ? [] : [{ parent, key, value }];
  });
}

/** One step of a JSONPath. */
export interface Step {
  /** As it is written: `.paths`, `['/items']`, `[?@.in == 'path']`. */
  readonly text: string;
  /** The members that it names; empty where it selects in another way. */
  readonly names: readonly string[];
}

/** The steps of a target; undefined where it is written in a way that is not read here. */
export function stepsOf(target: string): Step[] | undefined {
  const steps: Step[] = [];
  let rest = target.slice(1);
  while (rest !== "") {
    const text = stepAtStart(rest);
    if (text === undefined) return undefined;
    steps.push({ text, names: namesOf(text) });
    rest = rest.slice(text.length);
  }
  return steps;
}

function stepAtStart(path: string): string | undefined {
  if (!path.startsWith("[")) return /^\.(?:\*|[\p{L}\p{N}_$-]+)/u.exec(path)?.[0];
  const quoted = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[[\]]/gs;
  let depth = 0;
  for (const { 0: found, index } of path.matchAll(quoted)) {
    if (found === "[") depth += 1;
    if (found === "]") depth -= 1;
    if (depth === 0) return path.slice(0, index + 1);
  }
  return undefined;
}

function namesOf(step: string): string[] {
  if (step.startsWith(".")) return step === ".*" ? [] : [step.slice(1)];
  const literal = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*/y;
  const names: string[] = [];
  let at = 1;
  for (;;) {
    literal.lastIndex = at;
    const found = literal.exec(step);
    if (found === null) return [];
    names.push((found[1] ?? found[2] ?? "").replaceAll(/\\(.)/gs, "$1"));
    at = literal.lastIndex;
    if (step[at] === "]") return names;
    if (step[at] !== ",") return [];
    at += 1;
  }
}

/** The step to a member or an element, with nothing in it that a terminal would act on. */
export function stepTo(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return `.${key}`;
  return `[${toLiteral(key)}]`;
}

/** Text as JSONPath writes it. */
export function toLiteral(text: string): string {
  const escaped = text.replaceAll(/[\\']/g, "\\$&");
  const isLong = text.length > 200;
  return `'${isLong ? quote(text).slice(1, -1) : escaped.replaceAll(/[^\x20-\x7e]/g, unicode)}'`;
}

function unicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
