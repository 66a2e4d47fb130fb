import { describe, expect, it } from "vitest";

import { parseExact } from "../src/exact.js";
import { isInvError } from "../src/index.js";
import type { Shape } from "../src/index.js";

const shape: Shape = {
  properties: {
    id: { leaf: "id" },
    quantity: { leaf: "decimal" },
    whole: { leaf: "int64" },
    count: { leaf: "integer" },
    pages: { leaf: "int32" },
    lines: { items: { properties: { id: { leaf: "id" }, quantity: { leaf: "decimal" } } } },
    byName: { values: { leaf: "decimal" } },
  },
};

function parsed(text: string): unknown {
  return parseExact(text, shape);
}

/** The value of a field whose raw token is given. */
function valueOf(field: string, token: string): unknown {
  return Reflect.get(Object(parsed(`{"${field}":${token}}`)), field);
}

/** `code{kind}` of the failure, or the value when there is none. */
function outcomeOf(text: string, at: Shape | undefined = shape): unknown {
  try {
    return parseExact(text, at);
  } catch (error) {
    if (!isInvError(error)) throw error;
    return error.kind === undefined ? error.code : `${error.code}{${error.kind}}`;
  }
}

describe("ids", () => {
  it("P08 reads an id beyond 2^53 exactly, wherever white space stands", () => {
    for (const text of [
      '{"id":653985747439023617}',
      '{"id" : 653985747439023617}',
      '{"id"\n:\t653985747439023617 }',
      '{ "other": "x", "id"\r\n: 653985747439023617}',
    ])
      expect(parsed(text)).toMatchObject({ id: "653985747439023617" });
  });

  it("P08 reads every neighbour of an id that a double would round to as itself", () => {
    for (let last = 600n; last <= 640n; last++) {
      const id = String(653985747439023000n + last);
      expect(valueOf("id", id)).toBe(id);
      expect(valueOf("id", `"${id}"`)).toBe(id);
    }
  });

  it("P09 accepts an id that is an integer token within 64 bits", () => {
    for (const id of ["9223372036854775807", "-9223372036854775808", "-1", "0", "42"])
      expect(valueOf("id", id)).toBe(id);
  });

  it("P09 refuses an id out of 64 bits as quantity{out-of-range}", () => {
    for (const id of ["9223372036854775808", "-9223372036854775809", "9".repeat(10_000), "1000000000000000000000"])
      expect(outcomeOf(`{"id":${id}}`)).toBe("quantity{out-of-range}");
  });

  it("P09 refuses an id with a fraction or an exponent as schema", () => {
    for (const id of ["1e18", "6.5e17", "653985747439023601.0", "1.5", "42.0", "1E2"])
      expect(outcomeOf(`{"id":${id}}`)).toBe("schema");
  });

  it("leaves the text of an id that comes as a string alone", () => {
    for (const id of ["0042", "653985747439023617", "1e5", " x ", "-0", "1.0"])
      expect(valueOf("id", JSON.stringify(id))).toBe(id);
  });
});

