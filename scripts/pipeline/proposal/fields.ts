import { fieldNameOf } from "../extensions.ts";
import { SpecError } from "../error.ts";
import { flatFieldsOf } from "../input.ts";
import { child, own, textOf } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { checkFieldName, quote, toFieldName, toPascalCase } from "../names.ts";
import { jsonOf } from "./bodies.ts";
import type { Draft } from "./draft.ts";
import type { Place } from "./operations.ts";
import { parametersOf } from "./parameters.ts";
import { deref } from "../references.ts";
import type { Resolved } from "../references.ts";

/** Gives the parameters of all operations names that are different after casing, where they are not. */
export function nameFields(draft: Draft, places: readonly Place[]): void {
  draft.begin("Names of input fields");
  const users = new Map<JsonObject, Place[]>();
  const parameters = new Map(places.map((place) => [place, parametersOf(draft.document, place)]));
  for (const [place, list] of parameters)
    for (const { node } of list) users.set(node, [...(users.get(node) ?? []), place]);
  for (const place of places) {
    const taken = new Map(bodyFields(draft.document, place).map((name) => [name, "a member of the body"]));
    for (const parameter of parameters.get(place) ?? []) {
      const name = fieldOf(parameter);
      const owner = name === undefined ? undefined : taken.get(name);
      const what = `${textOf(parameter.node, "in")} parameter ${quote(textOf(parameter.node, "name"))}`;
      if (name !== undefined && owner === undefined) {
        taken.set(name, `the ${what}`);
        continue;
      }
      // It may be shared: the new name has to be free wherever it is used.
      const used = new Set(
        (users.get(parameter.node) ?? []).flatMap((user) => {
          const names = (parameters.get(user) ?? []).flatMap((each) => fieldOf(each) ?? []);
          return names.concat(bodyFields(draft.document, user));
        }),
      );
      const free = candidatesFor(parameter.node).find((each) => isField(each) && !used.has(each) && !taken.has(each));
      if (free === undefined) continue;
      const reason =
        name === undefined
          ? "Its name cannot be that of an input field."
          : `Its input field would be called ${name}, as is that of ${owner}.`;
      if (own(parameter.node, "x-inv-name") !== undefined) continue;
      draft.update(parameter.pointer, { "x-inv-name": free }, reason);
      taken.set(free, `the ${what}`);
    }
  }
}

function bodyFields(document: JsonObject, { node, pointer }: Place): string[] {
  const raw = own(node, "requestBody");
  if (raw === undefined) return [];
  const body = deref(document, raw, child(pointer, "requestBody"));
  const media = jsonOf(own(body.node, "content"));
  const schema = media === undefined ? undefined : own(own(own(body.node, "content"), media), "schema");
  const fields =
    own(body.node, "required") === true ? flatFieldsOf(deref(document, schema ?? {}, body.pointer).node) : undefined;
  return fields?.map(([name]) => name) ?? ["body"];
}

function fieldOf({ node, pointer }: Resolved): string | undefined {
  try {
    return fieldNameOf(node, pointer) ?? toFieldName(textOf(node, "name"), pointer);
  } catch (error) {
    if (error instanceof SpecError) return undefined;
    throw error;
  }
}

function isField(name: string): boolean {
  try {
    return checkFieldName(name, "#") === name;
  } catch (error) {
    if (error instanceof SpecError) return false;
    throw error;
  }
}

/** `page_size` in the query is `queryPageSize`, then numbered. */
function candidatesFor(parameter: JsonObject): string[] {
  const words = toPascalCase(textOf(parameter, "name")).slice(0, 60);
  const plain = words.replace(/^./, (letter) => letter.toLowerCase());
  const placed = `${textOf(parameter, "in")}${words}`;
  return [plain, placed, ...Array.from({ length: 100 }, (_, index) => `${placed}${index + 2}`)];
}
