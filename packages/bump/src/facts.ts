import { Findings } from "./compare.js";
import type { Change } from "./change.js";
import { child, isObject, listAt, objectAt, own, same, textAt } from "./json.js";
import type { Json, JsonObject } from "./json.js";
import type { Model, Node, Operation } from "./model.js";
import { methods } from "./model.js";
import { SchemaFacts } from "./schema-facts.js";
import { compareSchemes, compareSecurity } from "./security.js";
import { listUnits, schemaOf } from "./units.js";
import type { Direction } from "./units.js";

const operationKeys = new Set([
  "operationId",
  "parameters",
  "requestBody",
  "responses",
  "security",
  "servers",
  "x-inv-safe",
  "x-inv-pagination",
]);
const componentNames = ["schemas", "responses", "parameters", "requestBodies", "headers", "pathItems"];

/** What the types of two documents do not say, row by row of the policy. */
export function compareFacts(before: Model, after: Model): Change[] {
  const findings = new Findings();
  new Facts(before, after, findings).compare();
  return findings.list();
}

class Facts {
  readonly #before: Model;
  readonly #after: Model;
  readonly #findings: Findings;
  readonly #schemas: SchemaFacts;

  constructor(before: Model, after: Model, findings: Findings) {
    this.#before = before;
    this.#after = after;
    this.#findings = findings;
    this.#schemas = new SchemaFacts(before, after, findings);
  }

