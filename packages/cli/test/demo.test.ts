import { tmpdir } from "node:os";

import { beforeAll, describe, expect, it } from "vitest";

import { installedProviders } from "../src/providers.js";
import { runIn } from "./harness.js";

describe("the healthy scene of the demo, as JSON", () => {
  let outcomes: readonly Outcome[];
  let complete: boolean;

  interface Outcome {
    lookup: { account: string };
    status: "ok" | "failed";
    levels?: readonly { provider: string; item: { id: string }; quantities: Record<string, { quantity: unknown }> }[];
    error?: { code: string };
  }

  beforeAll(async () => {
    ({ outcomes, complete } = JSON.parse(await demo("--format", "json")).healthy);
  });

  it("has levels from all five providers", () => {
    const providers = outcomes.flatMap(({ levels = [] }) => levels.map(({ provider }) => provider));
    expect([...new Set(providers)].toSorted()).toEqual(["augno", "fourthwall", "loop", "walleo", "zettle"]);
  });

  it("has exact ids above 2^53", () => {
    expect(levels("returns")).toMatchObject([
      { item: { id: "653985747439023617" }, location: { id: "631923350119788417" } },
    ]);
  });

  it("has a decimal", () => {
    expect(quantities("till", "91b6c0e4-5ce0-11ec-bf63-0242ac130002")).toEqual({
      onHand: { kind: "exact", value: "12.375" },
    });
    expect(quantities("erp", "it_01HTEA7K2M")).toMatchObject({ committed: { kind: "exact", value: "2.25" } });
  });

  it("has a negative", () => {
    expect(quantities("till", "7f3c2a10-5ce0-11ec-bf63-0242ac130002")).toEqual({
      onHand: { kind: "exact", value: "-3" },
    });
    expect(quantities("erp", "it_01HMUG9Q4R")).toMatchObject({ availableToPromise: { kind: "exact", value: "-3.5" } });
  });

  it("has an untracked beside a true zero", () => {
    expect(quantities("till", "b3d8e2a6-5ce0-11ec-bf63-0242ac130002")).toEqual({ onHand: { kind: "untracked" } });
    expect(quantities("till", "d5faa4c8-5ce0-11ec-bf63-0242ac130002")).toEqual({
      onHand: { kind: "exact", value: "0" },
    });
  });

  it("has an unlimited beside what cannot be said", () => {
    expect(quantities("cards", "KELPFR")).toEqual({ available: { kind: "unlimited" } });
    expect(quantities("cards", "CLAYFR")).toMatchObject({ available: { kind: "unknown", reason: "disabled" } });
  });

  it("has two levels for a product whose variant is not named", () => {
    expect(levels("shop").map(({ quantities: { available } }) => available?.quantity)).toEqual([
      { kind: "exact", value: "7" },
      { kind: "exact", value: "0" },
    ]);
  });

  it("has one failure, which is not a zero", () => {
    const failed = outcomes.filter(({ status }) => status === "failed");
    expect(failed).toMatchObject([{ lookup: { item: { id: "653985747439023621" } }, error: { code: "not-found" } }]);
    expect(complete).toBe(false);
  });

  function levels(account: string) {
    return outcomes.filter(({ lookup }) => lookup.account === account).flatMap((outcome) => outcome.levels ?? []);
  }

  function quantities(account: string, id: string) {
    const level = levels(account).find(({ item }) => item.id === id);
    const entries = Object.entries(level?.quantities ?? {});
    return Object.fromEntries(entries.map(([name, { quantity }]) => [name, quantity]));
  }
});

describe("the scenes of the demo", () => {
  let scenes: Readonly<Record<string, { outcomes: readonly object[]; complete: boolean }>>;

  beforeAll(async () => {
    scenes = JSON.parse(await demo("--format", "json"));
  });

  it("are three", () => {
    expect(Object.keys(scenes)).toEqual(["healthy", "throttled", "down"]);
  });

  it("wait for a provider that throttles, and then have its figure", () => {
    expect(scenes["throttled"]).toMatchObject({
      complete: true,
      outcomes: [
        { status: "ok", levels: [{ quantities: { available: { quantity: { kind: "exact", value: "42" } } } }] },
      ],
    });
  });

  it("say of a provider that is down that it was not read, and keep what the others say", () => {
    const { outcomes = [], complete } = scenes["down"] ?? {};
    expect(complete).toBe(false);
    expect(outcomes).toMatchObject([
      { lookup: { account: "till" }, status: "failed", error: { code: "server", status: 503, attempts: 3 } },
      { lookup: { account: "shop" }, status: "ok" },
      { lookup: { account: "erp" }, status: "ok" },
      { lookup: { account: "returns" }, status: "ok" },
      { lookup: { account: "cards" }, status: "ok" },
    ]);
  });
});

describe("the demo as a table", () => {
  it("says what it shows, shows it, and says what to try next", async () => {
    const shown = await demo();
    expect(shown).toMatch(/^1\. What five providers say about the stock of one shop, Kelp & Clay\./);
    expect(shown).toContain("10 of 11 read, 1 failed. Nothing here is added up.");
    expect(shown).toContain("2 requests reached Loop, the second one when that time was over.");
    expect(shown).toContain("not read: Zettle answered 503, try");
    expect(shown).toContain("Zettle was asked 3 times before it was given up.");
    expect(shown).toMatch(/`inv levels --help` says how to ask your\nown accounts\.\n$/);
    expect(shown.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("names the commands as they are typed in the repository", async () => {
    const { stdout } = await runIn(["demo"], {
      env: { INV_RUN_AS: "npm run -s inv --" },
      providers: installedProviders(),
    });
    expect(stdout).toContain("Next: `npm run -s inv -- demo --format json`");
  });

  it("L13 exits with 0, for its failures are the story", async () => {
    expect(await runIn(["demo"], { providers: installedProviders() })).toMatchObject({ code: 0, stderr: "" });
  });

  it.each([
    [["--config", "inv.yaml"], "`inv demo` brings its own accounts and lookups: leave --config out."],
    [["--format", "csv"], "--format takes table, json."],
  ])("refuses %s", async (words, complaint) => {
    expect(await runIn(["demo", ...words])).toEqual({ code: 2, stdout: "", stderr: `inv: ${complaint}\n` });
  });
});

/** What the demo prints. It reads no file: any folder will do. */
async function demo(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runIn(["demo", ...words], { providers: installedProviders() }, tmpdir());
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}
