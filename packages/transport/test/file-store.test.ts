import type { ChildProcess } from "node:child_process";
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";

import { describe, expect, it, onTestFinished, vi } from "vitest";

import { fileTokenStore } from "../src/file-store.js";
import type { InvError } from "../src/index.js";
import { oauth, refreshGrant } from "../src/oauth.js";
import { canaries, codeOf, connectItems, failureOf, getItem } from "./items.js";
import type { Go, Task } from "./token-child.js";
import type { Provider } from "./token-provider.js";
import { serveProvider } from "./token-provider.js";

const pair = { refreshToken: "refresh-canary-1", accessToken: "token-canary-1" };
const child = join(import.meta.dirname, "token-child.ts");

async function folder(): Promise<string> {
  const path = await fs.mkdtemp(join(tmpdir(), "inv-tokens-"));
  onTestFinished(async () => fs.rm(path, { recursive: true, force: true }));
  return path;
}

async function storePath(): Promise<string> {
  return join(await folder(), "tokens.json");
}

/** What a store refuses with: `config{token-store}`, without a secret. */
async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await failureOf(work);
  expect(codeOf(error)).toBe("config{token-store}");
  return error.message;
}

function connectTo({ tokenUrl, baseUrl }: Provider, file: string, leaseMs?: number) {
  const warnings: InvError[] = [];
  const authoriser = oauth({
    provider: "acme",
    tokenUrl,
    grant: refreshGrant("client-1", "secret-canary", "refresh-canary-a-0"),
    fetch: undefined,
    tokenStore: fileTokenStore(file, leaseMs === undefined ? {} : { leaseMs }),
    onTokenWarning: (warning) => {
      expect(inspect(warning, { depth: 9 })).not.toMatch(canaries);
      warnings.push(warning);
    },
  });
  const client = connectItems({ baseUrl }, { authoriser });
  return { warnings, read: async () => getItem(client, { id: "1" }) };
}

/** Has functions of the file system fail, for everybody in this process, until the test is over. */
function breakFiles(
  names: readonly ("open" | "rename" | "mkdir")[],
  code: string,
  when: (path: string) => boolean,
): () => void {
  const originals = names.map((name) => [name, fs[name]] as const);
  for (const [name, original] of originals)
    Reflect.set(fs, name, async (...given: unknown[]) => {
      if (when(String(given[0]))) throw Object.assign(new Error(`canary ${code}`), { code });
      return Reflect.apply(original, fs, given);
    });
  syncBuiltinESMExports();
  const mend = () => {
    for (const [name, original] of originals) Reflect.set(fs, name, original);
    syncBuiltinESMExports();
  };
  onTestFinished(mend);
  return mend;
}

