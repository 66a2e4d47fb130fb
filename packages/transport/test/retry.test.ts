import { describe, expect, it } from "vitest";

import type { ErrorCode, ErrorDetails } from "../src/index.js";
import { InvError } from "../src/index.js";
import type { Failed } from "../src/retry.js";
import { retryWaitMs } from "../src/retry.js";

function failed(code: ErrorCode, details: ErrorDetails = {}, more: Partial<Failed> = {}): Failed {
  const error = new InvError(code, "failed", details);
  return { error, attempt: 1, maxAttempts: 3, repeatable: true, remainingMs: 30_000, random: 0.5, ...more };
}

/** How often a call is sent when every attempt ends like this. */
function sends(code: ErrorCode, details: ErrorDetails = {}, maxAttempts = 99): number {
  let attempt = 1;
  while (retryWaitMs(failed(code, details, { attempt, maxAttempts })) !== undefined) attempt += 1;
  return attempt;
}

const dns = (code: string) => ({ kind: "dns", cause: new Error(code) });

/** Every failure that a call can end with, and how often it is worth sending. */
const table: readonly [id: string, code: ErrorCode, details: ErrorDetails, sends: number][] = [
  ["T01", "transport", dns("EAI_AGAIN"), 3],
  ["T01", "transport", dns("ENOTFOUND"), 2],
  ["T03", "timeout", { kind: "connect" }, 3],
  ["T04", "transport", { kind: "tls" }, 1],
  ["T05", "transport", { kind: "reset" }, 3],
  ["T05", "transport", { kind: "refused" }, 3],
  ["T18", "transport", { kind: "network" }, 3],
  ["T09", "timeout", { kind: "headers" }, 3],
  ["T10", "timeout", { kind: "body" }, 3],
  ["T14", "transport", { kind: "protocol" }, 2],
  ["T17", "timeout", { kind: "total" }, 1],
  ["T17", "timeout", { kind: "queue" }, 1],
  ["H01", "redirect", { status: 307 }, 1],
  ["H02", "payload", { kind: "unexpected-status", status: 304 }, 1],
  ["H03", "payload", { kind: "content-type", status: 200 }, 2],
  ["H04", "payload", { kind: "empty", status: 200 }, 3],
  ["H05", "payload", { kind: "partial", status: 206 }, 1],
  ["H06", "http", { kind: "error-in-success", status: 200 }, 1],
  ["H07", "not-found", { status: 404 }, 1],
  ["H08", "http", { kind: "unknown-shape", status: 404 }, 1],
  ["H09", "http", { status: 410 }, 1],
  ["H09", "http", { status: 423 }, 1],
  ["H09", "http", { status: 451 }, 1],
  ["H10", "http", { status: 400 }, 1],
  ["H10", "http", { status: 422 }, 1],
  ["H11", "http", { status: 408 }, 3],
  ["H11", "http", { status: 425 }, 3],
  ["H11", "rate-limited", { status: 429 }, 3],
  ["H11", "server", { status: 500 }, 3],
  ["H11", "server", { status: 501 }, 1],
  ["H11", "server", { status: 502 }, 3],
  ["H11", "server", { status: 503 }, 3],
  ["H11", "server", { status: 504 }, 3],
  ["H11", "server", { status: 505 }, 1],
  ["H12", "http", { status: 409 }, 1],
  ["H13", "server", { status: 529 }, 3],
  ["H13", "server", { status: 599 }, 3],
  ["H13", "transport", { kind: "protocol", status: 999 }, 2],
  ["H16", "payload", { kind: "encoding" }, 1],
  ["H17", "payload", { kind: "too-large" }, 1],
  ["H18", "payload", { kind: "truncated" }, 3],
  ["P01", "payload", { kind: "not-json" }, 2],
  ["P05", "payload", { kind: "duplicate-key" }, 1],
  ["P30", "payload", { kind: "too-deep" }, 1],
  ["P16", "schema", { pointer: "/id" }, 1],
  ["P11", "quantity", { kind: "out-of-range" }, 1],
  ["P27", "identity", {}, 1],
  ["A02", "auth", { kind: "signature" }, 1],
  ["A03", "auth", { kind: "rejected", status: 401 }, 1],
  ["A04", "auth", { kind: "forbidden", status: 403 }, 1],
  ["A08", "auth", { kind: "refresh-failed" }, 1],
  ["N02", "pagination", { kind: "loop" }, 1],
  ["R11", "overloaded", {}, 1],
  ["C08", "cancelled", {}, 1],
  ["C09", "config", {}, 1],
  ["X01", "spec", {}, 1],
  ["I1", "transport", { kind: "unexpected" }, 1],
  ["I1", "transport", { kind: "toString" }, 1],
];

describe("a failed read", () => {
  for (const [id, code, details, times] of table) {
    const { kind = "", status = "", cause } = details;
    const name = [code, kind, status, cause instanceof Error ? cause.message : ""].filter(Boolean).join(" ");
    it(`${id} ${name} is sent ${times} times at most`, () => {
      expect(sends(code, details)).toBe(times);
      expect(sends(code, details, 2)).toBe(Math.min(times, 2));
      expect(sends(code, details, 1)).toBe(1);
    });
  }

  it("T08 is the only thing that is sent again: not a POST that may change something, whatever went wrong", () => {
    for (const [, code, details] of table)
      expect(retryWaitMs(failed(code, details, { repeatable: false })), code).toBeUndefined();
  });
});

describe("the wait before a retry", () => {
  it("is full jitter over 100 ms, doubled each time", () => {
    const wait = (attempt: number, random: number) =>
      retryWaitMs(failed("server", { status: 500 }, { attempt, random }));
    expect([wait(1, 0), wait(1, 0.5), wait(1, 0.75)]).toEqual([0, 50, 75]);
    expect([wait(2, 0), wait(2, 0.5), wait(2, 0.75)]).toEqual([0, 100, 150]);
  });

  it("R05 is never shorter than what the provider asks for, nor longer than the time that is left", () => {
    const wait = (retryAfterMs: number, remainingMs: number) =>
      retryWaitMs(failed("rate-limited", { status: 429, retryAfterMs }, { remainingMs, random: 0.5 }));
    expect(wait(2000, 30_000)).toBe(2000);
    expect(wait(10, 30_000)).toBe(50);
    expect(wait(29_999, 30_000)).toBe(29_999);
    expect(wait(30_000, 30_000)).toBeUndefined();
    expect(wait(120_000, 30_000)).toBeUndefined();
    expect(wait(Number.MAX_SAFE_INTEGER, 30_000)).toBeUndefined();
  });

  it("R08 is that of a 503 too", () => {
    const details = { status: 503, retryAfterMs: 3000 };
    expect(retryWaitMs(failed("server", details))).toBe(3000);
    expect(retryWaitMs(failed("server", details, { remainingMs: 2000 }))).toBeUndefined();
  });

  it("I5 is never past the deadline", () => {
    for (const remainingMs of [0, -5, 1, 49, 50])
      expect(retryWaitMs(failed("transport", { kind: "reset" }, { remainingMs }))).toBeUndefined();
    expect(retryWaitMs(failed("transport", { kind: "reset" }, { remainingMs: 51 }))).toBe(50);
  });
});
