import type { Bump } from "../src/index.js";
import { base } from "./base.js";

export type Edit = (document: unknown) => void;

/** Two documents, and the bump that their difference means. */
export interface Pair {
  /** The row of docs/semver.md that decides it. */
  readonly row: string;
  readonly name: string;
  readonly expected: Bump;
  readonly before: unknown;
  readonly after: unknown;
}

export const item = "/components/schemas/Item/properties";
export const fresh = "/components/schemas/NewItem/properties";
export const list = "/paths/~1items/get";
export const create = "/paths/~1items/post";
export const remove = "/paths/~1items~1{id}/delete";
export const media = "content/application~1json";

/** The base document with `edits`; with `first` on both sides before. */
export function pair(
  row: string,
  expected: Bump,
  name: string,
  edits: readonly Edit[],
  first: readonly Edit[] = [],
): Pair {
  return { row, name, expected, before: edited(first), after: edited([...first, ...edits]) };
}

export function edited(edits: readonly Edit[]): unknown {
  const document: unknown = structuredClone(base());
  for (const edit of edits) edit(document);
  return document;
}

/** Writes a value at a pointer; `-` appends to a list. */
export function put(pointer: string, value: unknown): Edit {
  return (document) => {
    const [owner, key] = ownerOf(document, pointer);
    if (Array.isArray(owner)) owner[key === "-" ? owner.length : Number(key)] = structuredClone(value);
    else Reflect.set(owner, key, structuredClone(value));
  };
}

/** Takes away what is at a pointer; it has to be there. */
export function drop(pointer: string): Edit {
  return (document) => {
    const [owner, key] = ownerOf(document, pointer);
    if (!Object.hasOwn(owner, key)) throw new Error(`${pointer} is not there to be dropped`);
    if (Array.isArray(owner)) owner.splice(Number(key), 1);
    else Reflect.deleteProperty(owner, key);
  };
}

/** Moves a member to the end, or gives it another name. */
export function move(from: string, to: string): Edit {
  return (document) => {
    const [owner, key] = ownerOf(document, from);
    const value: unknown = Reflect.get(owner, key);
    drop(from)(document);
    put(to, value)(document);
  };
}

function ownerOf(document: unknown, pointer: string): [owner: object, key: string] {
  const tokens = pointer
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  const key = tokens.pop() ?? "";
  let owner: unknown = document;
  for (const token of tokens)
    owner = typeof owner === "object" && owner !== null ? Reflect.get(owner, token) : undefined;
  if (typeof owner !== "object" || owner === null) throw new Error(`${pointer} leads nowhere`);
  return [owner, key];
}
