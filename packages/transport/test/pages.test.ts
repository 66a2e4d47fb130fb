import { describe, expect, expectTypeOf, it } from "vitest";

import type { InvError } from "../src/index.js";
import { isInvError } from "../src/index.js";
import type { Pages } from "../src/pages.js";
import { nextLinks } from "../src/pages.js";
import type { Answering, Loopback } from "./loopback.js";
import { json, serve } from "./loopback.js";
import { createPagedClient } from "./paged/client.js";
import type { PagedClient } from "./paged/client.js";
import { listBalances, listInventories, listItems, listProducts } from "./paged/generated/operations.js";
import type { ListBalancesRow } from "./paged/generated/operations.js";

async function paged(answer: Answering): Promise<{ server: Loopback; client: PagedClient }> {
  const server = await serve(answer);
  return { server, client: createPagedClient({ baseUrl: `${server.url}/v1`, deadlineMs: 5000 }) };
}

/** `count` rows as JSON text, with ids from `first` on. */
function rows(first: number, count: number): string {
  const all = Array.from({ length: count }, (_, index) => `{"id":${first + index},"quantity":${first + index}.50}`);
  return `[${all.join(",")}]`;
}

async function collect<Row>(list: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of list) all.push(row);
  return all;
}

/** The ids that a list yields, and the error that it ends with. */
async function read(list: AsyncIterable<{ id: string }>): Promise<{ ids: string[]; error?: InvError }> {
  const ids: string[] = [];
  try {
    for await (const { id } of list) ids.push(id);
  } catch (error) {
    if (!isInvError(error)) throw error;
    expect(error.message).not.toMatch(/canary|cursor=|secret/);
    return { ids, error };
  }
  return { ids };
}

const pageOf = (url: string) => Number(new URL(url, "http://x").searchParams.get("page"));

describe("a list that ends", () => {
  it("yields every row of every page once, exactly, in order: next URL in the body, absolute or relative", async () => {
    const { server, client } = await paged(({ url }, response) => {
      const cursor = new URL(url, server.url).searchParams.get("cursor");
      const next = { a: `"${server.url}/v1/shops/s/inventories?cursor=b&limit=2"`, b: "null" };
      const start = '"/v1/shops/s/inventories?limit=2&cursor=a"';
      const told = cursor === "a" ? next.a : cursor === "b" ? next.b : start;
      const ids = cursor === "a" ? rows(3, 2) : cursor === "b" ? rows(653985747439023, 1) : rows(1, 2);
      json(response, `{"inventories":${ids},"page_info":{"next_page_url":${told}}}`);
    });
    const list = listInventories(client, { shopId: "s", limit: 2 });
    expect(server.seen).toHaveLength(0);
    const all = await collect(list);
    expect(all[4]).toEqual({ id: "653985747439023", quantity: "653985747439023.50" });
    expect(all.map(({ id }) => id)).toEqual(["1", "2", "3", "4", "653985747439023"]);
    expect(server.seen.map(({ url }) => url)).toEqual([
      "/v1/shops/s/inventories?limit=2",
      "/v1/shops/s/inventories?limit=2&cursor=a",
      "/v1/shops/s/inventories?cursor=b&limit=2",
    ]);
    expect(server.seen.every(({ headers }) => headers["x-key"] === "k-canary")).toBe(true);
    expect(await collect(list)).toHaveLength(5);
  });

  it("follows a Link header until there is none, whatever else it holds", async () => {
    const { server, client } = await paged(({ url }, response) => {
      const links = [
        `<https://docs.example/>; rel=help, </v1/balances?cursor=b%2Bc+d>; title="x, <y>; rel=\\"prev\\""; rel="last next"`,
        `</v1/balances>; rel="prev"`,
      ];
      json(response, rows(url.includes("cursor") ? 3 : 1, 2), 200, {
        link: links[url.includes("cursor") ? 1 : 0] ?? "",
      });
    });
    expect(await read(listBalances(client))).toEqual({ ids: ["1", "2", "3", "4"] });
    expect(server.seen.map(({ url }) => url)).toEqual(["/v1/balances", "/v1/balances?cursor=b%2Bc+d"]);
  });

  it("counts pages from the declared one, and keeps the other parameters", async () => {
    const { server, client } = await paged(({ url }, response) => {
      const page = pageOf(url);
      json(response, `{"results":${rows(page * 2, page === 2 ? 1 : 2)},"total":5,"totalPages":3}`);
    });
    expect(await read(listProducts(client, { size: 2 }))).toEqual({ ids: ["0", "1", "2", "3", "4"] });
    expect(server.seen.map(({ url }) => url)).toEqual([0, 1, 2].map((page) => `/v1/products?page=${page}&size=2`));
  });

  it("ends with an empty page where pages are counted and nothing says how many there are", async () => {
    const { client } = await paged(({ url }, response) => {
      json(response, `{"results":${pageOf(url) < 2 ? rows(pageOf(url), 1) : "[]"}}`);
    });
    expect(await read(listProducts(client))).toEqual({ ids: ["0", "1"] });
  });

  it("may be empty", async () => {
    const { client } = await paged((_, response) => json(response, '{"results":[],"total":0,"totalPages":0}'));
    expect(await read(listProducts(client))).toEqual({ ids: [] });
  });
});

