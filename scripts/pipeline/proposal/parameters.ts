import { SpecError } from "../error.ts";
import { isForbiddenHeader, isHeaderName } from "../input.ts";
import { child, listOf, own, textOf } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { quote } from "../names.ts";
import type { Draft } from "./draft.ts";
import type { Place } from "./operations.ts";
import { deref } from "../references.ts";
import type { Resolved } from "../references.ts";
import { typesOf } from "../schemas.ts";

/** What is to be done about a parameter: taken out of the list, or the operation with it. */
interface Fault {
  readonly reason: string;
  /** Why the operation makes no sense without it; empty where it does. */
  readonly isNeeded: boolean;
  /** Whether a person should know. */
  readonly isNoted: boolean;
}

const separators: Readonly<Record<string, string>> = {
  form: "a comma",
  simple: "a comma",
  spaceDelimited: "a space",
  pipeDelimited: "a vertical bar",
};

/** Corrects or removes the parameters of an operation that the client cannot send as they are. */
export function correctParameters(draft: Draft, place: Place): void {
  const described = new Set<string>();
  for (const [holder, at] of [
    [place.item, place.itemPointer],
    [place.node, place.pointer],
  ] as const) {
    const list = own(holder, "parameters");
    if (!Array.isArray(list)) continue;
    const seen = new Set<string>();
    for (const raw of Array.from(list)) {
      const index = list.indexOf(raw);
      const pointer = child(child(at, "parameters"), index);
      const found = deref(draft.document, raw, pointer);
      const [name, where] = [textOf(found.node, "name"), textOf(found.node, "in")];
      const fault = faultOf(draft.document, found, place, seen.has(`${where} ${name}`));
      seen.add(`${where} ${name}`);
      if (fault?.isNeeded === true)
        throw new SpecError("parameter", found.pointer, `${quote(name)} is required. ${fault.reason}`);
      if (fault !== undefined) {
        draft.remove(pointer, fault.reason);
        if (fault.isNoted) draft.note(`${place.key} has no parameter ${quote(name)}: ${fault.reason}`);
        continue;
      }
      if (where === "path") described.add(name);
      correctParameter(draft, found);
    }
  }
  for (const [, name = ""] of place.path.matchAll(/\{([^{}]*)\}/g)) {
    if (described.has(name)) continue;
    const reason = `The path names ${quote(name)}, and no parameter describes it. Assumed: text.`;
    const parameter = { name, in: "path", required: true, schema: { type: "string" } };
    draft.update(place.pointer, { parameters: [parameter] }, reason);
    draft.note(`${place.key}: the path parameter ${quote(name)} is not described, and taken to be text.`);
    described.add(name);
  }
}

function faultOf(document: JsonObject, { node, pointer }: Resolved, place: Place, isTwice: boolean): Fault | undefined {
  const [name, where] = [textOf(node, "name"), textOf(node, "in")];
  const isRequired = own(node, "required") === true;
  const fault = (reason: string, isNeeded = isRequired): Fault => ({ reason, isNeeded, isNoted: true });
  if (isTwice) return quiet("It stands twice in the list.");
  if (where === "path" && !place.path.includes(`{${name}}`)) return quiet("It does not stand in the path.");
  if (where === "cookie") return fault("A cookie is not sent by the client.");
  if (where === "header" && /^(accept|content-type|authorization)$/i.test(name))
    return quiet(`OpenAPI says that a parameter called ${name} is to be ignored; the client sets this header itself.`);
  if (where === "header" && isForbiddenHeader(name))
    return fault("The platform or the transport sets this header itself.", false);
  if (where === "header" && !isHeaderName(name)) return fault("The name is not that of a header.");
  if (own(node, "content") !== undefined) return fault("A value with a media type of its own is not supported.");
  const { node: schema } = deref(document, own(node, "schema") ?? {}, child(pointer, "schema"));
  if (typesOf(schema).includes("object") || own(schema, "properties") !== undefined)
    return fault("An object cannot be a parameter.");
  const style = textOf(node, "style") || (where === "query" ? "form" : "simple");
  const isList = typesOf(schema).includes("array");
  if (style !== (where === "query" ? "form" : "simple") && !(isList && where === "query" && style in separators))
    return fault(`The style ${quote(style)} is not supported.`);
  return undefined;
}

/** What anybody would remove. */
function quiet(reason: string): Fault {
  return { reason, isNeeded: false, isNoted: false };
}

function correctParameter(draft: Draft, { node, pointer }: Resolved): void {
  const where = textOf(node, "in");
  const { node: schema } = deref(draft.document, own(node, "schema") ?? {}, child(pointer, "schema"));
  const isList = typesOf(schema).includes("array");
  const style = textOf(node, "style") || (where === "query" ? "form" : "simple");
  // OpenAPI: true for the style form, false for any other.
  const isExploded = own(node, "explode") === undefined ? style === "form" : own(node, "explode") === true;
  if (isList && (where !== "query" || !isExploded || style !== "form")) {
    const reason = `A list in one text, its values separated by ${separators[style] ?? "a comma"}; the client takes the text.`;
    draft.replace(child(pointer, "schema"), textSchema(schema, separators[style] ?? "a comma"), reason);
  }
  if (isList && where === "query" && style === "form" && own(node, "explode") === undefined)
    draft.update(pointer, { explode: true }, "The default, written out: Prism 5.16 takes its absence for false.");
  if (where === "query") {
    const reason = "It says how a list is written, and this is text.";
    if (style !== "form") draft.remove(child(pointer, "style"), reason);
    if (own(node, "explode") === false) draft.remove(child(pointer, "explode"), reason);
  }
  if (own(node, "allowReserved") === true)
    draft.remove(child(pointer, "allowReserved"), "The client encodes reserved characters, which says the same.");
  if (where === "path" && own(node, "required") !== true)
    draft.replace(child(pointer, "required"), true, "A parameter of the path is always required.");
  if (own(node, "schema") === undefined)
    draft.update(pointer, { schema: { type: "string" } }, "It has no schema. On the wire it is text.");
}

function textSchema(schema: JsonObject, separator: string): JsonObject {
  const text = [textOf(schema, "description"), `Values separated by ${separator}.`].filter((part) => part !== "");
  return { type: "string", description: text.join("\n") };
}

/** All parameters of an operation, those of its path included, as they are now. */
export function parametersOf(document: JsonObject, place: Place): Resolved[] {
  const found = new Map<string, Resolved>();
  for (const [holder, at] of [
    [place.item, place.itemPointer],
    [place.node, place.pointer],
  ] as const)
    for (const [index, raw] of listOf(holder, "parameters").entries()) {
      const parameter = deref(document, raw, child(child(at, "parameters"), index));
      found.set(`${textOf(parameter.node, "in")} ${textOf(parameter.node, "name")}`, parameter);
    }
  return [...found.values()];
}
