import { isList, toJsonText } from "./exact-json.ts";
import type { Exchange, Operation } from "./exchanges.ts";

/** A request as a client would send it, but for credentials. */
export interface RawRequest {
  path: string;
  readonly query: URLSearchParams;
  readonly method: string;
  readonly headers: Headers;
  body: string | undefined;
}

/** The request of an exchange, without credentials. */
export function toRawRequest(operation: Operation, exchange: Exchange): RawRequest {
  const query = new URLSearchParams();
  const headers = new Headers({ Accept: "application/json" });
  let { path } = operation;
  for (const { name, in: place, value } of exchange.parameters) {
    const values = (isList(value) ? value : [value]).map(String);
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(values.join(",")));
    else if (place === "header") headers.set(name, values.join(","));
    else for (const one of values) query.append(name, one);
  }
  const body = exchange.body === undefined ? undefined : toJsonText(exchange.body.value);
  if (exchange.body !== undefined) headers.set("Content-Type", exchange.body.mediaType);
  return { path, query, method: operation.method, headers, body };
}

/** Path and query, as they stand in the first line of the request. */
export function toTarget({ path, query }: RawRequest): string {
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}