describe("where the next page is said to be", () => {
  it.each([
    "https://evil.example/v1/balances?cursor=2",
    "//evil.example/v1/balances?cursor=2",
    "http://user:secret@127.0.0.1:PORT/v1/balances?cursor=2",
    "http://user@127.0.0.1:PORT/v1/balances?cursor=2",
    "http://127.0.0.1:OTHER/v1/balances?cursor=2",
    "https://127.0.0.1:PORT/v1/balances?cursor=2",
    "http://127.0.0.1.evil.example:PORT/v1/balances?cursor=2",
    "\\\\evil.example/v1/balances",
    "file:///etc/passwd",
    "data:application/json,[]",
    "javascript:alert(1)",
  ])("N01 sends nothing to %s and fails with pagination{cross-origin}", async (target) => {
    const elsewhere = await serve((_, response) => json(response, "[]"));
    const { server, client } = await paged((_, response) => {
      const next = target.replace("PORT", new URL(server.url).port).replace("OTHER", new URL(elsewhere.url).port);
      json(response, rows(1, 2), 200, { link: `<${next}>; rel="next"` });
    });
    const { error } = await read(listBalances(client));
    expect(error).toMatchObject({
      code: "pagination",
      kind: "cross-origin",
      provider: "paged",
      operation: "listBalances",
      path: "/balances",
      attempts: 1,
      retryable: false,
    });
    expect(elsewhere.seen).toHaveLength(0);
    expect(server.seen).toHaveLength(1);
  });

  it("N01 refuses another path of the same origin, and what is no URL, as pagination{malformed}", async () => {
    for (const next of ["/v1/other?cursor=2", "../admin?cursor=2", "http://", "", "/v1/shops/t/inventories?cursor=2"]) {
      const { server, client } = await paged((_, response) =>
        json(response, `{"inventories":${rows(1, 1)},"page_info":{"next_page_url":${JSON.stringify(next)}}}`),
      );
      const { error } = await read(listInventories(client, { shopId: "s" }));
      expect(error, next).toMatchObject({ code: "pagination", kind: "malformed" });
      expect(server.seen).toHaveLength(1);
    }
  });

  it("fails with schema where the next URL or cursor is missing or something else: a list does not end by accident", async () => {
    for (const info of ["{}", '{"next_page_url":7}', '{"next_page_url":{}}', '{"next_page_url":false}']) {
      const { client } = await paged((_, response) =>
        json(response, `{"inventories":${rows(1, 1)},"page_info":${info}}`),
      );
      const { error } = await read(listInventories(client, { shopId: "s" }));
      expect(error).toMatchObject({ code: "schema", pointer: "/page_info/next_page_url" });
    }
    for (const next of ["", ',"next":""', ',"next":7', ',"next":[]']) {
      const { client } = await paged((_, response) => json(response, `{"data":${rows(1, 1)}${next}}`));
      expect((await read(listItems(client))).error).toMatchObject({ code: "schema", pointer: "/next" });
    }
    for (const body of ["{}", '{"data":null,"next":null}', '{"data":{},"next":null}']) {
      const { client } = await paged((_, response) => json(response, body));
      expect((await read(listItems(client))).error).toMatchObject({ code: "schema", pointer: "/data" });
    }
  });

  it("N10 encodes a cursor, whatever it holds, and leaves the path alone", async () => {
    const cursors = ["a&b=c#d", "../../admin", "é 😀 %2e%2e", "?q=1", "a+b/c=="];
    const { server, client } = await paged(({ url }, response) => {
      const cursor = new URL(url, server.url).searchParams.get("cursor");
      const at = cursor === null ? 0 : cursors.indexOf(cursor) + 1;
      json(response, `{"data":${rows(at, 1)},"next":${JSON.stringify(cursors[at] ?? null)}}`);
    });
    expect(await read(listItems(client, { q: "x" }))).toEqual({ ids: ["0", "1", "2", "3", "4", "5"] });
    for (const { url } of server.seen) {
      expect(new URL(url, server.url).pathname).toBe("/v1/items");
      expect([...new URL(url, server.url).searchParams.keys()]).toEqual(
        url.includes("cursor") ? ["q", "cursor"] : ["q"],
      );
    }
  });

  it("N10 sends the query of a next URL as it stands", async () => {
    const query = "cursor=a%26b%23c..%2F+%C3%A9%27&x[]=1";
    const { server, client } = await paged(({ url }, response) => {
      const link: Record<string, string> = url.includes("?") ? {} : { link: `<?${query}>; rel=next` };
      json(response, rows(url.length, 1), 200, link);
    });
    expect((await read(listBalances(client))).error).toBeUndefined();
    expect(server.seen[1]?.url).toBe(`/v1/balances?${query}`);
  });
});

