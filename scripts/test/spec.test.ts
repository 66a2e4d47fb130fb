import { afterEach, expect, test, vi } from "vitest";
import { spec } from "../spec.ts";

afterEach(() => vi.restoreAllMocks());

const run = async (...parameters: string[]) => {
  const out = vi.spyOn(console, "log").mockReturnValue();
  const errors = vi.spyOn(console, "error").mockReturnValue();
  const code = await spec(parameters);
  return { code, out: out.mock.calls.flat().join("\n"), errors: errors.mock.calls.flat().join("\n") };
};

test.each([["help"], ["--help"], ["-h"]])("%s lists the verbs on stdout and exits 0", async (word) => {
  const { code, out, errors } = await run(word);
  expect(code).toBe(0);
  for (const verb of ["generate", "check", "lint"]) expect(out).toContain(`  ${verb} `);
  expect(errors).toBe("");
});

test("an unknown verb exits 2 and lists the verbs on stderr", async () => {
  const { code, out, errors } = await run("genrate");
  expect(code).toBe(2);
  expect(errors).toContain('There is no verb "genrate".');
  expect(errors).toContain("  generate ");
  expect(out).toBe("");
});

test("no verb exits 2", async () => {
  expect((await run()).code).toBe(2);
});

test.each([["generate"], ["check"], ["lint"]])(
  "%s of an unknown provider exits 2 and names those that there are",
  async (verb) => {
    const { code, errors } = await run(verb, "loop", "../loop");
    expect(code).toBe(2);
    expect(errors).toContain('there is no provider "../loop"; there are');
    expect(errors).toContain("zettle");
  },
);

test("check of a provider that is current exits 0 and says so", async () => {
  expect(await run("check", "loop")).toEqual({ code: 0, out: "packages/loop: current", errors: "" });
});
