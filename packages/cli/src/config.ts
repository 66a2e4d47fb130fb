import { isInvError } from "@inv/transport";
import type { Connector, Credential, InventoryAdapter } from "@inv/core";
import { LineCounter, isMap, isScalar, parseAllDocuments, visit } from "yaml";
import type { Document, Node, YAMLError, YAMLMap } from "yaml";

import type { Providers } from "./providers.js";
import { nearest } from "./suggest.js";
import { UsageError } from "./usage-error.js";

/** The accounts of a configuration file, ready to be asked, by name and in the order of the file. */
export type Accounts = ReadonlyMap<string, InventoryAdapter>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The accounts that a configuration file describes.
 *
 * Every value is text, exactly as written; `${NAME}` is replaced from the environment, once. Nothing that stands under
 * `auth` is ever part of a message.
 *
 * @throws UsageError naming file, line, column and remedy of everything that is wrong
 */
export async function parseConfig(
  text: string,
  file: string,
  env: Environment,
  providers: Providers,
): Promise<Accounts> {
  const lines = new LineCounter();
  const root = parseYaml(text, file, lines);
  const reader = new Reader(file, lines, env);
  const accounts = new Map<string, InventoryAdapter>();
  const list = reader.map(root, "the file", ["accounts"]).get("accounts");
  if (list === undefined && reader.problems.length === 0)
    reader.problem(root, "there is no `accounts:`. `inv levels --help` shows a configuration");
  if (list !== undefined) {
    const entries = reader.map(list, "accounts");
    if (isMap(list) && entries.size === 0)
      reader.problem(list, "`accounts:` names no account. `inv levels --help` shows one");
    for (const [name, node] of entries) {
      const adapter = await readAccount(name, node, reader, providers);
      if (adapter !== undefined) accounts.set(name, adapter);
    }
  }
  if (reader.problems.length > 0) throw new UsageError(...reader.problems);
  return accounts;
}

async function readAccount(name: string, node: Node, reader: Reader, providers: Providers) {
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]*$/u.test(name))
    return reader.problem(
      node,
      "the account's name has to begin with a letter or digit and go on with letters, digits, `.`, `_` or `-`",
    );
  const where = `accounts.${name}`;
  const before = reader.problems.length;
  const fields = reader.map(node, where);
  const connector = await findConnector(where, node, fields, reader, providers);
  if (connector === undefined) return undefined;
  reader.known(fields, where, ["provider", "auth", ...connector.options]);

  const options: Record<string, string> = Object.create(null);
  const keys = new Map<string, Node>();
  for (const option of connector.options) {
    const value = fields.get(option);
    if (value === undefined) continue;
    keys.set(option, value);
    options[option] = reader.text(value, `${where}.${option}`) ?? "";
  }
  for (const [option, value] of readAuth(where, node, fields.get("auth"), connector, reader)) options[option] = value;
  if (reader.problems.length > before) return undefined;

  try {
    return connector.connect(options);
  } catch (error) {
    if (!isInvError(error) || error.code !== "config") throw error;
    const at = [...keys].find(([option]) => new RegExp(String.raw`\b${option}\b`).test(error.message))?.[1] ?? node;
    const message = reader.leaks(error.message) ? `${connector.provider} refuses these options` : error.message;
    return reader.problem(at, `${where}: ${message}`);
  }
}

async function findConnector(
  where: string,
  node: Node,
  fields: ReadonlyMap<string, Node>,
  reader: Reader,
  providers: Providers,
): Promise<Connector | undefined> {
  const { ids } = providers;
  const value = fields.get("provider");
  const choice = `The providers are ${ids.join(", ")}`;
  if (value === undefined) return reader.problem(node, `${where} names no provider. ${choice}`);
  const id = reader.text(value, `${where}.provider`);
  if (id === undefined) return undefined;
  if (/^[a-z][a-z0-9-]*$/.test(id) && ids.includes(id)) return providers.find(id);
  const near = nearest(id, ids);
  return reader.problem(
    value,
    `${where}.provider is none that is known here. ${near === undefined ? choice : `Did you mean ${near}?`}`,
  );
}

function readAuth(where: string, account: Node, auth: Node | undefined, connector: Connector, reader: Reader) {
  const found = new Map<string, string>();
  const schemes = Object.values(connector.credentials);
  const credentials = new Map(schemes.flat().map((credential) => [credential.option, credential]));
  const path = `${where}.auth`;
  const given = auth === undefined ? new Map<string, Node>() : reader.map(auth, path);
  if (auth !== undefined && !isMap(auth)) return found;
  if (!reader.known(given, path, [...credentials.keys()], "secret")) return found;
  for (const [option, node] of given) {
    const credential = credentials.get(option);
    if (credential === undefined) continue;
    const value = reader.credential(node, path, credential);
    if (value !== undefined) found.set(option, value);
  }
  const problem = schemeProblem(schemes, new Set(given.keys()));
  if (problem !== undefined) reader.problem(auth ?? account, `${path} ${problem}`);
  return found;
}

