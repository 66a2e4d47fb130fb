import { expect, test } from "vitest";
import { correct, toEffective } from "../pipeline/effective.ts";
import { generateFiles } from "../pipeline/emit/generated-files.ts";
import type { Json, JsonObject } from "../pipeline/json.ts";
import { proposeOverlay } from "../pipeline/proposal/proposal.ts";
import { parseDocument } from "../pipeline/read.ts";

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name.replaceAll("/", "~1")}` });

/** As a large vendor has it: many operations on a ring of schemas, names with dots and slashes, alternatives, no ids. */
function largeDocument(count: number): JsonObject {
  const ring = (index: number) => `com.acme/Ring.${index % 1000}`;
  const schemas: JsonObject = {
    Animal: {
      type: "object",
      required: ["kind"],
      properties: { kind: { type: "string" } },
      discriminator: { propertyName: "kind" },
    },
    Cat: { allOf: [ref("Animal"), { type: "object", properties: { lives: { type: "integer" } } }] },
    Dog: { allOf: [ref("Animal"), { type: "object", properties: { owner: ref(ring(0)) } }] },
    AnyAnimal: { oneOf: [ref("Cat"), ref("Dog")], discriminator: { propertyName: "kind" } },
    Problem: { type: "object", required: ["message"], properties: { message: { type: "string" } } },
  };
  for (let index = 0; index < 1000; index += 1)
    schemas[ring(index)] = {
      type: "object",
      required: ["id"],
      properties: {
        id: { type: "integer", format: "int64" },
        next: ref(ring(index + 1)),
        animal: ref("AnyAnimal"),
        name: { type: "string" },
      },
    };
  const paths: JsonObject = {};
  for (let index = 0; index < count; index += 1) {
    const body = { "application/json": { schema: ref(ring(index)) } };
    const problem = { description: "A problem.", content: { "application/json": { schema: ref("Problem") } } };
    paths[`/things${index}/{id}`] = {
      get: {
        parameters: [
          { name: "id", in: "path", required: true, schema: { type: "integer", format: "int64" } },
          { name: "page-size", in: "query", schema: { type: "integer" } },
          { name: "page_size", in: "query", schema: { type: "integer" } },
        ],
        responses: { "200": { description: "A thing.", content: body }, "404": problem },
      },
    };
  }
  return {
    openapi: "3.0.3",
    info: { title: "Large", version: "1" },
    servers: [{ url: "https://api.acme.example" }],
    security: [{ key: [] }],
    paths,
    components: { schemas, securitySchemes: { key: { type: "apiKey", in: "header", name: "X-Key" } } },
  };
}

test(
  "a document of 3,000 operations and a ring of 1,000 schemas is corrected and generated",
  { timeout: 300_000 },
  async () => {
    const document = largeDocument(3000);
    const times: string[] = [];
    let last = performance.now();
    const took = (what: string) => {
      times.push(`${what} ${((performance.now() - last) / 1000).toFixed(1)} s`);
      last = performance.now();
    };
    const { overlay = "" } = proposeOverlay(document, { provider: "large" });
    took("proposal");
    const parsed = parseDocument(overlay, { name: "overlay.yaml", aliases: 0 });
    took("parsing the overlay");
    const effective = toEffective(correct(document, parsed, "overlay.yaml"));
    took("applying it");
    const { model } = await generateFiles("large", effective);
    took("generation");
    console.log(`3,000 operations, ${(overlay.length / 2 ** 20).toFixed(1)} MiB of overlay: ${times.join(", ")}`);
    expect(model.operations).toHaveLength(3000);
  },
);
