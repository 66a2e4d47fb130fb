import { spawnSync } from "node:child_process";

import type { Line } from "./line.ts";
import { median } from "./line.ts";

function timed(code: string): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", code], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - begun;
}

/** What importing a client adds to the start of a program. */
export async function measureImport(): Promise<readonly Line[]> {
  const bare: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < 41; round++) {
    bare.push(timed("0"));
    ours.push(timed('import "@inv/loop"'));
  }
  return [{ name: "import of @inv/loop, over bare Node", measured: median(ours) - median(bare), goal: 5, unit: "ms" }];
}
