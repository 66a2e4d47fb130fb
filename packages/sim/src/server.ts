import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";

import type { Line } from "./delivery.js";
import { deliver } from "./delivery.js";
import type { HttpRequest } from "./http-request.js";
import { readRequest } from "./http-request.js";
import { headBytes } from "./http-response.js";
import type { ProviderId } from "./provider.js";
import { providerIds } from "./provider.js";
import type { Arrival, Engine, SimOptions, Simulation } from "./simulation.js";
import { createEngine } from "./simulation.js";

/** The most bytes that wait on a connection while it is being answered. */
const maxWaiting = 4 * 1024 * 1024;

/** Options of `startSim`. */
export interface SimServerOptions extends SimOptions {
  /** On 127.0.0.1; default 0, any that is free. */
  readonly port?: number;
}

/** Five simulated providers on one port of 127.0.0.1. */
export interface SimServer extends Simulation {
  /** Without a trailing slash; each provider is below its id. */
  readonly url: string;
  /** The `baseUrl` of each client. */
  readonly baseUrls: Readonly<Record<ProviderId, string>>;
  /** Where tokens come from. */
  readonly tokenUrls: { readonly zettle: string; readonly fourthwall: string };
  /** Closes the port and every connection. */
  close(): Promise<void>;
}

/**
 * Starts five providers over one seeded world. The bytes are written below HTTP, so that what is malformed, reset or
 * dripping is really so.
 *
 * @throws FaultPlanError for a fault plan, TypeError for an option that is not known, and what listening throws
 */
export async function startSim({ port = 0, ...options }: SimServerOptions = {}): Promise<SimServer> {
  const engine = createEngine(options);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serve(engine, socket);
  });
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen({ port, host: "127.0.0.1", backlog: 4096 }, listening.resolve);
  await listening.promise;
  server.removeListener("error", listening.reject);
  const url = `http://127.0.0.1:${portOf(server.address())}`;
  const closed = Promise.withResolvers<void>();
  server.once("close", closed.resolve);

  return {
    ...engine.simulation,
    url,
    baseUrls: {
      walleo: `${url}/walleo`,
      fourthwall: `${url}/fourthwall`,
      augno: `${url}/augno`,
      zettle: `${url}/zettle`,
      loop: `${url}/loop`,
    },
    tokenUrls: { zettle: `${url}/zettle/token`, fourthwall: `${url}/fourthwall/open-api/v1.0/platform/token` },
    async close() {
      if (server.listening) server.close();
      for (const socket of sockets) socket.destroy();
      await closed.promise;
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

/** Answers the requests of one connection, one after the other. */
function serve(engine: Engine, socket: Socket): void {
  const closing = new AbortController();
  const line: Line = {
    socket,
    clock: engine.simulation.clock,
    signal: closing.signal,
    gzip: false,
    stray: undefined,
    cut: false,
  };
  let pending = Buffer.alloc(0);
  let isBusy = false;
  let toldToGoOn = false;

  async function respond(request: HttpRequest): Promise<void> {
    const arrival = toArrival(request, socket);
    if (arrival === undefined) {
      socket.write(plain(404));
      return;
    }
    if (line.cut) {
      engine.note(arrival, "cut-connection-after");
      socket.destroy();
      return;
    }
    const { message, fault } = engine.handle(arrival);
    if (line.stray !== undefined) socket.write(line.stray);
    line.stray = undefined;
    line.gzip = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
    await deliver(line, message, fault);
    if (!request.keepAlive) socket.end();
  }

  async function pump(): Promise<void> {
    isBusy = true;
    while (!closing.signal.aborted) {
      const reading = readRequest(pending);
      if (reading.is === "incomplete") {
        if (reading.expects && !toldToGoOn) socket.write(headBytes(100, [], "none"));
        toldToGoOn = reading.expects;
        break;
      }
      if (reading.is === "wrong") {
        socket.end(plain(reading.status));
        break;
      }
      toldToGoOn = false;
      pending = pending.subarray(reading.used);
      await respond(reading.request);
    }
    isBusy = false;
  }

  socket.on("data", (bytes) => {
    pending = pending.length === 0 ? Buffer.from(bytes) : Buffer.concat([pending, bytes]);
    if (isBusy && pending.length > maxWaiting) socket.destroy();
    // What ends a wait is the end of the connection; there is nobody to tell.
    if (!isBusy) pump().catch(() => socket.destroy());
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => closing.abort());
}

function plain(status: number): Buffer {
  return Buffer.concat([headBytes(status, [["Connection", "close"]], { length: 0 })]);
}

function toArrival({ method, target, headers, body }: HttpRequest, socket: Socket): Arrival | undefined {
  const [, id = "", path = "", query = ""] = /^\/([a-z]+)(\/[^?]*)(\?.*)?$/.exec(target) ?? [];
  const provider = providerIds.find((candidate) => candidate === id);
  if (provider === undefined) return undefined;
  const url = `http://${headers.get("host") ?? ""}${target}`;
  return { provider, method, url, path, query, headers, body, peer: socket.remoteAddress ?? "" };
}
