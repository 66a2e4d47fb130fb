import { child, entriesOf, isObject, listOf, own, setOwn } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import type { OperationModel } from "./model.ts";
import { deref } from "./references.ts";

/** A value that a request of an exchange has, on the wire and in the client's input. */
export interface Argument {
  readonly place: "path" | "query" | "header";
  /** On the wire. */
  readonly name: string;
  /** In the function's input. */
  readonly field: string;
  readonly value: Json;
  readonly schema: Json;
}

/** One part of a body: a field of the function's input. */
export interface BodyField {
  readonly field: string;
  readonly value: Json;
  readonly schema: Json;
}

/** A named answer of an operation, and the request of the same name. */
export interface Exchange {
  readonly name: string;
  /** For a range or `default`, the first one that the document does not have by itself. */
  readonly status: number;
  /** The status as the document has it: `200`, `4XX`, `default`. */
  readonly documented: string;
  readonly arguments: readonly Argument[];
  /** The whole body as it is sent; absent where there is none. */
  readonly body?: Json;
  readonly bodyFields: readonly BodyField[];
  readonly mediaType: string;
  /** Absent where there is no body. */
  readonly answer?: Json;
  readonly schema: Json;
}

/** Every exchange of an operation, in the document's order; an answer without a body is one that no example names. */
export function exchangesOf(document: JsonObject, operation: OperationModel): Exchange[] {
  const { node, pointer } = operation;
  const responses = entriesOf(node, "responses");
  return responses.flatMap(([documented, raw]): Exchange[] => {
    const status = statusOf(
      documented,
      responses.map(([each]) => each),
    );
    if (status === undefined) return [];
    const response = deref(document, raw, child(child(pointer, "responses"), documented)).node;
    const content = entriesOf(response, "content");
    if (content.length === 0) {
      const name = `status-${documented.toLowerCase()}`;
      const request = requestOf(document, operation, name);
      return [Object.assign(request, { name, status, documented, mediaType: "", schema: {} })];
    }
    return content.flatMap(([mediaType, media]) =>
      entriesOf(media, "examples").map(([name, example]) => {
        const answer = valueOf(document, example);
        const schema = own(media, "schema") ?? {};
        return Object.assign(requestOf(document, operation, name), {
          name,
          status,
          documented,
          mediaType,
          answer,
          schema,
        });
      }),
    );
  });
}

/** A status that a server could answer with where the document says `200`, `4XX` or `default`. */
function statusOf(documented: string, all: readonly string[]): number | undefined {
  if (/^[2-5]\d\d$/.test(documented)) return Number(documented);
  const range = documented === "default" ? "5" : /^([2-5])XX$/.exec(documented)?.[1];
  if (range === undefined) return undefined;
  const statuses = Array.from({ length: 100 }, (_, index) => Number(range) * 100 + index);
  return statuses.find((status) => !all.includes(String(status)));
}

/** Whether an exchange is one that went well. */
export function isSuccess({ status }: Exchange): boolean {
  return status >= 200 && status <= 299;
}

function requestOf(
  document: JsonObject,
  { node, pointer, input }: OperationModel,
  name: string,
): Pick<Exchange, "arguments" | "body" | "bodyFields"> {
  const found = (["path", "query", "header"] as const).flatMap((place) =>
    input[place].flatMap(([wire, field]) => {
      const parameter = input.parameters.find((one) => own(one.node, "in") === place && own(one.node, "name") === wire);
      const example = own(own(parameter?.node, "examples"), name);
      if (example === undefined) return [];
      const schema = own(parameter?.node, "schema") ?? {};
      return [{ place, name: wire, field, value: valueOf(document, example), schema }];
    }),
  );
  const raw = own(node, "requestBody");
  const content = raw === undefined ? undefined : deref(document, raw, child(pointer, "requestBody")).node;
  for (const [, media] of entriesOf(content, "content")) {
    const example = own(own(media, "examples"), name);
    if (example === undefined) continue;
    const body = valueOf(document, example);
    return { arguments: found, body, bodyFields: bodyFieldsOf(input, body, own(media, "schema") ?? {}) };
  }
  return { arguments: found, bodyFields: [] };
}

function bodyFieldsOf({ body: form, fields }: OperationModel["input"], body: Json, schema: Json): BodyField[] {
  if (typeof form === "string") return [{ field: form, value: body, schema }];
  return (form ?? []).flatMap((field) => {
    const value = own(body, field);
    return value === undefined
      ? []
      : [{ field, value, schema: fields.find(({ name }) => name === field)?.schema ?? {} }];
  });
}

function valueOf(document: JsonObject, example: Json): Json {
  return own(deref(document, example, "#/components/examples").node, "value") ?? null;
}

/** What a client makes of an example: exact values are their text. */
export function toClientValue(document: JsonObject, value: Json, schema: Json): Json {
  const schemas = alternativesOf(document, schema);
  if (typeof value === "bigint" || typeof value === "number") {
    const isExact = schemas.some((each) => own(each, "x-inv-type") !== undefined);
    return isExact || !Number.isSafeInteger(Math.trunc(Number(value))) ? String(value) : value;
  }
  if (Array.isArray(value)) {
    const items: Json = { anyOf: schemas.flatMap((each) => own(each, "items") ?? []) };
    return value.map((item) => toClientValue(document, item, items));
  }
  if (!isObject(value)) return value;
  const members: JsonObject = {};
  for (const [name, member] of Object.entries(value)) {
    const known = schemas.flatMap(
      (each) => own(own(each, "properties"), name) ?? own(each, "additionalProperties") ?? [],
    );
    setOwn(members, name, toClientValue(document, member, { anyOf: known }));
  }
  return members;
}

/** A schema and all that it is made of, each once. */
export function alternativesOf(document: JsonObject, schema: Json): readonly JsonObject[] {
  const found = new Set<JsonObject>();
  const waiting: Json[] = [schema];
  for (let raw = waiting.pop(); raw !== undefined; raw = waiting.pop()) {
    if (!isObject(raw)) continue;
    const { node } = deref(document, raw, "#");
    if (found.has(node)) continue;
    found.add(node);
    for (const key of ["allOf", "anyOf", "oneOf"]) waiting.push(...listOf(node, key).toReversed());
  }
  return [...found];
}

/** A scalar as text: a string as it is, all else as in JSON. */
export function toScalarText(value: Json): string {
  return typeof value === "string" ? value : toCompactJson(value);
}

/** JSON without spaces, every digit kept. */
export function toCompactJson(value: Json): string {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map(toCompactJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${toCompactJson(member)}`);
  return `{${members.join(",")}}`;
}
