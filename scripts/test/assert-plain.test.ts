import { describe, expect, test } from "vitest";
import { assertPlain } from "../pipeline/emit/assert-plain.ts";
import { refusal } from "./support.ts";

describe("what generation would not make is refused when it is seen in the output:", () => {
  test.each([
    ["a call", "export const a = evil();"],
    ["a getter", "export const a = { get b() { return 1; } };"],
    ["a template", "export const a = `${1}`;"],
    ["a regular expression", "export const a = /x/;"],
    ["a name", "export const a = process;"],
    ["a statement", "evil();"],
    ["a class", "export class A {}"],
    ["an export of another module", 'export * from "evil";'],
    ["a second statement in a function", "export function a() { evil(); return call(1); }"],
    ["another call", "export function a() { return evil(1); }"],
    ["a default that is a value", "export function a(b = evil()) { return call(b); }"],
    ["text that does not parse", "export const a = ;"],
  ])("%s", async (_, code) => {
    expect((await refusal(() => assertPlain("a.ts", code))).kind).toBe("output");
  });
});
