import { inspect } from "node:util";

/** A credential that must not show up anywhere, by what it is. */
export type Canaries = Readonly<Record<string, string>>;

/** The ways in which a secret can be written, all in lower case. */
export function formsOf(secret: string): Readonly<Record<string, string>> {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = [0, 1, 2].map((before) => base64Inside(bytes, before));
  const forms = {
    raw: secret,
    URL: encodeURIComponent(secret),
    "URL, twice": encodeURIComponent(encodeURIComponent(secret)),
    form: new URLSearchParams({ "": secret }).toString().slice(1),
    JSON: json,
    "JSON, twice": JSON.stringify(json).slice(1, -1),
    "unicode escapes": Array.from(bytes, (byte) => `\\u${byte.toString(16).padStart(4, "0")}`).join(""),
    "JSON pointer": secret.replaceAll("~", "~0").replaceAll("/", "~1"),
    "JSON pointer as JSON": JSON.stringify(secret.replaceAll("~", "~0").replaceAll("/", "~1")).slice(1, -1),
    inspected: inspect(secret).slice(1, -1),
    hex: bytes.toString("hex"),
    "hex with spaces": (bytes.toString("hex").match(/../g) ?? []).join(" "),
    bytes: bytes.join(","),
    "bytes with spaces": bytes.join(", "),
    ...Object.fromEntries(base64.map((text, before) => [`base64 after ${before} bytes`, text])),
    ...Object.fromEntries(
      base64.map((text, before) => [`base64url after ${before} bytes`, text.replaceAll("+", "-").replaceAll("/", "_")]),
    ),
  };
  return Object.fromEntries(Object.entries(forms).map(([form, text]) => [form, text.toLowerCase()]));
}

const known = new Map<string, readonly (readonly [form: string, text: string])[]>();

function formsKnown(secret: string): readonly (readonly [form: string, text: string])[] {
  const forms = known.get(secret) ?? Object.entries(formsOf(secret));
  known.set(secret, forms);
  return forms;
}

/** The characters of base64 that depend on these bytes alone when so many others, modulo three, come before them. */
function base64Inside(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

/** Which canaries a text holds, and in which form. Case does not matter. */
export function findCanaries(text: string, canaries: Canaries): readonly string[] {
  const lower = text.toLowerCase();
  return Object.entries(canaries).flatMap(([name, secret]) => {
    const found = formsKnown(secret).find(([, form]) => lower.includes(form));
    return found === undefined ? [] : [`${name} (${found[0]})`];
  });
}

/** Collects all that a library emits, in every way in which somebody may print it. */
export class Emissions {
  /** Where each text was first seen. */
  readonly #emitted = new Map<string, string>();

  /** Keeps a value: as text, inspected, as JSON, and for an error its message, stack, causes and properties. */
  add(where: string, value: unknown): void {
    const keep = (how: string, text: unknown) => {
      if (typeof text === "string" && !this.#emitted.has(text)) this.#emitted.set(text, `${where}, ${how}`);
    };
    if (typeof value === "string") {
      keep("text", value);
      return;
    }
    keep(
      "inspected",
      inspect(value, { depth: Infinity, maxArrayLength: null, maxStringLength: null, showHidden: false }),
    );
    keep(
      "JSON",
      attempt(() => JSON.stringify(value)),
    );
    keep(
      "string",
      attempt(() => String(value)),
    );
    if (!(value instanceof Error)) return;
    keep("message", value.message);
    keep("stack", value.stack);
    for (const name in value)
      keep(
        `property ${name}`,
        attempt(() => JSON.stringify(Reflect.get(value, name))),
      );
    if (value.cause !== undefined) this.add(`${where}, cause`, value.cause);
  }

  /** Every canary that was emitted, with where it was first and in which form. */
  leaks(canaries: Canaries): readonly string[] {
    // All at once first: there is nearly always nothing to find.
    if (findCanaries([...this.#emitted.keys()].join("\n"), canaries).length === 0) return [];
    return Array.from(this.#emitted, ([text, where]) =>
      findCanaries(text, canaries).map((leak) => `${where}: ${leak}`),
    ).flat();
  }

  get size(): number {
    return this.#emitted.size;
  }
}

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
