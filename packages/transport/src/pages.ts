import { checkSignal } from "./deadline.js";
import type { ErrorCode, ErrorDetails } from "./errors.js";
import { InvError } from "./errors.js";
import type { CallOptions, Operation, Requester } from "./operation.js";
import { fillPath, request, toInit, toQuery, verbatim } from "./operation.js";

const maxPages = 1000;
const maxRows = 1_000_000;
const maxEmptyPages = 3;

/** How a document says that an operation is paged (`x-inv-pagination`). Places are JSON pointers into an answer. */
export interface Pagination {
  /** The name of its function. */
  readonly operation: string;
  /**
   * Where the next page is told: a URL in the body, a `Link` header, a cursor in the body, or by counting pages.
   * Whatever the URL, only its query is taken, and only if it leads to the same place.
   */
  readonly style: "next-url" | "link" | "cursor" | "page";
  /** The rows; empty when the answer itself is the list. */
  readonly items: string;
  /** The URL or the cursor; `null` there ends the list. */
  readonly next?: string;
  /** The query parameter for cursor or page number. */
  readonly parameter?: string;
  /** The number of the first page. */
  readonly first?: number;
  /** How many rows, or pages, there are in all; checked where an answer says so. */
  readonly total?: string;
  readonly totalPages?: string;
  /** The query parameter that asks for changes only. */
  readonly since?: string;
}

/** Whether a list has everything, or only what has changed since some moment. */
export type Coverage = "all" | "delta";

/** What a list covers, by whether its input has the field that asks for changes only. */
export type CoverageOf<Input, Since extends string> = Since extends keyof Input
  ? Input[Since] extends string
    ? "delta"
    : Input[Since] extends undefined
      ? "all"
      : Coverage
  : "all";

/**
 * Every row of a list once, page by page, in the provider's order.
 *
 * Nothing is requested before the first row is asked for, and no page before its first row is. A list that ends is
 * complete: any failure throws, and so does every row that is asked for after it. Each iteration reads the list anew.
 */
export interface Pages<Row, Covers extends Coverage = "all"> extends AsyncIterable<Row, undefined> {
  readonly covers: Covers;
  [Symbol.asyncIterator](): AsyncIterator<Row, undefined>;
}

/**
 * The rows of a paged operation. The deadline of the options is that of each page; the signal ends all.
 *
 * @throws InvError on iteration: `pagination{cross-origin | loop | limit | inconsistent | malformed}`, `schema`, and all that a call throws
 */
