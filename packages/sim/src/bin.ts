#!/usr/bin/env node
// Has to be readable for every Node that knows modules: what needs a newer one is in command.js, imported only there.
const running = process.versions.node.split(".").map(Number);
const major = running[0] || 0;
const minor = running[1] || 0;

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`inv-sim: needs Node 22.19 or newer; this is Node ${process.versions.node}.\n`);
  process.exitCode = 2;
} else void start();

async function start(): Promise<void> {
  const { run } = await import("./command.js");
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const { stdout, stderr } = process;
  process.exitCode = await run(process.argv.slice(2), { stdout, stderr, signal: stop.signal });
}
