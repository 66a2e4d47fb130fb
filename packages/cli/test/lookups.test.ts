import { describe, expect, it } from "vitest";

import { parseLookups } from "../src/lookups.js";
import { UsageError } from "../src/usage-error.js";

const accounts = ["till", "returns"];

function problemsOf(text: string): readonly string[] {
  try {
    parseLookups(text, "lookups.jsonl", accounts);
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
  throw new Error("accepted");
}

describe("parseLookups", () => {
  it("reads one lookup per line in their order, past blank lines and CRLF", () => {
    const text =
      '\n{"account":"till","item":{"id":"a","variantId":"b"}}\r\n  \n{"location":{"id":"631923350119788417"},"item":{"id":"653985747439023617"},"account":"returns"}';
    expect(parseLookups(text, "-", accounts)).toEqual({
      lookups: [
        { account: "till", item: { id: "a", variantId: "b" } },
        { account: "returns", item: { id: "653985747439023617" }, location: { id: "631923350119788417" } },
      ],
      lines: [2, 4],
    });
  });

  it.each([
    ["JSON that is none", '{"account":"till",}', "lookups.jsonl:1:19: this is not JSON."],
    ["an array", "[]", "lookups.jsonl:1: the line is not an object."],
    [
      "a number as id",
      '{"account":"till","item":{"id":653985747439023617}}',
      "lookups.jsonl:1: item.id is a number. Put it in quotes: as a number an id above 9007199254740991 (2^53 - 1) is rounded.",
    ],
    [
      "a number as location id",
      '{"account":"till","item":{"id":"a"},"location":{"id":1}}',
      "lookups.jsonl:1: location.id is a number. Put it in quotes",
    ],
    [
      "null as variant id",
      '{"account":"till","item":{"id":"a","variantId":null}}',
      "lookups.jsonl:1: item.variantId is not a string.",
    ],
    ["an empty id", '{"account":"till","item":{"id":""}}', "lookups.jsonl:1: item.id is empty."],
    ["no item", '{"account":"till"}', 'lookups.jsonl:1: "item" is missing.'],
    ["no account", '{"item":{"id":"a"}}', 'lookups.jsonl:1: "account" is missing.'],
    [
      "L04 a misspelt account",
      '{"account":"tll","item":{"id":"a"}}',
      'lookups.jsonl:1: there is no account "tll". Did you mean "till"?',
    ],
    [
      "an account of another file",
      '{"account":"warehouse","item":{"id":"a"}}',
      'lookups.jsonl:1: there is no account "warehouse". The configuration has till, returns.',
    ],
    [
      "L04 a misspelt key",
      '{"account":"till","item":{"id":"a","variantID":"b"}}',
      'lookups.jsonl:1: item has the unknown key "variantID". Did you mean "variantId"?',
    ],
    [
      "a key given twice",
      '{"account":"till","item":{"id":"a","\\u0069d":"b"}}',
      'lookups.jsonl:1: the key "id" stands in one object twice.',
    ],
    [
      "C18 __proto__ as key",
      '{"account":"till","item":{"id":"a"},"__proto__":{}}',
      'lookups.jsonl:1: the line has the unknown key "__proto__".',
    ],
    [
      "C18 __proto__ as account",
      '{"account":"__proto__","item":{"id":"a"}}',
      'lookups.jsonl:1: there is no account "__proto__".',
    ],
    ["nothing", "\n \n", "lookups.jsonl: there is nothing to look up."],
  ])("refuses %s with its line", (_, text, beginning) => {
    const [problem, more] = problemsOf(text);
    expect(problem?.slice(0, beginning.length)).toBe(beginning);
    expect(more).toBeUndefined();
  });

  it("keeps a text that only looks like a repeated key", () => {
    const line = String.raw`{"account":"till","item":{"id":"\"id\":{","variantId":"id"}}`;
    expect(parseLookups(line, "-", accounts).lookups[0]?.item).toEqual({ id: '"id":{', variantId: "id" });
  });

  it("tells ten problems and counts the others", () => {
    const problems = problemsOf("x\n".repeat(13));
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)).toBe("… and 3 more lines.");
  });
});