describe("a token store in a file", () => {
  it("gives back what was written, by key, also to the next process", async () => {
    const file = await storePath();
    const store = fileTokenStore(file);
    expect(await store.read("a")).toBeUndefined();
    await store.write("a", pair);
    await store.write("__proto__", { refreshToken: "r" });
    await store.write("a", { ...pair, expiresAt: "2026-11-20T12:00:00.000Z" });
    const next = fileTokenStore(file);
    expect(await next.read("a")).toEqual({ ...pair, expiresAt: "2026-11-20T12:00:00.000Z" });
    expect(await next.read("__proto__")).toEqual({ refreshToken: "r" });
    expect(await next.read("toString")).toBeUndefined();
  });

  it("is readable by its owner only, in a folder that is made for it, with nothing left beside it", async () => {
    const file = join(await folder(), "made", "for", "tokens.json");
    const store = fileTokenStore(file);
    await store.withLock("a", async () => store.write("a", pair));
    expect((await fs.stat(file)).mode & 0o777).toBe(0o600);
    expect((await fs.stat(join(file, ".."))).mode & 0o777).toBe(0o700);
    expect(await fs.readdir(join(file, ".."))).toEqual(["tokens.json"]);
  });

  it("A10 removes the new file that a crash left behind, and nothing else", async () => {
    const file = await storePath();
    const others = ["other.json", "tokens.json.backup", "tokens.json.tmp"];
    for (const name of [...others, "tokens.json.00000000-0000-4000-8000-000000000000.tmp"])
      await fs.writeFile(join(file, "..", name), "{");
    await fileTokenStore(file).write("a", pair);
    expect((await fs.readdir(join(file, ".."))).toSorted()).toEqual([...others, "tokens.json"].toSorted());
  });

  it("loses nothing of what many write at once", async () => {
    const file = await storePath();
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    await Promise.all(keys.map(async (key) => fileTokenStore(file).write(key, { refreshToken: key })));
    for (const key of keys) expect(await fileTokenStore(file).read(key)).toEqual({ refreshToken: key });
  });

  it("is a module of its own, which nothing else loads", async () => {
    const sources = join(import.meta.dirname, "../src");
    const users = [];
    for (const name of await fs.readdir(sources)) {
      const text = await fs.readFile(join(sources, name), "utf8");
      if (/from "node:/.test(text) || text.includes("file-store.js")) users.push(name);
    }
    expect(users).toEqual(["file-store.ts"]);
  });

  it("needs a path and a lease", () => {
    for (const path of ["", "a\0b"]) expect(() => fileTokenStore(path)).toThrow("needs the path of a file");
    for (const leaseMs of [0, -1, Number.NaN]) expect(() => fileTokenStore("t", { leaseMs })).toThrow("leaseMs");
  });
});

describe("A26 a token store is refused, and never overwritten, when it", () => {
  /** Reads and writes: both have to be refused, and what stands there has to stay. */
  async function refused(file: string, content: () => Promise<unknown>): Promise<string> {
    const before = await content();
    const store = fileTokenStore(file);
    const message = await refusalOf(store.read("a"));
    expect(await refusalOf(store.write("a", pair))).toBe(message);
    expect(await content()).toEqual(before);
    return message.replace(file, "FILE");
  }

  const text = (file: string) => async () => fs.readFile(file, "utf8");

  it("can be read by others", async () => {
    for (const mode of [0o644, 0o640, 0o604, 0o620, 0o602, 0o666, 0o610]) {
      const file = await storePath();
      await fileTokenStore(file).write("a", pair);
      await fs.chmod(file, mode);
      expect(await refused(file, text(file))).toBe(
        `the token store FILE can be read or changed by others (mode ${mode.toString(8)}): run chmod 600 on it, and authorise again if anybody may have seen it`,
      );
    }
  });

  it("is a symbolic link, also one to nothing", async () => {
    const file = await storePath();
    const target = `${file}.target`;
    await fs.symlink(target, file);
    const content = async () => fs.readlink(file);
    expect(await refused(file, content)).toContain("is a symbolic link");
    await fs.writeFile(target, '{"version":1,"tokens":{}}', { mode: 0o600 });
    expect(await refused(file, content)).toContain("is a symbolic link");
    expect(await fs.readFile(target, "utf8")).toBe('{"version":1,"tokens":{}}');
  });

  it("is a folder", async () => {
    const file = await storePath();
    await fs.mkdir(file);
    expect(await refused(file, async () => fs.readdir(file))).toBe("the token store FILE is not a file");
  });

  it("is a pipe, which is not waited for", async () => {
    const file = await storePath();
    await once(spawn("mkfifo", ["-m", "600", file]), "close");
    expect(await refused(file, async () => (await fs.stat(file)).isFIFO())).toBe("the token store FILE is not a file");
  });

  it.each([
    ["empty", ""],
    ["cut", '{"version":1,"tokens":{"a":{"refreshToken":"canary'],
    ["followed by something", '{"version":1,"tokens":{}}{'],
    ["no JSON", "canary"],
    ["null", "null"],
    ["a list", "[]"],
    ["of another version", '{"version":2,"tokens":{}}'],
    ["without a version", '{"tokens":{}}'],
    ["without tokens", '{"version":1}'],
    ["with a list of tokens", '{"version":1,"tokens":[]}'],
    ["with an entry that is text", '{"version":1,"tokens":{"b":"canary"}}'],
    ["with a token that is a number", '{"version":1,"tokens":{"b":{"refreshToken":7}}}'],
    ["with a token that is null", '{"version":1,"tokens":{"b":{"accessToken":null}}}'],
  ])("is %s", async (_, content) => {
    const file = await storePath();
    await fs.writeFile(file, content, { mode: 0o600 });
    expect(await refused(file, text(file))).toBe(
      "the token store FILE is not a complete token store: restore it, or move it away and authorise again",
    );
  });

  it("is larger than any token store", async () => {
    const file = await storePath();
    await fs.writeFile(file, " ".repeat(1024 * 1024 + 1), { mode: 0o600 });
    expect(await refused(file, async () => (await fs.stat(file)).size)).toContain("is too large");
  });

  it("would be needed by a call: config, and no token is asked for", async () => {
    const provider = await serveProvider();
    const file = await storePath();
    await fs.writeFile(file, '{"canary', { mode: 0o600 });
    const error = await failureOf(connectTo(provider, file).read());
    expect(codeOf(error)).toBe("config{token-store}");
    expect(error.message).toContain(file);
    expect(provider.tokenRequests).toEqual([]);
  });

  it("keeps fields and entries that it does not know when it is written", async () => {
    const file = await storePath();
    await fs.writeFile(file, '{"version":1,"tokens":{"b":{"refreshToken":"r","note":"n"}}}', { mode: 0o600 });
    await fileTokenStore(file).write("a", pair);
    expect(JSON.parse(await fs.readFile(file, "utf8"))).toEqual({
      version: 1,
      tokens: { a: pair, b: { refreshToken: "r", note: "n" } },
    });
  });
});

describe("L20 a disk that", () => {
  it.each([
    ["is full", "ENOSPC", ["open"], (path: string) => path.endsWith(".tmp")],
    ["cannot rename", "EROFS", ["rename"], () => true],
  ] as const)(
    "%s leaves the old store as it was; the new tokens are used from memory and saved later",
    async (_, code, names, when) => {
      const provider = await serveProvider();
      const file = await storePath();
      const { read, warnings } = connectTo(provider, file);
      await read();
      const before = await fs.readFile(file, "utf8");
      const mend = breakFiles(names, code, when);
      provider.end();
      await read();
      expect(warnings.map(codeOf)).toEqual(["auth{not-saved}"]);
      expect(warnings[0]?.message).toContain(`the token store ${file} cannot be written (${code})`);
      expect(await fs.readFile(file, "utf8")).toBe(before);
      expect(await fs.readdir(join(file, ".."))).toEqual(["tokens.json"]);
      mend();
      provider.end();
      await read();
      expect(await fs.readFile(file, "utf8")).toContain("refresh-canary-a-3");
      expect(provider.revoked()).toBe(false);
    },
  );

  it("is read-only before a token is asked for keeps the refresh token from being spent: config", async () => {
    const provider = await serveProvider();
    const file = await storePath();
    const { read } = connectTo(provider, file);
    await read();
    const mend = breakFiles(["open", "mkdir"], "EROFS", (path) => path.endsWith(".lock") || path === join(file, ".."));
    await read();
    provider.end();
    const message = await refusalOf(read());
    expect(message).toContain("cannot be locked, so that new tokens could not be saved either (EROFS)");
    expect(provider.tokenRequests).toHaveLength(1);
    mend();
    await read();
    expect(provider.refreshTokens()).toEqual(["a-0", "a-1"]);
  });

  it("has no room for what the lock says is locked all the same", async () => {
    const file = await storePath();
    const handle = await fs.open(`${file}.probe`, "w");
    const handles: object = Object.getPrototypeOf(handle);
    await handle.close();
    const write: unknown = Reflect.get(handles, "writeFile");
    onTestFinished(() => void Reflect.set(handles, "writeFile", write));
    Reflect.set(handles, "writeFile", async () => {
      throw Object.assign(new Error("canary"), { code: "ENOSPC" });
    });
    const store = fileTokenStore(file);
    const order: string[] = [];
    const first = store.withLock("a", async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push("first");
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    await Promise.all([first, store.withLock("a", async () => void order.push("second"))]);
    expect(order).toEqual(["first", "second"]);
  });
});

describe("A11 a lock", () => {
  /** The lock file of the only account. */
  async function lockIn(file: string): Promise<string> {
    const name = (await fs.readdir(join(file, ".."))).find((name) => name.endsWith(".lock"));
    return join(file, "..", name ?? "none");
  }

  it("is held by one at a time, whoever holds it", async () => {
    const file = await storePath();
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, async () =>
        fileTokenStore(file).withLock("a", async () => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setTimeout(resolve, 2));
          inside -= 1;
        }),
      ),
    );
    expect(most).toBe(1);
  });

  it("of one account does not hold up another", async () => {
    const store = fileTokenStore(await storePath());
    const order: string[] = [];
    await store.withLock("a", async () => {
      await store.withLock("b", async () => void order.push("b"));
      order.push("a");
    });
    expect(order).toEqual(["b", "a"]);
  });

  it("is given back when the work fails, with its error", async () => {
    const store = fileTokenStore(await storePath());
    await expect(
      store.withLock("a", async () => {
        throw new Error("mine");
      }),
    ).rejects.toThrow("mine");
    expect(await store.withLock("a", async () => 7)).toBe(7);
  });

  it("of an owner that lives is never taken, however long it is held", async () => {
    const store = fileTokenStore(await storePath(), { leaseMs: 100 });
    const order: string[] = [];
    const first = store.withLock("a", async () => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      order.push("first");
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    await store.withLock("a", async () => void order.push("second"));
    await first;
    expect(order).toEqual(["first", "second"]);
  });

  it.each([
    ["an hour ahead", 3600],
    ["an hour behind", -3600],
    ["right", 0],
  ])("of an owner that died is taken after its lease, by one of many, with a clock that is %s", async (_, seconds) => {
    const file = await storePath();
    const store = fileTokenStore(file, { leaseMs: 150 });
    let lock = "";
    await store.withLock("a", async () => void (lock = await lockIn(file)));
    await fs.writeFile(lock, "process 1 on elsewhere\n");
    const then = Date.now() / 1000 + seconds;
    await fs.utimes(lock, then, then);
    const begun = performance.now();
    let inside = 0;
    await Promise.all(
      Array.from({ length: 5 }, async () =>
        fileTokenStore(file, { leaseMs: 150 }).withLock("a", async () => {
          expect((inside += 1)).toBe(1);
          await new Promise((resolve) => setTimeout(resolve, 5));
          inside -= 1;
        }),
      ),
    );
    expect(performance.now() - begun).toBeGreaterThanOrEqual(150);
    expect(await fs.readdir(join(file, ".."))).toEqual([]);
  });

  it("that was taken from an owner which lives on is not given back by it", async () => {
    const file = await storePath();
    const store = fileTokenStore(file);
    let taken = "";
    await store.withLock("a", async () => {
      taken = await lockIn(file);
      await fs.unlink(taken);
      await fs.writeFile(taken, "process 2 on elsewhere\n");
    });
    expect(await fs.readFile(taken, "utf8")).toBe("process 2 on elsewhere\n");
  });

  it("is not taken, nor given up waiting for, because of time in which nobody looked at it: both were suspended", async () => {
    const store = fileTokenStore(await storePath());
    const order: string[] = [];
    const first = store.withLock("a", async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      order.push("first");
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    const second = store.withLock("a", async () => void order.push("second"));
    await new Promise((resolve) => setTimeout(resolve, 40));
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => now() + 3_600_000);
    onTestFinished(() => void vi.restoreAllMocks());
    await Promise.all([first, second]);
    expect(order).toEqual(["first", "second"]);
  });
});

