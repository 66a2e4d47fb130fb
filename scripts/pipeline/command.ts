import type { Acceptance } from "@inv/bump";
import { dirname } from "node:path";
import { listProviders } from "./effective.ts";
import { SpecError } from "./error.ts";
import { toTerminalText } from "./text.ts";

/** The repository's root folder. */
export const root = dirname(dirname(import.meta.dirname));

/** The providers that were named, or all that have a folder in `specs/`. */
export function listNamed(names: readonly string[]): string[] {
  return names.length === 0 ? listProviders(root) : names.map((name) => known(name));
}

function known(name: string): string {
  const all = listProviders(root);
  if (!all.includes(name))
    throw new UsageError(`there is no provider ${JSON.stringify(name)}; there are ${all.join(", ")}.`);
  return name;
}

/** A command line that cannot be understood: exit 2. */
export class UsageError extends Error {}

/**
 * What `--accept POINTER --why TEXT` say, pair by pair.
 *
 * @throws UsageError where one has no other half
 */
export function readAcceptances(pointers: readonly string[], why: readonly string[]): Acceptance[] {
  if (pointers.length !== why.length) throw new UsageError("every --accept POINTER needs its --why TEXT.");
  return pointers.map((pointer, index) => ({ pointer, why: why[index] ?? "" }));
}

/** Runs one provider's part of a verb; a refused document becomes a line on stderr, and `false`. */
export async function report(provider: string, run: () => Promise<void>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    console.error(`${provider}: spec{${error.kind}} ${toTerminalText(error.message)}`);
    return false;
  }
}
