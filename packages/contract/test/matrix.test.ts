import { readFileSync } from "node:fs";

import type { InvError } from "@inv/transport";
import { isInvError, unlimitedRates } from "@inv/transport";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { ExactJson } from "../src/exact-json.ts";
import { toJsonText } from "../src/exact-json.ts";
import type { Document, Exchange, Operation, Scheme } from "../src/exchanges.ts";
import {
  documentPath,
  listOperations,
  listProviders,
  listSchemes,
  readDocument,
  toCamelCase,
} from "../src/exchanges.ts";
import type { Mocks } from "../src/mocks.ts";
import { startMocks } from "../src/mocks.ts";
import { toClientValue, toInit, toInput } from "./client-view.ts";
import { callRaw, loadLibrary, preferring } from "./library.ts";

const documents = listProviders().map(readDocument);
/** `provider METHOD path status`, once a client has been called for it. */
const reached = new Set<string>();
let cells = 0;
let mocks: Mocks;

beforeAll(async () => {
  mocks = await startMocks();
});
beforeEach(() => {
  mocks.takeViolations();
});
afterAll(async () => {
  await mocks.close();
});

describe.each(documents.map((document) => ({ provider: document.provider, document })))("$provider", ({ document }) => {
  const operations = listOperations(document);
  const exchanges = operations.flatMap((operation) =>
    operation.exchanges.map((exchange) => ({
      label: `${operation.operationId} ${exchange.status} ${exchange.name}`,
      operation,
      exchange,
    })),
  );
  const successes = exchanges.filter(({ exchange }) => isSuccess(exchange));
  const failures = exchanges.filter(({ exchange }) => !isSuccess(exchange));

  it.each(successes)("$label: the function returns the example, and so does the path", async (cell) => {
    const { operation, exchange } = cell;
    // Which of two answers to one request is meant, the request does not say.
    const isOneOfSeveral = successes.some((other) => other.exchange !== exchange && isSameRequest(other, cell));
    const asked = isOneOfSeveral ? preferring(exchange.status, exchange.name) : undefined;
    const { client, library } = await connect(document, operation, asked);
    const { value, schema } = exchange.response;
    const expected = value === undefined ? undefined : toClientValue(document, value, schema);
    expect(await library.call(client, operation, toInput(document, exchange))).toStrictEqual(expected);
    expect(await callRaw(client, operation, toInit(document, exchange))).toStrictEqual(expected);
    count(document, operation, exchange);
  });

  it.each(failures)("$label: the function throws the error with the documented body", async (cell) => {
    const { operation, exchange } = cell;
    const { client, library } = await connect(document, operation, preferring(exchange.status, exchange.name));
    const error = await failureOf(library.call(client, operation, toInput(document, exchange)));
    expect(error.toJSON()).toMatchObject({
      code: codeOf(exchange),
      status: exchange.status,
      provider: document.provider,
      operation: toCamelCase(operation.operationId),
      path: operation.path,
    });
    expect(error.body).toStrictEqual(exchange.response.value);
    expect(library.isError(error, operation, exchange.status)).toBe(true);
    expect(library.isError(error, operation, exchange.status + 1)).toBe(false);
    count(document, operation, exchange);
  });

  it.each(listSchemes(document).filter((scheme) => operations.some((operation) => accepts(operation, scheme))))(
    "signs in by $name",
    async (scheme) => {
      const { operation, exchange } = first(successes.filter(({ operation }) => accepts(operation, scheme)));
      const { client, library } = await connect(document, operation, undefined, scheme);
      await library.call(client, operation, toInput(document, exchange));
      expect(mocks.takeViolations()).toEqual([]);
    },
  );

  it.each(operations)("$operationId: function and path both pass through openapi-fetch", async (operation) => {
    const { client, library } = await connect(document, operation);
    const passed: unknown[] = [];
    const middleware = { onRequest: (context: { schemaPath: unknown }) => void passed.push(context.schemaPath) };
    Reflect.apply(Reflect.get(client, "use"), client, [middleware]);
    const exchange = first(operation.exchanges.filter(isSuccess));
    await library.call(client, operation, toInput(document, exchange));
    await callRaw(client, operation, toInit(document, exchange));
    expect(passed).toEqual([operation.path, operation.path]);
  });
});

describe("the matrix", () => {
  it("has a cell for every status of every operation of every document", () => {
    const documented = documents.flatMap(({ provider }) => documentedStatuses(provider));
    const operations = new Set(documented.map((entry) => entry.slice(0, entry.lastIndexOf(" "))));
    console.log(
      `contract matrix: ${cells} cells (${operations.size} operations, ${documented.length} documented statuses, ${documents.length} providers)`,
    );
    expect([...reached].toSorted()).toEqual(documented.toSorted());
    expect(operations.size).toBeGreaterThan(0);
    expect(cells).toBeGreaterThanOrEqual(documented.length);
  });
});

function accepts({ schemes }: Operation, { name }: Scheme): boolean {
  return schemes.some((scheme) => scheme.name === name);
}

async function connect(
  document: Document,
  operation: Operation,
  fetch?: typeof globalThis.fetch,
  scheme: Scheme = first(operation.schemes),
) {
  const library = await loadLibrary(document);
  // One request per cell: a documented 429 would hold back the cells after it.
  const once = { maxAttempts: 1, rateStore: unlimitedRates };
  const options = { ...library.options(mocks, scheme), ...once, ...(fetch === undefined ? {} : { fetch }) };
  return { library, client: library.create(options) };
}

function count({ provider }: Document, { method, path }: Operation, { documented }: Exchange): void {
  expect(mocks.takeViolations()).toEqual([]);
  reached.add(`${provider} ${method} ${path} ${documented}`);
  cells += 1;
}

async function failureOf(call: Promise<unknown>): Promise<InvError> {
  const outcome = await call.then(
    (value: unknown) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome && isInvError(outcome.error)) return outcome.error;
  throw new Error("no InvError was thrown", { cause: outcome });
}

function codeOf({ status, response }: Exchange): string {
  // A 404 in nobody's words may be a proxy's, too.
  if (status === 404 && response.value === undefined) return "http";
  const codes: Readonly<Record<number, string>> = { 401: "auth", 403: "auth", 404: "not-found", 429: "rate-limited" };
  return codes[status] ?? (status >= 500 ? "server" : "http");
}

/** Read without the code that the cells are derived with, so that it cannot overlook what that overlooks. */
function documentedStatuses(provider: string): string[] {
  const { paths }: { paths: Record<string, Record<string, { responses: object }>> } = JSON.parse(
    readFileSync(documentPath(provider), "utf8"),
  );
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([key]) => /^(?:get|put|post|delete|options|head|patch|trace)$/.test(key))
      .flatMap(([method, { responses }]) =>
        Object.keys(responses).map((status) => `${provider} ${method.toUpperCase()} ${path} ${status}`),
      ),
  );
}

interface Cell {
  readonly operation: Operation;
  readonly exchange: Exchange;
}

function isSameRequest(one: Cell, other: Cell): boolean {
  const textOf = ({ operation, exchange: { parameters, body } }: Cell) => {
    const values: ExactJson[] = parameters.map(({ name, in: place, value }) => [place, name, value]);
    return toJsonText([operation.operationId, ...values, body?.value ?? null]);
  };
  return textOf(one) === textOf(other);
}

function isSuccess({ status }: Exchange): boolean {
  return status >= 200 && status <= 299;
}

function first<Item>([item]: readonly Item[]): Item {
  if (item === undefined) throw new Error("there is none");
  return item;
}
