import { pageOf } from "../../pages.ts";
import { ownerKey, schemas, versions } from "../keys.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { SchemasOperation } from "../ports.ts";
import { requireRegistry } from "../registry.ts";
import { schemaArn, schemaKey } from "../schema.ts";

/** Schemas whose name or content holds every keyword, with the versions that do. */
export const searchSchemas: SchemasOperation<"SearchSchemas"> = async (ctx, input) => {
  const { RegistryName: registry } = input;
  const keywords = input.Keywords.toLowerCase().split(/\s+/).filter(Boolean);
  return ctx.store.read((tx) => {
    requireRegistry(tx, ctx, registry);
    const page = pageOf(
      tx,
      { records: schemas, prefix: [...ownerKey(ctx), registry] },
      { token: input.NextToken, limit: input.Limit ?? PAGE_SIZE_DEFAULT },
    );
    const Schemas = page.items.flatMap(({ name }) => {
      const key = schemaKey(ctx, { registry, name });
      const found = [...versions.list(tx, { prefix: key })].filter(({ record }) => {
        const text = `${name} ${record.content}`.toLowerCase();
        return keywords.every((keyword) => text.includes(keyword));
      });
      const SchemaVersions = found.map(({ id, record }) => ({
        SchemaVersion: String(id[key.length]),
        CreatedDate: new Date(record.createdMs),
        Type: record.type,
      }));
      const SchemaArn = schemaArn(ctx, { registry, name });
      return found.length === 0
        ? []
        : [{ RegistryName: registry, SchemaArn, SchemaName: name, SchemaVersions }];
    });
    return { Schemas, NextToken: page.token };
  });
};