describe("processes that share a store", () => {
  it("A11 make one token request for each expiry, and none of them hears of invalid_grant", async () => {
    const provider = await serveProvider();
    const task: Task = {
      file: await storePath(),
      tokenUrl: provider.tokenUrl,
      baseUrl: provider.baseUrl,
      refreshToken: "refresh-canary-a-0",
      leaseMs: 10_000,
    };
    const children = Array.from({ length: 8 }, () => fork(child, [JSON.stringify(task)], { execArgv: [] }));
    onTestFinished(() => {
      for (const one of children) one.kill("SIGKILL");
    });
    await Promise.all(children.map(async (one) => messageOf(one)));
    for (let expiry = 1; expiry <= 10; expiry++) {
      // Every other time the tokens end before their time, and each process hears of it by a 401.
      const go: Go = { seconds: expiry % 2 === 0 ? 0 : 7200 };
      if (expiry % 2 === 0) provider.end();
      const ends = await Promise.all(
        children.map(async (one) => {
          const end = messageOf(one);
          one.send(go);
          return end;
        }),
      );
      expect(ends).toEqual(children.map(() => "200"));
      expect(provider.tokenRequests).toHaveLength(expiry);
    }
    expect(provider.revoked()).toBe(false);
  }, 30_000);

  it("A10 may be killed at any step: the store is never broken, and holds tokens that can be used", async () => {
    /** The first time in this process and in this store, then with tokens in it: `false` once the process comes to its end. */
    async function survives(killAt: number, stored: boolean): Promise<boolean> {
      const provider = await serveProvider({ replaced: "until its successor is used" });
      const file = await storePath();
      if (stored) {
        await connectTo(provider, file).read();
        provider.end();
      }
      const task: Task = {
        file,
        tokenUrl: provider.tokenUrl,
        baseUrl: provider.baseUrl,
        refreshToken: "refresh-canary-a-0",
        leaseMs: 40,
        killAt,
      };
      const { signal, output } = await run(task);
      if (signal === null) expect(output).toBe("200");
      // An error here is a store that cannot be read, or tokens in it that are worth nothing.
      provider.end();
      await connectTo(provider, file, 40).read();
      expect(provider.revoked()).toBe(false);
      expect((await fs.readdir(join(file, ".."))).filter((name) => name !== "tokens.json")).toEqual([]);
      return signal !== null;
    }
    const killed = { first: 0, later: 0 };
    const all = async (stored: boolean, each: () => void) => {
      for (let killAt = 1; await survives(killAt, stored); killAt++) each();
    };
    await Promise.all([all(false, () => (killed.first += 1)), all(true, () => (killed.later += 1))]);
    expect(killed.first).toBeGreaterThan(15);
    expect(killed.later).toBeGreaterThan(15);
  }, 60_000);
});

async function messageOf(one: ChildProcess): Promise<unknown> {
  const [message] = await once(one, "message");
  return message;
}

async function run(task: Task): Promise<{ signal: string | null; output: string }> {
  const one = spawn(process.execPath, [child, JSON.stringify(task)], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  one.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  const [, signal] = await once(one, "close");
  return { signal: typeof signal === "string" ? signal : null, output };
}
