import type { ExactJson } from "../src/exact-json.ts";
import { isList, isObject } from "../src/exact-json.ts";
import type { Document, Exchange } from "../src/exchanges.ts";
import { resolve, toCamelCase } from "../src/exchanges.ts";

/** The name of a provider in a client's exports. */
export function toPascalCase(name: string): string {
  const camel = toCamelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

/** What a caller gives to a function of a client for one exchange. */
export function toInput(document: Document, { parameters, body }: Exchange): Record<string, unknown> {
  const fields = parameters.map(({ field, schema, value }) => [field, toClientValue(document, value, schema)]);
  if (body === undefined) return Object.fromEntries(fields);
  const whole = toClientValue(document, body.value, body.schema);
  const isFlat = body.required && hasFields(document, body.schema) && isPlainObject(whole);
  return { ...Object.fromEntries(fields), ...(isFlat ? whole : { body: whole }) };
}

/** Whether the members of a body are fields of the input: an object whose members are all named. */
function hasFields(document: Document, schema: ExactJson): boolean {
  const own = resolve(document, schema);
  if (!isObject(own) || own["properties"] === undefined) return false;
  const keys = ["allOf", "anyOf", "oneOf", "additionalProperties", "patternProperties"];
  const { type = "object" } = own;
  return type === "object" && keys.every((key) => own[key] === undefined || own[key] === false);
}

/** What a caller gives to `client.GET` or `client.POST` for one exchange. */
export function toInit(document: Document, { parameters, body }: Exchange): Record<string, unknown> {
  const entries = (place: string) =>
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === place)
        .map(({ name, schema, value }) => [name, toClientValue(document, value, schema)]),
    );
  const params = { path: entries("path"), query: entries("query"), header: entries("header") };
  return { params, ...(body === undefined ? {} : { body: toClientValue(document, body.value, body.schema) }) };
}

/**
 * What a client makes of an example: the example itself, but where the schema says `x-inv-type`, a number is its text.
 *
 * @throws Error for a number beyond 2^53 in a place that is not declared exact
 */
export function toClientValue(document: Document, value: ExactJson, schema: ExactJson | undefined): unknown {
  const schemas = alternatives(document, schema);
  if (typeof value === "bigint" || typeof value === "number") {
    if (schemas.some((alternative) => alternative["x-inv-type"] !== undefined)) return String(value);
    if (typeof value === "bigint") throw new Error(`${value} stands where the document declares no exact number`);
    return value;
  }
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) {
    const items = { anyOf: schemas.flatMap(({ items: one }) => one ?? []) };
    return value.map((item) => toClientValue(document, item, items));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const anyOf = schemas.flatMap(({ properties, additionalProperties }) => {
        const declared = isObject(properties) ? properties[name] : undefined;
        return declared ?? (isObject(additionalProperties) ? additionalProperties : []);
      });
      return [name, toClientValue(document, member, { anyOf })];
    }),
  );
}

/** Every schema that has a say about a value: the schema itself and all that it combines. */
function alternatives(document: Document, schema: ExactJson | undefined): { readonly [name: string]: ExactJson }[] {
  const own = resolve(document, schema);
  if (!isObject(own)) return [];
  const combined = [own["allOf"], own["anyOf"], own["oneOf"]].flatMap((list) =>
    list !== undefined && isList(list) ? list : [],
  );
  return [own, ...combined.flatMap((member) => alternatives(document, member))];
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
