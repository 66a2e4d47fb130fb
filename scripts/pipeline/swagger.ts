import { upgradeFromTwoToThree } from "@scalar/openapi-upgrader/2.0-to-3.0";
import { SpecError } from "./error.ts";
import { child, copy, copyObject, entriesOf, isObject, listOf, own, setOwn, textOf } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { deref } from "./references.ts";
import { methods, walk } from "./walk.ts";

/**
 * A document of Swagger 2.0 as one of OpenAPI 3.0; any other as it is.
 *
 * The conversion is that of @scalar/openapi-upgrader 0.4.9. What it gets wrong is put right before and after, and what
 * has no place in OpenAPI 3.0, or is not found again in the result, is refused.
 *
 * @throws SpecError `structure`, with a pointer into the Swagger document
 */
export function toOpenApi3(document: JsonObject): JsonObject {
  const version = own(document, "swagger");
  if (version === undefined) return document;
  if (version !== "2.0" && version !== 2 && version !== 2n)
    throw new SpecError("structure", "#/swagger", "only Swagger 2.0 is converted; `swagger` has to be 2.0.");
  refuseProtoKeys(document, "#");
  const source = copyObject(document);
  const operations = operationsOf(source);
  moveBodies(source, operations);
  checkLists(source);
  const servers = operations.map(({ node }) => serversOf(source, node));
  for (const { node } of operations) delete node["schemes"];
  keepExamples(source);
  // The library changes what it is given, and uses one object in several places.
  const result = copy(fromUnknown(upgradeFromTwoToThree(copyObject(source))));
  if (!isObject(result)) throw new SpecError("structure", "#", "the document could not be converted.");
  const { openapi = "3.0.4", ...rest } = result;
  const converted: JsonObject = { openapi, ...rest };
  for (const [index, { node }] of operationsOf(converted).entries())
    if (servers[index] !== undefined) setOwn(node, "servers", servers[index]);
  if (textOf(source, "host") === "" && textOf(source, "basePath") === "") delete converted["servers"];
  mend(converted);
  checkNothingLost(document, converted);
  return converted;
}

function refuseProtoKeys(value: Json, pointer: string): void {
  if (Array.isArray(value)) for (const [index, item] of value.entries()) refuseProtoKeys(item, child(pointer, index));
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === "__proto__")
      throw new SpecError("structure", child(pointer, key), "a Swagger document with this name cannot be converted.");
    refuseProtoKeys(member, child(pointer, key));
  }
}

interface Place {
  readonly item: JsonObject;
  readonly itemPointer: string;
  readonly node: JsonObject;
  readonly pointer: string;
}

function operationsOf(document: JsonObject): Place[] {
  return entriesOf(document, "paths").flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const node = own(item, method);
      const itemPointer = child("#/paths", path);
      if (!isObject(item) || !isObject(node)) return [];
      return [{ item, itemPointer, node, pointer: child(itemPointer, method) }];
    }),
  );
}

/**
 * Writes bodies and form fields into the operations that they are for. Only there does the library know the media types;
 * a shared body it leaves among the parameters.
 */
function moveBodies(document: JsonObject, operations: readonly Place[]): void {
  const resolved = (raw: Json, pointer: string): Json => {
    const target = isObject(raw) ? deref(document, raw, pointer).node : raw;
    return isBody(target) ? copy(target) : raw;
  };
  for (const { item, itemPointer, node, pointer } of operations) {
    const at = child(pointer, "parameters");
    const direct = listOf(node, "parameters").map((raw, index) => resolved(raw, child(at, index)));
    const shared = listOf(item, "parameters")
      .map((raw, index) => resolved(raw, child(child(itemPointer, "parameters"), index)))
      .filter(isBody)
      .filter((raw) => !direct.some((each) => isBody(each) && isSameParameter(each, raw)));
    const list = [...shared, ...direct];
    const bodies = list.filter((each) => textOf(each, "in") === "body");
    if (bodies.length > 1 || (bodies.length === 1 && list.filter(isBody).length > 1))
      throw new SpecError("structure", at, "an operation has one body, or form fields; remove the others.");
    if (list.length > 0) setOwn(node, "parameters", list);
  }
  for (const { item, itemPointer } of operations) {
    const list = own(item, "parameters");
    if (Array.isArray(list))
      setOwn(
        item,
        "parameters",
        list.filter((raw, index) => !isBody(resolved(raw, child(itemPointer, index)))),
      );
  }
  const shared = own(document, "parameters");
  for (const [name, parameter] of entriesOf(document, "parameters"))
    if (isObject(shared) && isBody(parameter)) delete shared[name];
}

function isBody(parameter: Json): boolean {
  return ["body", "formData"].includes(textOf(parameter, "in"));
}

function isSameParameter(one: Json, other: Json): boolean {
  const place = textOf(one, "in");
  return place === textOf(other, "in") && (place === "body" || textOf(one, "name") === textOf(other, "name"));
}

/** Lists in one text: what OpenAPI 3.0 has no style for, the library leaves out. */
function checkLists(document: JsonObject): void {
  for (const { node, pointer } of [...walk(document), ...sharedParameters(document)]) {
    for (const [index, parameter] of listOf(node, "parameters").entries())
      if (textOf(parameter, "in") !== "body")
        checkList(parameter, child(child(pointer, "parameters"), index), textOf(parameter, "in"));
    for (const [name, header] of entriesOf(node, "headers"))
      checkList(header, child(child(pointer, "headers"), name), "header");
    if (textOf(node, "in") !== "" && textOf(node, "in") !== "body") checkList(node, pointer, textOf(node, "in"));
  }
}

