import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { change } from "../change.ts";
import { apply } from "../pipeline/change/applying.ts";
import { recover } from "../pipeline/change/journal.ts";
import { folderWith, printed } from "./pages.ts";
import { id, inShop, pages, snapshot } from "./shop.ts";
import { refusal } from "./support.ts";

const applying = pathToFileURL(join(import.meta.dirname, "../pipeline/change/applying.ts")).href;

/** Files of which one cannot be written once the others are. */
class FullDisk extends Map<string, Uint8Array> {
  #asked = 0;

  override get(path: string): Uint8Array | undefined {
    if (path === "new/z" && ++this.#asked > 1) throw new Error("ENOSPC: no space left on device");
    return super.get(path);
  }
}

test("a write that fails leaves every file as it was", async () => {
  const root = folderWith({ "a.txt": "a", "b.txt": "b" });
  const journal = folderWith({});
  const before = snapshot(root);
  const files = new FullDisk([
    ["a.txt", Buffer.from("changed")],
    ["new/folder/c.txt", Buffer.from("c")],
    ["new/z", Buffer.from("z")],
  ]);
  const refused = await refusal(() => apply(root, journal, files));
  expect(refused).toMatchObject({ kind: "output", message: expect.stringContaining("ENOSPC") });
  expect(refused.message).toMatch(/; every file is as it was\.$/);
  expect(snapshot(root)).toEqual(before);
  expect(existsSync(join(journal, "journal.json"))).toBe(false);
});

/** Runs code of the pipeline in a process of its own. */
function start(file: string, code: string) {
  const url = pathToFileURL(join(import.meta.dirname, "..", file)).href;
  const text = `const { change, holding, apply } = { ...(await import(${JSON.stringify(url)})), ...(await import(${JSON.stringify(applying)})) };\n${code}`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", text], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (said) => (output += String(said)));
  const end = new Promise<{ code: number | null; output: string }>((done) =>
    child.on("close", (exitCode) => done({ code: exitCode, output })),
  );
  return { child, end };
}

/** Waits for what a process does. */
async function until(isSo: () => boolean, { child, end }: ReturnType<typeof start>): Promise<void> {
  while (!isSo()) {
    if (child.exitCode !== null) throw new Error(`it has ended: ${(await end).output}`);
    await sleep(2);
  }
}

function copies(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("inv-copy-"));
}

test("interrupted or killed while it works, it leaves the tree as it was, and nothing behind", async () => {
  await inShop(async ({ path, git }) => {
    const before = snapshot(path);
    const page = join(folderWith({ "stock.yaml": pages.both }), "stock.yaml");
    const journal = join(git("rev-parse", "--absolute-git-dir").trim(), "inv-change", id);
    const verb = () =>
      start("change.ts", `process.exitCode = await change(${JSON.stringify([id, page])}, ${JSON.stringify(path)});`);
    const known = new Set(copies());
    const isCopied = () => copies().some((name) => !known.has(name) && existsSync(join(tmpdir(), name, "specs")));
    for (const [signal, moment] of [
      ["SIGINT", () => existsSync(join(journal, "copy"))],
      ["SIGTERM", isCopied],
    ] as const) {
      const running = verb();
      const { child, end } = running;
      await until(moment, running);
      const second = await printed(() => change([id], path));
      expect(second).toMatchObject({
        code: 1,
        errors: `${id}: spec{output} another change of ${id} is running (process ${child.pid}); wait for its end.`,
      });
      child.kill(signal);
      const { code, output } = await end;
      expect(code).toBe(signal === "SIGINT" ? 130 : 143);
      expect(output).toContain(`interrupted by ${signal}; every file is as it was.`);
      expect(snapshot(path)).toEqual(before);
      expect(existsSync(journal)).toBe(false);
    }
    const killed = verb();
    await until(() => existsSync(join(journal, "copy")), killed);
    killed.child.kill("SIGKILL");
    await killed.end;
    expect(snapshot(path)).toEqual(before);
    const copy = readFileSync(join(journal, "copy"), "utf8");
    expect((await printed(() => change([id], path))).code).toBe(0);
    expect([existsSync(copy), existsSync(journal)]).toEqual([false, false]);
  });
});

