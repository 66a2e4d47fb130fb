import childProcess from "node:child_process";
import dns from "node:dns";
import fs, { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { root } from "../pipeline/command.ts";
import { listProviders, toEffective } from "../pipeline/effective.ts";
import { SpecError } from "../pipeline/error.ts";
import { generateFiles } from "../pipeline/emit/generated-files.ts";
import { copyObject, isObject, setOwn } from "../pipeline/json.ts";
import type { Json, JsonObject } from "../pipeline/json.ts";
import { parseDocument } from "../pipeline/read.ts";
import { breakouts, kindsOf, smallDocument } from "./support.ts";

const runs = 1000;
const seed = 20_261_121;

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const texts = [
  ...breakouts,
  "",
  "__proto__",
  "constructor",
  "toString",
  "default",
  "../../pwned",
  "/etc/passwd",
  "CON",
  "inv-text-0",
  "a".repeat(10_000),
  "😀",
  "1",
  "pwned",
  "import('node:fs')",
  "(".repeat(200),
];
const references = [
  "file:///etc/passwd",
  "https://pwned.example/a.yaml",
  "../../.env",
  "#/components/schemas/Thing",
  "#/components/schemas/__proto__",
  "#/info",
  "#",
  "#/",
  "#/paths",
  "#/components/schemas/Thing/properties/name",
  "#/%E0%A4%A",
];
const odd: readonly Json[] = [null, true, false, 0n, -1n, 2n ** 70n, 1.5, [], {}, [[]], "text", { $ref: "#/info" }];
const keys = [
  "__proto__",
  "constructor",
  "$ref",
  "$id",
  "$dynamicRef",
  "x-inv-type",
  "x-inv-safe",
  "x-inv-pwned",
  "x-pwned",
  "enum",
  "const",
  "default",
  "pattern",
  "format",
  "type",
  "allOf",
  "oneOf",
  "discriminator",
  "description",
  "operationId",
  "servers",
  "callbacks",
  "parameters",
  "required",
  "properties",
  "items",
  "*/ pwned()",
  'a";pwned()//',
];

interface Place {
  readonly holder: JsonObject | Json[];
  readonly key: string;
}

/** Every member and element of a document. */
function placesOf(document: JsonObject): Place[] {
  const places: Place[] = [];
  const visit = (holder: Json): void => {
    if (!isObject(holder) && !Array.isArray(holder)) return;
    for (const [key, member] of Object.entries(holder)) {
      places.push({ holder, key });
      visit(member);
    }
  };
  visit(document);
  return places;
}

/** A copy of a document with one to three changes, of which each may make it hostile, invalid or neither. */
function hostile(base: JsonObject, random: () => number): JsonObject {
  const pick = <Value>(values: readonly Value[]): Value => {
    const value = values[Math.floor(random() * values.length)];
    if (value === undefined) throw new Error("there is nothing to pick from");
    return value;
  };
  const document = copyObject(base);
  const changes = 1 + Math.floor(random() * 3);
  for (let change = 0; change < changes; change += 1) {
    const places = placesOf(document);
    const isText = ({ holder, key }: Place) => typeof Reflect.get(holder, key) === "string";
    const { holder, key } = pick(random() < 0.5 ? places.filter(isText) : places);
    const value: unknown = Reflect.get(holder, key);
    const kind = random();
    if (kind < 0.45) setOwn(holder, key, typeof value === "string" || random() < 0.3 ? pick(texts) : pick(odd));
    else if (kind < 0.6) setOwn(holder, key, { $ref: pick(references) });
    else if (kind < 0.75 && isObject(holder)) rename(holder, key, pick([...texts, ...keys]));
    else if (kind < 0.9 && isObject(value)) setOwn(value, pick(keys), pick<Json>([...texts, ...odd]));
    else if (isObject(holder)) delete holder[key];
    else setOwn(holder, key, { enum: [...texts], description: pick(texts) });
  }
  return document;
}

function rename(holder: JsonObject, key: string, name: string): void {
  const entries = Object.entries(holder);
  for (const [old] of entries) delete holder[old];
  for (const [old, member] of entries) setOwn(holder, old === key ? name : old, member);
}

// The only statements that the generators make, and what a function of theirs may do.
const allowed = new Set([
  ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.VariableStatement,
]);
const modules = new Set([
  "@inv/transport",
  "../client.js",
  "./schema.js",
  "./errors.js",
  "./facts.js",
  "./operations.js",
]);

/** What a generated file holds that the generators do not make. */
function foreignIn(code: string): string[] {
  const file = ts.createSourceFile("generated.ts", code, ts.ScriptTarget.ESNext, true);
  const found: string[] = [];
  for (const statement of file.statements) {
    if (!allowed.has(statement.kind)) found.push(ts.SyntaxKind[statement.kind]);
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier))
      if (!modules.has(statement.moduleSpecifier.text)) found.push(`import of ${statement.moduleSpecifier.text}`);
  }
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      !(ts.isIdentifier(node.expression) && /^(?:call|pages)$/.test(node.expression.text))
    )
      found.push(`a call: ${node.getText(file).slice(0, 80)}`);
    if (ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node) || ts.isImportTypeNode(node))
      found.push(ts.SyntaxKind[node.kind]);
    if (ts.isIdentifier(node) && node.text === "pwned" && !isMember(node)) found.push("pwned outside of a text");
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (kindsOf(code).includes("Unknown") || /^\/\/ @ts-|^\/\/\/ </m.test(code)) found.push("a directive");
  const errors: unknown = Reflect.get(file, "parseDiagnostics");
  if (!Array.isArray(errors) || errors.length > 0) found.push("text that does not parse");
  return found;
}