describe("quantities", () => {
  it("P10 reads a quantity beyond 2^53 as its exact text", () => {
    expect(valueOf("quantity", "9007199254740993")).toBe("9007199254740993");
    expect(valueOf("quantity", "-9007199254740993")).toBe("-9007199254740993");
    expect(valueOf("whole", "9007199254740993")).toBe("9007199254740993");
  });

  it("keeps the digits of a decimal that no double holds", () => {
    for (const token of [
      "1234567.123456789012",
      "0.1000000000000000055",
      "10.000000000000000001",
      "1.10",
      "0.0",
      "12.375",
    ])
      expect(valueOf("quantity", token)).toBe(token);
  });

  it("writes a decimal without its exponent", () => {
    const plain = {
      "4.2e1": "42",
      "1e2": "100",
      "12E-3": "0.012",
      "1.5e+1": "15",
      "5e-7": "0.0000005",
      "1e21": `1${"0".repeat(21)}`,
    };
    for (const [token, text] of Object.entries(plain)) expect(valueOf("quantity", token)).toBe(text);
  });

  it("writes a small fraction without an exponent, as JavaScript would not", () => {
    expect(valueOf("quantity", "0.0000001")).toBe("0.0000001");
    expect(valueOf("quantity", "-0.00000012")).toBe("-0.00000012");
  });

  it("P11 refuses a number that no plain notation holds as quantity{out-of-range}, at once", () => {
    const exponent = `1e${"9".repeat(20)}`;
    const begun = performance.now();
    for (const token of ["1e400", "-1e400", "1e-400", "9".repeat(10_000), exponent, `1e-${"9".repeat(20)}`, "1e101"])
      for (const field of ["quantity", "whole", "count"])
        expect(outcomeOf(`{"${field}":${token}}`)).toBe("quantity{out-of-range}");
    expect(performance.now() - begun).toBeLessThan(21 * 10);
  });

  it("P12 takes what is no JSON number for no JSON", () => {
    for (const token of [
      "NaN",
      "Infinity",
      "-Infinity",
      ".5",
      "5.",
      "+5",
      "01",
      "-01",
      "0x10",
      "1_000",
      "１２",
      "1e",
      "-",
      "1.e5",
      "--1",
      "1e5.5",
      "00",
      "1.0.0",
    ])
      for (const text of [`{"quantity":${token}}`, `{"other":${token}}`, `[1.0,${token}]`, `{"a":1.0,"b":[${token}]}`])
        expect(outcomeOf(text), text).toBe("payload{not-json}");
  });

  it("P13 accepts a whole number however it is written", () => {
    for (const token of ["42", "42.0", "4.2e1", "42.000", "4200e-2", "0.42e2"]) {
      expect(valueOf("whole", token)).toBe("42");
      expect(valueOf("count", token)).toBe(42);
    }
    for (const token of ["-0", "0", "0.0", "-0.0", "0e5"]) {
      expect(valueOf("whole", token)).toBe("0");
      expect(Object.is(valueOf("count", token), 0)).toBe(true);
    }
  });

  it("P13 refuses a fraction where a whole number is due as quantity{not-integer}", () => {
    for (const field of ["whole", "count", "pages"])
      for (const token of ["42.5", "4.25e1", "1e-1", "0.0000001"])
        expect(outcomeOf(`{"${field}":${token}}`)).toBe("quantity{not-integer}");
  });

  it("refuses an integer that JavaScript cannot hold as quantity{out-of-range}", () => {
    expect(valueOf("count", "9007199254740991")).toBe(9007199254740991);
    for (const token of ["9007199254740992", "-9007199254740993", "1e300"])
      expect(outcomeOf(`{"count":${token}}`)).toBe("quantity{out-of-range}");
  });

  it("refuses a whole number out of 64 bits as quantity{out-of-range}", () => {
    expect(valueOf("whole", "9223372036854775807")).toBe("9223372036854775807");
    expect(outcomeOf('{"whole":9223372036854775808}')).toBe("quantity{out-of-range}");
  });

  it("X15 refuses what the document's 32 bits cannot hold as quantity{out-of-range}, however it is written", () => {
    for (const token of ["2147483647", "-2147483648", "2147483647.0", "2.147483647e9", "999999999", "-99999999", "0"])
      expect(valueOf("pages", token)).toBe(Number(token));
    for (const token of ["2147483648", "-2147483649", "2147483648.0", "2.147483648e9", "1e10", "9007199254740993"])
      expect(outcomeOf(`{"pages":${token}}`)).toBe("quantity{out-of-range}");
    expect(Object.is(valueOf("pages", "-0"), 0)).toBe(true);
  });

  it("leaves what is no number in the place of an integer to whoever reads it", () => {
    for (const field of ["count", "pages"])
      for (const token of ['"42"', "null", "true", "[42]", "{}"])
        expect(valueOf(field, token)).toEqual(JSON.parse(token));
  });

  it("P16 refuses another JSON type in the place of an exact value as schema, and converts none", () => {
    for (const field of ["id", "quantity", "whole"])
      for (const token of ["true", "false", "[42]", "[]", '{"value":42}', "{}"])
        expect(outcomeOf(`{"${field}":${token}}`)).toBe("schema");
  });

  it("P16 refuses a string where the document has only numbers, and a number where it has only strings", () => {
    const numbers: Shape = { properties: { n: { leaf: "decimal", from: "number" } } };
    const strings: Shape = { properties: { n: { leaf: "decimal", from: "string" } } };
    expect(outcomeOf('{"n":"42"}', numbers)).toBe("schema");
    expect(outcomeOf('{"n":42}', strings)).toBe("schema");
    expect(outcomeOf('{"n":42.0}', strings)).toBe("schema");
    expect(outcomeOf('{"n":42}', numbers)).toEqual({ n: "42" });
    expect(outcomeOf('{"n":"42"}', strings)).toEqual({ n: "42" });
  });

  it("tells where in the answer a value is wrong, as a JSON pointer", () => {
    const odd: Shape = { properties: { "a/b~c": { items: { properties: { n: { leaf: "id" } } } } } };
    expect(() => parseExact('{"a/b~c":[{"n":1},{"n":true}]}', odd)).toThrow(
      expect.objectContaining({ pointer: "/a~1b~0c/1/n" }),
    );
  });

  it("keeps null, absence and zero apart", () => {
    expect(parsed('{"quantity":null,"whole":0}')).toStrictEqual({ quantity: null, whole: "0" });
  });

  it("P35 gives nothing that JSON.stringify cannot write", () => {
    const text = '{"id":653985747439023617,"quantity":9007199254740993,"whole":9007199254740993,"count":7}';
    expect(JSON.stringify(parsed(text))).toBe(
      '{"id":"653985747439023617","quantity":"9007199254740993","whole":"9007199254740993","count":7}',
    );
  });
});

