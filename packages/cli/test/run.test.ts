import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { installedProviders } from "../src/providers.js";
import { run } from "../src/run.js";
import { fakeProviders } from "./fake-providers.js";
import { Sink, emptyFolder, runIn } from "./harness.js";
import type { Setting } from "./harness.js";

const env = { LOOP_API_KEY: "s3cret" };
const config = 'accounts: { returns: { provider: loop, auth: { apiKey: "${LOOP_API_KEY}" } } }';

function lookups(...ids: readonly string[]): string {
  return ids.map((id) => `{"account":"returns","item":{"id":"${id}"}}\n`).join("");
}

function setting(ids: readonly string[], more: Setting = {}): Setting {
  return { files: { "inv.yaml": config, l: lookups(...ids) }, env, providers: fakeProviders(), ...more };
}

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(1024 * 1024, " ");
}

const levels = ["levels", "--lookups", "l"];

describe("L13 the exit code", () => {
  it.each<[string, number, readonly string[], Setting]>([
    ["everything was read", 0, levels, setting(["a", "b"])],
    ["help was asked for", 0, ["--help"], {}],
    ["help on the command was asked for", 0, ["levels", "--help"], {}],
    ["the version was asked for", 0, ["--version"], {}],
    ["some was read", 3, levels, setting(["a", "fails"])],
    ["an answer was incomplete", 3, levels, setting(["partly"])],
    ["nothing was read", 4, levels, setting(["fails", "fails-too"])],
    ["an adapter breaks", 4, levels, setting(["bug"])],
    ["nothing was asked for", 2, [], {}],
    ["the command is unknown", 2, ["level"], {}],
    ["an option is unknown", 2, [...levels, "--verbose"], setting(["a"])],
    ["the lookups are not named", 2, ["levels"], setting(["a"])],
    ["there is no configuration", 2, levels, { providers: fakeProviders() }],
    ["there is no lookup file", 2, ["levels", "--lookups", "none"], setting(["a"])],
    ["there is no lookup", 2, levels, setting([])],
    [
      "the lookup cannot be asked",
      2,
      ["levels", "--lookups", "-"],
      setting([], { stdin: '{"account":"returns","item":{"id":".."}}' }),
    ],
    ["a variable is missing", 2, levels, setting(["a"], { env: {} })],
    ["it was interrupted", 130, levels, setting(["a"], { signal: AbortSignal.abort() })],
    ["the reader of the output is gone", 141, levels, setting(["a"], { stdout: new Sink("EPIPE") })],
    ["the disk is full", 1, levels, setting(["a"], { stdout: new Sink("ENOSPC") })],
    [
      "inv has a bug",
      1,
      levels,
      setting(["a"], { providers: { ids: ["loop"], find: () => Promise.reject(new TypeError("s3cret")) } }),
    ],
  ])("where %s is %i", async (_, code, argv, given) => {
    expect(await runIn(argv, given)).toMatchObject({ code });
  });

  it("L10 stays the same when the error stream is closed", async () => {
    expect(await runIn(levels, setting(["a"], { env: {}, stderr: new Sink("EPIPE") }))).toMatchObject({ code: 2 });
  });
});

