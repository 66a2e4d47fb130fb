import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bump, BumpError } from "../src/index.js";
import { run } from "../src/run.js";
import { base } from "./base.js";
import { large } from "./large.js";
import type { LargeEdit } from "./large.js";
import { drop, edited, item, list, put } from "./pair.js";

test("compares 800 operations with 40 discriminators, finds the three that changed and says how long it took", () => {
  const edits = new Map<number, LargeEdit>([
    [3, { maximum: 9 }],
    [700, { lost: true }],
    [720, { mapped: "other" }],
  ]);
  const [before, after] = [large(800), large(800, (index) => edits.get(index) ?? {})];
  const start = performance.now();
  const result = bump(before, after);
  const tookMs = performance.now() - start;
  console.log(`800 operations compared in ${Math.round(tookMs)} ms`);
  // Ten times what is promised: a guard against a hang.
  expect(tookMs).toBeLessThan(50_000);
  expect(result.bump).toBe("major");
  expect(new Set(result.changes.map(({ pointer }) => pointer))).toEqual(
    new Set([
      "#/components/schemas/Thing700/properties/note",
      "#/paths/~1things3~1{id}/post/parameters/1/schema/maximum",
      "#/components/schemas/Goods720/discriminator",
      "#/components/schemas/Second720",
    ]),
  );
});

test("compares 800 operations where every discriminator changed in no more time", () => {
  const start = performance.now();
  const { bump: size, changes } = bump(
    large(800),
    large(800, () => ({ mapped: "other" })),
  );
  const tookMs = performance.now() - start;
  console.log(`800 operations with 40 changed discriminators compared in ${Math.round(tookMs)} ms`);
  expect(tookMs).toBeLessThan(50_000);
  expect(size).toBe("major");
  // Each discriminator, and the schema that it names as what is read and as what is written.
  expect(changes).toHaveLength(120);
});

test("gives the failing probe and the compiler's words as evidence", () => {
  const { changes } = bump(base(), edited([put(`${item}/name/type`, ["string", "null"])]));
  expect(changes).toHaveLength(1);
  expect(changes[0]).toMatchObject({ bump: "major", pointer: "#/components/schemas/Item" });
  expect(changes[0]?.evidence).toMatch(/Old\["schemas"\]\["Item"\][^]*TS2322[^]*Types of property 'name'/);
});

test("says a component's change once, however many operations reach it", () => {
  const { changes } = bump(base(), edited([drop(`${item}/name`)]));
  expect(changes.map(({ pointer }) => pointer)).toEqual(["#/components/schemas/Item/properties/name"]);
});

test("reads JSON and YAML text as it reads parsed documents", () => {
  const after = edited([drop(`${item}/name`)]);
  expect(bump(JSON.stringify(base()), JSON.stringify(after))).toEqual(bump(base(), after));
  expect(bump("openapi: 3.0.3\npaths: {}", "openapi: 3.0.3\npaths: {}").bump).toBe("none");
});

test("counts a question as minor once a person accepts it with a reason", () => {
  const after = edited([put("/servers/0/url", "https://v2.till.example")]);
  const pointer = "#/servers/0";
  expect(bump(base(), after).changes).toMatchObject([{ bump: "major", pointer, undecided: true }]);
  const result = bump(base(), after, { accept: [{ pointer, why: "the old host redirects" }] });
  expect(result).toMatchObject({ bump: "minor", changes: [{ pointer, accepted: "the old host redirects" }] });
});

test.each([
  ["what is proven", [drop(`${item}/name`)], "#/components/schemas/Item/properties/name", "why"],
  ["where nothing changed", [], "#/servers/0", "why"],
  ["without a reason", [put("/servers/0/url", "https://v2.till.example")], "#/servers/0", " "],
])("accepts nothing %s", (_, edits, pointer, why) => {
  expect(() => bump(base(), edited(edits), { accept: [{ pointer, why }] })).toThrow(BumpError);
});

