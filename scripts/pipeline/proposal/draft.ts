import { stringify } from "yaml";
import { SpecError } from "../error.ts";
import { copy, fromEntries, isObject, own, setOwn, textOf, tokensOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { sliceKey } from "../slice.ts";

/** A correction, as an overlay has it. */
interface Action {
  readonly section: string;
  readonly target: string;
  readonly description: string;
  readonly change: { readonly update: Json } | { readonly remove: true };
}

/**
 * A document on its way to a corrected one: every change is made to it at once, and kept as an action of an overlay that
 * makes the same change again.
 */
export class Draft {
  readonly document: JsonObject;
  readonly provider: string;
  /** What a person has to look at. */
  readonly notes: string[] = [];
  readonly #noted = new Set<string>();
  readonly #actions: Action[] = [];
  #section = "";

  constructor(document: JsonObject, provider: string) {
    this.document = document;
    this.provider = provider;
  }

  /** What the actions that follow are about. */
  begin(section: string): void {
    this.#section = section;
  }

  note(text: string): void {
    const line = toPlain(text);
    if (!this.#noted.has(line)) this.notes.push(line);
    this.#noted.add(line);
  }

  /** Merges an object into the object that a pointer leads to, or appends to the list that it leads to. */
  update(pointer: string, change: Json, reason: string): void {
    const { base, inner } = this.#reachable(pointer, change);
    const target = this.#at(base);
    const path = this.#pathOf(base);
    merge(target, inner);
    const last = this.#actions.at(-1);
    if (
      last?.target === path &&
      last.description === toPlain(reason) &&
      "update" in last.change &&
      isObject(last.change.update) &&
      isObject(inner)
    )
      merge(last.change.update, inner);
    else this.#add(path, reason, { update: copy(inner) });
  }

  /** Removes what a pointer leads to. */
  remove(pointer: string, reason: string): void {
    if (tokensOf(pointer).some(isUnreachable)) throw unreachable(pointer);
    const path = this.#pathOf(pointer);
    const key = tokensOf(pointer).at(-1) ?? "";
    const holder = this.#at(pointer.slice(0, pointer.lastIndexOf("/")));
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else if (isObject(holder)) delete holder[key];
    this.#add(path, reason, { remove: true });
  }

  /** Puts another value in the place of what is there, if anything is. */
  replace(pointer: string, value: Json, reason: string): void {
    const [parent, key] = [pointer.slice(0, pointer.lastIndexOf("/")), tokensOf(pointer).at(-1) ?? ""];
    const before = own(this.#at(parent), key);
    // Merging alone would keep what is in an object, or in a list.
    if (typeof before === "object" && before !== null) this.remove(pointer, reason);
    const change: JsonObject = {};
    setOwn(change, key, value);
    this.update(parent, change, reason);
  }

  /** The overlay as data; undefined where there is nothing to correct. */
  toOverlay(operations: readonly string[] | undefined): JsonObject | undefined {
    if (this.#actions.length === 0 && operations === undefined) return undefined;
    return {
      overlay: "1.0.0",
      info: { title: `Corrections to the document of ${this.provider}`, version: "1.0.0" },
      ...(operations === undefined ? {} : { [sliceKey]: [...operations] }),
      ...(this.#actions.length === 0 ? {} : { actions: this.#actions.map(toJson) }),
    };
  }

  /** The overlay as the text of a file, with a heading over each group of actions. */
  toText(operations: readonly string[] | undefined): string | undefined {
    const overlay = this.toOverlay(operations);
    if (overlay === undefined) return undefined;
    const { actions: _, ...head } = overlay;
    const blocks: string[] = [];
    let section = "";
    for (const action of this.#actions) {
      if (action.section !== section) blocks.push(`  # ${action.section}\n`);
      section = action.section;
      blocks.push(toYaml([toJson(action)]).replaceAll(/^(?=.)/gm, "  "));
    }
    return [toYaml(head), ...(blocks.length === 0 ? [] : ["actions:\n", blocks.join("\n")])].join("");
  }

  /** A member that no JSONPath reaches is updated by way of the object that holds it. */
  #reachable(pointer: string, change: Json): { base: string; inner: Json } {
    let [base, inner] = [pointer, change];
    while (tokensOf(base).some(isUnreachable)) {
      const parent = base.slice(0, base.lastIndexOf("/"));
      if (!isObject(this.#at(parent))) throw unreachable(pointer);
      inner = fromEntries([[tokensOf(base).at(-1) ?? "", inner]]);
      base = parent;
    }
    return { base, inner };
  }

  #add(target: string, description: string, change: Action["change"]): void {
    this.#actions.push({ section: this.#section, target, description: toPlain(description), change });
  }

  #at(pointer: string): Json {
    let node: Json | undefined = this.document;
    for (const token of tokensOf(pointer)) node = Array.isArray(node) ? node[Number(token)] : own(node, token);
    if (node === undefined) throw new Error(`${pointer} is not in the document`);
    return node;
  }

  /** A pointer as a JSONPath. Of a list, the element is chosen by what it says, where that is possible. */
  #pathOf(pointer: string): string {
    let path = "$";
    let node: Json | undefined = this.document;
    for (const token of tokensOf(pointer)) {
      path += Array.isArray(node) ? `[${selectorOf(node, Number(token))}]` : memberOf(token);
      node = Array.isArray(node) ? node[Number(token)] : own(node, token);
    }
    return path;
  }
}

/** Text with names of a document in it, as it may be shown: on one line, nothing in it that a terminal would act on. */
export function toPlain(text: string): string {
  return text.replaceAll(
    /[^\x20-\x7e…]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The resolver that applies the overlay does not read back what stands for such a character. */
function isUnreachable(key: string): boolean {
  return /\p{Cc}/u.test(key);
}

function unreachable(pointer: string): SpecError {
  return new SpecError("name", pointer, "a name with control characters cannot be reached by an overlay.");
}

function toJson({ target, description, change }: Action): JsonObject {
  return { target, description, ...change };
}

function toYaml(value: Json): string {
  return stringify(value, { lineWidth: 160, aliasDuplicateObjects: false, compat: "yaml-1.1" });
}

function memberOf(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `.${key}` : `[${literal(key)}]`;
}

/** A text in a JSONPath. A bracket would end the selector for the resolver that applies the overlay. */
function literal(text: string): string {
  const escaped = text.replaceAll(/['\\]/g, "\\$&").replaceAll(/[\p{Cc}[\]\u2028\u2029]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `'${escaped}'`;
}

function selectorOf(list: readonly Json[], index: number): string {
  const element = list[index];
  for (const keys of [["url"], ["name", "in"], ["$ref"]]) {
    const texts = keys.map((key) => textOf(element, key));
    if (texts.some((text) => text === "")) continue;
    if (list.filter((each) => keys.every((key, at) => textOf(each, key) === texts[at])).length > 1) continue;
    const tests = keys.map((key, at) => `@${memberOf(key)} == ${literal(texts[at] ?? "")}`);
    return `?(${tests.join(" && ")})`;
  }
  return String(index);
}

/** As an overlay is applied: objects are merged, lists appended to, anything else is replaced. */
function merge(target: Json, change: Json): void {
  if (Array.isArray(target)) target.push(...(Array.isArray(change) ? change : [change]).map(copy));
  if (!isObject(target) || !isObject(change)) return;
  for (const [key, value] of Object.entries(change)) {
    const before = own(target, key);
    if (isObject(before) && isObject(value)) merge(before, value);
    else if (Array.isArray(before) && Array.isArray(value)) merge(before, value);
    else setOwn(target, key, copy(value));
  }
}