describe("places that the document does not call exact", () => {
  it("keeps a number that a double holds and gives the text of one that it does not", () => {
    expect(
      parsed('{"a":[1,1.50,2.0,-0.5,1e3,653985747439023617,1e400,0.1000000000000000055,10000000000000000000]}'),
    ).toEqual({
      a: [1, 1.5, 2, -0.5, 1000, "653985747439023617", "1e400", "0.1000000000000000055", 10000000000000000000],
    });
  });

  it("changes no string, key or order, also where they look like numbers or the like", () => {
    const value = {
      "653985747439023617": "653985747439023617",
      "1.0": ["1.0", ":1.0", ",1.0", "[1.0", '":1e5', "\\", '\\"1.0', "\u0001", "", "-0", "é 😀 \u2028"],
      nested: [[["9007199254740993", { deep: '{"id":653985747439023617}' }]]],
    };
    const text = JSON.stringify(value);
    expect(JSON.stringify(parsed(text))).toBe(text);
    expect(JSON.stringify(parsed(`{"n":1.0,${text.slice(1)}`))).toBe(`{"n":1,${text.slice(1)}`);
  });

  it("cannot be made to take a string of the payload for a number", () => {
    // What the tag looks like is known; what it is differs for every answer.
    const tag = "123456789-123456789:";
    for (const text of [`${tag}1.0`, `\\u0031${tag.slice(1)}7`, ":5", "7"])
      expect(parsed(`{"x":1.0,"a":"${text}","quantity":"${text}"}`)).toEqual({
        x: 1,
        a: JSON.parse(`"${text}"`),
        quantity: JSON.parse(`"${text}"`),
      });
  });

  it("takes a number in the place of a name for no JSON, as JSON.parse does", () => {
    for (const text of ["{1.0:2}", '{"a":1.0,10000000000000001:2}', '[{"b":{1e5:1}}]', "{-0:1}"])
      expect(outcomeOf(text, undefined), text).toBe("payload{not-json}");
  });
});

