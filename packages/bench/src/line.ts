/** One measured figure and what it should be. */
export interface Line {
  readonly name: string;
  readonly measured: number;
  readonly goal: number;
  /** Whether more is better; otherwise less is. */
  readonly atLeast?: true;
  readonly unit: "x" | "ms" | "bytes" | "types";
}

/** A line for people: `ok` or `MISSED`, the figure, the goal, what it is. */
export function show({ name, measured, goal, atLeast, unit }: Line): string {
  const isMet = atLeast === true ? measured >= goal : measured <= goal;
  const digits = unit === "x" ? 2 : unit === "ms" ? 1 : 0;
  const figure = measured.toFixed(digits).padStart(8);
  const aim = `${atLeast === true ? ">=" : "<="} ${goal}`.padEnd(8);
  return `${isMet ? "ok    " : "MISSED"} ${figure} ${unit.padEnd(5)}  ${aim}  ${name}`;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [middle] = sorted.slice(Math.floor(sorted.length / 2));
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}

/** How much longer the second takes than the first: the median of rounds in which both run in turn. */
export async function compare(
  rounds: number,
  baseline: () => Promise<number> | number,
  ours: () => Promise<number> | number,
): Promise<number> {
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = await baseline();
    ratios.push((await ours()) / first);
  }
  return median(ratios);
}
