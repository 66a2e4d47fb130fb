import { SpecError } from "./error.ts";

const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface " +
    "let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);

// `then` would make `await import("@inv/…")` call it; the others are names of the generated module or of a package's entry.
const taken = new Set(["then", "call", "client", "input", "options", "credentials", "facts", "schema"]);

const pattern = /^[a-z][A-Za-z0-9]*$/;
const maxLength = 100;

/** `get-product-inventory` and `GetProductInventory` become `getProductInventory`, `include[]` becomes `include`. */
export function toCamelCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return words
    .map((word, index) => (index === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1))
    .join("");
}

/** `acme-pos` becomes `AcmePos`. */
export function toPascalCase(name: string): string {
  const camel = toCamelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

/** The name of an operation's function. */
export function toFunctionName(operationId: string, pointer: string): string {
  const name = checked(operationId, toCamelCase(plain(operationId, pointer)), pointer);
  if (taken.has(name))
    throw new SpecError(
      "name",
      pointer,
      `the function would be called ${name}, which the package uses itself; give the operation another operationId in the overlay.`,
    );
  return name;
}

/** The input field of a path, query or header parameter. */
export function toFieldName(parameter: string, pointer: string): string {
  return checked(parameter, toCamelCase(plain(parameter.replace(/\[\]$/, ""), pointer)), pointer);
}

/** A name that the document gives to an input field itself. */
export function checkFieldName(name: string, pointer: string): string {
  if (name.length > maxLength || !pattern.test(name))
    throw new SpecError(
      "name",
      pointer,
      `${quote(name)} cannot be the name of an input field; write it in camelCase, with letters and digits.`,
    );
  return checked(name, name, pointer);
}

/** The input field of a member of the body: the same name, if it can be written as `input.name`. */
export function checkBodyField(name: string, pointer: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || name.length > maxLength || reserved.has(name))
    throw new SpecError(
      "name",
      pointer,
      `${quote(name)} cannot be the name of an input field; rename it in the overlay or type the body without properties.`,
    );
  return name;
}

/** Only what can be read as words is mapped: a name that holds quotes, line breaks or the like is refused, not repaired. */
function plain(name: string, pointer: string): string {
  if (!/^[A-Za-z0-9_. /:-]+$/.test(name) || name.length > maxLength)
    throw new SpecError(
      "name",
      pointer,
      `${quote(name)} cannot be mapped to a name; use letters, digits, hyphens and underscores, or give a parameter an x-inv-name.`,
    );
  return name;
}

function checked(from: string, name: string, pointer: string): string {
  if (!pattern.test(name))
    throw new SpecError(
      "name",
      pointer,
      `${quote(from)} maps to ${quote(name)}, which is no identifier; start it with a letter.`,
    );
  if (reserved.has(name))
    throw new SpecError(
      "name",
      pointer,
      `${quote(from)} maps to the reserved word ${name}; choose another name in the overlay.`,
    );
  return name;
}

/** A name from a document, as it may stand in a message: short, on one line, nothing a terminal would act on. */
export function quote(name: string): string {
  const short = name.length > 60 ? `${name.slice(0, 60)}…` : name;
  return JSON.stringify(short).replaceAll(
    /[^\x20-\x7e…]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
