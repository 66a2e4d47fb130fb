import { inspect } from "node:util";

import createFetchClient from "openapi-fetch";
import { expect } from "vitest";

import type { Authoriser, CallOptions, ClientOptions, ClientParts, Facts, InvError } from "../src/index.js";
import { call, connect, headerKey, isInvError, unlimitedRates } from "../src/index.js";

/** The document of a made-up provider, as openapi-typescript would type it. */
export interface paths {
  "/items/{id}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: {
        query?: { "include[]"?: string[]; since?: string };
        header?: never;
        path: { id: string };
        cookie?: never;
      };
      requestBody?: never;
      responses: { 200: { headers: Record<string, unknown>; content: { "application/json": Item } } };
    };
  };
  "/search": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { "application/json": { ids: string[] } } };
      responses: { 200: { headers: Record<string, unknown>; content: { "application/json": Item } } };
    };
  };
}

export interface Item {
  id?: string | null;
  quantity?: string | null;
  whole?: string | null;
  count?: number | null;
  lines?: { id?: string; quantity?: string }[];
  [other: string]: unknown;
}

export const facts: Facts = {
  operations: {
    "GET /items/{id}": {
      operation: "getItem",
      shape: {
        properties: {
          id: { leaf: "id" },
          quantity: { leaf: "decimal" },
          whole: { leaf: "int64" },
          count: { leaf: "integer" },
          written: { leaf: "decimal", from: "string" },
          lines: { items: { properties: { id: { leaf: "id" }, quantity: { leaf: "decimal" } } } },
        },
      },
    },
    "POST /search": { operation: "searchItems", safe: true },
  },
};

export const credentials = {
  key: [
    {
      option: "apiKey",
      variable: "ACME_API_KEY",
      secret: true,
      page: "https://acme.example/keys",
      scope: "stock (read)",
    },
  ],
} as const;

export const secret = "s3cr3t-canary-9f41";

export const authorisation: Authoriser = headerKey("X-Api-Key", secret);

/** A client of the made-up provider. Unless told otherwise it sends every call once and holds none back. */
export function connectItems(options: ClientOptions, parts: Partial<ClientParts> = {}) {
  return connect(
    createFetchClient<paths>,
    {
      baseUrl: "https://acme.example",
      facts,
      credentials,
      scheme: "key",
      authoriser: authorisation,
      ...parts,
      provider: "acme",
    },
    { maxAttempts: 1, rateStore: unlimitedRates, ...options },
  );
}

export type ItemsClient = ReturnType<typeof connectItems>;

/** What a generated function looks like. */
export async function getItem(
  client: ItemsClient,
  input: { id: string; include?: string[]; since?: string },
  options?: CallOptions,
): Promise<Item> {
  const query = { "include[]": "include", since: "since" };
  return call(client, { method: "GET", path: "/items/{id}", query }, input, options);
}

/** What a generated function with a body looks like. */
export async function searchItems(client: ItemsClient, input: { ids: string[] }, options?: CallOptions): Promise<Item> {
  return call(client, { method: "POST", path: "/search", body: ["ids"] }, input, options);
}

/** Whatever must not be seen: each of them is part of some test's credentials, arguments or answers. */
export const canaries = /canary/i;

/** The error that a call ends with, whole and without a leak. Anything else is a failure of the test. */
export async function failureOf(work: Promise<unknown>): Promise<InvError> {
  const error = await work.then(
    () => {
      throw new Error("the call succeeded");
    },
    (reason: unknown) => reason,
  );
  if (!isInvError(error)) throw error;
  for (const text of [error.message, error.stack, String(error), inspect(error, { depth: 9 }), JSON.stringify(error)])
    expect(text).not.toMatch(canaries);
  for (const key of Object.keys(error)) expect(Reflect.get(error, key)).not.toEqual(expect.stringMatching(canaries));
  return error;
}

/** `code{kind}` of an error. */
export function codeOf(error: InvError): string {
  return error.kind === undefined ? error.code : `${error.code}{${error.kind}}`;
}
