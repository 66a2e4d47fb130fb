import { describe, expect, it } from "vitest";

import type { FaultPlan } from "../src/index.js";
import { checkFaultPlan, createSim, FaultPlanError } from "../src/index.js";
import { editJson } from "../src/json-edit.js";
import { fetchToken, mugAtLoop, realBases, realToken, send } from "./requests.js";

function problemsOf(plan: unknown): readonly string[] {
  try {
    checkFaultPlan(plan);
    return [];
  } catch (error) {
    if (error instanceof FaultPlanError) return error.problems;
    throw error;
  }
}

describe("a fault plan", () => {
  it.each([
    [{}, "faults: a fault plan is a list"],
    [[{ fault: { type: "rset" } }], /^faults\[0\]\.fault\.type: rset is not known; there are status, headers/],
    [[{ fault: { type: "reset", when: "body" } }], "faults[0].fault.when is not known; there are at, framing"],
    [[{ fault: { type: "slow" } }], "faults[0].fault.delayMs is missing"],
    [[{ fault: { type: "slow", delayMs: -1 } }], "faults[0].fault.delayMs has to be milliseconds, 0 or more"],
    [[{ fault: { type: "status", status: 99 } }], /status has to be a whole number, 200 or more and at most 999/],
    [[{ fault: { type: "status", status: 429, headers: { "a b": "c" } } }], /headers has to be header names/],
    [[{ provder: "loop", fault: { type: "reset" } }], /^faults\[0\]\.provder is not known; there are fault, provider/],
    [[{ provider: "shopify", fault: { type: "reset" } }], /provider has to be one of walleo/],
    [
      [{ provider: "loop", endpoint: "token", fault: { type: "reset" } }],
      /endpoint: token is not known; there are getInv/,
    ],
    [[{ nth: 0, fault: { type: "reset" } }], /nth has to be a whole number, 1 or more/],
    [[{ nth: [1, "2"], fault: { type: "reset" } }], /nth has to be a whole number/],
    [[{ nth: 1, probability: 0.5, fault: { type: "reset" } }], /exclude each other/],
    [[{ probability: 2, fault: { type: "reset" } }], "faults[0].probability has to be from 0 to 1"],
    [[{ provider: "loop", fault: { type: "token", kind: "expire" } }], /only zettle and fourthwall have tokens/],
    [
      [{ provider: "zettle", fault: { type: "token", kind: "invalid-grant" } }],
      /invalid-grant is for the endpoint token/,
    ],
    [
      [{ fault: { type: "mutate-json", change: { do: "set", pointer: "a", raw: "1" } } }],
      /pointer has to be a JSON pointer/,
    ],
    [[{ fault: { type: "mutate-json", change: { do: "swap" } } }], /do: one of set, remove, rename/],
    [[{ fault: { type: "mutate-json", change: [{ do: "nest", pointer: "" }] } }], /depth is missing/],
    [[{}], "faults[0].fault has to be an object with a type"],
    [[null], "faults[0] has to be an object"],
  ])("%j is refused: %s", (plan, problem) => {
    const problems = problemsOf(plan);
    const found = problems.some((one) => (typeof problem === "string" ? one === problem : problem.test(one)));
    expect(found ? problem : problems).toBe(problem);
  });

  it("is refused by the function that makes a simulation, with all that is wrong at once", () => {
    const plan = [{ fault: { type: "slow" } }, { nth: 0, fault: { type: "reset" } }];
    expect(problemsOf(plan)).toHaveLength(2);
    expect(() => createSim({ products: 0, faults: [{ nth: 0, fault: { type: "reset" } }] })).toThrow(FaultPlanError);
  });

  it("stands beside options that are known only", () => {
    const options = { sead: 1 };
    expect(() => createSim({ products: 0, ...options })).toThrow("sead is no option; there are seed, products");
  });
});

