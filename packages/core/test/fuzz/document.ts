import { readFileSync } from "node:fs";

import { isWhole, isWithin, toNormal } from "./decimal.ts";
import { itemsOf, memberOf, parseTree, textOf } from "./json-tree.ts";
import type { Node } from "./json-tree.ts";

/** A schema, and the document that its references are resolved in. */
export interface Schema {
  readonly document: Node;
  readonly node: Node;
}

/** The document that a provider's client was generated from. */
export function readDocument(provider: string): Node {
  const text = readFileSync(new URL(`../../../${provider}/openapi.json`, import.meta.url), "utf8");
  const parsed = parseTree(text);
  if (parsed === undefined) throw new Error(`the document of ${provider} is no JSON`);
  return parsed.root;
}

/** The members of an object as pairs; none for anything else. */
export function membersOf(node: Node | undefined): (readonly [name: string, value: Node])[] {
  return node?.type === "object" ? node.members.map(({ name, value }) => [name, value]) : [];
}

/** What a node refers to; itself where it is no reference. */
export function resolve(document: Node, node: Node): Node {
  const reference = textOf(memberOf(node, "$ref"));
  if (reference === undefined) return node;
  const found = reference
    .split("/")
    .slice(1)
    .reduce((at: Node | undefined, name) => memberOf(at, name), document);
  if (found === undefined) throw new Error(`${reference} is nowhere in the document`);
  return resolve(document, found);
}

/** Whether every number that a document gives 32 bits has them. Where branches differ, the widest one counts. */
export function fitsInt32({ document, node }: Schema, value: Node): boolean {
  return fits(document, [node], value);
}

function fits(document: Node, given: readonly Node[], value: Node): boolean {
  const schemas = given.flatMap((schema) => branchesOf(document, schema));
  if (value.type === "number") {
    const numeric = schemas.filter((schema) => typesOf(schema).some((type) => type === "integer" || type === "number"));
    return numeric.length === 0 || numeric.some((schema) => !isInt32(schema)) || hasInt32(value.token);
  }
  if (value.type === "array") {
    const inner = schemas.flatMap((schema) => memberOf(schema, "items") ?? []);
    return value.items.every((item) => fits(document, inner, item));
  }
  return membersOf(value).every(([name, member]) => {
    const inner = schemas.flatMap((schema) => memberOf(memberOf(schema, "properties"), name) ?? []);
    return fits(document, inner, member);
  });
}

function branchesOf(document: Node, schema: Node): readonly Node[] {
  const node = resolve(document, schema);
  const inner = ["allOf", "anyOf", "oneOf"].flatMap((key) => itemsOf(memberOf(node, key)) ?? []);
  return [node, ...inner.flatMap((branch) => branchesOf(document, branch))];
}

function typesOf(schema: Node): readonly (string | undefined)[] {
  const type = memberOf(schema, "type");
  return (itemsOf(type) ?? [type]).map(textOf);
}

function isInt32(schema: Node): boolean {
  return textOf(memberOf(schema, "format")) === "int32" && !typesOf(schema).includes("number");
}

function hasInt32(token: string): boolean {
  const normal = toNormal(token);
  return normal !== undefined && isWhole(normal) && isWithin(normal, -(2n ** 31n), 2n ** 31n - 1n);
}
