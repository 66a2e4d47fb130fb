import { own } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { typesOf } from "../schemas.ts";

/** What a value is, as `Shape` of the transport has it. */
export type Leaf = "id" | "decimal" | "int64" | "integer" | "int32";

/** What is exact at one place. */
export interface Exact {
  readonly leaf: Leaf | undefined;
  readonly from: "number" | "string" | undefined;
  /** Of a place in a body: the texts beside its number. */
  readonly words: readonly string[] | undefined;
}

/** The first of some schemas that could be marked as exact and is not. */
export function unmarkedOf(
  nodes: readonly JsonObject[],
  isMeant: (node: JsonObject) => boolean,
): JsonObject | undefined {
  return nodes.find((node) => own(node, "x-inv-type") === undefined && isMeant(node));
}

/** What a schema says of a value by itself. */
export function leafKind(node: JsonObject): Leaf | undefined {
  const exact = own(node, "x-inv-type");
  const types = typesOf(node);
  if (exact === "id") return "id";
  if (exact === "decimal") return types.includes("integer") && !types.includes("number") ? "int64" : "decimal";
  if (!types.includes("integer") || types.includes("number")) return undefined;
  return own(node, "format") === "int32" ? "int32" : "integer";
}

/** Whether a client has it as a number. */
export function staysNumber(leaf: Leaf | undefined): boolean {
  return leaf === "integer" || leaf === "int32";
}

/** What a value is that two branches describe: the wider one, or a branch would refuse what the other allows. */
export function join(one: Leaf, other: Leaf): Leaf | undefined {
  if (one === other) return one;
  if (staysNumber(one) && staysNumber(other)) return "integer";
  const both = new Set([one, other]);
  return both.has("decimal") && both.has("int64") ? "decimal" : undefined;
}

/** The scalar JSON types a schema allows by its `type`, or by its values where it has none. */
export function scalarTypes(node: JsonObject): string[] {
  const named = typesOf(node);
  const values = [own(node, "enum") ?? [], own(node, "const") ?? []].flat();
  const types = named.length > 0 ? named : values.map((value) => (typeof value === "bigint" ? "number" : typeof value));
  return types.filter((type) => ["integer", "number", "string", "boolean"].includes(type));
}

/** The texts that a value may be beside an exact number; undefined where any text may stand there. */
export function wordsOf(nodes: readonly JsonObject[]): string[] | undefined {
  const others = nodes.filter((node) => leafKind(node) === undefined && scalarTypes(node).includes("string"));
  const lists = others.map((node) => [own(node, "enum") ?? [], own(node, "const") ?? []].flat());
  if (lists.some((values) => values.length === 0)) return undefined;
  return [...new Set(lists.flat().filter((value) => typeof value === "string"))];
}
