import { child, isList, isObject, objectAt, own, same } from "./json.js";
import type { Json, JsonObject } from "./json.js";
import type { Findings } from "./compare.js";
import type { Model, Operation } from "./model.js";

/** One way to be let in: schemes that are all needed, each with its scopes. */
type Alternative = ReadonlyMap<string, readonly string[]>;

/** Judges whether every credential that sufficed for an operation still does. */
export function compareSecurity(before: Operation, after: Operation, findings: Findings): void {
  const [old, now] = [alternativesOf(before.security), alternativesOf(after.security)];
  if (same(comparable(old), comparable(now))) return;
  const lost = old.some((alternative) => !now.some((other) => isWithin(other, alternative)));
  findings.add(
    lost ? "major" : "minor",
    child(after.pointer, "security"),
    lost
      ? `${after.key}: a credential that sufficed no longer does`
      : `${after.key}: every credential still suffices, and others do too`,
    comparable(old),
    comparable(now),
  );
}

function alternativesOf(security: readonly Json[] | undefined): Alternative[] {
  const all = (security ?? [])
    .filter(isObject)
    .map(
      (requirement): Alternative =>
        new Map(
          Object.entries(requirement).map(([scheme, scopes]) => [
            scheme,
            isList(scopes) ? scopes.map(String).toSorted() : [],
          ]),
        ),
    );
  return all.length === 0 ? [new Map()] : all;
}

function comparable(alternatives: readonly Alternative[]): Json {
  return alternatives
    .map((alternative) => JSON.stringify([...alternative].toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .toSorted();
}

function isWithin(needed: Alternative, held: Alternative): boolean {
  return [...needed].every(([scheme, scopes]) => {
    const granted = held.get(scheme);
    return granted !== undefined && scopes.every((scope) => granted.includes(scope));
  });
}

const schemeKeys = new Set([
  "type",
  "in",
  "name",
  "scheme",
  "flows",
  "openIdConnectUrl",
  "bearerFormat",
  "x-inv-credential",
]);

/** Compares how credentials are given, and which options a client has for them. */
export function compareSchemes(before: Model, after: Model, findings: Findings): void {
  const [olds, nows] = [before, after].map((model) =>
    objectAt(objectAt(model.document, "components"), "securitySchemes"),
  );
  const root = "#/components/securitySchemes";
  for (const [name, value] of Object.entries(nows ?? {}))
    if (own(olds, name) === undefined)
      findings.add("minor", child(root, name), `the security scheme ${name} is new`, undefined, value);
  for (const [name, value] of Object.entries(olds ?? {})) {
    const at = child(root, name);
    const other = own(nows, name);
    if (other === undefined) {
      findings.add("major", at, `the security scheme ${name} is gone`, value, undefined);
      continue;
    }
    const old = before.deref(value, at).node;
    const now = after.deref(other, at).node;
    for (const key of ["type", "in", "name", "scheme", "openIdConnectUrl"]) {
      const [left, right] = [own(old, key), own(now, key)];
      if (!same(left, right))
        findings.add("major", child(at, key), `the security scheme ${name} works another way`, left, right);
    }
    if (!same(own(old, "bearerFormat"), own(now, "bearerFormat")))
      findings.add(
        "patch",
        child(at, "bearerFormat"),
        "its bearerFormat says something else",
        own(old, "bearerFormat"),
        own(now, "bearerFormat"),
      );
    compareFlows(objectAt(old, "flows"), objectAt(now, "flows"), child(at, "flows"), findings);
    compareCredential(
      own(old, "x-inv-credential"),
      own(now, "x-inv-credential"),
      child(at, "x-inv-credential"),
      findings,
    );
    findings.others(old, now, at, schemeKeys);
  }
}

function compareFlows(before: JsonObject, after: JsonObject, pointer: string, findings: Findings): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now, at] = [own(before, name), own(after, name), child(pointer, name)];
    if (same(old, now)) continue;
    if (old === undefined || now === undefined) {
      findings.add(
        now === undefined ? "major" : "minor",
        at,
        `the OAuth flow ${name} is ${now === undefined ? "gone" : "new"}`,
        old,
        now,
      );
      continue;
    }
    const { scopes: oldScopes, ...oldRest } = objectAt({ old }, "old");
    const { scopes: nowScopes, ...nowRest } = objectAt({ now }, "now");
    if (!same(oldRest, nowRest))
      findings.add("major", at, `the OAuth flow ${name} works another way`, oldRest, nowRest);
    if (same(oldScopes, nowScopes)) continue;
    const gone = Object.keys(objectAt({ oldScopes: oldScopes ?? {} }, "oldScopes")).filter(
      (scope) => own(nowScopes, scope) === undefined,
    );
    const come = Object.keys(objectAt({ nowScopes: nowScopes ?? {} }, "nowScopes")).filter(
      (scope) => own(oldScopes, scope) === undefined,
    );
    const bump = gone.length > 0 ? "major" : come.length > 0 ? "minor" : "patch";
    findings.add(bump, `${at}/scopes`, `the scopes of the OAuth flow ${name} changed`, oldScopes, nowScopes);
  }
}

function compareCredential(
  before: Json | undefined,
  after: Json | undefined,
  pointer: string,
  findings: Findings,
): void {
  if (same(before, after)) return;
  const textOnly = same(optionsOf(before), optionsOf(after));
  findings.add(
    textOnly ? "patch" : "major",
    pointer,
    textOnly ? "where the credential is made is said differently" : "the credentials a client takes changed",
    before,
    after,
  );
}

function optionsOf(value: Json | undefined): Json {
  return isList(value)
    ? value.map((member) => [
        own(member, "option") ?? null,
        own(member, "variable") ?? null,
        own(member, "secret") ?? null,
      ])
    : null;
}
