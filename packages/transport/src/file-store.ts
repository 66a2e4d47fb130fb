import { createHash, randomUUID } from "node:crypto";
import { constants, link, lstat, mkdir, open, readdir, rename, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

import { InvError, isInvError } from "./errors.js";
import type { StoredTokens, TokenStore } from "./token-store.js";

type FileHandle = Awaited<ReturnType<typeof open>>;

const maxBytes = 1024 * 1024;
/** The longest wait for a lock whose owner shows that it is alive. */
const maxWaitMs = 60_000;
/** The most that one look at a lock adds to the time for which it was seen unchanged. */
const maxStepMs = 100;
const posix = process.platform !== "win32";
const fields = ["refreshToken", "accessToken", "obtainedAt", "expiresAt"] as const satisfies (keyof StoredTokens)[];

/** Options of `fileTokenStore`. */
export interface FileTokenStoreOptions {
  /** For how long a lock has to be seen unchanged, in milliseconds, before it is taken from an owner that died. Default 10,000. */
  readonly leaseMs?: number;
}

/**
 * A token store in one file, for every account and every process of this machine that is given the same path.
 *
 * The file is readable by its owner only. It is replaced as a whole: a new file in the same folder is written, flushed
 * and renamed over it, so that after a crash at any moment it holds either what it held or what was written. Folders that
 * are missing are made. A file that others may read, a symbolic link, a folder, and anything that is no complete token
 * store are refused, and never overwritten.
 *
 * An account is locked by a file beside it, which its owner touches as long as it lives. Whoever waits takes a lock over
 * when it has watched it unchanged for `leaseMs` on its own monotonic clock: no two clocks are compared.
 *
 * Node only.
 *
 * @throws InvError `config{token-store}` from every method for a file or folder that cannot be used, with its path and
 * what to do; `auth{refresh-failed}` when a live owner does not give up a lock within a minute
 */
export function fileTokenStore(path: string, options: FileTokenStoreOptions = {}): TokenStore {
  const { leaseMs = 10_000 } = options;
  if (typeof path !== "string" || path === "" || path.includes("\0"))
    throw new InvError("config", "a token store needs the path of a file", { kind: "token-store" });
  if (!(leaseMs > 0)) throw new InvError("config", "leaseMs has to be above 0", { kind: "token-store" });
  const file = resolve(path);
  return {
    async read(key) {
      return toTokens((await load(file)).get(key));
    },
    async write(key, tokens) {
      await locked(file, `${file}.lock`, leaseMs, async () => {
        // Also to see that it can be read: nothing else is ever overwritten.
        const all = await load(file);
        all.set(key, tokens);
        await replace(file, `${JSON.stringify({ version: 1, tokens: Object.fromEntries(all) }, undefined, 2)}\n`);
      });
    },
    async withLock(key, work) {
      const name = createHash("sha256").update(key).digest("hex").slice(0, 16);
      return locked(file, `${file}.${name}.lock`, leaseMs, work);
    },
  };
}

/** Every entry of the file, as it stands there; none when there is no file. */
async function load(file: string): Promise<Map<string, unknown>> {
  const text = await readPrivate(file);
  if (text === undefined) return new Map();
  const entries = parse(text);
  if (entries === undefined)
    throw unusable(file, "is not a complete token store: restore it, or move it away and authorise again");
  return new Map(entries);
}

async function readPrivate(file: string): Promise<string | undefined> {
  const handle = await openPrivate(file);
  if (handle === undefined) return undefined;
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw unusable(file, "is not a file");
    if (posix && (stats.mode & 0o077) !== 0)
      throw unusable(
        file,
        `can be read or changed by others (mode ${(stats.mode & 0o777).toString(8)}): run chmod 600 on it, and authorise again if anybody may have seen it`,
      );
    if (stats.size > maxBytes) throw unusable(file, "is too large for a token store");
    return await handle.readFile("utf8");
  } catch (error) {
    throw failure(file, "cannot be read", error);
  } finally {
    await handle.close();
  }
}

async function openPrivate(file: string): Promise<FileHandle | undefined> {
  try {
    const stats = await lstat(file);
    if (stats.isSymbolicLink()) throw unusable(file, "is a symbolic link: give the path of the file itself");
    if (!stats.isFile()) throw unusable(file, "is not a file");
    // What came in its place since is refused as well, and a pipe does not make us wait.
    return await open(file, constants.O_RDONLY | (posix ? constants.O_NOFOLLOW | constants.O_NONBLOCK : 0));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw failure(file, "cannot be read", error);
  }
}

