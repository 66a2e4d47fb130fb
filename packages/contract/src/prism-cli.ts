import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A running `prism mock`. */
export interface PrismCli {
  readonly url: string;
  readonly process: ChildProcess;
  /** Settles when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Runs `prism mock` on a document, in a process of its own, and waits until it listens.
 *
 * What Prism prints goes to `onOutput`. Port 0 takes a free one.
 *
 * @throws Error with Prism's output when it ends instead
 */
export async function startPrismCli(
  documentPath: string,
  { port = 0, onOutput = (_text: string): void => {} } = {},
): Promise<PrismCli> {
  const script = fileURLToPath(import.meta.resolve("@stoplight/prism-cli"));
  const child = spawn(
    process.execPath,
    [script, "mock", "--port", String(port), "--multiprocess", "false", documentPath],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, FORCE_COLOR: "0" },
    },
  );
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
  });
  // A parent that ends by itself, or by an error, leaves no server behind.
  const stop = () => child.kill("SIGKILL");
  process.once("exit", stop);
  void ended.then(() => process.off("exit", stop));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      onOutput(text);
      printed += text;
      const url = /Prism is listening on (http:\S+)\s/.exec(printed)?.[1];
      if (url !== undefined) resolve(url);
    });
  }
  void ended.then(() => reject(new Error(`prism ended instead of listening:\n${printed}`)));
  const url = await promise;
  return {
    url,
    process: child,
    ended,
    async close() {
      stop();
      await ended;
    },
  };
}
