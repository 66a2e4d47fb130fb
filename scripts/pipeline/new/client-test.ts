import { toCompactJson, toScalarText } from "../exchange.ts";
import { fakeOptions, toCode, toInput } from "./code.ts";
import type { Failing, Parts } from "./parts.ts";
import type { Scheme } from "./scheme.ts";

/** `test/client.test.ts`: what `client.ts` adds, on a server of this machine. */
export function clientTestOf(parts: Parts): string {
  const { id, pascal, label, main, schemes, failing } = parts;
  const types = [...(failing === undefined ? [] : ["ErrorBodies", "InvError"]), `${pascal}Client`].toSorted();
  const values = [
    `create${pascal}Client`,
    ...new Set([main.operation.name, ...(failing === undefined ? [] : [failing.told.operation.name])]),
    ...(failing === undefined ? [] : [`is${pascal}Error`, "isInvError"]),
  ].toSorted((one, other) => (one < other ? -1 : 1));
  return `import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
${failing === undefined ? "" : 'import { inspect } from "node:util";\n'}
import { describe, expect, ${failing === undefined ? "" : "expectTypeOf, "}it, onTestFinished } from "vitest";

import type { ${types.join(", ")} } from "../src/index.js";
import { ${values.join(", ")} } from "../src/index.js";

/** A server on this machine that gives one answer to everything, and remembers the headers that it was sent. */
async function serve(status: number, body: string) {
  const seen: IncomingMessage["headers"][] = [];
  const respond = (request: IncomingMessage, response: ServerResponse) => {
    seen.push(request.headers);
    request.resume();
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  };
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return { baseUrl: \`http://127.0.0.1:\${address.port}\`, seen };
}

${failing === undefined ? "" : failureHelper}const answer = ${main.exchange.answer === undefined ? '""' : toCode(toCompactJson(main.exchange.answer))};

function ask(client: ${pascal}Client) {
  return ${main.operation.name}(client${toInput(parts, main.operation, main.exchange)});
}

describe("the ${label} client", () => {
  it("asks the address of the document", async () => {
    const sent: unknown[] = [];
    const client = create${pascal}Client({
      ${fakeOptions(schemes[0])},
      fetch: async (url) => {
        sent.push(url);
        return new Response(${main.exchange.answer === undefined ? "null" : "answer"}, { status: ${main.exchange.status}, headers: { "content-type": "application/json" } });
      },
    });
    await ask(client);
    expect(client.provider).toBe("${id}");
    expect(sent).toEqual([expect.stringContaining(${toCode(addressOf(parts))})]);
  });
${schemes.map((scheme) => headerTest(parts, scheme)).join("")}
  it("A01 names the option and the variable of a missing credential", () => {
    // @ts-expect-error -- what a caller without types may do
    expect(() => create${pascal}Client({})).toThrow(
      expect.objectContaining({ code: "config", message: expect.stringContaining("${nameOf(schemes[0])}") }),
    );
  });
});
${failing === undefined ? "" : failures(parts, failing)}`;
}

const failureHelper = `async function failureOf(call: Promise<unknown>): Promise<InvError> {
  const error = await call.then(
    () => new Error("the call succeeded"),
    (reason: unknown) => reason,
  );
  if (!isInvError(error)) throw error;
  expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain("canary");
  return error;
}

`;

/** As far as every part of it is plain: what else there is, the transport's tests look at. */
function addressOf({ baseUrl, main }: Parts): string {
  let url = baseUrl;
  for (const segment of main.operation.path.split("/").slice(1)) {
    const name = /^\{(.*)\}$/.exec(segment)?.[1];
    const value = main.exchange.arguments.find((each) => each.place === "path" && each.name === name)?.value;
    const text = name === undefined ? segment : toScalarText(value ?? "");
    if (!/^[\w.~-]+$/.test(text)) return `${url}/`;
    url += `/${text}`;
  }
  return url;
}

function headerTest(parts: Parts, scheme: Scheme): string {
  const { credentials, authoriser, header } = scheme;
  const canaries = credentials.map(({ option }) => `${option}: "${option}-canary"`).join(", ");
  const [one = "", other = ""] = credentials.map(({ option }) => `${option}-canary`);
  const [what, value] = {
    headerKey: [`the key in ${header}`, `"${one}"`],
    bearer: ["the token as bearer", `"Bearer ${one}"`],
    basic: ["user name and password", `\`Basic \${Buffer.from("${one}:${other}").toString("base64")}\``],
  }[authoriser];
  return `
  it("sends ${what}, on the wire", async () => {
    const { baseUrl, seen } = await serve(${parts.main.exchange.status}, answer);
    await ask(create${parts.pascal}Client({ ${canaries}, baseUrl }));
    expect(seen.map((headers) => headers["${header.toLowerCase()}"])).toEqual([${value}]);
  });
`;
}

function nameOf({ credentials: [first] }: Scheme): string {
  return `${first?.option} (${first?.variable})`;
}

function failures(parts: Parts, { told, exchange }: Failing): string {
  const { pascal, label, schemes, main, errorField } = parts;
  const { name } = told.operation;
  const { status } = exchange;
  const isMain = name === main.operation.name;
  const call = isMain ? "ask(client)" : `${name}(client${toInput(parts, told.operation, exchange)})`;
  const code =
    { 401: "auth", 403: "auth", 404: "not-found", 429: "rate-limited" }[status] ?? (status >= 500 ? "server" : "http");
  const disguise =
    errorField === undefined
      ? ""
      : `
  it("H06 is an error when an answer that says 200 holds one", async () => {
    const error = await errorOf(200, failure);
    expect(error).toMatchObject({ code: "http", kind: "error-in-success" });
  });
`;
  const foreign =
    status !== 404
      ? ""
      : `    expect(await errorOf(404, "<h1>")).toMatchObject({ code: "http", kind: "unknown-shape" });\n`;
  return `
describe("an error of ${label}", () => {
  const failure = ${toCode(toCompactJson(exchange.answer ?? null))};

  async function errorOf(status: number, body: string) {
    const { baseUrl } = await serve(status, body);
    const client = create${pascal}Client({ ${fakeOptions(schemes[0])}, baseUrl, maxAttempts: 1 });
    return failureOf(${call});
  }

  it("A03 is auth for a 401, and the message names what is in use", async () => {
    const error = await errorOf(401, "{}");
    expect(error).toMatchObject({ code: "auth", status: 401 });
    expect(error.message).toContain("${nameOf(schemes[0])}");
  });

  it("${status === 404 ? "H07 is not-found for a 404 in its own words, and http for any other" : `is ${code} for a ${status}`}", async () => {
    expect(await errorOf(${status}, failure)).toMatchObject({ code: "${code}", status: ${status}, operation: "${name}" });
${foreign}  });
${disguise}
  it("has a body of the document's type once it is narrowed", async () => {
    const error: unknown = await errorOf(${status}, failure);
    if (!is${pascal}Error(error, "${name}", ${status})) throw new Error("not narrowed");
    expectTypeOf(error.body).toEqualTypeOf<ErrorBodies["${name}"][${status}]>();
    expect(error.body).toEqual(JSON.parse(failure));
  });
});
`;
}