export function pages<Row, Covers extends Coverage = "all">(
  client: Requester,
  operation: Operation,
  pagination: Pagination,
  input: object = {},
  options: CallOptions = {},
): Pages<Row, Covers> {
  const { query = {} } = operation;
  const isDelta = Object.entries(query).some(
    ([wire, field]) =>
      wire === pagination.since && Object.hasOwn(input, field) && Reflect.get(input, field) !== undefined,
  );
  const list = {
    covers: isDelta ? "delta" : "all",
    [Symbol.asyncIterator]: () => iterate(new Listing(client, operation, pagination, input, options)),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- rows have the type that the document gives them; coverage was read from the same input
  return list as Pages<Row, Covers>;
}

function iterate(listing: Listing): AsyncIterator<unknown, undefined> {
  const rows = listing.read();
  let failure: { readonly error: unknown } | undefined;
  return {
    async next() {
      const result = await rows.next().catch((error: unknown) => {
        failure ??= { error };
      });
      // After a failure a generator only says that it is done, which would read as the end of the list.
      if (failure !== undefined) throw failure.error;
      return result ?? { done: true, value: undefined };
    },
    async return() {
      listing.stop();
      await rows.return(undefined);
      return { done: true, value: undefined };
    },
  };
}

type Query = Readonly<Record<string | symbol, unknown>>;

interface Page {
  readonly body: unknown;
  readonly headers: Headers;
  readonly rows: readonly unknown[];
}

/** One reading of a list. */
class Listing {
  readonly #client: Requester;
  readonly #operation: Operation;
  readonly #pagination: Pagination;
  readonly #init: ReturnType<typeof toInit>;
  readonly #stopped = new AbortController();
  readonly #given: AbortSignal | null | undefined;
  #baseUrl = "";
  #read = 0;
  #collected = 0;

  constructor(client: Requester, operation: Operation, pagination: Pagination, input: object, options: CallOptions) {
    this.#client = client;
    this.#operation = operation;
    this.#pagination = pagination;
    this.#init = toInit(operation, input, options);
    this.#given = options.signal;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async *read(): AsyncGenerator<unknown, undefined> {
    const { first = 0, style, parameter = "" } = this.#pagination;
    const start: Query = this.#init.params.query ?? {};
    if (Object.hasOwn(start, parameter) && start[parameter] !== undefined)
      throw this.#failure("config", `${parameter} is for the pages to set, which begin with the first`);
    const contents = new Set<string>();
    const visited = new Set<string>();
    let empty = 0;
    let query: Query | undefined = style === "page" ? { ...start, [parameter]: first } : start;
    while (query !== undefined) {
      const key = toQuery(query);
      if (visited.has(key)) throw this.#pagingFailure("loop", "a page leads to one that was read already");
      visited.add(key);
      if (this.#read === maxPages || this.#collected >= maxRows)
        throw this.#pagingFailure("limit", `no end after ${this.#read} pages and ${this.#collected} rows`);
      const page = await this.#fetch(query);
      this.#read += 1;
      this.#collected += page.rows.length;
      empty = page.rows.length === 0 ? empty + 1 : 0;
      if (empty > maxEmptyPages) throw this.#pagingFailure("limit", `${empty} pages without a row, one after another`);
      const content = page.rows.length === 0 ? String(this.#read) : await digest(page.rows);
      if (contents.has(content)) throw this.#pagingFailure("loop", "a page came twice");
      contents.add(content);
      query = this.#next(page, start);
      if (query === undefined) this.#checkTotals(page);
      yield* page.rows;
    }
    return undefined;
  }

  async #fetch(query: Query): Promise<Page> {
    const given = checkSignal(this.#given);
    const { signal } = this.#stopped;
    const { data, response } = await request(this.#client, this.#operation, {
      ...this.#init,
      params: { ...this.#init.params, query },
      signal: given === undefined ? signal : AbortSignal.any([signal, given]),
      middleware: [
        {
          onRequest: ({ options }: { readonly options: { readonly baseUrl: string } }) => {
            this.#baseUrl = options.baseUrl;
          },
        },
      ],
    });
    const rows = valueAt(data, this.#pagination.items);
    if (!Array.isArray(rows)) throw this.#misfit(this.#pagination.items, "a list");
    return { body: data, headers: response.headers, rows };
  }

  /** The query of the page after this one; `undefined` when this is the last. */
  #next(page: Page, start: Query): Query | undefined {
    const { style, next = "", parameter = "", first = 0 } = this.#pagination;
    switch (style) {
      case "link":
        return this.#follow(this.#linked(page.headers));
      case "next-url": {
        const url = valueAt(page.body, next);
        if (url !== null && typeof url !== "string") throw this.#misfit(next, "a URL or null");
        return this.#follow(url);
      }
      case "cursor": {
        const cursor = valueAt(page.body, next);
        if (cursor === null) return undefined;
        if (typeof cursor !== "string" || cursor === "") throw this.#misfit(next, "a cursor or null");
        return { ...start, [parameter]: cursor };
      }
      case "page":
        return this.#isLast(page) ? undefined : { ...start, [parameter]: first + this.#read };
      default:
        return style;
    }
  }

  #isLast(page: Page): boolean {
    const all = this.#count(page, this.#pagination.totalPages);
    if (all !== undefined) return this.#read >= all;
    const rows = this.#count(page, this.#pagination.total);
    return page.rows.length === 0 || (rows !== undefined && this.#collected >= rows);
  }

  #linked(headers: Headers): string | null {
    const targets = nextLinks(headers.get("link") ?? "");
    if (targets === undefined || targets.size > 1)
      throw this.#pagingFailure("malformed", "the Link header cannot be understood");
    const [target = null] = targets;
    return target;
  }

  /** Of a URL only the query is taken: what is requested is always our base URL and the path of the operation. */
  #follow(target: string | null): Query | undefined {
    if (target === null) return undefined;
    const here = `${this.#baseUrl}${fillPath(this.#operation.path, this.#init.params.path)}`;
    if (target === "" || !URL.canParse(target, here))
      throw this.#pagingFailure("malformed", "what should lead to the next page is no URL");
    const url = new URL(target, here);
    if (url.origin !== new URL(here).origin || url.username !== "" || url.password !== "")
      throw this.#pagingFailure(
        "cross-origin",
        "the next page is said to be at another origin; nothing was sent there",
      );
    const path = fillPath(this.#operation.path, this.#init.params.path);
    if (!unescaped(url.pathname).endsWith(unescaped(path)))
      throw this.#pagingFailure("malformed", "the next page is said to be at another path");
    return { [verbatim]: url.search.slice(1) };
  }

  #checkTotals(page: Page): void {
    const { total, totalPages, style } = this.#pagination;
    const rows = this.#count(page, total);
    const all = this.#count(page, totalPages);
    if (rows !== undefined && rows !== this.#collected)
      throw this.#pagingFailure("inconsistent", `the provider speaks of ${rows} rows and sent ${this.#collected}`);
    if (all !== undefined && all !== this.#read && !(style === "page" && all === 0 && this.#collected === 0))
      throw this.#pagingFailure("inconsistent", `the provider speaks of ${all} pages and sent ${this.#read}`);
  }

  /** A number that an answer gives; `undefined` when it gives none. */
  #count(page: Page, pointer: string | undefined): number | undefined {
    const value = pointer === undefined ? undefined : valueAt(page.body, pointer);
    if (pointer === undefined || value === undefined || value === null) return undefined;
    const count = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
    if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0)
      throw this.#misfit(pointer, "a whole number");
    return count;
  }

  #pagingFailure(kind: string, what: string): InvError {
    return this.#failure("pagination", what, { kind, retryable: kind === "inconsistent" });
  }

  #misfit(pointer: string, due: string): InvError {
    return this.#failure("schema", `${due} is due at ${pointer === "" ? "the top" : pointer}`, { pointer });
  }

  #failure(code: ErrorCode, what: string, details: ErrorDetails = {}): InvError {
    const { method, path } = this.#operation;
    const client: object = this.#client;
    const provider = "provider" in client ? String(client.provider) : undefined;
    return new InvError(code, `${provider ?? "client"}: ${method} ${path}: ${what}`, {
      provider,
      operation: this.#pagination.operation,
      path,
      attempts: this.#read,
      retryable: false,
      ...details,
    });
  }
}

