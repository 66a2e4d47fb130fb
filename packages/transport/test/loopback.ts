import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer as createNetServer } from "node:net";

import { onTestFinished } from "vitest";

/** A request as a server on this machine saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Loopback {
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly seen: readonly Seen[];
  /** The connections that are open. */
  readonly sockets: ReadonlySet<Socket>;
}

export type Answering = (request: Seen, response: ServerResponse, index: number) => void | Promise<void>;

/** A real HTTP server on this machine, gone with the test. */
export async function serve(answer: Answering): Promise<Loopback> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, body };
      seen.push(one);
      return answer(one, response, seen.length - 1);
    });
  });
  return { ...(await listen(server)), seen };
}

/** A real TCP server on this machine that answers every request with these bytes, whatever they are, and hangs up. */
export async function serveBytes(bytes: string | Uint8Array): Promise<Loopback> {
  const server = createNetServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(bytes));
  });
  return { ...(await listen(server)), seen: [] };
}

async function listen(server: Server): Promise<{ url: string; sockets: ReadonlySet<Socket> }> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Answers with JSON text exactly as given. */
export function json(response: ServerResponse, text: string, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(text);
}
