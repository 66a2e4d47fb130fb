import type { Figure, InventoryLevel, Lookup, Outcome, Quantity, QuantityName, ReadResult } from "@inv/core";

import { failure, unbroken } from "./failure.js";
import { displayName } from "./providers.js";
import { columns, padEnd, padStart, visible, wrap } from "./text.js";

const pageWidth = 80;
const gap = "  ";
const leastItemWidth = 13;
const leastWhereWidth = 9;

const figureColumns = [
  { name: "onHand", heading: ["On hand"] },
  { name: "available", heading: ["Available"] },
  { name: "committed", heading: ["Committed"] },
  { name: "availableToPromise", heading: ["Free to", "promise"] },
  { name: "short", heading: ["Short"] },
] as const satisfies readonly { name: QuantityName; heading: readonly string[] }[];

/** Text of a cell that may be cut in the middle when it is an id, never when it is anything else. */
interface Line {
  readonly text: string;
  readonly id?: true;
}

interface Row {
  readonly account: string;
  readonly item: readonly Line[];
  readonly where: readonly Line[];
  /** The lines of each figure's cell, or one text that spans them all. */
  readonly figures: readonly (readonly string[])[] | string;
  /** Stands below the row, from the item's column on. */
  readonly below: readonly string[];
}

/** What every row of one table may need. */
interface Page {
  readonly footnotes: Footnotes;
  readonly providers: ReadonlyMap<string, string>;
  /** Names that several places go by: these are shown with their ids. */
  readonly sharedNames: ReadonlySet<string>;
}

/**
 * The result as a table for people, 80 columns wide unless figures alone are wider.
 *
 * One row per lookup and level, in the order of the lookups. A figure stands as the provider gave it; everything that is
 * no figure is a word, a `?` with a footnote, or `·`. Nothing is added up.
 */
