/** A document of so many operations, each with parameters, a body and its own component schemas. */
export function large(
  operations: number,
  edit: (index: number) => { readonly lost?: true; readonly maximum?: number } = () => ({}),
) {
  const paths: Record<string, unknown> = {};
  const schemas: Record<string, unknown> = { Problem: { type: "object", properties: { code: { type: "string" } } } };
  for (let index = 0; index < operations; index++) {
    const { lost, maximum = 100 } = edit(index);
    schemas[`Thing${index}`] = {
      type: "object",
      required: ["id"],
      properties: {
        id: { type: "string" },
        state: { type: "string", enum: ["a", "b"] },
        ...(lost === true ? {} : { note: { type: ["string", "null"] } }),
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
