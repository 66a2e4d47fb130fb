import { child, entriesOf, isObject, own, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Problem } from "./exchanges.ts";
import type { Model } from "../model.ts";
import { quote } from "../names.ts";
import { deref } from "../references.ts";
import { typesOf } from "../schemas.ts";
import { walk } from "../walk.ts";

/** Every operation says which credential it needs, and every scheme that one names says where its credential comes from. */
export function lintSecurity({ document, operations }: Model): Problem[] {
  const problems: Problem[] = [];
  const schemes = own(own(document, "components"), "securitySchemes");
  const used = new Set<string>();
  for (const { node, pointer } of operations) {
    const requirements = own(node, "security") ?? own(document, "security");
    const at = child(pointer, "security");
    const alternatives = Array.isArray(requirements)
      ? requirements.map((requirement) => Object.keys(requirement ?? {}))
      : [];
    if (alternatives.length === 0 || alternatives.some((names) => names.length === 0))
      problems.push({
        rule: "operation-security",
        pointer: at,
        message: "this operation would be called without a credential; name the security schemes that it needs.",
      });
    for (const name of alternatives.flat()) {
      used.add(name);
      if (own(schemes, name) === undefined)
        problems.push({
          rule: "security-defined",
          pointer: at,
          message: `there is no security scheme ${quote(name)}; add it to components.securitySchemes.`,
        });
    }
  }
  for (const name of used) {
    const pointer = child("#/components/securitySchemes", name);
    const raw = own(schemes, name);
    if (raw !== undefined && own(deref(document, raw, pointer).node, "x-inv-credential") === undefined)
      problems.push({
        rule: "scheme-credential",
        pointer,
        message: "operations use this scheme and nothing says where its credential comes from; add x-inv-credential.",
      });
  }
  return problems;
}

/** Whether a parameter or member of this name holds an id. */
export function isIdName(name: string): boolean {
  return /^id$|[a-z0-9](Id|_id)$|ID$/.test(name);
}

/** Whether a value may be a number that could lose digits: one of a closed list cannot. */
export function isUnmarkedNumber(schema: JsonObject): boolean {
  const isListed = own(schema, "enum") !== undefined || own(schema, "const") !== undefined;
  return isNumeric(schema) && !isListed && own(schema, "x-inv-type") === undefined;
}

function isNumeric(schema: JsonObject): boolean {
  return typesOf(schema).some((type) => type === "integer" || type === "number");
}

/** Every id that may arrive or leave as an integer is marked, so that it never becomes a JavaScript number. */
export function lintIds({ document }: Model): Problem[] {
  const problems: Problem[] = [];
  const look = (name: string, schema: Json | undefined, pointer: string) => {
    if (!isObject(schema) || !isIdName(name)) return;
    const { node } = deref(document, schema, pointer);
    if (isUnmarkedNumber(node) || (isNumeric(node) && own(node, "x-inv-type") === "decimal"))
      problems.push({
        rule: "id-type",
        pointer,
        message: `${quote(name)} is an id that may be a number; add \`x-inv-type: id\`.`,
      });
  };
  for (const { node, pointer, kind } of walk(document)) {
    if (kind === "parameter")
      look(textOf(node, "name").replace(/\[\]$/, ""), own(node, "schema"), child(pointer, "schema"));
    if (kind === "schema")
      for (const [name, schema] of entriesOf(node, "properties"))
        look(name, schema, child(child(pointer, "properties"), name));
  }
  return problems;
}

/** Where the document has numbers that may have a fraction and are not marked as exact: clients have them as doubles. */
export function listDoubles(document: JsonObject): string[] {
  return Array.from(walk(document)).flatMap(({ node, pointer, kind }) => {
    const isFraction = kind === "schema" && typesOf(node).includes("number") && textOf(node, "format") !== "int32";
    return isFraction && isUnmarkedNumber(node) ? [pointer] : [];
  });
}
