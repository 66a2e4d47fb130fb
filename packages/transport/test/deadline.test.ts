import { getEventListeners } from "node:events";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Authoriser, ClientOptions, ClientParts } from "../src/index.js";
import { codeOf, connectItems, failureOf, getItem } from "./items.js";
import { json, serve } from "./loopback.js";

/** Places where a call can hang, each with what makes it hang there. */
const never = new Promise<never>(() => undefined);

type Place = (url: string) => { options: ClientOptions; parts?: Partial<ClientParts> };

const silent: Authoriser = { authorise: () => never };

/** A `fetch` that ignores its signal, and whose body does so too. */
async function deaf(): Promise<Response> {
  const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"a":')) });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

const places: Record<string, Place> = {
  "signing (A02)": (url) => ({ options: { baseUrl: url }, parts: { authoriser: silent } }),
  "the headers": (url) => ({ options: { baseUrl: `${url}/headers` } }),
  "the body": (url) => ({ options: { baseUrl: `${url}/body` } }),
  "the body of an error": (url) => ({ options: { baseUrl: `${url}/error` } }),
  "a fetch that never settles": () => ({ options: { fetch: () => never } }),
  "a body that nobody ends": () => ({ options: { fetch: deaf } }),
};

async function serveSlowly() {
  return serve((request, response) => {
    response.on("error", () => undefined);
    if (request.url.startsWith("/headers")) return;
    response.writeHead(request.url.startsWith("/error") ? 500 : 200, { "content-type": "application/json" });
    const drip = () => {
      if (!response.destroyed) response.write(" ", () => setTimeout(drip, 10));
    };
    drip();
  });
}

const unhandled: unknown[] = [];
const collect = (reason: unknown) => void unhandled.push(reason);
const warnings: Error[] = [];
const warn = (warning: Error) => void warnings.push(warning);

beforeEach(() => {
  process.on("unhandledRejection", collect);
  process.on("warning", warn);
});

afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off("unhandledRejection", collect);
  process.off("warning", warn);
  const leaks = warnings.filter(({ name }) => name === "MaxListenersExceededWarning");
  if (unhandled.length + leaks.length > 0) throw new AggregateError([...unhandled, ...leaks], "left behind");
});

describe("I5 the deadline ends a call", () => {
  for (const [place, make] of Object.entries(places))
    it(`in ${place}, with timeout{total}`, async () => {
      const { url } = await serveSlowly();
      const { options, parts } = make(url);
      const begun = performance.now();
      const error = await failureOf(getItem(connectItems({ ...options, deadlineMs: 60 }, parts), { id: "1" }));
      expect(codeOf(error)).toBe("timeout{total}");
      expect(error).toMatchObject({ retryable: true, provider: "acme", operation: "getItem", path: "/items/{id}" });
      expect(performance.now() - begun).toBeGreaterThan(55);
      expect(performance.now() - begun).toBeLessThan(60 + 100 * 10);
    });

  it("that sets its own, which wins over the client's", async () => {
    const { url } = await serveSlowly();
    const client = connectItems({ baseUrl: `${url}/headers`, deadlineMs: 30_000 });
    const begun = performance.now();
    expect(codeOf(await failureOf(getItem(client, { id: "1" }, { deadlineMs: 30 })))).toBe("timeout{total}");
    expect(performance.now() - begun).toBeLessThan(30 + 100 * 10);
  });
});

