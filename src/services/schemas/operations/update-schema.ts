import { schemas } from "../keys.ts";
import type { SchemasOperation } from "../ports.ts";
import {
  addVersion,
  checkContent,
  describedSchema,
  requireSchema,
  requireVersion,
  schemaKey,
  schemaNameOf,
} from "../schema.ts";

/**
 * New content, or another type, makes a new version; the same request again (by its token) does
 * not.
 */
export const updateSchema: SchemasOperation<"UpdateSchema"> = async (ctx, input) => {
  const name = schemaNameOf(input);
  return ctx.store.write((tx) => {
    const before = requireSchema(tx, ctx, name);
    const last = requireVersion(tx, ctx, name, undefined);
    const type = input.Type ?? before.type;
    const content = input.Content ?? last.content;
    const description = input.Description ?? before.description;
    const isRepeated =
      input.ClientTokenId !== undefined && input.ClientTokenId === before.clientToken;
    const isChanged = content !== last.content || type !== last.type;
    if (isChanged) {
      checkContent(type, content);
    }
    const changes = { type, description, clientToken: input.ClientTokenId };
    const schema =
      isChanged && !isRepeated
        ? addVersion(tx, ctx, name, { before, changes, content })
        : { ...before, description, modifiedMs: tx.nowMs };
    schemas.put(tx, schemaKey(ctx, name), schema);
    const version = requireVersion(tx, ctx, name, undefined);
    return describedSchema(ctx, name, { schema, version });
  });
};
