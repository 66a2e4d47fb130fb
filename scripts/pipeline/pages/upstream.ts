import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseVendored, sha256 } from "./source-file.ts";

/** How a provider's `upstream/` differs from what `SOURCE.md` says that was taken, one line each. */
export function compareUpstream(root: string, provider: string): string[] {
  const folder = `specs/${provider}/upstream`;
  if (!existsSync(join(root, folder))) return [];
  const source = `specs/${provider}/SOURCE.md`;
  const text = existsSync(join(root, source)) ? readFileSync(join(root, source), "utf8") : "";
  const hashes = new Map(parseVendored(text, source).map(({ file, blockSha256 }) => [file, blockSha256]));
  const files = readdirSync(join(root, folder));
  return [
    ...files.flatMap((file) => {
      const hash = hashes.get(file);
      if (hash === undefined) return [`${folder}/${file} is not in ${source}`];
      return sha256(readFileSync(join(root, folder, file))) === hash
        ? []
        : [`${folder}/${file} is not as it was taken`];
    }),
    ...[...hashes.keys()].filter((file) => !files.includes(file)).map((file) => `${folder}/${file} is missing`),
  ];
}