  compare(): void {
    const findings = this.#findings;
    const [old, now] = [this.#before.document, this.#after.document];
    this.#rateLimit(own(old, "x-inv-rate-limit"), own(now, "x-inv-rate-limit"));
    compareSchemes(this.#before, this.#after, findings);
    this.#names();
    const top = new Set(["paths", "webhooks", "components", "servers", "security", "x-inv-rate-limit"]);
    findings.others(old, now, "#", top);
    const components = new Set([...componentNames, "securitySchemes", "examples"]);
    findings.others(objectAt(old, "components"), objectAt(now, "components"), "#/components", components);
    this.#servers({ node: old, pointer: "#" }, { node: now, pointer: "#" }, "the API");
    const itemKeys = new Set<string>([...methods, "parameters", "servers"]);
    for (const [path, item] of this.#before.pathItems) {
      const other = this.#after.pathItems.get(path);
      if (other === undefined) findings.add("major", item.pointer, `the path ${path} is gone`, path, undefined);
      else findings.others(item.node, other.node, other.pointer, itemKeys);
    }
    for (const [key, operation] of this.#after.operations)
      if (!this.#before.operations.has(key)) findings.add("minor", operation.pointer, `${key} is new`, undefined, key);
    for (const [key, operation] of this.#before.operations) {
      const other = this.#after.operations.get(key);
      if (other === undefined) findings.add("major", operation.pointer, `${key} is gone`, key, undefined);
      else this.#operation(operation, other);
    }
    // A component's own text and bounds, also where no operation reaches it.
    const units = listUnits(this.#before);
    for (const [key, unit] of listUnits(this.#after)) {
      const counterpart = units.get(key);
      if (unit.component === undefined || counterpart === undefined) continue;
      this.#schema(counterpart, unit, unit.direction);
    }
  }

  #schema(
    before: { schema: Json; pointer: string },
    after: { schema: Json; pointer: string },
    direction: Direction,
  ): void {
    if (isObject(before.schema) && isObject(after.schema))
      this.#schemas.compare(
        [{ node: before.schema, pointer: before.pointer }],
        [{ node: after.schema, pointer: after.pointer }],
        direction,
      );
  }

  #names(): void {
    for (const kind of componentNames) {
      const [old, now] = [this.#before, this.#after].map((model) =>
        objectAt(objectAt(model.document, "components"), kind),
      );
      const pointer = `#/components/${kind}`;
      for (const name of Object.keys(old ?? {}))
        if (own(now, name) === undefined)
          this.#findings.add("major", child(pointer, name), `the exported name ${name} is gone`, name, undefined);
      for (const name of Object.keys(now ?? {}))
        if (own(old, name) === undefined)
          this.#findings.add("minor", child(pointer, name), `the exported name ${name} is new`, undefined, name);
    }
  }

  #rateLimit(before: Json | undefined, after: Json | undefined): void {
    if (!same(before, after))
      this.#findings.add("minor", "#/x-inv-rate-limit", "the rate limit changed", before, after);
  }

  #operation(old: Operation, now: Operation): void {
    const findings = this.#findings;
    const { key, pointer } = now;
    const [before, after] = [own(old.node, "operationId"), own(now.node, "operationId")];
    if (before === undefined && after !== undefined)
      findings.ask(`${pointer}/operationId`, `${key}: the operation has a name of its own now`, before, after);
    else if (!same(before, after))
      findings.add(
        "major",
        `${pointer}/operationId`,
        `the exported name ${textAt(old.node, "operationId")} is gone`,
        before,
        after,
      );
    compareSecurity(old, now, findings);
    if (old.servers?.pointer !== "#" || now.servers?.pointer !== "#")
      this.#servers(old.servers ?? { node: {}, pointer }, now.servers ?? { node: {}, pointer }, key);
    const [safeBefore, safeAfter] = [own(old.node, "x-inv-safe"), own(now.node, "x-inv-safe")];
    if (!same(safeBefore, safeAfter))
      findings.add("minor", `${pointer}/x-inv-safe`, `${key}: whether it is retried changed`, safeBefore, safeAfter);
    const [pagesBefore, pagesAfter] = [own(old.node, "x-inv-pagination"), own(now.node, "x-inv-pagination")];
    if (!same(pagesBefore, pagesAfter))
      findings.add(
        pagesBefore === undefined ? "minor" : "major",
        `${pointer}/x-inv-pagination`,
        `${key}: its pagination changed`,
        pagesBefore,
        pagesAfter,
      );
    this.#parameters(old, now);
    this.#body(old, now);
    this.#responses(old, now);
    findings.others(old.node, now.node, pointer, operationKeys);
  }

  #servers(before: Node, after: Node, owner: string): void {
    const [old, now] = [listAt(before.node, "servers"), listAt(after.node, "servers")];
    const at = `${after.pointer}/servers`;
    if (!same(serverOf(old[0]), serverOf(now[0]))) {
      this.#findings.ask(`${at}/0`, `${owner}: the default base URL changed`, old[0], now[0]);
      return;
    }
    const urls = (servers: readonly Json[]) => servers.slice(1).map(serverOf);
    if (!same(urls(old), urls(now)))
      this.#findings.add("minor", at, `${owner}: the servers behind the first changed`, [...old], [...now]);
    else if (!same(old, now))
      this.#findings.add("patch", at, `${owner}: its servers are described differently`, [...old], [...now]);
  }

