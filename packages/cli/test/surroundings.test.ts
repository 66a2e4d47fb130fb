import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { startSim } from "@inv/sim/server";
import type { SimServer } from "@inv/sim/server";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";

import { installedProviders } from "../src/providers.js";
import { emptyFolder, runIn } from "./harness.js";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const lookups = [
  { account: "till", item: { id: "91b6c0e4-5ce0-11ec-bf63-0242ac130002" } },
  { account: "shop", item: { id: "00aa4abd-5778-4199-8161-0b49b2f212e5" } },
  { account: "erp", item: { id: "it_01HTEA7K2M" } },
  { account: "returns", item: { id: "653985747439023617" }, location: { id: "631923350119788417" } },
  { account: "cards", item: { id: "KELPFR", variantId: "50" } },
];

/** A configuration of all five providers, as they are simulated on this machine. */
function configOf({ baseUrls, tokenUrls }: SimServer): string {
  return `accounts:
  till:
    provider: zettle
    auth: { clientId: "\${ZETTLE_CLIENT_ID}", apiKey: "\${ZETTLE_API_KEY}" }
    baseUrl: ${baseUrls.zettle}
    tokenUrl: ${tokenUrls.zettle}
    tokenFile: tokens.json
  shop:
    provider: fourthwall
    auth: { username: "\${FOURTHWALL_USERNAME}", password: "\${FOURTHWALL_PASSWORD}" }
    baseUrl: ${baseUrls.fourthwall}
  erp: { provider: augno, auth: { apiKey: "\${AUGNO_API_KEY}" }, baseUrl: "${baseUrls.augno}" }
  returns: { provider: loop, auth: { apiKey: "\${LOOP_API_KEY}" }, baseUrl: "${baseUrls.loop}" }
  cards:
    provider: walleo
    auth: { apiKey: "\${WALLEO_API_KEY}", identifier: "\${WALLEO_IDENTIFIER}", sharedKey: "\${WALLEO_SHARED_KEY}" }
    baseUrl: ${baseUrls.walleo}
`;
}

const lines = lookups.map((lookup) => JSON.stringify(lookup)).join("\n");

describe("a process", () => {
  let sim: SimServer;

  beforeAll(async () => {
    if (!existsSync(bin)) throw new Error("dist/bin.js is missing: run `npm test` in the root, it builds first");
    sim = await startSim({ products: 5, rateLimits: false });
  });
  afterAll(() => sim.close());

  /** What the command prints there. Its standard input is no terminal, and stays open. */
  async function start(env: Readonly<Record<string, string>>, format: string, secrets = sim.environment) {
    const folder = await emptyFolder();
    await writeFile(join(folder, "inv.yaml"), configOf(sim));
    await writeFile(join(folder, "l"), lines);
    const { PATH = "" } = process.env;
    const child = spawn(process.execPath, [bin, "levels", "--lookups", "l", "--format", format], {
      cwd: folder,
      env: { PATH, ...secrets, ...env },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    // All that may differ is the moment, which has one form only.
    return { code, stderr, stdout: stdout.replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "<instant>") };
  }

  const places = [
    { LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", TZ: "Pacific/Apia" },
    { LC_ALL: "de_DE.UTF-8", LANG: "de_DE.UTF-8", TZ: "Europe/Berlin" },
  ];

  it.each(["json", "ndjson", "csv"])("L19 prints the same %s wherever on earth it runs", async (format) => {
    const plain = await start({ LC_ALL: "C", TZ: "UTC" }, format);
    expect(plain).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("12.375") });
    for (const place of places) expect(await start(place, format)).toEqual(plain);
  });

  const terminals = [
    { NO_COLOR: "1" },
    { CI: "true" },
    { TERM: "dumb" },
    { TERM: "xterm-256color", COLORTERM: "truecolor", FORCE_COLOR: "3" },
  ];

  it("L11 prints no colour and no spinner, whatever the terminal is said to be", async () => {
    const plain = await start({}, "table");
    expect(plain).toMatchObject({ code: 0, stderr: "" });
    // oxlint-disable-next-line no-control-regex -- these are what is looked for
    expect(plain.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    for (const terminal of terminals) expect(await start(terminal, "table")).toEqual(plain);
  });

  it("L11 asks nothing: what is missing ends it with 2", async () => {
    const { LOOP_API_KEY: _, ...others } = sim.environment;
    const { code, stdout, stderr } = await start({}, "table", others);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("the variable LOOP_API_KEY is not set.");
  });
});

it.each(["1970-01-01T00:00:01.000Z", "2038-01-19T03:14:08.000Z", "2106-02-07T06:28:16.000Z"])(
  "L21 reads every provider at %s, and again with the tokens of then",
  async (now) => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date(now) });
    onTestFinished(() => void vi.useRealTimers());
    const sim = await startSim({ products: 5 });
    onTestFinished(() => sim.close());
    const cwd = await emptyFolder();
    const setting = {
      files: { "inv.yaml": configOf(sim), l: lines },
      env: sim.environment,
      providers: installedProviders(),
    };
    for (let run = 0; run < 2; run++) {
      const { code, stdout, stderr } = await runIn(["levels", "--lookups", "l", "--format", "csv"], setting, cwd);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const [, ...rows] = stdout.trim().split("\r\n");
      expect([rows.length, rows.filter((row) => !row.includes(now))]).toEqual([6, []]);
    }
    expect(sim.requests.filter(({ operation }) => operation === "token")).toHaveLength(1);
  },
);