/** Whether it names a member, a parameter of a type or a function: names that the document may choose. */
function isMember({ parent }: ts.Identifier): boolean {
  return (
    ts.isPropertySignature(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isInterfaceDeclaration(parent) ||
    ts.isTypeAliasDeclaration(parent)
  );
}

const outside: string[] = [];

/** Every way out of the process that a generator could take: what is called is noted and fails. */
const exits: readonly (readonly [string, object, readonly string[]])[] = [
  ["", globalThis, ["fetch", "WebSocket", "EventSource"]],
  ["net.", net, ["connect", "createConnection"]],
  ["net.Socket.", net.Socket.prototype, ["connect"]],
  ["http.", http, ["request", "get"]],
  ["https.", https, ["request", "get"]],
  ["dns.", dns, ["lookup", "resolve"]],
  ["child_process.", childProcess, ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"]],
  [
    "fs.",
    fs,
    "readFileSync readFile openSync open writeFileSync writeFile appendFileSync appendFile createWriteStream mkdirSync mkdir rmSync rm unlinkSync renameSync symlinkSync linkSync cpSync copyFileSync".split(
      " ",
    ),
  ],
  ["fs.promises.", fs.promises, ["readFile", "open", "writeFile", "appendFile", "mkdir", "rm", "rename", "symlink"]],
];

/** Runs something with all exits closed. */
async function enclosed<Value>(run: () => Promise<Value>): Promise<Value> {
  const opened: (() => void)[] = [];
  for (const [prefix, holder, names] of exits)
    for (const name of names) {
      const original = Object.getOwnPropertyDescriptor(holder, name);
      if (original === undefined) continue;
      opened.push(() => Object.defineProperty(holder, name, original));
      const value = (): never => {
        outside.push(prefix + name);
        throw new Error(`${prefix}${name} was called`);
      };
      Object.defineProperty(holder, name, { value, configurable: true, writable: true });
    }
  // What a module has imported by name follows only now.
  syncBuiltinESMExports();
  try {
    return await run();
  } finally {
    for (const open of opened) open();
    syncBuiltinESMExports();
  }
}

test("the exits are closed to what has imported them by name", async () => {
  await expect(enclosed(async () => readFileSync(join(root, "package.json")))).rejects.toThrow("was called");
  await expect(enclosed(() => fetch("http://127.0.0.1:9/"))).rejects.toThrow("fetch was called");
  expect(outside.splice(0)).toEqual(["fs.readFileSync", "fetch"]);
  expect(readFileSync(join(root, "package.json")).length).toBeGreaterThan(0);
});

test.each([
  ["a statement", "pwned();"],
  ["a variable that calls", "const a = pwned();"],
  ["another import", 'import { a } from "node:fs";'],
  ["an import type", 'type A = import("node:fs").Stats;'],
  ["a block", "{}"],
  ["a directive", "// @ts-nocheck\ntype A = 1;"],
  ["half a comment", "type A = 1; */"],
  ["a name out of a text", "type A = typeof pwned;"],
])("%s would be seen in the output", (_, code) => {
  expect(foreignIn(code)).not.toEqual([]);
});

test(`${runs} hostile documents are generated without a foreign statement or refused with a pointer, and reach nothing outside`, async () => {
  const bases = [
    smallDocument(),
    smallDocument(),
    ...listProviders(root).map((provider) => {
      const name = `packages/${provider}/openapi.json`;
      return parseDocument(readFileSync(join(root, name)), { name, aliases: 0 });
    }),
  ];
  const random = randomFrom(seed);
  // Once before, for what is loaded only when it is first used.
  await generateFiles("things", toEffective(smallDocument()));
  const problems: string[] = [];
  const refused = new Map<string, number>();
  let generated = 0;
  let longestMs = 0;
  let mostBytes = 0;
  for (let run = 0; run < runs; run += 1) {
    const base = bases[run % bases.length] ?? smallDocument();
    const document = hostile(base, random);
    const heap = process.memoryUsage().heapUsed;
    const started = performance.now();
    try {
      const { files } = await enclosed(() => generateFiles("things", toEffective(document)));
      generated += 1;
      for (const [path, code] of files) {
        if (!/^(?:openapi\.json|src\/generated\/[a-z]+\.ts)$/.test(path)) problems.push(`${run}: a file ${path}`);
        if (path.endsWith(".ts")) for (const found of foreignIn(code)) problems.push(`${run}: ${path}: ${found}`);
      }
    } catch (error) {
      if (error instanceof SpecError && error.pointer.startsWith("#") && error.kind !== "output")
        refused.set(error.kind, (refused.get(error.kind) ?? 0) + 1);
      else problems.push(`${run}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    longestMs = Math.max(longestMs, performance.now() - started);
    mostBytes = Math.max(mostBytes, process.memoryUsage().heapUsed - heap);
  }
  const count = [...refused.values()].reduce((sum, each) => sum + each, 0);
  const kinds = Array.from(refused, ([kind, each]) => `${kind} ${each}`).join(", ");
  console.log(
    `${generated} generated, ${count} refused (${kinds}); at most ${longestMs.toFixed(0)} ms and ${(mostBytes / 2 ** 20).toFixed(0)} MiB each`,
  );
  expect(problems.slice(0, 5)).toEqual([]);
  expect(outside).toEqual([]);
  expect(Reflect.ownKeys(Object.prototype)).not.toContain("pwned");
  // Otherwise the generator of documents says little: it has to make both.
  expect(generated).toBeGreaterThan(runs / 5);
  expect(generated).toBeLessThan((runs * 4) / 5);
});
