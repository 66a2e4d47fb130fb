import ts from "typescript";
import { alternativesOf, literalOf, textOfType } from "./client-surface.ts";
import type { ClientFunction, ClientSurface, Member } from "./client-surface.ts";

/** Where in a client something changed. */
export type Owner =
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "result"; readonly name: string }
  | { readonly kind: "error"; readonly name: string; readonly status: string }
  | { readonly kind: "schema"; readonly name: string }
  | { readonly kind: "options" };

/** One thing that users of a client notice. */
export type Difference =
  | { readonly kind: "function"; readonly state: "added" | "removed"; readonly name: string }
  | { readonly kind: "function"; readonly state: "renamed"; readonly name: string; readonly now: string }
  | {
      readonly kind: "path";
      readonly state: "renamed";
      readonly name: string;
      readonly path: string;
      readonly now: string;
    }
  | { readonly kind: "schema"; readonly state: "added" | "removed"; readonly name: string }
  | { readonly kind: "schema"; readonly state: "renamed"; readonly name: string; readonly now: string }
  | { readonly kind: "status"; readonly state: "added" | "removed"; readonly name: string; readonly status: string }
  | MemberDifference;

/** A member of a type, the path to it from the type's own members; an empty path is the type itself. */
export interface MemberDifference {
  readonly kind: "member";
  readonly state: "added" | "removed" | "required" | "optional" | "type";
  readonly owner: Owner;
  readonly path: readonly string[];
  readonly before: Member | undefined;
  readonly after: Member | undefined;
}

/** What differs between two versions of a client's generated code. */
export function* compareSurfaces(before: ClientSurface, after: ClientSurface): Generator<Difference> {
  yield* compareFunctions(before, after);
  yield* compareSchemas(before, after);
  if (before.options !== undefined && after.options !== undefined)
    yield* compareTypes({ kind: "options" }, before.options, after.options, []);
}

function* compareFunctions(before: ClientSurface, after: ClientSurface): Generator<Difference> {
  const renamed = new Set<string>();
  for (const [name, old] of before.functions) {
    const same = after.functions.get(name);
    if (same !== undefined) {
      yield* compareFunction(old, same);
      continue;
    }
    const now = [...after.functions.values()].find(
      (other) => withoutNames(other.route) === withoutNames(old.route) && !before.functions.has(other.name),
    );
    if (now === undefined) yield { kind: "function", state: "removed", name };
    else {
      renamed.add(now.name);
      yield { kind: "function", state: "renamed", name, now: now.name };
      yield* compareFunction(old, now);
    }
  }
  for (const name of after.functions.keys())
    if (!before.functions.has(name) && !renamed.has(name)) yield { kind: "function", state: "added", name };
}

/** What a path's parameters are called makes it no other path. */
function withoutNames(route: string): string {
  return route.replaceAll(/\{[^{}]*\}/g, "{}");
}

function* compareFunction(before: ClientFunction, after: ClientFunction): Generator<Difference> {
  const { name } = after;
  const [path, now] = [before, after].map(({ route }) => route.slice(route.indexOf(" ") + 1));
  if (path !== undefined && now !== undefined && path !== now)
    yield { kind: "path", state: "renamed", name, path, now };
  yield* compareMembers({ kind: "input", name }, before.input, after.input, []);
  if (before.result !== undefined && after.result !== undefined)
    yield* compareTypes({ kind: "result", name }, before.result, after.result, []);
  for (const [status, { type }] of before.errors) {
    const other = after.errors.get(status);
    if (other === undefined) yield { kind: "status", state: "removed", name, status };
    else yield* compareTypes({ kind: "error", name, status }, type, other.type, []);
  }
  for (const status of after.errors.keys())
    if (!before.errors.has(status)) yield { kind: "status", state: "added", name, status };
}

function* compareSchemas(before: ClientSurface, after: ClientSurface): Generator<Difference> {
  const renamed = new Set<string>();
  for (const [name, type] of before.schemas) {
    const other = after.schemas.get(name);
    if (other !== undefined) {
      yield* compareTypes({ kind: "schema", name }, type, other, []);
      continue;
    }
    const text = textOfType(type);
    const same = [...after.schemas].filter(([now, each]) => !before.schemas.has(now) && textOfType(each) === text);
    const [now] = same.length === 1 ? (same[0] ?? []) : [];
    if (now === undefined) yield { kind: "schema", state: "removed", name };
    else {
      renamed.add(now);
      yield { kind: "schema", state: "renamed", name, now };
    }
  }
  for (const name of after.schemas.keys())
    if (!before.schemas.has(name) && !renamed.has(name)) yield { kind: "schema", state: "added", name };
}

