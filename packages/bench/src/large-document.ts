import { readFileSync } from "node:fs";

import { copyObject, entriesOf, fromEntries, setOwn, toJsonText } from "@inv/scripts/pipeline/json.ts";
import { parseDocument } from "@inv/scripts/pipeline/read.ts";

/** A document of many operations: Zettle's five, again and again under paths and names of their own. */
export function largeDocument(operations = 1_200): ReturnType<typeof parseDocument> {
  const zettle = new URL("../../zettle/openapi.json", import.meta.url);
  const document = parseDocument(readFileSync(zettle, "utf8"), { name: "openapi.json", aliases: 0 });
  const paths = entriesOf(document, "paths");
  const many = Array.from({ length: operations / paths.length }, (_, copy) =>
    paths.map(([path, item]) => {
      const text = toJsonText(item).replaceAll(/"operationId": "(\w+)"/g, `"operationId": "$1Of${copy}"`);
      return [`/copy-${copy}${path}`, parseDocument(text, { name: "item.json", aliases: 0 })] as const;
    }),
  );
  const large = copyObject(document);
  setOwn(large, "paths", fromEntries(many.flat()));
  return large;
}
