import ts from "typescript";

/** One field that a function takes, or one member of a type. */
export interface Member {
  readonly type: ts.TypeNode;
  readonly optional: boolean;
}

export interface ClientFunction {
  readonly name: string;
  /** `GET /items`. */
  readonly route: string;
  readonly input: ReadonlyMap<string, Member>;
  /** Undefined for a function that yields rows page by page. */
  readonly result: ts.TypeNode | undefined;
  /** By status. */
  readonly errors: ReadonlyMap<string, Member>;
}

/** What a client's generated code offers, as its users write it. */
export interface ClientSurface {
  readonly functions: ReadonlyMap<string, ClientFunction>;
  /** The types in `components["schemas"]`. */
  readonly schemas: ReadonlyMap<string, ts.TypeNode>;
  /** The options that take credentials. */
  readonly options: ts.TypeNode | undefined;
}

const printer = ts.createPrinter({ removeComments: true });

/** Reads generated code, by path in the package. Comments say nothing here. */
export function readSurface(files: ReadonlyMap<string, string>): ClientSurface {
  const source = (name: string) =>
    ts.createSourceFile(name, files.get(`src/generated/${name}`) ?? "", ts.ScriptTarget.ESNext, true).statements;
  const operations = source("operations.ts");
  const inputs = new Map(
    operations.filter(ts.isInterfaceDeclaration).map((node) => [node.name.text, membersOf(node.members)]),
  );
  const results = new Map(operations.filter(ts.isTypeAliasDeclaration).map((node) => [node.name.text, node.type]));
  const errors = membersOf(source("errors.ts").find(ts.isInterfaceDeclaration)?.members ?? []);
  const functions = operations.filter(ts.isFunctionDeclaration).map((node): ClientFunction => {
    const name = node.name?.text ?? "";
    const type = name.charAt(0).toUpperCase() + name.slice(1);
    return {
      name,
      route: routeOf(node),
      input: inputs.get(`${type}Input`) ?? new Map(),
      result: results.has(`${type}Row`) ? undefined : results.get(`${type}Result`),
      errors: literalOf(errors.get(name)?.type) ?? new Map(),
    };
  });
  const components = source("schema.ts")
    .filter(ts.isInterfaceDeclaration)
    .find((node) => node.name.text === "components");
  const schemas = literalOf(membersOf(components?.members ?? []).get("schemas")?.type) ?? new Map<string, Member>();
  return {
    functions: new Map(functions.map((each) => [each.name, each])),
    schemas: new Map(Array.from(schemas, ([name, { type }]) => [name, type])),
    options: source("credentials.ts").find(ts.isTypeAliasDeclaration)?.type,
  };
}

/** The members of an object type by name; undefined for any other. */
export function literalOf(type: ts.TypeNode | undefined): Map<string, Member> | undefined {
  return type !== undefined && ts.isTypeLiteralNode(type) ? membersOf(type.members) : undefined;
}

function membersOf(members: Iterable<ts.TypeElement>): Map<string, Member> {
  const found = new Map<string, Member>();
  for (const member of members)
    if (ts.isPropertySignature(member) && member.type !== undefined && !ts.isComputedPropertyName(member.name))
      found.set(member.name.text, {
        type: member.questionToken === undefined ? member.type : withoutUndefined(member.type),
        optional: member.questionToken !== undefined,
      });
  return found;
}

/** What may be left out may be undefined too, which is not worth a word. */
function withoutUndefined(type: ts.TypeNode): ts.TypeNode {
  const all = alternativesOf(type);
  const [only = type, ...more] = all.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
  if (all.length === more.length + 1) return type;
  return more.length === 0 ? only : ts.factory.createUnionTypeNode([only, ...more]);
}

/** A type as it is written, on one line. */
export function textOfType(type: ts.TypeNode): string {
  if (ts.isUnionTypeNode(type)) return type.types.map(textOfType).join(" | ");
  const text = printer.printNode(ts.EmitHint.Unspecified, type, type.getSourceFile());
  return text.replaceAll(/\s*\n\s*/g, " ");
}

/** The types that a union is of, with brackets taken off; of any other type that type. */
export function alternativesOf(type: ts.TypeNode): ts.TypeNode[] {
  if (ts.isParenthesizedTypeNode(type)) return alternativesOf(type.type);
  return ts.isUnionTypeNode(type) ? type.types.flatMap(alternativesOf) : [type];
}

/** What `components["schemas"]["Item"]` names. */
export function schemaNamed(type: ts.TypeNode): string | undefined {
  return /^components\["schemas"\]\["([^"\\]+)"\]$/.exec(textOfType(type))?.[1];
}

/** Every component schema that a type reaches, through others too. */
export function reachedBy(type: ts.TypeNode | undefined, schemas: ReadonlyMap<string, ts.TypeNode>): Set<string> {
  const reached = new Set<string>();
  const visit = (node: ts.Node): void => {
    const name = ts.isIndexedAccessTypeNode(node) ? schemaNamed(node) : undefined;
    const schema = name === undefined || reached.has(name) ? undefined : schemas.get(name);
    if (name !== undefined) reached.add(name);
    if (schema !== undefined) visit(schema);
    ts.forEachChild(node, visit);
  };
  if (type !== undefined) visit(type);
  return reached;
}

/** The method and path in the call that a function makes. */
function routeOf(node: ts.FunctionDeclaration): string {
  const words: string[] = [];
  const visit = (each: ts.Node): void => {
    if (
      ts.isPropertyAssignment(each) &&
      ts.isIdentifier(each.name) &&
      (each.name.text === "method" || each.name.text === "path") &&
      ts.isStringLiteral(each.initializer)
    )
      words.push(each.initializer.text);
    ts.forEachChild(each, visit);
  };
  if (node.body !== undefined) visit(node.body);
  return words.slice(0, 2).join(" ");
}
