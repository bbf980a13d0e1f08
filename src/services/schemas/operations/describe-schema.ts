import type { SchemasOperation } from "../ports.ts";
import { describedSchema, requireSchema, requireVersion, schemaNameOf } from "../schema.ts";

export const describeSchema: SchemasOperation<"DescribeSchema"> = async (ctx, input) => {
  const name = schemaNameOf(input);
  return ctx.store.read((tx) => {
    const version = requireVersion(tx, ctx, name, input.SchemaVersion);
    const schema = requireSchema(tx, ctx, name);
    return { ...describedSchema(ctx, name, { schema, version }), Content: version.content };
  });
};
