import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

import { expect, it, onTestFinished } from "vitest";

import { runIn } from "./harness.js";

const location = "631923350119788417";

/** The base URL of a Loop on loopback, and the requests that it got. */
async function serveLoop(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${String(request.headers["x-authorization"])}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening");
  return { baseUrl: `http://127.0.0.1:${address.port}/loop`, requests };
}

function setting(baseUrl: string) {
  const config = `accounts:\n  returns:\n    provider: loop\n    auth: { apiKey: "\${LOOP_API_KEY}" }\n    baseUrl: ${baseUrl}\n`;
  const lookups = ["653985747439023617", "653985747439023621"].map((id) => ({
    account: "returns",
    item: { id },
    location: { id: location },
  }));
  const lines = lookups.map((lookup) => JSON.stringify(lookup)).join("\n");
  return { files: { "inv.yaml": config, "lookups.jsonl": lines }, env: { LOOP_API_KEY: "s3cret" } };
}

const argv = ["levels", "--lookups", "lookups.jsonl", "--format", "json"];

it("reads a provider that is named in the configuration only, exact to the last digit", async () => {
  const { baseUrl, requests } = await serveLoop(({ url }, response) => {
    const known = url?.includes("653985747439023617") === true;
    response.writeHead(known ? 200 : 404, { "content-type": "application/json" });
    response.end(
      known
        ? `{"product_variant":[{"id":653985747439023617,"sku":"MUG-01","name":"Stoneware mug"}],"location":[{"id":${location},"name":"Main Warehouse","status":"active"}],"available_count":9007199254740993}`
        : '{"error":{"code":"not_found","http_code":404,"message":"Not found"}}',
    );
  });
  const { code, stdout, stderr } = await runIn(argv, setting(baseUrl));
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({
    complete: false,
    outcomes: [
      {
        status: "ok",
        levels: [
          {
            account: "returns",
            provider: "loop",
            item: { id: "653985747439023617", sku: "MUG-01" },
            location: { id: location, name: "Main Warehouse" },
            quantities: { available: { quantity: { kind: "exact", value: "9007199254740993" } } },
          },
        ],
      },
      { status: "failed", lookup: { item: { id: "653985747439023621" } }, error: { status: 404 } },
    ],
  });
  expect(code).toBe(3);
  expect(requests.toSorted()).toEqual([
    `GET /loop/inventories/653985747439023617/${location} s3cret`,
    `GET /loop/inventories/653985747439023621/${location} s3cret`,
  ]);
});

it("C02 prints what failed and exits with 4 when the provider is gone", async () => {
  const { code, stdout } = await runIn(argv, setting("http://127.0.0.1:9/loop"));
  expect(code).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({
    outcomes: [{ error: { code: "transport" } }, { error: { code: "transport" } }],
  });
  expect(stdout).not.toContain("s3cret");
});

it("tells a base URL that the client refuses by its place in the file", async () => {
  const { code, stderr } = await runIn(argv, setting("http://shop.example/loop"));
  expect(code).toBe(2);
  expect(stderr).toMatch(/^inv: inv\.yaml:5:14: accounts\.returns: loop: baseUrl /);
});

it("A01 tells a credential with white space around it without showing it", async () => {
  const { files } = setting("http://127.0.0.1:9/loop");
  const { code, stderr } = await runIn(argv, { files, env: { LOOP_API_KEY: '"s3cret"' } });
  expect(code).toBe(2);
  expect(stderr).toContain("LOOP_API_KEY");
  expect(stderr).not.toContain("s3cret");
});