test.each([
  ["a Swagger document", { swagger: "2.0" }],
  ["YAML with a key twice", "openapi: 3.1.0\nopenapi: 3.1.0"],
  ["a list", "[]"],
  ["a reference to a file", edited([put(`${list}/responses/200`, { $ref: "other.yaml#/a" })])],
  ["a reference to nothing", edited([put(`${list}/responses/200`, { $ref: "#/nowhere" })])],
  [
    "a circle of references",
    edited([
      put("/components/responses", { A: { $ref: "#/components/responses/A" } }),
      put(`${list}/responses/200`, { $ref: "#/components/responses/A" }),
    ]),
  ],
])("refuses %s", (_, document) => {
  expect(() => bump(document, document)).toThrow(BumpError);
});

test("follows a reference to a schema that is no component", () => {
  const response = {
    description: "Where it is.",
    content: {
      "application/json": { schema: { type: "object", properties: { a: { type: "string" }, b: { type: "string" } } } },
    },
  };
  const first = [
    put("/components/responses", { Place: response }),
    put(`${item}/place`, { $ref: "#/components/responses/Place/content/application~1json/schema" }),
  ];
  const lost = drop("/components/responses/Place/content/application~1json/schema/properties/b");
  expect(bump(edited(first), edited(first)).bump).toBe("none");
  expect(bump(edited(first), edited([...first, lost]))).toMatchObject({
    bump: "major",
    changes: [{ pointer: "#/components/schemas/Item/properties/place/properties/b" }],
  });
});

test("follows a schema that contains itself", () => {
  const tree = {
    type: "object",
    properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#/components/schemas/Tree" } } },
  };
  const before = edited([
    put("/components/schemas/Tree", tree),
    put(`${item}/place`, { $ref: "#/components/schemas/Tree" }),
  ]);
  const after = edited([
    put("/components/schemas/Tree", { ...tree, properties: { children: tree.properties.children } }),
    put(`${item}/place`, { $ref: "#/components/schemas/Tree" }),
  ]);
  expect(bump(before, before).bump).toBe("none");
  expect(bump(before, after).bump).toBe("major");
});

test("X08 no text of a document becomes code of the proof", () => {
  const name = '"]; declare const x: number; type Evil = ["*/`${1}';
  const before = edited([
    put("/components/schemas/Evil", { type: "object", properties: { __proto: { type: "string" } } }),
    put(`${item}/evil`, { enum: [name] }),
  ]);
  const schemas: unknown = Reflect.get(Object(Reflect.get(Object(before), "components")), "schemas");
  Reflect.set(Object(schemas), name, { type: "string", description: "*/ export const a = 1; /*" });
  expect(bump(before, before)).toEqual({ bump: "none", changes: [] });
  expect(bump(before, base()).bump).toBe("major");
});

test("the command prints a table, JSON or markdown, and leaves with 2 on what it does not understand", () => {
  const folder = mkdtempSync(join(tmpdir(), "bump-"));
  try {
    const [old, now] = [join(folder, "old.json"), join(folder, "new.json")];
    writeFileSync(old, JSON.stringify(base()));
    writeFileSync(now, JSON.stringify(edited([put("/servers/0/url", "https://v2.till.example")])));
    const call = (...args: string[]) => {
      let [stdout, stderr] = ["", ""];
      const code = run(args, { stdout: (text) => (stdout += text), stderr: (text) => (stderr += text) });
      return { code, stdout, stderr };
    };
    expect(call(old, now)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^major +#\/servers\/0 [^]*\nmajor\n$/),
    });
    expect(JSON.parse(call(old, now, "--format", "json").stdout)).toMatchObject({ bump: "major" });
    expect(call(old, now, "--format", "markdown").stdout).toMatch(/^\*\*major\*\*\n\n\| bump/);
    expect(call(old, now, "--accept", "#/servers/0", "--why", "redirects").stdout).toMatch(/\nminor\n$/);
    for (const args of [
      [],
      [old],
      [old, now, old],
      [old, join(folder, "none")],
      [old, now, "--format", "x"],
      [old, now, "--accept", "#"],
      [old, now, "--bogus"],
    ])
      expect(call(...args)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Usage: bump") });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
