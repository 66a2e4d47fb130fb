import { conforms } from "./conformance.ts";
import type { Direction } from "./conformance.ts";
import { SpecError } from "../error.ts";
import { child, copy, entriesOf, fromEntries, isObject, own, setOwn, textOf, tokensOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { emptyExchange } from "../lint/exchanges.ts";
import { jsonOf } from "./bodies.ts";
import type { Draft } from "./draft.ts";
import type { Place } from "./operations.ts";
import { parametersOf } from "./parameters.ts";
import { schemasOf } from "./schemas.ts";
import { deref } from "../references.ts";
import type { Resolved } from "../references.ts";
import { sample } from "./sample.ts";

/** A value to show, and the document's own name for it where it has one. */
interface Shown {
  readonly value: Json;
  readonly name?: string;
  readonly isMade: boolean;
}

const names: ReadonlyMap<string, string> = new Map([
  ["200", "ok"],
  ["201", "created"],
  ["202", "accepted"],
  ["400", "bad-request"],
  ["401", "unauthorized"],
  ["403", "forbidden"],
  ["404", "not-found"],
  ["409", "conflict"],
  ["422", "not-valid"],
  ["429", "rate-limited"],
  ["500", "server-error"],
  ["default", "other-error"],
]);
const reason = "Every documented status needs an exchange: an answer, and the request of the same name.";
const unfit = "It does not fit its schema, or has no place among the exchanges.";

/** Gives every documented status of every operation an example, and the requests that belong to them. */
export class Exchanges {
  readonly #draft: Draft;
  /** The example of each answer, which several operations may share. */
  readonly #answers = new Map<JsonObject, string>();
  /** The examples of each parameter or body, by name. */
  readonly #halves = new Map<
    JsonObject,
    { readonly at: Resolved; readonly names: Set<string>; readonly shown: Shown }
  >();
  #made = 0;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** @throws SpecError where no example of an answer or a required request can be made */
  show(place: Place): void {
    const document = this.#draft.document;
    const halves = this.#requestOf(place);
    const taken = new Set<string>();
    const shared = new Set<JsonObject>();
    for (const [status, raw] of entriesOf(place.node, "responses")) {
      if (status.startsWith("x-")) continue;
      const at = child(child(place.pointer, "responses"), status);
      let response = deref(document, raw, at);
      const known = this.#answers.get(response.node);
      if (shared.has(response.node) || (known !== undefined && taken.has(known)))
        response = this.#unshare(at, response);
      shared.add(response.node);
      const name = this.#answer(place, status, response, taken);
      taken.add(name);
      for (const half of halves) this.#need(half, name);
    }
  }

  /** Writes the requests, once all answers are known. */
  finish(): void {
    for (const { at, names, shown } of this.#halves.values()) this.#writeHalf(at, [...names], shown);
    if (this.#made > 0)
      this.#draft.note(
        `Examples that are made from their schemas: ${this.#made}. They show the form of a value, not one that the provider has.`,
      );
  }

  #answer(place: Place, status: string, response: Resolved, taken: ReadonlySet<string>): string {
    const content = own(response.node, "content");
    const media = jsonOf(content);
    if (media === undefined) return emptyExchange(status);
    const known = this.#answers.get(response.node);
    if (known !== undefined) return known;
    const at = child(child(response.pointer, "content"), media);
    const shown = this.#choose(own(content, media) ?? null, at, "response");
    if (shown === undefined)
      throw new SpecError(
        "structure",
        at,
        "No example was found that fits the schema; is it one that allows anything?",
      );
    const isFree = shown.name !== undefined && !taken.has(shown.name);
    const name = isFree ? (shown.name ?? "") : nameFor(response.pointer, status, taken);
    this.#answers.set(response.node, name);
    this.#dropOthers(response, media, isFree ? shown.name : undefined);
    if (!isFree) this.#write(place, child(at, "examples"), fromEntries([[name, this.#toExample(shown)]]));
    return name;
  }

  /** What an operation has to be given: its required parameters, and its body. */
  #requestOf(place: Place): { at: Resolved; shown: Shown }[] {
    const document = this.#draft.document;
    const halves: { at: Resolved; shown: Shown }[] = [];
    for (const at of parametersOf(document, place)) {
      if (own(at.node, "required") !== true) {
        this.#dropExamples(at, []);
        continue;
      }
      const shown = this.#halves.get(at.node)?.shown ?? this.#choose(at.node, at.pointer, "request");
      if (shown === undefined)
        throw new SpecError("structure", at.pointer, "No example of this parameter was found that fits its schema.");
      halves.push({ at, shown });
    }
    const raw = own(place.node, "requestBody");
    if (raw === undefined) return halves;
    const body = deref(document, raw, child(place.pointer, "requestBody"));
    const content = own(body.node, "content");
    const media = jsonOf(content) ?? "";
    const node = own(content, media);
    if (!isObject(node)) return halves;
    const at = { node, pointer: child(child(body.pointer, "content"), media) };
    const shown = this.#halves.get(node)?.shown ?? this.#choose(node, at.pointer, "request");
    this.#dropOthers(body, media, undefined, true);
    if (shown !== undefined) return [...halves, { at, shown }];
    if (own(body.node, "required") === true)
      throw new SpecError("structure", at.pointer, "No example of this body was found that fits its schema.");
    this.#dropExamples(at, []);
    return halves;
  }

  #need({ at, shown }: { at: Resolved; shown: Shown }, name: string): void {
    const known = this.#halves.get(at.node) ?? { at, names: new Set(), shown };
    known.names.add(name);
    this.#halves.set(at.node, known);
  }

  #writeHalf(at: Resolved, wanted: readonly string[], shown: Shown): void {
    const isSame = (example: Json) =>
      isObject(example) && own(deref(this.#draft.document, example, at.pointer).node, "value") === shown.value;
    const kept = entriesOf(at.node, "examples").filter(([name, example]) => wanted.includes(name) && isSame(example));
    this.#dropExamples(
      at,
      kept.map(([name]) => name),
    );
    const missing = wanted.filter((name) => !kept.some(([each]) => each === name));
    if (missing.length === 0) return;
    const examples = fromEntries(missing.map((name) => [name, this.#toExample(shown)]));
    this.#draft.update(at.pointer, { examples }, reason);
  }

  /** The document's own example where one fits, otherwise a made one. */
  #choose(holder: Json, pointer: string, direction: Direction): Shown | undefined {
    const document = this.#draft.document;
    const schema = own(holder, "schema") ?? {};
    const isFit = (value: Json | undefined): value is Json =>
      value !== undefined &&
      conforms(document, schema, value, direction) &&
      (direction === "response" || canBeSent(holder, value));
    for (const [name, example] of entriesOf(holder, "examples")) {
      if (!isObject(example)) continue;
      const value = own(deref(document, example, child(child(pointer, "examples"), name)).node, "value");
      if (isFit(value)) return { value, isMade: false, ...(isName(name) ? { name } : {}) };
    }
    const single = own(holder, "example");
    if (isFit(single)) return { value: single, isMade: false };
    const made = sample(document, schema, direction);
    if (isFit(made)) return { value: made, isMade: true };
    const plain: Json[] = ["text", 1n, true, "1"];
    const sent = own(holder, "in") === undefined ? undefined : plain.find(isFit);
    return sent === undefined ? undefined : { value: sent, isMade: true };
  }

  #toExample({ value, isMade }: Shown): JsonObject {
    if (isMade) this.#made += 1;
    return { ...(isMade ? { summary: "Made from the schema" } : {}), value: copy(value) };
  }

  /** Of all examples of an answer or a body, one at most is left. */
  #dropOthers({ node, pointer }: Resolved, media: string, kept: string | undefined, isBody = false): void {
    for (const [name, content] of entriesOf(node, "content")) {
      if (!isObject(content) || (isBody && name === media)) continue;
      const at = child(child(pointer, "content"), name);
      this.#dropExamples({ node: content, pointer: at }, name === media && kept !== undefined ? [kept] : []);
    }
  }

  #dropExamples({ node, pointer }: Resolved, kept: readonly string[]): void {
    if (own(node, "example") !== undefined)
      this.#draft.remove(
        child(pointer, "example"),
        "A single example has no name, so it cannot be half of an exchange.",
      );
    const others = entriesOf(node, "examples").filter(([name]) => !kept.includes(name));
    if (own(node, "examples") !== undefined && others.length > 0 && kept.length === 0)
      this.#draft.remove(child(pointer, "examples"), unfit);
    else for (const [name] of others) this.#draft.remove(child(child(pointer, "examples"), name), unfit);
  }

  /** An answer that two statuses of an operation share would have one name for two exchanges. */
  #unshare(at: string, response: Resolved): Resolved {
    const why = "Two statuses of the operation share this answer; each needs an example of its own name.";
    this.#draft.replace(at, { ...copyWithoutExamples(response.node) }, why);
    return deref(this.#draft.document, { $ref: at }, at);
  }

  /** Beside the operation where it stands there, otherwise where the shared node is. */
  #write(place: Place, pointer: string, value: JsonObject): void {
    const inside = pointer.startsWith(`${place.pointer}/`);
    const base = inside ? place.pointer : pointer.slice(0, pointer.lastIndexOf("/"));
    let change: Json = value;
    for (const token of tokensOf(`#${pointer.slice(base.length)}`).toReversed())
      change = fromEntries([[token, change]]);
    this.#draft.update(base, change, reason);
  }
}

