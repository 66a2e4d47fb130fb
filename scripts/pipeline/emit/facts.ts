import ts from "typescript";
import type { Model } from "../model.ts";
import { acceptOf, emptyStatuses, mayBeBare } from "./answers.ts";
import { answersOf, bodiesOf, bodyShapesOf, shapesOf } from "./shapes.ts";
import { documented, exportedConst, importTypes, importValues, literal, Name, reference } from "./syntax.ts";
import type { Literal } from "./syntax.ts";

const writer = "writeExact";

/** `facts.ts`: what the transport has to know of each operation at run time. */
export function emitFacts(model: Model): ts.Statement[] {
  const answers = answersOf(model);
  const { shapes, named } = shapesOf(model.document, answers);
  const operations: { [key: string]: Literal } = Object.create(null);
  for (const [index, operation] of model.operations.entries())
    operations[`${operation.method} ${operation.path}`] = {
      operation: operation.name,
      safe: operation.safe ? true : undefined,
      empty: emptyStatuses(operation),
      bare: mayBeBare(model.document, answers[index] ?? []) ? true : undefined,
      shape: shapes[index],
    };
  const { rateLimit } = model;
  const bodies = bodyFacts(model);
  const facts: Literal = {
    rateLimit: rateLimit === undefined ? undefined : { ...rateLimit },
    accept: acceptOf(model),
    operations,
    shapes: named,
    bodies,
  };
  const declaration = exportedConst("facts", reference("Facts"), literal(facts));
  return [
    ...(bodies === undefined ? [] : [importValues([writer], "@inv/transport")]),
    importTypes(["Facts"], "@inv/transport"),
    documented(declaration, ["What the transport has to know of each operation."]),
  ];
}

/** How the bodies are written that hold exact numbers; undefined where there are none. */
function bodyFacts(model: Model): Literal | undefined {
  const { shapes, named } = bodyShapesOf(model.document, bodiesOf(model));
  const operations: { [key: string]: Literal } = Object.create(null);
  for (const [index, { method, path }] of model.operations.entries()) {
    const shape = shapes[index];
    if (shape !== undefined) operations[`${method} ${path}`] = shape;
  }
  if (Object.keys(operations).length === 0) return undefined;
  return { write: new Name(writer), operations, shapes: named };
}
