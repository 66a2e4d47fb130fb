import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { TextDecoder } from "node:util";

import { UsageError } from "./usage-error.js";

const mebibyte = 1024 * 1024;
const configLimit = mebibyte;
const lookupsLimit = 64 * mebibyte;

/**
 * The text of a configuration file.
 *
 * @throws UsageError unless it is a regular file of at most 1 MiB in UTF-8
 */
export async function readConfigText(file: string, cwd: string): Promise<string> {
  const handle = await openFile(file, cwd, "Name the configuration with --config FILE; `inv levels --help` shows one.");
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new UsageError(`${file}: is not a regular file. Name a YAML file with --config FILE.`);
    return decode(
      await collect(handle.createReadStream({ autoClose: false, end: configLimit }), configLimit, file),
      file,
    );
  } finally {
    await handle.close();
  }
}

/**
 * The text of a lookup file; a pipe (`<(…)`) is fine.
 *
 * @throws UsageError for a folder or a device, for more than 64 MiB, for anything but UTF-8
 */
export async function readLookupsText(file: string, cwd: string, signal: AbortSignal): Promise<string> {
  const handle = await openFile(file, cwd, "Name a file with one lookup per line, or - for standard input.", 0);
  try {
    const stats = await handle.stat();
    if (!stats.isFile() && !stats.isFIFO())
      throw new UsageError(`${file}: is not a file. Name a file with one lookup per line, or - for standard input.`);
    return await readStreamText(handle.createReadStream({ autoClose: false }), file, signal);
  } finally {
    await handle.close();
  }
}

/** The text of a stream, under the rules of `readLookupsText`. Rejects with the signal's reason when that aborts. */
export async function readStreamText(
  stream: AsyncIterable<Uint8Array | string>,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { signal: settled.signal });
  });
  try {
    return decode(await Promise.race([collect(stream, lookupsLimit, name), aborted]), name);
  } finally {
    settled.abort();
  }
}

async function openFile(file: string, cwd: string, remedy: string, flags = constants.O_NONBLOCK) {
  try {
    // Without O_NONBLOCK a FIFO that nobody writes to would hang here, before it can be refused.
    return await open(resolve(cwd, file), constants.O_RDONLY | flags);
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}. ${remedy}`);
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "no such file";
  if (code === "EACCES" || code === "EPERM") return "may not be read by this user";
  if (code === "ELOOP") return "its symbolic links go in a circle";
  return `cannot be opened${typeof code === "string" ? ` (${code})` : ""}`;
}

async function collect(stream: AsyncIterable<Uint8Array | string>, limit: number, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      size += bytes.length;
      if (size > limit) throw new UsageError(`${name}: is larger than ${limit / mebibyte} MiB. Split it up.`);
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new UsageError(`${name}: cannot be read (${code}). Name a file that can.`);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${name}: is not UTF-8. Save it in that encoding.`);
  }
}
