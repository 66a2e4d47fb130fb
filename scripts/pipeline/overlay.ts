import { resolveJsonPath } from "openapi-format";
import { SpecError } from "./error.ts";
import { copy, copyObject, isObject, own, setOwn, textOf } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";

interface Action {
  readonly target: string;
  readonly description: string;
  readonly update?: Json;
}

interface Match {
  readonly parent: JsonObject | Json[] | undefined;
  readonly key: string | number | undefined;
  readonly value: Json;
}

/**
 * The document with every action of an OpenAPI Overlay 1.0 applied in order: objects are merged, lists are appended to,
 * anything else is replaced.
 *
 * The paths are resolved by openapi-format; the changes are made here, since its merge assigns by name on lists, loses
 * list positions when one `remove` matches several, and reports a bad action on the console only.
 *
 * @throws SpecError `overlay` naming the action's index, target and reason
 */
export function applyOverlay(document: JsonObject, overlay: JsonObject, name: string): JsonObject {
  const result = copyObject(document);
  const version = own(overlay, "overlay");
  if (typeof version !== "string" || !/^1\.0\.\d+$/.test(version))
    throw new SpecError("overlay", "", `${name}: write \`overlay: 1.0.0\` at the top; other versions are not read.`);
  const actions = own(overlay, "actions");
  if (!Array.isArray(actions) || actions.length === 0)
    throw new SpecError(
      "overlay",
      "",
      `${name}: \`actions\` is missing or empty; remove the file if nothing is corrected.`,
    );
  for (const [index, raw] of actions.entries()) {
    const refuse = (message: string, reason = "") => {
      throw new SpecError("overlay", "", `${name}: action ${index}${reason}: ${message}`);
    };
    const action = parseAction(raw, refuse);
    const context = ` (target ${action.target}, reason: ${action.description})`;
    const matches: Match[] =
      action.target === "$" ? [{ parent: undefined, key: undefined, value: result }] : find(result, action.target);
    if (matches.length === 0)
      refuse("the target matches nothing. Point it at where the node is now, or remove the action.", context);
    if (action.update === undefined) remove(matches, () => refuse("the root cannot be removed.", context));
    else for (const match of matches) update(match.value, action.update, (message) => refuse(message, context));
  }
  return result;
}

function parseAction(raw: Json, refuse: (message: string) => void): Action {
  const target = textOf(raw, "target");
  const description = textOf(raw, "description").trim().replaceAll(/\s+/g, " ");
  const update = own(raw, "update");
  const remove = own(raw, "remove");
  const keys = new Set(["target", "description", "update", "remove"]);
  const extra = isObject(raw) ? Object.keys(raw).find((key) => !keys.has(key)) : undefined;
  if (extra !== undefined)
    refuse(`\`${extra}\` is no part of an action; use target, description and update or remove.`);
  if (!target.startsWith("$")) refuse("`target` has to be a JSONPath that starts with $.");
  if (description === "") refuse("`description` is missing: say why this correction is needed.");
  if ((update === undefined) === (remove === undefined)) refuse("give either `update` or `remove: true`.");
  if (remove !== undefined && remove !== true) refuse("`remove` can only be true.");
  return { target, description, ...(update === undefined ? {} : { update }) };
}

function find(document: JsonObject, target: string): Match[] {
  return resolveJsonPath(document, target).flatMap(({ parent, key }): Match[] => {
    if (Array.isArray(parent)) return [{ parent, key, value: parent[Number(key)] }];
    const value = isObject(parent) ? own(parent, String(key)) : undefined;
    return value === undefined || !isObject(parent) ? [] : [{ parent, key, value }];
  });
}

function remove(matches: readonly Match[], refuseRoot: () => void): void {
  const lists = new Map<Json[], number[]>();
  for (const { parent, key } of matches) {
    if (Array.isArray(parent)) lists.set(parent, [...(lists.get(parent) ?? []), Number(key)]);
    else if (isObject(parent)) delete parent[String(key)];
    else refuseRoot();
  }
  // From the end, or the first removal would move the places of the others.
  for (const [list, places] of lists) for (const place of places.toSorted((a, b) => b - a)) list.splice(place, 1);
}

function update(target: Json, change: Json, refuse: (message: string) => void): void {
  if (Array.isArray(target)) append(target, Array.isArray(change) ? change : [change], refuse);
  else if (!isObject(target))
    refuse("the target is a plain value; select the object that holds it and update the member.");
  else if (!isObject(change)) refuse("the target is an object, so `update` has to be one too.");
  else merge(target, change, refuse);
}

function merge(target: JsonObject, change: JsonObject, refuse: (message: string) => void): void {
  for (const [key, value] of Object.entries(change)) {
    const before = own(target, key);
    if (isObject(before) && isObject(value)) merge(before, value, refuse);
    else if (Array.isArray(before) && Array.isArray(value)) append(before, value, refuse);
    else setOwn(target, key, copy(value));
  }
}

function append(list: Json[], added: readonly Json[], refuse: (message: string) => void): void {
  for (const value of added) {
    if (!isObject(value) && !Array.isArray(value) && list.includes(value))
      refuse(
        `the list already holds ${String(value)}, and an overlay appends to lists. Add only what is new, or remove the list in an action before.`,
      );
    list.push(copy(value));
  }
}
