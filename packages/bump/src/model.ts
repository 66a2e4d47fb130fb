import { child, isObject, listAt, objectAt, own, textAt } from "./json.js";
import type { Json, JsonObject } from "./json.js";
import { BumpError } from "./read.js";

/** A part of a document, and where it stands after its references were followed. */
export interface Node {
  readonly node: JsonObject;
  readonly pointer: string;
}

export interface Operation extends Node {
  /** `GET /items`, or `webhook stockChanged POST`. */
  readonly key: string;
  readonly webhook: boolean;
  /** By place and name: `query limit`. */
  readonly parameters: ReadonlyMap<string, Node>;
  readonly body: Node | undefined;
  readonly responses: ReadonlyMap<string, Node>;
  readonly security: readonly Json[] | undefined;
  readonly servers: Node | undefined;
}

export interface Model {
  readonly document: JsonObject;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly pathItems: ReadonlyMap<string, Node>;
  readonly schemas: JsonObject;
  deref(node: Json | undefined, pointer: string): Node;
  /** What a reference at a pointer is to, not followed further. */
  find(ref: string, pointer: string): Json;
}

export const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"] as const;

/** The operations of a document with everything that reaches them from above or through references. */
export function readModel(document: JsonObject): Model {
  const operations = new Map<string, Operation>();
  const pathItems = new Map<string, Node>();
  const deref = (node: Json | undefined, pointer: string): Node => follow(document, node, pointer);
  for (const root of ["paths", "webhooks"] as const)
    for (const [path, value] of Object.entries(objectAt(document, root))) {
      if (path.startsWith("x-")) continue;
      const item = deref(value, child(`#/${root}`, path));
      const webhook = root === "webhooks";
      pathItems.set(webhook ? `webhook ${path}` : path, item);
      for (const method of methods) {
        const node = own(item.node, method);
        if (!isObject(node)) continue;
        const key = webhook ? `webhook ${path} ${method.toUpperCase()}` : `${method.toUpperCase()} ${path}`;
        const pointer = child(item.pointer, method);
        const parameters = new Map<string, Node>();
        for (const owner of [item, { node, pointer }])
          for (const [index, parameter] of listAt(owner.node, "parameters").entries()) {
            const found = deref(parameter, child(`${owner.pointer}/parameters`, String(index)));
            parameters.set(parameterKey(found.node), found);
          }
        const responses = new Map<string, Node>();
        for (const [status, response] of Object.entries(objectAt(node, "responses")))
          if (!status.startsWith("x-"))
            responses.set(status.toUpperCase(), deref(response, child(`${pointer}/responses`, status)));
        const body = own(node, "requestBody");
        const security = own(node, "security") ?? own(document, "security");
        operations.set(key, {
          key,
          webhook,
          node,
          pointer,
          parameters,
          body: body === undefined ? undefined : deref(body, `${pointer}/requestBody`),
          responses,
          security: Array.isArray(security) ? security : undefined,
          servers: serversOf([{ node, pointer }, item, { node: document, pointer: "#" }]),
        });
      }
    }
  return {
    document,
    operations,
    pathItems,
    schemas: objectAt(objectAt(document, "components"), "schemas"),
    deref,
    find: (ref, pointer) => resolve(document, ref, pointer),
  };
}

function parameterKey(node: JsonObject): string {
  const place = textAt(node, "in");
  const name = textAt(node, "name");
  return `${place} ${place === "header" ? name.toLowerCase() : name}`;
}

function serversOf(owners: readonly Node[]): Node | undefined {
  return owners.find(({ node }) => listAt(node, "servers").length > 0);
}

function follow(document: JsonObject, value: Json | undefined, pointer: string): Node {
  let node = value;
  let at = pointer;
  let siblings: JsonObject = {};
  for (let hops = 0; hops < 2000; hops++) {
    if (!isObject(node)) return { node: {}, pointer: at };
    const ref = own(node, "$ref");
    if (typeof ref !== "string") return { node: { ...node, ...siblings }, pointer: at };
    const { $ref: _, ...rest } = node;
    siblings = Object.assign(rest, siblings);
    at = ref;
    node = resolve(document, ref, pointer);
  }
  throw new BumpError(`${pointer}: its references go round in a circle.`);
}

function resolve(document: JsonObject, ref: string, pointer: string): Json {
  if (!ref.startsWith("#/"))
    throw new BumpError(`${pointer}: ${JSON.stringify(ref)} is outside the document; bundle it first.`);
  let node: Json | undefined = document;
  for (const token of ref.slice(2).split("/")) {
    const key = decodeToken(token);
    node = Array.isArray(node) ? node[Number(key)] : own(node, key);
  }
  if (node === undefined) throw new BumpError(`${pointer}: ${JSON.stringify(ref)} points at nothing.`);
  return node;
}

/** One step of a pointer within a reference, as the key that it means. */
export function decodeToken(token: string): string {
  let text = token;
  try {
    text = decodeURIComponent(token);
  } catch {
    // A percent sign of its own stands for itself.
  }
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}
