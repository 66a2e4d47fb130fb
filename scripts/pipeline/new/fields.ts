import { alternativesOf } from "../exchange.ts";
import { entriesOf, listOf, own, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { isNullable, typesOf } from "../schemas.ts";

/** A value somewhere in an answer, as its schema describes it. */
export interface Leaf {
  /** `results[].quantity`. */
  readonly path: string;
  readonly name: string;
  readonly types: readonly string[];
  /** Whether its parents, down from the answer, always have it. */
  readonly isRequired: boolean;
  readonly isNullable: boolean;
  readonly values: readonly string[];
  readonly exact: string;
  readonly format: string;
}

const maxLeaves = 300;
const maxDepth = 6;

/** The values that an answer may hold, in the document's order. Names that need quotes in a sentence are left out. */
export function leavesOf(document: JsonObject, schema: Json): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (raw: Json, path: string, name: string, isRequired: boolean, depth: number): void => {
    if (leaves.length >= maxLeaves || depth > maxDepth) return;
    const schemas = alternativesOf(document, raw);
    const members = schemas.flatMap((each) => entriesOf(each, "properties"));
    const required = new Set(schemas.flatMap((each) => listOf(each, "required")));
    const items = schemas.flatMap((each) => own(each, "items") ?? []);
    for (const item of items) visit(item, `${path}[]`, name, isRequired, depth + 1);
    for (const [key, member] of members)
      if (/^[A-Za-z_][A-Za-z0-9_-]{0,50}$/.test(key))
        visit(member, path === "" ? key : `${path}.${key}`, key, isRequired && required.has(key), depth + 1);
    const types = [...new Set(schemas.flatMap(typesOf))];
    if (path === "" || members.length > 0 || items.length > 0 || leaves.some((leaf) => leaf.path === path)) return;
    leaves.push({
      path,
      name,
      types,
      isRequired,
      isNullable: schemas.some(isNullable),
      values: schemas.flatMap((each) => listOf(each, "enum")).filter(isSayable),
      exact: schemas.map((each) => textOf(each, "x-inv-type")).find((text) => text !== "") ?? "",
      format: schemas.map((each) => textOf(each, "format")).find((text) => text !== "") ?? "",
    });
  };
  visit(schema, "", "", true, 0);
  return leaves;
}

const words = {
  quantity:
    "quantity quantities qty stock stocks available availability count counts inventory balance balances hand onhand units reserved committed allocated incoming backorder backordered sellable oversold free",
  paging: "page pages total totals limit size offset cursor next previous more per max min threshold",
  location: "location warehouse store place site branch outlet depot shop",
  goods: "sku barcode ean gtin upc isbn",
  flag: "active archived status state enabled disabled tracked tracking deleted discontinued unlimited infinite track manage managed sellable",
  unit: "unit units uom measure",
  time: "date time updated modified changed counted at",
} as const;

const sets = new Map(Object.entries(words).map(([topic, list]) => [topic, new Set(list.split(" "))]));

/** Whether a name is about something, by the words that it is made of. */
export function isAbout(topic: keyof typeof words, name: string): boolean {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .some((word) => sets.get(topic)?.has(word) === true);
}

/** Whether a value of an answer looks like a figure of stock. */
export function isFigure({ name, types, exact }: Leaf): boolean {
  const isNumber = types.includes("integer") || types.includes("number") || exact === "decimal";
  return isNumber && exact !== "id" && isAbout("quantity", name) && !isAbout("paging", name);
}

/** Whether a name is that of an id. */
export function isId(name: string): boolean {
  return /^id$|[a-z0-9](Id|_id)$|ID$|uuid$/i.test(name) || isAbout("goods", name);
}

/** Whether a value can be said in a sentence as it is. */
function isSayable(value: Json): value is string {
  return typeof value === "string" && /^[\w .+-]{1,20}$/.test(value);
}
