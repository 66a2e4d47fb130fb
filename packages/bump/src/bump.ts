import type { Bump, Change } from "./change.js";
import { largest, rankOf } from "./change.js";
import { compareFacts } from "./facts.js";
import { same } from "./json.js";
import { readModel } from "./model.js";
import { prove, sideOf } from "./proof.js";
import { BumpError, readDocument } from "./read.js";

/** A person's word on a change that cannot be decided from the documents. */
export interface Acceptance {
  readonly pointer: string;
  readonly why: string;
}

export interface BumpOptions {
  /** Each lowers the undecided changes at its pointer to minor. */
  readonly accept?: readonly Acceptance[];
}

export interface BumpResult {
  readonly bump: Bump;
  /** The largest first. */
  readonly changes: readonly Change[];
}

/**
 * The semver bump that a changed OpenAPI document means for programs that use its client, and every change that led to it.
 *
 * Both documents are OpenAPI 3.0 to 3.2, parsed or as JSON or YAML text. Nothing is read or fetched: a reference that leaves
 * the document is refused.
 *
 * @throws BumpError for a document that cannot be compared, and for an acceptance that no undecided change has asked for
 */
export function bump(oldDocument: unknown, newDocument: unknown, options: BumpOptions = {}): BumpResult {
  const [old, now] = [readDocument(oldDocument, "the old document"), readDocument(newDocument, "the new document")];
  const [before, after] = [readModel(old), readModel(now)];
  const left = sideOf(before);
  const right = sideOf(after, left);
  const facts = compareFacts(before, after);
  const proof = prove(left, right);
  const found = [...proof.parts, ...facts];
  const major = found.some((change) => change.bump === "major");
  // A whole operation fails with its parts; on its own it says what no part could.
  const all = major ? found : [...found, ...proof.wholes()];
  if (all.length === 0 && (left.types.text !== right.types.text || !same(old["openapi"], now["openapi"])))
    all.push({
      bump: "patch",
      pointer: "#",
      message: "the same contract is written another way",
      evidence: "the generated text differs, its types do not",
    });
  const changes = accept(all, options.accept ?? []).toSorted((a, b) => rankOf(b.bump) - rankOf(a.bump));
  return { bump: largest(changes.map((change) => change.bump)), changes };
}

function accept(changes: readonly Change[], acceptances: readonly Acceptance[]): Change[] {
  for (const { pointer, why } of acceptances) {
    if (why.trim() === "") throw new BumpError(`${pointer}: an acceptance has to say why.`);
    const at = changes.filter((change) => change.pointer === pointer);
    if (at.length === 0)
      throw new BumpError(`${pointer}: nothing changed there; accept a pointer that the table shows.`);
    if (!at.some((change) => change.undecided === true))
      throw new BumpError(`${pointer}: this change is decided, not a question; its bump stands.`);
  }
  return changes.map((change) => {
    const acceptance = acceptances.find(({ pointer }) => pointer === change.pointer);
    if (acceptance === undefined || change.undecided !== true) return change;
    const { undecided: _, ...rest } = change;
    return { ...rest, bump: "minor", accepted: acceptance.why };
  });
}
