import { alternativesOf, toClientValue, toScalarText } from "../exchange.ts";
import { isAbout } from "./fields.ts";
import { entriesOf, isObject, own } from "../json.ts";
import type { Json } from "../json.ts";
import { isBindable, toCode, toInput } from "./code.ts";
import type { Parts } from "./parts.ts";
import type { Scheme } from "./scheme.ts";

/** `package.json`, as that of a sibling but for name, version and description. */
export function manifestOf({ id, title }: Parts, sibling: string): string {
  const manifest: unknown = JSON.parse(sibling);
  const description = `Typed client for the ${title}`;
  const members = { ...Object(manifest), name: `@inv/${id}`, version: "0.0.0", description };
  return `${JSON.stringify(members, null, 2)}\n`;
}

/** `src/index.ts`. */
export function indexOf({ pascal }: Parts): string {
  return `export type { ${pascal}Client, ${pascal}Options } from "./client.js";
export { create${pascal}Client, is${pascal}Error } from "./client.js";
export type { ${pascal}Credentials } from "./generated/credentials.js";
export { credentials } from "./generated/credentials.js";
export type { ErrorBodies } from "./generated/errors.js";
export * from "./generated/operations.js";
export type { components, paths } from "./generated/schema.js";
export type { CallOptions, CredentialSource } from "@inv/transport";
export { InvError, isInvError } from "@inv/transport";
`;
}

/** `src/client.ts`. */
export function clientOf(parts: Parts): string {
  const { id, pascal, label, baseUrl, schemes, errorField } = parts;
  const hasNotFound = parts.told.some(({ exchanges }) => exchanges.some(({ status }) => status === 404));
  const judges = errorField !== undefined || hasNotFound;
  const imports = [
    ...new Set(schemes.map(({ authoriser }) => authoriser)),
    "chooseScheme",
    "connect",
    "errorGuard",
    ...(errorField === undefined ? [] : ["field"]),
  ].toSorted();
  return `import type { ClientOptions, ErrorGuard${judges ? ", JudgedAnswer, Verdict" : ""} } from "@inv/transport";
import { ${imports.join(", ")} } from "@inv/transport";
import type { Client } from "openapi-fetch";
import createFetchClient from "openapi-fetch";

import type { ${pascal}Credentials } from "./generated/credentials.js";
import { credentials } from "./generated/credentials.js";
import type { ErrorBodies } from "./generated/errors.js";
import { facts } from "./generated/facts.js";
import type { paths } from "./generated/schema.js";

/** Options of \`create${pascal}Client\`. */
export type ${pascal}Options = ClientOptions & ${pascal}Credentials;

/** A client of one ${label} account: give it to the operations, or call \`GET\` with a path of the document. */
export type ${pascal}Client = Client<paths> & { readonly provider: "${id}" };

/** Whether an error is ${label}'s answer to one operation with one status: then its \`body\` has the document's type. */
export const is${pascal}Error: ErrorGuard<ErrorBodies> = /* @__PURE__ */ errorGuard("${id}");

/**
 * A client of one ${label} account. Nothing is sent yet.
 *
 * @throws InvError \`config\` naming the option that is missing or cannot be right
 */
export function create${pascal}Client(options: ${pascal}Options): ${pascal}Client {
  const scheme = chooseScheme("${id}", credentials, options);
  return connect(
    createFetchClient<paths>,
    {
      provider: "${id}",
      baseUrl: ${toCode(baseUrl)},
      facts,
      credentials,
      scheme,
      authoriser: ${authoriserOf(schemes)},${judges ? "\n      judge," : ""}
    },
    options,
  );
}
${judges ? judgeOf(parts) : ""}`;
}

function authoriserOf([first, ...more]: readonly Scheme[]): string {
  if (first === undefined) throw new RangeError("a client has at least one way to authorise");
  const [one = "", other = ""] = first.credentials.map(({ option }) => `options.${option}`);
  const own = {
    headerKey: `headerKey("${first.header}", ${one})`,
    bearer: `bearer(${one})`,
    basic: `basic(${one}, ${other})`,
  }[first.authoriser];
  return more.length === 0 ? own : `options.${first.mark} === undefined ? ${authoriserOf(more)} : ${own}`;
}

function judgeOf({ label, errorField }: Parts): string {
  if (errorField === undefined)
    return `
/** Nothing tells ${label}'s error bodies from others: a 404 with JSON is taken for its own. */
function judge({ status, body }: JudgedAnswer): Verdict | undefined {
  return status === 404 && body !== undefined ? { code: "not-found" } : undefined;
}
`;
  const place = errorField.reduce((inner, name) => `field(${inner}, "${name}")`, "body");
  return `
/** ${label}'s error bodies have a text in \`${errorField.join(".")}\`; its other answers have none there. */
function judge({ status, body }: JudgedAnswer): Verdict | undefined {
  if (typeof ${place} !== "string") return undefined;
  if (status === 404) return { code: "not-found" };
  return status <= 299 ? { code: "http", kind: "error-in-success" } : undefined;
}
`;
}

/** The options that a scheme's credentials are, each from its variable. */
export function fromEnvironment({ credentials }: Scheme): string {
  return credentials.map(({ option, variable }) => `${option}: process.env.${variable}!`).join(", ");
}

