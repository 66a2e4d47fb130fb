import { SpecError } from "../error.ts";
import { entriesOf, isObject, own } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Model } from "../model.ts";
import { deref } from "../references.ts";
import { join, leafKind, scalarTypes, staysNumber, unmarkedOf, wordsOf } from "./leaves.ts";
import type { Exact, Leaf } from "./leaves.ts";
import type { Literal } from "./syntax.ts";
import { walk } from "../walk.ts";

const nothing: Exact = { leaf: undefined, from: undefined, words: undefined };

/**
 * A place in an answer or a body: all schemas that may describe it at once, by way of references, `allOf`, `anyOf` and `oneOf`.
 * Schemas that contain themselves make a place that is reached from itself.
 */
interface Place extends Exact {
  readonly name: string;
  readonly properties: ReadonlyMap<string, Place>;
  readonly items: Place | undefined;
  readonly values: Place | undefined;
}

// A shape of more nodes than this is written once, under its name; of fewer, if it is used in one place only.
const maxInlined = 60;
const maxRepeated = 12;
const schemasPointer = "#/components/schemas/";

/** The shapes of some answers or bodies, and those that they refer to by name. */
export interface ShapesOf {
  /** One for each; undefined where it holds no exact value. */
  readonly shapes: readonly (Literal | undefined)[];
  readonly named: { readonly [name: string]: Literal } | undefined;
}

/** One value that is exact in two ways. */
export class ShapeError extends SpecError {
  /** The schemas that describe it, as pointers. */
  readonly branches: readonly string[];

  constructor(pointer: string, message: string, branches: readonly string[]) {
    super("shape", pointer, message);
    this.branches = branches;
  }
}

/**
 * Where the ids, decimals and integers of some answers are (`Shape` of the transport). An answer is given by the schemas
 * that may describe it. What contains itself, and what is large, is written once and referred to by name.
 *
 * @throws ShapeError where one value is exact in two ways
 */
export function shapesOf(document: JsonObject, answers: readonly (readonly Json[])[]): ShapesOf {
  return new Shapes(document, "answer", fail).read(answers);
}

/**
 * The same for bodies that are sent: where a caller gives text for what the document has as a number only.
 *
 * @throws ShapeError where one value is exact in two ways
 */
export function bodyShapesOf(document: JsonObject, bodies: readonly (readonly Json[])[]): ShapesOf {
  return new Shapes(document, "body", fail).read(bodies);
}

/** Every value of some answers or bodies that is exact in two ways. */
export function conflictsOf(document: JsonObject, all: readonly (readonly Json[])[]): ShapeError[] {
  const conflicts: ShapeError[] = [];
  new Shapes(document, "answer", (error) => void conflicts.push(error)).read(all);
  return conflicts;
}

function fail(error: ShapeError): void {
  throw error;
}

/** The schemas of the answers of each operation that have a body. */
export function answersOf({ operations }: Model): (readonly Json[])[] {
  return operations.map(({ successes }) =>
    successes.filter(({ hasBody }) => hasBody).map(({ schema }) => schema ?? null),
  );
}

/** The schema of the body of each operation, if it has one. */
export function bodiesOf({ operations }: Pick<Model, "operations">): (readonly Json[])[] {
  return operations.map(({ input }) => (input.bodySchema === undefined ? [] : [input.bodySchema]));
}

class Shapes {
  readonly #document: JsonObject;
  readonly #of: "answer" | "body";
  readonly #onConflict: (error: ShapeError) => void;
  readonly #pointers = new Map<JsonObject, string>();
  readonly #places = new Map<string, Place>();
  readonly #names = new Map<Place, string>();
  readonly #reaching = new Map<Place, boolean>();
  readonly #searched = new Set<Place>();
  readonly #uses = new Map<Place, number>();
  readonly #sizes = new Map<Place, number>();

