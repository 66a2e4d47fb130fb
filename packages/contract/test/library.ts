import type { Document, Operation, Scheme } from "../src/exchanges.ts";
import { toCamelCase } from "../src/exchanges.ts";
import type { Mocks } from "../src/mocks.ts";
import { toPascalCase } from "./client-view.ts";

/** A provider's client package, reached by the names that the conventions give to its exports. */
export interface Library {
  /** The options that the scheme asks for, with the mocks' made-up credentials, and the mocks' URLs. */
  options(mocks: Mocks, scheme: Scheme): Record<string, unknown>;
  create(options: Record<string, unknown>): object;
  /** Calls the function of an operation. */
  call(client: object, operation: Operation, input: Record<string, unknown>): Promise<unknown>;
  isError(error: unknown, operation: Operation, status: number): boolean;
}

/** Loads the client package of a document. */
export async function loadLibrary({ provider }: Document): Promise<Library> {
  const exports: unknown = await import(/* @vite-ignore */ `@inv/${provider}`);
  const find = (name: string) => {
    const found: unknown = Reflect.get(Object(exports), name);
    if (typeof found !== "function") throw new Error(`@inv/${provider} exports no function ${name}`);
    return found;
  };
  const invoke = (name: string, ...values: unknown[]): unknown => Reflect.apply(find(name), undefined, values);
  return {
    options: (mocks, { credentials }) => ({
      ...Object.fromEntries(credentials.map(({ option, variable }) => [option, mocks.environment[variable]])),
      ...mocks.options[provider],
    }),
    create: (options) => Object(invoke(`create${toPascalCase(provider)}Client`, options)),
    call: async (client, operation, input) =>
      operation.takesInput
        ? invoke(toCamelCase(operation.operationId), client, input)
        : invoke(toCamelCase(operation.operationId), client),
    isError: (error, operation, status) =>
      invoke(`is${toPascalCase(provider)}Error`, error, toCamelCase(operation.operationId), status) === true,
  };
}

/** Calls openapi-fetch's own method of a client: `client.GET(path, init)`. */
export async function callRaw(client: object, operation: Operation, init: Record<string, unknown>): Promise<unknown> {
  const method: unknown = Reflect.get(client, operation.method);
  if (typeof method !== "function") throw new Error(`the client has no ${operation.method}`);
  return Object(await Reflect.apply(method, client, [operation.path, init])).data;
}

/** A `fetch` that asks Prism for one exchange, whatever the request says. */
export function preferring(status: number, name: string): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set("Prefer", `code=${status}, example=${name}`);
    return fetch(input, { ...init, headers });
  };
}
