import { versions } from "../keys.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { SchemasOperation } from "../ports.ts";
import { requireSchema, schemaArn, schemaKey, schemaNameOf } from "../schema.ts";

/** The token is the number of the last version of the page before. */
export const listSchemaVersions: SchemasOperation<"ListSchemaVersions"> = async (ctx, input) => {
  const name = schemaNameOf(input);
  const limit = input.Limit ?? PAGE_SIZE_DEFAULT;
  const key = schemaKey(ctx, name);
  return ctx.store.read((tx) => {
    requireSchema(tx, ctx, name);
    const after = Number(input.NextToken ?? 0) || 0;
    const range = { prefix: key, after: [...key, after], limit: limit + 1 };
    const found = [...versions.list(tx, range)];
    const page = found.slice(0, limit);
    return {
      SchemaVersions: page.map(({ id, record }) => ({
        SchemaArn: schemaArn(ctx, name),
        SchemaName: name.name,
        SchemaVersion: String(id[key.length]),
        Type: record.type,
      })),
      NextToken: found.length > limit ? String(page.at(-1)?.id[key.length]) : undefined,
    };
  });
};