  constructor(document: JsonObject, of: "answer" | "body", onConflict: (error: ShapeError) => void) {
    this.#document = document;
    this.#of = of;
    this.#onConflict = onConflict;
    for (const { node, pointer, kind } of walk(document)) if (kind === "schema") this.#pointers.set(node, pointer);
  }

  read(all: readonly (readonly Json[])[]): ShapesOf {
    const places = all.map((schemas) => this.#place(schemas));
    const reaching = places.filter((place) => place !== undefined && this.#reaches(place));
    // All names first, or one that is written early would repeat what a later one gives a name.
    for (const place of reaching) if (place !== undefined) this.#nameRecursive(place, new Set());
    for (const place of reaching) if (place !== undefined) this.#nameLarge(place);
    const named: { [name: string]: Literal } = Object.create(null);
    for (const [place, name] of this.#names) named[name] = this.#write(place);
    return {
      shapes: places.map((place) =>
        place === undefined || !this.#reaches(place) ? undefined : this.#toLiteral(place),
      ),
      named: this.#names.size === 0 ? undefined : named,
    };
  }

  #place(schemas: readonly Json[]): Place | undefined {
    const nodes = this.#expand(schemas);
    const [first] = nodes;
    if (first === undefined) return undefined;
    const key = nodes.map((node) => this.#pointerOf(node)).join(" ");
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const properties = new Map<string, Place>();
    const pointer = this.#pointerOf(first);
    const place = {
      name: pointer.startsWith(schemasPointer) ? pointer.slice(schemasPointer.length) : pointer,
      ...this.#leafOf(nodes),
      properties,
      items: undefined,
      values: undefined,
    };
    // Known before its members are read, so that a schema that contains itself ends.
    this.#places.set(key, place);
    for (const name of new Set(nodes.flatMap((node) => entriesOf(node, "properties").map(([name]) => name)))) {
      const member = this.#place(nodes.map((node) => own(own(node, "properties"), name) ?? null));
      if (member !== undefined) properties.set(name, member);
    }
    const items = this.#place(
      nodes.flatMap((node) => [own(node, "items") ?? null, own(node, "prefixItems") ?? null].flat()),
    );
    const values = this.#place(
      nodes.flatMap((node) =>
        [
          own(node, "additionalProperties") ?? null,
          entriesOf(node, "patternProperties").map(([, schema]) => schema),
        ].flat(),
      ),
    );
    return Object.assign(place, { items, values });
  }

  /** The schemas themselves and all that they are composed of, each once, in order of their pointers. */
  #expand(schemas: readonly Json[]): JsonObject[] {
    const found = new Set<JsonObject>();
    const waiting = [...schemas];
    for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
      if (!isObject(schema)) continue;
      const { node } = deref(this.#document, schema, this.#pointerOf(schema));
      if (found.has(node)) continue;
      found.add(node);
      for (const key of ["allOf", "anyOf", "oneOf", "then", "else"]) waiting.push(...[own(node, key) ?? null].flat());
    }
    return [...found].toSorted((a, b) => (this.#pointerOf(a) < this.#pointerOf(b) ? -1 : 1));
  }

  #leafOf(nodes: readonly JsonObject[]): Exact {
    let leaf: Leaf | undefined;
    const wire = new Set<string>();
    const plain = new Set<string>();
    for (const node of nodes) {
      const kind = leafKind(node);
      const joined = leaf === undefined || kind === undefined ? (leaf ?? kind) : join(leaf, kind);
      if (kind !== undefined && joined === undefined)
        return this.#conflict(
          node,
          `the same value is ${kind} here and ${leaf} in another branch; give both the same x-inv-type.`,
          nodes,
        );
      leaf = joined;
      for (const type of scalarTypes(node))
        (kind === undefined ? plain : wire).add(type === "integer" ? "number" : type);
    }
    if (staysNumber(leaf) && plain.has("number")) return nothing;
    const [first] = nodes;
    if (
      leaf !== undefined &&
      !staysNumber(leaf) &&
      first !== undefined &&
      (plain.has("number") || plain.has("boolean"))
    )
      return this.#conflict(
        unmarkedOf(nodes, (each) => scalarTypes(each).includes("number")) ?? first,
        `the same value is ${leaf} in one branch and a plain number or boolean in another; give both the same x-inv-type.`,
        nodes,
      );
    const types = new Set([...wire, ...plain]);
    const isEither = leaf === undefined || types.has("number") === types.has("string");
    const from = isEither ? undefined : types.has("number") ? "number" : "string";
    if (this.#of === "answer") return { leaf, from, words: undefined };
    const words = wire.has("number") && !wire.has("string") && plain.has("string") ? wordsOf(nodes) : undefined;
    return staysNumber(leaf) || (from !== "number" && words === undefined) ? nothing : { leaf, from, words };
  }