describe("JSON", () => {
  const golden =
    '{"id":653985747439023617,"quantity":-12.375,"lines":[{"id":1,"quantity":"0.10"}],"name":"Caf\\u00e9 \\"x\\""}';

  it("P01 refuses a payload cut at any place as payload{not-json}", () => {
    for (let length = 0; length < golden.length; length++)
      expect(outcomeOf(golden.slice(0, length)), String(length)).toBe("payload{not-json}");
    expect(parsed(golden)).toEqual({
      id: "653985747439023617",
      quantity: "-12.375",
      lines: [{ id: "1", quantity: "0.10" }],
      name: 'Café "x"',
    });
  });

  it("P02 refuses trailing garbage, a second document and NDJSON as payload{not-json}", () => {
    for (const tail of ["x", "}", golden, `\n${golden}`, ",", "\u0000", "// end"])
      expect(outcomeOf(golden + tail)).toBe("payload{not-json}");
  });

  it("P06 keeps names like __proto__ as plain data of the object and touches no prototype", () => {
    const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];
    const inner = names.map((name) => `"${name}":{"polluted":1.0,"${name}":653985747439023617}`).join(",");
    for (const text of [`{${inner}}`, `{"a":[{${inner}}]}`, `{${inner.replaceAll("__proto__", "\\u005f_proto__")}}`]) {
      const value = parsed(text);
      expect(JSON.stringify(value)).toBe(
        JSON.stringify(JSON.parse(text.replaceAll(":653985747439023617", ':"653985747439023617"'))),
      );
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    }
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it("P06 reads a declared field of such a name from the object alone", () => {
    const names = ["__proto__", "constructor", "toString"];
    const declared: Shape = { properties: Object.fromEntries<Shape>(names.map((name) => [name, { leaf: "decimal" }])) };
    expect(outcomeOf('{"toString":{}}', declared)).toBe("schema");
    expect(outcomeOf("{}", declared)).toEqual({});
    expect(JSON.stringify(outcomeOf('{"__proto__":1.50,"constructor":2}', declared))).toBe(
      '{"__proto__":"1.50","constructor":"2"}',
    );
  });

  it("P05 refuses a name that stands twice in one object, with the same value or another, and tells where", () => {
    const cases = {
      '{"quantity":1,"quantity":1}': "/quantity",
      '{"quantity":1,"quantity":2}': "/quantity",
      '{"quantity":1,"id":"x","quant\\u0069ty":2}': "/quantity",
      '{"quant\\u0069ty":1,"quantity":2}': "/quantity",
      '{"lines":[{"id":1},{"id":1,"id" : 1}]}': "/lines/1/id",
      '[[1,2],[{"a/b~c":{"x":[],"x":[]}}]]': "/1/0/a~1b~0c/x",
      '{"unknown":{"deep":[{"a":{},"b":1,"a":{}}]}}': "/unknown/deep/0/a",
      '{"id":9007199254740993,"id":9007199254740993}': "/id",
      '{"":1,"":1}': "/",
      '{"__proto__":1,"__proto__":2}': "/__proto__",
      '{"__proto__":1,"\\u005f_proto__":2}': "/__proto__",
      '{"constructor":1,"constructor":2}': "/constructor",
      '{"1":1,"0":0,"1":1}': "/1",
      '{"\\ud83d\\ude00":1,"😀":2}': "/😀",
    };
    for (const [text, pointer] of Object.entries(cases))
      for (const at of [shape, undefined])
        expect(() => parseExact(text, at), text).toThrow(
          expect.objectContaining({ code: "payload", kind: "duplicate-key", pointer }),
        );
  });

  it("I3 tells a name that looks like a key or a token as *", () => {
    for (const name of ["sk_live_4eC39HqLyjWDarjtT1zdp7dc", "653985747439023617", "x".repeat(41)])
      expect(() => parseExact(`{"a":{"${name}":1,"${name}":2}}`, undefined)).toThrow(
        expect.objectContaining({ kind: "duplicate-key", pointer: "/a/*" }),
      );
  });

  it("P05 takes the same name in different objects, and names that only look alike, for no duplicates", () => {
    const value = {
      a: { a: { a: [{ a: 1 }, { a: 2 }] } },
      "a:": '":',
      '"a"': '\\":1,"a":2',
      ":": ['{"a":1,"a":2}', '":9007199254740993', ":", '\\":1.0'],
      A: '"a":',
      "a\\": '\\\\":',
    };
    for (const text of [JSON.stringify(value), JSON.stringify(value, undefined, 2), JSON.stringify([value, value])])
      expect(JSON.stringify(parseExact(text, undefined))).toBe(JSON.stringify(JSON.parse(text)));
  });

  it("P05 finds a duplicate also when texts of the answer look like names", () => {
    // As many too many as are missing: a count alone would not see it.
    for (const text of ['{"a":1,"a":"\\":"}', '{"a":":","a":2}', '{"a":1,"b":"\\":\\":","a":3,"b":4}'])
      expect(outcomeOf(text), text).toBe("payload{duplicate-key}");
  });

  it("P30 accepts 64 levels and refuses 65, 10^5 and 10^6 as payload{too-deep} or {too-large}, whatever is declared", () => {
    const recursive: Shape = { properties: { a: { ref: "node" } } };
    for (const leaf of ["1", "1.0", '"x"']) {
      const objects = (depth: number) => `${'{"a":'.repeat(depth)}${leaf}${"}".repeat(depth)}`;
      const arrays = (depth: number) => `${"[".repeat(depth)}${leaf}${"]".repeat(depth)}`;
      for (const make of [objects, arrays]) {
        expect(JSON.stringify(parseExact(make(64), undefined))).toBe(JSON.stringify(JSON.parse(make(64))));
        expect(JSON.stringify(parseExact(make(64), recursive, { node: recursive }))).toBe(
          JSON.stringify(JSON.parse(make(64))),
        );
        for (const depth of [65, 100_000, 1_000_000]) {
          // A million levels of objects have a million names.
          expect(outcomeOf(make(depth), undefined)).toMatch(/^payload\{too-(?:deep|large)\}$/);
        }
        expect(() => parseExact(make(65), recursive, { node: recursive })).toThrow(
          expect.objectContaining({ kind: "too-deep" }),
        );
      }
    }
  });

  it("P30 refuses 10^6 names as payload{too-large}, and reads a string of 10 MiB", () => {
    const many = Array.from({ length: 1_000_000 }, (_, index) => `"k${index}":1`).join(",");
    expect(outcomeOf(`{${many}}`)).toBe("payload{too-large}");
    const long = 'x:\\"'.repeat(2_500_000);
    expect(Reflect.get(Object(parsed(`{"other":"${long}","id":9007199254740993}`)), "id")).toBe("9007199254740993");
  });

  it("P30 is done with hostile text in time that grows with its length", () => {
    const begun = performance.now();
    const units = ["\\", '"', '":', '\\":', ": ", '"  :  ', "1", "-", "[1,", "1.", "e", ",", '{"a', "{}"];
    const outcomes = units.flatMap((unit) =>
      [`"`, `{"a":`, `["`, `[{`].map((start) => outcomeOf(start + unit.repeat(1_000_000 / unit.length), undefined)),
    );
    for (const outcome of outcomes) expect(String(outcome).slice(0, 40)).toMatch(/^payload\{/);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  it("P31 keeps lone surrogates, NUL, bidi and zero-width characters, and both forms of an accent", () => {
    const texts = ["\ud800", "\udc00x", "\u0000", "\u202e\u2066", "\u200b\ufeff", "\u00e9", "e\u0301", "\u2028"];
    const value = { id: texts[0], lines: texts.map((id) => ({ id })), [texts.join("")]: texts };
    expect(parsed(JSON.stringify(value))).toStrictEqual(value);
    expect(parsed(`{"n":1.0,${JSON.stringify(value).slice(1)}`)).toStrictEqual({ n: 1, ...value });
  });

  it("P07 reads the same when somebody has put fields on Object.prototype", () => {
    const text = '{"id":1,"lines":[{"id":9007199254740993},{}],"n":1.0,"list":[1.0]}';
    const names = ["quantity", "leaf", "from", "items", "values", "properties", "ref", "parseReviver", "toJSON", "a"];
    const polluted: unknown[] = [];
    try {
      for (const name of names)
        Object.defineProperty(Object.prototype, name, { value: 999, enumerable: true, configurable: true });
      const fresh: Shape = {
        properties: { id: { leaf: "id" }, lines: { items: { properties: { id: { leaf: "id" } } } } },
      };
      const value: unknown = parseExact(text, fresh);
      const twice = outcomeOf('{"a":1,"b":{},"b":{}}', fresh);
      for (const name of names) Reflect.deleteProperty(Object.prototype, name);
      polluted.push(JSON.stringify(value), twice);
    } finally {
      for (const name of names) Reflect.deleteProperty(Object.prototype, name);
    }
    expect(polluted).toEqual([
      '{"id":"1","lines":[{"id":"9007199254740993"},{}],"n":1,"list":[1]}',
      "payload{duplicate-key}",
    ]);
  });

  it("follows a schema that contains itself", () => {
    const node: Shape = { properties: { id: { leaf: "id" }, child: { ref: "node" } } };
    expect(parseExact('{"id":1,"child":{"id":2,"child":{"id":3}}}', { ref: "node" }, { node })).toEqual({
      id: "1",
      child: { id: "2", child: { id: "3" } },
    });
  });

  it("reads the values of an object used as a map", () => {
    expect(parsed('{"byName":{"a":1,"b":"2","c":1.0}}')).toEqual({ byName: { a: "1", b: "2", c: "1.0" } });
  });
});

describe("against an oracle", () => {
  // A hand-made generator (mulberry32), so that a failure can be run again.
  function random(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  /** A number token, and its value as an integer over a power of ten. */
  function makeToken(next: () => number): string {
    const digits = (most: number) =>
      Array.from({ length: 1 + Math.floor(next() * most) }, () => Math.floor(next() * 10)).join("");
    const whole = next() < 0.2 ? "0" : digits(22).replace(/^0+(?=\d)/, "");
    const fraction = next() < 0.5 ? "" : `.${next() < 0.3 ? "0".repeat(Math.floor(next() * 8)) : ""}${digits(18)}`;
    const exponent =
      next() < 0.7
        ? ""
        : `${next() < 0.5 ? "e" : "E"}${["", "+", "-"][Math.floor(next() * 3)]}${Math.floor(next() * 30)}`;
    return `${next() < 0.3 ? "-" : ""}${whole}${fraction}${exponent}`;
  }

  /** [numerator, scale] in lowest terms: the value is numerator / 10^scale. */
  function exactly(token: string): string {
    const [, sign = "", whole = "", fraction = "", exponent = "0"] =
      /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? [];
    let numerator = BigInt(whole + fraction);
    let scale = fraction.length - Number(exponent);
    for (; scale < 0; scale++) numerator *= 10n;
    for (; scale > 0 && numerator % 10n === 0n; scale--) numerator /= 10n;
    if (numerator === 0n) return "0";
    return `${sign}${numerator}/${scale}`;
  }

  it("reads ten thousand numbers of every form without changing a value, among strings that look like numbers", () => {
    const next = random(20261121);
    for (let round = 0; round < 400; round++) {
      const tokens = Array.from({ length: 25 }, () => makeToken(next));
      const decoys = tokens.map((token) => `${[":", ",", "[", '"', "\\", "x"][Math.floor(next() * 6)]}${token}`);
      const space = () => ["", " ", "\n\t", "  "][Math.floor(next() * 4)];
      const rows = tokens.map((token, index) => {
        const decoy = JSON.stringify(decoys[index]);
        return `{"decoy"${space()}:${space()}${decoy},"quantity"${space()}:${space()}${token}${space()}}`;
      });
      const text = `{"lines"${space()}:[${rows.join(`${space()},`)}],"loose":[${tokens.join(",")}]}`;
      const value: unknown = parsed(text);
      const lines: unknown = Reflect.get(Object(value), "lines");
      const loose: unknown = Reflect.get(Object(value), "loose");
      for (const [index, token] of tokens.entries()) {
        const line: unknown = Reflect.get(Object(lines), index);
        const quantity = String(Reflect.get(Object(line), "quantity"));
        expect(quantity).toMatch(/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/);
        expect(exactly(quantity), token).toBe(exactly(token));
        expect(Reflect.get(Object(line), "decoy")).toBe(decoys[index]);
        const free: unknown = Reflect.get(Object(loose), index);
        if (typeof free === "number") expect(exactly(String(free)), token).toBe(exactly(token));
        else expect(free).toBe(token);
      }
    }
  });
});
