import ts from "typescript";
import { isOneSided } from "./mount.js";

/** Something that a program could write of an old type and cannot of the new one. */
export interface Lost {
  /** `[]` is an element, `{}` a value by any key, `()` what a call gives back, `(0)` what it takes, `<0>` a type argument. */
  readonly path: readonly string[];
  readonly what: "name" | "writable" | "any";
  /** The same for the same thing lost of the same type, however it is reached. */
  readonly cause: string;
}

/** How far names are looked for. */
export interface Search {
  readonly checker: ts.TypeChecker;
  /**
   * Also in what functions take and give back. Then a type that takes any name lacks none, `any` is a promise of its own,
   * and what could be written to has to stay so.
   */
  readonly functions: boolean;
}

interface Member {
  readonly types: ts.Type[];
  readonly input: boolean;
}

const depth = 30;

/** The first thing that `from` has at any depth and `to` has not; `input` where a program gives values of the type. */
export function missingName(
  search: Search,
  from: readonly ts.Type[],
  to: readonly ts.Type[],
  input = false,
  seen: Set<string> = new Set(),
  level = 0,
): Lost | undefined {
  const { functions } = search;
  const [old, now] = [from, to].map((types) => types.map(idOf).join());
  const id = `${input} ${old} | ${now}`;
  if (old === now || level > depth || seen.has(id)) return undefined;
  seen.add(id);
  if (functions) {
    if (has(from, ts.TypeFlags.Any) && !has(to, ts.TypeFlags.Any) && !(input && has(to, ts.TypeFlags.Unknown)))
      return { path: [], what: "any", cause: `${old} any` };
    if (has(to, ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return undefined;
  }
  const [left, right] = [membersOf(search, from, input), membersOf(search, to, input)];
  const takesAll = functions && right.has("{}");
  for (const [name, { types, input: given }] of left) {
    const other = right.get(name) ?? (/^\(\d+\)$/.test(name) ? right.get("(…)") : undefined);
    if (other === undefined && takesAll) continue;
    if (other === undefined) {
      const what = functions && name.endsWith("=") ? "writable" : "name";
      return { path: [what === "name" ? name : name.slice(0, -1)], what, cause: `${old} ${name}` };
    }
    const deeper = missingName(search, types, other.types, given, seen, level + 1);
    if (deeper !== undefined) return { ...deeper, path: [name, ...deeper.path] };
  }
  return undefined;
}

function idOf(type: ts.Type): number {
  return Number(Reflect.get(type, "id"));
}

function has(types: readonly ts.Type[], flags: ts.TypeFlags): boolean {
  return types.some((type) => (type.flags & flags) !== 0);
}

function membersOf({ checker, functions }: Search, types: readonly ts.Type[], input: boolean): Map<string, Member> {
  const members = new Map<string, Member>();
  const add = (name: string, type: ts.Type, given = input) => {
    const known = members.get(name);
    if (known === undefined) members.set(name, { types: [type], input: given });
    else if (!known.types.includes(type)) known.types.push(type);
  };
  const visit = (type: ts.Type): void => {
    if (type.isUnion()) return type.types.forEach(visit);
    if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0) return;
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      const element = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
      if (element !== undefined) add("[]", element);
      return;
    }
    if (functions && isReference(type) && isShared(type.symbol)) {
      for (const [index, argument] of checker.getTypeArguments(type).entries())
        add(`${type.symbol.name}<${index}>`, argument);
      return;
    }
    // `Record<string, never>` is how an object without known properties is written.
    const index = checker.getIndexTypeOfType(type, ts.IndexKind.String);
    if (index !== undefined && (index.flags & ts.TypeFlags.Never) === 0) add("{}", index);
    for (const property of checker.getPropertiesOfType(type)) {
      // `string & {}` has the properties of every string.
      if (type.isIntersection() && type.types.some((part) => (part.flags & ts.TypeFlags.Object) === 0)) continue;
      if (functions && property.name === "prototype") continue;
      const held = checker.getTypeOfSymbol(property);
      add(property.name, held);
      if (functions && !input && isWritable(property)) add(`${property.name}=`, held);
    }
    if (functions) addSignatures(checker, type, input, add);
  };
  types.forEach(visit);
  return members;
}

function addSignatures(
  checker: ts.TypeChecker,
  type: ts.Type,
  input: boolean,
  add: (name: string, type: ts.Type, given: boolean) => void,
): void {
  for (const kind of [ts.SignatureKind.Call, ts.SignatureKind.Construct]) {
    const signatures = checker.getSignaturesOfType(type, kind);
    const overloaded = signatures.length > 1;
    for (const signature of signatures) {
      // Of several signatures, the compiler compares generic ones as if their type parameters were any.
      if (overloaded && signature.typeParameters !== undefined)
        add(`(${checker.signatureToString(signature)})`, signature.getReturnType(), input);
      add(kind === ts.SignatureKind.Call ? "()" : "new", signature.getReturnType(), input);
      for (const [index, parameter] of signature.getParameters().entries()) {
        const taken = checker.getTypeOfSymbol(parameter);
        const declaration = parameter.valueDeclaration;
        const rest =
          declaration !== undefined && ts.isParameter(declaration) && declaration.dotDotDotToken !== undefined;
        const element = rest ? checker.getIndexTypeOfType(taken, ts.IndexKind.Number) : undefined;
        add(rest ? "(…)" : `(${index})`, element ?? taken, !input);
      }
    }
  }
}

function isReference(type: ts.Type): type is ts.TypeReference {
  const flags: unknown = Reflect.get(type, "objectFlags");
  return typeof flags === "number" && (flags & ts.ObjectFlags.Reference) !== 0;
}

/** True for what both sides share, the standard library's own above all: its instances differ in their arguments only. */
function isShared(symbol: ts.Symbol | undefined): boolean {
  const files = symbol?.declarations?.map((node) => node.getSourceFile().fileName) ?? [];
  return files.length > 0 && !files.some(isOneSided);
}

function isWritable(property: ts.Symbol): boolean {
  if ((property.flags & ts.SymbolFlags.Accessor) !== 0) return (property.flags & ts.SymbolFlags.SetAccessor) !== 0;
  if ((property.flags & ts.SymbolFlags.Property) === 0) return false;
  return (property.declarations ?? []).every(
    (node) => (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Readonly) === 0,
  );
}