  #conflict(node: JsonObject, message: string, nodes: readonly JsonObject[]): Exact {
    const branches = nodes.map((each) => this.#pointerOf(each));
    this.#onConflict(new ShapeError(this.#pointerOf(node), message, branches));
    return nothing;
  }

  #reaches(place: Place): boolean {
    const known = this.#reaching.get(place);
    if (known !== undefined) return known;
    const seen = new Set([place]);
    for (const next of seen) {
      if (next.leaf !== undefined) {
        this.#reaching.set(place, true);
        return true;
      }
      for (const inner of children(next)) seen.add(inner);
    }
    for (const next of seen) this.#reaching.set(next, false);
    return false;
  }

  #nameRecursive(place: Place, above: Set<Place>): void {
    this.#uses.set(place, (this.#uses.get(place) ?? 0) + 1);
    if (above.has(place)) this.#name(place);
    if (above.has(place) || this.#searched.has(place) || !this.#reaches(place)) return;
    above.add(place);
    for (const inner of children(place)) this.#nameRecursive(inner, above);
    above.delete(place);
    this.#searched.add(place);
  }

  #nameLarge(place: Place): number {
    const known = this.#sizes.get(place);
    if (known !== undefined) return known;
    this.#sizes.set(place, 1);
    let size = 1;
    for (const inner of children(place)) if (this.#reaches(inner)) size += this.#nameLarge(inner);
    const isRepeated = (this.#uses.get(place) ?? 0) > 1;
    if (size > (isRepeated ? maxRepeated : maxInlined)) this.#name(place);
    size = this.#names.has(place) ? 1 : size;
    this.#sizes.set(place, size);
    return size;
  }

  #name(place: Place): void {
    if (this.#names.has(place)) return;
    const taken = new Set(this.#names.values());
    let name = place.name;
    for (let count = 2; taken.has(name); count += 1) name = `${place.name} ${count}`;
    this.#names.set(place, name);
  }

  #toLiteral(place: Place): Literal {
    const name = this.#names.get(place);
    return name === undefined ? this.#write(place) : { ref: name };
  }

  #write(place: Place): Literal {
    const inner = (member: Place | undefined) =>
      member === undefined || !this.#reaches(member) ? undefined : this.#toLiteral(member);
    const properties: { [key: string]: Literal } = Object.create(null);
    for (const [name, member] of place.properties)
      if (this.#reaches(member)) properties[name] = this.#toLiteral(member);
    return {
      leaf: place.leaf,
      from: place.from,
      words: place.words,
      properties: Object.keys(properties).length === 0 ? undefined : properties,
      items: inner(place.items),
      values: inner(place.values),
    };
  }

  /** Also a name for the schema: one that stands nowhere in the document gets one of its own. */
  #pointerOf(schema: JsonObject): string {
    const known = this.#pointers.get(schema);
    if (known !== undefined) return known;
    const pointer = `#${this.#pointers.size}`;
    this.#pointers.set(schema, pointer);
    return pointer;
  }
}

function children(place: Place): Place[] {
  return [...place.properties.values(), place.items, place.values].filter((inner) => inner !== undefined);
}
