import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { listSchemes, readDocument } from "./exchanges.ts";
import type { Mocks } from "./mocks.ts";

/** The shop's accounts: name and provider. */
const accounts = {
  till: "zettle",
  shop: "fourthwall",
  erp: "augno",
  returns: "loop",
  cards: "walleo",
} as const;

interface Lookup {
  readonly account: keyof typeof accounts;
  readonly item: { readonly id: string; readonly variantId?: string };
  readonly location?: { readonly id: string };
}

const warehouse = { id: "631923350119788417" };

/** The assortment of the shop "Kelp & Clay". Loop does not know the second mug: that lookup fails on purpose. */
const lookups: readonly Lookup[] = [
  {
    account: "till",
    item: { id: "7f3c2a10-5ce0-11ec-bf63-0242ac130002", variantId: "8a1d4b52-5ce0-11ec-bf63-0242ac130002" },
  },
  {
    account: "till",
    item: { id: "91b6c0e4-5ce0-11ec-bf63-0242ac130002", variantId: "a2c7d1f5-5ce0-11ec-bf63-0242ac130002" },
  },
  {
    account: "till",
    item: { id: "b3d8e2a6-5ce0-11ec-bf63-0242ac130002", variantId: "c4e9f3b7-5ce0-11ec-bf63-0242ac130002" },
  },
  {
    account: "till",
    item: { id: "d5faa4c8-5ce0-11ec-bf63-0242ac130002", variantId: "e6abb5d9-5ce0-11ec-bf63-0242ac130002" },
  },
  { account: "shop", item: { id: "00aa4abd-5778-4199-8161-0b49b2f212e5" } },
  { account: "erp", item: { id: "it_01HTEA7K2M" } },
  { account: "erp", item: { id: "it_01HMUG9Q4R" } },
  { account: "returns", item: { id: "653985747439023617" }, location: warehouse },
  { account: "returns", item: { id: "653985747439023621" }, location: warehouse },
  { account: "cards", item: { id: "KELPFR", variantId: "50" } },
  { account: "cards", item: { id: "CLAYFR", variantId: "50" } },
];

/** The files of the demo. */
export interface Story {
  readonly config: string;
  readonly lookups: string;
}

/** Writes the configuration and the lookups of the demo into a folder. Secrets stand in it as `${NAME}` only. */
export async function writeStory(folder: string, mocks: Mocks): Promise<Story> {
  const story = { config: join(folder, "inv.yaml"), lookups: join(folder, "lookups.ndjson") };
  const entries = Object.entries(accounts).map(([account, provider]) => {
    const [scheme] = listSchemes(readDocument(provider));
    const auth = (scheme?.credentials ?? []).map(({ option, variable }) => `${option}: "\${${variable}}"`);
    const servers = Object.entries(mocks.options[provider] ?? {}).map(([option, url]) => `, ${option}: "${url}"`);
    return `  ${account}: { provider: ${provider}, auth: { ${auth.join(", ")} }${servers.join("")} }\n`;
  });
  await writeFile(story.config, `accounts:\n${entries.join("")}`);
  await writeFile(story.lookups, lookups.map((lookup) => `${JSON.stringify(lookup)}\n`).join(""));
  return story;
}
