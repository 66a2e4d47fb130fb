import { SpecError } from "./error.ts";
import type { Credential } from "./extensions.ts";
import type { Model, OperationModel } from "./model.ts";
import { toMarkdownCode, toMarkdownText } from "./text.ts";

/** The README of a package with its generated sections written anew; `name` is what the file is called in messages. */
export function updateReadme(readme: string, model: Model, name: string): string {
  const sections = [
    ["operations", operationsSection(model)],
    ["credentials", credentialsSection(model)],
  ] as const;
  return sections.reduce((text, [section, content]) => replaceSection(text, section, content, name), readme);
}

/** A text with what stands between two markers written anew; `name` is what the file is called in messages. */
export function replaceSection(text: string, section: string, content: string, name: string): string {
  const open = `<!-- generated:${section} -->`;
  const close = `<!-- /generated:${section} -->`;
  const [before = "", inner, ...more] = text.split(open);
  const [, after, ...rest] = inner?.split(close) ?? [];
  if (inner === undefined || after === undefined || more.length > 0 || rest.length > 0)
    throw new SpecError(
      "readme",
      "",
      `${name} needs the markers ${open} and ${close}, once each and in this order, on lines of their own.`,
    );
  return `${before}${open}\n\n${content}\n\n${close}${after}`;
}

function operationsSection({ operations }: Model): string {
  return table(["Function", "Method and path", "Evidence"], operations.map(operationRow));
}

function operationRow({ name, method, path }: OperationModel): string[] {
  // None has been seen live: the document is all the evidence there is.
  return [toMarkdownCode(name), toMarkdownCode(`${method} ${path}`), "documented"];
}

function credentialsSection(model: Model): string {
  const { schemes } = model;
  if (schemes.length === 0) return "None: the provider asks for no credential.";
  const ways = schemes.map(({ credentials }) => credentials.map(({ option }) => `\`${option}\``).join(" and "));
  const choice = ways.length > 1 ? [`Give either ${ways.join(", or ")}.`] : [];
  // What two ways to authorise share is told once.
  const rows = new Map(
    schemes
      .flatMap(({ credentials }) => credentials)
      .map(credentialRow)
      .map((row) => [row.join(), row]),
  );
  return [
    ...choice,
    table(["Option", "Variable", "Secret", "Where it is made", "Scope"], [...rows.values()]),
    ...unauthorized(model),
  ].join("\n\n");
}

function credentialRow({ option, variable, secret, page, scope = "" }: Credential): string[] {
  const { hostname, href } = new URL(page);
  const link = `[${hostname}](${href.replaceAll("(", "%28").replaceAll(")", "%29")})`;
  return [`\`${option}\``, `\`${variable}\``, secret ? "yes" : "no", link, scope === "" ? "" : toMarkdownCode(scope)];
}

/** What a 401 means, in the document's words, if it says more than the name of the status. */
function unauthorized({ operations }: Model): string[] {
  const texts = operations.flatMap(({ failures }) =>
    failures.filter(({ status }) => status === "401").map(({ description }) => description.trim()),
  );
  const text = texts.find((description) => description !== "" && !/^unauthori[sz]ed\.?$/i.test(description));
  if (text === undefined) return [];
  const [first = ""] = text.split(/\n\s*\n/);
  return [`A 401 means: ${toMarkdownText(first)}`];
}

/** A table in Markdown; its cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
