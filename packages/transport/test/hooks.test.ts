import { describe, expect, it } from "vitest";

import type { Hooks } from "../src/index.js";
import { createRateStore } from "../src/index.js";
import type { SpanTracer } from "../src/otel.js";
import { openTelemetryHooks } from "../src/otel.js";
import { canaries, connectItems, failureOf, getItem } from "./items.js";
import { json, serve } from "./loopback.js";
import { settle, virtualClock } from "./virtual-clock.js";

type Told = readonly [hook: string, event: Record<string, unknown>];

/** Hooks that keep what they are told. */
function listen(): { hooks: Hooks; told: Told[] } {
  const told: Told[] = [];
  const hear = (name: string) => (event: object) => void told.push([name, { ...event }]);
  return {
    told,
    hooks: {
      onRequest: hear("onRequest"),
      onResponse: hear("onResponse"),
      onRetry: hear("onRetry"),
      onWait: hear("onWait"),
    },
  };
}

describe("hooks", () => {
  it("I3 hear of every request, wait and retry of a call, and nothing that is secret or an id", async () => {
    const { url } = await serve((_, response, index) =>
      json(response, '{"id":1,"note":"body-canary"}', index === 0 ? 503 : 200, { "x-request-id": `r-${index}` }),
    );
    const { hooks, told } = listen();
    const client = connectItems({ baseUrl: url, ...hooks, maxAttempts: 3, rateStore: createRateStore() });
    await getItem(client, { id: "id-canary", since: "query-canary" });
    const { host } = new URL(url);
    const who = { provider: "acme", operation: "getItem", method: "GET", path: "/items/{id}", host };
    const number = expect.any(Number);
    expect(told).toEqual([
      ["onRequest", { ...who, attempt: 1 }],
      ["onResponse", { ...who, attempt: 1, status: 503, durationMs: number, reason: "server", requestId: "r-0" }],
      ["onRetry", { ...who, attempt: 1, waitMs: number, reason: "server" }],
      ["onRequest", { ...who, attempt: 2 }],
      ["onResponse", { ...who, attempt: 2, status: 200, durationMs: number, requestId: "r-1" }],
    ]);
    expect(JSON.stringify(told)).not.toMatch(canaries);
  });

  it("hear of a wait for a place in the budget, and of a request that had no answer", async () => {
    const clock = virtualClock();
    const { hooks, told } = listen();
    const facts = {
      rateLimit: { requests: 1, windowMs: 1000, scope: "account" },
      operations: { "GET /items/{id}": { operation: "getItem" } },
    } as const;
    const fetch = async () => {
      throw Object.assign(new TypeError("to https://canary.example"), { code: "ECONNREFUSED" });
    };
    const client = connectItems({ fetch, ...hooks, rateStore: createRateStore(clock) }, { clock, facts });
    const ends = Promise.all([failureOf(getItem(client, { id: "1" })), failureOf(getItem(client, { id: "2" }))]);
    // The name of the scope is a digest, which is no matter of the clock.
    await expect.poll(() => told.length).toBeGreaterThan(1);
    await clock.advance(2000);
    await ends;
    expect(told.map(([name, { attempt, waitMs, reason, status }]) => [name, attempt, waitMs, reason, status])).toEqual([
      ["onRequest", 1, undefined, undefined, undefined],
      ["onResponse", 1, undefined, "transport{refused}", undefined],
      ["onWait", 1, 1020, "queue", undefined],
      ["onRequest", 1, undefined, undefined, undefined],
      ["onResponse", 1, undefined, "transport{refused}", undefined],
    ]);
  });

  it("C12 that throw, reject or are slow have no effect but one warning", async () => {
    const { url } = await serve((_, response, index) => json(response, '{"id":7}', index % 2 === 0 ? 500 : 200));
    const warnings: Error[] = [];
    const collect = (warning: Error) => void (warning.name === "InvHookWarning" && warnings.push(warning));
    process.on("warning", collect);
    const slow = () => {
      const end = performance.now() + 150;
      while (performance.now() < end);
    };
    const hooks: Hooks = {
      onRequest: () => {
        throw new Error("hook-canary");
      },
      onResponse: () => Promise.reject(new Error("hook-canary")),
      onRetry: slow,
    };
    try {
      const client = connectItems({ baseUrl: url, ...hooks, maxAttempts: 3 });
      for (let round = 0; round < 3; round++) expect(await getItem(client, { id: "1" })).toEqual({ id: "7" });
      await settle();
    } finally {
      process.off("warning", collect);
    }
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).not.toMatch(canaries);
  });

  it("have to be functions", () => {
    for (const name of ["onRequest", "onResponse", "onRetry", "onWait"])
      expect(() => connectItems({ [name]: "log" })).toThrow(
        expect.objectContaining({ code: "config", message: expect.stringContaining(name) }),
      );
  });
});

describe("OpenTelemetry", () => {
  it("has one client span of every request, in the semantic conventions", async () => {
    const { url } = await serve((_, response, index) => json(response, "{}", index === 0 ? 500 : 200));
    const spans: object[] = [];
    const tracer: SpanTracer = {
      startSpan(name, { kind, startTime, attributes }) {
        const span: Record<string, unknown> = { name, kind, attributes };
        spans.push(span);
        return {
          setStatus: (status) => (span["status"] = status),
          end: (endTime) => (span["tookMs"] = endTime - startTime),
        };
      },
    };
    const client = connectItems({ baseUrl: url, ...openTelemetryHooks(tracer), maxAttempts: 3 });
    await getItem(client, { id: "id-canary" });
    const attributes = {
      "http.request.method": "GET",
      "url.template": "/items/{id}",
      "server.address": "127.0.0.1",
      "server.port": Number(new URL(url).port),
      "inv.provider": "acme",
      "inv.operation": "getItem",
    };
    const tookMs = expect.any(Number);
    expect(spans).toEqual([
      {
        name: "GET /items/{id}",
        kind: 2,
        attributes: { ...attributes, "http.response.status_code": 500, "error.type": "500" },
        status: { code: 2 },
        tookMs,
      },
      {
        name: "GET /items/{id}",
        kind: 2,
        attributes: { ...attributes, "http.response.status_code": 200, "http.request.resend_count": 1 },
        tookMs,
      },
    ]);
    expect(JSON.stringify(spans)).not.toMatch(canaries);
  });
});
