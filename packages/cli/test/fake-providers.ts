import { InvError } from "@inv/transport";
import type { Connector, InventoryAdapter, Outcome } from "@inv/core";

import type { Providers } from "../src/providers.js";

/** What the fake connectors were given, by provider. */
export type Connected = Map<string, Readonly<Record<string, unknown>>>;

type Read = (id: string, signal: AbortSignal) => Promise<Outcome["status"]>;

const credential = (option: string, variable: string, secret = true) => ({
  option,
  variable,
  secret,
  page: `https://pages.example/${option}`,
});

const schemes: Readonly<Record<string, Connector["credentials"]>> = {
  loop: { read: [credential("apiKey", "LOOP_API_KEY")] },
  fourthwall: {
    basicAuth: [credential("username", "FOURTHWALL_USERNAME", false), credential("password", "FOURTHWALL_PASSWORD")],
    oauth: [credential("accessToken", "FOURTHWALL_ACCESS_TOKEN")],
  },
};

/** Two providers that take their options and ask nobody. An item is read unless its id says how it fails. */
export function fakeProviders(read: Read = defaultRead): Providers & { readonly connected: Connected } {
  const connected: Connected = new Map();
  return {
    ids: Object.keys(schemes).toSorted(),
    connected,
    find: (id) =>
      Promise.resolve({
        provider: id,
        credentials: schemes[id] ?? {},
        options: ["baseUrl"],
        connect(options) {
          if (options["baseUrl"] === "nowhere") throw new InvError("config", `${id}: baseUrl is not a URL`);
          if (options["baseUrl"] === "leaky")
            throw new InvError("config", `${id}: baseUrl ${String(options["apiKey"])}`);
          connected.set(id, options);
          return adapter(id, read);
        },
      }),
  };
}

function defaultRead(id: string): Promise<Outcome["status"]> {
  return Promise.resolve(id.startsWith("fails") ? "failed" : "ok");
}

function adapter(provider: string, read: Read): InventoryAdapter {
  return {
    provider,
    capabilities: { quantities: ["available"], sellable: "available", location: "none" },
    plan: (lookups) => lookups.map((lookup) => ({ lookups: [lookup], request: undefined })),
    async read({ lookups }, { signal }) {
      const outcomes: Outcome[] = [];
      for (const lookup of lookups) {
        if (lookup.item.id === "bug") throw new TypeError("s3cret");
        const status = await read(lookup.item.id, signal);
        if (status === "failed")
          throw new InvError("rate-limited", "answered 429", { provider, status: 429, retryAfterMs: 12_000 });
        const { account, item } = lookup;
        const available = {
          quantity: { kind: "exact", value: "7" },
          basis: "documented",
          providerTerm: "available",
        } as const;
        const observedAt = "2026-11-20T10:00:00.000Z";
        const level = {
          account,
          provider,
          item,
          location: undefined,
          quantities: { available },
          terms: {},
          notes: [],
          observedAt,
        };
        outcomes.push({ lookup, status, levels: [level], complete: item.id !== "partly" });
      }
      return outcomes;
    },
  };
}
