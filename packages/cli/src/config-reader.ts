import type { Credential } from "@inv/core";
import type { LineCounter, Node, YAMLMap } from "yaml";
import { isMap, isScalar } from "yaml";

import { place } from "./config-yaml.js";
import { nearest } from "./suggest.js";

/** The variables that a configuration may refer to. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads nodes and keeps what is wrong with them. */
export class Reader {
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
