import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { codeOf, connectItems, failureOf, getItem, searchItems, secret } from "./items.js";
import { json, serve, serveBytes } from "./loopback.js";

const golden =
  '{"id":653985747439023617,"quantity":-12.375,"name":"Café","lines":[{"id":9007199254740993,"quantity":1.10}]}';
const exact = {
  id: "653985747439023617",
  quantity: "-12.375",
  name: "Café",
  lines: [{ id: "9007199254740993", quantity: "1.10" }],
};

/** How a call ends when the server sends these bytes. */
async function endOf(bytes: string | Uint8Array): Promise<string> {
  const { url } = await serveBytes(bytes);
  return codeOf(await failureOf(getItem(connectItems({ baseUrl: url }), { id: "1" })));
}

/** How a call ends when the server answers with this status, these headers and this body. */
async function endOfAnswer(status: number, headers: Record<string, string> = {}, body = "{}"): Promise<string> {
  const { url } = await serve((_, response) => {
    response.writeHead(status, headers);
    response.end(body);
  });
  return codeOf(await failureOf(getItem(connectItems({ baseUrl: url }), { id: "1" })));
}

describe("a good answer", () => {
  it("comes the same from the function and from GET, in every way of parsing", async () => {
    const { url, seen } = await serve((_, response) => json(response, golden));
    const client = connectItems({ baseUrl: url });
    const init = { params: { path: { id: "1" } } };
    expect(await getItem(client, { id: "1" })).toStrictEqual(exact);
    expect((await client.GET("/items/{id}", init)).data).toStrictEqual(exact);
    expect((await client.GET("/items/{id}", { ...init, parseAs: "json" })).data).toStrictEqual(exact);
    expect((await client.GET("/items/{id}", { ...init, parseAs: "text" })).data).toBe(golden);
    const blob = (await client.GET("/items/{id}", { ...init, parseAs: "blob" })).data;
    expect(await blob?.text()).toBe(golden);
    const bytes = (await client.GET("/items/{id}", { ...init, parseAs: "arrayBuffer" })).data;
    expect(new TextDecoder().decode(bytes)).toBe(golden);
    const stream = (await client.GET("/items/{id}", { ...init, parseAs: "stream" })).data;
    expect(await new Response(stream).text()).toBe(golden);
    expect(seen).toHaveLength(7);
    expect(new Set(seen.map(({ url: path }) => path))).toEqual(new Set(["/items/1"]));
  });

  it("is exact without a length, in chunks and compressed", async () => {
    const { url } = await serve((_, response, index) => {
      if (index % 3 === 0) return json(response, golden, 200, { "transfer-encoding": "chunked" });
      if (index % 3 === 1) return json(response, golden, 200, { connection: "close" });
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync(golden));
    });
    const client = connectItems({ baseUrl: url });
    const init = { params: { path: { id: "1" } } };
    for (let round = 0; round < 3; round++) {
      expect(await getItem(client, { id: "1" })).toStrictEqual(exact);
      expect((await client.GET("/items/{id}", init)).data).toStrictEqual(exact);
    }
  });

  it("T12 is the same when it comes byte by byte", async () => {
    const { url } = await serve(async (_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      for (const byte of Buffer.from(golden)) {
        response.write(Uint8Array.of(byte));
        await new Promise(setImmediate);
      }
      response.end();
    });
    expect(await getItem(connectItems({ baseUrl: url }), { id: "1" })).toStrictEqual(exact);
  });

  it("has the response with its status and headers beside the data of GET", async () => {
    const { url } = await serve((_, response) => json(response, golden, 203, { "x-request-id": "r-1" }));
    const { response } = await connectItems({ baseUrl: url }).GET("/items/{id}", { params: { path: { id: "1" } } });
    expect([response.ok, response.status, response.headers.get("x-request-id")]).toEqual([true, 203, "r-1"]);
  });

  it("H14 is the one after 103 Early Hints", async () => {
    const body = Buffer.byteLength(golden);
    const { url } = await serveBytes(
      `HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: ${body}\r\n\r\n${golden}`,
    );
    expect(await getItem(connectItems({ baseUrl: url }), { id: "1" })).toStrictEqual(exact);
  });

  it("is nothing for an operation whose success has no body", async () => {
    const { url } = await serve((_, response, index) => {
      response.writeHead(index === 0 ? 204 : 200).end();
    });
    const facts = { operations: { "GET /items/{id}": { operation: "getItem", empty: true } } } as const;
    const client = connectItems({ baseUrl: url }, { facts });
    expect(await getItem(client, { id: "1" })).toBeUndefined();
    expect(await getItem(client, { id: "1" })).toBeUndefined();
  });

  it("is nothing for a status that has no body where others have one, and only for that", async () => {
    const { url } = await serve((_, response, index) => {
      response.writeHead([204, 202, 200][index] ?? 500, { "content-type": "application/json" });
      response.end(index === 0 ? "" : index === 1 ? "not JSON" : " ");
    });
    const facts = { operations: { "GET /items/{id}": { operation: "getItem", empty: [202, 204] } } } as const;
    const client = connectItems({ baseUrl: url }, { facts });
    expect(await getItem(client, { id: "1" })).toBeUndefined();
    expect((await client.GET("/items/{id}", { params: { path: { id: "1" } } })).data).toBeUndefined();
    expect(codeOf(await failureOf(getItem(client, { id: "1" })))).toBe("payload{empty}");
  });

  it("is a bare value only where the document has one", async () => {
    const { url } = await serve((_, response) => json(response, "653985747439023617"));
    const shape = { leaf: "int64", from: "number" } as const;
    const facts = { operations: { "GET /items/{id}": { operation: "getItem", shape, bare: true } } } as const;
    const client = connectItems({ baseUrl: url }, { facts });
    expect(await getItem(client, { id: "1" })).toBe("653985747439023617");
    const { data } = await client.GET("/items/{id}", { params: { path: { id: "1" } } });
    expect(data).toBe("653985747439023617");
    expect((await failureOf(getItem(connectItems({ baseUrl: url }), { id: "1" }))).code).toBe("schema");
  });

  it("P07 is the same when the host has put things on Object.prototype", async () => {
    const { url, seen } = await serve((_, response) =>
      json(response, '{"id":1.0e0,"quantity":null}'.replace("1.0e0", "7")),
    );
    const polluted = {
      quantity: 999,
      parseReviver: () => 999,
      headers: { "x-injected": "yes" },
      proxy: { host: "127.0.0.1", port: 1 },
      retry: 5,
    };
    const client = connectItems({ baseUrl: url });
    try {
      for (const [name, value] of Object.entries(polluted))
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable: false });
      const item = await getItem(client, { id: "1" });
      expect(Object.entries(item)).toEqual([
        ["id", "7"],
        ["quantity", null],
      ]);
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
    }
    expect(seen[0]?.headers["x-injected"]).toBeUndefined();
    expect(seen[0]?.headers["x-api-key"]).toBe(secret);
  });
});

