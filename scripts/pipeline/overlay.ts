import { SpecError } from "./error.ts";
import { copy, copyObject, isObject, own, setOwn, textOf } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import { findLikelyPlaces } from "./likely-places.ts";
import { findTargets } from "./targets.ts";
import type { Match } from "./targets.ts";

interface Action {
  readonly target: string;
  readonly description: string;
  readonly update?: Json;
}

/**
 * The document with every action of an OpenAPI Overlay 1.0 applied in order: objects are merged, lists are appended to,
 * anything else is replaced.
 *
 * The paths are resolved by openapi-format; the changes are made here, since its merge assigns by name on lists, loses
 * list positions when one `remove` matches several, and reports a bad action on the console only.
 *
 * @param earlier the document as it was made before, asked for only to say where a node went
 * @throws SpecError `overlay` naming the action's index, target and reason, and where its node may be now
 */
export function applyOverlay(
  document: JsonObject,
  overlay: JsonObject,
  name: string,
  earlier?: () => JsonObject | undefined,
): JsonObject {
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
    const matches = findTargets(result, action.target);
    if (matches.length === 0)
      refuse(`the target matches nothing. ${advice(result, action.target, earlier?.())}`, context);
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

/** What to do about a target that is gone, with what may be it now. */
function advice(document: JsonObject, target: string, earlier: JsonObject | undefined): string {
  const places = findLikelyPlaces(document, target, earlier);
  if (places.length === 0) return "Nothing like it was found: remove the action, or point it at what it is about.";
  return ["It may be here now; point the target there, or remove the action:", ...places].join("\n    ");
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
