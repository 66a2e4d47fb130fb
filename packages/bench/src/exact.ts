import type { Shape } from "@inv/transport";

import type { Line } from "./line.ts";
import { compare } from "./line.ts";

const address = { properties: { postal_code: { leaf: "id" } } } as const;
const row = {
  properties: {
    id: { leaf: "id" },
    available_count: { leaf: "int64", from: "number" },
    product_variant: { properties: { id: { leaf: "id" }, weight_grams: { leaf: "integer" }, barcode: { leaf: "id" } } },
    location: { properties: { id: { leaf: "id" }, address } },
  },
} as const satisfies Shape;
const shape: Shape = { properties: { inventories: { items: row } } };

/** About 100 KB as Loop writes it; a share of the ids beyond 2^53 and written as numbers. */
function payload(isBig: (index: number) => boolean): string {
  const rows = Array.from({ length: 230 }, (_, index) => {
    const id = isBig(index) ? 653_985_747_439_023n * 1000n + BigInt(index) : `"${index}"`;
    return `{"id":${id},"available_count":${index * 3},"product_variant":{"id":${id},"sku":"MUG-${index}","barcode":"0023141001205","title":"Stoneware mug, large, ${index}","weight_grams":${350 + index}},"location":{"id":${id},"name":"Main Warehouse","external_id":"main-warehouse","status":"active","address":{"line_1":"1 Kelp Street","city":"Brest","postal_code":"29200","country":"FR"}},"updated_at":"2026-11-20T10:00:00Z"}`;
  });
  // As it comes from the network: decoded in one piece.
  return new TextDecoder().decode(new TextEncoder().encode(`{"inventories":[${rows.join(",")}]}`));
}

function timed(work: () => unknown): number {
  const begun = performance.now();
  for (let round = 0; round < 20; round++) work();
  return performance.now() - begun;
}

/** Exact JSON against `JSON.parse`. */
export async function measureExact(): Promise<readonly Line[]> {
  // A part of the build that is no export.
  const { parseExact } = Object(await import(new URL("exact.js", import.meta.resolve("@inv/transport")).href));
  const lines: Line[] = [];
  const cases = [
    ["no big integers", payload(() => false), 2],
    ["half big integers", payload((index) => index % 2 === 0), 2],
  ] as const;
  for (const [name, text, goal] of cases) {
    const baseline = () => timed(() => JSON.parse(text));
    const exact = () => timed(() => parseExact(text, shape));
    await compare(20, baseline, exact);
    lines.push({
      name: `exact JSON with the duplicate-key check, x JSON.parse, 100 KB, ${name}`,
      measured: await compare(40, baseline, exact),
      goal,
      unit: "x",
    });
  }
  return lines;
}
