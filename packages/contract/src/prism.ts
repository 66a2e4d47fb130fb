import { readFileSync } from "node:fs";

import { createLogger } from "@stoplight/prism-core";
import { getHttpOperationsFromSpec } from "@stoplight/prism-http";
import { createServer } from "@stoplight/prism-http-server";

import { cutDeepSchemas } from "./deep-schemas.ts";

/** Prism, running in this process on a port of its own. */
export interface Prism {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a document, or the file at a path, with Prism 5.16; unless told otherwise, without the bounds that Prism invents. */
export async function startPrism(document: string | object, { corrected = true } = {}): Promise<Prism> {
  const operations = await getHttpOperationsFromSpec(bearable(document));
  if (corrected) removeInventedBounds(operations);
  const server = createServer(operations, {
    cors: false,
    components: { logger: createLogger("prism", { level: "silent" }) },
    config: {
      isProxy: false,
      validateRequest: true,
      validateResponse: true,
      checkSecurity: true,
      errors: false,
      upstreamProxy: undefined,
      mock: { dynamic: false, ignoreExamples: false, seed: "contract" },
    },
  });
  const url = await server.listen(0, "127.0.0.1");
  return { url, close: () => server.close() };
}

/** The document itself, unless Prism would not come to an end with it. */
function bearable(document: string | object): string | object {
  const content: object =
    typeof document === "string" ? JSON.parse(readFileSync(document, "utf8")) : structuredClone(document);
  return cutDeepSchemas(content) ? content : document;
}

/**
 * Prism 5.16 adds `maximum: 9007199254740991` and the matching `minimum` to every `format: int64`, so that a provider's
 * own ids violate the document. Bounds that the document itself has stay (`explicitProperties` lists them).
 */
function removeInventedBounds(value: unknown, seen = new Set<object>()): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if ("format" in value && value.format === "int64") {
    const explicit = explicitProperties(value);
    for (const bound of ["minimum", "maximum"]) if (!explicit.includes(bound)) Reflect.deleteProperty(value, bound);
  }
  for (const member of Object.values(value)) removeInventedBounds(member, seen);
}

function explicitProperties(schema: object): unknown[] {
  const own: unknown = Reflect.get(schema, "x-stoplight");
  if (typeof own !== "object" || own === null || !("explicitProperties" in own)) return [];
  return Array.isArray(own.explicitProperties) ? own.explicitProperties : [];
}
