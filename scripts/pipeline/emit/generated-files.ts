import type ts from "typescript";
import { assertPlain } from "./assert-plain.ts";
import type { EffectiveDocument } from "../effective.ts";
import { emitCredentials } from "./credentials.ts";
import { emitErrors } from "./errors.ts";
import { emitFacts } from "./facts.ts";
import { emitOperations } from "./operations.ts";
import { SpecError } from "../error.ts";
import { readModel } from "../model.ts";
import type { Model } from "../model.ts";
import { print } from "./syntax.ts";
import { generateTypes } from "./types.ts";

/** What generation makes of one provider's document. */
export interface Generated {
  readonly model: Model;
  /** Text by path inside the provider's package; `openapi.json` and everything in `src/generated/`. */
  readonly files: ReadonlyMap<string, string>;
}

/** Everything that is generated from a document, in memory; the same document gives the same bytes. */
export async function generateFiles(
  provider: string,
  { document, text, sha256 }: EffectiveDocument,
): Promise<Generated> {
  try {
    const model = readModel(provider, document);
    const types = generateTypes(model);
    const sources: [string, readonly ts.Statement[]][] = [
      ["credentials.ts", emitCredentials(model)],
      ["errors.ts", emitErrors(model, types)],
      ["facts.ts", emitFacts(model)],
      ["operations.ts", emitOperations(model, types)],
      ["schema.ts", types.statements],
    ];
    const files = new Map([["openapi.json", text]]);
    for (const [name, statements] of sources) {
      const code = await print(name, header(provider, sha256), statements);
      assertPlain(name, code);
      files.set(`src/generated/${name}`, code);
    }
    return { model, files };
  } catch (error) {
    if (error instanceof RangeError)
      throw new SpecError(
        "too-complex",
        "#",
        "its schemas are nested, or lead from one to the next, too deeply; take a part of it.",
      );
    throw error;
  }
}

/** What every generated file of a provider begins with. */
export function header(provider: string, sha256: string): string {
  return [
    `// GENERATED from specs/${provider}/ (sha256 ${sha256}) by \`npm run generate -- ${provider}\`. Not edited by hand:`,
    "// correct the document or an overlay there, then generate again.",
    "",
  ].join("\n");
}