/** What keeps the given options from being those of exactly one scheme. */
function schemeProblem(schemes: readonly (readonly Credential[])[], given: ReadonlySet<string>): string | undefined {
  if (schemes.length === 0) return undefined;
  const ways = schemes.map((scheme) => {
    const missing = scheme.filter(({ option }) => !given.has(option));
    return { scheme, missing, used: scheme.length - missing.length };
  });
  if (ways.some(({ missing, used }) => missing.length === 0 && used === given.size)) return undefined;
  const either = schemes.map((scheme) => scheme.map(({ option }) => option).join(" + ")).join(", or ");
  const fitting = ways.filter(({ used }) => used === given.size);
  if (fitting.length === 0) return `mixes ways of signing in. Give either ${either}`;
  const [first, ...others] = fitting.toSorted((a, b) => a.missing.length - b.missing.length);
  if (first === undefined) return undefined;
  const needed = first.missing
    .map(
      ({ option, variable, page, scope }) =>
        `  ${option}: "\${${variable}}"   made at ${page}${scope === undefined ? "" : ` (scope ${scope})`}`,
    )
    .join("\n");
  const instead = given.size === 0 && others.length > 0 ? `\n  (or give ${either})` : "";
  return `lacks ${first.missing.map(({ option }) => option).join(" and ")}. Add\n${needed}${instead}`;
}

/** Reads nodes and keeps what is wrong with them. */
class Reader {
  readonly problems: string[] = [];
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #env: Environment;
  readonly #secrets = new Set<string>();
  readonly #keys = new WeakMap<Node, Node>();

  constructor(file: string, lines: LineCounter, env: Environment) {
    this.#file = file;
    this.#lines = lines;
    this.#env = env;
  }

  problem(node: Node, text: string): undefined {
    const end = /[.?]$|\n/.test(text) ? "" : ".";
    this.problems.push(`${place(this.#file, this.#lines, node.range?.[0] ?? 0)}: ${text}${end}`);
  }

  /** The entries of a mapping; empty, with a problem noted, for anything else. */
  map(node: Node, path: string, known?: readonly string[]): Map<string, Node> {
    const entries = new Map<string, Node>();
    if (!isMap(node)) {
      this.problem(node, `${path} has to be a mapping, \`key: value\``);
      return entries;
    }
    for (const { key, value } of (node satisfies YAMLMap).items) {
      if (!isScalar(key) || typeof key.value !== "string") {
        this.problem(node, `a key of ${path} is not text`);
      } else if (!isNode(value)) {
        this.problem(key, `a key of ${path} has no value. Write one after a colon`);
      } else {
        // An empty value has no place of its own: it stands where its key does.
        if (value.range?.[0] === value.range?.[1]) value.range = key.range ?? null;
        this.#keys.set(value, key);
        entries.set(key.value, value);
      }
    }
    if (known !== undefined) this.known(entries, path, known);
    return entries;
  }

  /** Whether all keys are known; notes those that are not. An unknown key may be a pasted secret: then it is not shown. */
  known(entries: ReadonlyMap<string, Node>, path: string, known: readonly string[], kind?: "secret"): boolean {
    const foreign = [...entries].filter(([key]) => !known.includes(key));
    for (const [key, node] of foreign) {
      const near = nearest(key, known);
      const shown =
        kind === "secret" && near === undefined ? "a key that is not known there" : `the unknown key \`${key}\``;
      const hint = near === undefined ? `Known are ${known.join(", ")}` : `Did you mean \`${near}\`?`;
      this.problem(this.#keys.get(node) ?? node, `${path} has ${shown}. ${hint}`);
    }
    return foreign.length === 0;
  }

  /** The text of a scalar after substitution; `undefined`, with a problem noted, when there is none. */
  text(node: Node, path: string, source?: string): string | undefined {
    if (!isScalar(node) || typeof node.value !== "string") return this.problem(node, `${path} has to be text`);
    if (node.value.trim() === "") return this.problem(node, `${path} is empty. Give it a value or remove it`);
    let sound = true;
    const text = node.value.replaceAll(/\$\{([^}]*)\}?/g, (written, name: string) => {
      const value = this.#variable(node, path, written.endsWith("}") ? name : "", source);
      if (value === undefined) sound = false;
      return value ?? "";
    });
    return sound ? text : undefined;
  }

