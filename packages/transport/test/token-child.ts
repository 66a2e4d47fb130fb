// A process of its own that keeps tokens in a file: run by Node itself, which finds the sources by these hooks.
import fs from "node:fs/promises";
import { registerHooks, syncBuiltinESMExports } from "node:module";

registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier.startsWith("../src/") || context.parentURL?.includes("/src/") === true
        ? specifier.replace(/^(\.{1,2}\/.*)\.js$/, "$1.ts")
        : specifier,
      context,
    ),
});

/** What a test tells the process. */
export interface Task {
  readonly file: string;
  readonly tokenUrl: string;
  readonly baseUrl: string;
  readonly refreshToken: string;
  readonly leaseMs: number;
  /** Kills the process before its nth step that changes anything; otherwise it waits for messages and makes a call for each. */
  readonly killAt?: number;
}

/** What it makes calls after: the time that has passed since the last. */
export interface Go {
  readonly seconds: number;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the test wrote it
const task = JSON.parse(process.argv[2] ?? "") as Task;
const { file, tokenUrl, baseUrl, refreshToken, leaseMs, killAt } = task;

let steps = 0;
function step(): void {
  steps += 1;
  if (steps === killAt) process.kill(process.pid, "SIGKILL");
}

type Method = (this: unknown, ...given: unknown[]) => unknown;

/** Puts something in place of a method. */
function replace(holder: object, name: string, by: (original: Method) => Method): void {
  const original: unknown = Reflect.get(holder, name);
  if (typeof original !== "function") throw new TypeError(name);
  Reflect.set(
    holder,
    name,
    by(function (...given) {
      return Reflect.apply(original, this, given);
    }),
  );
}

const counted = (original: Method): Method =>
  async function (...given) {
    step();
    return original.apply(this, given);
  };

/** Two steps: a text can be cut. */
const halved = (original: Method): Method =>
  async function (text) {
    const whole = String(text);
    for (const half of [whole.slice(0, whole.length / 2), whole.slice(whole.length / 2)]) {
      step();
      await original.call(this, half);
    }
  };

async function countSteps(): Promise<void> {
  const handle = await fs.open(import.meta.filename);
  const handles: unknown = Object.getPrototypeOf(handle);
  await handle.close();
  if (typeof handles !== "object" || handles === null) throw new TypeError("FileHandle");
  replace(handles, "writeFile", halved);
  for (const name of ["sync", "utimes"]) replace(handles, name, counted);
  for (const name of ["open", "rename", "unlink", "link", "mkdir"]) replace(fs, name, counted);
  syncBuiltinESMExports();
}

async function countedFetch(...given: Parameters<typeof fetch>): Promise<Response> {
  step();
  const response = await fetch(...given);
  step();
  return response;
}

/** Lets both clocks go on. */
function pass(seconds: number): void {
  const { now } = Date;
  const monotonic = performance.now.bind(performance);
  Date.now = () => now() + seconds * 1000;
  performance.now = () => monotonic() + seconds * 1000;
}

if (killAt !== undefined) await countSteps();
const { oauth, refreshGrant } = await import("../src/oauth.js");
const { fileTokenStore } = await import("../src/file-store.js");
const authoriser = oauth({
  provider: "acme",
  tokenUrl,
  grant: refreshGrant("client-1", "secret-canary", refreshToken),
  fetch: countedFetch,
  tokenStore: fileTokenStore(file, { leaseMs }),
});

/** One call, with the one replay of a 401 that a call has: its status, or what it failed with. */
async function call(): Promise<string> {
  try {
    for (let attempt = 1; ; attempt++) {
      const headers = new Headers();
      const attempted = { method: "GET", url: baseUrl, body: undefined, headers, signal: AbortSignal.timeout(20_000) };
      const used = await authoriser.authorise(attempted);
      const { status } = await countedFetch(baseUrl, { headers });
      if (status !== 401 || attempt === 2) return String(status);
      authoriser.rejected?.(used ?? "");
    }
  } catch (error) {
    return error instanceof Error ? error.message : "failed";
  }
}

if (killAt !== undefined) {
  process.stdout.write(await call());
} else {
  process.on("message", ({ seconds }: Go) => {
    pass(seconds);
    void call().then((result) => process.send?.(result));
  });
  process.send?.("ready");
}
