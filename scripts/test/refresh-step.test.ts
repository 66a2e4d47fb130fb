import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../pipeline/command.ts";
import { listOf, own, textOf } from "../pipeline/json.ts";
import { parseDocument } from "../pipeline/read.ts";
import { folderWith } from "./pages.ts";

// The step of refresh.yml that decides what is proposed, with a stand-in for npm that writes and prints what it is told.

const workflow = parseDocument(readFileSync(join(root, ".github/workflows/refresh.yml")), {
  name: "refresh.yml",
  aliases: 0,
});
const steps = listOf(own(own(workflow, "jobs"), "read"), "steps");
const script = textOf(
  steps.find((step) => textOf(step, "name") === "Refresh"),
  "run",
);

/** What one verb does. */
interface Answer {
  readonly code: number;
  readonly prints?: string;
  readonly warns?: string;
  /** Commands of the shell. */
  readonly writes?: string;
}

/** Runs the step; each verb of `npm run spec` does what it is told, and any other is a fault. */
function propose(answers: Readonly<Record<string, Answer>>, isVendored = true) {
  const folder = folderWith({
    "repository/specs/acme/SOURCE.md": "",
    ...(isVendored ? { "repository/specs/acme/upstream/a.yaml": "old\n" } : {}),
    "repository/other.md": "old\n",
    ...Object.fromEntries(
      Object.entries(answers).map(([verb, { code, prints = "", warns = "", writes = "" }]) => [
        `answers/${verb.replaceAll(" ", "_")}`,
        `printf '${prints}'; printf '${warns}' >&2; printf new >other.md\n${writes}\nexit ${code}\n`,
      ]),
    ),
    "bin/npm":
      '#!/bin/sh\nshift 4\nverb="$1"; shift; shift\n. "$ANSWERS/$(echo "$verb $*" | sed "s/ *$//; s/ /_/g")"\n',
  });
  chmodSync(join(folder, "bin/npm"), 0o755);
  const cwd = join(folder, "repository");
  const environment = {
    ...process.env,
    PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter),
    GIT_CONFIG_GLOBAL: "/dev/null",
    RUNNER_TEMP: folder,
    ANSWERS: join(folder, "answers"),
    PROVIDER: "acme",
  };
  const bash = (text: string) => spawnSync("bash", ["-e", "-c", text], { cwd, env: environment, encoding: "utf8" });
  bash("git init --quiet && git add --all && git -c user.name=a -c user.email=a@example.com commit --quiet -m a");
  const { status } = bash(script);
  const read = (name: string) => {
    const path = join(folder, "proposal", name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  return { status, patch: read("changes.patch"), body: read("body.md") };
}

const taken = "printf new >specs/acme/upstream/a.yaml";
const changed = {
  code: 0,
  prints: "changed\\n",
  writes: `${taken}; mkdir .changeset; printf minor >.changeset/acme-document.md`,
};

// The step runs on Linux; a Windows without Git has no bash.
describe.skipIf(process.platform === "win32")("refresh.yml", () => {
  test("proposes what change wrote of this provider, with what diff says and what change printed", () => {
    const diff = { code: 0, prints: "## minor\\n" };
    const { status, patch, body } = propose({ "change --refresh": changed, "diff --format markdown": diff });
    expect(status).toBe(0);
    expect(patch).toMatch(/^diff --git a\/\.changeset\/acme-document\.md [^]*\n\+new\n/);
    expect(patch).not.toContain("other.md");
    expect(body).toBe("## minor\n\n\n    changed\n");
  });

  test("proposes what leaves work for a person too", () => {
    const answers = { "change --refresh": { ...changed, code: 7 }, "diff --format markdown": { code: 0 } };
    expect(propose(answers)).toMatchObject({ status: 0, patch: expect.stringContaining("+new") });
  });

  test("proposes nothing where nothing has changed", () => {
    expect(propose({ "change --refresh": { code: 0, prints: "unchanged\\n" } })).toEqual({ status: 0 });
  });

  test("says why there is nothing to compare with before the first release", () => {
    const diff = { code: 1, warns: "never published\\n" };
    const { body } = propose({ "change --refresh": changed, "diff --format markdown": diff });
    expect(body).toBe("\n\n    changed\n    never published\n");
  });

  test("proposes the new document alone where change refuses it", () => {
    const refused = { code: 1, warns: "no match\\n" };
    const answers = { "change --refresh": refused, "refresh --write": { code: 0, prints: "taken\\n", writes: taken } };
    expect(propose(answers)).toEqual({
      status: 0,
      patch: expect.stringContaining("+new"),
      body: "    no match\n    taken\n",
    });
  });

  test("fails where change refuses what has not changed", () => {
    const answers = { "change --refresh": { code: 1 }, "refresh --write": { code: 0 } };
    expect(propose(answers)).toEqual({ status: 1 });
  });

  test("fails where the tree does not hold without any change", () => {
    expect(propose({ "change --refresh": { code: 7 } })).toEqual({ status: 7 });
  });

  test("fails where nothing can be told", () => {
    expect(propose({ "change --refresh": { code: 3 } })).toEqual({ status: 3 });
    expect(propose({ refresh: { code: 3 } }, false)).toEqual({ status: 3 });
  });

  test("proposes that a person read the page of a hand-written document, without a file", () => {
    const read = propose({ refresh: { code: 7, prints: "read this\\n" } }, false);
    expect(read).toEqual({ status: 0, patch: "", body: "    read this\n" });
    expect(propose({ refresh: { code: 0 } }, false)).toEqual({ status: 0 });
  });

  test("writes a text that GitHub takes", () => {
    const answers = {
      "change --refresh": { ...changed, writes: `printf "%070000d" 7; ${changed.writes}` },
      "diff --format markdown": { code: 0, writes: `printf "%059000d" 7` },
    };
    const { length } = propose(answers).body ?? "";
    expect(length).toBeGreaterThan(59_000);
    expect(length).toBeLessThan(65_536);
  });
});
