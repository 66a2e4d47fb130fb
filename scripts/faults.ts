import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "./pipeline/command.ts";

/** One row of `docs/faults.md`. */
export interface Fault {
  readonly id: string;
  /** What it still waits for, or why it is accepted; empty where nothing is missing. */
  readonly waitsFor: string;
}

/** The rows below one heading. */
export interface Group {
  readonly name: string;
  readonly letter: string;
  readonly faults: readonly Fault[];
}

/** What `listFaults` found: the lines to print, and whether anything is wrong. */
export interface Report {
  readonly lines: readonly string[];
  readonly problems: readonly string[];
}

/** The groups of which every id needs a test or a reason. */
const required = ["T", "H", "A", "R", "P", "N"];

const tests = ["packages/*/test/**/*.ts", "scripts/test/**/*.ts"];

/**
 * Reads the groups and rows of the catalogue.
 *
 * @throws Error for a row that has not four cells, stands in the group of another letter, or repeats an id
 */
export function parseCatalogue(markdown: string): Group[] {
  const groups: { name: string; letter: string; faults: Fault[] }[] = [];
  const seen = new Set<string>();
  for (const line of markdown.split("\n")) {
    const [, name, letter] = /^## (.+) \(([A-Z])\)$/.exec(line) ?? [];
    if (name !== undefined && letter !== undefined) groups.push({ name, letter, faults: [] });
    const [, id] = /^\| ([A-Z]\d\d) \|/.exec(line) ?? [];
    if (id === undefined) continue;
    const group = groups.at(-1);
    const cells = line.split("|").slice(1, -1);
    if (cells.length !== 4) throw new Error(`docs/faults.md: ${id} has ${cells.length} cells and not four`);
    if (group === undefined || !id.startsWith(group.letter))
      throw new Error(`docs/faults.md: ${id} is in the wrong group`);
    if (seen.has(id)) throw new Error(`docs/faults.md: ${id} is there twice`);
    seen.add(id);
    group.faults.push({ id, waitsFor: cells[3]?.trim() ?? "" });
  }
  return groups;
}

/**
 * Returns the ids that the names of a file's tests begin with, each once.
 *
 * The name of a test is what `test`, `it` or `describe` is given first, or a text in the table of its `.each`. A test
 * that is skipped or still to be written does not count, nor does a comment or any other text.
 */
export function idsOfTests(path: string, source: string): string[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
  const tables = new Map<string, ts.Expression>();
  const ids = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined)
      tables.set(node.name.text, node.initializer);
    const call = ts.isCallExpression(node) ? testCall(node) : undefined;
    if (call?.skipped === true) return;
    if (call !== undefined) for (const title of call.titles(tables)) for (const id of leadingIds(title)) ids.add(id);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...ids];
}

interface TestCall {
  readonly skipped: boolean;
  readonly titles: (tables: ReadonlyMap<string, ts.Expression>) => readonly string[];
}

/** A call of `test`, `it` or `describe`, in any form: `test.concurrent(…)`, `it.each(table)(…)`. */
function testCall(node: ts.CallExpression): TestCall | undefined {
  const modifiers: string[] = [];
  let table: ts.Expression | undefined;
  let at: ts.Expression = node.expression;
  for (;;) {
    if (ts.isPropertyAccessExpression(at)) {
      modifiers.push(at.name.text);
      at = at.expression;
    } else if (ts.isCallExpression(at)) {
      if (ts.isPropertyAccessExpression(at.expression) && ["each", "for"].includes(at.expression.name.text))
        table = at.arguments[0];
      at = at.expression;
    } else break;
  }
  if (!ts.isIdentifier(at) || !["test", "it", "describe"].includes(at.text)) return undefined;
  const [title] = node.arguments;
  return {
    skipped: modifiers.includes("skip") || modifiers.includes("todo"),
    titles: (tables) => [
      ...(title === undefined ? [] : textsOf(title, tables, 0)),
      ...(table === undefined ? [] : textsIn(table, tables)),
    ],
  };
}

/** The text that an expression is, as far as it can be told without running it. */
function textsOf(node: ts.Node, tables: ReadonlyMap<string, ts.Expression>, depth: number): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) return [node.head.text];
  const named = ts.isIdentifier(node) && depth < 3 ? tables.get(node.text) : undefined;
  return named === undefined ? [] : textsOf(named, tables, depth + 1);
}

