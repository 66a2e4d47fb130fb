import { describe, expect, it } from "vitest";

import { add, parseDecimal, subtract, toText } from "../src/decimal.js";

describe("a decimal", () => {
  it.each([
    ["0", "0"],
    ["-0", "0"],
    ["0.05", "0.05"],
    ["-0.5", "-0.5"],
    ["12.3750", "12.375"],
    ["100", "100"],
    ["9007199254740993", "9007199254740993"],
    ["10.000000000000000001", "10.000000000000000001"],
  ])("%s is written %s", (given, written) => {
    expect(toText(parseDecimal(given))).toBe(written);
  });

  it.each([
    ["0.1", "0.2", "0.3", "-0.1"],
    ["4", "5.5", "9.5", "-1.5"],
    ["9007199254740993", "0.001", "9007199254740993.001", "9007199254740992.999"],
    ["1.25", "-1.25", "0", "2.5"],
  ])("%s and %s make %s, and differ by %s", (one, other, sum, difference) => {
    expect(toText(add(parseDecimal(one), parseDecimal(other)))).toBe(sum);
    expect(toText(subtract(parseDecimal(one), parseDecimal(other)))).toBe(difference);
  });

  it.each(["", " 1", "1e3", "+1", ".5", "5.", "0x10", "1,5", "NaN"])("%j is none", (text) => {
    expect(() => parseDecimal(text)).toThrow(RangeError);
  });
});
