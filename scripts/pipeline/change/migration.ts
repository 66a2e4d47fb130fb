import ts from "typescript";
import { alternativesOf, literalOf, textOfType } from "./client-surface.ts";
import type { ClientFunction, ClientSurface, Member } from "./client-surface.ts";
import type { Difference, MemberDifference, Owner } from "./client-differences.ts";
import { pathText, resultsOf, usesOf } from "./client-words.ts";
import type { Versions } from "./client-words.ts";
import { toPascalCase } from "../names.ts";

/** How code looks that uses one version of a client, and how for the next. */
export interface Migration {
  readonly before: string;
  readonly after: string;
}

const maxType = 100;

// Names that the examples use themselves.
const taken = new Set(["client", "components", "item", "read", "result", "value"]);

/** Puts together what one example can show: the fields that one function, one type or the client takes. */
export function groupForExamples(versions: Versions, differences: readonly Difference[]): Difference[][] {
  const groups = new Map<string, Difference[]>();
  for (const [index, difference] of differences.entries()) {
    const owner = difference.kind === "member" ? difference.owner : undefined;
    const isTaken = owner !== undefined && takes(versions, owner);
    const key = isTaken ? JSON.stringify(owner) : String(index);
    groups.set(key, [...(groups.get(key) ?? []), difference]);
  }
  return [...groups.values()];
}

/**
 * What to change in code for a group of differences; undefined where no few lines can say it. Fields that a function needs
 * are given from variables of their names.
 */
export function toMigration(versions: Versions, [difference, ...more]: readonly Difference[]): Migration | undefined {
  if (difference === undefined) return undefined;
  const { provider, before, after } = versions;
  const from = `@inv/${provider}`;
  if (difference.kind === "member") {
    const { owner } = difference;
    if (!takes(versions, owner)) return ofReading(versions, difference);
    const shown = [difference, ...more].filter((each) => each.kind === "member");
    if (shown.some(({ path }) => path.length !== 1)) return undefined;
    if (owner.kind === "input") return ofInput(versions, shown, owner.name);
    return owner.kind === "schema" ? ofSchemaGiven(versions, shown, owner.name) : ofOptions(versions, shown);
  }
  const { name } = difference;
  if (difference.kind === "path") {
    const use = (path: string) =>
      `import type { paths } from "${from}";\n\ntype Path = paths[${JSON.stringify(path)}];`;
    return { before: use(difference.path), after: use(difference.now) };
  }
  const now = difference.state === "renamed" ? difference.now : undefined;
  if (difference.kind === "function") {
    const [old, next] = [before.functions.get(name), after.functions.get(now ?? "")];
    if (old === undefined) return undefined;
    return { before: call(from, old), after: next === undefined ? gone(name) : call(from, next) };
  }
  if (difference.kind === "schema") {
    if (!isPlain(name) || (now !== undefined && !isPlain(now))) return undefined;
    const use = (schema: string) => `${typesImport(from)}\ntype Value = ${schemaType(schema)};`;
    return { before: use(name), after: now === undefined ? gone(name) : use(now) };
  }
  const { status } = difference;
  const body = `ErrorBodies[${JSON.stringify(name)}][${/^\d+$/.test(status) ? status : JSON.stringify(status)}]`;
  return {
    before: `import type { ErrorBodies } from "${from}";\n\ntype Body = ${body};`,
    after: `// The body of ${name}'s error ${status} is not known any more.`,
  };
}

/** Whether what is there is given and never read. */
function takes(versions: Versions, owner: Owner): boolean {
  const { given, read } = usesOf(versions, owner);
  return given.length > 0 && read.length === 0;
}

function ofInput(
  { provider, before, after }: Versions,
  differences: readonly MemberDifference[],
  name: string,
): Migration | undefined {
  const now = after.functions.get(name);
  const old = before.functions.get(name) ?? [...before.functions.values()].find(({ route }) => route === now?.route);
  if (old === undefined || now === undefined) return undefined;
  const from = `@inv/${provider}`;
  return {
    before: call(from, old, shownOf(differences, "before")),
    after: call(from, now, shownOf(differences, "after")),
  };
}

function ofOptions(
  { provider, before, after }: Versions,
  differences: readonly MemberDifference[],
): Migration | undefined {
  const create = `create${toPascalCase(provider)}Client`;
  const [old, now] = [literalOf(before.options), literalOf(after.options)];
  if (old === undefined || now === undefined) return undefined;
  const use = (given: string) => `import { ${create} } from "@inv/${provider}";\n\nconst client = ${create}(${given});`;
  return {
    before: use(fields(old, shownOf(differences, "before"))),
    after: use(fields(now, shownOf(differences, "after"))),
  };
}

function ofSchemaGiven(
  { provider, before, after }: Versions,
  differences: readonly MemberDifference[],
  name: string,
): Migration | undefined {
  const [old, now] = [before, after].map(({ schemas }) => literalOf(schemas.get(name)));
  if (!isPlain(name) || old === undefined || now === undefined) return undefined;
  if (![...old.keys(), ...now.keys()].every(isPlain)) return undefined;
  const use = (given: string) => `${typesImport(`@inv/${provider}`)}\nconst value: ${schemaType(name)} = ${given};`;
  return {
    before: use(fields(old, shownOf(differences, "before"))),
    after: use(fields(now, shownOf(differences, "after"))),
  };
}

