import { schemas, versions } from "../keys.ts";
import type { SchemasOperation } from "../ports.ts";
import {
  deleteSchemaRecords,
  requireSchema,
  requireVersion,
  schemaKey,
  schemaNameOf,
} from "../schema.ts";

/** With its last version a schema goes, too. */
export const deleteSchemaVersion: SchemasOperation<"DeleteSchemaVersion"> = async (ctx, input) => {
  const name = schemaNameOf(input);
  await ctx.store.write((tx) => {
    const schema = requireSchema(tx, ctx, name);
    const { number } = requireVersion(tx, ctx, name, input.SchemaVersion);
    if (schema.versionCount === 1) {
      deleteSchemaRecords(tx, ctx, name);
      return;
    }
    versions.delete(tx, [...schemaKey(ctx, name), Number(number)]);
    const versionCount = schema.versionCount - 1;
    schemas.put(tx, schemaKey(ctx, name), { ...schema, versionCount });
  });
};
