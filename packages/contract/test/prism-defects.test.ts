import { afterEach, describe, expect, it } from "vitest";

import { documentPath } from "../src/exchanges.ts";
import type { Prism } from "../src/prism.ts";
import { startPrism } from "../src/prism.ts";

// What Prism 5.16 gets wrong, asked of Prism alone. A test that fails here says that Prism has been mended: then the
// correction that it names can go.
const numericIds = "/inventories/653985747439023619/631923350119788417";
const loopKey = { "X-Authorization": "made-up" };
let prism: Prism | undefined;

afterEach(async () => {
  await prism?.close();
  prism = undefined;
});

describe("Prism 5.16", () => {
  it("answers with the first example whatever the id (mocks.ts finds the exchange)", async () => {
    const { url } = await start("loop");
    const asked = await fetch(`${url}${numericIds}`, { headers: loopKey });
    expect(await asked.text()).toContain('"id":"653985747439023617"');
    const unknown = await fetch(`${url}/inventories/1/2`, { headers: loopKey });
    expect(unknown.status).toBe(200);
  });

  it("reads the numbers of examples as doubles (mocks.ts withExactBody)", async () => {
    const { url } = await start("loop");
    const answer = await fetch(`${url}${numericIds}`, {
      headers: { ...loopKey, Prefer: "code=200, example=numeric-ids" },
    });
    const text = await answer.text();
    expect(text).toContain('"available_count":9007199254740992');
    expect(text).toContain('"id":653985747439023600');
  });

  it("caps an int64 at 2^53 - 1 (prism.ts removeInventedBounds)", async () => {
    const { url } = await start("loop", { corrected: false });
    const answer = await fetch(`${url}${numericIds}`, {
      headers: { ...loopKey, Prefer: "code=200, example=numeric-ids" },
    });
    expect(answer.headers.get("sl-violations")).toContain("must be <= 9007199254740991");
  });

  it("without the cap finds nothing wrong with an int64 beyond 2^53", async () => {
    const { url } = await start("loop");
    const answer = await fetch(`${url}${numericIds}`, {
      headers: { ...loopKey, Prefer: "code=200, example=numeric-ids" },
    });
    expect(answer.headers.get("sl-violations")).toBeNull();
  });

  it("never answers a request whose JSON body cannot be parsed (mocks.ts isBrokenJson)", async () => {
    const { url } = await start("zettle");
    const answer = fetch(`${url}/organizations/self/inventory/products`, {
      method: "POST",
      headers: { Authorization: "Bearer made-up", "Content-Type": "application/json" },
      body: "{",
      signal: AbortSignal.timeout(1000),
    });
    await expect(answer).rejects.toThrow(expect.objectContaining({ name: "TimeoutError" }));
  });

  it("answers another status when the example asked for belongs to it (mocks.ts refuses what is not documented)", async () => {
    const { url } = await start("loop");
    const answer = await fetch(`${url}${numericIds}`, { headers: { ...loopKey, Prefer: "code=404, example=mug" } });
    expect(answer.status).toBe(200);
  });
});

describe("a ring of 1,000 schemas", () => {
  const size = 1_000;
  const ring = (more: object) => {
    const schema = (index: number) => ({
      type: "object",
      properties: { name: { type: "string" }, next: { $ref: `#/components/schemas/Thing${(index + 1) % size}` } },
      ...more,
    });
    const media = {
      schema: { $ref: "#/components/schemas/Thing0" },
      examples: { ok: { value: { name: "mug", next: { name: "cup" } } } },
    };
    return {
      openapi: "3.1.0",
      info: { title: "Ring", version: "1" },
      servers: [{ url: "https://ring.example" }],
      paths: {
        "/things": { get: { responses: { 200: { description: "OK", content: { "application/json": media } } } } },
      },
      components: {
        schemas: Object.fromEntries(Array.from({ length: size }, (_, index) => [`Thing${index}`, schema(index)])),
      },
    };
  };

  it("X05 is served, though Prism 5.16 would not come to an end with it (deep-schemas.ts)", async () => {
    prism = await startPrism(ring({}));
    const answer = await fetch(`${prism.url}/things`);
    expect(await answer.json()).toEqual({ name: "mug", next: { name: "cup" } });
    expect(answer.headers.get("sl-violations")).toBeNull();
  });

  it("is still validated, but for what is behind the references that were cut", async () => {
    prism = await startPrism(ring({ required: ["colour"] }));
    expect((await fetch(`${prism.url}/things`)).headers.get("sl-violations")).toContain("colour");
  });
});

async function start(provider: string, options?: { corrected: boolean }): Promise<Prism> {
  prism = await startPrism(documentPath(provider), options);
  return prism;
}
