import type { Bump } from "@inv/bump";
import { inc } from "semver";

/** The version that a bump leads to; a package that was never released begins with 1.0.0. */
export function nextVersion(version: string, bump: Bump): string {
  if (bump === "none") return version;
  return version === "0.0.0" ? "1.0.0" : (inc(version, bump) ?? version);
}