  #parameters(old: Operation, now: Operation): void {
    const findings = this.#findings;
    for (const [name, parameter] of now.parameters) {
      if (old.parameters.has(name)) continue;
      const required = own(parameter.node, "required") === true;
      const message = `${now.key}: the ${required ? "required" : "optional"} parameter ${name} is new`;
      findings.add(required ? "major" : "minor", parameter.pointer, message, undefined, parameter.node);
    }
    for (const [name, parameter] of old.parameters) {
      const other = now.parameters.get(name);
      if (other === undefined)
        findings.add(
          "major",
          parameter.pointer,
          `${now.key}: the parameter ${name} is gone`,
          parameter.node,
          undefined,
        );
      else this.#parameter(`${now.key}: ${name}`, parameter, other, "request");
    }
  }

  /** Parameters and headers: of a header, what is required may be relied on. */
  #parameter(label: string, old: Node, now: Node, direction: Direction): void {
    const findings = this.#findings;
    const input = direction === "request";
    const required = own(now.node, "required") === true;
    if ((own(old.node, "required") === true) !== required)
      findings.add(
        required === input ? "major" : "minor",
        `${now.pointer}/required`,
        `${label} is ${required ? "required" : "optional"} now`,
        !required,
        required,
      );
    for (const key of ["style", "explode", "allowReserved", "content"] as const) {
      const [before, after] = [serialisation(old.node, key), serialisation(now.node, key)];
      if (!same(before, after))
        findings.add("major", `${now.pointer}/${key}`, `${label} is written another way (${key})`, before, after);
    }
    const [empty, emptyNow] = [old, now].map(({ node }) => own(node, "allowEmptyValue") === true);
    if (empty !== emptyNow)
      findings.add(
        empty === true ? "major" : "minor",
        `${now.pointer}/allowEmptyValue`,
        `${label}: allowEmptyValue changed`,
        empty ?? null,
        emptyNow ?? null,
      );
    if (textAt(old.node, "name") !== textAt(now.node, "name"))
      findings.add(
        "major",
        `${now.pointer}/name`,
        `${label} is spelled differently`,
        own(old.node, "name"),
        own(now.node, "name"),
      );
    const [field, fieldNow] = [old, now].map(({ node }) => fieldOf(node));
    if (field !== fieldNow)
      findings.add(
        "major",
        `${now.pointer}/x-inv-name`,
        `${label}: the input field ${field ?? ""} is called ${fieldNow ?? ""} now`,
        field,
        fieldNow,
      );
    const [before, after] = [schemaOf(this.#before, old), schemaOf(this.#after, now)];
    if (before !== undefined && after !== undefined) this.#schema(before, after, direction);
    else if ((before === undefined) !== (after === undefined))
      findings.ask(now.pointer, `${label}: a schema came or went`, before?.schema, after?.schema);
    findings.others(old.node, now.node, now.pointer, parameterKeys);
  }

  #body(old: Operation, now: Operation): void {
    const findings = this.#findings;
    const { key } = now;
    const input = !now.webhook;
    if (old.body === undefined || now.body === undefined) {
      if (old.body === now.body) return;
      const at = now.body?.pointer ?? old.body?.pointer ?? now.pointer;
      const required = own(now.body?.node, "required") === true;
      const harmful = now.body === undefined || (input && required);
      findings.add(
        harmful ? "major" : "minor",
        at,
        `${key}: the body is ${now.body === undefined ? "gone" : "new"}`,
        old.body?.node,
        now.body?.node,
      );
      return;
    }
    const required = own(now.body.node, "required") === true;
    if ((own(old.body.node, "required") === true) !== required)
      findings.add(
        required === input ? "major" : "minor",
        `${now.body.pointer}/required`,
        `${key}: the body is ${required ? "required" : "optional"} now`,
        !required,
        required,
      );
    this.#content(key, old.body, now.body, input ? "request" : "response");
    findings.others(old.body.node, now.body.node, now.body.pointer, new Set(["required", "content"]));
  }

  #content(label: string, old: Node, now: Node, direction: Direction): void {
    const findings = this.#findings;
    const [before, after] = [objectAt(old.node, "content"), objectAt(now.node, "content")];
    for (const media of Object.keys(after))
      if (own(before, media) === undefined)
        findings.add("minor", child(`${now.pointer}/content`, media), `${label}: ${media} is new`, undefined, media);
    for (const [media, value] of Object.entries(before)) {
      const at = child(`${now.pointer}/content`, media);
      const other = own(after, media);
      if (other === undefined) {
        findings.add("major", at, `${label}: ${media} is gone`, media, undefined);
        continue;
      }
      const left = this.#before.deref(value, child(`${old.pointer}/content`, media));
      const right = this.#after.deref(other, at);
      const [schema, schemaNow] = [own(left.node, "schema"), own(right.node, "schema")];
      if (schema !== undefined && schemaNow !== undefined)
        this.#schema(
          { schema, pointer: `${left.pointer}/schema` },
          { schema: schemaNow, pointer: `${right.pointer}/schema` },
          direction,
        );
      else if ((schema === undefined) !== (schemaNow === undefined)) {
        // Without a schema a body is \`unknown\`: everything is accepted, nothing can be read.
        const gains = (direction === "request") === (schemaNow === undefined);
        findings.add(
          gains ? "minor" : "major",
          `${right.pointer}/schema`,
          `${label}: the schema of ${media} ${schemaNow === undefined ? "is gone" : "is new"}`,
          schema,
          schemaNow,
        );
      }
      if (!same(own(left.node, "encoding"), own(right.node, "encoding")))
        findings.add(
          "major",
          `${right.pointer}/encoding`,
          `${label}: ${media} is encoded another way`,
          own(left.node, "encoding"),
          own(right.node, "encoding"),
        );
      findings.others(left.node, right.node, right.pointer, new Set(["schema", "encoding"]));
    }
  }

  #responses(old: Operation, now: Operation): void {
    const findings = this.#findings;
    const direction = now.webhook ? "request" : "response";
    for (const [status, response] of old.responses) {
      const other = now.responses.get(status);
      const label = `${now.key} ${status}`;
      if (other === undefined) {
        findings.add("major", response.pointer, `${label} is gone`, status, undefined);
        continue;
      }
      this.#content(label, response, other, direction);
      const [headers, headersNow] = [byLowerCase(response), byLowerCase(other)];
      for (const [name, header] of headers) {
        const match = headersNow.get(name);
        const at = child(`${other.pointer}/headers`, header.name);
        if (match === undefined)
          findings.add("major", at, `${label}: the header ${header.name} is gone`, header.value, undefined);
        else
          this.#parameter(
            `${label}: the header ${header.name}`,
            this.#before.deref(header.value, child(`${response.pointer}/headers`, header.name)),
            this.#after.deref(match.value, child(`${other.pointer}/headers`, match.name)),
            direction,
          );
      }
      for (const [name, header] of headersNow)
        if (!headers.has(name))
          findings.add(
            "minor",
            child(`${other.pointer}/headers`, header.name),
            `${label}: the header ${header.name} is new`,
            undefined,
            header.value,
          );
      findings.others(response.node, other.node, other.pointer, new Set(["content", "headers"]));
    }
    for (const [status, response] of now.responses)
      // Whether a further success fits an old one is for the types to say.
      if (!old.responses.has(status) && !isSuccess(status))
        findings.add("minor", response.pointer, `${now.key} ${status} is new`, undefined, status);
  }
}

