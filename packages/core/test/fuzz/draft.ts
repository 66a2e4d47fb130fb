import { itemsOf } from "./json-tree.ts";
import type { Member, Node, Style } from "./json-tree.ts";
import type { Random } from "./random.ts";

/**
 * What a mutation does to the figures: `preserving` leaves them as they are, written differently; `changing` puts
 * others in their places, just as well; `breaking` may do anything.
 */
export type Label = "preserving" | "changing" | "breaking";

/** What is being changed: a tree, then how it is written, then the text, then its bytes. */
export interface Draft {
  root: Node;
  style: Style;
  readonly text: ((text: string) => string)[];
  readonly bytes: ((bytes: Uint8Array) => Uint8Array)[];
  torn?: { readonly root: Node; readonly at: number };
  readonly provider: string;
}

/** One way to change a payload. */
export interface Mutation {
  readonly label: Label;
  /** Changes the draft as it likes. */
  readonly apply: (draft: Draft, random: Random) => void;
}

/** Members whose value is a figure, and the array of rows, by provider. */
export const wire: Readonly<
  Record<string, { readonly figures: readonly string[]; readonly rows: string; readonly ids: readonly string[] }>
> = {
  walleo: { figures: ["owned_quantity", "shared_quantity"], rows: "stocks", ids: ["code", "facial_value"] },
  fourthwall: { figures: ["quantity"], rows: "results", ids: ["variantId"] },
  augno: { figures: ["value"], rows: "", ids: ["id"] },
  zettle: {
    figures: ["balance"],
    rows: "variants",
    ids: ["locationUuid", "productUuid", "variantUuid", "trackedProducts"],
  },
  loop: { figures: ["available_count"], rows: "", ids: ["id"] },
};

/** The members that hold a figure. */
export function figuresOf({ provider, root }: Draft): Member[] {
  const names = wire[provider]?.figures ?? [];
  return allMembers(root).filter(({ name, value }) => names.includes(name) && value.type !== "object");
}

/** The nodes that are an id, in arrays too. */
export function idsOf({ provider, root }: Draft): Node[] {
  const names = wire[provider]?.ids ?? [];
  const found = allMembers(root).filter(({ name }) => names.includes(name));
  return found
    .flatMap(({ value }) => [[value], itemsOf(value) ?? []].flat())
    .filter(({ type }) => type === "string" || type === "number");
}

/** The rows of the answer; none where its provider has no rows. */
export function rowsOf({ provider, root }: Draft): Node[] {
  const found = allMembers(root).find(({ name }) => name === (wire[provider]?.rows ?? ""))?.value;
  return found?.type === "array" ? found.items : [];
}

/** Every member of every object. */
export function allMembers(root: Node): Member[] {
  return allNodes(root).flatMap((node) => (node.type === "object" ? node.members : []));
}

/** Every node, the root included. */
export function allNodes(root: Node): Node[] {
  const found: Node[] = [];
  const visit = (node: Node): void => {
    found.push(node);
    if (node.type === "object") for (const { value } of node.members) visit(value);
    if (node.type === "array") for (const item of node.items) visit(item);
  };
  visit(root);
  return found;
}

/** Does something to one of several, if there is any. */
export function atOne<Value>(values: readonly Value[], random: Random, apply: (value: Value) => void): void {
  if (values.length > 0) apply(random.pick(values));
}

// What is close to the end of 32 bits, and of what a double and 64 bits hold.
const int32 = ["2147483647", "-2147483648", "2147483646"];
const int64 = ["9007199254740993", "9223372036854775807", "9007199254740992"];

/** A figure that the provider could send. */
export function figureToken(provider: string, random: Random): string {
  const digits = (length: number) => Array.from({ length }, () => random.below(10)).join("");
  const whole = (length: number) => String(BigInt(digits(length)));
  const sign = random.chance(0.3) && provider !== "walleo" ? "-" : "";
  if (provider === "zettle" || provider === "augno") {
    const length = random.chance(0.2) ? 1 + random.below(30) : 1 + random.below(5);
    const fraction = random.chance(0.5) ? `.${digits(1 + random.below(random.chance(0.2) ? 30 : 4))}` : "";
    return `${sign}${whole(length)}${fraction}`;
  }
  // As a document has it: one of 32 bits, the others of 64.
  const [longest, extremes] = provider === "fourthwall" ? [9, int32] : [18, int64];
  const token = random.chance(0.3) ? whole(1 + random.below(longest)) : whole(1 + random.below(4));
  return random.chance(0.1) ? random.pick(extremes) : `${sign}${token}`;
}

/** Puts a figure in a place, as text where text stood. */
export function setFigure(member: Member, token: string): void {
  member.value = member.value.type === "string" ? { type: "string", text: token } : { type: "number", token };
}