function copyWithoutExamples(response: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(response)) setOwn(result, key, copy(member));
  for (const [, media] of entriesOf(result, "content"))
    if (isObject(media)) {
      delete media["example"];
      delete media["examples"];
    }
  return result;
}

/** Whether a parameter can have this value on the wire, and still be found in it. */
function canBeSent(holder: Json, value: Json): boolean {
  const place = textOf(holder, "in");
  if (place === "") return true;
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => canBeSent(holder, item));
  if (value === null || isObject(value)) return false;
  if (typeof value !== "string") return true;
  return place === "query" ? value !== "" : /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value) && !/[/\\%]|^\.+$/.test(value);
}

function isName(name: string): boolean {
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name);
}

/** An answer that operations share is named for its component, any other for its status. */
function nameFor(pointer: string, status: string, taken: ReadonlySet<string>): string {
  const [, , component = "", ...more] = pointer.startsWith("#/components/responses/") ? tokensOf(pointer) : [];
  const kebab = component.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+/g, "-").toLowerCase();
  const wanted = more.length === 0 && isName(kebab) ? kebab : (names.get(status) ?? `answer-${status.toLowerCase()}`);
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}-${count}`;
  return name;
}

/** Makes alternatives of which just one may fit ordinary ones, where a value of one of them is one of another too. */
export function loosenAlternatives(draft: Draft): void {
  draft.begin("Alternatives");
  for (const { node, pointer } of schemasOf(draft.document).toReversed()) {
    const branches = own(node, "oneOf");
    if (!Array.isArray(branches) || branches.length < 2 || own(node, "anyOf") !== undefined) continue;
    const discriminator = own(node, "discriminator");
    const more = discriminator === undefined ? {} : { discriminator };
    if (sample(draft.document, { oneOf: branches, ...more }, "response") !== undefined) continue;
    const isShared = branches.some((branch) => {
      const value = sample(draft.document, branch, "response");
      return value !== undefined && !conforms(draft.document, { oneOf: branches }, value, "response");
    });
    if (!isShared) continue;
    const why = "A value of one alternative is one of another too, so that no value fits just one of them.";
    const list = branches.map(copy);
    draft.remove(child(pointer, "oneOf"), why);
    draft.update(pointer, { anyOf: list }, why);
  }
}
