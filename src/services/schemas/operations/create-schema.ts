import { conflict } from "../errors.ts";
import type { SchemasOperation } from "../ports.ts";
import { requireRegistry } from "../registry.ts";
import {
  addVersion,
  checkContent,
  checkSchemaName,
  describedSchema,
  findSchema,
  requireVersion,
  schemaNameOf,
} from "../schema.ts";

export const createSchema: SchemasOperation<"CreateSchema"> = async (ctx, input) => {
  const name = schemaNameOf(input);
  const { Type: type, Content: content, Description: description, Tags: tags = {} } = input;
  checkSchemaName(name.name);
  checkContent(type, content);
  return ctx.store.write((tx) => {
    requireRegistry(tx, ctx, name.registry);
    if (findSchema(tx, ctx, name) !== undefined) {
      throw conflict(`Schema with name ${name.name} already exists.`);
    }
    const changes = { type, description, tags };
    const schema = addVersion(tx, ctx, name, { before: undefined, changes, content });
    return describedSchema(ctx, name, {
      schema,
      version: requireVersion(tx, ctx, name, undefined),
    });
  });
};
