import { InvError } from "./errors.js";

/** One credential that a client needs, as its document declares it. */
export interface Credential {
  /** The client's option. */
  readonly option: string;
  /** The environment variable that conventionally holds it. */
  readonly variable: string;
  readonly secret: boolean;
  /** The page where it is made. */
  readonly page: string;
  /** The scope or permission that it needs, in the provider's words. */
  readonly scope?: string;
}

/** A provider's credentials by security scheme; those of any one scheme suffice. */
export type Credentials = Readonly<Record<string, readonly Credential[]>>;

/** A secret, or a function that gives it: asked once for every request, never kept. */
export type CredentialSource = string | (() => string | Promise<string>);

/**
 * Finds the one scheme whose credentials are given.
 *
 * @throws InvError `config` naming option and variable of what is missing, malformed or given twice; never its value
 */
export function chooseScheme(provider: string, credentials: Credentials, options: object): string {
  const schemes = Object.entries(credentials);
  const complete = schemes.filter(([, list]) => list.every(({ option }) => Reflect.get(options, option) !== undefined));
  const [chosen, second] = complete;
  if (chosen !== undefined && second === undefined) {
    for (const credential of chosen[1]) checkGiven(provider, credential, Reflect.get(options, credential.option));
    return chosen[0];
  }
  const ways = schemes.map(([, list]) => list.map(name).join(" and ")).join(", or ");
  if (second !== undefined) throw new InvError("config", `${provider}: give either ${ways}, not both`, { provider });
  const page = schemes[0]?.[1].find(({ secret }) => secret)?.page;
  const where = page === undefined ? "" : `; it is made at ${page}`;
  throw new InvError("config", `${provider}: credentials are missing: give ${ways}${where}`, { provider });
}

function name({ option, variable }: Credential): string {
  return `${option} (${variable})`;
}

function checkGiven(provider: string, credential: Credential, value: unknown): void {
  if (typeof value === "function" && credential.secret) return;
  const wrong = typeof value === "string" ? faultOf(value) : "is not a string";
  if (wrong !== undefined) throw new InvError("config", `${provider}: ${name(credential)} ${wrong}`, { provider });
}

function faultOf(value: string): string | undefined {
  if (value.trim() === "") return "is empty";
  if (value === "undefined" || value === "null") return `is the text "${value}": the variable was not set`;
  if (value.trim() !== value) return "begins or ends with white space or a line break";
  if (/^(["'`]).*\1$/s.test(value)) return "is in quotes; give it without them";
  if (hasControl(value)) return "has a line break or control character in it";
  return undefined;
}

function hasControl(value: string): boolean {
  for (let at = 0; at < value.length; at++)
    if (value.charCodeAt(at) < 0x20 || value.charCodeAt(at) === 0x7f) return true;
  return false;
}

/** What a signature or header is made for: one attempt, after every wait. */
export interface Attempt {
  readonly method: string;
  /** Exactly as it will be sent. */
  readonly url: string;
  readonly body: string | undefined;
  readonly headers: Headers;
  readonly signal: AbortSignal;
  /**
   * Waits until the rate budget of this client's scope has room for one more request, and counts it: to be asked before
   * a request of the authoriser's own, such as one for a token. It holds no place among the requests in flight. Absent:
   * there is no budget.
   */
  readonly pace?: ((signal: AbortSignal) => Promise<void>) | undefined;
}

/** Puts credentials on a request. */
export interface Authoriser {
  /** Sets the headers; what it returns stands for the credential that it used. */
  authorise(attempt: Attempt): void | string | Promise<void | string>;
  /** Told of a 401 for a credential that `authorise` returned; true when a new one may be had. */
  rejected?(used: string): boolean;
}

/** A key in a header of its own, or any header made of one secret. */
export function headerKey(header: string, source: CredentialSource, prefix = ""): Authoriser {
  return {
    async authorise({ headers }) {
      setHeader(headers, header, prefix + (await resolve(source)));
    },
  };
}

/**
 * Sets a header that holds a credential.
 *
 * @throws InvError `config`, without the value, for a character that a header cannot carry
 */
export function setHeader(headers: Headers, name: string, value: string): void {
  if (/[^\u0020-\u007e]/.test(value))
    throw new InvError("config", `the credential for ${name} has a character that a header cannot carry`);
  headers.set(name, value);
}

/** `Authorization: Bearer <token>`. */
export function bearer(source: CredentialSource): Authoriser {
  return headerKey("Authorization", source, "Bearer ");
}

/**
 * `Authorization: Basic …`, in UTF-8.
 *
 * @throws InvError `config` for a user name with a colon, which the scheme cannot carry
 */
export function basic(user: CredentialSource, password: CredentialSource): Authoriser {
  return {
    async authorise({ headers }) {
      const name = await resolve(user);
      if (name.includes(":")) throw new InvError("config", "a user name for basic authorisation cannot have a colon");
      headers.set("Authorization", `Basic ${base64(`${name}:${await resolve(password)}`)}`);
    },
  };
}

/**
 * The secret of this attempt.
 *
 * @throws InvError `config`, without the value, for what a function returned and cannot be a secret
 */
export async function resolve(source: CredentialSource): Promise<string> {
  if (typeof source === "string") return source;
  const value: unknown = await source();
  if (typeof value !== "string")
    throw new InvError("config", "a credential function returned something else than text");
  const wrong = faultOf(value);
  if (wrong !== undefined) throw new InvError("config", `what a credential function returned ${wrong}`);
  return value;
}

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}
