import { toEffective } from "@inv/scripts/pipeline/effective.ts";
import { generateFiles } from "@inv/scripts/pipeline/emit/generated-files.ts";
import { toJsonText } from "@inv/scripts/pipeline/json.ts";
import openapiTS, { astToString } from "openapi-typescript";

import { largeDocument } from "./large-document.ts";
import type { Line } from "./line.ts";
import { compare } from "./line.ts";

/** All that is generated of a large document, against openapi-typescript's types alone. */
export async function measureGeneration(): Promise<readonly Line[]> {
  const document = largeDocument();
  const text = toJsonText(document);
  const baseline = () => timed(async () => astToString(await openapiTS(text)));
  const ours = () => timed(async () => generateFiles("large", toEffective(document)));
  const measured = await compare(5, baseline, ours);
  return [{ name: "generation of everything, 1,200 operations, x openapi-typescript", measured, goal: 1.3, unit: "x" }];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
