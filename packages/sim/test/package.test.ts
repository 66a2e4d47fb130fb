import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url);

describe("the package", () => {
  it("imports nothing but Node and itself, so that it can disagree with the clients", () => {
    const files = readdirSync(new URL("src/", root), { recursive: true, encoding: "utf8" });
    const sources = files.filter((file) => file.endsWith(".ts"));
    const imported = sources.flatMap((file) =>
      [...readFileSync(new URL(`src/${file}`, root), "utf8").matchAll(/(?:from|import\() ?"([^"]+)"/g)].map(
        ([, name]) => name,
      ),
    );
    expect(sources.length).toBeGreaterThan(20);
    expect(imported.length).toBeGreaterThan(80);
    expect(imported.filter((name) => !/^(?:node:|\.\.?\/)/.test(name ?? ""))).toEqual([]);
  });

  it("depends on nothing", () => {
    const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
    expect(manifest.dependencies).toEqual({});
    expect(manifest.peerDependencies).toBeUndefined();
  });
});
