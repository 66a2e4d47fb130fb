import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

import type { Line } from "./line.ts";

/** What a call costs beside the platform's `fetch`: server and caller each in a process of its own. */
export async function measureCalls(): Promise<readonly Line[]> {
  const server = fork(`${import.meta.dirname}/calls-server.ts`);
  try {
    const url = await heardFrom(server);
    const caller = fork(`${import.meta.dirname}/calls-caller.ts`, [String(url)]);
    const figures = await heardFrom(caller);
    const figure = (name: string) => Number(Reflect.get(Object(figures), name));
    return [
      {
        name: "CPU of a call with every manner on, 1 KB, x fetch + .json()",
        measured: figure("cpu"),
        goal: 1.25,
        unit: "x",
      },
      {
        name: "throughput at 32 in flight, x fetch + .json()",
        measured: figure("throughput"),
        goal: 0.95,
        atLeast: true,
        unit: "x",
      },
    ];
  } finally {
    server.kill();
  }
}

async function heardFrom(child: ChildProcess): Promise<unknown> {
  const died = once(child, "exit").then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${String(code)}`);
  });
  died.catch(() => undefined);
  const [message]: unknown[] = await Promise.race([once(child, "message"), died]);
  return message;
}
