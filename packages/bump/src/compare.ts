import { rankOf } from "./change.js";
import type { Bump, Change } from "./change.js";
import { canonical, child, same } from "./json.js";
import type { Json, JsonObject } from "./json.js";

/** Collects changes, each once. */
export class Findings {
  readonly #changes = new Map<string, Change>();

  add(bump: Bump, pointer: string, message: string, before: Json | undefined, after: Json | undefined): void {
    this.#put({ bump, pointer, message, evidence: evidence(before, after) });
  }

  /** Major until a person says otherwise. */
  ask(pointer: string, message: string, before: Json | undefined, after: Json | undefined): void {
    this.#put({ bump: "major", pointer, message, evidence: evidence(before, after), undecided: true });
  }

  #put(change: Change): void {
    const id = `${change.pointer} ${change.message}`;
    const known = this.#changes.get(id);
    // The same place may be read and written: the stricter of the two says what it means.
    if (known === undefined || rankOf(known.bump) < rankOf(change.bump)) this.#changes.set(id, change);
  }

  list(): Change[] {
    return [...this.#changes.values()];
  }

  /**
   * The keys that an object's own comparison does not know: text is a patch, the life-cycle marks of vendors too, other
   * vendors' extensions nothing, and what is left nobody understands.
   */
  others(before: JsonObject, after: JsonObject, pointer: string, known: ReadonlySet<string>): void {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (known.has(key)) continue;
      const [left, right] = [
        Object.hasOwn(before, key) ? before[key] : undefined,
        Object.hasOwn(after, key) ? after[key] : undefined,
      ];
      if (same(left, right)) continue;
      const at = child(pointer, key);
      if (key === "deprecated") {
        if (right === true) this.add("minor", at, "is deprecated now", left, right);
        else if (left === true) this.add("patch", at, "is no longer deprecated", left, right);
      } else if (texts.has(key)) this.add("patch", at, `the text under ${key} changed`, left, right);
      else if (key === "x-stability-level" || key === "x-sunset")
        this.add("patch", at, `the provider's ${key} changed`, left, right);
      else if (!key.startsWith("x-") || key.startsWith("x-inv-"))
        this.ask(at, `${key} changed, and what that means is not known`, left, right);
    }
  }
}

const texts = new Set([
  "description",
  "summary",
  "title",
  "example",
  "examples",
  "externalDocs",
  "$comment",
  "tags",
  "info",
  "openapi",
  "$schema",
  "$id",
]);

function evidence(before: Json | undefined, after: Json | undefined): string {
  return `- ${excerpt(before)}\n+ ${excerpt(after)}`;
}

function excerpt(value: Json | undefined): string {
  if (value === undefined) return "(nothing)";
  const text = canonical(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
