import { describe, expect, test } from "vitest";
import { bareCode, generated, literalsOf, refusal, smallDocument } from "./support.ts";

const operation = "#/paths/~1things~1{id}/get";

describe("X10", () => {
  test.each([["/a'b"], ['/a"b'], ["/a`$pwned`"], ["/a*/b"], ["/$&"]])(
    "the path %s is one string literal",
    async (path) => {
      const item = { get: { operationId: "other", responses: { "200": { description: "" } } } };
      const files = await generated(smallDocument({ [`#/paths/${path.replaceAll("/", "~1")}`]: item }));
      expect(literalsOf(files.get("operations.ts"))).toContain(path);
      expect(literalsOf(files.get("facts.ts"))).toContain(`GET ${path}`);
      expect(bareCode(files)).not.toContain("pwned");
    },
  );

  test.each([
    ["/a`${pwned}`"],
    ["/a}b"],
    ["/a{b"],
    ["/{a"],
    ["/{a{b}}"],
    ["a"],
    ["//evil\\x"],
    ["/a?b=c"],
    ["/a#b"],
    ["/a b"],
  ])("the path %s is refused", async (path) => {
    const item = { get: { operationId: "other", responses: { "200": { description: "" } } } };
    expect(
      (await refusal(() => generated(smallDocument({ [`#/paths/${path.replaceAll("/", "~1")}`]: item })))).kind,
    ).toMatch(/^(structure|parameter)$/);
  });

  test.each([
    ["http://api.things.example"],
    ["javascript:alert(1)"],
    ["//evil.example"],
    ["https://user:secret@api.things.example"],
    ["https://{host}/v1"],
    ["https://api.things.example/`${x}`"],
    ["https://api.things.example/'\""],
    ["https://api.things.example?x=1"],
    ["/v1"],
    [""],
  ])("the server %s is refused", async (url) => {
    const { kind, pointer } = await refusal(() => generated(smallDocument({ "#/servers/0/url": url })));
    expect({ kind, pointer }).toEqual({ kind: "server", pointer: "#/servers/0/url" });
  });

  test("a templated server is refused in so many words", async () => {
    const { message } = await refusal(() => generated(smallDocument({ "#/servers/0/url": "https://{host}/v1" })));
    expect(message).toContain("a templated server is not supported");
  });

  test("a server of one path or operation is looked at too", async () => {
    expect(
      (await refusal(() => generated(smallDocument({ [`${operation}/servers`]: [{ url: "http://evil.example" }] }))))
        .pointer,
    ).toBe(`${operation}/servers/0/url`);
  });
});

describe("X11", () => {
  test.each([
    ["X-A\r\nEvil: 1"],
    ["Authorization"],
    ["host"],
    ["Content-Length"],
    ["Transfer-Encoding"],
    ["Cookie"],
    ["Proxy-Connection"],
    ["Sec-Fetch-Site"],
    ["X A"],
    [":path"],
    ["__proto__"],
  ])("the header parameter %j is refused", async (name) => {
    const { kind, pointer } = await refusal(() =>
      generated(smallDocument({ [`${operation}/parameters/1`]: { name, in: "header", schema: { type: "string" } } })),
    );
    expect({ kind, pointer }).toEqual({ kind: "header", pointer: `${operation}/parameters/1/name` });
  });

  test("the header parameter X-Trace-Id is an input field", async () => {
    const files = await generated(
      smallDocument({
        [`${operation}/parameters/1`]: { name: "X-Trace-Id", in: "header", schema: { type: "string" } },
      }),
    );
    expect(files.get("operations.ts")).toContain('header: { "X-Trace-Id": "xTraceId" }');
  });
});
