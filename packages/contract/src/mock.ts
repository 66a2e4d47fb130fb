import { parseArgs } from "node:util";

import type { Exchange, Operation } from "./exchanges.ts";
import { documentPath, listOperations, listProviders, listSchemes, readDocument } from "./exchanges.ts";
import { startPrismCli } from "./prism-cli.ts";
import { toRawRequest, toTarget } from "./raw-request.ts";

const usage = "npm run mock -- <provider> [--port N]";

process.exitCode = await main(process.argv.slice(2));

/** Runs Prism on one provider's document until it is stopped, for a person to try things against. */
async function main(argv: readonly string[]): Promise<number> {
  const wanted = readArguments(argv);
  if ("problem" in wanted) {
    process.stderr.write(`mock: ${wanted.problem}\nUsage: ${usage}\nProviders: ${listProviders().join(", ")}\n`);
    return 2;
  }
  const { provider, port } = wanted;
  const prism = await startPrismCli(documentPath(provider), { port, onOutput: (text) => process.stdout.write(text) });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => prism.process.kill(signal));
  process.stdout.write(`\n${introduce(provider, prism.url)}\n`);
  await prism.ended;
  return 0;
}

function readArguments(argv: readonly string[]): { provider: string; port: number } | { problem: string } {
  const { tokens } = parseArgs({ args: [...argv], options: { port: { type: "string" } }, strict: false, tokens: true });
  let provider: string | undefined;
  let port = 4010;
  for (const token of tokens) {
    if (token.kind === "positional" && provider === undefined) provider = token.value;
    else if (token.kind === "option" && token.name === "port" && /^\d{1,5}$/.test(token.value ?? ""))
      port = Number(token.value);
    else if (token.kind !== "option-terminator") return { problem: `${argv[token.index] ?? ""} is not understood.` };
  }
  if (provider === undefined) return { problem: "which provider?" };
  if (!listProviders().includes(provider)) return { problem: `there is no provider ${provider}.` };
  return { provider, port };
}

function introduce(provider: string, url: string): string {
  const document = readDocument(provider);
  const [scheme] = listSchemes(document);
  const lines = listOperations(document).flatMap((operation) => {
    const exchange = operation.exchanges.find(({ status }) => status >= 200 && status <= 299);
    return exchange === undefined ? [] : [`  ${toCurl(url, scheme?.header ?? "", operation, exchange)}`];
  });
  return [
    `${provider} is mocked at ${url} from packages/${provider}/openapi.json. Ctrl+C stops it.`,
    "Prism looks only whether credentials are there. It answers with the first example, or with the one that a header names:",
    "  -H 'Prefer: code=200, example=NAME'",
    "It rounds whole numbers above 2^53; the contract tests correct that, this does not.",
    "",
    ...lines,
  ].join("\n");
}

/** A command line that gets the example. */
function toCurl(url: string, header: string, operation: Operation, exchange: Exchange): string {
  const request = toRawRequest(operation, exchange);
  const headers = [header, ...[...request.headers].map(([name, value]) => `${name}: ${value}`)];
  const parts = [
    operation.method === "GET" ? "curl" : `curl -X ${operation.method}`,
    quote(`${url}${toTarget(request)}`),
    ...headers.map((one) => `-H ${quote(one)}`),
    ...(request.body === undefined ? [] : [`-d ${quote(request.body)}`]),
  ];
  return parts.join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
