import { alternativesOf, reachedBy, schemaNamed, textOfType } from "./client-surface.ts";
import type { ClientSurface, Member } from "./client-surface.ts";
import { toPascalCase } from "../names.ts";
import type { Difference, MemberDifference, Owner, Uses } from "./client-differences.ts";

const maxType = 80;
const maxNames = 4;

/** Two versions of a provider's client. */
export interface Versions {
  readonly provider: string;
  readonly before: ClientSurface;
  readonly after: ClientSurface;
}

/** Names or code of a document within a line of Markdown. */
export function code(text: string): string {
  const plain = text.replaceAll(/[\p{C}\s]+/gu, " ").trim();
  const ticks = "`".repeat(Math.max(0, ...Array.from(plain.matchAll(/`+/g), ([run]) => run.length)) + 1);
  return ticks.length === 1 ? `\`${plain}\`` : `${ticks} ${plain} ${ticks}`;
}

/** The functions that take or answer with what changed, in the earlier version or the later. */
export function usesOf({ before, after }: Versions, owner: Owner): Uses {
  if (owner.kind === "input") return { given: [owner.name], read: [] };
  if (owner.kind === "options") return { given: ["options"], read: [] };
  if (owner.kind !== "schema") return { given: [], read: [owner.name] };
  const [given, read] = [new Set<string>(), new Set<string>()];
  for (const { functions, schemas } of [before, after])
    for (const { name, input, result, errors } of functions.values()) {
      const reaches = (type: Member["type"] | undefined) => reachedBy(type, schemas).has(owner.name);
      if ([...input.values()].some(({ type }) => reaches(type))) given.add(name);
      if (reaches(result) || [...errors.values()].some(({ type }) => reaches(type))) read.add(name);
    }
  return { given: [...given], read: [...read] };
}

/** What users of the client notice, in one sentence. */
export function sayDifference(versions: Versions, difference: Difference): string {
  if (difference.kind === "member") return sayMember(versions, difference);
  const name = code(difference.name);
  if (difference.kind === "path")
    return `The path of ${name} is ${code(difference.now)} now, not ${code(difference.path)}.`;
  const subject = { function: name, schema: `The type ${name}`, status: "" }[difference.kind];
  if (difference.kind === "status")
    return difference.state === "added"
      ? `The body of ${name}'s error ${code(difference.status)} has a type now.`
      : `The body of ${name}'s error ${code(difference.status)} has no type any more.`;
  if (difference.state === "renamed") return `${subject} is called ${code(difference.now)} now.`;
  return `${subject} is ${difference.state === "added" ? "new" : "gone"}.`;
}

function sayMember(versions: Versions, { state, owner, path, before, after }: MemberDifference): string {
  const subject = subjectOf(versions, owner);
  const field = code(pathText(path));
  const { given, read } = usesOf(versions, owner);
  const isGiven = given.length > 0 && read.length === 0;
  if (state === "removed") return `${subject} no longer ${isGiven ? "takes" : "has"} ${field}.`;
  if (state === "required") return `${subject} ${isGiven ? "needs" : "always has"} ${field} now.`;
  if (state === "optional")
    return isGiven ? `${subject} no longer needs ${field}.` : `${subject} may lack ${field} now.`;
  if (state === "added") {
    if (!isGiven) return `${subject} has a new field ${field}.`;
    const isOptional = after?.optional === true;
    return `${subject} ${isOptional ? "takes a further optional" : "needs a further"} field ${field}.`;
  }
  const [from, to] = [before, after].map((member) => (member === undefined ? "" : textOfType(member.type)));
  const what = path.length === 0 ? subject : `${subject}: ${field}`;
  if (from === undefined || to === undefined || Math.max(from.length, to.length) > maxType)
    return `${what} has another type now.`;
  return `${what} is ${code(to)} now, not ${code(from)}.`;
}

/** What a member belongs to, as users call it. */
export function subjectOf(versions: Versions, owner: Owner): string {
  if (owner.kind === "options") return clientOf(versions);
  if (owner.kind === "input") return code(owner.name);
  if (owner.kind === "result") return `${code(owner.name)}'s result`;
  if (owner.kind === "error") return `The body of ${code(owner.name)}'s error ${code(owner.status)}`;
  const direct = resultsOf(versions, owner.name);
  if (direct.length > 0) return `The result of ${list(direct)}`;
  const { given, read } = current(versions, usesOf(versions, owner));
  const places = [
    ...(read.length > 0 ? [`in what ${list(read)} answer${read.length === 1 ? "s" : ""}`] : []),
    ...(given.length > 0 ? [`given to ${list(given)}`] : []),
  ];
  return `${code(owner.name)}${places.length === 0 ? "" : ` (${places.join(", ")})`}`;
}

/** Without functions that are gone, as long as there are others. */
function current({ after }: Versions, { given, read }: Uses): Uses {
  const [givenNow, readNow] = [given, read].map((names) => names.filter((name) => after.functions.has(name)));
  return (givenNow?.length ?? 0) + (readNow?.length ?? 0) === 0
    ? { given, read }
    : { given: givenNow ?? [], read: readNow ?? [] };
}

/** The function that makes a client. */
export function clientOf({ provider }: Versions): string {
  return code(`create${toPascalCase(provider)}Client`);
}

/** The functions whose result is this schema and nothing else, in both versions. */
export function resultsOf({ before, after }: Versions, schema: string): string[] {
  return [...after.functions.values()]
    .filter(({ name, result }) =>
      [result, before.functions.get(name)?.result].every(
        (type) => type !== undefined && alternativesOf(type).length === 1 && schemaNamed(type) === schema,
      ),
    )
    .map(({ name }) => name);
}

export function list(names: readonly string[]): string {
  const shown = names.slice(0, maxNames).map(code);
  const rest = names.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest} more`] : shown;
  const last = all.pop() ?? "";
  return all.length === 0 ? last : `${all.join(", ")} and ${last}`;
}

/** `rows[].name`; what stands before the first name may be given. */
export function pathText(path: readonly string[], first = ""): string {
  return path
    .map((name, index) => {
      if (name === "[]") return name;
      if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `[${JSON.stringify(name)}]`;
      return `${index === 0 ? first : "."}${name}`;
    })
    .join("");
}