function parse(text: string): [string, unknown][] | undefined {
  try {
    const store: unknown = JSON.parse(text);
    if (!isRecord(store) || store["version"] !== 1 || !isRecord(store["tokens"])) return undefined;
    const entries = Object.entries(store["tokens"]);
    return entries.every(([, entry]) => isEntry(entry)) ? entries : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEntry(entry: unknown): boolean {
  return isRecord(entry) && fields.every((name) => !Object.hasOwn(entry, name) || typeof entry[name] === "string");
}

function toTokens(entry: unknown): StoredTokens | undefined {
  if (!isRecord(entry)) return undefined;
  const tokens: Partial<Record<keyof StoredTokens, string>> = {};
  for (const name of fields) {
    const value = entry[name];
    if (typeof value === "string") tokens[name] = value;
  }
  return tokens;
}

async function replace(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await removeLeftovers(file);
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw failure(file, "cannot be written", error);
  }
}

/** New files that a crash left behind: they hold tokens, and nobody else writes while we do. */
async function removeLeftovers(file: string): Promise<void> {
  const start = `${basename(file)}.`;
  for (const name of await readdir(dirname(file)))
    if (name.startsWith(start) && /^[0-9a-f-]{36}\.tmp$/.test(name.slice(start.length)))
      await unlink(join(dirname(file), name)).catch(() => undefined);
}

/** So that the rename itself survives a power cut, where the system can do that. */
async function syncFolder(folder: string): Promise<void> {
  if (!posix) return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "ENOSYS"].includes(codeOf(error) ?? "")) throw error;
  } finally {
    await handle.close();
  }
}

async function locked<Value>(file: string, lock: string, leaseMs: number, work: () => Promise<Value>): Promise<Value> {
  const handle = await acquire(file, lock, leaseMs);
  // Any time will do that differs from the last: nobody compares it with a clock.
  let beat = 0;
  const touch = () => void handle.utimes((beat += 1), beat).catch(() => undefined);
  const heart = setInterval(touch, leaseMs / 4);
  heart.unref();
  try {
    return await work();
  } finally {
    clearInterval(heart);
    await release(lock, handle);
  }
}

async function acquire(file: string, lock: string, leaseMs: number): Promise<FileHandle> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 }).catch(() => undefined);
  let seen: string | undefined;
  let unchangedMs = 0;
  let waitedMs = 0;
  let last = performance.now();
  for (let looks = 0; ; looks++) {
    const handle = await create(file, lock);
    if (handle !== undefined) return handle;
    const now = performance.now();
    // A process that was itself suspended has neither watched nor waited meanwhile.
    const stepMs = Math.min(now - last, maxStepMs);
    const found = await identityOf(lock);
    unchangedMs = found === seen ? unchangedMs + stepMs : 0;
    waitedMs += stepMs;
    seen = found;
    last = now;
    if (found !== undefined && unchangedMs >= leaseMs) await takeAway(lock, found);
    else if (waitedMs >= maxWaitMs)
      throw new InvError("auth", `another process holds ${lock} and does not give it up`, {
        kind: "refresh-failed",
        retryable: true,
      });
    else await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(10 * 1.3 ** looks, maxStepMs)));
  }
}

/** The lock, ours; `undefined` when somebody else has it. */
async function create(file: string, lock: string): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(lock, "wx", 0o600);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST" || (!posix && (code === "EPERM" || code === "EBUSY"))) return undefined;
    throw failure(file, "cannot be locked, so that new tokens could not be saved either", error);
  }
  // For people; on a full disk it is locked all the same.
  await handle.writeFile(`process ${process.pid} on ${hostname()}\n`).catch(() => undefined);
  return handle;
}

/** What tells one lock, and one touch of it, from another; `undefined` when there is none. */
async function identityOf(lock: string): Promise<string | undefined> {
  try {
    const { ino, mtimeNs } = await lstat(lock, { bigint: true });
    return `${ino}:${mtimeNs}`;
  } catch {
    return undefined;
  }
}

/** Removes a lock whose owner is gone. Two may have found that at once: only what was seen is removed. */
async function takeAway(lock: string, seen: string): Promise<void> {
  if ((await identityOf(lock)) !== seen) return;
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
  } catch {
    return;
  }
  if ((await identityOf(aside)) !== seen) await link(aside, lock).catch(() => undefined);
  await unlink(aside).catch(() => undefined);
}

/** Removes the lock, unless somebody has taken it over: as long as it is open, no other file has its number. */
async function release(lock: string, handle: FileHandle): Promise<void> {
  try {
    const { ino } = await handle.stat({ bigint: true });
    const found = await lstat(lock, { bigint: true });
    if (found.ino === ino) await unlink(lock);
  } catch {
    // It is gone already, or will be when its lease is over.
  } finally {
    await handle.close();
  }
}

function failure(file: string, what: string, error: unknown): InvError {
  if (isInvError(error)) return error;
  const code = codeOf(error);
  return unusable(file, code === undefined ? what : `${what} (${code})`, new Error(code ?? "unknown failure"));
}

function unusable(file: string, what: string, cause?: Error): InvError {
  return new InvError("config", `the token store ${file} ${what}`, { kind: "token-store", cause });
}

function codeOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}
