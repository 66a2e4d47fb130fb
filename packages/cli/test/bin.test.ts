import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { beforeAll, expect, it, onTestFinished } from "vitest";

import { emptyFolder } from "./harness.js";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const config = 'accounts: { returns: { provider: loop, auth: { apiKey: "${LOOP_API_KEY}" }, baseUrl: "${BASE_URL}" } }';
const lookup = '{"account":"returns","item":{"id":"1"},"location":{"id":"2"}}\n';

beforeAll(() => {
  if (!existsSync(bin)) throw new Error("dist/bin.js is missing: run `npm test` in the root, it builds first");
});

/** The command started in a folder with configuration and lookups, against a Loop that never answers. */
async function startHanging() {
  const folder = await emptyFolder();
  await writeFile(join(folder, "inv.yaml"), config);
  await writeFile(join(folder, "l"), lookup);
  const server = createServer();
  const asked = once(server, "request");
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const env = { ...process.env, LOOP_API_KEY: "s3cret", BASE_URL: `http://127.0.0.1:${port}` };
  const child = spawn(process.execPath, [bin, "levels", "--lookups", "l", "--format", "ndjson"], { cwd: folder, env });
  onTestFinished(() => {
    child.kill("SIGKILL");
    server.closeAllConnections();
    server.close();
  });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  const ended = once(child, "close");
  const first = await Promise.race([asked.then(() => "asked"), ended.then(() => "ended")]);
  if (first === "ended") throw new Error("the command ended before it asked");
  return { child, ended, output: () => stdout };
}

it("prints its version", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [bin, "--version"]);
  expect(stdout).toBe("0.0.0\n");
});

it.each(["SIGINT", "SIGTERM"] as const)("L14 aborts on %s, prints what there is and exits with 130", async (signal) => {
  const { child, ended, output } = await startHanging();
  child.kill(signal);
  expect(await ended).toEqual([130, null]);
  expect(JSON.parse(output())).toMatchObject({ status: "failed", error: { code: "cancelled" } });
});

it("L09 exits with 141 and says nothing when the reader went away", async () => {
  const child = spawn(process.execPath, [bin, "levels", "--help"]);
  child.stdout.destroy();
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  expect(await once(child, "close")).toEqual([141, null]);
  expect(stderr).toBe("");
});

it("imports nothing before it knows that Node is new enough", () => {
  expect(readFileSync(bin, "utf8")).not.toMatch(/^import /m);
});