describe("an abort ends a call", () => {
  for (const whose of ["client", "call"] as const)
    for (const [place, make] of Object.entries(places))
      it(`in ${place}, by the signal of the ${whose}, at once and with cancelled`, async () => {
        const { url } = await serveSlowly();
        const { options, parts } = make(url);
        const controller = new AbortController();
        const { signal } = controller;
        const client = connectItems({ ...options, ...(whose === "client" ? { signal } : {}) }, parts);
        const call = failureOf(getItem(client, { id: "1" }, whose === "call" ? { signal } : {}));
        await new Promise((resolve) => setTimeout(resolve, 40));
        const begun = performance.now();
        controller.abort(new Error("a reason-canary of the caller's"));
        const error = await call;
        expect(performance.now() - begun).toBeLessThan(20 * 10);
        expect(error).toMatchObject({ code: "cancelled", retryable: false, provider: "acme", operation: "getItem" });
      });

  it("C08 before it has begun, and nothing is sent", async () => {
    const { url, seen } = await serve((_, response) => json(response, "{}"));
    const asked: string[] = [];
    const authoriser: Authoriser = { authorise: () => void asked.push("signed") };
    const signal = AbortSignal.abort();
    const error = await failureOf(getItem(connectItems({ baseUrl: url }, { authoriser }), { id: "1" }, { signal }));
    expect(error).toMatchObject({ code: "cancelled", attempts: 0 });
    await failureOf(getItem(connectItems({ baseUrl: url, signal }, { authoriser }), { id: "1" }));
    expect([seen, asked]).toEqual([[], []]);
  });

  it("while it is signed, and nothing is sent when the signature comes after all", async () => {
    let sent = 0;
    const fetch = async () => {
      sent += 1;
      return Response.json({});
    };
    let sign = () => undefined as void;
    const authoriser: Authoriser = { authorise: async () => new Promise<void>((resolve) => (sign = resolve)) };
    const controller = new AbortController();
    const call = failureOf(
      getItem(connectItems({ fetch }, { authoriser }), { id: "1" }, { signal: controller.signal }),
    );
    await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort();
    expect(await call).toMatchObject({ code: "cancelled", attempts: 0 });
    sign();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sent).toBe(0);
  });

  it("of a fetch whose body ignores its signal, and lets the body go", async () => {
    let cancelled = false;
    const headers = { "content-type": "application/json" };
    const fetch = async () => new Response(new ReadableStream({ cancel: () => void (cancelled = true) }), { headers });
    const controller = new AbortController();
    const call = failureOf(getItem(connectItems({ fetch }), { id: "1" }, { signal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(cancelled).toBe(false);
    controller.abort();
    expect((await call).code).toBe("cancelled");
    expect(cancelled).toBe(true);
  });

  it("of a fetch that ignores its signal, whose late answer is let go", async () => {
    let cancelled = false;
    const body = new ReadableStream({ cancel: () => void (cancelled = true) });
    let respond: (response: Response) => void = () => undefined;
    const fetch = async () => new Promise<Response>((resolve) => (respond = resolve));
    const controller = new AbortController();
    const call = failureOf(getItem(connectItems({ fetch }), { id: "1" }, { signal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort();
    expect((await call).code).toBe("cancelled");
    respond(new Response(body));
    await expect.poll(() => cancelled).toBe(true);
  });

  it("of a fetch that rejects after it, and nobody is told twice", async () => {
    let refuse: (reason: Error) => void = () => undefined;
    const fetch = async () => new Promise<Response>((_, reject) => (refuse = reject));
    const controller = new AbortController();
    const call = failureOf(getItem(connectItems({ fetch }), { id: "1" }, { signal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort();
    expect((await call).code).toBe("cancelled");
    refuse(new Error("late"));
  });

  it("and no other that shares its client", async () => {
    const { url } = await serve((request, response) => {
      setTimeout(() => json(response, `{"id":${request.url.slice("/items/".length)}}`), 30);
    });
    const client = connectItems({ baseUrl: url });
    const controller = new AbortController();
    const calls = [0, 1, 2, 3].map((id) =>
      getItem(client, { id: String(id) }, id % 2 === 0 ? { signal: controller.signal } : {}),
    );
    setTimeout(() => controller.abort(), 5);
    const ends = await Promise.allSettled(calls);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected", "fulfilled"]);
  });
});

describe("I6 a settled call leaves nothing behind", () => {
  /** The timers of this process that would keep it alive. */
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

  it("no listener on a signal that lives on, and no timer, however it ends", async () => {
    const { url } = await serve((request, response) => {
      if (request.url.endsWith("bad")) response.destroy();
      else json(response, "{}", request.url.endsWith("401") ? 401 : 200);
    });
    const controller = new AbortController();
    const { signal } = controller;
    const client = connectItems({ baseUrl: url, signal });
    const before = timers();
    for (const id of ["good", "401", "bad", ".."]) {
      await getItem(client, { id }, { signal }).catch(() => undefined);
      expect(getEventListeners(signal, "abort")).toEqual([]);
      expect(timers()).toBeLessThanOrEqual(before + 1);
    }
    await getItem(client, { id: "slow" }, { signal, deadlineMs: 1 }).catch(() => undefined);
    expect(getEventListeners(signal, "abort")).toEqual([]);
    controller.abort();
    await getItem(client, { id: "1" }, { signal }).catch(() => undefined);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("no warning when a thousand calls share one signal", async () => {
    const fetch = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return Response.json({});
    };
    const { signal } = new AbortController();
    const client = connectItems({ fetch });
    await Promise.all(Array.from({ length: 1000 }, async () => getItem(client, { id: "1" }, { signal })));
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("no socket after an abort in the body", async () => {
    const { url, sockets } = await serveSlowly();
    const controller = new AbortController();
    const call = failureOf(
      getItem(connectItems({ baseUrl: `${url}/body` }), { id: "1" }, { signal: controller.signal }),
    );
    await expect.poll(() => sockets.size).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    controller.abort();
    await call;
    await expect.poll(() => sockets.size).toBe(0);
  });

  it("no socket after an answer whose body is not wanted, or not to its end", async () => {
    const { url, sockets } = await serve((request, response) => {
      response.on("error", () => undefined);
      const [, status = "", type = ""] = /^\/items\/(\d+)-(\w+)/.exec(request.url) ?? [];
      response.writeHead(Number(status), { "content-type": type === "json" ? "application/json" : "text/html" });
      response.write(" ".repeat(100_000));
    });
    for (const id of ["200-html", "200-json", "500-json", "302-json"]) {
      const error = await failureOf(getItem(connectItems({ baseUrl: url, maxBodyBytes: 50_000 }), { id }));
      expect(["payload", "server", "redirect"]).toContain(error.code);
      await expect.poll(() => sockets.size).toBe(0);
    }
  });
});
