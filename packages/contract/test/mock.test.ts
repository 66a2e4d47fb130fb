import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect, it } from "vitest";

const mock = fileURLToPath(new URL("../src/mock.ts", import.meta.url));

it("mock serves one provider and prints where, and a command line that works there", async () => {
  const child = spawn(process.execPath, [mock, "loop", "--port", "0"]);
  try {
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
    await expect.poll(() => printed, { timeout: 20_000 }).toContain("curl '");
    expect(printed).toMatch(/^loop is mocked at http:\/\/127\.0\.0\.1:\d+ /m);
    const [, url = "", rest = ""] = /^ {2}curl '([^']+)'(.*)$/m.exec(printed) ?? [];
    const headers = Array.from(rest.matchAll(/-H '([^:]+): ([^']+)'/g), ([, name = "", value = ""]) => [name, value]);
    const answer = await fetch(url, { headers: Object.fromEntries(headers) });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('"id":"653985747439023617"');
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([0, null]);
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  } finally {
    child.kill("SIGTERM");
  }
}, 30_000);

it.each([
  ["an unknown provider", ["acme"], "there is no provider acme."],
  ["no provider", [], "which provider?"],
  ["an unknown option", ["loop", "--prot", "1"], "--prot is not understood."],
  ["a port that is none", ["loop", "--port", "http"], "--port is not understood."],
])("mock refuses %s and lists the providers", async (_, argv, problem) => {
  await expect(promisify(execFile)(process.execPath, [mock, ...argv])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      `mock: ${problem}\nUsage: npm run mock -- <provider> [--port N]\nProviders: augno, `,
    ),
  });
});
