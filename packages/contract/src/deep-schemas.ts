const maxReach = 100;
const schemas = "#/components/schemas/";

/**
 * Takes the references between schemas out of a document that lead to more schemas than Prism 5.16 can bear: it follows all
 * of them for each operation, by recursion, so that a ring of 400 schemas is a stack overflow. What is behind such a reference
 * is not validated. Most documents have none, and stay as they are; the answer says whether this one had.
 */
export function cutDeepSchemas(document: unknown): boolean {
  const components = Reflect.get(Object(Reflect.get(Object(document), "components")), "schemas");
  const all = new Map(Object.entries(Object(components)));
  const uses = new Map(Array.from(all, ([name, schema]) => [name, [...referencesOf(schema)]]));
  const deep = new Set([...all.keys()].filter((name) => reachOf(name, uses) > maxReach));
  for (const name of deep)
    for (const { holder, target } of uses.get(name) ?? []) if (deep.has(target)) Reflect.deleteProperty(holder, "$ref");
  return deep.size > 0;
}

interface Reference {
  readonly holder: object;
  readonly target: string;
}

/** How many schemas one leads to, counted no further than it takes to see that they are too many. */
function reachOf(name: string, uses: ReadonlyMap<string, readonly Reference[]>): number {
  const reached = new Set([name]);
  for (const next of reached) {
    for (const { target } of uses.get(next) ?? []) reached.add(target);
    if (reached.size > maxReach) break;
  }
  return reached.size;
}

function* referencesOf(value: unknown): Generator<Reference> {
  if (typeof value !== "object" || value === null) return;
  const ref: unknown = Reflect.get(value, "$ref");
  if (typeof ref === "string" && ref.startsWith(schemas))
    yield {
      holder: value,
      target: decodeURIComponent(ref.slice(schemas.length)).replaceAll("~1", "/").replaceAll("~0", "~"),
    };
  for (const member of Object.values(value)) yield* referencesOf(member);
}