describe("the output", () => {
  it("L12 is one JSON document also when a lookup failed, and nothing on the error stream", async () => {
    const { stdout, stderr } = await runIn([...levels, "--format", "json"], setting(["653985747439023617", "fails"]));
    expect(JSON.parse(stdout)).toMatchObject({
      complete: false,
      outcomes: [
        {
          status: "ok",
          levels: [{ item: { id: "653985747439023617" }, quantities: { available: { quantity: { value: "7" } } } }],
        },
        { status: "failed", error: { code: "rate-limited", status: 429, retryAfterMs: 12_000 } },
      ],
    });
    expect(stdout).toMatch(/^\{\n {2}"outcomes": \[\n[^]*\n\}\n$/);
    expect(stderr).toBe("");
  });

  it("is one outcome per line as ndjson", async () => {
    const { stdout } = await runIn([...levels, "--format=ndjson"], setting(["a", "fails"]));
    const lines = stdout.split("\n");
    expect(lines.pop()).toBe("");
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([{ status: "ok" }, { status: "failed" }]);
  });

  it("is a table unless told otherwise", async () => {
    const { stdout } = await runIn(levels, setting(["a", "fails"]));
    expect(stdout).toContain("not read: Loop answered 429, try again in 12 s");
    expect(stdout).toMatch(/\n\n1 of 2 read, 1 failed\. Nothing here is added up\.\n$/);
  });

  it("never holds a credential", async () => {
    for (const format of ["table", "json", "ndjson", "csv"]) {
      const { stdout, stderr } = await runIn([...levels, "--format", format], setting(["a", "fails", "bug"]));
      expect(stdout + stderr).not.toContain("s3cret");
    }
  });

  it("L17 of a bug holds its kind, and not the message, which may quote anything", async () => {
    const providers = { ids: ["loop"], find: () => Promise.reject(new TypeError("s3cret")) };
    const { stderr } = await runIn(levels, setting(["a"], { providers }));
    expect(stderr).toBe(
      "inv: this is a bug in inv 0.0.0 (TypeError). Please report it, with the command that you ran.\n",
    );
  });
});

describe("the input", () => {
  it("reads lookups from standard input, and the configuration that is named", async () => {
    const files = { "other.yaml": config };
    const argv = ["levels", "--lookups", "-", "--config", "other.yaml", "--format", "csv"];
    const { code, stdout } = await runIn(argv, setting([], { files, stdin: lookups("a") }));
    expect([code, stdout.split("\r\n").length]).toEqual([0, 3]);
  });

  it("says on which line a lookup stands that cannot be asked", async () => {
    const text = `\n${lookups("a")}{"account":"returns","item":{"id":"b"},"location":{"id":"c"}}`;
    const { stderr } = await runIn(levels, setting([], { files: { "inv.yaml": config, l: text } }));
    expect(stderr).toBe('inv: l:3: location: account "returns" has no locations; leave location out\n');
  });

  it("asks nobody when one lookup is wrong", async () => {
    const asked: string[] = [];
    const providers = fakeProviders((id) => {
      asked.push(id);
      return Promise.resolve("ok");
    });
    await runIn(levels, setting([], { providers, files: { "inv.yaml": config, l: `${lookups("a")}{}` } }));
    expect(asked).toEqual([]);
  });

  it.each([
    ["a folder", (path: string) => mkdir(path), "is not a regular file"],
    ["a FIFO", (path: string) => Promise.resolve(execFileSync("mkfifo", [path])), "is not a regular file"],
    ["an endless device", (path: string) => symlink("/dev/zero", path), "is not a regular file"],
    ["a link to itself", (path: string) => symlink(path, path), "its symbolic links go in a circle"],
    ["more than 1 MiB", (path: string) => writeFile(path, "#".repeat(1024 * 1024 + 1)), "is larger than 1 MiB"],
    ["not UTF-8", (path: string) => writeFile(path, Buffer.from([0x61, 0xff])), "is not UTF-8"],
  ])("L08 refuses a configuration that is %s", async (_, make, reason) => {
    const folder = await emptyFolder();
    await make(join(folder, "inv.yaml"));
    const { code, stderr } = await runIn(levels, { providers: fakeProviders() }, folder);
    expect([code, stderr.slice(0, `inv: inv.yaml: ${reason}.`.length)]).toEqual([2, `inv: inv.yaml: ${reason}.`]);
  });

  it("reads a configuration of exactly 1 MiB that begins with a byte order mark", async () => {
    const text = `\ufeff${config}\n`;
    const files = { "inv.yaml": text + "#".repeat(1024 * 1024 - Buffer.byteLength(text)), l: lookups("a") };
    expect(await runIn(levels, setting([], { files }))).toMatchObject({ code: 0 });
  });

  it("L08 refuses lookups that never end", async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, "inv.yaml"), config);
    const stderr = new Sink();
    const context = { stdin: Readable.from(endless()), stdout: new Sink(), stderr, env, cwd: folder };
    expect(await run(["levels", "--lookups", "-"], context, fakeProviders())).toBe(2);
    expect(stderr.text).toBe("inv: standard input: is larger than 64 MiB. Split it up.\n");
  });
});

