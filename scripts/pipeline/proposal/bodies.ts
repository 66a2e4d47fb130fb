import { SpecError } from "../error.ts";
import { flatFieldsOf } from "../input.ts";
import { child, copy, entriesOf, isObject, own, textOf } from "../json.ts";
import type { Json } from "../json.ts";
import { jsonAmong } from "../media.ts";
import { checkBodyField, quote } from "../names.ts";
import type { Draft } from "./draft.ts";
import type { Place } from "./operations.ts";
import { deref } from "../references.ts";
import type { Resolved } from "../references.ts";

/** Makes the body of a request one that the client can send. */
export function correctRequest(draft: Draft, place: Place): void {
  const raw = own(place.node, "requestBody");
  if (raw === undefined) return;
  const at = child(place.pointer, "requestBody");
  const body = deref(draft.document, raw, at);
  const isRequired = own(body.node, "required") === true;
  const drop = (reason: string) => {
    if (isRequired) throw new SpecError("media-type", body.pointer, `The body is required. ${reason}`);
    draft.remove(at, reason);
    draft.note(`${place.key} has no body: ${reason}`);
  };
  if (place.method === "get") return drop("A GET cannot have a body.");
  nameJson(draft, body);
  const media = jsonOf(own(body.node, "content"));
  if (media === undefined) return drop("Only a JSON body can be sent.");
  if (isRequired) keepWhole(draft, body, media);
}

/** Where a member's name cannot be an input field, the body becomes one field as a whole. */
function keepWhole(draft: Draft, body: Resolved, media: string): void {
  const pointer = child(child(child(body.pointer, "content"), media), "schema");
  const schema = own(own(own(body.node, "content"), media), "schema");
  if (!isObject(schema)) return;
  const fields = flatFieldsOf(deref(draft.document, schema, pointer).node) ?? [];
  const odd = fields.map(([name]) => name).find((name) => !isField(name));
  if (odd === undefined) return;
  const reason = `${quote(odd)} cannot be the name of an input field, so the body is one field as a whole.`;
  const ref = textOf(schema, "$ref");
  if (ref !== "") {
    draft.remove(child(pointer, "$ref"), reason);
    draft.update(pointer, { allOf: [{ $ref: ref }] }, reason);
  } else draft.replace(child(pointer, "additionalProperties"), true, reason);
}

function isField(name: string): boolean {
  try {
    return checkBodyField(name, "#") === name;
  } catch (error) {
    if (error instanceof SpecError) return false;
    throw error;
  }
}

/** Makes the answers of an operation ones that the client can read. */
export function correctResponses(draft: Draft, place: Place): void {
  const responses = own(place.node, "responses");
  if (!isObject(responses)) return;
  if (place.method === "head" || place.method === "trace")
    throw new SpecError("media-type", place.pointer, `The answer to ${place.method.toUpperCase()} has no JSON body.`);
  const at = child(place.pointer, "responses");
  for (const status of Object.keys(responses))
    if (/^[13](\d\d|XX)$/.test(status))
      draft.remove(child(at, status), "The client follows no redirect: this answer is an error without a body.");
  if (!Object.keys(responses).some(isSuccess)) assumeSuccess(draft, place);
  const unread: string[] = [];
  for (const [status, raw] of Object.entries(responses)) {
    if (status.startsWith("x-")) continue;
    const response = deref(draft.document, raw, child(at, status));
    if (own(response.node, "description") === undefined)
      draft.update(response.pointer, { description: `The answer ${status}.` }, "A description is required.");
    nameJson(draft, response);
    const content = own(response.node, "content");
    if (/^20[45]$/.test(status) && content !== undefined) {
      emptyAnswer(draft, child(at, status), response);
      continue;
    }
    if (content === undefined || jsonOf(content) !== undefined) continue;
    if (isSuccess(status) && isObject(content) && Object.keys(content).length > 0) unread.push(status);
    else draft.remove(child(response.pointer, "content"), "Only JSON is read; the body of this error is passed over.");
  }
  const left = Object.keys(responses).filter((status) => isSuccess(status) && !unread.includes(status));
  const [first] = unread;
  if (left.length === 0 && first !== undefined)
    throw new SpecError("media-type", child(at, first), "No success of it is JSON, and only JSON is read.");
  for (const status of unread) {
    draft.remove(child(at, status), "Its body is not JSON, and only JSON is read.");
    draft.note(`${place.key}: the answer ${status} is left out, for its body is not JSON.`);
  }
}

/** The operation's own answer without a body, also where others share the one that has a body. */
function emptyAnswer(draft: Draft, at: string, { node, pointer }: Resolved): void {
  const why = "An answer of this status never has a body.";
  if (at === pointer) draft.remove(child(at, "content"), why);
  else draft.replace(at, { description: own(node, "description") ?? "" }, why);
}

function isSuccess(status: string): boolean {
  return /^2(\d\d|XX)$/.test(status);
}

function assumeSuccess(draft: Draft, place: Place): void {
  const at = child(place.pointer, "responses");
  const answer = own(own(place.node, "responses"), "default");
  if (answer === undefined) throw new SpecError("structure", at, "No success is described.");
  const reason = "Only `default` is described, so it describes the success. Assumed: the status is 200.";
  draft.update(at, { "200": copy(answer) }, reason);
  draft.remove(child(at, "default"), reason);
  draft.note(`${place.key} describes no status, only \`default\`: taken to be 200.`);
}

/** The name of the JSON media type of a content that is read or sent. */
export function jsonOf(content: Json | undefined): string | undefined {
  return jsonAmong(Object.keys(isObject(content) ? content : {}));
}

/** Any media type is JSON too. */
function nameJson(draft: Draft, { node, pointer }: Resolved): void {
  const content = own(node, "content");
  const at = child(pointer, "content");
  if (jsonOf(content) !== undefined) return;
  const [wild, media] = entriesOf(node, "content").find(([name]) => /^(application|\*)\/\*(;|$)/.test(name)) ?? [];
  if (wild === undefined || media === undefined) return;
  const reason = `${quote(wild)} includes JSON, which is what the client sends and reads.`;
  draft.update(at, { "application/json": copy(media) }, reason);
  draft.remove(child(at, wild), reason);
}
