import { isInvError } from "@inv/transport";
import { expect, test } from "vitest";

import { exact, parseDecimal, unknown, unlimited, untracked } from "../src/index.js";
import { subtract, toShortest } from "../src/quantity.js";

function failureOf(run: () => unknown): { code: string; kind: string | undefined; message: string } | undefined {
  try {
    run();
  } catch (error) {
    if (isInvError(error)) return { code: error.code, kind: error.kind, message: error.message };
    throw error;
  }
  return undefined;
}

test.each(["0", "42", "-3", "10.50", "0.1", "-0.25", "10.000000000000000001", "9007199254740993"])(
  "keeps the digits of %s as they were sent",
  (text) => {
    expect(parseDecimal(text)).toBe(text);
  },
);

test("P13 a negative zero is zero and keeps its digits", () => {
  expect(parseDecimal("-0")).toBe("0");
  expect(parseDecimal("-0.00")).toBe("0.00");
});

test.each([
  "",
  " ",
  "0x10",
  "1,234",
  "1.234,5",
  "12abc",
  "1e3",
  "+5",
  " 42 ",
  "٤٢",
  "null",
  "NaN",
  "Infinity",
  ".5",
  "5.",
  "01",
  "-",
  "--1",
  "1_000",
  "１２",
  "42\n",
  "1.2.3",
  "0b1",
])("P14 %j is no quantity", (text) => {
  expect(failureOf(() => parseDecimal(text))).toMatchObject({ code: "quantity", kind: "format" });
});

test("P11 a hundred digits are a quantity, one more is out of range", () => {
  const hundred = `-${"9".repeat(60)}.${"1".repeat(40)}`;
  expect(parseDecimal(hundred)).toBe(hundred);
  expect(failureOf(() => parseDecimal(`${hundred}1`))).toMatchObject({ code: "quantity", kind: "out-of-range" });
  expect(failureOf(() => parseDecimal("1".repeat(10_000)))).toMatchObject({ code: "quantity", kind: "out-of-range" });
});

test("a refused quantity names the place, never the text", () => {
  const failure = failureOf(() => parseDecimal("sk-secret", { provider: "augno", pointer: "/on_hand/value" }));
  expect(failure?.message).toBe(
    "augno: the text at /on_hand/value is no decimal number in plain notation, such as 10.5",
  );
});

test("the kinds of quantity are these", () => {
  expect(exact("7")).toEqual({ kind: "exact", value: "7" });
  expect(unlimited).toEqual({ kind: "unlimited" });
  expect(untracked).toEqual({ kind: "untracked" });
  expect(unknown("null", "Look there.")).toEqual({ kind: "unknown", reason: "null", remedy: "Look there." });
  expect(Object.isFrozen(unlimited) && Object.isFrozen(untracked)).toBe(true);
  expect(failureOf(() => exact("1e3"))).toMatchObject({ code: "quantity", kind: "format" });
});

test("P15 subtracts without rounding", () => {
  expect(subtract("0.3", "0.1", "0.2")).toBe("0");
  expect(subtract("9007199254740993", "0.000000000000000001")).toBe("9007199254740992.999999999999999999");
  expect(subtract("4", "6", "1.5")).toBe("-3.5");
});

test("equal numbers have equal shortest texts", () => {
  expect(toShortest("50.00")).toBe("50");
  expect(toShortest("50")).toBe("50");
  expect(toShortest("50.10")).toBe("50.1");
});
