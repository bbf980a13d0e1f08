import { badRequest } from "../errors.ts";
import { ownerKey, policies, registries, schemas } from "../keys.ts";
import type { SchemasOperation } from "../ports.ts";
import { requireRegistry } from "../registry.ts";

/** A registry that still has schemas stays. */
export const deleteRegistry: SchemasOperation<"DeleteRegistry"> = async (ctx, input) => {
  const key = [...ownerKey(ctx), input.RegistryName];
  await ctx.store.write((tx) => {
    requireRegistry(tx, ctx, input.RegistryName);
    const [schema] = schemas.list(tx, { prefix: key, limit: 1 });
    if (schema !== undefined) {
      throw badRequest(`Registry with name ${input.RegistryName} has schemas.`);
    }
    registries.delete(tx, key);
    policies.delete(tx, key);
  });
};
