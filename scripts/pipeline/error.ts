/** What is wrong with a document, by the name that `faults.md` and the tests use for it. */
export type SpecKind =
  | "yaml"
  | "page"
  | "merge"
  | "too-complex"
  | "overlay"
  | "structure"
  | "external-ref"
  | "dangling-ref"
  | "extension"
  | "name"
  | "parameter"
  | "header"
  | "server"
  | "security"
  | "media-type"
  | "number"
  | "shape"
  | "output"
  | "readme"
  | "drift"
  // Nothing to compare with.
  | "base"
  // What only a person can answer, and an answer that nobody asked for.
  | "questions";

/**
 * A document that is refused. `pointer` is the JSON pointer into the effective document (empty where the fault is in a
 * file that could not become one); the message says what is wrong and what to do about it.
 */
export class SpecError extends Error {
  readonly code = "spec";
  readonly kind: SpecKind;
  readonly pointer: string;

  constructor(kind: SpecKind, pointer: string, message: string, options?: ErrorOptions) {
    super(pointer === "" ? message : `${pointer}: ${message}`, options);
    this.name = "SpecError";
    this.kind = kind;
    this.pointer = pointer;
  }
}
