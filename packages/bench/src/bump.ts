import { bump } from "@inv/bump";
import { toJsonText } from "@inv/scripts/pipeline/json.ts";
import { largeDocument } from "./large-document.ts";
import type { Line } from "./line.ts";
import { median } from "./line.ts";

/** How long the proof and the facts take for a large document in which a field that all answers have is gone. */
export function measureBump(): Promise<readonly Line[]> {
  const before = toJsonText(largeDocument(800));
  const after = before.replaceAll('"balance":', '"quantity":');
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    if (bump(before, after).bump !== "major") throw new Error("the field that is gone was not found");
    return performance.now() - start;
  });
  return Promise.resolve([
    { name: "proof and facts of 800 operations", measured: median(times), goal: 5_000, unit: "ms" },
  ]);
}
