import { SpecError } from "./error.ts";
import { fieldNameOf } from "./extensions.ts";
import { child, isObject, own, textOf } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { jsonAmong } from "./media.ts";
import { checkBodyField, quote, toFieldName } from "./names.ts";
import { deref } from "./references.ts";
import type { Resolved } from "./references.ts";
import { typesOf } from "./schemas.ts";

/** One field of an operation's flat input. */
export interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly schema: Json;
  readonly description?: string;
  readonly deprecated: boolean;
  readonly pointer: string;
}

/** Where the fields of the flat input go on the wire. */
export interface Input {
  readonly fields: readonly Field[];
  /** The parameters as the document has them, those of the path included. */
  readonly parameters: readonly Resolved[];
  /** Wire name and field, in document order. */
  readonly path: readonly (readonly [string, string])[];
  readonly query: readonly (readonly [string, string])[];
  readonly header: readonly (readonly [string, string])[];
  /** The fields that make the body's object, or the one that is the whole body. */
  readonly body?: readonly string[] | string;
  /** Of the body as a whole. */
  readonly bodySchema?: Json;
}

type Wire = (readonly [string, string])[];

// What the transport or the platform sets itself, and what would let a document reroute or split a request.
const forbiddenHeaders = new Set(
  "accept accept-encoding authorization connection content-encoding content-length content-type cookie expect forwarded host keep-alive origin proxy-authorization referer set-cookie te trailer transfer-encoding upgrade via".split(
    " ",
  ),
);

export function isHeaderName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9-]*$/.test(name);
}

/** Whether a header is the transport's or the platform's own, so that no parameter may set it. */
export function isForbiddenHeader(name: string): boolean {
  return forbiddenHeaders.has(name.toLowerCase()) || /^(proxy|sec)-/i.test(name);
}

/** Reads the parameters and the body of an operation into one flat input. */
export function readInput(
  document: JsonObject,
  path: string,
  item: JsonObject,
  operation: JsonObject,
  pointer: string,
): Input {
  const fields: Field[] = [];
  const wires: Record<"path" | "query" | "header", Wire> = { path: [], query: [], header: [] };
  const taken = new Map<string, string>();
  const add = (field: Field) => {
    const other = taken.get(field.name);
    if (other !== undefined)
      throw new SpecError(
        "parameter",
        field.pointer,
        `its input field would be called ${field.name}, as is that of ${other}; give one of the parameters an x-inv-name in the overlay.`,
      );
    taken.set(field.name, field.pointer);
    fields.push(field);
  };
  const parameters = parametersOf(document, item, operation, pointer);
  for (const { node, pointer: at } of parameters) {
    const { name, place } = checkParameter(document, node, at);
    const field = fieldNameOf(node, at) ?? toFieldName(name, child(at, "name"));
    add({
      ...toField(node, field, place === "path" || own(node, "required") === true, at),
      schema: own(node, "schema") ?? {},
    });
    wires[place].push([name, field]);
  }
  checkTemplate(path, new Set(wires.path.map(([name]) => name)), pointer);
  const body = readBody(document, operation, pointer, add);
  return { fields, parameters, ...wires, ...body };
}

function parametersOf(document: JsonObject, item: JsonObject, operation: JsonObject, pointer: string): Resolved[] {
  const found = new Map<string, Resolved>();
  const itemPointer = pointer.slice(0, pointer.lastIndexOf("/"));
  for (const [holder, at] of [
    [item, itemPointer],
    [operation, pointer],
  ] as const) {
    const list = own(holder, "parameters") ?? [];
    const place = child(at, "parameters");
    if (!Array.isArray(list)) throw new SpecError("structure", place, "has to be a list.");
    const here = new Set<string>();
    for (const [index, raw] of list.entries()) {
      const parameter = deref(document, raw, child(place, index));
      const key = `${textOf(parameter.node, "in")} ${textOf(parameter.node, "name")}`;
      if (here.has(key))
        throw new SpecError(
          "parameter",
          parameter.pointer,
          "this parameter stands twice in the list; remove one of the two.",
        );
      here.add(key);
      found.set(key, parameter);
    }
  }
  return [...found.values()];
}

