import { boundsOf, conforms } from "./conformance.ts";
import type { Budget, Direction } from "./conformance.ts";
import { formats } from "./formats.ts";
import { entriesOf, isObject, listOf, own, setOwn, textOf, tokensOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { textsFor } from "./patterns.ts";
import { deref } from "../references.ts";

// Members that need not be there are shown down to this depth, and only so many of them.
const shownDepth = 4;
const shownMembers = 150;
const maxDepth = 40;
const maxAttempts = 1000;
const maxLooks = 100_000;

/** What a value has to fit all at once, with the alternatives that are not decided yet. */
interface Demand {
  readonly nodes: readonly JsonObject[];
  readonly choices: readonly Choice[];
  /** The name of the component that is described, where it is one. */
  readonly name: string;
  /** What discriminators say that members have to be. */
  readonly tags: ReadonlyMap<string, string>;
}

interface Choice {
  readonly branches: readonly Json[];
  readonly discriminator: Json | undefined;
}

/**
 * A value that fits a schema: taken from the schema's own examples where they fit, otherwise made, the same one each
 * time. Undefined where none was found.
 */
export function sample(document: JsonObject, schema: Json, direction: Direction): Json | undefined {
  for (const isFull of [true, false]) {
    const value = new Sampler(document, direction, isFull).make([schema], 0, 0);
    if (value !== undefined && conforms(document, schema, value, direction)) return value;
  }
  return undefined;
}

class Sampler {
  readonly #document: JsonObject;
  readonly #direction: Direction;
  readonly #isFull: boolean;
  readonly #above = new Map<JsonObject, number>();
  #shown = 0;
  #attempts = 0;
  readonly #budget: Budget = { left: maxLooks };

  constructor(document: JsonObject, direction: Direction, isFull: boolean) {
    this.#document = document;
    this.#direction = direction;
    this.#isFull = isFull;
  }

  /** A value for several schemas at once. `variant` counts values that have to differ. */
  make(schemas: readonly Json[], depth: number, variant: number): Json | undefined {
    const demand = this.#expand(schemas, { nodes: [], choices: [], name: "", tags: new Map() });
    return demand === undefined ? undefined : this.#decide(demand, schemas, depth, variant);
  }

  /** Adds schemas to a demand, with all that they refer to and are composed of. */
  #expand(schemas: readonly Json[], demand: Demand): Demand | undefined {
    const nodes = new Set(demand.nodes);
    const choices = [...demand.choices];
    let { name } = demand;
    const waiting = schemas.toReversed();
    for (let raw = waiting.pop(); raw !== undefined; raw = waiting.pop()) {
      if (raw === false) return undefined;
      if (!isObject(raw)) continue;
      const { node, pointer } = deref(this.#document, raw, "#");
      const [, section, component, ...more] = tokensOf(pointer);
      if (name === "" && section === "schemas" && component !== undefined && more.length === 0) name = component;
      if (nodes.has(node)) continue;
      nodes.add(node);
      for (const key of ["oneOf", "anyOf"]) {
        const branches = listOf(node, key);
        if (branches.length > 0) choices.push({ branches, discriminator: own(node, "discriminator") });
      }
      waiting.push(...listOf(node, "allOf").toReversed());
    }
    return { nodes: [...nodes], choices, name, tags: demand.tags };
  }

  /** Tries alternatives in order, those that are more than null first. */
  #decide(demand: Demand, schemas: readonly Json[], depth: number, variant: number): Json | undefined {
    this.#attempts += 1;
    if (depth > maxDepth || this.#attempts > maxAttempts || this.#budget.left < 0) return undefined;
    const [choice, ...choices] = demand.choices;
    if (choice === undefined) return this.#fill(demand, schemas, depth, variant);
    const branches = choice.branches.toSorted((one, other) => Number(isNull(one)) - Number(isNull(other)));
    for (const branch of branches) {
      const tags = new Map([...demand.tags, ...this.#tagOf(choice.discriminator, branch)]);
      const next = this.#expand([branch], { ...demand, choices, tags, name: "" });
      if (next === undefined) continue;
      const value = this.#decide({ ...next, name: next.name || demand.name }, schemas, depth, variant);
      if (value !== undefined && (choices.length > 0 || this.#fits(schemas, value))) return value;
    }
    return undefined;
  }

  #fits(schemas: readonly Json[], value: Json): boolean {
    const [only, ...more] = schemas;
    const schema = more.length === 0 && only !== undefined ? only : { allOf: [...schemas] };
    return conforms(this.#document, schema, value, this.#direction, this.#budget);
  }

  #tagOf(discriminator: Json | undefined, branch: Json): [string, string][] {
    const property = textOf(discriminator, "propertyName");
    const name = nameOf(textOf(branch, "$ref"));
    if (property === "" || name === "") return [];
    return [[property, keyOf(discriminator, name)]];
  }

  /** Once nothing is left to decide. */
  #fill(demand: Demand, schemas: readonly Json[], depth: number, variant: number): Json | undefined {
    const { nodes } = demand;
    if (nodes.some((node) => (this.#above.get(node) ?? 0) > 2 && isComposite(node))) return undefined;
    for (const value of this.#given(nodes, variant)) if (this.#fits(schemas, value)) return value;
    if (nodes.some((node) => own(node, "const") !== undefined || own(node, "enum") !== undefined)) return undefined;
    for (const node of nodes) this.#above.set(node, (this.#above.get(node) ?? 0) + 1);
    try {
      for (const type of typesFor(nodes)) {
        const made = this.#ofType(type, demand, depth, variant);
        for (const value of made) if (!isScalarType(type) || this.#fits(schemas, value)) return value;
      }
      return undefined;
    } finally {
      for (const node of nodes) this.#above.set(node, (this.#above.get(node) ?? 1) - 1);
    }
  }

  /** The values that the document itself gives. */
  *#given(nodes: readonly JsonObject[], variant: number): Generator<Json> {
    if (variant === 0)
      for (const node of nodes) {
        const example = own(node, "example");
        if (example !== undefined) yield example;
        yield* listOf(node, "examples");
      }
    for (const node of nodes) {
      const constant = own(node, "const");
      if (constant !== undefined) yield constant;
      const values = listOf(node, "enum");
      yield* values.slice(variant);
      yield* values.slice(0, variant);
    }
    if (variant === 0)
      for (const node of nodes) {
        const value = own(node, "default");
        if (value !== undefined && value !== null) yield value;
      }
  }

  #ofType(type: string, demand: Demand, depth: number, variant: number): Json[] {
    const { nodes } = demand;
    if (type === "null") return [null];
    if (type === "boolean") return variant % 2 === 0 ? [true, false] : [false, true];
    if (type === "string") return textsOf(nodes, variant);
    if (type === "integer" || type === "number") return numbersOf(nodes, type === "integer", variant);
    const value = type === "array" ? this.#list(nodes, depth, variant) : this.#object(demand, depth, variant);
    return value === undefined ? [] : [value];
  }

  #list(nodes: readonly JsonObject[], depth: number, variant: number): Json | undefined {
    const first = nodes.flatMap((node) => listOf(node, "prefixItems"));
    const items = nodes.flatMap((node) => own(node, "items") ?? []);
    const least = Math.max(0, ...nodes.map((node) => Number(own(node, "minItems") ?? 0)));
    const most = Math.min(100, ...nodes.map((node) => Number(own(node, "maxItems") ?? 100)));
    const wanted = this.#isFull && depth < shownDepth && items.length > 0 ? 1 : 0;
    const count = Math.min(Math.max(least, wanted, first.length), most);
    const list: Json[] = [];
    for (let index = 0; index < count; index += 1) {
      const prefix = first[index];
      const item = this.make(prefix === undefined ? items : [prefix], depth + 1, index + variant);
      if (item === undefined) return index < least ? undefined : list;
      list.push(item);
    }
    return list;
  }

  #object({ nodes, name: component, tags }: Demand, depth: number, variant: number): Json | undefined {
    const hidden = this.#direction === "request" ? "readOnly" : "writeOnly";
    const required = new Set(nodes.flatMap((node) => listOf(node, "required").map(String)));
    const closed = nodes.filter((node) => own(node, "additionalProperties") === false);
    const names = new Set([
      ...nodes.flatMap((node) => entriesOf(node, "properties").map(([name]) => name)),
      ...required,
    ]);
    const result: JsonObject = {};
    for (const name of names) {
      const members = nodes.flatMap((node) => own(own(node, "properties"), name) ?? []);
      if (members.some((member) => isObject(member) && own(deref(this.#document, member, "#").node, hidden) === true))
        continue;
      if (!required.has(name)) {
        if (!this.#isFull || depth >= shownDepth || this.#shown >= shownMembers) continue;
        if (closed.some((node) => own(own(node, "properties"), name) === undefined)) continue;
        if (members.some((member) => this.#isAbove(member))) continue;
      }
      this.#shown += 1;
      const tag = tags.get(name) ?? this.#ownTag(nodes, component, name);
      const known = members.length > 0 ? members : nodes.flatMap((node) => othersOf(node));
      const value =
        tag !== undefined && this.#fits(known, tag) ? tag : this.make(known, depth + 1, name === "" ? 0 : variant);
      if (value !== undefined) setOwn(result, name, value);
      else if (required.has(name)) return undefined;
    }
    return this.#withOthers(result, nodes, depth);
  }

  /** Entries of an object that is used as a map. */
  #withOthers(result: JsonObject, nodes: readonly JsonObject[], depth: number): JsonObject | undefined {
    const others = nodes.flatMap((node) => othersOf(node));
    const least = Math.max(0, ...nodes.map((node) => Number(own(node, "minProperties") ?? 0)));
    const wanted = this.#isFull && others.length > 0 && depth < shownDepth && Object.keys(result).length === 0 ? 1 : 0;
    for (let count = 1; Object.keys(result).length < Math.max(least, wanted) && count <= 100; count += 1) {
      const value = this.make(others, depth + 1, count - 1);
      if (value === undefined) return Object.keys(result).length < least ? undefined : result;
      setOwn(result, count === 1 ? "key" : `key${count}`, value);
    }
    return result;
  }

  #isAbove(member: Json): boolean {
    return isObject(member) && this.#above.has(deref(this.#document, member, "#").node)
      ? (this.#above.get(deref(this.#document, member, "#").node) ?? 0) > 0
      : false;
  }

  /** What tells a component from the others that inherit from the same one. */
  #ownTag(nodes: readonly JsonObject[], component: string, name: string): string | undefined {
    const node = nodes.find((each) => textOf(own(each, "discriminator"), "propertyName") === name);
    return node === undefined || component === "" ? undefined : keyOf(own(node, "discriminator"), component);
  }
}

function isNull(schema: Json): boolean {
  return own(schema, "type") === "null";
}

function nameOf(ref: string): string {
  const [, , name = ""] = ref.startsWith("#/components/schemas/") ? tokensOf(ref) : [];
  return name;
}

/** The value by which a discriminator goes to a component. */
function keyOf(discriminator: Json | undefined, component: string): string {
  const entry = entriesOf(discriminator, "mapping").find(
    ([, target]) => typeof target === "string" && (target === component || nameOf(target) === component),
  );
  return entry?.[0] ?? component;
}

function othersOf(node: JsonObject): Json[] {
  const others = own(node, "additionalProperties");
  return isObject(others) ? [others] : [];
}

function isComposite(node: JsonObject): boolean {
  return own(node, "properties") !== undefined || own(node, "items") !== undefined;
}

function isScalarType(type: string): boolean {
  return type !== "object" && type !== "array";
}

/** The types that all of some schemas allow, null last; guessed from their other words where they name none. */
function typesFor(nodes: readonly JsonObject[]): string[] {
  let types = ["object", "array", "string", "integer", "number", "boolean", "null"];
  let isNamed = false;
  for (const node of nodes) {
    const named = [own(node, "type") ?? []].flat().map(String);
    if (named.length === 0) continue;
    isNamed = true;
    const allowed = own(node, "nullable") === true ? [...named, "null"] : named;
    types = types.filter((type) => allowed.includes(type) || (type === "integer" && allowed.includes("number")));
  }
  if (isNamed) return types;
  const has = (keys: string) => nodes.some((node) => keys.split(" ").some((key) => own(node, key) !== undefined));
  if (has("properties required additionalProperties minProperties")) return ["object"];
  if (has("items prefixItems minItems")) return ["array"];
  if (has("pattern format minLength maxLength")) return ["string"];
  if (has("minimum maximum multipleOf exclusiveMinimum exclusiveMaximum")) return ["integer", "number"];
  return ["object"];
}

/** Texts to try, the likeliest first. */
function textsOf(nodes: readonly JsonObject[], variant: number): string[] {
  const least = Math.max(0, ...nodes.map((node) => Number(own(node, "minLength") ?? 0)));
  const most = Math.min(10_000, ...nodes.map((node) => Number(own(node, "maxLength") ?? 10_000)));
  if (least > 10_000) return [];
  const suffix = variant === 0 ? "" : String(variant + 1);
  const shaped = nodes.flatMap((node) => [
    ...[formats.get(textOf(node, "format"))?.sample ?? []].flat(),
    ...(typeof own(node, "pattern") === "string" ? textsFor(textOf(node, "pattern")) : []),
  ]);
  const plain = ["text", "1", "a", "A", "Aa1!Aa1!", "2026-01-02", "EUR", ""].flatMap((text) => {
    const long = `${text}${suffix}`;
    return [long, long.padEnd(least, "x").slice(0, most), long.padEnd(least, "0").slice(-most)];
  });
  return variant === 0
    ? [...shaped, ...plain]
    : [...shaped.map((text) => differing(text, variant)), ...shaped, ...plain];
}

/** Changes the last digit or letter of a text. */
function differing(text: string, variant: number): string {
  return text.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + variant) % 10));
}

/** Numbers to try, the likeliest first; whole ones as far as possible. */
function numbersOf(nodes: readonly JsonObject[], isInteger: boolean, variant: number): Json[] {
  const bounds = nodes.map(boundsOf);
  const least = Math.max(...bounds.map((bound) => bound.least));
  const most = Math.min(...bounds.map((bound) => bound.most));
  const step = Math.max(...nodes.map((node) => Number(own(node, "multipleOf") ?? (isInteger ? 1 : 0))));
  const start = least > -Infinity && least > 1 ? least : Math.min(1, most);
  const whole = [start, 1, 0, Math.ceil(least), Math.ceil(least) + 1, Math.floor(most), Math.floor(most) - 1];
  const steps = step > 0 ? [Math.ceil(start / step) * step, (Math.ceil(start / step) + 1) * step, step, 0] : [];
  const between = isInteger ? [] : [(least + most) / 2, least + 0.5, most - 0.5, start + 0.01];
  return [...(step > 1 ? steps : []), ...whole, ...steps, ...between]
    .map((value) => value + variant * (step > 0 ? step : 1))
    .filter((value) => Number.isFinite(value))
    .map((value) => Number(value.toPrecision(12)))
    .map((value) => (Number.isInteger(value) ? BigInt(value) : value));
}
