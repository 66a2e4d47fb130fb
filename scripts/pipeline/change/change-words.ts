import type { Change } from "@inv/bump";
import type { Difference } from "./client-differences.ts";
import { clientOf, code, pathText, subjectOf } from "./client-words.ts";
import type { Versions } from "./client-words.ts";
import { isObject, own, textOf, tokensOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { toCamelCase } from "../names.ts";
import { toMarkdownText } from "../text.ts";
import { methods } from "../walk.ts";

/** Where in a client a change of its document is noticed. */
export interface Place {
  /** `function getItem result rows [] count`, step by step. */
  readonly path: readonly string[];
  /** Whether the change is of a keyword there, such as a bound, and not of what is there. */
  readonly isKeyword: boolean;
  /** Whether only words changed. */
  readonly isWords: boolean;
  /** How users call it. */
  readonly subject: string;
}

/** The documents that two versions of a client were generated from. */
export interface Documents {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

// What of a document is words, for people alone.
const words = new Set("description summary title example examples externalDocs tags info openapi $comment".split(" "));
const branches = new Set(["anyOf", "oneOf", "allOf"]);

/** What a pointer into either document is for users of the client. */
export function placeOf(versions: Versions, documents: Documents, pointer: string): Place {
  const tokens = tokensOf(pointer);
  const [section = "", second = "", third = "", ...rest] = tokens;
  if (section === "components" && second === "schemas") {
    const subject = subjectOf(versions, { kind: "schema", name: third });
    return inSchema(["schema", third], subject, rest);
  }
  if (section === "components" && second === "parameters")
    return inField(versions, fieldAt(documents, tokens.slice(0, 3)), rest, undefined);
  if (section === "paths") {
    const isOperation = methods.some((method) => method === third);
    const name = functionAt(versions, second, isOperation ? third : "");
    if (name !== undefined) return inFunction(versions, documents, name, tokens, isOperation ? rest : []);
  }
  if (section === "components" && second === "securitySchemes")
    return { path: ["options"], isKeyword: false, isWords: rest.some(isWord), subject: clientOf(versions) };
  const subjects: Readonly<Record<string, string>> = {
    servers: "The address that the client calls",
    "x-inv-rate-limit": "The client's pace",
  };
  return {
    path: tokens,
    isKeyword: false,
    isWords: pointer === "#" || isWord(section),
    subject: subjects[section] ?? "The client",
  };
}

/** Whether one of these differences says what changed at a place. */
export function isTold(differences: readonly Difference[], { path, isKeyword }: Place): boolean {
  return differences.flatMap(pathsOf).some((other) => {
    if (other.every((step, index) => step === path[index])) return true;
    return !isKeyword && path.every((step, index) => step === other[index]);
  });
}

/** A change that no type shows, in words. */
export function sayChange({ subject }: Place, { message, accepted }: Change): string {
  // The subject says it in the client's words.
  const what = toMarkdownText(message.replace(/^[A-Z]+ \/\S*( \d[\dX]+)?: /, ""));
  return `${subject}: ${what}${accepted === undefined ? "" : " (accepted)"}.`;
}

function pathsOf(difference: Difference): string[][] {
  if (difference.kind === "path") return [["function", difference.name]];
  if (difference.kind === "status") return [["function", difference.name, "error", difference.status]];
  if (difference.kind !== "member") {
    const names = difference.state === "renamed" ? [difference.name, difference.now] : [difference.name];
    return names.map((name) => [difference.kind, name]);
  }
  const { owner, path } = difference;
  if (owner.kind === "options") return [["options"]];
  if (owner.kind === "schema") return [["schema", owner.name, ...path]];
  return [["function", owner.name, owner.kind, ...(owner.kind === "error" ? [owner.status] : []), ...path]];
}

function inFunction(
  versions: Versions,
  documents: Documents,
  name: string,
  tokens: readonly string[],
  [part = "", ...rest]: readonly string[],
): Place {
  if (part === "parameters") return inField(versions, fieldAt(documents, tokens.slice(0, 5)), rest.slice(1), name);
  const schema = rest.slice(rest.indexOf("schema") + 1);
  const hasSchema = rest.includes("schema");
  if (part === "requestBody") {
    const place = inSchema(["function", name, "input"], code(name), hasSchema ? schema : []);
    return hasSchema ? place : { ...place, isWords: rest.some(isWord) };
  }
  const [status = ""] = rest;
  if (part === "responses" && status !== "") {
    const isSuccess = status.startsWith("2");
    const path = ["function", name, ...(isSuccess ? ["result"] : ["error", status])];
    const subject = isSuccess ? `${code(name)}'s result` : `${code(name)}'s error ${code(status)}`;
    if (hasSchema) return inSchema(path, subject, schema);
    return { path, isKeyword: rest.length > 1, isWords: rest.slice(1).some(isWord), subject };
  }
  const isWhole = part === "" || part === "operationId";
  return {
    path: ["function", name, ...(isWhole ? [] : [part])],
    isKeyword: part === "operationId",
    isWords: isWord(part),
    subject: code(name),
  };
}

function inField(versions: Versions, field: string, rest: readonly string[], name: string | undefined): Place {
  const users = [...versions.after.functions.values()].filter(({ input }) => input.has(field));
  const [first = ""] = name === undefined ? users.map((each) => each.name) : [name];
  const at = rest.indexOf("schema");
  const place = inSchema(["function", first, "input", field], `${code(first)}: ${code(field)}`, rest.slice(at + 1));
  return { ...place, isWords: rest.some(isWord) };
}

function inSchema(base: readonly string[], subject: string, tokens: readonly string[]): Place {
  const path: string[] = [];
  let at = 0;
  for (; at < tokens.length; at += 1) {
    const token = tokens[at] ?? "";
    if (token === "properties" && tokens[at + 1] !== undefined) path.push(tokens[(at += 1)] ?? "");
    else if (token === "items") path.push("[]");
    else if (branches.has(token) && tokens[at + 1] !== undefined) at += 1;
    else break;
  }
  const rest = tokens.slice(at);
  return {
    path: [...base, ...path],
    // Which fields are required shows in the fields.
    isKeyword: rest.length > 0 && rest[0] !== "required",
    isWords: rest.some(isWord),
    subject: path.length === 0 ? subject : `${subject}: ${code(pathText(path))}`,
  };
}

function isWord(token: string): boolean {
  return words.has(token);
}

function functionAt({ before, after }: Versions, path: string, method: string): string | undefined {
  const isHere = ({ route }: { readonly route: string }) =>
    method === "" ? route.endsWith(` ${path}`) : route === `${method.toUpperCase()} ${path}`;
  return ([...after.functions.values()].find(isHere) ?? [...before.functions.values()].find(isHere))?.name;
}

/** The input field of a parameter, in whichever document has it. */
function fieldAt({ before, after }: Documents, tokens: readonly string[]): string {
  for (const document of [after, before]) {
    let node: Json | undefined = document;
    for (const token of tokens) node = Array.isArray(node) ? node[Number(token)] : own(node, token);
    if (isObject(node)) return textOf(node, "x-inv-name") || toCamelCase(textOf(node, "name").replace(/\[\]$/, ""));
  }
  return "";
}