function* compareMembers(
  owner: Owner,
  before: ReadonlyMap<string, Member>,
  after: ReadonlyMap<string, Member>,
  path: readonly string[],
): Generator<MemberDifference> {
  for (const [name, old] of before) {
    const now = after.get(name);
    const at = [...path, name];
    if (now === undefined) {
      yield { kind: "member", state: "removed", owner, path: at, before: old, after: undefined };
      continue;
    }
    if (old.optional !== now.optional)
      yield {
        kind: "member",
        state: now.optional ? "optional" : "required",
        owner,
        path: at,
        before: old,
        after: now,
      };
    yield* compareTypes(owner, old.type, now.type, at, old, now);
  }
  for (const [name, now] of after)
    if (!before.has(name))
      yield { kind: "member", state: "added", owner, path: [...path, name], before: undefined, after: now };
}

function* compareTypes(
  owner: Owner,
  before: ts.TypeNode,
  after: ts.TypeNode,
  path: readonly string[],
  old: Member = { type: before, optional: false },
  now: Member = { type: after, optional: false },
): Generator<MemberDifference> {
  if (textOfType(before) === textOfType(after)) return;
  const [left, right] = [literalOf(before), literalOf(after)];
  if (left !== undefined && right !== undefined && hasOnlyMembers(before, left) && hasOnlyMembers(after, right)) {
    yield* compareMembers(owner, left, right, path);
    return;
  }
  if (ts.isArrayTypeNode(before) && ts.isArrayTypeNode(after)) {
    const [of, ofNow] = [before.elementType, after.elementType];
    yield* compareTypes(owner, of, ofNow, [...path, "[]"]);
    return;
  }
  const [olds, nows] = [alternativesOf(before), alternativesOf(after)];
  const texts = { before: olds.map(textOfType), after: nows.map(textOfType) };
  const gone = olds.filter((_, index) => !texts.after.includes(texts.before[index] ?? ""));
  const come = nows.filter((_, index) => !texts.before.includes(texts.after[index] ?? ""));
  const [goes, comes] = [gone[0], come[0]];
  const isInside = gone.length === 1 && come.length === 1 && olds.length + nows.length > 2;
  if (isInside && goes !== undefined && comes !== undefined && isObjectLike(goes) && isObjectLike(comes))
    yield* compareTypes(owner, goes, comes, path, old, now);
  else if (gone.length + come.length > 0) yield { kind: "member", state: "type", owner, path, before: old, after: now };
}

function hasOnlyMembers(type: ts.TypeNode, members: ReadonlyMap<string, Member>): boolean {
  return ts.isTypeLiteralNode(type) && type.members.length === members.size;
}

function isObjectLike(type: ts.TypeNode): boolean {
  return ts.isTypeLiteralNode(type) || ts.isArrayTypeNode(type);
}

/** Who uses a type: functions that take it, and functions that answer with it. */
export interface Uses {
  readonly given: readonly string[];
  readonly read: readonly string[];
}

/** Whether code that used the earlier version may have to change. */
export function isBreaking(difference: Difference, { given, read }: Uses): boolean {
  if (difference.kind !== "member") return difference.state === "removed" || difference.state === "renamed";
  const { state, before, after } = difference;
  const [isGiven, isRead] = [given.length > 0, read.length > 0 || given.length === 0];
  if (state === "removed") return true;
  if (state === "added") return isGiven && after?.optional === false;
  if (state === "required") return isGiven;
  if (state === "optional") return isRead;
  const [from, to] = [textsOf(before), textsOf(after)];
  return (isGiven && from.some((text) => !to.includes(text))) || (isRead && to.some((text) => !from.includes(text)));
}

function textsOf(member: Member | undefined): string[] {
  return member === undefined ? [] : alternativesOf(member.type).map(textOfType);
}