function checkParameter(
  document: JsonObject,
  node: JsonObject,
  pointer: string,
): { name: string; place: "path" | "query" | "header" } {
  const name = own(node, "name");
  const place = own(node, "in");
  const refuse = (message: string, key = ""): never => {
    throw new SpecError("parameter", key === "" ? pointer : child(pointer, key), message);
  };
  if (typeof name !== "string" || name === "") return refuse("`name` is missing.");
  if (place !== "path" && place !== "query" && place !== "header")
    return refuse("only path, query and header parameters are supported; remove it in the overlay.", "in");
  if (place === "header" && (!isHeaderName(name) || isForbiddenHeader(name)))
    throw new SpecError(
      "header",
      child(pointer, "name"),
      `${quote(name)} is not a header that a parameter may set; remove it in the overlay.`,
    );
  if (own(node, "content") !== undefined)
    return refuse("a parameter with `content` is not supported; describe it with `schema`.", "content");
  const style = own(node, "style");
  if (style !== undefined && style !== (place === "query" ? "form" : "simple"))
    return refuse(
      `only the default style (${place === "query" ? "form" : "simple"}) is supported; correct it in the overlay.`,
      "style",
    );
  if (place === "query" && own(node, "explode") === false)
    return refuse("only explode: true is supported for a query parameter.", "explode");
  if (own(node, "allowReserved") === true) return refuse("allowReserved is not supported.", "allowReserved");
  const schema = deref(document, own(node, "schema") ?? {}, child(pointer, "schema")).node;
  const types = typesOf(schema);
  if (types.includes("object") || own(schema, "properties") !== undefined)
    return refuse("an object cannot be a parameter; describe each member as a parameter of its own.", "schema");
  if (place !== "query" && types.includes("array"))
    return refuse(`a list cannot be a ${place} parameter; describe it as text.`, "schema");
  return { name, place };
}

function checkTemplate(path: string, described: ReadonlySet<string>, pointer: string): void {
  const names = Array.from(path.matchAll(/\{([^{}]*)\}/g), ([, name = ""]) => name);
  const at = pointer.slice(0, pointer.lastIndexOf("/"));
  if (!path.startsWith("/") || /[{}?#\s\\]/.test(path.replaceAll(/\{[^{}]*\}/g, "")))
    throw new SpecError(
      "structure",
      at,
      "a path starts with / and has neither query, fragment, spaces nor a brace without its other half.",
    );
  for (const name of names)
    if (!described.has(name))
      throw new SpecError("parameter", pointer, `{${name}} of the path is not among the parameters; describe it.`);
  if (new Set(names).size !== names.length)
    throw new SpecError("parameter", at, "the path names the same parameter twice.");
  for (const name of described)
    if (!names.includes(name))
      throw new SpecError(
        "parameter",
        pointer,
        `the path parameter ${quote(name)} does not stand in the path; remove it.`,
      );
}

function toField(node: JsonObject, name: string, required: boolean, pointer: string): Omit<Field, "schema"> {
  const description = own(node, "description");
  return {
    name,
    required,
    pointer,
    deprecated: own(node, "deprecated") === true,
    ...(typeof description === "string" ? { description } : {}),
  };
}

function readBody(
  document: JsonObject,
  operation: JsonObject,
  pointer: string,
  add: (field: Field) => void,
): Pick<Input, "body" | "bodySchema"> {
  const raw = own(operation, "requestBody");
  if (raw === undefined) return {};
  const { node, pointer: at } = deref(document, raw, child(pointer, "requestBody"));
  const content = own(node, "content");
  const media = isObject(content) ? jsonAmong(Object.keys(content)) : undefined;
  if (media === undefined)
    throw new SpecError(
      "media-type",
      child(at, "content"),
      "only a JSON body can be sent; describe it as application/json.",
    );
  const schema = own(own(content, media), "schema") ?? {};
  const schemaPointer = child(child(child(at, "content"), media), "schema");
  const required = own(node, "required") === true;
  const { node: object, pointer: where } = deref(document, schema, schemaPointer);
  const fields = required ? flatFieldsOf(object) : undefined;
  if (fields === undefined) {
    add({ ...toField(node, "body", required, at), schema });
    return { body: "body", bodySchema: schema };
  }
  const names = own(object, "required");
  for (const [name, member] of fields) {
    const place = child(child(where, "properties"), name);
    add({
      ...toField(
        isObject(member) ? member : {},
        checkBodyField(name, place),
        Array.isArray(names) && names.includes(name),
        place,
      ),
      schema: member,
    });
  }
  return { body: fields.map(([name]) => name), bodySchema: schema };
}

/** The members of a body's schema that become input fields; undefined where the body is one field as a whole. */
export function flatFieldsOf(object: JsonObject): [string, Json][] | undefined {
  const properties = own(object, "properties");
  const whole = ["allOf", "anyOf", "oneOf", "additionalProperties", "patternProperties"].some(
    (key) => own(object, key) !== undefined && own(object, key) !== false,
  );
  if (!isObject(properties) || whole || typesOf(object).some((type) => type !== "object")) return undefined;
  return Object.entries(properties).filter(([, member]) => own(member, "readOnly") !== true);
}
