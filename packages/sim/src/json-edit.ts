import type { JsonChange } from "./plan.js";

/** Where a value stands in a JSON text, with its key if it has one. */
interface Place {
  /** Of the key, or of the value in a list. */
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
  /** As it is spelled, with its quotes; absent in a list and for the whole. */
  readonly key?: string;
}

/** The text with a change made to it, everything else left as it was; `undefined` when its pointer leads nowhere. */
export function editJson(text: string, change: JsonChange): string | undefined {
  const place = find(text, change.pointer);
  if (place === undefined) return undefined;
  const { start, valueStart, end, key } = place;
  const replace = (from: number, to: number, by: string) => text.slice(0, from) + by + text.slice(to);
  const value = text.slice(valueStart, end);
  switch (change.do) {
    case "set":
      return replace(valueStart, end, change.raw);
    case "nest":
      return replace(valueStart, end, `${"[".repeat(change.depth)}${value}${"]".repeat(change.depth)}`);
    case "rename":
      return key === undefined ? undefined : replace(start, valueStart, `${JSON.stringify(change.name)}:`);
    case "remove":
      if (change.pointer === "") return "";
      if (text[end] === ",") return replace(start, end + 1, "");
      return replace(text[start - 1] === "," ? start - 1 : start, end, "");
    case "duplicate": {
      const spelled = key === undefined ? "" : `${change.key ?? key}:`;
      return replace(end, end, `,${spelled}${change.raw ?? value}`);
    }
    case "add":
    default: {
      if (!value.startsWith("{")) return undefined;
      const comma = value === "{}" ? "" : ",";
      return replace(end - 1, end - 1, `${comma}${JSON.stringify(change.name)}:${change.raw}`);
    }
  }
}

function find(text: string, pointer: string): Place | undefined {
  let place: Place = { start: 0, valueStart: 0, end: text.length };
  for (const name of pointer.split("/").slice(1)) {
    const wanted = name.replaceAll("~1", "/").replaceAll("~0", "~");
    const next = membersOf(text, place.valueStart).find(({ label }) => label === wanted);
    if (next === undefined) return undefined;
    place = next.place;
  }
  return place;
}

/** The members of the object or list that begins there. The text is compact JSON: no white space between its parts. */
function membersOf(text: string, at: number): { label: string; place: Place }[] {
  const open = text[at];
  if (open !== "{" && open !== "[") return [];
  const found: { label: string; place: Place }[] = [];
  let position = at + 1;
  while (position < text.length && text[position] !== "}" && text[position] !== "]") {
    const start = position;
    if (open === "[") {
      position = endOf(text, start);
      found.push({ label: String(found.length), place: { start, valueStart: start, end: position } });
    } else {
      const keyEnd = endOf(text, start);
      const key = text.slice(start, keyEnd);
      position = endOf(text, keyEnd + 1);
      found.push({ label: String(JSON.parse(key)), place: { start, valueStart: keyEnd + 1, end: position, key } });
    }
    if (text[position] === ",") position += 1;
  }
  return found;
}

/** Where the value that begins there ends. */
function endOf(text: string, at: number): number {
  let depth = 0;
  for (let position = at; position < text.length; position++) {
    const character = text[position] ?? "";
    if (character === '"') position = endOfString(text, position);
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    if (depth < 0) return position;
    const next = text[position + 1] ?? "";
    if (depth === 0 && (next === "," || next === "}" || next === "]" || next === ":" || next === ""))
      return position + 1;
  }
  return text.length;
}

/** The position of its closing quote. */
function endOfString(text: string, at: number): number {
  let position = at + 1;
  while (position < text.length && text[position] !== '"') position += text[position] === "\\" ? 2 : 1;
  return position;
}