describe("a list that would not end", () => {
  it.each([1, 2, 50])(
    "N02 fails with pagination{loop} on a cycle of %i pages, and asks for none twice",
    async (length) => {
      const { server, client } = await paged(({ url }, response) => {
        const at = Number(new URL(url, server.url).searchParams.get("cursor") ?? "0");
        json(response, `{"data":${rows(server.seen.length * 10, 1)},"next":"${(at % length) + 1}"}`);
      });
      const { ids, error } = await read(listItems(client));
      expect(error).toMatchObject({ code: "pagination", kind: "loop" });
      expect(server.seen).toHaveLength(length + 1);
      expect(ids).toHaveLength(length + 1);
    },
  );

  it("N02 fails with pagination{loop} where next is the page itself", async () => {
    const { server, client } = await paged(({ url }, response) => {
      const link = `<${url}>; rel=next`;
      json(response, rows(server.seen.length, 1), 200, { link });
    });
    expect((await read(listBalances(client, { updatedSince: "2026" }))).error).toMatchObject({ kind: "loop" });
    expect(server.seen).toHaveLength(1);
  });

  it("N03 fails with pagination{limit} after 1,000 pages", async () => {
    const { server, client } = await paged((_, response) => {
      const at = server.seen.length;
      json(response, `{"data":${rows(at, 1)},"next":"c${at}"}`);
    });
    const { ids, error } = await read(listItems(client));
    expect(error).toMatchObject({ code: "pagination", kind: "limit", attempts: 1000 });
    expect(ids).toHaveLength(1000);
    expect(server.seen).toHaveLength(1000);
  }, 60_000);

  it("N03 fails with pagination{limit} after a million rows", async () => {
    const page = (at: number) => `[${Array.from({ length: 100_000 }, () => `{"id":${at}}`).join(",")}]`;
    const { server, client } = await paged((_, response) => {
      const at = server.seen.length;
      json(response, `{"data":${page(at)},"next":"c${at}"}`);
    });
    let count = 0;
    const reading = async () => {
      for await (const _ of listItems(client)) count++;
    };
    await expect(reading()).rejects.toMatchObject({ code: "pagination", kind: "limit" });
    expect(count).toBe(1_000_000);
    expect(server.seen).toHaveLength(10);
  }, 60_000);

  it("N04 goes on after an empty page with a next one, three times in a row and no more", async () => {
    for (const [empty, outcome] of [
      [3, undefined],
      [4, "limit"],
    ] as const) {
      const { server, client } = await paged((_, response) => {
        const at = server.seen.length;
        const isEmpty = at > 1 && at <= 1 + empty;
        json(response, `{"data":${isEmpty ? "[]" : rows(at, 1)},"next":${at < 6 ? `"c${at}"` : "null"}}`);
      });
      const { ids, error } = await read(listItems(client));
      expect(error?.kind).toBe(outcome);
      expect(ids).toEqual(outcome === undefined ? ["1", "5", "6"] : ["1"]);
    }
  });

  it("N08 finds by its content that page and size are ignored, and yields no row twice", async () => {
    for (const totals of ["", ',"totalPages":3', ',"total":6,"totalPages":3']) {
      const { server, client } = await paged((_, response) => json(response, `{"results":${rows(1, 2)}${totals}}`));
      const { ids, error } = await read(listProducts(client, { size: 2 }));
      expect(error).toMatchObject({ code: "pagination", kind: "loop" });
      expect(ids).toEqual(["1", "2"]);
      expect(server.seen).toHaveLength(2);
    }
  });
});