test("what is edited while it runs is not overwritten", async () => {
  await inShop(async ({ path, git }) => {
    const page = join(folderWith({ "stock.yaml": pages.both }), "stock.yaml");
    const journal = join(git("rev-parse", "--absolute-git-dir").trim(), "inv-change", id);
    const running = start(
      "change.ts",
      `process.exitCode = await change(${JSON.stringify([id, page])}, ${JSON.stringify(path)});`,
    );
    await until(() => existsSync(join(journal, "copy")), running);
    const readme = `packages/${id}/README.md`;
    writeFileSync(join(path, readme), "edited");
    expect(await running.end).toEqual({
      code: 1,
      output: `${id}: spec{output} its files were edited while this ran; nothing was written. Run it again.\n`,
    });
    expect(git("status", "--short")).toBe(` M ${readme}\n`);
  });
});

const count = 10;

/**
 * A tree whose every file a process of its own removes, replaces or makes, until it kills itself as it asks for the bytes of
 * one: each is asked for when it is noted, when it is written beside its place, and when it takes its place.
 */
async function killedAt(moment: number): Promise<{ root: string; before: Record<string, string> }> {
  const root = folderWith(Object.fromEntries(Array.from({ length: count }, (_, index) => [`old/${index}`, "old"])));
  execFileSync("git", ["init", "--quiet"], { cwd: root });
  const before = snapshot(root);
  const { child, end } = start(
    "pipeline/change/journal.ts",
    `let asked = 0;
    class Deadly extends Map {
      get(path) {
        asked += 1;
        if (asked === ${moment}) process.kill(process.pid, "SIGKILL");
        return super.get(path);
      }
    }
    const files = new Deadly();
    for (let index = 0; index < ${count}; index += 1) {
      files.set("old/" + index, index % 5 === 0 ? undefined : Buffer.from("new"));
      files.set("new/folder/" + index, Buffer.from("new"));
    }
    await holding(${JSON.stringify(root)}, "acme-pos", async ({ journal }) => apply(${JSON.stringify(root)}, journal, files));`,
  );
  const { output } = await end;
  expect({ output, signal: child.signalCode }).toEqual({ output: "", signal: "SIGKILL" });
  return { root, before };
}

test.each([
  ["before it writes", 2 * count, 0],
  ["as it begins to write", 2 * count + 1, 0],
  ["as it writes", 3 * count, 0],
  ["as it has written", 4 * count + 1, 0],
  ["as it replaces", 5 * count, count - 1],
  ["before the last", 6 * count, 2 * count - 1],
])("killed %s, the next run puts every file back and says so", async (_, moment, replaced) => {
  const { root, before } = await killedAt(moment);
  const lines = recover(root);
  expect(snapshot(root)).toEqual(before);
  expect(lines.length).toBe(replaced === 0 ? 0 : replaced + 1);
  expect(lines[0] ?? "").toMatch(/^$|^acme-pos: an earlier change was cut short while it wrote; /);
  expect([recover(root), existsSync(join(root, ".git/inv-change/acme-pos"))]).toEqual([[], false]);
});

test("what somebody edited after a change was cut short is not undone", async () => {
  const { root } = await killedAt(5 * count);
  writeFileSync(join(root, "old/1"), "edited");
  const refused = await refusal(() => recover(root));
  expect(refused.message).toMatch(
    /^old\/1: edited after a change was cut short\. What stood there before is in .*original-\d+; /,
  );
  expect(readFileSync(join(root, "old/1"), "utf8")).toBe("edited");
  expect(readFileSync(join(root, "old/0"), "utf8")).toBe("old");
  expect(existsSync(join(root, ".git/inv-change/acme-pos/journal.json"))).toBe(true);
});
