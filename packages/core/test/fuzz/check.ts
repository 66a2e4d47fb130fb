import type { Figure, InventoryLevel, Lookup, Outcome } from "@inv/core";

import { toNormal } from "./decimal.ts";
import type { Expected, ExpectedLevel } from "./oracle.ts";

/** What is wrong with an outcome: a `wrong` figure was given, or an unharmed payload was `refused`. */
export interface Problem {
  readonly kind: "wrong" | "refused";
  readonly text: string;
}

/**
 * Compares the outcome of one lookup with what its payload permits.
 *
 * Every exact, unlimited or untracked figure has to be one that the payload gives for that very item. What the document
 * forbids has to be refused. Where `mustRead`, all that the payload gives has to be there, and nothing else is refused.
 */
export function findProblem(
  lookup: Lookup,
  outcome: Outcome,
  expected: Expected,
  mustRead: boolean,
): Problem | undefined {
  const wrong = (text: string): Problem => ({ kind: "wrong", text });
  if (outcome.status === "failed") {
    const { code, kind = "", message } = outcome.error;
    const due = expected.outOfRange === true ? code === "quantity" && kind === "out-of-range" : !expected.sound;
    return !mustRead || due ? undefined : { kind: "refused", text: `${code} ${kind}: ${message}` };
  }
  if (expected.outOfRange === true) return wrong("reads an answer with a number that its document does not allow");
  if (outcome.complete && !expected.complete) return wrong("says that it is complete");
  const seen = new Set<ExpectedLevel>();
  for (const level of outcome.levels) {
    if (level.item.id.toLowerCase() !== lookup.item.id.toLowerCase()) return wrong(`is about ${level.item.id}`);
    const due = expected.levels.find((each) => isSameVariant(level, each));
    const text = due === undefined ? claimsIn(level, {}) : claimsIn(level, due.claims);
    if (text !== undefined) return wrong(text);
    if (due === undefined) continue;
    if (seen.has(due)) return wrong(`has two levels of ${due.variant}`);
    seen.add(due);
    const attribution = attributionOf(level, expected);
    if (attribution !== undefined) return wrong(attribution);
    const lost = mustRead && expected.sound ? lostIn(level, due.claims) : undefined;
    if (lost !== undefined) return { kind: "refused", text: lost };
  }
  const left = expected.levels.find((each) => !seen.has(each));
  // A list of some variants that passes for all of them is as wrong as a number.
  if (left !== undefined) return wrong(`has no level of ${left.variant}`);
  return undefined;
}

function isSameVariant({ item, provider }: InventoryLevel, { variant }: ExpectedLevel): boolean {
  const { variantId } = item;
  return (variantId !== undefined && provider === "walleo" ? toNormal(variantId) : variantId?.toString()) === variant;
}

function figuresOf({ quantities, terms }: InventoryLevel): readonly (readonly [name: string, figure: Figure])[] {
  return [...Object.entries(quantities), ...Object.entries(terms)];
}

function claimOf({ quantity }: Figure): string | undefined {
  if (quantity.kind === "exact") return toNormal(quantity.value) ?? "no number";
  return quantity.kind === "unknown" ? undefined : quantity.kind;
}

function claimsIn(level: InventoryLevel, claims: ExpectedLevel["claims"]): string | undefined {
  for (const [name, figure] of figuresOf(level)) {
    const claim = claimOf(figure);
    const permitted = Object.hasOwn(claims, name) ? claims[name] : "nothing";
    if (claim !== undefined && claim !== permitted)
      return `${name} is ${JSON.stringify(figure.quantity)}, permitted is ${permitted}`;
  }
  return undefined;
}

function lostIn(level: InventoryLevel, claims: ExpectedLevel["claims"]): string | undefined {
  const given = new Map(figuresOf(level).map(([name, figure]) => [name, claimOf(figure)]));
  for (const [name, claim] of Object.entries(claims))
    if (claim !== "nothing" && given.get(name) !== claim) return `${name} should be ${claim}`;
  return undefined;
}

function attributionOf(level: InventoryLevel, { unit, location, details = {} }: Expected): string | undefined {
  const hasClaim = figuresOf(level).some(([, figure]) => claimOf(figure) !== undefined);
  if (!hasClaim) return undefined;
  if (level.unit !== unit) return `the unit is ${level.unit}, permitted is ${unit}`;
  if (location !== undefined && level.location?.id !== location) return `the location is ${level.location?.id}`;
  for (const [name, text] of Object.entries(details)) {
    const given: unknown = Reflect.get(level.item, name);
    if (given !== undefined && given !== text) return `${name} is ${JSON.stringify(given)}, permitted is ${text}`;
  }
  return undefined;
}
