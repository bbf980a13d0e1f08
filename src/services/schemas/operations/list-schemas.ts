import { pageOf } from "../../pages.ts";
import { ownerKey, schemas } from "../keys.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { SchemasOperation } from "../ports.ts";
import { requireRegistry } from "../registry.ts";
import { schemaArn } from "../schema.ts";

export const listSchemas: SchemasOperation<"ListSchemas"> = async (ctx, input) => {
  const { RegistryName: registry } = input;
  return ctx.store.read((tx) => {
    requireRegistry(tx, ctx, registry);
    const prefix = [...ownerKey(ctx), registry];
    const page = pageOf(
      tx,
      { records: schemas, prefix, namePrefix: input.SchemaNamePrefix },
      { token: input.NextToken, limit: input.Limit ?? PAGE_SIZE_DEFAULT },
    );
    return {
      Schemas: page.items.map(({ name, record }) => ({
        SchemaArn: schemaArn(ctx, { registry, name }),
        SchemaName: name,
        LastModified: new Date(record.modifiedMs),
        VersionCount: record.versionCount,
        Tags: record.tags,
      })),
      NextToken: page.token,
    };
  });
};
