import { inspect } from "node:util";

import { describe, expect, expectTypeOf, it, vi } from "vitest";

import type { ErrorCode } from "../src/index.js";
import { errorGuard, InvError, isInvError } from "../src/index.js";

describe("an InvError", () => {
  const error = new InvError("http", "acme: GET /items/{id} answered 409", {
    kind: "conflict",
    provider: "acme",
    operation: "getItem",
    path: "/items/{id}",
    status: 409,
    attempts: 1,
    retryable: false,
    body: { secret: "canary" },
    cause: new Error("ECONNRESET"),
  });

  it("has body and cause, which no enumeration and no logger meets", () => {
    expect(error.body).toEqual({ secret: "canary" });
    expect(error.cause).toBeInstanceOf(Error);
    expect(Object.keys(error).toSorted()).toEqual([
      "attempts",
      "code",
      "kind",
      "operation",
      "path",
      "provider",
      "retryable",
      "status",
    ]);
    expect(inspect(error, { depth: 9 })).not.toContain("canary");
    expect(JSON.stringify({ error })).not.toContain("canary");
  });

  it("writes as JSON its message and what is safe to log, whatever was put on it later", () => {
    const copy = new InvError("config", "no", { provider: "acme" });
    Object.assign(copy, { request: "canary" });
    expect(JSON.parse(JSON.stringify(copy))).toEqual({ code: "config", message: "no", provider: "acme" });
  });

  it("is an Error with a name, a message and a stack", () => {
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe("InvError: acme: GET /items/{id} answered 409");
    expect(error.stack).toContain("errors.test");
  });

  it("is known across two copies of this package", async () => {
    vi.resetModules();
    const copy = await import("../src/index.js");
    const other = new copy.InvError("auth", "no");
    expect(copy.InvError).not.toBe(InvError);
    expect(other).not.toBeInstanceOf(InvError);
    expect(isInvError(other)).toBe(true);
    expect(copy.isInvError(error)).toBe(true);
  });

  it("is nothing else", () => {
    for (const value of [
      undefined,
      null,
      "InvError",
      42,
      new Error("InvError"),
      { code: "http", name: "InvError" },
      {},
    ])
      expect(isInvError(value)).toBe(false);
  });

  it("has a code of a closed set", () => {
    expectTypeOf(error.code).toEqualTypeOf<ErrorCode>();
  });
});

describe("a provider's guard", () => {
  interface Bodies {
    getItem: { 404: { code: string }; 500: unknown };
  }
  const isAcmeError = errorGuard<Bodies>("acme");
  const details = { provider: "acme", operation: "getItem", status: 404, body: { code: "GONE" } };

  it("narrows the body to what the document says of that operation and status", () => {
    const error: unknown = new InvError("not-found", "gone", details);
    if (!isAcmeError(error, "getItem", 404)) throw new Error("not narrowed");
    expectTypeOf(error.body).toEqualTypeOf<{ code: string }>();
    expectTypeOf(error.status).toEqualTypeOf<404>();
    expect(error.body.code).toBe("GONE");
  });

  it("refuses another provider, operation or status, and what is no InvError", () => {
    expect(isAcmeError(new InvError("not-found", "gone", { ...details, provider: "other" }), "getItem", 404)).toBe(
      false,
    );
    expect(isAcmeError(new InvError("not-found", "gone", { ...details, operation: "getX" }), "getItem", 404)).toBe(
      false,
    );
    expect(isAcmeError(new InvError("not-found", "gone", details), "getItem", 500)).toBe(false);
    expect(isAcmeError(details, "getItem", 404)).toBe(false);
  });
});
