import type { SchemasOperation } from "../ports.ts";
import { deleteSchemaRecords, requireSchema, schemaNameOf } from "../schema.ts";

/** With all its versions. */
export const deleteSchema: SchemasOperation<"DeleteSchema"> = async (ctx, input) => {
  const name = schemaNameOf(input);
  await ctx.store.write((tx) => {
    requireSchema(tx, ctx, name);
    deleteSchemaRecords(tx, ctx, name);
  });
};
