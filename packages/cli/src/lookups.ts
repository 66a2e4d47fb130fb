import type { Lookup } from "@inv/core";

import { nearest } from "./suggest.js";
import { UsageError } from "./usage-error.js";

const example = '{"account":"till","item":{"id":"…","variantId":"…"},"location":{"id":"…"}}';
const shownProblems = 10;

/** The lookups of a file, and the line of each. */
export interface PlacedLookups {
  readonly lookups: readonly Lookup[];
  readonly lines: readonly number[];
}

/**
 * The lookups of a text with one JSON object per line, in its order. Blank lines do not count.
 *
 * Ids are strings, kept as they are. Whether a provider can answer is for `read` to say.
 *
 * @throws UsageError naming file, line and remedy of everything that is wrong, or when there is nothing to look up
 */
export function parseLookups(text: string, file: string, accounts: readonly string[]): PlacedLookups {
  const lookups: Lookup[] = [];
  const lines: number[] = [];
  const problems: string[] = [];
  for (const [index, line] of text.split(/\r\n|\n/).entries()) {
    if (line.trim() === "") continue;
    try {
      const lookup = parseLookup(line, accounts);
      lookups.push(lookup);
      lines.push(index + 1);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(`${file}:${index + 1}${error.column === undefined ? "" : `:${error.column}`}: ${error.message}`);
    }
  }
  const more = problems.length - shownProblems;
  if (problems.length > 0)
    throw new UsageError(...problems.slice(0, shownProblems), ...(more > 0 ? [`… and ${more} more lines.`] : []));
  if (lookups.length === 0)
    throw new UsageError(`${file}: there is nothing to look up. Write one object per line: ${example}`);
  return { lookups, lines };
}

class Refusal extends Error {
  readonly column: number | undefined;

  constructor(message: string, column?: number) {
    super(message);
    this.column = column;
  }
}

function parseLookup(line: string, accounts: readonly string[]): Lookup {
  const value = parseJson(line);
  const fields = record(value, "the line", ["account", "item", "location"]);
  const account = text(fields.get("account"), "account");
  if (!accounts.includes(account)) {
    const near = nearest(account, accounts);
    const hint =
      near === undefined ? `The configuration has ${accounts.join(", ")}.` : `Did you mean ${JSON.stringify(near)}?`;
    throw new Refusal(`there is no account ${JSON.stringify(account)}. ${hint}`);
  }
  const item = record(fields.get("item"), "item", ["id", "variantId"]);
  const id = text(item.get("id"), "item.id");
  const variantId = item.has("variantId") ? text(item.get("variantId"), "item.variantId") : undefined;
  const location = fields.has("location") ? record(fields.get("location"), "location", ["id"]) : undefined;
  return {
    account,
    item: variantId === undefined ? { id } : { id, variantId },
    ...(location === undefined ? {} : { location: { id: text(location.get("id"), "location.id") } }),
  };
}

function parseJson(line: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    const position = /at position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    const column = position === undefined ? undefined : Number(position) + 1;
    throw new Refusal(`this is not JSON. A lookup is one object on one line: ${example}`, column);
  }
  const twice = repeatedKey(line);
  if (twice !== undefined) throw new Refusal(`the key ${twice} stands in one object twice. Remove one.`);
  return value;
}

/** A key that some object of a valid JSON text has twice. `JSON.parse` would silently take the last. */
function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, key] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (key !== undefined) {
      const name = String(JSON.parse(key));
      if (open.at(-1)?.has(name) === true) return JSON.stringify(name);
      open.at(-1)?.add(name);
    }
  }
  return undefined;
}

function record(value: unknown, name: string, known: readonly string[]): Map<string, unknown> {
  if (value === undefined) throw new Refusal(`${JSON.stringify(name)} is missing. A lookup looks like ${example}`);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Refusal(`${name} is not an object. A lookup is one object on one line: ${example}`);
  const fields = new Map(Object.entries(value));
  for (const key of fields.keys()) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    const hint = near === undefined ? `Known are ${known.join(", ")}.` : `Did you mean ${JSON.stringify(near)}?`;
    throw new Refusal(`${name} has the unknown key ${JSON.stringify(key)}. ${hint}`);
  }
  return fields;
}

function text(value: unknown, name: string): string {
  if (value === undefined) throw new Refusal(`${JSON.stringify(name)} is missing. A lookup looks like ${example}`);
  if (typeof value === "number")
    throw new Refusal(
      `${name} is a number. Put it in quotes: as a number an id above 9007199254740991 (2^53 - 1) is rounded.`,
    );
  if (typeof value !== "string")
    throw new Refusal(`${name} is not a string. Put the provider's own id there, in quotes.`);
  if (value.trim() === "")
    throw new Refusal(`${name} is empty. Put the provider's own id there, or leave the key out.`);
  return value;
}
