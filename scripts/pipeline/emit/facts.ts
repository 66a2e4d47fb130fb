import ts from "typescript";
import type { Model } from "../model.ts";
import { answersOf, shapesOf } from "./shapes.ts";
import { documented, exportedConst, importTypes, literal, reference } from "./syntax.ts";
import type { Literal } from "./syntax.ts";

/** `facts.ts`: what the transport has to know of each operation at run time. */
export function emitFacts(model: Model): ts.Statement[] {
  const answers = answersOf(model);
  const shapes = shapesOf(model.document, answers);
  const operations: { [key: string]: Literal } = Object.create(null);
  for (const [index, operation] of model.operations.entries())
    operations[`${operation.method} ${operation.path}`] = {
      operation: operation.name,
      safe: operation.safe ? true : undefined,
      empty: answers[index]?.length === 0 ? true : undefined,
      shape: shapes.answers[index],
    };
  const { rateLimit } = model;
  const facts: Literal = {
    rateLimit: rateLimit === undefined ? undefined : { ...rateLimit },
    operations,
    shapes: shapes.named,
  };
  const declaration = exportedConst("facts", reference("Facts"), literal(facts));
  return [
    importTypes(["Facts"], "@inv/transport"),
    documented(declaration, ["What the transport has to know of each operation."]),
  ];
}