/** What a JSON pointer leads to; `undefined` if it leads nowhere. Names are the value's own only. */
function valueAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = Reflect.get(at, name);
  }
  return at;
}

async function digest(rows: readonly unknown[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(rows));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * The targets of a `Link` header that are said to be next (RFC 8288); `undefined` when it is malformed. Links about
 * something else (`anchor`) do not count. Reads every character once.
 */
export function nextLinks(header: string): ReadonlySet<string> | undefined {
  const targets = new Set<string>();
  let at = 0;
  const skip = (characters: string) => {
    while (at < header.length && characters.includes(header.charAt(at))) at++;
  };
  /** Up to one of these characters. */
  const take = (ends: string) => {
    const start = at;
    while (at < header.length && !ends.includes(header.charAt(at))) at++;
    return header.slice(start, at).trim();
  };
  for (skip(" \t,"); at < header.length; skip(" \t,")) {
    if (header.charAt(at++) !== "<") return undefined;
    const target = take(">");
    if (header.charAt(at++) !== ">") return undefined;
    let relation: string | undefined;
    let isElsewhere = false;
    for (skip(" \t"); header.charAt(at) === ";"; skip(" \t")) {
      at++;
      const name = take("=;,").toLowerCase();
      let value = "";
      if (header.charAt(at) === "=") {
        at++;
        skip(" \t");
        if (header.charAt(at) === '"') {
          at++;
          for (; header.charAt(at) !== '"'; at++) {
            if (header.charAt(at) === "\\") at++;
            if (at >= header.length) return undefined;
            value += header.charAt(at);
          }
          at++;
        } else {
          value = take(";,");
        }
      }
      // Of several relations the first counts.
      if (name === "rel") relation ??= value;
      if (name === "anchor") isElsewhere = true;
    }
    if (at < header.length && header.charAt(at) !== ",") return undefined;
    if (
      !isElsewhere &&
      relation
        ?.toLowerCase()
        .split(/[ \t]+/)
        .includes("next") === true
    )
      targets.add(target);
  }
  return targets;
}
