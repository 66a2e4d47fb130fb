import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { afterAll, describe, expect, it } from "vitest";

import { run } from "../src/command.js";
import { mugAtLoop } from "./requests.js";

const folder = await mkdtemp(join(tmpdir(), "inv-sim-"));
afterAll(() => rm(folder, { recursive: true }));

function start(...argv: readonly string[]) {
  const stop = new AbortController();
  const written = { out: "", err: "" };
  const code = run(argv, {
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
    signal: stop.signal,
  });
  return { code, written, stop: () => stop.abort() };
}

describe("inv-sim", () => {
  it("prints base URLs, and credentials as lines for a shell, until it is stopped; then exits 0", async () => {
    const { code, written, stop } = start("--port", "0", "--products", "10");
    while (!written.out.includes("ZETTLE_REFRESH_TOKEN")) await setTimeout(5);
    const base = /loop {7}(http:\S+)/.exec(written.out)?.[1];
    const key = /^export LOOP_API_KEY='(.+)'$/m.exec(written.out)?.[1] ?? "";
    const response = await fetch(`${base}${mugAtLoop}`, { headers: { "X-Authorization": key } });
    expect(response.status).toBe(200);
    expect(written.out.match(/^export [A-Z_]+='[^']+'$/gm)).toHaveLength(9);
    await setTimeout(250);
    stop();
    expect(await code).toBe(0);
    expect(written.out).toMatch(/loop GET \/inventories\/\S+ 200\n$/);
    expect(written.out).not.toContain(`${key} `);
  });

  it("reads a fault plan from a file", async () => {
    const file = join(folder, "plan.json");
    await writeFile(file, '[{"provider":"loop","fault":{"type":"status","status":503}}]');
    const { code, written, stop } = start("--port", "0", "--products", "10", "--quiet", "--faults", file);
    while (!written.out.includes("ZETTLE_REFRESH_TOKEN")) await setTimeout(5);
    const base = /loop {7}(http:\S+)/.exec(written.out)?.[1];
    expect((await fetch(`${base}${mugAtLoop}`)).status).toBe(503);
    stop();
    expect(await code).toBe(0);
  });

  it.each([
    [["--prot", "1"], "Unknown option '--prot'"],
    [["--port", "70000"], "--port is a whole number from 0 to 65535"],
    [["--seed", "x"], "--seed is a whole number"],
    [["surplus"], "Unexpected argument 'surplus'"],
    [["--faults", "none.json"], "none.json: ENOENT"],
  ])("exits 2 for %j and says what is wrong", async (argv, problem) => {
    const { code, written } = start(...argv);
    expect(await code).toBe(2);
    expect(written.err).toContain(problem);
    expect(written.out).toBe("");
  });

  it("exits 2 for a plan that cannot be right, naming all of it", async () => {
    const file = join(folder, "wrong.json");
    await writeFile(file, '[{"fault":{"type":"slow"}},{"nth":0,"fault":{"type":"reset"}}]');
    const { code, written } = start("--faults", file);
    expect(await code).toBe(2);
    expect(written.err).toContain("faults[0].fault.delayMs is missing\n  faults[1].nth has to be");
  });

  it("exits 2 for a port that is taken", async () => {
    const first = start("--port", "0", "--products", "10", "--quiet");
    while (!first.written.out.includes("export")) await setTimeout(5);
    const port = /127\.0\.0\.1:(\d+)/.exec(first.written.out)?.[1] ?? "";
    const second = start("--port", port);
    expect(await second.code).toBe(2);
    expect(second.written.err).toContain("EADDRINUSE");
    first.stop();
    await first.code;
  });

  it("says how with --help", async () => {
    const { code, written } = start("--help");
    expect(await code).toBe(0);
    expect(written.out).toContain("inv-sim [--port 4020]");
    expect(Math.max(...written.out.split("\n").map((line) => line.length))).toBeLessThan(81);
  });
});
