import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";

import { onTestFinished } from "vitest";

import type { Providers } from "../src/providers.js";
import { run } from "../src/run.js";

/** A stream that keeps what is written, or fails each write with `code`. */
export class Sink extends Writable {
  text = "";

  constructor(code?: string) {
    super({
      write: (chunk: Buffer, _encoding, done) => {
        this.text += code === undefined ? chunk.toString() : "";
        done(code === undefined ? null : Object.assign(new Error(`write ${code}`), { code }));
      },
    });
  }
}

export interface Setting {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly stdout?: Sink;
  readonly stderr?: Sink;
  readonly providers?: Providers;
}

/** An empty folder that goes away with the test. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "inv-cli-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Runs one command in an empty folder with the given files. */
export async function runIn(argv: readonly string[], setting: Setting = {}, folder?: string) {
  const cwd = folder ?? (await emptyFolder());
  for (const [name, content] of Object.entries(setting.files ?? {})) await writeFile(join(cwd, name), content);
  const { stdout = new Sink(), stderr = new Sink(), env = {}, signal, providers } = setting;
  const stdin = Readable.from([Buffer.from(setting.stdin ?? "")]);
  const context = { stdin, stdout, stderr, env, cwd, ...(signal === undefined ? {} : { signal }) };
  const code = await run(argv, context, providers);
  return { code, stdout: stdout.text, stderr: stderr.text };
}
