import { child, isObject, own } from "../json.ts";
import type { Json } from "../json.ts";

/** One place in which two documents differ. */
export interface Change {
  readonly pointer: string;
  readonly state: "added" | "removed" | "changed";
}

/** Where two documents differ, topmost places only, in the order of the first. The order of keys makes no difference. */
export function listChanges(before: Json, after: Json, pointer = "#"): Change[] {
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) => compare(before[index], after[index], child(pointer, index))).flat();
  }
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => compare(own(before, key), own(after, key), child(pointer, key)));
  }
  return before === after ? [] : [{ pointer, state: "changed" }];
}

function compare(before: Json | undefined, after: Json | undefined, pointer: string): Change[] {
  if (after === undefined) return [{ pointer, state: "removed" }];
  return before === undefined ? [{ pointer, state: "added" }] : listChanges(before, after, pointer);
}
