import { cloneTree, parseTree, writeTree } from "./json-tree.ts";
import type { Node } from "./json-tree.ts";
import type { Interference } from "./subject.ts";

type Fetch = typeof globalThis.fetch;
type Answer = NonNullable<Interference["answer"]>;

/** Members that hold a figure, of any provider. */
const figures = new Set(["available_count", "quantity", "balance", "value", "owned_quantity", "shared_quantity"]);

/** Mistakes that others have made, each put between the real parts. The fuzz has to notice every one. */
export const plantedBugs: Readonly<Record<string, Interference>> = {
  "empty string to zero": {
    answer: atFigures((value) => (value === "" ? "0" : value)),
  },
  "last duplicate wins": {
    fetch: (fetch) => rewriteText(fetch, (text) => dropFirstDuplicates(text)),
  },
  "?? 0": {
    answer: atFigures((value, others) => value ?? (others === "number" ? 0 : "0")),
  },
  parseInt: {
    answer: atFigures((value) =>
      typeof value === "string" && Number.isInteger(Number.parseInt(value, 10))
        ? String(Number.parseInt(value, 10))
        : value,
    ),
  },
  "| 0": {
    fetch: (fetch) =>
      rewriteText(fetch, (text) => text.replaceAll(/(?<=:)\d{10,15}(?=[,}])/g, (token) => String(Number(token) | 0))),
  },
  "Number() on an id": {
    // Compares ids as doubles: what is equal then passes for the one that was asked for.
    answer: (_, data, path) => replaceIds(data, Object.values(path), (id, asked) => Number(id) === Number(asked)),
  },
  "resumed body": { fetch: resumeBodies },
  "case-folded id": {
    // Walleo's codes are told apart by their case.
    answer: (_, data, path) =>
      replaceIds(data, Object.values(path), (id, asked) => id.toLowerCase() === asked.toLowerCase()),
  },
  "stale answer": { fetch: answerFromMemory },
  "off-by-one page": {
    // Reads rows in portions of two and leaves out the last of each full one.
    answer: (_, data) => withoutLastOfPages(data, 2),
  },
  "Object.assign of __proto__": {
    answer: (_, data) => copyWithAssign(data),
  },
};

/** Changes what stands in the place of a figure; `others` is the JSON type that such figures have. */
function atFigures(change: (value: unknown, others: "number" | "string") => unknown): Answer {
  const visit = (value: unknown, others: "number" | "string"): unknown => {
    if (Array.isArray(value)) return value.map((item) => visit(item, others));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value);
    const changed = entries.map(([name, inner]) => {
      const isScalar = typeof inner !== "object" || inner === null;
      return [name, figures.has(name) && isScalar ? change(inner, others) : visit(inner, others)] as const;
    });
    // A figure that is missing is `undefined` to careless code.
    const missing = figuresMissing(entries.map(([name]) => name)).map(
      (name) => [name, change(undefined, others)] as const,
    );
    return Object.fromEntries([...changed, ...missing.filter(([, filled]) => filled !== undefined)]);
  };
  return (provider, data) => visit(data, provider === "fourthwall" ? "number" : "string");
}

/** The figures that an object with these members should have and has not. */
function figuresMissing(names: readonly string[]): readonly string[] {
  const due: Readonly<Record<string, readonly string[]>> = {
    product_variant: ["available_count"],
    variantId: ["quantity"],
    variantUuid: ["balance"],
    display_value: ["value"],
    facial_value: ["owned_quantity", "shared_quantity"],
  };
  return names.flatMap((name) => due[name] ?? []).filter((name) => !names.includes(name));
}

function replaceIds(data: unknown, asked: readonly unknown[], isSame: (id: string, asked: string) => boolean): unknown {
  if (Array.isArray(data)) return data.map((item) => replaceIds(item, asked, isSame));
  if (typeof data === "object" && data !== null)
    return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, replaceIds(value, asked, isSame)]));
  if (typeof data !== "string") return data;
  return asked.find((id) => typeof id === "string" && isSame(data, id)) ?? data;
}

function withoutLastOfPages(data: unknown, size: number): unknown {
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      if (name !== "variants" || !Array.isArray(value)) return [name, value];
      return [name, value.filter((_, index) => index % size !== size - 1)];
    }),
  );
}

function copyWithAssign(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(copyWithAssign);
  if (typeof data !== "object" || data === null) return data;
  const inner = Object.entries(data).map(([name, value]) => [name, copyWithAssign(value)] as const);
  const copy: Record<string, unknown> = Object.assign({}, ...inner.map(([name, value]) => oneMember(name, value)));
  const merged: Record<string, unknown> = {};
  // What the prototype has is taken for the object's own.
  for (const name in copy) merged[name] = copy[name];
  return merged;
}

function oneMember(name: string, value: unknown): object {
  return Object.defineProperty({}, name, { value, enumerable: true });
}

function rewriteText(fetch: Fetch, change: (text: string) => string): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    const { status, headers } = response;
    return new Response(text === "" ? bytes : change(text), { status, headers });
  };
}

/** What `JSON.parse` makes of names that are there twice. */
function dropFirstDuplicates(text: string): string {
  const parsed = parseTree(text);
  if (parsed?.repeats !== true) return text;
  const visit = (node: Node): Node => {
    if (node.type === "array") return { type: "array", items: node.items.map(visit) };
    if (node.type !== "object") return node;
    const members = new Map(node.members.map(({ name, value }) => [name, visit(value)]));
    return { type: "object", members: Array.from(members, ([name, value]) => ({ name, value })) };
  };
  return writeTree(visit(cloneTree(parsed.root)));
}

/** Goes on where a body broke off, although the answer may be another one by then. */
function resumeBodies(fetch: Fetch): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { status, headers } = response;
    const parts: Uint8Array[] = [];
    try {
      for await (const part of response.body ?? []) parts.push(part);
    } catch {
      const rest = new Uint8Array(await (await fetch(input, init)).arrayBuffer());
      parts.push(rest.slice(parts.reduce((length, part) => length + part.length, 0)));
    }
    return new Response(new Blob(parts.map((part) => part.slice())), { status, headers });
  };
}

/** Keeps the first answer of each URL for ever. */
function answerFromMemory(fetch: Fetch): Fetch {
  const kept = new Map<string, Response>();
  return async (input, init) => {
    const key = JSON.stringify([input instanceof Request ? input.url : input, init?.body]);
    const response = kept.get(key) ?? (await fetch(input, init));
    kept.set(key, response);
    return response.clone();
  };
}
