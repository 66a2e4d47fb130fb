import { expect, test } from "vitest";
import { nextVersion } from "../pipeline/compare/version.ts";

test.each([
  ["1.4.2", "major", "2.0.0"],
  ["1.4.2", "minor", "1.5.0"],
  ["1.4.2", "patch", "1.4.3"],
  ["1.4.2", "none", "1.4.2"],
  ["0.0.0", "minor", "1.0.0"],
  ["2.0.0-next.1", "major", "2.0.0"],
] as const)("%s and a %s give %s", (version, bump, next) => {
  expect(nextVersion(version, bump)).toBe(next);
});