describe("the arguments", () => {
  it.each([
    [[], "say what to do: `inv levels`, `inv demo`. `inv --help` shows more."],
    [["levls"], "there is no such command. Did you mean levels?"],
    [["levels", "--lookup", "x"], "--lookup is not known here. Did you mean --lookups?"],
    [["levels", "--lookups"], "--lookups needs a value. `inv levels --help` shows how."],
    [["levels", "--lookups", "--format", "csv"], "--lookups needs a value. `inv levels --help` shows how."],
    [["levels", "--lookups", "a", "--lookups", "b"], "--lookups is given twice. Keep one."],
    [["levels", "--lookups", "a", "b"], "`inv levels` takes options only. `inv levels --help` shows them."],
    [["levels", "--lookups", "a", "--format", "jsn"], "--format takes table, json, ndjson, csv. Did you mean json?"],
    [["--help=x"], "--help takes no value."],
  ])("L04 %j is refused", async (argv, message) => {
    expect(await runIn(argv)).toEqual({ code: 2, stdout: "", stderr: `inv: ${message}\n` });
  });

  it.each([
    [["levels", "--api-key", "CANARY", "--lookups", "l"]],
    [["levels", "--api-key=CANARY"]],
    [["levels", "--loop-api-key", "CANARY"]],
    [["--password=CANARY", "levels"]],
    [["levels", "-pCANARY"]],
    [["levels", "--lookups", "l", "--CANARY123"]],
  ])("L06 a secret in %j is refused and not repeated", async (argv) => {
    const { code, stderr } = await runIn(argv, setting(["a"]));
    expect(code).toBe(2);
    expect(stderr).not.toContain("CANARY");
  });

  it("L06 says where a secret belongs", async () => {
    const { stderr } = await runIn(["levels", "--api-key", "x"]);
    expect(stderr).toContain("environment variable");
  });

  it("help names the providers and fits 80 columns, but for the example of a long line", async () => {
    const general = (await runIn(["--help"])).stdout;
    expect(general.replaceAll(/\s+/g, " ")).toContain(`Providers: ${installedProviders().ids.join(", ")} `);
    const wide = `${general}${(await runIn(["levels", "--help"])).stdout}`
      .split("\n")
      .filter((line) => line.length > 80);
    expect(wide).toHaveLength(1);
  });
});

describe("stopping", () => {
  it("L14 prints what is complete when it is interrupted", async () => {
    const interrupt = new AbortController();
    const providers = fakeProviders(async (id, signal) => {
      if (id !== "hangs") return "ok";
      setTimeout(() => interrupt.abort(), 20);
      return sleep(60_000, "ok", { signal });
    });
    const given = setting(["quick", "hangs"], { signal: interrupt.signal, providers });
    const { code, stdout } = await runIn([...levels, "--format", "ndjson"], given);
    expect(code).toBe(130);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line): unknown => JSON.parse(line)),
    ).toMatchObject([{ status: "ok" }, { status: "failed", error: { code: "cancelled" } }]);
  });

  it("L14 does not wait for the end of standard input when it is interrupted", async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, "inv.yaml"), config);
    const stdin = new Readable({ read: () => {} });
    const context = {
      stdin,
      stdout: new Sink(),
      stderr: new Sink(),
      env,
      cwd: folder,
      signal: AbortSignal.timeout(50),
    };
    expect(await run(["levels", "--lookups", "-"], context, fakeProviders())).toBe(130);
  });

  it("L09 stops asking when the reader of the output goes away", async () => {
    const stdout = new Sink();
    let stopped = false;
    const providers = fakeProviders(async (_, signal) => {
      stdout.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      await sleep(60_000, undefined, { signal }).catch(() => (stopped = true));
      return "ok";
    });
    const { code, stderr } = await runIn(levels, setting(["a"], { stdout, providers }));
    expect([code, stderr, stopped]).toEqual([141, "", true]);
  });
});

it("names the command in messages as it is typed in the repository", async () => {
  const { stderr } = await runIn([], { env: { INV_RUN_AS: "npm run -s inv --" } });
  expect(stderr).toBe(
    "inv: say what to do: `npm run -s inv -- levels`, `npm run -s inv -- demo`. `npm run -s inv -- --help` shows more.\n",
  );
});
