import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { beforeAll, describe, expect, it } from "vitest";

const demo = fileURLToPath(new URL("../src/demo.ts", import.meta.url));

describe("the demo as JSON", () => {
  let outcomes: readonly Outcome[];
  let complete: boolean;

  interface Outcome {
    lookup: { account: string };
    status: "ok" | "failed";
    levels?: readonly { provider: string; item: { id: string }; quantities: Record<string, { quantity: unknown }> }[];
    error?: { code: string };
  }

  beforeAll(async () => {
    ({ outcomes, complete } = JSON.parse(await run("--format", "json")));
  }, 30_000);

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

describe("the demo as a table", () => {
  it("says what it shows, shows it, and says what to try next", async () => {
    const lines = (await run()).trim().split("\n");
    expect(lines[0]).toContain("Kelp & Clay");
    expect(lines.at(-1)).toContain("npm run");
    expect(lines.join("\n")).toContain("10 of 11 read, 1 failed. Nothing here is added up.");
  }, 30_000);

  it("refuses other arguments", async () => {
    await expect(run("--config", "inv.yaml")).rejects.toMatchObject({
      code: 2,
      stdout: "",
      stderr: "demo: only --format is understood, with table, json, ndjson or csv.\n",
    });
  });

  it("passes on what is wrong with its arguments", async () => {
    await expect(run("--format", "xml")).rejects.toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("--format takes"),
    });
  }, 30_000);
});

async function run(...argv: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [demo, ...argv]);
  expect(stderr).toBe("");
  return stdout;
}
