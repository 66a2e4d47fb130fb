/**
 * A JSON document as it is written: number tokens as text, members in order, repeated names kept. `raw` is text that need
 * not be JSON at all.
 */
export type Node =
  | { readonly type: "object"; readonly members: Member[] }
  | { readonly type: "array"; readonly items: Node[] }
  | { readonly type: "number"; token: string }
  | { readonly type: "string"; text: string }
  | { readonly type: "word"; readonly word: "true" | "false" | "null" }
  | { readonly type: "raw"; readonly text: string };

export interface Member {
  name: string;
  value: Node;
}

/** A document, and whether an object in it has a name twice. */
export interface Parsed {
  readonly root: Node;
  readonly repeats: boolean;
}

const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const space = /[ \t\n\r]*/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const maxDepth = 3000;

/** Reads a text by the letter of RFC 8259; `undefined` for anything else, or for what is nested beyond all measure. */
export function parseTree(text: string): Parsed | undefined {
  let at = 0;
  let repeats = false;

  const skip = () => {
    space.lastIndex = at;
    space.test(text);
    at = space.lastIndex;
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return undefined;
    const found = text.slice(at, pattern.lastIndex);
    at = pattern.lastIndex;
    return found;
  };
  const take = (char: string): boolean => {
    if (text[at] !== char) return false;
    at += 1;
    return true;
  };
  const readString = (): string | undefined => {
    const found = match(string);
    if (found === undefined) return undefined;
    if (!found.includes("\\")) return found.slice(1, -1);
    return String(JSON.parse(found));
  };
  const readMembers = (depth: number): Node | undefined => {
    const members: Member[] = [];
    const names = new Set<string>();
    skip();
    if (take("}")) return { type: "object", members };
    do {
      skip();
      const name = readString();
      if (name === undefined) return undefined;
      skip();
      if (!take(":")) return undefined;
      const value = readValue(depth + 1);
      if (value === undefined) return undefined;
      if (names.has(name)) repeats = true;
      names.add(name);
      members.push({ name, value });
    } while (take(","));
    return take("}") ? { type: "object", members } : undefined;
  };
  const readItems = (depth: number): Node | undefined => {
    const items: Node[] = [];
    skip();
    if (take("]")) return { type: "array", items };
    do {
      const value = readValue(depth + 1);
      if (value === undefined) return undefined;
      items.push(value);
    } while (take(","));
    return take("]") ? { type: "array", items } : undefined;
  };
  const readScalar = (): Node | undefined => {
    for (const word of ["true", "false", "null"] as const)
      if (text.startsWith(word, at)) {
        at += word.length;
        return { type: "word", word };
      }
    const token = match(numberToken);
    return token === undefined ? undefined : { type: "number", token };
  };
  const readValue = (depth: number): Node | undefined => {
    if (depth > maxDepth) return undefined;
    skip();
    let found: Node | undefined;
    if (take("{")) found = readMembers(depth);
    else if (take("[")) found = readItems(depth);
    else if (text[at] === '"') {
      const value = readString();
      found = value === undefined ? undefined : { type: "string", text: value };
    } else found = readScalar();
    skip();
    return found;
  };

  const root = readValue(0);
  return root === undefined || at !== text.length ? undefined : { root, repeats };
}

/** How a document is written: what stands between tokens, and how a text is put in quotes. */
export interface Style {
  readonly space: () => string;
  readonly quote: (text: string) => string;
}

export const plainStyle: Style = { space: () => "", quote: JSON.stringify };

/** Writes a document. */
export function writeTree(node: Node, style: Style = plainStyle): string {
  const { space: gap, quote } = style;
  const write = (value: Node): string => {
    switch (value.type) {
      case "object":
        return `{${value.members.map((member) => `${gap()}${quote(member.name)}${gap()}:${gap()}${write(member.value)}${gap()}`).join(",")}}`;
      case "array":
        return `[${value.items.map((item) => `${gap()}${write(item)}${gap()}`).join(",")}]`;
      case "number":
        return value.token;
      case "string":
        return quote(value.text);
      case "word":
        return value.word;
      case "raw":
        return value.text;
      default:
        throw new Error("there is no such node");
    }
  };
  return `${gap()}${write(node)}${gap()}`;
}

/** A copy that shares nothing. */
export function cloneTree(node: Node): Node {
  if (node.type === "object")
    return { type: "object", members: node.members.map(({ name, value }) => ({ name, value: cloneTree(value) })) };
  if (node.type === "array") return { type: "array", items: node.items.map(cloneTree) };
  return { ...node };
}

/** The value of a member; `undefined` where there is none, or the node is no object. */
export function memberOf(node: Node | undefined, name: string): Node | undefined {
  if (node?.type !== "object") return undefined;
  return node.members.find((member) => member.name === name)?.value;
}

/** The items of an array; `undefined` for anything else. */
export function itemsOf(node: Node | undefined): readonly Node[] | undefined {
  return node?.type === "array" ? node.items : undefined;
}

/** The text of a string; `undefined` for anything else. */
export function textOf(node: Node | undefined): string | undefined {
  return node?.type === "string" ? node.text : undefined;
}

/** Whether a node is that word. */
export function isWord(node: Node | undefined, word: "true" | "false" | "null"): boolean {
  return node?.type === "word" && node.word === word;
}
