import ts from "typescript";

/** What a declaration file imports and refers to, in its own words. */
export interface Imports {
  readonly modules: readonly string[];
  /** Of `/// <reference types="…" />`. */
  readonly types: readonly string[];
  /** Of `/// <reference path="…" />`. */
  readonly files: readonly string[];
}

export function listImports(text: string): Imports {
  const file = ts.createSourceFile("/file.d.ts", text, ts.ScriptTarget.ESNext);
  const modules = new Set<string>();
  const add = (node: ts.Node | undefined) => {
    if (node !== undefined && ts.isStringLiteral(node)) modules.add(node.text);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node)) add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    else if (ts.isModuleDeclaration(node)) add(node.name);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return {
    modules: [...modules],
    types: file.typeReferenceDirectives.map(({ fileName }) => fileName),
    files: file.referencedFiles.map(({ fileName }) => fileName),
  };
}
