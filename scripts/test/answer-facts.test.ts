import { expect, test } from "vitest";
import type { Json, JsonObject } from "../pipeline/json.ts";
import { generated, smallDocument } from "./support.ts";

/** The facts of `getThing` with these answers, on one line. */
async function factsOf(responses: JsonObject): Promise<string> {
  const document = smallDocument({ "#/paths/~1things~1{id}/get/responses": responses });
  const text = (await generated(document)).get("facts.ts") ?? "";
  return text.slice(text.indexOf("= {")).replaceAll(/\s+/g, " ");
}

const none: Json = { description: "None." };
const answer = (schema: Json, media = "application/json"): Json => ({
  description: "",
  content: { [media]: { schema } },
});
const object = answer({ type: "object" });

test.each<[string, JsonObject, string]>([
  ["no success has a body", { "204": none, "202": none, "404": object }, "empty: true }"],
  ["one has none", { "200": object, "202": none, "204": none, "404": none }, "empty: [202, 204] }"],
  ["a range has none", { "200": object, "2XX": none }, "empty: [201, 202, 203, 204, 205, 206, 207, 208, 226] }"],
  ["all have one", { "200": object, "404": none }, '"getThing" }'],
])("the facts say which successes have no body: %s", async (_, responses, fact) => {
  expect(await factsOf(responses)).toContain(fact);
});

test.each<[string, Json, boolean]>([
  ["text", { type: "string" }, true],
  ["a listed value", { enum: ["a"] }, true],
  ["one of several", { oneOf: [{ type: "object" }, { type: ["array", "integer"] }] }, true],
  ["null", { type: ["object", "null"] }, true],
  ["a list", { type: "array", items: { type: "string" } }, false],
  ["anything", {}, false],
])("the facts say whether an answer may be a bare value: %s", async (_, schema, isBare) => {
  expect((await factsOf({ "200": answer(schema) })).includes("bare: true")).toBe(isBare);
});

test("the facts name the media types to ask for where a success is not application/json", async () => {
  const schema: Json = { type: "object" };
  const other = answer(schema, "application/vnd.things.v2+json; charset=utf-8");
  expect(await factsOf({ "200": object, "201": other, "400": answer(schema, "application/problem+json") })).toContain(
    'accept: "application/json, application/vnd.things.v2+json;q=0.9",',
  );
  const both: Json = {
    description: "",
    content: {
      "application/hal+json": { schema },
      "application/json; v=1": { schema: { type: "object", properties: { count: { type: "integer" } } } },
    },
  };
  const facts = await factsOf({ "200": both });
  expect(facts).not.toContain("accept");
  expect(facts).toContain("count:");
});
