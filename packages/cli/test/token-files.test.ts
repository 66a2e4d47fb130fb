import { chmod, lstat, mkdir, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { startSim } from "@inv/sim/server";
import type { SimServerOptions } from "@inv/sim/server";
import { describe, expect, it, onTestFinished } from "vitest";

import { emptyFolder, runIn } from "./harness.js";

const posix = process.platform !== "win32";
const argv = ["levels", "--lookups", "l", "--format", "json"];
const lookup = '{"account":"till","item":{"id":"7f3c2a10-5ce0-11ec-bf63-0242ac130002"}}\n';
const untouched = '{"name":"somebody else\'s"}';

/** A till of an app, whose refresh token is good for one use, and the folder that it is configured in. */
async function connectTill(tokenFile: string | undefined, options: SimServerOptions = {}) {
  // Tokens so short that every run, a while after the last one, has to fetch new ones.
  const sim = await startSim({ products: 5, zettle: { tokenLifetimeMs: 1000 }, ...options });
  onTestFinished(() => sim.close());
  const folder = await emptyFolder();
  const lines = [
    "accounts:",
    "  till:",
    "    provider: zettle",
    '    auth: { clientId: "${ID}", clientSecret: "${SECRET}", refreshToken: "${REFRESH}" }',
    `    baseUrl: ${sim.baseUrls.zettle}`,
    `    tokenUrl: ${sim.tokenUrls.zettle}`,
    ...(tokenFile === undefined ? [] : [`    tokenFile: ${tokenFile}`]),
  ];
  const files = { "inv.yaml": lines.join("\n"), l: lookup };
  const { clientId: ID, clientSecret: SECRET, refreshToken: REFRESH } = sim.appCredentials.zettle;
  const secrets = [SECRET, REFRESH];
  return {
    folder,
    sim,
    run: async (signal?: AbortSignal) => {
      const result = await runIn(argv, { files, env: { ID, SECRET, REFRESH }, ...(signal && { signal }) }, folder);
      for (const secret of secrets) expect(result.stdout + result.stderr).not.toContain(secret);
      return result;
    },
    tokenRequests: () => sim.requests.filter(({ operation }) => operation === "token").map(({ status }) => status),
  };
}

function isRead(stdout: string): boolean {
  return JSON.parse(stdout).complete;
}

describe("a refresh token that the provider replaces", () => {
  it("is kept from run to run, in a file that its owner alone may read", async () => {
    const { run, folder, tokenRequests } = await connectTill("tokens.json");
    for (let count = 0; count < 3; count++) {
      const { code, stdout, stderr } = await run();
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(isRead(stdout)).toBe(true);
      await sleep(600);
    }
    expect(tokenRequests()).toEqual([200, 200, 200]);
    expect(await readdir(folder)).toEqual(["inv.yaml", "l", "tokens.json"]);
    if (posix) expect(((await stat(join(folder, "tokens.json"))).mode & 0o777).toString(8)).toBe("600");
    await rm(join(folder, "tokens.json"));
    const { code, stdout } = await run();
    expect(code).toBe(4);
    expect(stdout).toContain("invalid_grant");
  });

  it("is not asked for again while the access token in the file lasts", async () => {
    const { run, tokenRequests } = await connectTill("tokens.json", { zettle: {} });
    for (let count = 0; count < 2; count++) expect(await run()).toMatchObject({ code: 0, stderr: "" });
    expect(tokenRequests()).toEqual([200]);
  });

  it("has to have a file, or nobody is asked: the next run would have one that is spent", async () => {
    const { run, sim } = await connectTill(undefined);
    expect(await run()).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "inv: inv.yaml:4:11: accounts.till lacks tokenFile: zettle replaces the refreshToken whenever it is used. Add\n       tokenFile: tokens.json   keeps the newest one from run to run\n",
    });
    expect(sim.requests).toEqual([]);
  });

  it("has its file beside the configuration, wherever the command runs", async () => {
    const { run, folder } = await connectTill("state/tokens.json");
    await run();
    const cwd = await emptyFolder();
    const config = join(folder, "inv.yaml");
    const env = { ID: "i", SECRET: "s", REFRESH: "another" };
    await runIn(["levels", "--config", config, "--lookups", "-"], { env, stdin: lookup }, cwd);
    expect(await readdir(cwd)).toEqual([]);
    expect(await readdir(join(folder, "state"))).toEqual(["tokens.json"]);
  });

  it("L14 is waited for when the command is interrupted, and saved", async () => {
    const late = { provider: "zettle", endpoint: "token", fault: { type: "drip", bytes: 40, everyMs: 60 } } as const;
    const { run, folder, sim, tokenRequests } = await connectTill("tokens.json", { faults: [late] });
    const interrupt = new AbortController();
    const ended = run(interrupt.signal);
    while (tokenRequests().length === 0) await sleep(5);
    interrupt.abort();
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(JSON.parse(stdout).outcomes).toMatchObject([{ status: "failed", error: { code: "cancelled" } }]);
    expect(stderr).toBe("inv: waiting for a new token, to save it; ending now may mean to authorise again\n");
    expect(await readFile(join(folder, "tokens.json"), "utf8")).toContain("sim-zettle-refresh-");
    sim.setFaults([]);
    expect(await run()).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("L20 tokens that cannot be saved", () => {
  it("serve this run all the same, which says so and exits with 1", async () => {
    // Short enough for its lock, too long for the file that is to take its place.
    const name = "t".repeat(220);
    const { run, folder } = await connectTill(name);
    const { code, stdout, stderr } = await run();
    expect(code).toBe(1);
    expect(isRead(stdout)).toBe(true);
    expect(stderr).toMatch(
      /^inv: account till: zettle: the new refresh token could not be saved and ends with this process: the token store \S+ cannot be written \(ENAMETOOLONG\)\n$/,
    );
    expect(await readdir(folder)).toEqual(["inv.yaml", "l"]);
  });
});

describe("a token file that cannot be one", () => {
  it.each<[string, (path: string) => Promise<unknown>, string]>([
    [
      "somebody else's",
      (path) => writeFile(path, untouched, { mode: 0o600 }),
      "is not a complete token store: restore",
    ],
    ["a folder", (path) => mkdir(path), "is not a file"],
    ...(posix
      ? ([
          [
            "one that others may read",
            (path) => writeFile(path, '{"version":1,"tokens":{}}').then(() => chmod(path, 0o644)),
            "can be read or changed by others (mode 644): run chmod 600 on it",
          ],
          [
            "a symbolic link",
            (path) => symlink("inv.yaml", path),
            "is a symbolic link: give the path of the file itself",
          ],
        ] satisfies [string, (path: string) => Promise<unknown>, string][])
      : []),
  ])("A26 is refused before anybody is asked, and left as it is: %s", async (_, put, why) => {
    const { run, folder, sim } = await connectTill("tokens.json");
    const path = join(folder, "tokens.json");
    await put(path);
    const before = await lstat(path);
    const { code, stdout, stderr } = await run();
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`inv: inv.yaml:7:16: accounts.till.tokenFile: the token store ${path} ${why}`);
    expect(sim.requests).toEqual([]);
    expect((await lstat(path)).mtimeMs).toBe(before.mtimeMs);
  });

  it("L07 is not told of when it is called like a credential", async () => {
    const { run, folder, sim } = await connectTill("${REFRESH}");
    await mkdir(join(folder, sim.appCredentials.zettle.refreshToken));
    const { code, stderr } = await run();
    expect(code).toBe(2);
    expect(stderr).toBe("inv: inv.yaml:7:16: accounts.till.tokenFile: the token store cannot be used.\n");
  });

  it("of a provider without replaced tokens is a key like any other that is not known", async () => {
    const config = 'accounts: { a: { provider: loop, tokenFile: t, auth: { apiKey: "${KEY}" } } }';
    const { code, stderr } = await runIn(argv, { files: { "inv.yaml": config, l: lookup }, env: { KEY: "k" } });
    expect(code).toBe(2);
    expect(stderr).toContain("inv.yaml:1:34: accounts.a has the unknown key `tokenFile`. Known are");
  });
});
