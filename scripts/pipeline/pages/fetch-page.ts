import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { SpecError } from "../error.ts";
import { isHtml } from "./page.ts";

const maxBytes = 20 * 1024 * 1024;
const timeoutMs = 30_000;

/** Whether an argument is an address and not a file. */
export function isUrl(argument: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(argument);
}

/**
 * The bytes of a page. Redirects are not followed and web pages not taken: neither is the page that was asked for.
 *
 * @throws SpecError `page`, with what came instead; also for an address that is neither https nor this machine's
 */
export async function fetchPage(address: string): Promise<Uint8Array> {
  const refuse = (message: string, cause?: unknown): never => {
    throw new SpecError("page", "", `${address}: ${message}`, { cause });
  };
  const url = URL.canParse(address) ? new URL(address) : refuse("this is no address.");
  const isLoopback = url.protocol === "http:" && url.hostname === "127.0.0.1";
  const isNamed =
    /\.[a-z][a-z0-9-]*\.?$/i.test(url.hostname) && !/\.(localhost|local|internal)\.?$/i.test(url.hostname);
  if (!isLoopback && !(url.protocol === "https:" && isNamed))
    refuse("only https addresses of public hosts are fetched (and http://127.0.0.1).");
  if (url.username !== "" || url.password !== "") refuse("an address with credentials in it is not fetched.");
  try {
    const response = await fetch(url, {
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
      headers: { accept: "text/markdown, application/yaml, application/json, text/plain" },
    });
    const { status } = response;
    if (status >= 300 && status < 400) {
      await response.body?.cancel();
      refuse(`moved to ${response.headers.get("location") ?? "nowhere"} (${status}).`);
    }
    if (status !== 200) {
      await response.body?.cancel();
      refuse(`answered ${status}${status === 404 || status === 410 ? ": the page is gone" : ""}.`);
    }
    const bytes = await readBody(response, () => refuse(`is larger than ${maxBytes} bytes.`));
    if (isHtml(bytes) || /\bhtml\b/i.test(response.headers.get("content-type") ?? ""))
      refuse("this is HTML; give the address of the page's Markdown.");
    return bytes;
  } catch (error) {
    if (error instanceof SpecError) throw error;
    return refuse("could not be fetched.", error);
  }
}

async function readBody(response: Response, refuse: () => never): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes) refuse();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads a file that was given on the command line. */
export function readPage(file: string): Uint8Array {
  if (!existsSync(file) || !statSync(file).isFile()) throw new SpecError("page", "", `${file}: there is no such file.`);
  if (statSync(file).size > maxBytes) throw new SpecError("page", "", `${file}: is larger than ${maxBytes} bytes.`);
  return readFileSync(file);
}

/**
 * The file in a folder that holds a page: named as the page, with any ending, the provider's id may stand before it.
 *
 * @throws SpecError `page` where there is none, or several
 */
export function findPage(folder: string, provider: string, page: string): string {
  const wanted = stem(page);
  const found = readdirSync(folder).filter((name) => [wanted, `${provider}-${wanted}`].includes(stem(name)));
  const [file, ...more] = found;
  if (file === undefined) throw new SpecError("page", "", `${page}: no file in the folder is named ${wanted}.`);
  if (more.length > 0) throw new SpecError("page", "", `${page}: could be any of ${found.join(", ")} in the folder.`);
  return join(folder, file);
}

/** `https://…/get-order.md` and `pages/get-order.md` are both `get-order`. */
export function stem(page: string): string {
  const path = isUrl(page) ? new URL(page).pathname : page;
  return basename(path.replaceAll("\\", "/")).replace(/(\.(mdx?|markdown|txt|ya?ml|json))+$/i, "");
}