/** Every text in a table, also where the table has a name in the same file. Functions in it are none of its cells. */
function textsIn(node: ts.Node, tables: ReadonlyMap<string, ts.Expression>, depth = 0): readonly string[] {
  if (ts.isFunctionLike(node)) return [];
  const own = textsOf(node, new Map(), 0);
  const named = ts.isIdentifier(node) && depth < 3 ? tables.get(node.text) : undefined;
  const inner = named === undefined ? [] : textsIn(named, tables, depth + 1);
  const children: string[] = [];
  ts.forEachChild(node, (child) => {
    children.push(...textsIn(child, tables, depth));
  });
  return [...own, ...inner, ...children];
}

/** The ids that a title begins with: `P08 P10 …`, `T01, T02 …`. */
function leadingIds(title: string): readonly string[] {
  const [list = ""] = /^[A-Z]\d\d(?:(?:,? | and )[A-Z]\d\d)*(?!\w)/.exec(title) ?? [];
  return list.match(/[A-Z]\d\d/g) ?? [];
}

/** Compares the catalogue with the tests: every id with the files that cover it, or why none does. */
export function compareFaults(groups: readonly Group[], filesOf: ReadonlyMap<string, readonly string[]>): Report {
  const lines: string[] = [];
  const problems: string[] = [];
  const counts: string[] = [];
  let openInScope = 0;
  for (const { name, letter, faults } of groups) {
    lines.push(`${name} (${letter})`);
    const count = { covered: 0, waiting: 0, open: 0 };
    for (const { id, waitsFor } of faults) {
      const files = filesOf.get(id);
      const reason = waitsFor === "" ? "" : `; open: ${waitsFor}`;
      if (files !== undefined) {
        count.covered += 1;
        lines.push(`  ${id}  covered by ${files.join(", ")}${reason}`);
        continue;
      }
      if (required.includes(letter)) openInScope += 1;
      if (waitsFor !== "") {
        count.waiting += 1;
        lines.push(`  ${id}  not covered: ${waitsFor}`);
        continue;
      }
      count.open += 1;
      lines.push(`  ${id}  NOT COVERED, for no reason that docs/faults.md gives`);
      if (required.includes(letter)) problems.push(`${id} has no test, and docs/faults.md gives no reason`);
    }
    const { covered, waiting, open } = count;
    counts.push(
      `  ${letter}  ${String(covered).padStart(3)} of ${String(faults.length).padStart(3)} covered, ${waiting} with a reason why not, ${open} without`,
    );
    lines.push("");
  }
  const known = new Set(groups.flatMap(({ faults }) => faults.map(({ id }) => id)));
  for (const [id, files] of filesOf)
    if (!known.has(id)) problems.push(`${id}, named by a test in ${files.join(", ")}, is not in docs/faults.md`);
  lines.push("Summary", ...counts, `  ${openInScope} ids of ${required.join(", ")} are not covered`);
  return { lines, problems };
}

/** The files below a folder whose tests begin with an id, by id. */
export function listCovering(folder: string): ReadonlyMap<string, readonly string[]> {
  const filesOf = new Map<string, string[]>();
  const found = globSync(tests, { cwd: folder }).map((path) => path.replaceAll("\\", "/"));
  for (const path of found.filter((each) => !/\/(?:node_modules|fixtures)\//.test(each)).toSorted())
    for (const id of idsOfTests(path, readFileSync(join(folder, path), "utf8"))) {
      const files = filesOf.get(id) ?? [];
      filesOf.set(id, files);
      files.push(path);
    }
  return filesOf;
}

/** `npm run faults`: prints what is covered; returns 1 when an id lacks both a test and a reason, or a test names an unknown one. */
export function faults(folder: string): number {
  const groups = parseCatalogue(readFileSync(join(folder, "docs/faults.md"), "utf8"));
  const { lines, problems } = compareFaults(groups, listCovering(folder));
  console.log(lines.join("\n"));
  if (problems.length > 0) console.error(["", ...problems].join("\n"));
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = faults(root);
