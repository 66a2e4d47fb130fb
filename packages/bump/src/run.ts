import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { bump } from "./bump.js";
import type { Acceptance } from "./bump.js";
import { bumpDeclarations } from "./declarations.js";
import { format, formats } from "./format.js";
import { readDeclarations } from "./read-declarations.js";
import { BumpError } from "./read.js";

export interface Output {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

const usage = `Usage: bump OLD NEW [--format table|json|markdown] [--accept POINTER --why TEXT]...
       bump --declarations OLD_ENTRY NEW_ENTRY [--format table|json|markdown]

Says which semver bump a changed OpenAPI document means for programs that use its client.
--accept takes a change that only a person can judge as harmless; every one needs its --why.
--declarations compares two TypeScript packages instead: the .d.ts files that programs import.
`;

/** Runs the command; 0, or 2 for a command line, document or declarations that cannot be understood. */
export function run(args: readonly string[], { stdout, stderr }: Output): number {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        format: { type: "string", default: "table" },
        accept: { type: "string", multiple: true, default: [] },
        why: { type: "string", multiple: true, default: [] },
        declarations: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      stdout(usage);
      return 0;
    }
    const [old, now, ...more] = positionals;
    const as = formats.find((name) => name === values.format);
    if (old === undefined || now === undefined || more.length > 0)
      throw new BumpError(`name an old and a new ${values.declarations ? ".d.ts file" : "document"}.`);
    if (as === undefined) throw new BumpError(`--format is one of ${formats.join(", ")}.`);
    if (values.accept.length !== values.why.length) throw new BumpError("every --accept needs its --why.");
    if (values.declarations) {
      if (values.accept.length > 0) throw new BumpError("nothing of declarations is a question that can be accepted.");
      stdout(format(bumpDeclarations(readDeclarations(old), readDeclarations(now)), as));
      return 0;
    }
    const accept = values.accept.map((pointer, index): Acceptance => ({ pointer, why: values.why[index] ?? "" }));
    stdout(format(bump(readFileSync(old, "utf8"), readFileSync(now, "utf8"), { accept }), as));
    return 0;
  } catch (error) {
    stderr(`bump: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
}
