import type { SchemasOperation } from "../ports.ts";
import { exported, requireVersion, schemaArn, schemaNameOf } from "../schema.ts";

export const exportSchema: SchemasOperation<"ExportSchema"> = async (ctx, input) => {
  const name = schemaNameOf(input);
  const version = await ctx.store.read((tx) => requireVersion(tx, ctx, name, input.SchemaVersion));
  return {
    Content: exported(version, input.Type),
    SchemaArn: schemaArn(ctx, name),
    SchemaName: name.name,
    SchemaVersion: version.number,
    Type: input.Type,
  };
};
