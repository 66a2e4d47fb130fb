import { createInventory } from "@inv/core";
import type { Inventory, InventoryAdapter, Lookup, ReadResult } from "@inv/core";
import { augno } from "@inv/core/adapters/augno";
import { fourthwall } from "@inv/core/adapters/fourthwall";
import { loop } from "@inv/core/adapters/loop";
import { walleo } from "@inv/core/adapters/walleo";
import { zettle } from "@inv/core/adapters/zettle";
import { createAugnoClient } from "@inv/augno";
import { createFourthwallClient } from "@inv/fourthwall";
import { createLoopClient } from "@inv/loop";
import { unlimitedRates } from "@inv/transport";
import { createWalleoClient } from "@inv/walleo";
import { createZettleClient } from "@inv/zettle";

import type { Mutant } from "./mutations.ts";

type Fetch = typeof globalThis.fetch;

/** A client as an adapter takes it, as far as a planted bug gets between the two. */
export interface Handle<Provider extends string> {
  readonly provider: Provider;
  request(method: never, path: never, ...init: never[]): Promise<unknown>;
}

/** What stands between the real parts: nothing, or a planted bug. */
export interface Interference {
  readonly fetch?: (fetch: Fetch) => Fetch;
  /** Changes the parsed answer of a client. */
  readonly answer?: (provider: string, data: unknown, path: Readonly<Record<string, unknown>>) => unknown;
}

/** The real client, adapter and core of every provider, with a `fetch` that answers with the bytes that it is given. */
export interface Subject {
  read(provider: string, mutant: Mutant, lookups: readonly Lookup[]): Promise<ReadResult>;
}

/** Builds it. Nothing is held back here, and only what breaks off is asked for again, so that no time is spent waiting. */
export function createSubject(interference: Interference = {}): Subject {
  let serving: { readonly mutant: Mutant; asked: number } | undefined;
  const answer: Fetch = async (input, init) => {
    const { href: url } = new URL(input instanceof Request ? input.url : input);
    if (url.endsWith("/token")) return respond(token);
    if (serving === undefined) throw new Error("nothing is being served");
    if (new Headers(init?.headers).has("range")) throw new Error("a part was asked for, which is never right");
    const { mutant } = serving;
    serving.asked += 1;
    if (mutant.torn !== undefined && serving.asked === 1)
      return respond(breakOff(mutant.torn.payload, mutant.torn.after));
    return respond(mutant.payload);
  };
  const fetch = interference.fetch?.(answer) ?? answer;
  const patient = createInventories(fetch, interference, 3);
  const hasty = createInventories(fetch, interference, 1);
  return {
    read(provider, mutant, lookups) {
      const inventory = (mutant.torn === undefined ? hasty : patient).get(provider);
      if (inventory === undefined) throw new Error(`there is no provider ${provider}`);
      serving = { mutant, asked: 0 };
      return inventory.read(lookups);
    },
  };
}

function createInventories(
  fetch: Fetch,
  interference: Interference,
  maxAttempts: number,
): ReadonlyMap<string, Inventory> {
  const options = { fetch, maxAttempts, rateStore: unlimitedRates };
  const between = <Provider extends string>(client: Handle<Provider>) => interfere(client, interference);
  const adapters: readonly InventoryAdapter[] = [
    walleo(between(createWalleoClient({ apiKey: "k", identifier: "i", sharedKey: "00ff", ...options }))),
    fourthwall(between(createFourthwallClient({ username: "u", password: "p", ...options }))),
    augno(between(createAugnoClient({ apiKey: "k", ...options }))),
    zettle(between(createZettleClient({ clientId: "c", apiKey: "k", ...options }))),
    loop(between(createLoopClient({ apiKey: "k", ...options }))),
  ];
  return new Map(adapters.map((adapter) => [adapter.provider, createInventory({ accounts: { acme: adapter } })]));
}

function interfere<Provider extends string>(client: Handle<Provider>, { answer }: Interference): Handle<Provider> {
  if (answer === undefined) return client;
  return {
    provider: client.provider,
    async request(...call) {
      const result = await client.request(...call);
      const data: unknown = Reflect.get(Object(result), "data");
      const init: unknown = call[2];
      const params: unknown = Reflect.get(Object(init), "params");
      const path: unknown = Reflect.get(Object(params), "path");
      return { data: answer(client.provider, data, Object.fromEntries(Object.entries(Object(path)))) };
    },
  };
}

const token = new TextEncoder().encode('{"access_token":"t","expires_in":86400}');
const headers = { "content-type": "application/json" };

function respond(body: Uint8Array | ReadableStream<Uint8Array>): Response {
  // A body of bytes is copied: what is served may be served again.
  return new Response(body instanceof Uint8Array ? body.slice() : body, { headers });
}

function breakOff(payload: Uint8Array, after: number): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (!sent && after > 0) controller.enqueue(payload.slice(0, after));
      else
        controller.error(
          Object.assign(new TypeError("terminated"), { cause: Object.assign(new Error(), { code: "ECONNRESET" }) }),
        );
      sent = true;
    },
  });
}
