import type { Connector, Credential, InventoryAdapter } from "@inv/core";
import { isInvError } from "@inv/transport";
import { LineCounter, isMap } from "yaml";
import type { Node } from "yaml";

import { Reader } from "./config-reader.js";
import type { Environment } from "./config-reader.js";
import { parseYaml } from "./config-yaml.js";
import type { Providers } from "./providers.js";
import { nearest } from "./suggest.js";
import type { TokenFiles } from "./token-files.js";
import { UsageError } from "./usage-error.js";

/** The accounts of a configuration file, ready to be asked, by name and in the order of the file. */
export type Accounts = ReadonlyMap<string, InventoryAdapter>;

/** What a configuration is read with. */
export interface ConfigContext {
  /** The file as the caller has named it, for messages. */
  readonly file: string;
  readonly env: Environment;
  readonly providers: Providers;
  readonly tokenFiles: TokenFiles;
}

/**
 * The accounts that a configuration file describes.
 *
 * Every value is text, exactly as written; `${NAME}` is replaced from the environment, once. Nothing that stands under
 * `auth` is ever part of a message.
 *
 * @throws UsageError naming file, line, column and remedy of everything that is wrong
 */
export async function parseConfig(text: string, context: ConfigContext): Promise<Accounts> {
  const { file, env } = context;
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
      const adapter = await readAccount(name, node, reader, context);
      if (adapter !== undefined) accounts.set(name, adapter);
    }
  }
  if (reader.problems.length > 0) throw new UsageError(...reader.problems);
  return accounts;
}

async function readAccount(name: string, node: Node, reader: Reader, { providers, tokenFiles }: ConfigContext) {
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
  const tokenKeys = connector.replacedCredentials === undefined ? [] : ["tokenFile"];
  reader.known(fields, where, ["provider", "auth", ...connector.options, ...tokenKeys]);

  const options: Record<string, unknown> = Object.create(null);
  const keys = new Map<string, Node>();
  for (const option of connector.options) {
    const value = fields.get(option);
    if (value === undefined) continue;
    keys.set(option, value);
    options[option] = reader.text(value, `${where}.${option}`) ?? "";
  }
  const auth = readAuth(where, node, fields.get("auth"), connector, reader);
  for (const [option, value] of auth) options[option] = value;
  const tokenFile = fields.get("tokenFile");
  const path = tokenFile === undefined ? undefined : reader.text(tokenFile, `${where}.tokenFile`);
  const replaced = connector.replacedCredentials?.find((option) => auth.has(option));
  if (replaced !== undefined && tokenFile === undefined)
    reader.problem(
      fields.get("auth") ?? node,
      `${where} lacks tokenFile: ${connector.provider} replaces the ${replaced} whenever it is used. Add\n  tokenFile: tokens.json   keeps the newest one from run to run`,
    );
  if (reader.problems.length > before) return undefined;

  if (tokenFile !== undefined && path !== undefined) {
    const opened = await tokenFiles.open(name, path);
    if (isInvError(opened)) {
      const message = reader.leaks(opened.message) ? "the token store cannot be used" : opened.message;
      return reader.problem(tokenFile, `${where}.tokenFile: ${message}`);
    }
    Object.assign(options, opened);
  }
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
