import { child, isList, isObject, listAt, objectAt, own } from "./json.js";
import type { Json, JsonObject } from "./json.js";
import { decodeToken } from "./model.js";
import type { Model, Node, Operation } from "./model.js";

/** Which way values of a schema travel: into the provider, or out of it. */
export type Direction = "request" | "response";

/** One schema of a document that a program writes or reads values of. */
export interface Unit {
  readonly label: string;
  readonly pointer: string;
  readonly direction: Direction;
  readonly schema: Json;
  /** A component is its name's type; anything else rides along under a made-up name. */
  readonly component?: string;
  /** A whole operation: its finding counts only where no part of it has one. */
  readonly whole?: string;
}

/** Every schema of a document by a key that the other document's counterpart has too. */
export function listUnits(model: Model): Map<string, Unit> {
  const units = new Map<string, Unit>();
  const reached = { request: new Set<string>(), response: new Set<string>() };
  const add = (unit: Unit) => {
    units.set(`${unit.direction} ${unit.label}`, unit);
    reach(model, unit.schema, reached[unit.direction]);
  };
  for (const operation of model.operations.values()) {
    for (const unit of unitsOf(model, operation)) add(unit);
    units.set(`whole ${operation.key}`, wholeInput(model, operation));
  }
  for (const [name, schema] of Object.entries(model.schemas))
    for (const direction of ["request", "response"] as const) {
      const unreached = !reached.request.has(name) && !reached.response.has(name);
      if (!reached[direction].has(name) && !unreached) continue;
      const label = `schema ${name} as ${direction}`;
      const pointer = child("#/components/schemas", name);
      units.set(`${direction} ${label}`, { label, pointer, direction, schema, component: name });
    }
  return units;
}

export function schemaOf(model: Model, { node, pointer }: Node): { schema: Json; pointer: string } | undefined {
  const schema = own(node, "schema");
  if (schema !== undefined) return { schema, pointer: `${pointer}/schema` };
  const [media] = Object.entries(objectAt(node, "content"));
  if (media === undefined) return undefined;
  const found = model.deref(media[1], child(`${pointer}/content`, media[0]));
  return { schema: own(found.node, "schema") ?? {}, pointer: `${found.pointer}/schema` };
}

function* unitsOf(model: Model, operation: Operation): Generator<Unit> {
  const { key } = operation;
  for (const [name, parameter] of operation.parameters) {
    const found = schemaOf(model, parameter);
    if (found !== undefined) yield { label: `${key} parameter ${name}`, direction: "request", ...found };
  }
  if (operation.body !== undefined)
    yield* mediaUnits(model, operation.body, `${key} body`, operation.webhook ? "response" : "request");
  for (const [status, response] of operation.responses) {
    const direction = operation.webhook ? "request" : "response";
    yield* mediaUnits(model, response, `${key} ${status}`, direction);
    for (const [name, value] of Object.entries(objectAt(response.node, "headers"))) {
      const found = schemaOf(model, model.deref(value, child(`${response.pointer}/headers`, name)));
      if (found !== undefined) yield { label: `${key} ${status} header ${name.toLowerCase()}`, direction, ...found };
    }
  }
}

function* mediaUnits(model: Model, owner: Node, label: string, direction: Direction): Generator<Unit> {
  for (const [media, value] of Object.entries(objectAt(owner.node, "content"))) {
    const found = model.deref(value, child(`${owner.pointer}/content`, media));
    const schema = own(found.node, "schema");
    if (schema !== undefined)
      yield { label: `${label} ${media}`, pointer: `${found.pointer}/schema`, direction, schema };
  }
}

function wholeInput(model: Model, operation: Operation): Unit {
  const properties = new Map<string, Json>();
  const required: string[] = [];
  for (const [name, parameter] of operation.parameters) {
    properties.set(name, schemaOf(model, parameter)?.schema ?? {});
    if (own(parameter.node, "required") === true) required.push(name);
  }
  if (operation.body !== undefined && !operation.webhook) {
    const bodies = [...mediaUnits(model, operation.body, "", "request")].map(({ schema }) => schema);
    if (bodies.length > 0) properties.set("body", bodies.length === 1 ? (bodies[0] ?? {}) : { anyOf: bodies });
    if (bodies.length > 0 && own(operation.body.node, "required") === true) required.push("body");
  }
  const schema = { type: "object", properties: Object.fromEntries(properties), required };
  return {
    label: `${operation.key} input`,
    pointer: operation.pointer,
    direction: "request",
    schema,
    whole: operation.key,
  };
}

/** Adds the names of all component schemas that a schema contains, and other places that it refers to, to the end. */
export function reach(model: Model, schema: Json | undefined, names: Set<string>): void {
  for (const part of partsOf(schema)) {
    const ref = own(part, "$ref");
    if (typeof ref !== "string") continue;
    const component = componentOf(ref);
    const name = component ?? ref;
    if (names.has(name)) continue;
    names.add(name);
    reach(model, component === undefined ? model.deref({ $ref: ref }, ref).node : own(model.schemas, name), names);
  }
}

/** The name of the component schema that a reference is to; undefined for a place within one, or anywhere else. */
export function componentOf(ref: string): string | undefined {
  const name = /^#\/components\/schemas\/([^/]+)$/.exec(ref)?.[1];
  return name === undefined ? undefined : decodeToken(name);
}

/** The schema objects that a schema contains, itself first, references not followed. */
export function* partsOf(schema: Json | undefined): Generator<JsonObject> {
  if (!isObject(schema)) return;
  yield schema;
  for (const key of ["properties", "patternProperties", "$defs"])
    for (const member of Object.values(objectAt(schema, key))) yield* partsOf(member);
  for (const key of ["allOf", "anyOf", "oneOf", "prefixItems"])
    for (const member of listAt(schema, key)) yield* partsOf(member);
  for (const key of ["items", "additionalProperties", "not"]) {
    const member = own(schema, key);
    if (!isList(member)) yield* partsOf(member);
  }
}