describe("which requests meet a fault", () => {
  async function faultsOf(faults: FaultPlan, count: number, seed = 1): Promise<(string | undefined)[]> {
    const sim = createSim({ seed, products: 10, rateLimits: false, faults });
    const way = { sim, fetch: sim.fetch, bases: realBases, zettleToken: realToken };
    for (let call = 0; call < count; call++) await send(way, "loop", { path: mugAtLoop }).catch(() => undefined);
    return sim.requests.map(({ fault }) => fault);
  }
  const html = { type: "html" } as const;
  const empty = { type: "empty" } as const;

  it("is said by number, counted for each entry", async () => {
    const plan = [
      { provider: "loop", nth: 1, fault: html },
      { nth: [2, 4], fault: empty },
    ] as const;
    expect(await faultsOf(plan, 5)).toEqual(["html", "empty", undefined, "empty", undefined]);
  });

  it("is every one without a number, and the first entry that wants a request has it", async () => {
    expect(await faultsOf([{ nth: 2, fault: html }, { fault: empty }], 3)).toEqual(["empty", "html", "empty"]);
  });

  it("is none of another provider", async () => {
    expect(await faultsOf([{ provider: "zettle", fault: html }], 2)).toEqual([undefined, undefined]);
  });

  it("is drawn by the seed where a probability is given: the same requests meet the same faults", async () => {
    const plan = [{ probability: 0.3, fault: html }] as const;
    const first = await faultsOf(plan, 200);
    expect(await faultsOf(plan, 200)).toEqual(first);
    expect(await faultsOf(plan, 200, 2)).not.toEqual(first);
    const hits = first.filter((fault) => fault === "html").length;
    expect(hits).toBeGreaterThan(40);
    expect(hits).toBeLessThan(80);
  });

  it("leaves the token endpoint alone unless it is named", async () => {
    const sim = createSim({ products: 10, faults: [{ provider: "zettle", nth: 1, fault: html }] });
    const way = { sim, fetch: sim.fetch, bases: realBases, zettleToken: realToken };
    const token = await fetchToken(way);
    expect((await send(way, "zettle", { path: "/inventory" }, token)).headers.get("content-type")).toContain("html");
    sim.setFaults([{ provider: "zettle", endpoint: "token", fault: html }]);
    await expect(fetchToken(way)).rejects.toThrow(SyntaxError);
  });
});

describe("a change of JSON text", () => {
  const text = '{"a":1,"b":{"c~/d":[10,"x,]}",{}]},"e":"é\\"","f":{}}';
  it.each([
    [{ do: "set", pointer: "/a", raw: "1e400" }, '{"a":1e400,"b":{"c~/d":[10,"x,]}",{}]},"e":"é\\"","f":{}}'],
    [{ do: "set", pointer: "/b/c~0~1d/1", raw: "true" }, '{"a":1,"b":{"c~/d":[10,true,{}]},"e":"é\\"","f":{}}'],
    [{ do: "set", pointer: "", raw: "[]" }, "[]"],
    [{ do: "remove", pointer: "/a" }, '{"b":{"c~/d":[10,"x,]}",{}]},"e":"é\\"","f":{}}'],
    [{ do: "remove", pointer: "/f" }, '{"a":1,"b":{"c~/d":[10,"x,]}",{}]},"e":"é\\""}'],
    [{ do: "remove", pointer: "/b/c~0~1d/2" }, '{"a":1,"b":{"c~/d":[10,"x,]}"]},"e":"é\\"","f":{}}'],
    [{ do: "remove", pointer: "/b/c~0~1d" }, '{"a":1,"b":{},"e":"é\\"","f":{}}'],
    [{ do: "rename", pointer: "/a", name: "z" }, '{"z":1,"b":{"c~/d":[10,"x,]}",{}]},"e":"é\\"","f":{}}'],
    [{ do: "duplicate", pointer: "/a" }, '{"a":1,"a":1,"b":{"c~/d":[10,"x,]}",{}]},"e":"é\\"","f":{}}'],
    [
      { do: "duplicate", pointer: "/a", raw: "2", key: '"\\u0061"' },
      '{"a":1,"\\u0061":2,"b":{"c~/d":[10,"x,]}",{}]},"e":"é\\"","f":{}}',
    ],
    [{ do: "duplicate", pointer: "/b/c~0~1d/0" }, '{"a":1,"b":{"c~/d":[10,10,"x,]}",{}]},"e":"é\\"","f":{}}'],
    [{ do: "add", pointer: "/f", name: "g", raw: "0" }, '{"a":1,"b":{"c~/d":[10,"x,]}",{}]},"e":"é\\"","f":{"g":0}}'],
    [{ do: "add", pointer: "", name: "__proto__", raw: "{}" }, text.replace(/\}$/, ',"__proto__":{}}')],
    [{ do: "nest", pointer: "/e", depth: 2 }, '{"a":1,"b":{"c~/d":[10,"x,]}",{}]},"e":[["é\\""]],"f":{}}'],
    [{ do: "set", pointer: "/none", raw: "1" }, undefined],
    [{ do: "set", pointer: "/a/b", raw: "1" }, undefined],
    [{ do: "add", pointer: "/a", name: "b", raw: "1" }, undefined],
  ] as const)("%j touches nothing else", (change, expected) => {
    expect(editJson(text, change)).toBe(expected);
  });
});
