import { existsSync } from "node:fs";
import { join } from "node:path";
import { listNamed, root } from "./pipeline/command.ts";
import { readEffective } from "./pipeline/effective.ts";
import { SpecError } from "./pipeline/error.ts";
import { lintIds, lintSecurity } from "./pipeline/lint/document.ts";
import { lintExchanges } from "./pipeline/lint/exchanges.ts";
import type { Problem } from "./pipeline/lint/exchanges.ts";
import { readModel } from "./pipeline/model.ts";
import { lintWithRedocly } from "./pipeline/lint/redocly.ts";

/** `lint [provider…]`: checks the effective documents, redocly's rules and ours; resolves to 1 when anything is found. */
export async function lint(names: readonly string[]): Promise<number> {
  const found = await findProblems(root, listNamed(names));
  for (const [provider, problems] of found) {
    if (problems.length === 0) console.log(`specs/${provider}: no problems`);
    for (const { rule, pointer, message } of problems)
      console.error(`packages/${provider}/openapi.json${pointer}: ${rule}: ${message}`);
    if (problems.length > 0)
      console.error(`Correct this in ${sourceOf(provider)}, then run \`npm run generate -- ${provider}\`.`);
  }
  return [...found.values()].some((problems) => problems.length > 0) ? 1 : 0;
}

/** All problems of these providers' effective documents, which are made in memory; redocly reads only what passed our own checks. */
export async function findProblems(
  root: string,
  providers: readonly string[],
): Promise<ReadonlyMap<string, readonly Problem[]>> {
  const found = new Map<string, Problem[]>();
  const sound = new Map<string, string>();
  for (const provider of providers) {
    try {
      const { document, text } = readEffective(root, provider);
      const model = readModel(provider, document);
      found.set(provider, [...lintExchanges(model), ...lintSecurity(model), ...lintIds(model)]);
      sound.set(provider, text);
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      const message = error.pointer === "" ? error.message : error.message.slice(error.pointer.length + 2);
      found.set(provider, [{ rule: error.kind, pointer: error.pointer, message }]);
    }
  }
  if (sound.size > 0)
    for (const [provider, problems] of await lintWithRedocly(sound)) found.get(provider)?.unshift(...problems);
  return found;
}

function sourceOf(provider: string): string {
  const own = `specs/${provider}/openapi.yaml`;
  return existsSync(join(root, own)) ? own : `specs/${provider}/overlay.yaml`;
}

if (import.meta.main) process.exitCode = await lint(process.argv.slice(2));
