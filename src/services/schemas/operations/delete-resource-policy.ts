import { policyNotFound } from "../errors.ts";
import { ownerKey, policies } from "../keys.ts";
import type { SchemasOperation } from "../ports.ts";
import { requiredName, requireRegistry } from "../registry.ts";

export const deleteResourcePolicy: SchemasOperation<"DeleteResourcePolicy"> = async (
  ctx,
  input,
) => {
  const registry = requiredName(input.RegistryName);
  const key = [...ownerKey(ctx), registry];
  await ctx.store.write((tx) => {
    requireRegistry(tx, ctx, registry);
    if (policies.get(tx, key) === undefined) {
      throw policyNotFound(registry);
    }
    policies.delete(tx, key);
  });
};