describe("a success that is no usable JSON", () => {
  it("P01 is payload wherever the golden payload is cut, never a part of it", async () => {
    const bytes = Buffer.from(golden);
    const { url } = await serve((request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(bytes.subarray(0, Number(request.url.slice("/items/".length))));
    });
    const client = connectItems({ baseUrl: url });
    const inside = bytes.indexOf("é") + 1;
    for (let length = 0; length < bytes.length; length++) {
      const kind = codeOf(await failureOf(getItem(client, { id: String(length) })));
      expect(kind, String(length)).toBe(
        length === 0 ? "payload{empty}" : length === inside ? "payload{encoding}" : "payload{not-json}",
      );
    }
  });

  it("P01 is transport when the connection breaks off before the announced end", async () => {
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(golden)}\r\n\r\n`;
    for (const length of [0, 1, 40, golden.length - 1])
      expect(await endOf(head + golden.slice(0, length))).toBe("transport{reset}");
  });

  it("P02 may have one byte order mark and nothing else around the document", async () => {
    const { url } = await serve((_, response) => json(response, `\uFEFF${golden}`));
    expect(await getItem(connectItems({ baseUrl: url }), { id: "1" })).toStrictEqual(exact);
    for (const body of [`\uFEFF\uFEFF${golden}`, `${golden}x`, golden + golden, `${golden}\n${golden}`])
      expect(await endOfAnswer(200, {}, body)).toBe("payload{not-json}");
  });

  it("P03 is schema for a bare value", async () => {
    for (const body of ["null", '"text"', "42", "true", "653985747439023617", "1.0"])
      expect(await endOfAnswer(200, {}, body)).toBe("schema");
  });

  it("P04 is payload{encoding} for bytes that are not UTF-8, and no replacement character is ever made", async () => {
    const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n";
    const bodies = [
      Buffer.concat([Buffer.from('{"a":"'), Uint8Array.of(0xff), Buffer.from('"}')]),
      Buffer.concat([Buffer.from('{"a":"'), Uint8Array.of(0xc0, 0xaf), Buffer.from('"}')]),
      Buffer.concat([Buffer.from('{"a":"'), Uint8Array.of(0xed, 0xa0, 0x80), Buffer.from('"}')]),
      Buffer.concat([Uint8Array.of(0xff, 0xfe), Buffer.from(golden, "utf16le")]),
      Buffer.from('{"a":"\u00e9"}', "latin1"),
    ];
    for (const body of bodies) expect(await endOf(Buffer.concat([Buffer.from(head), body]))).toBe("payload{encoding}");
  });

  it("H03 is payload{content-type} for HTML, which the message does not quote", async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end("<html>canary: log in</html>");
    });
    const error = await failureOf(getItem(connectItems({ baseUrl: url }), { id: "1" }));
    expect(codeOf(error)).toBe("payload{content-type}");
    expect(error.message).not.toContain("html");
  });

  it("H04 is payload{empty} without a body, never an empty list", async () => {
    for (const status of [200, 204, 205]) expect(await endOfAnswer(status, {}, "")).toBe("payload{empty}");
    expect(await endOfAnswer(200, {}, " \n\t")).toBe("payload{empty}");
  });

  it("H05 is payload{partial} for a part that nobody asked for", async () => {
    expect(await endOfAnswer(206)).toBe("payload{partial}");
    expect(await endOfAnswer(200, { "content-range": "bytes 0-1/9" })).toBe("payload{partial}");
  });

  it("H17 is payload{too-large} as soon as the decoded bytes pass the bound", async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, " "));
    const { url } = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(bomb);
    });
    const before = process.memoryUsage().rss;
    const error = await failureOf(getItem(connectItems({ baseUrl: url }), { id: "1" }));
    expect(codeOf(error)).toBe("payload{too-large}");
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  it("H17 takes an answer of exactly the bound and none that is a byte larger", async () => {
    const { url } = await serve((_, response) => json(response, golden));
    const size = Buffer.byteLength(golden);
    expect(await getItem(connectItems({ baseUrl: url, maxBodyBytes: size }), { id: "1" })).toStrictEqual(exact);
    const error = await failureOf(getItem(connectItems({ baseUrl: url, maxBodyBytes: size - 1 }), { id: "1" }));
    expect(codeOf(error)).toBe("payload{too-large}");
  });

  it("H23 may be called by any name of JSON or none, in UTF-8 only", async () => {
    const types = [
      "application/json",
      "application/json; charset=utf-8",
      'Application/JSON; Charset="UTF-8"',
      "application/vnd.acme.v1+json",
      "text/json",
      "application/json;charset=utf8 ",
    ];
    const { url } = await serve((request, response) => {
      const type = types[Number(request.url.slice("/items/".length))];
      response.writeHead(200, type === undefined ? {} : { "content-type": type });
      response.end(golden);
    });
    const client = connectItems({ baseUrl: url });
    for (let index = 0; index <= types.length; index++)
      expect(await getItem(client, { id: String(index) })).toStrictEqual(exact);
    for (const charset of ["iso-8859-1", "utf-16", '"us-ascii"'])
      expect(await endOfAnswer(200, { "content-type": `application/json; charset=${charset}` })).toBe(
        "payload{encoding}",
      );
    for (const type of ["text/plain", "application/xml", "application/jsonp", "json", "application/json, text/html"])
      expect(await endOfAnswer(200, { "content-type": type })).toBe("payload{content-type}");
  });

  it("H16 is payload{encoding} when what is called compressed is not", async () => {
    expect(await endOfAnswer(200, { "content-encoding": "gzip" }, golden)).toBe("payload{encoding}");
  });
});

describe("a failed answer", () => {
  it("H02 is redirect for 300 with a location and payload{unexpected-status} for 304", async () => {
    expect(await endOfAnswer(300, { location: "/other" })).toBe("redirect");
    expect(await endOfAnswer(304, { location: "/other" }, "")).toBe("payload{unexpected-status}");
  });

  it("H07 is not-found when the provider says so in its own words, and nothing is invented", async () => {
    const { url, seen } = await serve((_, response) => json(response, '{"code":"NO_SUCH_ITEM"}', 404));
    const client = connectItems(
      { baseUrl: url },
      { judge: ({ status }) => (status === 404 ? { code: "not-found" } : undefined) },
    );
    const error = await failureOf(getItem(client, { id: "1" }));
    expect(error).toMatchObject({ code: "not-found", status: 404, attempts: 1, retryable: false });
    expect(error.body).toEqual({ code: "NO_SUCH_ITEM" });
    expect(seen).toHaveLength(1);
  });

  it("H08 is http{unknown-shape} for a 404 that the provider's words do not explain", async () => {
    expect(await endOfAnswer(404, { "content-type": "text/html" }, "<h1>nginx</h1>")).toBe("http{unknown-shape}");
    expect(await endOfAnswer(404)).toBe("http{unknown-shape}");
  });

  it("H09 H12 is http for any other 4xx, sent once", async () => {
    for (const status of [400, 402, 405, 409, 410, 422, 423, 451, 499]) {
      const { url, seen } = await serve((_, response) => json(response, "{}", status));
      const error = await failureOf(getItem(connectItems({ baseUrl: url }), { id: "1" }));
      expect(error).toMatchObject({ code: "http", status, retryable: false, attempts: 1 });
      expect(seen).toHaveLength(1);
    }
  });

  it("says whether the same call may succeed later", async () => {
    for (const [status, code, retryable] of [
      [408, "http", true],
      [425, "http", true],
      [429, "rate-limited", true],
      [500, "server", true],
      [501, "server", false],
      [503, "server", true],
      [505, "server", false],
    ] as const) {
      const { url } = await serve((_, response) => json(response, "{}", status));
      const error = await failureOf(getItem(connectItems({ baseUrl: url }), { id: "1" }));
      expect(error).toMatchObject({ code, status, retryable });
    }
  });

  it("H13 is server for 529 and 599 and transport{protocol} for a status that is none", async () => {
    expect(await endOfAnswer(529)).toBe("server");
    expect(await endOfAnswer(599)).toBe("server");
    for (const status of ["999", "700", "600", "099", "000", "20", "abc"]) {
      const end = await endOf(`HTTP/1.1 ${status} Odd\r\ncontent-length: 2\r\n\r\n{}`);
      expect(end, status).toMatch(/^transport\{/);
    }
    expect(await endOf("HTTP/1.1 999 Odd\r\ncontent-length: 2\r\n\r\n{}")).toBe("transport{protocol}");
  });

  it("T14 is transport{protocol} for an answer that is no HTTP", async () => {
    for (const bytes of [
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
      "garbage\r\n\r\n",
    ])
      expect(await endOf(bytes)).toBe("transport{protocol}");
  });

  it("H15 is classified by its status alone when its body is too large, endless or no JSON", async () => {
    const { url, sockets } = await serve((request, response) => {
      response.on("error", () => undefined);
      response.writeHead(401, { "content-type": "application/json" });
      if (request.url === "/items/html") {
        response.end("<h1>canary</h1>");
        return;
      }
      const large = request.url === "/items/large";
      const write = () => {
        if (!response.destroyed)
          response.write(large ? "x".repeat(16_384) : "x", () => setTimeout(write, large ? 0 : 20));
      };
      write();
    });
    const client = connectItems({ baseUrl: url });
    for (const id of ["html", "large", "endless"]) {
      const begun = performance.now();
      const error = await failureOf(getItem(client, { id }));
      expect(codeOf(error)).toBe("auth{rejected}");
      expect(error.body).toBeUndefined();
      expect(performance.now() - begun).toBeLessThan(10_000);
    }
    await expect.poll(() => sockets.size, { timeout: 5000 }).toBeLessThanOrEqual(1);
  });

  it("H15 keeps a body of 64 KiB and none that is larger", async () => {
    const bodyOf = (size: number) => `{"a":"${"x".repeat(size - 8)}"}`;
    const { url } = await serve((request, response) =>
      json(response, bodyOf(Number(request.url.slice("/items/".length))), 500),
    );
    const client = connectItems({ baseUrl: url });
    expect((await failureOf(getItem(client, { id: String(64 * 1024) }))).body).toBeDefined();
    expect((await failureOf(getItem(client, { id: String(64 * 1024 + 1) }))).body).toBeUndefined();
  });

  it("H22 leaves no cookie for the next request", async () => {
    const { url, seen } = await serve((_, response, index) =>
      json(response, "{}", index === 0 ? 500 : 200, { "set-cookie": "session=canary; Path=/" }),
    );
    const client = connectItems({ baseUrl: url });
    await failureOf(getItem(client, { id: "1" }));
    await getItem(client, { id: "1" });
    expect(seen.map(({ headers }) => headers["cookie"])).toEqual([undefined, undefined]);
  });

  it("H06 is an error also inside of a 200, by the provider's judge", async () => {
    const { url } = await serve((_, response) => json(response, '{"errors":[{"code":"gone"}],"quantity":5}'));
    const client = connectItems({ baseUrl: url }, { judge: () => ({ code: "http", kind: "error-in-success" }) });
    const error = await failureOf(searchItems(client, { ids: ["1"] }));
    expect(error).toMatchObject({ code: "http", kind: "error-in-success", status: 200 });
    expect(error.body).toEqual({ errors: [{ code: "gone" }], quantity: 5 });
  });

  it("tells provider, operation, path template, attempts and the provider's id of the request", async () => {
    const { url } = await serve((_, response) =>
      json(response, '{"error":"canary"}', 500, { "x-request-id": "req_42" }),
    );
    const error = await failureOf(getItem(connectItems({ baseUrl: url }), { id: "id-canary", since: "query-canary" }));
    expect(error.toJSON()).toEqual({
      code: "server",
      message: "acme: GET /items/{id} answered 500: the provider has a problem; try again later",
      provider: "acme",
      operation: "getItem",
      path: "/items/{id}",
      status: 500,
      attempts: 1,
      retryable: true,
      requestId: "req_42",
    });
  });

  it("takes no request id that is more than an id", async () => {
    for (const id of ["a b", "x".repeat(129), "<script>"]) {
      const { url } = await serve((_, response) => json(response, "{}", 500, { "x-request-id": id }));
      expect((await failureOf(getItem(connectItems({ baseUrl: url }), { id: "1" }))).requestId).toBeUndefined();
    }
  });
});

describe("Retry-After", () => {
  async function waitOf(value: string, status = 429): Promise<number | undefined> {
    const { url } = await serve((_, response) => json(response, "{}", status, { "retry-after": value }));
    return (await failureOf(getItem(connectItems({ baseUrl: url }), { id: "1" }))).retryAfterMs;
  }

  it("R06 is read as seconds or as a date of RFC 9110", async () => {
    expect(await waitOf("120")).toBe(120_000);
    expect(await waitOf("0", 503)).toBe(0);
    expect(await waitOf("Mon, 01 Jan 2001 00:00:00 GMT")).toBe(0);
    const wait = (await waitOf(new Date(Date.now() + 90_000).toUTCString())) ?? Number.NaN;
    expect(wait).toBeGreaterThan(80_000);
    expect(wait).toBeLessThanOrEqual(90_000);
  });

  it("R06 is nothing in any other form", async () => {
    for (const value of [
      "1e9",
      "-5",
      "",
      " ",
      "0x10",
      "120abc",
      "1.5",
      "2026-11-21T10:00:00Z",
      "Sat, 21 Nov 2026 10:00:00 +0100",
    ])
      expect(await waitOf(value), value).toBeUndefined();
  });

  it("R06 never becomes shorter than what the provider asks for", async () => {
    expect(await waitOf("99999999999")).toBe(99_999_999_999_000);
    expect(await waitOf("9".repeat(40))).toBe(Number.MAX_SAFE_INTEGER);
  });
});
