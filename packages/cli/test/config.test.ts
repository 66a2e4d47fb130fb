import { describe, expect, it } from "vitest";

import { parseConfig } from "../src/config.js";
import type { Providers } from "../src/providers.js";
import { TokenFiles } from "../src/token-files.js";
import { UsageError } from "../src/usage-error.js";
import { fakeProviders } from "./fake-providers.js";

const env = {
  LOOP_API_KEY: "k-loop",
  FOURTHWALL_USERNAME: "kelp",
  FOURTHWALL_PASSWORD: "p-word",
  EMPTY: "",
  NESTED: "${LOOP_API_KEY}",
  PORT: "4010",
};
const auth = 'auth: { apiKey: "${LOOP_API_KEY}" }';

function parse(text: string, providers: Providers) {
  const tokenFiles = new TokenFiles("/nowhere", (warning) => expect.unreachable(warning));
  return parseConfig(text, { file: "inv.yaml", env, providers, tokenFiles });
}

async function connectedTo(text: string) {
  const providers = fakeProviders();
  await parse(text, providers);
  return Object.fromEntries([...providers.connected].map(([id, options]) => [id, { ...options }]));
}

async function problemsOf(text: string): Promise<readonly string[]> {
  const failure: unknown = await parse(text, fakeProviders()).catch((error: unknown) => error);
  if (!(failure instanceof UsageError)) throw new Error(`accepted, or failed otherwise: ${String(failure)}`);
  return failure.problems;
}

describe("a sound configuration", () => {
  it("gives each account an adapter of its provider, in the order of the file", async () => {
    const text = `accounts:\n  shop: { provider: fourthwall, auth: { username: "\${FOURTHWALL_USERNAME}", password: "\${FOURTHWALL_PASSWORD}" } }\n  returns: { provider: loop, ${auth} }\n`;
    const accounts = await parse(text, fakeProviders());
    expect([...accounts].map(([name, { provider }]) => [name, provider])).toEqual([
      ["shop", "fourthwall"],
      ["returns", "loop"],
    ]);
  });

  it("passes credentials and server options to the connector", async () => {
    const text = `accounts:\n  returns:\n    provider: loop\n    ${auth}\n    baseUrl: http://127.0.0.1:\${PORT}/loop\n`;
    expect(await connectedTo(text)).toEqual({ loop: { apiKey: "k-loop", baseUrl: "http://127.0.0.1:4010/loop" } });
  });

  it("takes the literal of a credential that is no secret", async () => {
    const text =
      'accounts: { shop: { provider: fourthwall, auth: { username: "kelp", password: "${FOURTHWALL_PASSWORD}" } } }';
    expect(await connectedTo(text)).toEqual({ fourthwall: { username: "kelp", password: "p-word" } });
  });

  it.each(["0123", "NO", "1e5", "1.10", "0o17", "12:30:45", "653985747439023601", "null", "~", "true"])(
    "L03 keeps the unquoted %s as text",
    async (written) => {
      const options = await connectedTo(
        `accounts:\n  returns:\n    provider: loop\n    ${auth}\n    baseUrl: ${written}\n`,
      );
      expect(options["loop"]).toEqual({ apiKey: "k-loop", baseUrl: written });
    },
  );

  it("L05 substitutes once: a value that looks like a reference stays", async () => {
    const options = await connectedTo('accounts: { returns: { provider: loop, auth: { apiKey: "${NESTED}" } } }');
    expect(options["loop"]).toEqual({ apiKey: "${LOOP_API_KEY}" });
  });

  it.each(["__proto__", "constructor", "toString"])("C18 knows no variable %s", async (name) => {
    expect(await problemsOf(`accounts: { returns: { provider: loop, auth: { apiKey: "\${${name}}" } } }`)).toEqual([
      `inv.yaml:1:56: accounts.returns.auth.apiKey: the variable ${name} is not set. Set it in the environment. It is made at https://pages.example/apiKey.`,
    ]);
  });
});