/** A program that makes the main call and prints something of its answer, and what it prints. */
export function exampleOf(parts: Parts): string {
  const { id, pascal, document, main, schemes } = parts;
  const { operation, exchange } = main;
  const answer = exchange.answer === undefined ? undefined : toClientValue(document, exchange.answer, exchange.schema);
  const schemas = alternativesOf(document, exchange.schema);
  const isPlainObject = isObject(answer) && schemas.length === 1;
  const declared = schemas.flatMap((each) => entriesOf(each, "properties").map(([name]) => name));
  const isFree = (name: string) => isBindable(name) && !["client", operation.name].includes(name);
  const shown = isPlainObject ? declared.filter((name) => isFree(name) && isShown(own(answer, name))) : [];
  const figures = shown.filter((name) => isAbout("quantity", name));
  const names = [...figures, ...shown.filter((name) => isAbout("unit", name)), ...shown].slice(0, 2);
  const fields = [...new Set(figures.length > 0 ? names : shown.slice(0, 2))];
  const list = isPlainObject ? declared.find((name) => isFree(name) && Array.isArray(own(answer, name))) : undefined;
  const call = `await ${operation.name}(client${toInput(parts, operation, exchange)})`;
  const [use, printed] =
    fields.length > 0
      ? [
          `const { ${fields.join(", ")} } = ${call};\nconsole.log(${fields.join(", ")});`,
          fields.map((name) => toScalarText(own(answer, name) ?? null)).join(" "),
        ]
      : list !== undefined
        ? [`const { ${list} } = ${call};\nconsole.log(${list}?.length);`, String([own(answer, list)].flat().length)]
        : [`const answer = ${call};\nconsole.log(typeof answer);`, typeof answer];
  return `import { create${pascal}Client, ${operation.name} } from "@inv/${id}";

const client = create${pascal}Client({ ${fromEnvironment(schemes[0])} });
${use}
// ${printed}
`;
}

/** Whether a value is printed as it is, and can be said in a comment. */
function isShown(value: Json | undefined): boolean {
  if (typeof value === "string") return /^[\w.:+-]([\w .:+-]{0,38}[\w.:+-])?$/.test(value);
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
}

/** `README.md`, its generated sections still empty. */
export function readmeOf(parts: Parts, example: string, hasOverlay: boolean): string {
  const { id, pascal, title, version, baseUrl, main, told, document } = parts;
  const { failing } = parts;
  const narrow =
    failing === undefined
      ? "its `code` says why."
      : `\`is${pascal}Error(error, "${failing.told.operation.name}", ${failing.exchange.status})\` gives its \`body\` a type.`;
  const path = /^[\w/{}.:~-]+$/.test(main.operation.path) ? main.operation.path : "/…";
  const limit =
    own(document, "x-inv-rate-limit") === undefined
      ? "- Rate limits: the document states none, and none is kept. (To be looked up: which there are, with a link and the date.)"
      : "- The client keeps to the rate limit that the document states, with all clients of the same account in the process; `rateShare` leaves a part to others.";
  return `# @inv/${id}

Client for the ${title}${version === "" ? "" : `, version \`${version}\``}. It has the operation${told.length === 1 ? "" : "s"} below and no other.

## Install

    npm install @inv/${id}

## Use

\`\`\`ts
${example}\`\`\`

Ids and exact figures are strings. A failed call throws \`InvError\`; ${narrow}
\`client.${main.operation.method}("${path}", …)\` is the same call by path.

## Operations

<!-- generated:operations -->
<!-- /generated:operations -->

## Credentials

<!-- generated:credentials -->
<!-- /generated:credentials -->

## Finding ids

To be looked up: how one gets from a SKU to the ids that the operations want, with a link and the date.

## Options

| Name | Type | Default | Meaning |
| --- | --- | --- | --- |
| \`baseUrl\` | \`string\` | \`${baseUrl}\` | where the API is; https, or http on this machine |
| \`fetch\` | \`typeof fetch\` | the platform's | sends every request, as \`fetch(url, init)\` |
| \`deadlineMs\` | \`number\` | 30000 | the time of a whole call in milliseconds; each call may set its own |
| \`signal\` | \`AbortSignal\` | none | ends every call with \`cancelled\`; each call may have its own beside it |
| \`maxBodyBytes\` | \`number\` | 10485760 | the most bytes of an answer, decoded |
| \`allowBrowser\` | \`boolean\` | \`false\` | allows a client with a secret in a browser |

## Limits

${limit}
- What the figures mean is not decided yet: nothing here says whether one is on hand or left to sell.

## Source

The vendor's OpenAPI document, \`specs/${id}/upstream/\`${hasOverlay ? `, corrected by \`specs/${id}/overlay.yaml\`, in which every correction has its reason` : ""}. \`npm run generate -- ${id}\` makes this package's generated code again.
`;
}

/** `.changeset/<id>.md`. */
export function changesetOf({ id, title, told }: Parts): string {
  const names = told.slice(0, 5).map(({ operation }) => `\`${operation.name}\``);
  const more = told.length > names.length ? ` and ${told.length - names.length} more` : "";
  return `---
"@inv/${id}": major
---

First release. A client for the ${title}: ${names.join(", ")}${more}.
`;
}
