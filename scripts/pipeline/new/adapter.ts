import { toCompactJson, toScalarText } from "../exchange.ts";
import { isAbout, isFigure, leavesOf } from "./fields.ts";
import type { Leaf } from "./fields.ts";
import { isObject, own } from "../json.ts";
import type { Json } from "../json.ts";
import { fakeOptions, toCode, toTemplate } from "./code.ts";
import type { Parts } from "./parts.ts";

/** `packages/core/src/adapters/<id>.ts`: what its siblings have, but for a `read` that refuses. */
export function adapterOf(parts: Parts): string {
  const { id, pascal, camel, label, main } = parts;
  const isPlaced = placeOf(parts) !== "none";
  return `import { create${pascal}Client, credentials } from "@inv/${id}";
import type { ${pascal}Client } from "@inv/${id}";
import { InvError } from "@inv/transport";

import { groupLookups, toClient, toOptions } from "../adapter.js";
import type { Capabilities, ClientHandle, Connector, InventoryAdapter } from "../adapter.js";

// Guessed from the names in the document. What it has to be is asked in test/${id}.test.ts.
const capabilities: Capabilities = { quantities: [], sellable: undefined, location: "${placeOf(parts)}" };

/**
 * Returns the adapter for ${label}. Not written yet: a read refuses until the questions in \`test/${id}.test.ts\` are
 * answered. \`${main.operation.name}\` of the client is what looks most like an answer about stock.
 */
export function ${camel}(client: ClientHandle<"${id}">): InventoryAdapter {
  toClient<${pascal}Client>("${id}", client);
  return {
    provider: "${id}",
    capabilities,
    plan(lookups) {
      const calls = groupLookups(lookups, ({ item${isPlaced ? ", location" : ""} }) => ${isPlaced ? "JSON.stringify([item.id, location?.id])" : "item.id"});
      return Array.from(calls.values(), (same) => ({ lookups: same, request: undefined }));
    },
    async read() {
      const problem = "the adapter is not written yet: packages/core/test/${id}.test.ts asks what has to be known first";
      throw new InvError("config", \`${id}: \${problem}\`, { provider: "${id}", attempts: 0, retryable: false });
    },
  };
}

/** How configuration becomes ${/^[AEIOU]/.test(label) ? "an" : "a"} ${label} account. */
export const connector: Connector = {
  provider: "${id}",
  credentials,
  options: ["baseUrl"],
  connect: (options) => ${camel}(create${pascal}Client(toOptions(options))),
};
`;
}

/** `packages/core/test/<id>.test.ts`: a failing test for each question, and what goes green when the adapter is written. */
export function adapterTestOf(parts: Parts, questions: readonly string[]): string {
  const { id, pascal, camel, label, schemes } = parts;
  const options = fakeOptions(schemes[0]);
  const scenarios = scenariosOf(parts, options);
  const asked = questions.map((question) => `  test(${toCode(question)}, unanswered);`).join("\n");
  const head =
    scenarios === undefined
      ? `import { describe, expect, test } from "vitest";
`
      : `import { create${pascal}Client } from "@inv/${id}";
import { describe, expect, test } from "vitest";

import { ${camel}, connector } from "../src/adapters/${id}.js";
import { oneAttempt } from "./ask.js";
import { describeAdapter } from "./conformance.js";

function adapter(fetch: typeof globalThis.fetch) {
  return ${camel}(create${pascal}Client({ ${options}, fetch, ...oneAttempt }));
}
`;
  return `${head}
/**
 * Fails until somebody knows. Look the answer up in ${label}'s documentation or ask them, let the adapter follow it, and
 * put a test of the answer in the question's place, with the link and the date. Where nobody knows, the figure's basis is
 * \`unspecified\`, or it is \`unknown\`: never a guess that looks like a fact.
 */
function unanswered(): void {
  expect.fail("nobody has answered this yet: replace it by a test of the answer, with the link and the date");
}

describe("what ${label} means", () => {
${asked}
});

${scenarios ?? withoutScenarios(id)}`;
}

/** Where no field of the document looks like a figure. */
function withoutScenarios(id: string): string {
  return `test("${id} passes the conformance suite", () => {
  expect.fail("call describeAdapter(\\"${id}\\", …) here, as the tests of the other adapters do");
});
`;
}

