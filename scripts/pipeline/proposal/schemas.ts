import { conforms } from "./conformance.ts";
import { child, copy, entriesOf, fromEntries, isObject, listOf, own, setOwn, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { matches } from "./patterns.ts";
import type { Draft } from "./draft.ts";
import { besideReference } from "../schemas.ts";
import { walk } from "../walk.ts";

interface Found {
  readonly node: JsonObject;
  readonly pointer: string;
}

/** Corrects what the generator, redocly or Prism would refuse in a schema, without changing what it allows. */
export function correctSchemas(draft: Draft): void {
  draft.begin("Schemas");
  const isOld = textOf(draft.document, "openapi").startsWith("3.0");
  // Inner ones first: a schema that moves takes them along.
  for (const found of schemasOf(draft.document).toReversed()) {
    if (own(found.node, "$ref") !== undefined) separateReference(draft, found, isOld);
    correctEnum(draft, found);
    correctPattern(draft, found);
    nameType(draft, found, isOld);
    nameMapping(draft, found);
    if (own(found.node, "$id") !== undefined)
      draft.remove(child(found.pointer, "$id"), "References are pointers into this document; an address changes them.");
  }
}

/** The schemas of a document, found before any of them is changed. */
export function schemasOf(document: JsonObject): Found[] {
  return Array.from(walk(document)).filter(({ kind }) => kind === "schema");
}

function separateReference(draft: Draft, { node, pointer }: Found, isOld: boolean): void {
  const keys = besideReference.filter((key) => own(node, key) !== undefined);
  if (keys.length === 0) return;
  if (isOld) {
    for (const key of keys) {
      draft.remove(child(pointer, key), "OpenAPI 3.0 ignores what stands beside a $ref.");
      if (key === "nullable")
        draft.note(`${pointer}: \`nullable\` beside a $ref says nothing in OpenAPI 3.0. May the value be null?`);
    }
    return;
  }
  const reason = "A reference and what holds beside it, as an allOf.";
  const ref = own(node, "$ref") ?? "";
  draft.remove(child(pointer, "$ref"), reason);
  draft.update(pointer, { allOf: [{ $ref: ref }] }, reason);
}

function correctEnum(draft: Draft, { node, pointer }: Found): void {
  const values = own(node, "enum");
  if (!Array.isArray(values)) return;
  const at = child(pointer, "enum");
  if (values.length === 0) draft.remove(at, "An empty list of values allows nothing.");
  else if (values.some((value) => typeof value === "object" && value !== null)) {
    draft.remove(at, "Only text, numbers, booleans and null can be listed.");
    draft.note(`${pointer}: the list of allowed objects is left out; the type says less than the document.`);
  } else if (values.some(isLarge)) draft.remove(at, "Its values do not fit a JavaScript number.");
}

function correctPattern(draft: Draft, { node, pointer }: Found): void {
  const pattern = own(node, "pattern");
  if (typeof pattern !== "string" || matches(pattern, "") !== undefined) return;
  draft.remove(child(pointer, "pattern"), "It is no regular expression as JSON Schema has them, or takes too long.");
  draft.note(`${pointer}: the pattern is left out, for it is no regular expression that can be checked.`);
}

/** `nullable` means something only beside a type. */
function nameType(draft: Draft, { node, pointer }: Found, isOld: boolean): void {
  const types = [own(node, "type") ?? []].flat();
  if (own(node, "nullable") !== true || own(node, "$ref") !== undefined) {
    if (textOf(node, "format") === "int64" && types.length === 0)
      draft.update(pointer, { type: "integer" }, "The format int64 is one of integers.");
    return;
  }
  const at = child(pointer, "nullable");
  if (!isOld) {
    const reason = "OpenAPI 3.1 has no `nullable`; null is a type.";
    if (types.length > 0 && !types.includes("null")) draft.replace(child(pointer, "type"), [...types, "null"], reason);
    draft.remove(at, reason);
    if (types.length > 0) return;
  }
  if (types.length > 0) return;
  const type = impliedType(node);
  const branches = ["allOf", "anyOf", "oneOf"].filter((key) => listOf(node, key).length > 0);
  if (branches.length > 0) {
    const reason = "`nullable` says nothing without a type: null is an alternative of its own.";
    const inner = fromEntries(branches.map((key) => [key, copy(own(node, key) ?? null)]));
    if (own(node, "discriminator") !== undefined)
      setOwn(inner, "discriminator", copy(own(node, "discriminator") ?? null));
    for (const key of [...Object.keys(inner), ...(isOld ? ["nullable"] : [])])
      draft.remove(child(pointer, key), reason);
    draft.update(
      pointer,
      { anyOf: [inner, isOld ? { type: "string", nullable: true, enum: [null] } : { type: "null" }] },
      reason,
    );
  } else if (isOld && type !== undefined)
    draft.update(pointer, { type }, "`nullable` says nothing without a type; this is the one that the rest implies.");
  else if (isOld) draft.remove(at, "Without a type it says nothing.");
}

function impliedType(node: JsonObject): string | undefined {
  if (own(node, "properties") !== undefined || own(node, "additionalProperties") !== undefined) return "object";
  if (own(node, "items") !== undefined) return "array";
  const [first] = listOf(node, "enum");
  if (typeof first === "bigint") return "integer";
  return typeof first === "string" || typeof first === "number" || typeof first === "boolean"
    ? typeof first
    : undefined;
}

/** A discriminator goes by the names of the alternatives, if by nothing else; written out, tools need not know that. */
function nameMapping(draft: Draft, { node, pointer }: Found): void {
  const discriminator = own(node, "discriminator");
  const refs = ["oneOf", "anyOf"].flatMap((key) => listOf(node, key).map((branch) => textOf(branch, "$ref")));
  if (!isObject(discriminator) || refs.length === 0) return;
  const schemas = entriesOf(own(draft.document, "components"), "schemas");
  const names = new Map(schemas.map(([name]) => [child("#/components/schemas", name), name]));
  if (!refs.every((ref) => names.has(ref))) return;
  const known = new Map(entriesOf(discriminator, "mapping"));
  const named = [...known].flatMap(([value, target]) => {
    const ref = typeof target === "string" ? child("#/components/schemas", target) : "";
    return names.has(ref) ? [[value, ref] as const] : [];
  });
  const mapped = new Set([...known.values(), ...named.map(([, ref]) => ref)]);
  const implied = refs.filter((ref) => !mapped.has(ref)).map((ref) => [names.get(ref) ?? "", ref] as const);
  if (named.length + implied.length > 0)
    draft.update(
      child(pointer, "discriminator"),
      { mapping: fromEntries([...named, ...implied]) },
      "The names of the alternatives, which the discriminator goes by, written out as references.",
    );
}

/** Removes a schema's own examples where they do not fit it. */
export function correctSchemaExamples(draft: Draft): void {
  draft.begin("Examples of schemas that do not fit them");
  for (const { node, pointer } of schemasOf(draft.document)) {
    const { example: _, examples: __, ...bare } = node;
    const fits = (value: Json) =>
      (["request", "response"] as const).some((way) => conforms(draft.document, bare, value, way));
    const example = own(node, "example");
    if (example !== undefined && !fits(example))
      draft.remove(child(pointer, "example"), "The example does not fit the schema.");
    const examples = own(node, "examples");
    if (examples !== undefined && !(Array.isArray(examples) && examples.every(fits)))
      draft.remove(child(pointer, "examples"), "One of the examples does not fit the schema.");
  }
}

/** Whether a number is one that a JavaScript number does not hold. */
export function isLarge(value: Json): boolean {
  return typeof value === "bigint" && !Number.isSafeInteger(Number(value));
}
