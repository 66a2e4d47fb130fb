import { expect, it } from "vitest";

import { isSameSecret } from "../src/secret.js";

it.each([
  ["f00d", "f00d", true],
  ["f00d", "f00e", false],
  ["f00d", "F00D", false],
  ["f00d", "f00", false],
  ["f00d", "", false],
  ["", "", true],
])("A22 compares %j and %j by digests of one length, in constant time", (one, other, same) => {
  expect(isSameSecret(one, other)).toBe(same);
});
