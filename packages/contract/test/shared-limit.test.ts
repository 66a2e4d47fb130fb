import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { startSim } from "@inv/sim/server";
import { expect, test } from "vitest";

/** Reads Zettle's store so many times at once, with half of the limit, in a process of its own. */
const program = `
  import { createZettleClient, getInventory } from "@inv/zettle";
  const client = createZettleClient({ ...JSON.parse(process.argv[1]), rateShare: 0.5 });
  await Promise.all(Array.from({ length: 9 }, () => getInventory(client)));
`;

test("R13 keeps two processes with half a share each within the limit", async () => {
  const sim = await startSim({ products: 20 });
  try {
    const options = { ...sim.credentials.zettle, baseUrl: sim.baseUrls.zettle, tokenUrl: sim.tokenUrls.zettle };
    const cwd = fileURLToPath(new URL("..", import.meta.url));
    const words = ["--input-type=module", "--eval", program, JSON.stringify(options)];
    await Promise.all([1, 2].map(() => promisify(execFile)(process.execPath, words, { cwd })));
    const reads = sim.requests.filter(({ operation }) => operation === "getInventory");
    expect(reads.map(({ status }) => status)).toEqual(Array.from({ length: 18 }, () => 200));
    expect(sim.maxInWindow("zettle", 1000)).toBeLessThanOrEqual(4);
  } finally {
    await sim.close();
  }
});
