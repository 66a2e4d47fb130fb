import { isSuccess } from "../exchange.ts";
import { isAbout, isFigure, isId, leavesOf } from "./fields.ts";
import type { Leaf } from "./fields.ts";
import type { Parts, Told } from "./parts.ts";

const maxOperations = 8;
const maxNames = 6;

/** The questions about meaning that a document leaves open and only a person can answer, with the document's own names. */
export function questionsOf(parts: Parts): readonly string[] {
  const { document, main, told } = parts;
  const answerOf = ({ exchanges }: Told) => {
    const exchange = exchanges.find(isSuccess);
    return exchange === undefined ? [] : leavesOf(document, exchange.schema);
  };
  const others = told.filter(({ operation }) => operation !== main.operation).slice(0, maxOperations);
  const leaves = answerOf(main);
  const name = main.operation.name;
  return [
    ...figureQuestions(name, leaves),
    ...placeQuestions(parts, leaves),
    ...idQuestions(parts, [...leaves, ...others.flatMap(answerOf)]),
    ...[main, ...others].flatMap((each) => listQuestions(each, answerOf(each))),
    ...absenceQuestions(main),
    ...timeQuestions(name, leaves),
    ...flagQuestions([...leaves, ...others.flatMap(answerOf)]),
  ];
}

function figureQuestions(operation: string, leaves: readonly Leaf[]): string[] {
  const figures = leaves.filter(isFigure);
  if (figures.length === 0)
    return [
      `which operation says how much stock there is? No field in the answer to ${operation} looks like a figure`,
      "which quantities of core (onHand, available, committed and the others) does the provider have a notion of?",
    ];
  const shown = figures.slice(0, maxNames);
  const names = shown.map(({ path }) => `\`${path}\``);
  const unitLeaf = leaves.find(({ name, types }) => isAbout("unit", name) && types.includes("string"));
  const unit = unitLeaf === undefined ? "No field of the answer names one" : `${unitOf(unitLeaf)} may say so`;
  return [
    ...names.map(
      (each) => `is ${each} of ${operation} what is on hand, what can be sold, or something else, and in whose words?`,
    ),
    `is what is promised to open orders and carts already taken off ${names[0]}?`,
    `can ${list(names, "or")} be negative, and what does that mean: oversold, or a correction?`,
    `is a 0 in ${list(names, "or")} a count of nothing, or also what is sent where nothing is counted?`,
    ...shown.flatMap(({ path, isRequired, isNullable }) => {
      const silence = [...(isRequired ? [] : ["is not there"]), ...(isNullable ? ["is null"] : [])];
      if (silence.length === 0) return [];
      return [
        `what does it mean where \`${path}\` ${silence.join(" or ")}: not counted, without limit, or something else?`,
      ];
    }),
    `${shown.every(({ types }) => types.includes("integer")) ? `${names.length === 1 ? "is" : "are"} ${list(names)} always whole` : `${names.length === 1 ? "does" : "do"} ${list(names)} have fractions, with how many places`}, and of which unit? ${unit}`,
  ];
}

function unitOf({ path, values }: Leaf): string {
  const known = values.slice(0, maxNames).map((value) => JSON.stringify(value));
  return known.length === 0 ? `\`${path}\`` : `\`${path}\` (${list(known, "or")})`;
}

function placeQuestions({ main }: Parts, leaves: readonly Leaf[]): string[] {
  const { operation } = main;
  const asked = [...operation.input.path, ...operation.input.query].flatMap(([wire, field]) =>
    isAbout("location", wire) ? [`\`${field}\``] : [],
  );
  const told = leaves.filter(({ name }) => isAbout("location", name)).map(({ path }) => `\`${path}\``);
  if (asked.length + told.length === 0)
    return [`is the answer to ${operation.name} about the whole account, or about one place that it does not name?`];
  return [
    `is a figure of ${operation.name} that of one place alone? ${list([...asked, ...told].slice(0, maxNames))} may name it`,
    "which places count: are some closed, virtual, in transit, or a supplier's?",
  ];
}