function checkList(node: Json, pointer: string, place: string): void {
  const format = textOf(node, "collectionFormat");
  const known: Readonly<Record<string, readonly string[]>> = {
    query: ["csv", "multi", "ssv", "pipes"],
    formData: ["csv", "multi", "ssv", "pipes"],
  };
  if (format !== "" && own(node, "type") === "array" && !(known[place] ?? ["csv"]).includes(format))
    throw new SpecError(
      "structure",
      child(pointer, "collectionFormat"),
      `a list in this form cannot be described in OpenAPI 3.0 (${place}); describe it as text.`,
    );
  if (own(own(node, "items"), "type") === "array")
    throw new SpecError(
      "structure",
      child(pointer, "items"),
      "a list of lists in one text cannot be described in OpenAPI 3.0.",
    );
}

function sharedParameters(document: JsonObject): { node: JsonObject; pointer: string }[] {
  return ["parameters", "responses"].flatMap((key) =>
    entriesOf(document, key).flatMap(([name, node]) =>
      isObject(node) ? [{ node, pointer: child(child("#", key), name) }] : [],
    ),
  );
}

/** The servers of an operation that has schemes of its own. */
function serversOf(document: JsonObject, operation: JsonObject): Json[] | undefined {
  const schemes = listOf(operation, "schemes");
  const host = textOf(document, "host");
  if (schemes.length === 0 || host === "") return undefined;
  return schemes.map((scheme) => ({ url: `${textFrom(scheme)}://${host}${textOf(document, "basePath")}` }));
}

const aside = "x-swagger-example";

/** The library drops the example of a parameter; it takes everything else that starts with `x-` along. */
function keepExamples(document: JsonObject): void {
  for (const [, parameter] of entriesOf(document, "parameters")) keepExample(parameter);
  for (const [, item] of entriesOf(document, "paths"))
    for (const holder of [item, ...methods.map((method) => own(item, method) ?? null)])
      for (const parameter of listOf(holder, "parameters")) keepExample(parameter);
}

function keepExample(parameter: Json): void {
  if (!isObject(parameter)) return;
  if (textOf(parameter, "in") === "body") {
    setOwn(parameter, "x-body-name", textOf(parameter, "name"));
    return;
  }
  const example = own(parameter, "x-example");
  if (example === undefined) return;
  delete parameter["x-example"];
  setOwn(parameter, aside, example);
}

/** Puts right what the library leaves half done. */
function mend(document: JsonObject): void {
  for (const { node, kind } of walk(document)) {
    const example = own(node, aside);
    if (example !== undefined) {
      delete node[aside];
      setOwn(node, "example", example);
    }
    if (kind === "header" || kind === "schema") delete node["collectionFormat"];
    if (kind === "schema" && Array.isArray(own(node, "required")) && listOf(node, "required").length === 0)
      delete node["required"];
    if (kind === "response") nameFile(node);
  }
}

/** The bytes of a file are not JSON, whatever else the operation answers with. */
function nameFile(response: JsonObject): void {
  const content = own(response, "content");
  if (!isObject(content)) return;
  for (const [name, media] of Object.entries(content)) {
    const schema = own(media, "schema");
    if (textOf(schema, "format") !== "binary" || own(schema, "type") !== "string" || !/json/i.test(name)) continue;
    delete content[name];
    setOwn(content, "application/octet-stream", media);
  }
}

// What says how a value goes over the wire, or where it is: the library has other words for it.
const reworded = new Set(
  "swagger host basePath schemes consumes produces collectionFormat flow $ref type in x-example x-examples".split(" "),
);
const renamed = new Set(
  [
    ...reworded,
    "definitions",
    "securityDefinitions",
    "x-nullable",
    "parameters",
    "responses",
    "headers",
    "examples",
  ].concat(["name", "required", "allowEmptyValue", "x-ms-discriminator-value", "x-discriminator-value"]),
);

/** Every name and every value of a Swagger document has to be found again in what has become of it. */
function checkNothingLost(before: JsonObject, after: JsonObject): void {
  const keys = new Set<string>();
  const values = new Set<Json>();
  const waiting: Json[] = [after];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (Array.isArray(value)) for (const item of value) waiting.push(item);
    else if (isObject(value))
      for (const [key, member] of Object.entries(value)) {
        keys.add(key);
        waiting.push(member);
      }
    else values.add(value);
  }
  const visit = (value: Json, pointer: string): void => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, child(pointer, index));
    else if (isObject(value))
      for (const [key, member] of Object.entries(value)) {
        if (reworded.has(key) && !isObject(member)) continue;
        if (!renamed.has(key) && !keys.has(key) && !isShared(pointer)) lose(child(pointer, key));
        visit(member, child(pointer, key));
      }
    else if (typeof value !== "boolean" && !values.has(value) && !keys.has(String(value))) lose(pointer);
  };
  visit(before, "#");
}

function lose(pointer: string): never {
  throw new SpecError(
    "structure",
    pointer,
    "this is lost when the document is converted to OpenAPI 3.0; correct or remove it.",
  );
}

/** A body or form field that operations share is written into them, where its own name has no place. */
function isShared(pointer: string): boolean {
  return pointer === "#/parameters" || pointer.endsWith("/examples");
}

function textFrom(value: Json): string {
  return typeof value === "string" ? value : "";
}

function fromUnknown(value: unknown): Json {
  if (Array.isArray(value)) return value.map(fromUnknown);
  if (typeof value === "object" && value !== null) {
    const result: JsonObject = {};
    for (const [key, member] of Object.entries(value))
      if (member !== undefined) setOwn(result, key, fromUnknown(member));
    return result;
  }
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return value;
  return null;
}
