import { addressOf } from "../address.ts";
import { SpecError } from "../error.ts";
import { alternativesOf, exchangesOf, isSuccess } from "../exchange.ts";
import type { Exchange } from "../exchange.ts";
import { isAbout, isFigure, leavesOf } from "./fields.ts";
import { entriesOf, own, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Model, OperationModel } from "../model.ts";
import { toCamelCase, toPascalCase } from "../names.ts";
import { schemesOf, suffices } from "./scheme.ts";
import type { Scheme } from "./scheme.ts";

/** An operation with its exchanges. */
export interface Told {
  readonly operation: OperationModel;
  readonly exchanges: readonly Exchange[];
}

/** An exchange that fails, and its operation. */
export interface Failing {
  readonly told: Told;
  readonly exchange: Exchange;
}

/** What the files of a new provider are written from. */
export interface Parts {
  readonly id: string;
  /** `AcmePos`, as it stands in names. */
  readonly pascal: string;
  /** `acmePos`, the adapter. */
  readonly camel: string;
  /** `Acme POS`, for people. */
  readonly label: string;
  /** `Acme POS API`: what the document calls it, safe in any text. */
  readonly title: string;
  readonly version: string;
  readonly baseUrl: string;
  /** Those that the main operation accepts come first. */
  readonly schemes: readonly [Scheme, ...Scheme[]];
  readonly document: JsonObject;
  readonly told: readonly Told[];
  /** The operation that says most of stock, with an exchange that goes well. */
  readonly main: Told & { readonly exchange: Exchange };
  /** Absent where no failure is documented with a body. */
  readonly failing: Failing | undefined;
  /** Where error bodies have a text that successes lack, e.g. `["error", "code"]`. */
  readonly errorField: readonly string[] | undefined;
}

/**
 * Reads off a document what its provider's new files say.
 *
 * @throws SpecError for what no client can be made for
 */
export function readParts(model: Model): Parts {
  const { provider: id, document } = model;
  const told = model.operations.map((operation) => ({ operation, exchanges: exchangesOf(document, operation) }));
  const main = mainOf(document, told);
  const isMeant = (scheme: Scheme) => main !== undefined && suffices(scheme, document, main.operation.node);
  const [first, ...more] = schemesOf(model).toSorted((one, other) => Number(isMeant(other)) - Number(isMeant(one)));
  if (first === undefined || main === undefined)
    throw new SpecError(
      "structure",
      "#/paths",
      "no operation has an example of an answer; nothing can be shown of it.",
    );
  const title = toPlainText(textOf(own(document, "info"), "title"))
    .slice(0, 60)
    .trim();
  const pascal = toPascalCase(id);
  return {
    id,
    pascal,
    camel: toCamelCase(id),
    label: labelOf(id, title),
    title: /\bapi$/i.test(title) ? title : `${title} API`.trim(),
    version: toPlainText(textOf(own(document, "info"), "version"))
      .slice(0, 30)
      .trim(),
    baseUrl: addressOf(model),
    schemes: [first, ...more],
    document,
    told,
    main,
    failing: failingOf([main, ...told]),
    errorField: errorFieldOf(document, told),
  };
}

/** The name as the document writes it where that is the id's, otherwise made of the id. */
function labelOf(id: string, title: string): string {
  const name = title.replace(/\W*\bapi$/i, "");
  if (bare(name) === bare(id)) return name;
  return id.replaceAll(
    /(-?)\b([a-z0-9])/g,
    (_, hyphen: string, letter: string) => (hyphen === "" ? "" : " ") + letter.toUpperCase(),
  );
}

function bare(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** A documented failure: of the main operation where there is one, and a 404 rather than another. */
function failingOf(told: readonly Told[]): Failing | undefined {
  const found = told.flatMap((each) =>
    each.exchanges
      .filter(({ documented, status }) => status >= 400 && documented === String(status))
      .filter(({ answer }) => answer !== undefined && isSafe(answer))
      .map((exchange) => ({ told: each, exchange })),
  );
  return found.find(({ exchange }) => exchange.status === 404) ?? found[0];
}

function mainOf(document: JsonObject, told: readonly Told[]): Parts["main"] | undefined {
  const scored = told.flatMap((each) => {
    const exchange = each.exchanges.find(isSuccess);
    if (exchange === undefined) return [];
    const { method, safe, input } = each.operation;
    const figures = leavesOf(document, exchange.schema).filter(isFigure).length;
    const isRead = method === "GET" || safe;
    const isPlaced = [...input.path, ...input.query].some(([name]) => isAbout("location", name));
    const score = (isRead ? 100 : 0) + Math.min(figures, 5) * 10 + (isPlaced ? 1 : 0) - strangeness(exchange);
    return [{ ...each, exchange, score }];
  });
  return scored.toSorted((one, other) => other.score - one.score)[0];
}

/** Answers that are neither an object nor a list are no examples of anything, and the client takes few of them. */
function strangeness({ status, answer }: Exchange): number {
  if (typeof answer === "object" && answer !== null) return 0;
  return status === 204 ? 1000 : 2000;
}

/** Whether JSON.parse, which the tests compare with, keeps all of its numbers. */
function isSafe(value: Json): boolean {
  if (typeof value === "bigint" || typeof value === "number") return Number.isSafeInteger(Math.trunc(Number(value)));
  return typeof value !== "object" || value === null || Object.values(value).every(isSafe);
}

/** A text at the same place of every error body, and of no success. */
function errorFieldOf(document: JsonObject, told: readonly Told[]): readonly string[] | undefined {
  const exchanges = told.flatMap((each) => each.exchanges);
  const failures = exchanges
    .filter((exchange) => !isSuccess(exchange))
    .flatMap(({ answer }) => (answer === undefined ? [] : [answer]));
  const [failure] = failures;
  if (failure === undefined) return undefined;
  const successes = new Set(
    exchanges
      .filter(isSuccess)
      .flatMap(({ schema }) =>
        alternativesOf(document, schema).flatMap((each) => entriesOf(each, "properties").map(([name]) => name)),
      ),
  );
  const paths = entriesIn(failure).flatMap(([name, member]) =>
    [[name]].concat(entriesIn(member).map(([inner]) => [name, inner])),
  );
  const isOne = (path: readonly string[]) =>
    path.every((name) => /^[A-Za-z][A-Za-z0-9_]{0,40}$/.test(name)) &&
    !successes.has(path[0] ?? "") &&
    failures.every((answer) => {
      const value = path.reduce<Json | undefined>((inner, name) => own(inner, name), answer);
      return typeof value === "string";
    });
  return paths.filter(isOne).toSorted((one, other) => rank(one) - rank(other))[0];
}

function entriesIn(value: Json): [string, Json][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function rank(path: readonly string[]): number {
  const index = ["code", "errorCode", "error_code", "type", "error", "message"].indexOf(path.at(-1) ?? "");
  return (index === -1 ? 10 : index) + path.length / 10;
}

/** Text of a document as it may stand anywhere, Markdown, JSON and comments included: words and a few marks, on one line. */
function toPlainText(text: string): string {
  return text
    .replaceAll(/[^\p{L}\p{N} .,'&()+:-]/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}