export function isSuccess(status: string): boolean {
  return status.startsWith("2");
}

const parameterKeys = new Set([
  "name",
  "in",
  "required",
  "schema",
  "content",
  "style",
  "explode",
  "allowReserved",
  "allowEmptyValue",
  "x-inv-name",
]);

/** The input field of a parameter: what the document calls it, or its name in camelCase. */
function fieldOf(parameter: JsonObject): string {
  const words = textAt(parameter, "name")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  const camel = words.map((word, index) => {
    const first = word.charAt(0);
    return (index === 0 ? first.toLowerCase() : first.toUpperCase()) + word.slice(1);
  });
  return textAt(parameter, "x-inv-name") || camel.join("");
}

function serialisation(node: JsonObject, key: "style" | "explode" | "allowReserved" | "content"): Json {
  if (key === "content") return Object.keys(objectAt(node, "content"));
  if (key === "allowReserved") return own(node, key) === true;
  const place = textAt(node, "in");
  const style = textAt(node, "style") || (place === "query" || place === "cookie" ? "form" : "simple");
  return key === "style" ? style : (own(node, "explode") ?? style === "form");
}

function byLowerCase(response: Node): Map<string, { readonly name: string; readonly value: Json }> {
  const entries = Object.entries(objectAt(response.node, "headers"));
  return new Map(entries.map(([name, value]) => [name.toLowerCase(), { name, value }]));
}

/** What the default base URL is made from. */
function serverOf(server: Json | undefined): Json {
  return [
    textAt(server, "url") || "/",
    Object.entries(objectAt(server, "variables")).map(([name, value]): Json => [name, own(value, "default") ?? null]),
  ];
}
