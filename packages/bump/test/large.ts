export interface LargeEdit {
  readonly lost?: true;
  readonly maximum?: number;
  /** The second kind of goods is called otherwise, which only the mapping of the discriminator says. */
  readonly mapped?: string;
}

/**
 * A document of so many operations, each with parameters, a body and its own component schemas, of which every twentieth
 * has a union with a discriminator.
 */
export function large(operations: number, edit: (index: number) => LargeEdit = () => ({})) {
  const paths: Record<string, unknown> = {};
  const schemas: Record<string, unknown> = { Problem: { type: "object", properties: { code: { type: "string" } } } };
  for (let index = 0; index < operations; index++) {
    const { lost, maximum = 100, mapped = "second" } = edit(index);
    const union = index % 20 === 0;
    if (union) Object.assign(schemas, goods(index, mapped));
    schemas[`Thing${index}`] = {
      type: "object",
      required: ["id"],
      properties: {
        id: { type: "string" },
        state: { type: "string", enum: ["a", "b"] },
        ...(lost === true ? {} : { note: { type: ["string", "null"] } }),
        ...(union ? { goods: { $ref: `#/components/schemas/Goods${index}` } } : {}),
        parts: { type: "array", items: { $ref: `#/components/schemas/Thing${Math.floor(index / 2)}` } },
      },
    };
    const json = { "application/json": { schema: { $ref: `#/components/schemas/Thing${index}` } } };
    paths[`/things${index}/{id}`] = {
      post: {
        operationId: `changeThing${index}`,
        parameters: [
          { name: "id", in: "path", required: true, schema: { type: "string" } },
          { name: "limit", in: "query", schema: { type: "integer", maximum } },
        ],
        requestBody: { required: true, content: json },
        responses: {
          "200": { description: "Done.", content: json },
          "404": {
            description: "No.",
            content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
          },
        },
      },
    };
  }
  return { openapi: "3.1.0", info: { title: "Large", version: "1" }, paths, components: { schemas } };
}

function goods(index: number, second: string) {
  const kind = {
    type: "object",
    required: ["kind"],
    properties: { kind: { type: "string" }, size: { type: "integer" } },
  };
  const [one, two] = [`#/components/schemas/First${index}`, `#/components/schemas/Second${index}`];
  return {
    [`First${index}`]: kind,
    [`Second${index}`]: kind,
    [`Goods${index}`]: {
      oneOf: [{ $ref: one }, { $ref: two }],
      discriminator: { propertyName: "kind", mapping: { first: one, [second]: two } },
    },
  };
}
