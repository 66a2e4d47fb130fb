import { compareSurfaces, isBreaking } from "./client-differences.ts";
import type { Difference } from "./client-differences.ts";
import { readSurface } from "./client-surface.ts";
import { list, sayDifference, usesOf } from "./client-words.ts";
import type { Versions } from "./client-words.ts";
import type { Comparison } from "../compare/comparison.ts";
import { isTold, placeOf, sayChange } from "./change-words.ts";
import type { Documents } from "./change-words.ts";
import type { JsonObject } from "../json.ts";
import { groupForExamples, toMigration } from "./migration.ts";

const maxLines = 60;
const maxExamples = 20;

/** A document and the code that is generated from it, by path in its package. */
export interface Version {
  readonly document: JsonObject;
  readonly generated: ReadonlyMap<string, string>;
}

const heads = {
  major: "The provider changed its documentation, and code has to change with it.",
  minor: "The provider documents more than before.",
  patch: "The provider changed the words of its documentation.",
  none: "Nothing that a program notices.",
} as const;

/** What users of a client notice of a changed document, in Markdown, and for a major what they have to change. */
export function describeChange(provider: string, before: Version, after: Version, comparison: Comparison): string {
  const versions: Versions = {
    provider,
    before: readSurface(before.generated),
    after: readSurface(after.generated),
  };
  const documents = { before: before.document, after: after.document };
  const differences = [...compareSurfaces(versions.before, versions.after)].map((difference) => ({
    difference,
    isBreaking: isBreaking(
      difference,
      difference.kind === "member" ? usesOf(versions, difference.owner) : { given: [], read: [] },
    ),
  }));
  const sorted = differences.toSorted((one, other) => Number(other.isBreaking) - Number(one.isBreaking));
  const told = sorted.map(({ difference }) => difference);
  const lines = [
    ...new Set([
      ...told.map((each) => sayDifference(versions, each)),
      ...others(versions, documents, told, comparison),
    ]),
  ];
  const more = lines.length - maxLines;
  const breaking = comparison.bump === "major" ? sorted.filter((each) => each.isBreaking) : [];
  return [
    heads[comparison.bump],
    "",
    ...lines.slice(0, maxLines).map((line) => `- ${line}`),
    ...(more > 0 ? [`- And ${more} more.`] : []),
    ...examples(
      versions,
      breaking.map(({ difference }) => difference),
    ),
  ].join("\n");
}

/** What types do not carry: bounds, defaults, servers, security, words. */
function* others(
  versions: Versions,
  documents: Documents,
  told: readonly Difference[],
  { changes }: Comparison,
): Generator<string> {
  const words = new Set<string>();
  for (const change of changes) {
    const place = placeOf(versions, documents, change.pointer);
    const [, name = ""] = place.path;
    if (place.isWords && change.bump === "patch") words.add(name);
    else if (!isTold(told, place)) yield sayChange(place, change);
  }
  const named = [...words].filter((name) => name !== "");
  if (words.size > 0)
    yield named.length === 0
      ? "Other words in the documentation."
      : `Other words in the documentation of ${list(named)}.`;
}

function* examples(versions: Versions, breaking: readonly Difference[]): Generator<string> {
  const shown = groupForExamples(versions, breaking).flatMap((group) => {
    const migration = toMigration(versions, group);
    return migration === undefined || migration.before === migration.after ? [] : [{ group, migration }];
  });
  if (shown.length > 0) yield* ["", "What to change:"];
  for (const { group, migration } of shown.slice(0, maxExamples)) {
    yield* ["", group.map((difference) => sayDifference(versions, difference)).join(" "), ""];
    yield* ["```ts", "// before", migration.before, "```", "", "```ts", "// after", migration.after, "```"];
  }
}
