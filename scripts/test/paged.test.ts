import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toEffective } from "../pipeline/effective.ts";
import { generateFiles } from "../pipeline/emit/generated-files.ts";
import type { Json } from "../pipeline/json.ts";
import { put, refusal, smallDocument, yaml } from "./support.ts";

// The transport tests its pages with what is generated here.
const folder = join(import.meta.dirname, "../../packages/transport/test/paged");
const source = readFileSync(join(folder, "openapi.yaml"), "utf8");
const { files } = await generateFiles("paged", toEffective(yaml(source)));

test.each(["operations.ts", "schema.ts", "facts.ts", "credentials.ts"])(
  "generates %s of a paged provider",
  async (name) => {
    const [, , ...lines] = (files.get(`src/generated/${name}`) ?? "").split("\n");
    const header = "// GENERATED from ../openapi.yaml by scripts/test/paged.test.ts.\n";
    await expect(header + lines.join("\n")).toMatchFileSnapshot(join(folder, "generated", name));
  },
);

describe("refuses x-inv-pagination", () => {
  const operation = "#/paths/~1things~1{id}/get";
  const at = `${operation}/x-inv-pagination`;
  const schema = `${operation}/responses/200/content/application~1json/schema`;
  const page: Json = {
    type: "object",
    properties: {
      rows: { type: "array", items: { type: "string" } },
      next: { type: "string" },
      total: { type: "integer" },
    },
  };
  const link = { style: "link", items: "/rows" };
  test.each<[string, Json, string]>([
    ["that is no object", true, at],
    ["with an unknown key", { ...link, itmes: "/rows" }, `${at}/itmes`],
    ["with an unknown style", { ...link, style: "offset" }, `${at}/style`],
    ["without rows", { style: "link" }, `${at}/items`],
    ["whose rows are no pointer", { ...link, items: "rows" }, `${at}/items`],
    ["whose rows are nowhere in the answer", { ...link, items: "/data" }, `${at}/items`],
    ["whose rows are no list", { ...link, items: "/next" }, `${at}/items`],
    ["without the place of the next URL", { ...link, style: "next-url" }, at],
    ["with a place of the next URL that is not there", { ...link, style: "next-url", next: "/nxt" }, `${at}/next`],
    ["with a next URL where there is a header", { ...link, next: "/next" }, `${at}/next`],
    ["without the parameter of the cursor", { ...link, style: "cursor", next: "/next" }, at],
    ["with a parameter that the operation does not take", { ...link, parameter: "cursor" }, `${at}/parameter`],
    ["with a filter that the operation does not take", { ...link, since: "since" }, `${at}/since`],
    ["without the first page's number", { ...link, style: "page", parameter: "page" }, at],
    [
      "with a first page that is neither 0 nor 1",
      { ...link, style: "page", parameter: "page", first: 2n },
      `${at}/first`,
    ],
    ["with a first page where none is counted", { ...link, first: 0n }, `${at}/first`],
    ["with a total that is not there", { ...link, total: "/count" }, `${at}/total`],
  ])("%s", async (_, pagination, pointer) => {
    const document = smallDocument({ [schema]: page, [at]: pagination });
    const { kind, pointer: where } = await refusal(() => generateFiles("things", toEffective(document)));
    expect([kind, where]).toEqual(["extension", pointer]);
  });

  test("on an operation that is no GET, and with more than one success", async () => {
    const document = smallDocument({
      [schema]: page,
      [at]: link,
      [`${operation}/responses/204`]: { description: "None." },
    });
    expect(await refusal(() => generateFiles("things", toEffective(document)))).toMatchObject({ pointer: at });
    const post = yaml(
      source.replace("    get:\n      operationId: listItems", "    post:\n      operationId: listItems"),
    );
    expect(await refusal(() => generateFiles("paged", toEffective(post)))).toMatchObject({
      pointer: "#/paths/~1items/post/x-inv-pagination",
    });
  });

  test("and accepts rows that are reached through references and allOf", async () => {
    const document = smallDocument({ [schema]: { allOf: [{ $ref: "#/components/schemas/Page" }] }, [at]: link });
    put(document, "#/components/schemas/Page", page);
    const { files } = await generateFiles("things", toEffective(document));
    expect(files.get("src/generated/operations.ts")).toContain('NonNullable<GetThingResult["rows"]>[number]');
  });
});