  /** The value of an option under `auth`. A secret has to come from the environment. */
  credential(node: Node, path: string, { option, variable, secret, page }: Credential): string | undefined {
    const reference = isScalar(node) && typeof node.value === "string" && /^\$\{[^}]*\}$/.test(node.value.trim());
    const empty = isScalar(node) && String(node.value).trim() === "";
    if (secret && isScalar(node) && !reference && !empty)
      return this.problem(
        node,
        `${path}.${option} is a secret and stands in the file. Put it in the environment and write ${option}: "\${${variable}}" here`,
      );
    const value = this.text(node, `${path}.${option}`, page)?.trim();
    if (value !== undefined) this.#secrets.add(value);
    return value;
  }

  /** Whether a text has a value in it that stands under `auth`. */
  leaks(text: string): boolean {
    return [...this.#secrets].some((secret) => text.includes(secret));
  }

  #variable(node: Node, path: string, name: string, source: string | undefined): string | undefined {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      return this.problem(
        node,
        `${path} has a \`\${\` that does not begin a reference like \${NAME} (letters, digits and _)`,
      );
    const value = Object.hasOwn(this.#env, name) ? this.#env[name] : undefined;
    if (value !== undefined && value.trim() !== "") return value;
    const made = source === undefined ? "" : ` It is made at ${source}`;
    return this.problem(
      node,
      `${path}: the variable ${name} is ${value === undefined ? "not set" : "empty"}. Set it in the environment.${made}`,
    );
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "range" in value;
}

function parseYaml(text: string, file: string, lineCounter: LineCounter): Node {
  const documents = parseYamlDocuments(text, file, lineCounter);
  const [document, second] = documents;
  if (document === undefined) throw new UsageError(`${file}: is empty. \`inv levels --help\` shows a configuration.`);
  if (second !== undefined)
    throw new UsageError(
      `${place(file, lineCounter, second.range[0])}: a second document begins here. Keep one, without \`---\`.`,
    );
  refuseExtras(document, file, lineCounter);
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) throw new UsageError(syntaxProblem(error, text, file, lineCounter));
  if (document.contents === null)
    throw new UsageError(`${file}: is empty. \`inv levels --help\` shows a configuration.`);
  return document.contents;
}

function parseYamlDocuments(text: string, file: string, lineCounter: LineCounter): Document.Parsed[] {
  try {
    const options = {
      schema: "failsafe",
      merge: false,
      strict: true,
      uniqueKeys: true,
      prettyErrors: false,
      lineCounter,
    } as const;
    const documents = parseAllDocuments(text, options);
    return Array.isArray(documents) ? documents : [];
  } catch (error) {
    if (error instanceof RangeError)
      throw new UsageError(`${file}: is nested too deeply. A configuration has four levels.`);
    throw error;
  }
}

/** Refuses what makes one text mean another: anchors, aliases, tags, directives. */
function refuseExtras(document: Document.Parsed, file: string, lines: LineCounter): void {
  const refuse = (offset: number, what: string) => {
    throw new UsageError(`${place(file, lines, offset)}: ${what}. Every value here is plain text; write it out.`);
  };
  if (document.directives.yaml.explicit === true) refuse(0, "YAML directives (`%`) are not used");
  visit(document, {
    Alias: (_, node) => refuse(node.range?.[0] ?? 0, "YAML aliases (`*`) are not used"),
    Node: (_, node) => {
      if ("anchor" in node && node.anchor !== undefined)
        refuse(node.range?.[0] ?? 0, "YAML anchors (`&`) are not used");
      if (node.tag !== undefined) refuse(node.range?.[0] ?? 0, "YAML tags (`!`) are not used");
    },
  });
}

/** Says what is wrong in our own words: the parser's quote the file, and the file may hold a secret. */
function syntaxProblem(error: YAMLError, text: string, file: string, lines: LineCounter): string {
  const at = place(file, lines, error.pos[0]);
  if (error.code === "DUPLICATE_KEY") return `${at}: the same key stands here twice. Remove one.`;
  if (error.code === "TAB_AS_INDENT") return `${at}: a tab is used to indent. Use spaces.`;
  if (error.code === "BAD_DIRECTIVE") return `${at}: YAML directives (\`%\`) are not used. Remove the line.`;
  const start = text.lastIndexOf("\n", error.pos[0] - 1) + 1;
  const line = text.slice(start).split("\n", 1)[0] ?? "";
  const unquoted = /[:,{\s]\s*\$\{/.test(line)
    ? ' Put quotes around references: "${NAME}".'
    : " Look at quotes, braces and indentation.";
  return `${at}: this is not readable as YAML.${unquoted}`;
}

function place(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? file : `${file}:${line}:${col}`;
}
