import { child, entriesOf, isObject, own, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Model, OperationModel } from "../model.ts";
import { quote } from "../names.ts";
import { deref } from "../references.ts";

/** Something that lint finds; `pointer` is into the effective document. */
export interface Problem {
  readonly rule: string;
  readonly pointer: string;
  readonly message: string;
}

interface Half {
  /** Where a missing example would go. */
  readonly pointer: string;
  readonly what: string;
  readonly required: boolean;
  readonly names: readonly string[];
}

/**
 * Looks at the exchanges of a document: a named answer, and the request of the same name. Both halves have to be there,
 * and every documented status needs one, or the contract tests would have a hole.
 */
export function lintExchanges({ document, operations }: Model): Problem[] {
  const problems: Problem[] = [];
  const halves = new Map<string, { half: Half; answers: Set<string> }>();
  for (const operation of operations) {
    const answers = nameAnswers(document, operation, problems);
    for (const half of requestOf(document, operation)) {
      if (half.required)
        for (const [name, at] of answers)
          if (!half.names.includes(name))
            problems.push({
              rule: "half-exchange",
              pointer: half.pointer,
              message: `${half.what} is required and has no example ${quote(name)}, which the answer at ${at} has; add it.`,
            });
      const known = halves.get(half.pointer) ?? { half, answers: new Set() };
      for (const name of answers.keys()) known.answers.add(name);
      halves.set(half.pointer, known);
    }
  }
  // A parameter that several operations share has the examples of all of them.
  for (const { half, answers } of halves.values())
    for (const name of half.names)
      if (!answers.has(name))
        problems.push({
          rule: "half-exchange",
          pointer: child(half.pointer, name),
          message: `no answer has an example ${quote(name)}; add it, or remove this one.`,
        });
  return problems;
}

/** The names of an operation's answers, each with its place; what is wrong with them is added to the problems. */
function nameAnswers(
  document: JsonObject,
  operation: OperationModel,
  problems: Problem[],
): ReadonlyMap<string, string> {
  const answers = new Map<string, string>();
  for (const { status, pointer, names } of answersOf(document, operation)) {
    if (names.length === 0)
      problems.push({
        rule: "status-without-exchange",
        pointer,
        message: `${status} has no named example; add one under content.<media type>.examples.`,
      });
    for (const name of names) {
      const at = answers.get(name);
      if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
        problems.push({
          rule: "exchange-name",
          pointer,
          message: `${quote(name)} is not kebab-case; rename this example and its other half.`,
        });
      if (at !== undefined)
        problems.push({
          rule: "exchange-name",
          pointer,
          message: `${quote(name)} already names an answer at ${at}; rename one of them and its other half.`,
        });
      answers.set(name, pointer);
    }
  }
  return answers;
}

function answersOf(
  document: JsonObject,
  { node, pointer }: OperationModel,
): { status: string; pointer: string; names: string[] }[] {
  const responses = own(node, "responses") ?? {};
  return Object.entries(responses)
    .filter(([status]) => !status.startsWith("x-"))
    .map(([status, raw]) => {
      const at = child(child(pointer, "responses"), status);
      const content = own(deref(document, raw, at).node, "content");
      const isEmpty = Object.keys(content ?? {}).length === 0;
      return { status, pointer: at, names: isEmpty ? [emptyExchange(status)] : exampleNames(content) };
    });
}

/** The name of the exchange whose answer has no body, and so no example that could name it. */
export function emptyExchange(status: string): string {
  return `status-${status.toLowerCase()}`;
}

function exampleNames(content: Json | undefined): string[] {
  return Object.values(isObject(content) ? content : {}).flatMap((media) => Object.keys(own(media, "examples") ?? {}));
}

function requestOf(document: JsonObject, { node, pointer, input }: OperationModel): Half[] {
  const halves: Half[] = input.parameters.map((parameter) => ({
    pointer: child(parameter.pointer, "examples"),
    what: `The parameter ${quote(textOf(parameter.node, "name"))}`,
    required: own(parameter.node, "required") === true,
    names: entriesOf(parameter.node, "examples").map(([name]) => name),
  }));
  const raw = own(node, "requestBody");
  if (raw === undefined) return halves;
  const body = deref(document, raw, child(pointer, "requestBody"));
  const content = own(body.node, "content");
  return [
    ...halves,
    {
      pointer: child(body.pointer, "content"),
      what: "The body",
      required: own(body.node, "required") === true,
      names: exampleNames(content),
    },
  ];
}
