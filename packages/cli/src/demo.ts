import { createInventory } from "@inv/core";
import type { InventoryAdapter, Lookup, ReadResult } from "@inv/core";
import type { SimServer } from "@inv/sim/server";

import type { Providers } from "./providers.js";
import { toTable } from "./table.js";

/** The shop's accounts: name and provider. */
const accounts = { till: "zettle", shop: "fourthwall", erp: "augno", returns: "loop", cards: "walleo" } as const;

const mug = lookup("till", "7f3c2a10-5ce0-11ec-bf63-0242ac130002", "8a1d4b52-5ce0-11ec-bf63-0242ac130002");
const hoodie = lookup("shop", "00aa4abd-5778-4199-8161-0b49b2f212e5");
const tea = lookup("erp", "it_01HTEA7K2M");
const mugAtLoop = { ...lookup("returns", "653985747439023617"), location: { id: "631923350119788417" } };
const unknownAtLoop = { ...lookup("returns", "653985747439023621"), location: { id: "631923350119788417" } };
const card = lookup("cards", "KELPFR", "50");

/** The assortment of the shop "Kelp & Clay". Loop does not know one of the mugs. */
const assortment: readonly Lookup[] = [
  mug,
  lookup("till", "91b6c0e4-5ce0-11ec-bf63-0242ac130002", "a2c7d1f5-5ce0-11ec-bf63-0242ac130002"),
  lookup("till", "b3d8e2a6-5ce0-11ec-bf63-0242ac130002", "c4e9f3b7-5ce0-11ec-bf63-0242ac130002"),
  lookup("till", "d5faa4c8-5ce0-11ec-bf63-0242ac130002", "e6abb5d9-5ce0-11ec-bf63-0242ac130002"),
  hoodie,
  tea,
  lookup("erp", "it_01HMUG9Q4R"),
  mugAtLoop,
  unknownAtLoop,
  card,
  lookup("cards", "CLAYFR", "50"),
];

/** One scene of the story: what goes wrong, what is asked, and what to see in the answer. */
interface Scene {
  readonly name: "healthy" | "throttled" | "down";
  readonly faults: Parameters<SimServer["setFaults"]>[0];
  readonly lookups: readonly Lookup[];
  readonly before: string;
  /** Said below the table, given how many requests reached the provider that the scene is about. */
  readonly after: (requests: number) => string;
}

const scenes: readonly Scene[] = [
  {
    name: "healthy",
    faults: [],
    lookups: assortment,
    before: `1. What five providers say about the stock of one shop, Kelp & Clay. Asked: at
the till a mug, tea by weight, gift wrap and stickers; in the web shop a hoodie;
in the ERP the tea and the mug; at the returns portal two mugs, one of which it
does not know; two gift cards.`,
    after: () => "",
  },
  {
    name: "throttled",
    faults: [{ provider: "loop", nth: 1, fault: { type: "status", status: 429, headers: { "Retry-After": "1" } } }],
    lookups: [mugAtLoop],
    before: "2. Loop has enough: it answers 429 once, and asks to be left alone for 1 s.",
    after: (requests) =>
      `${requests} requests reached Loop, the second one when that time was over. The figure is\nwhat it was.\n\n`,
  },
  {
    name: "down",
    faults: [{ provider: "zettle", fault: { type: "status", status: 503 } }],
    lookups: [mug, hoodie, tea, mugAtLoop, card],
    before: "3. Zettle goes down: it answers 503 to everything.",
    after: (requests) =>
      `Zettle was asked ${requests} times before it was given up. The other figures are what they\nwere; the mug at the till is not 0, it is not known.\n\n`,
  },
];

/** What a demo needs from outside of itself. */
export interface DemoContext {
  readonly providers: Providers;
  readonly format: "table" | "json";
  readonly signal: AbortSignal;
  /** What a person writes to run this command, e.g. `inv`. */
  readonly inv: string;
  readonly print: (text: string) => Promise<void>;
}

/**
 * Tells a story in three scenes with the stock of one small assortment: all is well, a provider throttles, one is down.
 *
 * The providers are simulated, on a port of this machine. As JSON it is one document: the result of each scene by name.
 */
export async function printDemo({ providers, format, signal, inv, print }: DemoContext): Promise<void> {
  // Not loaded by any other command.
  const { startSim } = await import("@inv/sim/server");
  const sim = await startSim({ products: 20 });
  try {
    const inventory = createInventory({ accounts: await connectAccounts(sim, providers) });
    const results: Partial<Record<Scene["name"], ReadResult>> = {};
    for (const { name, faults, lookups, before, after } of scenes) {
      sim.setFaults(faults);
      const [about] = faults;
      const earlier = countRequests(sim, about?.provider);
      const result = await inventory.read(lookups, { signal });
      signal.throwIfAborted();
      results[name] = result;
      if (format === "json") continue;
      const seen = after(countRequests(sim, about?.provider) - earlier);
      await print(`${before}\n\n${toTable(result, new Map(Object.entries(accounts)))}\n${seen}`);
    }
    await print(
      format === "json"
        ? `${JSON.stringify(results, null, 2)}\n`
        : `Next: \`${inv} demo --format json\` has every figure with its\nsource and meaning; \`${inv} levels --help\` says how to ask your\nown accounts.\n`,
    );
  } finally {
    await sim.close();
  }
}

async function connectAccounts(
  sim: SimServer,
  providers: Providers,
): Promise<Readonly<Record<string, InventoryAdapter>>> {
  const tokenUrls: Readonly<Record<string, string>> = sim.tokenUrls;
  const connected = Object.entries(accounts).map(async ([account, provider]) => {
    const connector = await providers.find(provider);
    const servers = connector.options.includes("tokenUrl") ? { tokenUrl: tokenUrls[provider] } : {};
    const options = { ...sim.credentials[provider], ...servers, baseUrl: sim.baseUrls[provider] };
    return [account, connector.connect(options)] as const;
  });
  return Object.fromEntries(await Promise.all(connected));
}

/** How many requests reached a provider, those to its token endpoint aside. */
function countRequests(sim: SimServer, provider: string | undefined): number {
  return sim.requests.filter((request) => request.provider === provider && request.operation !== "token").length;
}

function lookup(account: keyof typeof accounts, id: string, variantId?: string): Lookup {
  return { account, item: variantId === undefined ? { id } : { id, variantId } };
}