describe("a list that says how long it is", () => {
  it("N05 fails with pagination{inconsistent} where rows or pages are missing, or too many", async () => {
    const cases = [
      [118, 120, ',"totalPages":2'],
      [122, 120, ',"totalPages":2'],
      [1, 2, ""],
      [1, 0, ""],
    ] as const;
    for (const [count, total, more] of cases) {
      const { client } = await paged(({ url }, response) => {
        const page = pageOf(url);
        const here = count === 1 ? (page === 0 ? 1 : 0) : page === 0 ? 60 : count - 60;
        json(response, `{"results":${rows(page * 60, here)},"total":${total}${more}}`);
      });
      const { ids, error } = await read(listProducts(client));
      expect(error).toMatchObject({ code: "pagination", kind: "inconsistent", retryable: true });
      // The page that gives it away is not yielded.
      expect(ids).toHaveLength(count > 1 ? 60 : total === 0 ? 0 : 1);
    }
  });

  it("fails with schema where a total is no whole number", async () => {
    for (const total of ['"many"', "-1", "{}", "true"]) {
      const { client } = await paged((_, response) => json(response, `{"results":${rows(0, 1)},"total":${total}}`));
      const { error } = await read(listProducts(client));
      expect(["schema", "quantity"]).toContain(error?.code);
    }
  });

  it("N05 fails when a page fails, whatever was read before", async () => {
    const { client } = await paged(({ url }, response) => {
      if (pageOf(url) === 1) json(response, '{"message":"no"}', 400);
      else json(response, `{"results":${rows(pageOf(url), 1)},"totalPages":3}`);
    });
    const { ids, error } = await read(listProducts(client));
    expect(ids).toEqual(["0"]);
    expect(error).toMatchObject({ code: "http", status: 400 });
  });
});

describe("the Link header", () => {
  it.each([
    ["", []],
    ['<https://a/?p=2>; rel="next"', ["https://a/?p=2"]],
    ["<a>;rel=next,<b>;rel=prev", ["a"]],
    ['<a>; REL="NEXT"', ["a"]],
    ['<a>; rel="prev next first"', ["a"]],
    ['<a>; rel="prev"; rel="next"', []],
    ['<a>; title="<b>; rel=\\"next\\", "; rel=prev', []],
    ['<a,b;c>; rel="next" , ', ["a,b;c"]],
    ['<a>; rel="next"; anchor="#x"', []],
    ["<a>; crossorigin; rel=next", ["a"]],
    ['<a>; rel="next", <b>; rel="next"', ["a", "b"]],
    ["<a>; rel=nextish", []],
    ['<>; rel="next"', [""]],
  ])("N09 reads %s", (header, targets) => {
    const read = nextLinks(header);
    expect(read === undefined ? undefined : [...read]).toEqual(targets);
  });

  it("N09 takes what is malformed for no end of the list", async () => {
    for (const header of ["<a", "a; rel=next", '<a>; rel="next', "<a> rel=next", '<a>; rel="next" x', "<<<"])
      expect(nextLinks(header), header).toBeUndefined();
    for (const link of ["</v1/balances?c=2; rel=next", "</v1/balances?c=2>; rel=next, </v1/balances?c=3>; rel=next"]) {
      const { client } = await paged((_, response) => json(response, rows(1, 1), 200, { link }));
      expect((await read(listBalances(client))).error).toMatchObject({ code: "pagination", kind: "malformed" });
    }
  });

  it("N09 is done with 100 KB of anything in the time that its length takes", () => {
    const units = [
      "<",
      ">",
      "<>",
      '"',
      ";",
      ",",
      "<a>;",
      '<a>; rel="',
      '\\"',
      "<a>; rel=next,",
      "; rel=",
      " ",
      '<a>;a="\\',
    ];
    const begun = performance.now();
    for (const unit of units)
      for (const start of ["", "<a>; rel=", '<a>; rel="']) nextLinks(start + unit.repeat(100_000 / unit.length));
    expect((performance.now() - begun) / units.length / 3).toBeLessThan(50);
  });
});

