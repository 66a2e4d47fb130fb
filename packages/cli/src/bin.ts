#!/usr/bin/env node
// Has to be readable for every Node that knows modules: what needs a newer one is in run.js, imported only there.
const running = process.versions.node.split(".").map(Number);
const major = running[0] || 0;
const minor = running[1] || 0;

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`inv: needs Node 22.19 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 2;
} else void start();

async function start(): Promise<void> {
  const { run } = await import("./run.js");
  const interrupt = new AbortController();
  const stop = () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  const { stdin, stdout, stderr, env } = process;
  process.exitCode = await run(process.argv.slice(2), {
    stdin,
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    signal: interrupt.signal,
  });
  // Left to itself, an interrupted command would wait for the end of standard input.
  if (process.exitCode > 100) process.exit();
}