/** The fields in question; of those whose type changed, that type. */
function shownOf(differences: readonly MemberDifference[], version: "before" | "after"): Shown {
  return new Map(
    differences.map((difference) => [
      difference.path[0] ?? "",
      difference.state === "type" ? difference[version] : undefined,
    ]),
  );
}

/** Of what a function answers, or of a schema on its way. */
function ofReading(versions: Versions, difference: MemberDifference): Migration | undefined {
  const { before, after, path, state } = difference;
  const old = readingOf(versions, versions.before, difference, before);
  if (old === undefined) return undefined;
  if (state === "removed") return { before: old.code, after: `// ${old.value}${pathText(path, ".")} is gone.` };
  const now = readingOf(versions, versions.after, difference, after);
  return now === undefined ? undefined : { before: old.code, after: now.code };
}

function readingOf(
  versions: Versions,
  surface: ClientSurface,
  { owner, path, state }: MemberDifference,
  member: Member | undefined,
): { code: string; value: string } | undefined {
  const from = `@inv/${versions.provider}`;
  const [name] =
    owner.kind === "schema" ? resultsOf(versions, owner.name) : owner.kind === "result" ? [owner.name] : [];
  const use = name === undefined ? undefined : surface.functions.get(name);
  const root = owner.kind === "schema" ? surface.schemas.get(owner.name) : use?.result;
  const way = root === undefined ? undefined : wayTo(root, path);
  const type = way === undefined || member === undefined ? undefined : typeText(member, way.isUncertain);
  if (way === undefined || type === undefined) return undefined;
  const annotation = state === "removed" ? "" : `: ${type}`;
  const types = annotation.includes("components[") ? typesImport(from) : "";
  if (use !== undefined)
    return {
      value: "result",
      code: `${types}import { ${use.name} } from "${from}";\n\nconst result = await ${use.name}(${argumentsOf(use)});\nconst value${annotation} = result${way.expression};`,
    };
  if (owner.kind !== "schema" || !isPlain(owner.name)) return undefined;
  return {
    value: "item",
    code: `${typesImport(from)}\nconst read = (item: ${schemaType(owner.name)})${annotation} => item${way.expression};`,
  };
}

/** The expression for a member of a value, and whether it may end before it; undefined where it is one of several things. */
function wayTo(root: ts.TypeNode, path: readonly string[]): { expression: string; isUncertain: boolean } | undefined {
  let type: ts.TypeNode | undefined = root;
  let expression = "";
  let isUncertain = false;
  for (const name of path) {
    const all: ts.TypeNode[] = alternativesOf(type);
    const [only, ...more] = all.filter((each) => !isNothing(each));
    if (only === undefined || more.length > 0) return undefined;
    isUncertain ||= all.length > 1;
    if (name === "[]" && ts.isArrayTypeNode(only)) {
      expression += isUncertain ? "?.[0]" : "[0]";
      type = only.elementType;
      isUncertain = true;
      continue;
    }
    const member = literalOf(only)?.get(name);
    if (member === undefined) return undefined;
    const link = isUncertain ? "?." : isPlain(name) ? "." : "";
    expression += isPlain(name) ? `${link}${name}` : `${link}[${JSON.stringify(name)}]`;
    type = member.type;
    isUncertain ||= member.optional;
  }
  return { expression, isUncertain };
}

function isNothing(type: ts.TypeNode): boolean {
  return ["null", "undefined"].includes(textOfType(type));
}

function typeText({ type, optional }: Member, isUncertain: boolean): string | undefined {
  const text = textOfType(type);
  if (text.length > maxType || !/^[\x20-\x7e]*$/.test(text)) return undefined;
  return optional || isUncertain ? `${text} | undefined` : text;
}

type Shown = ReadonlyMap<string, Member | undefined>;

function call(from: string, use: ClientFunction, shown?: Shown): string {
  return `import { ${use.name} } from "${from}";\n\nawait ${use.name}(${argumentsOf(use, shown)});`;
}

function argumentsOf({ input }: ClientFunction, shown?: Shown): string {
  const given = fields(input, shown);
  return given === "{}" ? "client" : `client, ${given}`;
}

/** Those that have to be given, and those in question. */
function fields(members: ReadonlyMap<string, Member>, shown: Shown = new Map()): string {
  const given = [...members].filter(([name, { optional }]) => !optional || shown.has(name));
  const words = given.map(([name]) => {
    const value = taken.has(name) ? `${name}: ${name}Value` : name;
    const member = shown.get(name);
    const type = member === undefined ? undefined : typeText(member, false);
    return type === undefined || type.includes("*/") ? value : `${value} /* ${type} */`;
  });
  return words.length === 0 ? "{}" : `{ ${words.join(", ")} }`;
}

function typesImport(from: string): string {
  return `import type { components } from "${from}";\n`;
}

function schemaType(name: string): string {
  return `components["schemas"][${JSON.stringify(name)}]`;
}

function gone(name: string): string {
  return `// ${name} is gone, and nothing takes its place.`;
}

function isPlain(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}
