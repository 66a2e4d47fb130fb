import ts from "typescript";
import { isHelper } from "./helper-types.js";
import { isMounted, isOneSided } from "./mount.js";
import type { MountedSide } from "./mount.js";

/** A name that a program can import from declarations, or from a namespace that they export. */
export interface Exported {
  /** `createInventory`, or `shapes.Point` within a namespace. */
  readonly name: string;
  readonly symbol: ts.Symbol;
  readonly value: boolean;
  readonly type: boolean;
  /** How many type arguments it takes. */
  readonly least: number;
  readonly most: number;
}

/** The exported names of the module that a file of a program is. */
export function listExported(program: ts.Program, path: string): Map<string, Exported> {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(path);
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  const found = new Map<string, Exported>();
  const visit = (owner: ts.Symbol, prefix: string, owners: readonly ts.Symbol[]) => {
    for (const member of checker.getExportsOfModule(owner)) {
      if (isHelper(member.name)) continue;
      const symbol = resolved(checker, member);
      const name = `${prefix}${member.name}`;
      found.set(name, { name, symbol, ...meaningsOf(symbol), ...parametersOf(symbol) });
      if ((symbol.flags & ts.SymbolFlags.Module) !== 0 && !owners.includes(symbol))
        visit(symbol, `${name}.`, [...owners, symbol]);
    }
  };
  if (module !== undefined) visit(module, "", [module]);
  return found;
}

function resolved(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

function meaningsOf({ flags }: ts.Symbol) {
  return { value: (flags & ts.SymbolFlags.Value) !== 0, type: (flags & ts.SymbolFlags.Type) !== 0 };
}

function parametersOf(symbol: ts.Symbol): { readonly least: number; readonly most: number } {
  for (const node of symbol.declarations ?? [])
    if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
      const parameters = node.typeParameters ?? [];
      return {
        least: parameters.filter((parameter) => parameter.default === undefined).length,
        most: parameters.length,
      };
    }
  return { least: 0, most: 0 };
}

/** How the probes write a type that was added beside a declaration; undefined where none could be. */
export function writeHelper({ symbol }: Exported, helper: string): string | undefined {
  const node = declarationOf(symbol);
  const file = node?.getSourceFile();
  if (file === undefined || node?.parent !== file || !isMounted(file.fileName)) return undefined;
  const isThere = file.statements.some((other) => ts.isTypeAliasDeclaration(other) && other.name.text === helper);
  return isThere ? `import(${JSON.stringify(specifierOf(file.fileName))}).${helper}` : undefined;
}

/** What it is called where it is declared: a default export has a name of its own there. */
export function declaredName({ symbol }: Exported): string {
  const node = declarationOf(symbol);
  const name = node === undefined ? undefined : ts.getNameOfDeclaration(node);
  return name !== undefined && ts.isIdentifier(name) ? name.text : symbol.name;
}

/** The text of its own declarations, where the two sides do not share them. */
export function ownText({ symbol }: Exported): string {
  const nodes = (symbol.declarations ?? []).filter((node) => isOneSided(node.getSourceFile().fileName));
  return nodes.map((node) => node.getSourceFile().text.slice(node.pos, node.end).trim()).join("\n");
}

/** What the texts of a side say of a name beyond its type. */
export function marksOf({ neutral }: MountedSide, exported: Exported) {
  const { symbol } = exported;
  const declared = declaredName(exported);
  const nodes = symbol.declarations ?? [];
  const texts = nodes.flatMap((node) => neutral.get(node.getSourceFile().fileName) ?? []);
  const own = (name: string) => name === declared || name.startsWith(`${declared}.`);
  const marks = (key: "deprecated" | "abstract") =>
    texts.flatMap((text) => [...text[key]].filter(own).map((name) => name.slice(declared.length)));
  return {
    isClass: (symbol.flags & ts.SymbolFlags.Class) !== 0,
    sealed: texts.some(({ sealed }) => sealed.has(declared)),
    abstract: marks("abstract"),
    deprecated: marks("deprecated"),
  };
}

function declarationOf(symbol: ts.Symbol): ts.Declaration | undefined {
  return symbol.declarations?.[0];
}

/** `index.d.mts` is imported as `index.mjs`. */
export function specifierOf(path: string): string {
  return path.replace(/\.d\.([cm]?)ts$/, ".$1js");
}

/** Everything that the declarations of these name, and what those name, to the end. */
export function reachOf(checker: ts.TypeChecker, from: Iterable<ts.Symbol>): ReadonlySet<ts.Symbol> {
  const reached = new Set(from);
  const visit = (node: ts.Node): void => {
    const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    if (symbol !== undefined) reached.add(resolved(checker, symbol));
    ts.forEachChild(node, visit);
  };
  // A set is walked to its end, also where that moves.
  for (const symbol of reached)
    for (const node of symbol.declarations ?? []) if (isMounted(node.getSourceFile().fileName)) visit(node);
  return reached;
}
