import { expect, test } from "vitest";
import { toEffective } from "../pipeline/effective.ts";
import { generateFiles } from "../pipeline/emit/generated-files.ts";
import { adapterWork } from "../pipeline/change/hand-written.ts";
import type { JsonObject } from "../pipeline/json.ts";
import { folderWith } from "./pages.ts";
import { smallDocument } from "./support.ts";

const thing = "#/components/schemas/Thing/properties";
const versionOf = async (document: JsonObject) => ({
  document,
  generated: (await generateFiles("things", toEffective(document))).files,
});

test("an adapter's lines that read what is gone or of another type are work, the others are not", async () => {
  const before = smallDocument({ [`${thing}/count`]: { type: "string" }, [`${thing}/left`]: { type: "string" } });
  const after = smallDocument({ [`${thing}/count`]: { type: "boolean" } });
  const file = "packages/core/src/adapters/things.ts";
  const root = folderWith({ [file]: 'wire.at("name");\nwire.at("left");\n\nwire.at("count");\n' });
  expect(adapterWork(root, "things", await versionOf(before), await versionOf(after))).toEqual([
    { file, line: 2, message: '"left" is no longer in an answer.' },
    { file, line: 4, message: '"count" has another type in an answer.' },
  ]);
  expect(adapterWork(root, "things", await versionOf(after), await versionOf(after))).toEqual([]);
});