describe("a wrong configuration", () => {
  it.each([
    [
      "L01 an open brace",
      "accounts: {",
      "inv.yaml:1:12: this is not readable as YAML. Look at quotes, braces and indentation.",
    ],
    [
      "L01 a reference without quotes in braces",
      "accounts: { returns: { provider: loop, auth: { apiKey: ${LOOP_API_KEY} } } }",
      'inv.yaml:1:57: this is not readable as YAML. Put quotes around references: "${NAME}".',
    ],
    [
      "L02 a key given twice",
      `accounts:\n  a: { provider: loop, ${auth} }\n  a: { provider: loop, ${auth} }`,
      "inv.yaml:3:3: the same key stands here twice. Remove one.",
    ],
    [
      "L02 an anchor",
      "accounts: &all {}",
      "inv.yaml:1:16: YAML anchors (`&`) are not used. Every value here is plain text; write it out.",
    ],
    [
      "L02 an alias",
      "accounts: *all",
      "inv.yaml:1:11: YAML aliases (`*`) are not used. Every value here is plain text; write it out.",
    ],
    [
      "L02 a tag",
      "accounts: !!int 5",
      "inv.yaml:1:17: YAML tags (`!`) are not used. Every value here is plain text; write it out.",
    ],
    [
      "L02 a tag that changes nothing",
      "accounts: !!str five",
      "inv.yaml:1:17: YAML tags (`!`) are not used. Every value here is plain text; write it out.",
    ],
    [
      "L02 a directive",
      "%YAML 1.1\n---\naccounts: {}",
      "inv.yaml:1:1: YAML directives (`%`) are not used. Every value here is plain text; write it out.",
    ],
    [
      "L02 a second document",
      "accounts: {}\n---\naccounts: {}",
      "inv.yaml:2:1: a second document begins here. Keep one, without `---`.",
    ],
    ["L02 a tab", "accounts:\n\ta: {}", "inv.yaml:2:1: a tab is used to indent. Use spaces."],
    ["an empty file", "# nothing\n", "inv.yaml: is empty. `inv levels --help` shows a configuration."],
    ["a list", "- till", "inv.yaml:1:1: the file has to be a mapping, `key: value`."],
    ["no accounts", "accounts: {}", "inv.yaml:1:11: `accounts:` names no account. `inv levels --help` shows one."],
    [
      "L04 a misspelt key at the top",
      "acounts: {}",
      "inv.yaml:1:1: the file has the unknown key `acounts`. Did you mean `accounts`?",
    ],
    [
      "L04 a misspelt option",
      `accounts: { a: { provider: loop, base_url: x, ${auth} } }`,
      "inv.yaml:1:34: accounts.a has the unknown key `base_url`. Did you mean `baseUrl`?",
    ],
    [
      "L04 a misspelt credential",
      'accounts: { a: { provider: loop, auth: { apikey: "${LOOP_API_KEY}" } } }',
      "inv.yaml:1:42: accounts.a.auth has the unknown key `apikey`. Did you mean `apiKey`?",
    ],
    [
      "L04 a merge key",
      "accounts: { a: { <<: { provider: loop } } }",
      "inv.yaml:1:16: accounts.a names no provider. The providers are fourthwall, loop.",
    ],
    [
      "no provider",
      "accounts: { a: { baseUrl: x } }",
      "inv.yaml:1:16: accounts.a names no provider. The providers are fourthwall, loop.",
    ],
    [
      "a misspelt provider",
      "accounts: { a: { provider: fourthwal } }",
      "inv.yaml:1:28: accounts.a.provider is none that is known here. Did you mean fourthwall?",
    ],
    [
      "C18 __proto__ as provider",
      "accounts: { a: { provider: __proto__ } }",
      "inv.yaml:1:28: accounts.a.provider is none that is known here. The providers are fourthwall, loop.",
    ],
    [
      "C18 a path as provider",
      "accounts: { a: { provider: ../loop } }",
      "inv.yaml:1:28: accounts.a.provider is none that is known here. The providers are fourthwall, loop.",
    ],
    [
      "L05 a variable that is not set",
      'accounts: { a: { provider: loop, auth: { apiKey: "${NOT_SET}" } } }',
      "inv.yaml:1:50: accounts.a.auth.apiKey: the variable NOT_SET is not set. Set it in the environment. It is made at https://pages.example/apiKey.",
    ],
    [
      "L05 a variable that is empty",
      `accounts: { a: { provider: loop, baseUrl: "\${EMPTY}", ${auth} } }`,
      "inv.yaml:1:43: accounts.a.baseUrl: the variable EMPTY is empty. Set it in the environment.",
    ],
    [
      "L05 a reference with a default",
      `accounts: { a: { provider: loop, baseUrl: "\${PORT:-80}", ${auth} } }`,
      "inv.yaml:1:43: accounts.a.baseUrl has a `${` that does not begin a reference like ${NAME} (letters, digits and _).",
    ],
    [
      "L07 a secret in the file",
      "accounts: { a: { provider: loop, auth: { apiKey: sk-live-1 } } }",
      'inv.yaml:1:50: accounts.a.auth.apiKey is a secret and stands in the file. Put it in the environment and write apiKey: "${LOOP_API_KEY}" here.',
    ],
    [
      "L07 a secret of which a part is in the file",
      'accounts: { a: { provider: loop, auth: { apiKey: "sk-live-${PORT}" } } }',
      'inv.yaml:1:50: accounts.a.auth.apiKey is a secret and stands in the file. Put it in the environment and write apiKey: "${LOOP_API_KEY}" here.',
    ],
    [
      "a credential that is missing",
      'accounts: { a: { provider: fourthwall, auth: { username: "kelp" } } }',
      'inv.yaml:1:46: accounts.a.auth lacks password. Add\n  password: "${FOURTHWALL_PASSWORD}"   made at https://pages.example/password',
    ],
    [
      "credentials that are all missing",
      "accounts: { a: { provider: fourthwall } }",
      'inv.yaml:1:16: accounts.a.auth lacks accessToken. Add\n  accessToken: "${FOURTHWALL_ACCESS_TOKEN}"   made at https://pages.example/accessToken\n  (or give username + password, or accessToken)',
    ],
    [
      "two ways of signing in",
      'accounts: { a: { provider: fourthwall, auth: { username: "kelp", password: "${FOURTHWALL_PASSWORD}", accessToken: "${PORT}" } } }',
      "inv.yaml:1:46: accounts.a.auth mixes ways of signing in. Give either username + password, or accessToken.",
    ],
    [
      "what the client refuses",
      `accounts: { a: { provider: loop, baseUrl: nowhere, ${auth} } }`,
      "inv.yaml:1:43: accounts.a: loop: baseUrl is not a URL.",
    ],
    [
      "a name that is none",
      `accounts: { "a\\nb": { provider: loop, ${auth} } }`,
      "inv.yaml:1:21: the account's name has to begin with a letter or digit and go on with letters, digits, `.`, `_` or `-`.",
    ],
  ])("%s is refused where it stands", async (_, text, problem) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  it("tells everything that is wrong at once", async () => {
    const text = "accounts:\n  a: { provider: loop }\n  b: { provider: looop }\n";
    expect(await problemsOf(text)).toHaveLength(2);
  });

  it.each([
    ["a literal secret", "auth: { apiKey: CANARY }"],
    ["a secret in place of a mapping", "auth: CANARY"],
    ["a secret as a key", "auth: { CANARY: x }"],
    ["a secret as a key without a value", "auth: { CANARY }"],
    ["a secret with an equals sign", "auth: { apiKey=CANARY }"],
    ["a list", "auth: [CANARY]"],
    ["a broken line", 'auth: { apiKey: "CANARY }'],
    ["a bad escape", 'auth: { apiKey: "\\qCANARY" }'],
    ["a tag", "auth: { apiKey: !CANARY x }"],
    ["a broken reference", 'auth: { apiKey: "${CANARY" }'],
    ["the key repeated", "auth: { apiKey: CANARY, apiKey: CANARY }"],
  ])("L01 L07 never shows what stands under auth: %s", async (_, line) => {
    const problems = await problemsOf(`accounts:\n  a:\n    provider: loop\n    ${line}\n`);
    expect(problems.join("\n")).not.toContain("CANARY");
  });

  it("L07 keeps back what a client says when it quotes a secret", async () => {
    expect(await problemsOf(`accounts: { a: { provider: loop, baseUrl: leaky, ${auth} } }`)).toEqual([
      "inv.yaml:1:43: accounts.a: loop refuses these options.",
    ]);
  });

  it("L08 refuses 100,000 levels of nesting", async () => {
    const problems = await problemsOf(`accounts: ${"[".repeat(100_000)}`);
    expect(problems).toHaveLength(1);
  });
});
