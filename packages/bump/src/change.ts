export type Bump = "major" | "minor" | "patch" | "none";

/** One thing that changed, from the point of view of a program that uses the client. */
export interface Change {
  readonly bump: Bump;
  /** Where: a JSON pointer into the new document, or into the old one for what is gone. */
  readonly pointer: string;
  readonly message: string;
  /** The probe that failed with the compiler's words, or the two texts that differ. */
  readonly evidence: string;
  /** True where only a person can say: major until its pointer is accepted. */
  readonly undecided?: true;
  /** Why a person accepted it. */
  readonly accepted?: string;
}

const order: readonly Bump[] = ["none", "patch", "minor", "major"];

/** The largest of them; `none` for an empty list. */
export function largest(bumps: Iterable<Bump>): Bump {
  let rank = 0;
  for (const bump of bumps) rank = Math.max(rank, order.indexOf(bump));
  return order[rank] ?? "none";
}

export function rankOf(bump: Bump): number {
  return order.indexOf(bump);
}
