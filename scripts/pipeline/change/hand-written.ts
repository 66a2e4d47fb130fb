import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Work } from "./checks.ts";
import { compareSurfaces } from "./client-differences.ts";
import { readSurface } from "./client-surface.ts";
import type { Version } from "./describe-change.ts";
import { own, textOf } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { quote } from "../names.ts";

/** The default address is written by hand in the client. */
export function addressWork(
  root: string,
  provider: string,
  before: JsonObject | undefined,
  after: JsonObject,
): readonly Work[] {
  const [old, now] = [before, after].map((document) => firstUrl(document));
  if (old === undefined || old === "" || old === now) return [];
  const message = `the first server of the document is ${JSON.stringify(now)} now.`;
  return linesWith(root, `packages/${provider}/src/client.ts`, (line) => line.includes(JSON.stringify(old)), message);
}

/**
 * The lines of an adapter that read a member of an answer which is gone or of another type. An adapter takes an answer as
 * unknown data, so neither its types nor tests with answers of their own notice.
 */
export function adapterWork(root: string, provider: string, before: Version, after: Version): readonly Work[] {
  const [old, now] = [before, after].map(({ generated }) => readSurface(generated));
  if (old === undefined || now === undefined) return [];
  const changed = new Map<string, string>();
  for (const difference of compareSurfaces(old, now)) {
    if (difference.kind !== "member" || (difference.owner.kind !== "result" && difference.owner.kind !== "schema"))
      continue;
    const name = difference.path.at(-1);
    if (name === undefined || (difference.state !== "removed" && difference.state !== "type")) continue;
    changed.set(name, difference.state === "removed" ? "is no longer in an answer" : "has another type in an answer");
  }
  const found = [...changed].flatMap(([name, what]) =>
    linesWith(
      root,
      `packages/core/src/adapters/${provider}.ts`,
      (line) => line.includes(JSON.stringify(name)),
      `${quote(name)} ${what}.`,
    ),
  );
  return found.toSorted((one, other) => one.line - other.line);
}

function linesWith(root: string, file: string, isMeant: (line: string) => boolean, message: string): readonly Work[] {
  if (!existsSync(join(root, file))) return [];
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  return lines.flatMap((line, index) => (isMeant(line) ? [{ file, line: index + 1, message }] : []));
}

function firstUrl(document: JsonObject | undefined): string {
  const servers = own(document, "servers");
  return Array.isArray(servers) ? textOf(servers[0], "url") : "";
}