export function toTable(result: ReadResult, providers: ReadonlyMap<string, string>): string {
  const footnotes = new Footnotes();
  const page = { footnotes, providers, sharedNames: sharedNames(result) };
  const rows = result.outcomes.flatMap((outcome) => rowsOf(outcome, page));
  const { lines, shortened } = layOut(rows);
  const legend = [
    ...footnotes.lines(),
    ...(hasDots(rows) ? hanging("·   ", "the provider has no such notion") : []),
    ...(shortened ? hanging("…   ", "the middle of an id, left out here; --format json has it whole") : []),
  ];
  const blocks = [lines, legend, hanging("", inTheirWords(result)), [summary(result)]];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function rowsOf(outcome: Outcome, page: Page): Row[] {
  if (outcome.status === "ok")
    return outcome.levels.map((level, index) =>
      levelRow(level, page, !outcome.complete && index === outcome.levels.length - 1),
    );
  const { lookup, error } = outcome;
  const { text, explain } = failure(error, displayName(page.providers.get(lookup.account) ?? lookup.account));
  const note = explain ? ` [${page.footnotes.add(error.message)}]` : "";
  const row = ofLookup(lookup);
  // A lookup that names no place may still have meant one: `·` would say that the provider knows none.
  const where = lookup.location === undefined ? [] : row.where;
  return [{ ...row, where, figures: visible(text + note), below: [] }];
}

function sharedNames({ outcomes }: ReadResult): ReadonlySet<string> {
  const ids = new Map<string, Set<string>>();
  for (const outcome of outcomes)
    for (const { location } of outcome.status === "ok" ? outcome.levels : [])
      if (location?.name !== undefined) ids.set(location.name, (ids.get(location.name) ?? new Set()).add(location.id));
  return new Set([...ids].filter(([, those]) => those.size > 1).map(([name]) => name));
}

function ofLookup({ account, item, location }: Lookup | InventoryLevel): Pick<Row, "account" | "item" | "where"> {
  return {
    account: visible(account),
    item: [idLine(item.id), ...(item.variantId === undefined ? [] : [idLine(item.variantId)])],
    where: location === undefined ? [{ text: "·" }] : [idLine(location.id)],
  };
}

function levelRow(level: InventoryLevel, { footnotes, sharedNames }: Page, incomplete: boolean): Row {
  const { item, location, provider, quantities, terms } = level;
  const cell = (figure: Figure) => cellOf(figure.quantity, footnotes);
  const figures = figureColumns.map(({ name }) => {
    const figure = quantities[name];
    return figure === undefined ? ["·"] : cell(figure);
  });
  const others = Object.entries(quantities).filter(([name]) => !figureColumns.some((column) => column.name === name));
  const also = [...others, ...Object.entries(terms)].map(
    ([name, figure]) => `${visible(name)} ${cell(figure).join(" ")}`,
  );
  const notes = level.notes.map(({ text }) => text);
  if (incomplete) notes.push(`${displayName(provider)} has more than it listed here.`);
  const marks = [...new Set(notes.map((note) => `[${footnotes.add(note)}]`))];
  const ids = ofLookup(level);
  return {
    account: ids.account,
    item: [
      ...[item.name, item.sku].filter((text) => text !== undefined).map((text) => ({ text: visible(text) })),
      ...ids.item,
      ...(level.unit === undefined ? [] : [{ text: `in ${visible(level.unit)}` }]),
    ],
    where:
      location?.name === undefined
        ? ids.where
        : [{ text: visible(location.name) }, ...(sharedNames.has(location.name) ? ids.where : [])],
    figures,
    below: [
      ...(also.length > 0 ? [`also: ${also.join(", ")}`] : []),
      ...(marks.length > 0 ? [`see ${marks.join(" ")}`] : []),
    ],
  };
}

function cellOf(quantity: Quantity, footnotes: Footnotes): string[] {
  if (quantity.kind === "exact") return [visible(quantity.value)];
  if (quantity.kind === "unlimited") return ["unlimited"];
  if (quantity.kind === "untracked") return ["not", "tracked"];
  return [`? [${footnotes.add(`${quantity.reason}: ${quantity.remedy}`)}]`];
}

/** An id; one that begins or ends with a space is quoted, or it would look like another. */
function idLine(id: string): Line {
  return { text: visible(/^\s|\s$/u.test(id) ? JSON.stringify(id) : id), id: true };
}

class Footnotes {
  readonly #numbers = new Map<string, number>();

  /** The number of the note; equal texts share one. */
  add(text: string): number {
    const trimmed = visible(text.trim());
    const sentence = /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
    const known = this.#numbers.get(sentence) ?? this.#numbers.size + 1;
    this.#numbers.set(sentence, known);
    return known;
  }

  lines(): string[] {
    return [...this.#numbers].flatMap(([text, number]) => hanging(`[${number}] `, text));
  }
}

function hanging(mark: string, text: string): string[] {
  if (text === "") return [];
  const indent = " ".repeat(mark.length);
  return wrap(text, pageWidth - mark.length).map((line, index) => (index === 0 ? mark : indent) + line);
}

function layOut(rows: readonly Row[]): { lines: string[]; shortened: boolean } {
  const figureWidths = figureColumns.map(({ heading }, index) =>
    widest([...heading, ...rows.flatMap(({ figures }) => (typeof figures === "string" ? [] : (figures[index] ?? [])))]),
  );
  const figuresWidth = figureWidths.reduce((sum, width) => sum + width) + gap.length * (figureWidths.length - 1);
  const accountWidth = Math.min(12, widest(["Account", ...rows.map(({ account }) => account)]));
  const room = pageWidth - accountWidth - figuresWidth - gap.length * 3;
  const itemNatural = widest(["Item", ...rows.flatMap(({ item }) => item.map(({ text }) => text))]);
  const whereNatural = widest(["Where", ...rows.flatMap(({ where }) => where.map(({ text }) => text))]);
  const itemWidth = Math.min(itemNatural, Math.max(leastItemWidth, room - Math.min(whereNatural, leastWhereWidth)));
  const whereWidth = Math.min(whereNatural, Math.max(leastWhereWidth, room - itemWidth));
  const tableWidth = accountWidth + itemWidth + whereWidth + figuresWidth + gap.length * 3;
  const spanWidth = figuresWidth + Math.max(0, pageWidth - tableWidth);
  const items = new Cutter(
    rows.flatMap(({ item }) => item),
    itemWidth,
  );
  const places = new Cutter(
    rows.flatMap(({ where }) => where),
    whereWidth,
  );

  const lineOf = (account: string, item: string, where: string, rest: string) =>
    [padEnd(account, accountWidth), padEnd(item, itemWidth), padEnd(where, whereWidth), rest].join(gap).trimEnd();
  const aligned = (cells: readonly (readonly string[])[], line: number) =>
    figureWidths.map((width, index) => padStart(cells[index]?.[line] ?? "", width)).join(gap);
  const block = (
    account: readonly string[],
    item: readonly string[],
    where: readonly string[],
    figures: Row["figures"],
  ) => {
    const span = typeof figures === "string" ? wrap(figures, spanWidth) : undefined;
    const cells = typeof figures === "string" ? [] : figures;
    const height = Math.max(...[account, item, where, span ?? [], ...cells].map((part) => part.length));
    return Array.from({ length: height }, (_, line) => {
      const rest = span === undefined ? aligned(cells, line) : (span[line] ?? "").replaceAll(unbroken, " ");
      return lineOf(account[line] ?? "", item[line] ?? "", where[line] ?? "", rest);
    });
  };

  const lines = block(
    ["Account"],
    ["Item"],
    ["Where"],
    figureColumns.map(({ heading }) => heading),
  );
  lines.push("─".repeat(Math.max(pageWidth, tableWidth)));
  const indent = " ".repeat(accountWidth) + gap;
  for (const { account, item, where, figures, below } of rows) {
    lines.push(...block(wrap(account, accountWidth), items.lines(item), places.lines(where), figures));
    for (const text of below) lines.push(...wrap(text, pageWidth - indent.length).map((line) => indent + line));
  }
  return { lines, shortened: items.shortened || places.shortened };
}

/** Fits texts into a column. Ids are cut in the middle as long as no two of the column come out the same; other text is wrapped. */
class Cutter {
  readonly #width: number;
  readonly #ambiguous: ReadonlySet<string>;
  shortened = false;

  constructor(all: readonly Line[], width: number) {
    this.#width = width;
    const whole = new Map<string, string>();
    const ambiguous = new Set<string>();
    for (const { text } of all) {
      const cut = this.#cut(text);
      if ((whole.get(cut) ?? text) !== text) ambiguous.add(cut);
      whole.set(cut, text);
    }
    this.#ambiguous = ambiguous;
  }

  lines(cell: readonly Line[]): string[] {
    return cell.flatMap(({ text, id }) => {
      const cut = this.#cut(text);
      if (cut === text || id !== true || this.#ambiguous.has(cut)) return wrap(text, this.#width);
      this.shortened = true;
      return [cut];
    });
  }

  #cut(text: string): string {
    if (columns(text) <= this.#width) return text;
    const chars = Array.from(text);
    const tail = Math.floor((this.#width - 1) / 3);
    let head = this.#width - 1 - tail;
    const cut = () => `${chars.slice(0, head).join("")}…${chars.slice(chars.length - tail).join("")}`;
    while (columns(cut()) > this.#width && head > 1) head -= 1;
    return cut();
  }
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, columns(text)), 0);
}

/** Which provider has another word for a column, and which does not say what its word means. */
function inTheirWords({ outcomes }: ReadResult): string {
  const levels = outcomes.flatMap((outcome) => (outcome.status === "ok" ? outcome.levels : []));
  const clauses = figureColumns.flatMap(({ name, heading }) => {
    const words = levels.flatMap(({ provider, quantities }) => {
      const figure = quantities[name];
      if (figure === undefined) return [];
      const unsaid = figure.basis === "unspecified" ? " (which does not say what it counts)" : "";
      const same = [name, heading.join("")].some((known) => bare(known) === bare(figure.providerTerm));
      return same && unsaid === "" ? [] : [`"${figure.providerTerm}" at ${displayName(provider)}${unsaid}`];
    });
    return words.length === 0 ? [] : [`${heading.join(" ")} is ${[...new Set(words)].join(", ")}.`];
  });
  return clauses.length === 0 ? "" : visible(`Their words: ${clauses.join(" ")}`);
}

function bare(word: string): string {
  return word.toLowerCase().replaceAll(/[\s_-]/g, "");
}

function hasDots(rows: readonly Row[]): boolean {
  return rows.some(
    ({ where, figures }) => where[0]?.text === "·" || (typeof figures !== "string" && figures.flat().includes("·")),
  );
}

function summary({ outcomes }: ReadResult): string {
  const read = outcomes.filter(({ status }) => status === "ok").length;
  const incomplete = outcomes.filter((outcome) => outcome.status === "ok" && !outcome.complete).length;
  const failed = outcomes.length - read;
  const parts = [
    `${read} of ${outcomes.length} read`,
    ...(incomplete > 0 ? [`${incomplete} of them in part`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  return `${parts.join(", ")}. Nothing here is added up.`;
}