function scenariosOf(parts: Parts, options: string): string | undefined {
  const { id, label, document, main } = parts;
  const figure = leavesOf(document, main.exchange.schema).find(
    (leaf) => isFigure(leaf) && split(main.exchange.answer, stepsOf(leaf)) !== undefined,
  );
  const halves = figure === undefined ? undefined : split(main.exchange.answer, stepsOf(figure));
  if (figure === undefined || halves === undefined) return undefined;
  const isText = figure.types.length > 0 && figure.types.every((type) => type === "string");
  const written = isText ? '${figure === "null" ? figure : `"${figure}"`}' : "${figure}";
  const [item, place] = idsOf(parts);
  const location = placeOf(parts);
  const lookup = `{ account: "acme", item: { id: ${toCode(item)} }${location === "required" ? `, location: { id: ${toCode(place)} }` : ""} }`;
  const refused = {
    required: `[{ account: "acme", item: { id: ${toCode(item)} } }, "/location"]`,
    none: `[{ account: "acme", item: { id: ${toCode(item)} }, location: { id: "here" } }, "/location"]`,
    optional: "",
  }[location];
  const notFound = main.exchanges.find(({ status }) => status === 404)?.answer;
  const readings = Object.entries(readingsOf(figure)).map(
    ([name, text]) => `    ${/^\w+$/.test(name) ? name : `"${name}"`}: "${text}",`,
  );
  const [before, after, isAlone] = halves;
  return `/** The document's own example of an answer, with its \`${figure.name}\` written so, or left out. */
function answer(figure: string | undefined): string {
  const member = figure === undefined ? "" : \`"${figure.name}":${written}${isAlone ? "" : ","}\`;
  return \`${toTemplate(before)}\${member}${toTemplate(after)}\`;
}

// What has to hold of every adapter. The readings are those of a figure as the document types it.
describeAdapter("${id}", {
  connector,
  credentials: { ${options} },
  adapter,
  lookups: [${lookup}],
  answer,
  figure: ({ quantities }) => Object.values(quantities)[0],
  readings: {
${readings.join("\n")}
  },
  refused: [${refused}],
  notFound: { status: 404, body: ${notFound === undefined ? '"{}"' : toCode(toCompactJson(notFound))} },
});
`.replace("The document's own", `${label}'s own`);
}

/** Whether a lookup has to say where, by the names of the parameters. */
function placeOf({ main }: Parts): "required" | "optional" | "none" {
  const { path, query, fields } = main.operation.input;
  if (path.some(([wire]) => isAbout("location", wire))) return "required";
  const places = query.filter(([wire]) => isAbout("location", wire)).map(([, field]) => field);
  if (places.length === 0) return "none";
  return fields.some(({ name, required }) => required && places.includes(name)) ? "required" : "optional";
}

/** The ids of the example: of the item and of the place. */
function idsOf({ main }: Parts): readonly [item: string, place: string] {
  const given = main.exchange.arguments.filter(({ value }) => ["string", "bigint", "number"].includes(typeof value));
  const place = given.find(({ name }) => isAbout("location", name));
  const item = given.find((each) => each.place === "path" && each !== place);
  return [toScalarText(item?.value ?? "1"), toScalarText(place?.value ?? "here")];
}

function stepsOf({ path }: Leaf): readonly string[] {
  return path.replaceAll("[]", ".0").split(".");
}

/** The JSON of an answer before and after one of its members, and whether that member is alone in its object. */
function split(
  value: Json | undefined,
  [step = "", ...rest]: readonly string[],
): readonly [string, string, boolean] | undefined {
  if (Array.isArray(value)) {
    const [first, ...others] = value;
    const inner = first === undefined ? undefined : split(first, rest);
    if (inner === undefined) return undefined;
    return [`[${inner[0]}`, `${inner[1]}${others.map((other) => `,${toCompactJson(other)}`).join("")}]`, inner[2]];
  }
  const member = own(value, step);
  if (!isObject(value) || member === undefined) return undefined;
  const others = Object.entries(value).filter(([name]) => name !== step);
  const text = others.map(([name, each]) => `${JSON.stringify(name)}:${toCompactJson(each)}`).join(",");
  if (rest.length === 0) return ["{", `${text}}`, others.length === 0];
  const inner = split(member, rest);
  if (inner === undefined) return undefined;
  return [`{${JSON.stringify(step)}:${inner[0]}`, `${inner[1]}${text === "" ? "" : `,${text}`}}`, inner[2]];
}

function readingsOf({ types, exact, format }: Leaf): Readonly<Record<string, string>> {
  const isWhole = types.includes("integer");
  const isExact = exact === "decimal" || format === "int64";
  return {
    zero: "exact 0",
    negative: "exact -3",
    "beyond 2^53": isExact ? "exact 9007199254740993" : "quantity out-of-range",
    fraction: isWhole ? "quantity not-integer" : "exact 42.5",
    "trailing zeros": isWhole || !isExact ? "exact 42" : "exact 42.000",
    null: "unknown null",
    missing: "schema",
    "out of range": "quantity out-of-range",
  };
}