describe("whoever reads", () => {
  const endless: Answering = ({ url }, response) =>
    json(response, `{"results":${rows(pageOf(url) * 3, 3)},"totalPages":900}`);

  it("N11 asks for no page before its first row is wanted, and for none after a break", async () => {
    const { server, client } = await paged(endless);
    const ids: string[] = [];
    for await (const { id } of listProducts(client)) {
      ids.push(id);
      expect(server.seen).toHaveLength(Math.ceil(ids.length / 3));
      if (ids.length === 4) break;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ids).toEqual(["0", "1", "2", "3"]);
    expect(server.seen).toHaveLength(2);
  });

  it("N11 gets each row once when next() is called many times at once", async () => {
    const { server, client } = await paged(({ url }, response) =>
      json(response, `{"results":${rows(pageOf(url) * 3, 3)},"total":9,"totalPages":3}`),
    );
    const rowsOf = listProducts(client)[Symbol.asyncIterator]();
    const results = await Promise.all(Array.from({ length: 12 }, async () => rowsOf.next()));
    expect(results.map(({ value }) => value?.id ?? "end").join(" ")).toBe("0 1 2 3 4 5 6 7 8 end end end");
    expect(server.seen).toHaveLength(3);
  });

  it("N11 cancels the page on its way when the reader returns", async () => {
    const { server, client } = await paged(() => undefined);
    const rowsOf = listProducts(client)[Symbol.asyncIterator]();
    const outcome = rowsOf.next().catch((error: unknown) => error);
    await expect.poll(() => server.seen.length).toBe(1);
    const begun = performance.now();
    await rowsOf.return?.();
    expect(await outcome).toMatchObject({ code: "cancelled" });
    expect(performance.now() - begun).toBeLessThan(200);
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it("N11 ends all pages with the signal of the call", async () => {
    const { server, client } = await paged((request, response, index) => {
      if (index < 1) void endless(request, response, index);
    });
    const controller = new AbortController();
    const reading = read(listProducts(client, {}, { signal: controller.signal }));
    await expect.poll(() => server.seen.length).toBe(2);
    controller.abort();
    expect(await reading).toMatchObject({ ids: ["0", "1", "2"], error: { code: "cancelled" } });
  });

  it("N11 fails every row that is asked for after a failure, so that no list seems to have ended", async () => {
    const { client } = await paged((_, response) => json(response, "[]", 400));
    const rowsOf = listProducts(client)[Symbol.asyncIterator]();
    const outcomes = await Promise.allSettled([rowsOf.next(), rowsOf.next(), rowsOf.next()]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    await expect(rowsOf.next()).rejects.toMatchObject({ status: 400 });
  });

  it("refuses a page of the caller's own as config: the list would not be whole", async () => {
    const { server, client } = await paged(endless);
    const given = { size: 2, page: 3 };
    expect((await read(listProducts(client, given))).error).toMatchObject({ code: "config", attempts: 0 });
    expect(server.seen).toHaveLength(0);
  });

  it("N12 has the type of a delta where only changes were asked for, which is no full list", async () => {
    const { client } = await paged((_, response) => json(response, rows(1, 1)));
    const whole = (list: Pages<ListBalancesRow>) => list.covers;
    const some: { updatedSince?: string } = {};
    expect(whole(listBalances(client))).toBe("all");
    expect(whole(listBalances(client, {}))).toBe("all");
    expect(listBalances(client, { updatedSince: undefined }).covers).toBe("all");
    const delta = listBalances(client, { updatedSince: "2026-11-20T00:00:00Z" });
    expect(delta.covers).toBe("delta");
    expectTypeOf(delta.covers).toEqualTypeOf<"delta">();
    expectTypeOf(listBalances(client, some).covers).toEqualTypeOf<"all" | "delta">();
    // @ts-expect-error: changes are not the stock
    whole(delta);
    // @ts-expect-error: nor is what may be changes
    whole(listBalances(client, some));
    expect(await read(delta)).toEqual({ ids: ["1"] });
  });
});
