import { SpecError } from "../error.ts";
import { child, copy, entriesOf, isObject, listOf, own, setOwn, textOf } from "../json.ts";
import type { Json, JsonObject } from "../json.ts";
import { quote, toCamelCase } from "../names.ts";
import type { Draft } from "./draft.ts";
import type { Place } from "./operations.ts";
import { deref } from "../references.ts";

interface Value {
  readonly option: string;
  readonly secret: boolean;
}

const at = "#/components/securitySchemes";
const address = /^https:\/\/[^\s"'<>`\\|]+$/;

/** Sees to it that every operation needs a credential that the client can send, and that each says where it is made. */
export function correctSecurity(
  draft: Draft,
  places: readonly Place[],
  refuse: (place: Place, error: SpecError) => void,
): void {
  draft.begin("Credentials");
  const schemes = new Map(
    entriesOf(own(draft.document, "components"), "securitySchemes").map(([name, raw]) => [
      name,
      valuesOf(deref(draft.document, raw, child(at, name)).node),
    ]),
  );
  const usable = [...schemes].filter(([, values]) => values !== undefined).map(([name]) => name);
  const used = new Set<string>();
  const bare: Place[] = [];
  for (const place of places) {
    const requirements = own(place.node, "security") ?? own(draft.document, "security");
    const alternatives = Array.isArray(requirements) ? requirements : [];
    const named = alternatives.filter((each) => isObject(each) && Object.keys(each).length > 0);
    if (named.length === 0) {
      bare.push(place);
      continue;
    }
    const kept = named.filter((each) => isUsable(each, schemes));
    if (kept.length === 0) {
      const names = named.map((each) => Object.keys(Object(each)).map(quote).join(" and ")).join(", ");
      const message = `It needs ${names}, and only one API key in a header, HTTP basic or bearer, or OAuth can be sent.`;
      refuse(place, new SpecError("security", child(place.pointer, "security"), message));
      continue;
    }
    for (const each of kept) for (const name of Object.keys(Object(each))) used.add(name);
    if (kept.length < alternatives.length && own(place.node, "security") !== undefined)
      draft.replace(
        child(place.pointer, "security"),
        kept.map(copy),
        "What the client cannot send, or nothing at all, is no alternative.",
      );
    else if (kept.length < alternatives.length)
      draft.update(
        place.pointer,
        { security: kept.map(copy) },
        "What the client cannot send, or nothing at all, is no alternative.",
      );
  }
  if (bare.length > 0) for (const name of assume(draft, bare, places, usable)) used.add(name);
  nameCredentials(draft, used);
}

function isUsable(requirement: Json, schemes: ReadonlyMap<string, readonly Value[] | undefined>): boolean {
  const names = Object.keys(isObject(requirement) ? requirement : {});
  return names.length === 1 && names.every((name) => schemes.get(name) !== undefined);
}

/** What the caller brings for a scheme; undefined where the client cannot send it. */
function valuesOf(scheme: JsonObject): readonly Value[] | undefined {
  const type = textOf(scheme, "type");
  if (type === "apiKey") return textOf(scheme, "in") === "header" ? [{ option: "apiKey", secret: true }] : undefined;
  if (type === "oauth2" || type === "openIdConnect") return [{ option: "accessToken", secret: true }];
  if (type !== "http") return undefined;
  const kind = textOf(scheme, "scheme").toLowerCase();
  if (kind === "bearer") return [{ option: "token", secret: true }];
  if (kind !== "basic") return undefined;
  return [
    { option: "username", secret: false },
    { option: "password", secret: true },
  ];
}

/** Operations that name no credential get those that the document describes; where it describes none, one is assumed. */
function assume(
  draft: Draft,
  bare: readonly Place[],
  places: readonly Place[],
  usable: readonly string[],
): readonly string[] {
  const names = usable.length > 0 ? usable : [assumedScheme(draft)];
  const security = names.map((name) => {
    const requirement: JsonObject = {};
    setOwn(requirement, name, []);
    return requirement;
  });
  const described = usable.length > 0 ? "those that the document describes" : "the assumed one";
  const isAll = bare.length === places.length && bare.every(({ node }) => own(node, "security") === undefined);
  const reason = `No credential is named. Assumed: ${described}; no operation is called without one.`;
  if (isAll) draft.replace("#/security", security, reason);
  else for (const place of bare) draft.replace(child(place.pointer, "security"), security.map(copy), reason);
  const which = bare.length === 1 ? (bare[0]?.key ?? "") : `${bare.length} operations (${bare[0]?.key}, …)`;
  if (usable.length > 0)
    draft.note(`The document names no credential for ${which}: is it ${names.map(quote).join(" or ")}?`);
  return names;
}

function assumedScheme(draft: Draft): string {
  const name = "assumed";
  draft.update(
    "#",
    {
      components: {
        securitySchemes: {
          [name]: {
            type: "apiKey",
            in: "header",
            name: "Authorization",
            description:
              "Assumed: the document does not say how to sign in. The whole value of the header Authorization.",
          },
        },
      },
    },
    "The document does not say how to sign in. Assumed: a value in the header Authorization, which the caller gives as a whole.",
  );
  draft.note(
    "The document does not say how to sign in. A value in the header Authorization is assumed: read the provider's pages, then correct components.securitySchemes.",
  );
  return name;
}

function nameCredentials(draft: Draft, used: ReadonlySet<string>): void {
  const taken = new Set<string>();
  const prefix = draft.provider.toUpperCase().replaceAll("-", "_");
  for (const [name, raw] of entriesOf(own(draft.document, "components"), "securitySchemes")) {
    const { node, pointer } = deref(draft.document, raw, child(at, name));
    if (!used.has(name) || own(node, "x-inv-credential") !== undefined) continue;
    const scope = scopeOf(draft.document, name);
    const page = pageOf(draft.document, node);
    const values = (valuesOf(node) ?? []).map(({ option, secret }): JsonObject => {
      const unique = taken.has(option) ? optionOf(name, option, taken) : option;
      taken.add(unique);
      const variable = `${prefix}_${unique.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toUpperCase()}`;
      const value = { option: unique, variable, secret, page };
      return scope === undefined ? value : Object.assign(value, { scope });
    });
    draft.update(
      pointer,
      { "x-inv-credential": values },
      "What the caller brings for it. The page is an address that the document names; to be checked: the one where the credential is made.",
    );
    draft.note(
      `Where is the credential for ${quote(name)} made? \`page\` of its x-inv-credential is only a guess: ${page}`,
    );
  }
}

/** Two schemes whose credentials would be called the same: the second is named for its scheme. */
function optionOf(scheme: string, option: string, taken: ReadonlySet<string>): string {
  const base = toCamelCase(`${scheme.replaceAll(/[^A-Za-z0-9]+/g, " ")} ${option}`).replace(/^[^A-Za-z]+/, "");
  const wanted = base.charAt(0).toLowerCase() + base.slice(1, 60);
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}${count}`;
  return name;
}

/** The scope that all operations ask of a scheme, where it is one. */
function scopeOf(document: JsonObject, scheme: string): string | undefined {
  const scopes = new Set<string>();
  const look = (security: Json | undefined) => {
    for (const requirement of Array.isArray(security) ? security : [])
      for (const each of listOf(requirement, scheme)) if (typeof each === "string") scopes.add(each);
  };
  look(own(document, "security"));
  for (const [, item] of entriesOf(document, "paths"))
    for (const operation of Object.values(item ?? {})) look(own(operation, "security"));
  const [only, ...more] = scopes;
  return more.length === 0 && only !== undefined && /\S/.test(only) ? only : undefined;
}

function pageOf(document: JsonObject, scheme: JsonObject): string {
  const servers = listOf(document, "servers").map((server) => textOf(server, "url"));
  const known = [
    ...Array.from(textOf(scheme, "description").matchAll(/https:\/\/[^\s"'<>`\\|)\]]+/g), ([url]) => withoutStop(url)),
    textOf(own(document, "externalDocs"), "url"),
    textOf(own(own(document, "info"), "contact"), "url"),
    textOf(own(document, "info"), "termsOfService"),
    ...servers.flatMap((url) => (URL.canParse(url) ? [new URL(url).origin] : [])),
  ];
  return known.find((url) => address.test(url)) ?? "https://example.com/";
}

/** An address in a sentence, without what ends the sentence or a part of it. */
function withoutStop(url: string): string {
  return url.replace(/[.,;:!?*_}]+$/, "");
}
