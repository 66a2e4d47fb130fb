import { SpecError } from "../error.ts";

/** The OpenAPI block of a documentation page. */
export interface Block {
  /** What lies between the fences, byte for byte. */
  readonly bytes: Uint8Array;
  /** The line of the page, counted from 1, on which the block begins. */
  readonly line: number;
  /** What the page says that the block describes. */
  readonly label: Label;
}

export type Label =
  | { readonly kind: "operation"; readonly method: string; readonly path: string }
  | { readonly kind: "webhook"; readonly name: string };

/** One fenced block of a Markdown page. */
export interface Fence {
  /** What follows the opening fence on its line. */
  readonly info: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** False where the page ends before the fence does. */
  readonly isClosed: boolean;
  readonly indent: number;
}

const methods = "get|put|post|delete|options|head|patch|trace";

/**
 * The one block of a page that holds a document, or nothing where there is none. All else on the page is passed over.
 *
 * @throws SpecError `page` with file and line where there are several, or the page ends inside of it
 */
export function findBlock(page: Uint8Array, name: string): Block | undefined {
  const found: { fence: Fence; label: Label }[] = [];
  // Latin-1 has one character for each byte, so places in the text are places in the file.
  for (const fence of listFences(Buffer.from(page).toString("latin1"))) {
    const label = toLabel(Buffer.from(fence.info, "latin1").toString("utf8"));
    if (label !== undefined) found.push({ fence, label });
  }
  const [first, ...more] = found;
  if (first === undefined) return undefined;
  const { fence, label } = first;
  const refuse = (message: string): never => {
    throw new SpecError("page", "", `${name}:${fence.line}: ${message}`);
  };
  if (!fence.isClosed) refuse("the block has no closing fence; fetch the whole page.");
  if (fence.indent > 0) refuse("the block is indented, so that it has no bytes of its own; take the document itself.");
  if (more.length > 0)
    refuse(
      `the page holds ${found.length} documents (lines ${found.map((each) => each.fence.line).join(", ")}); give each as a file.`,
    );
  return { bytes: page.slice(fence.start, fence.end), line: fence.line + 1, label };
}

/** Fences as Markdown has them: a longer one holds shorter ones as text. */
export function listFences(text: string): Fence[] {
  const fences: Fence[] = [];
  let open: { mark: string; info: string; line: number; start: number; indent: number } | undefined;
  let line = 0;
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf("\n", at);
    const next = newline === -1 ? text.length : newline + 1;
    const content = text.slice(at, next).replace(/\r?\n$/, "");
    line += 1;
    const [, indent = "", mark = "", info = ""] = /^( {0,3})(`{3,}|~{3,})(.*)$/.exec(content) ?? [];
    if (open === undefined) {
      if (mark !== "" && !(mark.startsWith("`") && info.includes("`")))
        open = { mark, info: info.trim(), line, start: next, indent: indent.length };
    } else if (mark.startsWith(open.mark) && info.trim() === "") {
      fences.push({ ...open, end: at, isClosed: true });
      open = undefined;
    }
    at = next;
  }
  if (open !== undefined) fences.push({ ...open, end: text.length, isClosed: false });
  return fences;
}

/** `yaml openapi.yaml POST /orders`, `json webhook order-made`: the language and a source may be missing. */
function toLabel(info: string): Label | undefined {
  const [, before = "", rest = ""] =
    new RegExp(`^(.*?)(?<!\\S)((?:${methods})\\s+/\\S*|webhook\\s+\\S.*)$`, "i").exec(info) ?? [];
  const [kind = "", ...words] = rest.split(/\s+/);
  const value = words.join(" ");
  if (value === "" || !isSource(before.trim())) return undefined;
  return kind.toLowerCase() === "webhook"
    ? { kind: "webhook", name: value }
    : { kind: "operation", method: kind.toLowerCase(), path: value };
}

/** A request that is shown (`http GET /orders`) is no document. */
function isSource(before: string): boolean {
  const [language = "", ...source] = before.split(/\s+/);
  return /^(|ya?ml|json|openapi)$/i.test(language) ? source.length <= 1 : /[./]/.test(language) && source.length === 0;
}

/** One heading of a page with the text up to the next heading, of whatever level. */
export interface Section {
  /** Empty for what stands before the first heading. */
  readonly heading: string;
  readonly text: string;
}

/** The sections of a Markdown page in order. Line ends and blanks at the end of a line make no difference. */
export function listSections(page: string): Section[] {
  const text = page.replace(/^\ufeff/, "").replaceAll(/\r\n?/g, "\n");
  const fences = listFences(text);
  const sections: { heading: string; lines: string[] }[] = [{ heading: "", lines: [] }];
  let at = 0;
  for (const raw of text.split("\n")) {
    const isCode = fences.some(({ start, end }) => at >= start && at < end);
    const line = raw.trimEnd();
    const section = sections.at(-1);
    const [, atx] = (isCode ? null : /^ {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?$/.exec(line)) ?? [];
    const above = section?.lines.at(-1) ?? "";
    if (atx !== undefined) sections.push({ heading: atx, lines: [] });
    else if (!isCode && /^ {0,3}(=+|-{2,})$/.test(line) && /^[^\s>|#`~*-]/.test(above)) {
      section?.lines.pop();
      sections.push({ heading: above, lines: [] });
    } else section?.lines.push(line);
    at += raw.length + 1;
  }
  return sections
    .map(({ heading, lines }) => ({ heading, text: lines.join("\n").trim() }))
    .filter(({ heading, text }) => heading !== "" || text !== "");
}

/** The JSON blocks of a Markdown page, each with the line on which it begins. */
export function listJsonExamples(page: string): { readonly line: number; readonly text: string }[] {
  const text = page.replaceAll(/\r\n?/g, "\n");
  return listFences(text)
    .filter(({ info }) => /^json5?(\s|$)/i.test(info) && toLabel(info) === undefined)
    .map(({ line, start, end }) => ({ line: line + 1, text: text.slice(start, end) }));
}

/** Whether these bytes are a web page and not the text of one. */
export function isHtml(bytes: Uint8Array): boolean {
  return /^\ufeff?\s*(<!--[^]*?-->\s*)?<(!doctype html|html|head|body)\b/i.test(
    Buffer.from(bytes.slice(0, 4096)).toString("utf8"),
  );
}