function idQuestions({ main }: Parts, leaves: readonly Leaf[]): string[] {
  const { operation } = main;
  const asked = operation.input.path.flatMap(([wire, field]) => (isAbout("location", wire) ? [] : [`\`${field}\``]));
  const ids = [
    ...new Set(
      leaves.filter(({ name, path }) => isId(name) && !isAbout("location", path)).map(({ path }) => `\`${path}\``),
    ),
  ];
  return [
    `which id is \`item.id\` of a lookup${asked.length === 0 ? "" : `, the one that ${operation.name} takes as ${list(asked)}`}, and is there a variant below it?`,
    ids.length === 0
      ? "how does one get from a SKU to that id? No field of the answers looks like one"
      : `how does one get from a SKU to that id? The answers have ${list(ids.slice(0, maxNames))}`,
    "does an answer say whose figure it is, so that one about something else can be discarded?",
  ];
}

function listQuestions({ operation, exchanges }: Told, leaves: readonly Leaf[]): string[] {
  const lists = [
    ...new Set(leaves.flatMap(({ path }) => (path.includes("[]") ? [path.slice(0, path.indexOf("[]"))] : []))),
  ];
  const answer = exchanges.find(isSuccess)?.answer;
  if (lists.length === 0 && !Array.isArray(answer)) return [];
  const paging = [
    ...leaves
      .filter(({ name, path }) => !path.includes("[]") && isAbout("paging", name))
      .map(({ path }) => `\`${path}\``),
    ...operation.input.query.flatMap(([wire, field]) => (isAbout("paging", wire) ? [`\`${field}\``] : [])),
  ];
  const what = lists.filter((path) => path !== "").map((path) => `\`${path}\``);
  const name = what.length === 0 ? `the answer to ${operation.name}` : `${list(what.slice(0, 2))} of ${operation.name}`;
  const isMany = what.length > 1;
  return [
    `${isMany ? "are" : "is"} ${name} complete when ${isMany ? "they end" : "it ends"}? ${paging.length === 0 ? "Nothing in it tells of a next page" : `${list([...new Set(paging)].slice(0, maxNames))} may tell`}`,
    `what does it mean that something is not listed in ${name}: nothing there, not counted, or unknown?`,
  ];
}

function absenceQuestions({ operation, exchanges }: Told): string[] {
  return [
    exchanges.some(({ status }) => status === 404)
      ? `does a 404 of ${operation.name} say that there is no such thing, or also that none of it is there?`
      : `what does ${operation.name} answer for something that it does not know? The document has no 404`,
  ];
}

function timeQuestions(operation: string, leaves: readonly Leaf[]): string[] {
  const times = leaves.filter(
    ({ name, format, types }) => format === "date-time" || (types.includes("string") && isAbout("time", name)),
  );
  if (times.length === 0) return [`how fresh is an answer to ${operation}? Nothing in it says when it was counted`];
  return [
    `does ${list(times.slice(0, 2).map(({ path }) => `\`${path}\``))} of ${operation} say when the figure changed, or when something else about the record did?`,
  ];
}

function flagQuestions(leaves: readonly Leaf[]): string[] {
  const flags = leaves.filter(
    ({ name, types, values }) =>
      isAbout("flag", name) && !isAbout("location", name) && (types.includes("boolean") || values.length > 0),
  );
  return [...new Map(flags.map((flag) => [flag.name, flag])).values()]
    .slice(0, 3)
    .map(({ path }) => `what becomes of the figures where \`${path}\` says otherwise than usual?`);
}

function list(texts: readonly string[], last = "and"): string {
  const distinct = [...new Set(texts)];
  return distinct.length < 2 ? distinct.join("") : `${distinct.slice(0, -1).join(", ")} ${last} ${distinct.at(-1)}`;
}
