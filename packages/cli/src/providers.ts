import { createRequire } from "node:module";

import type { Connector } from "@inv/core";

/** The providers that a configuration may name. */
export interface Providers {
  /** Their ids, sorted. */
  readonly ids: readonly string[];
  /** The connector of one of `ids`. */
  find(id: string): Promise<Connector>;
}

/** The providers that the installed `@inv/core` has adapters for. */
export function installedProviders(): Providers {
  const manifest: unknown = createRequire(import.meta.url)("@inv/core/package.json");
  const ids = dependenciesOf(manifest)
    .filter((name) => /^@inv\/[a-z][a-z0-9-]*$/.test(name) && name !== "@inv/transport")
    .map((name) => name.slice("@inv/".length))
    .toSorted();
  return {
    ids,
    async find(id) {
      if (!ids.includes(id)) throw new RangeError(`no adapter is called ${id}`);
      const adapter: unknown = await import(/* @vite-ignore */ `@inv/core/adapters/${id}`);
      const connector = fieldOf(adapter, "connector");
      if (!isConnector(connector, id)) throw new TypeError(`@inv/core/adapters/${id} exports no connector of ${id}`);
      return connector;
    },
  };
}

/** A provider's id as a name for people: `acme-pos` is `Acme Pos`. */
export function displayName(id: string): string {
  return id.replaceAll(
    /(?:^|-)([a-z])/g,
    (match, letter: string) => (match.startsWith("-") ? " " : "") + letter.toUpperCase(),
  );
}

function dependenciesOf(manifest: unknown): string[] {
  return Object.keys(Object(fieldOf(manifest, "dependencies")));
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function isConnector(value: unknown, id: string): value is Connector {
  return fieldOf(value, "provider") === id && typeof fieldOf(value, "connect") === "function";
}
