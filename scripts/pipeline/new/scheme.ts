import { SpecError } from "../error.ts";
import type { Credential } from "../extensions.ts";
import { child, entriesOf, listOf, own, textOf } from "../json.ts";
import type { JsonObject } from "../json.ts";
import type { Model } from "../model.ts";
import { quote } from "../names.ts";
import { deref } from "../references.ts";

/** One way to authorise, as the new client does it. */
export interface Scheme {
  readonly name: string;
  readonly credentials: readonly Credential[];
  /** The function of the transport that does it. */
  readonly authoriser: "headerKey" | "bearer" | "basic";
  /** The header that it sets. */
  readonly header: string;
  /** An option that no other scheme has. */
  readonly mark: string;
}

/**
 * The ways to authorise that a client can be made for.
 *
 * @throws SpecError `security` for one that the transport has no function for, and for two that are needed at once
 */
export function schemesOf({ document, operations, schemes }: Model): readonly Scheme[] {
  for (const { node, pointer } of operations)
    for (const requirement of listOf(node, "security").length > 0
      ? listOf(node, "security")
      : listOf(document, "security"))
      if (Object.keys(requirement ?? {}).length > 1)
        throw new SpecError(
          "security",
          child(pointer, "security"),
          "several credentials are needed at once, which no client is made for; take the operation out with --operations.",
        );
  if (schemes.length === 0)
    throw new SpecError(
      "security",
      "#/components/securitySchemes",
      "no way to authorise says where its credential comes from (x-inv-credential); no client can be made.",
    );
  const declared = new Map(entriesOf(own(document, "components"), "securitySchemes"));
  return schemes.map(({ name, credentials }) => {
    const pointer = child("#/components/securitySchemes", name);
    const others = schemes.filter((each) => each.name !== name).flatMap((each) => each.credentials);
    const own = credentials.map(({ option }) => option);
    const mark = own.find((option) => others.every((other) => other.option !== option));
    if (mark === undefined)
      throw new SpecError(
        "security",
        pointer,
        `${quote(name)} has no option of its own; give it one in x-inv-credential.`,
      );
    return {
      name,
      credentials,
      mark,
      ...authoriserOf(deref(document, declared.get(name), pointer).node, credentials, pointer),
    };
  });
}

/** Whether one scheme alone is enough for an operation. */
export function suffices({ name }: Scheme, document: JsonObject, operation: JsonObject): boolean {
  const requirements = own(operation, "security") === undefined ? document : operation;
  return listOf(requirements, "security").some((requirement) => own(requirement, name) !== undefined);
}

function authoriserOf(
  scheme: JsonObject,
  { length }: readonly Credential[],
  pointer: string,
): Pick<Scheme, "authoriser" | "header"> {
  const type = textOf(scheme, "type");
  const name = textOf(scheme, "name");
  const isBasic = type === "http" && /^basic$/i.test(textOf(scheme, "scheme"));
  if (isBasic && length === 2) return { authoriser: "basic", header: "Authorization" };
  if (length === 1 && type === "apiKey" && textOf(scheme, "in") === "header" && /^[A-Za-z][A-Za-z0-9_-]*$/.test(name))
    return { authoriser: "headerKey", header: name };
  const isBearer = type === "http" && /^bearer$/i.test(textOf(scheme, "scheme"));
  if (length === 1 && (isBearer || type === "oauth2" || type === "openIdConnect"))
    return { authoriser: "bearer", header: "Authorization" };
  throw new SpecError(
    "security",
    pointer,
    "clients are made for a key in a header, a bearer token and basic authorisation only; take the operations that need this one out with --operations.",
  );
}
