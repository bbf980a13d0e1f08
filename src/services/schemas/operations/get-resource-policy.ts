import { policyNotFound } from "../errors.ts";
import { ownerKey, policies } from "../keys.ts";
import type { SchemasOperation } from "../ports.ts";
import { requiredName, requireRegistry } from "../registry.ts";

export const getResourcePolicy: SchemasOperation<"GetResourcePolicy"> = async (ctx, input) => {
  const registry = requiredName(input.RegistryName);
  const found = await ctx.store.read((tx) => {
    requireRegistry(tx, ctx, registry);
    return policies.get(tx, [...ownerKey(ctx), registry]);
  });
  if (found === undefined) {
    throw policyNotFound(registry);
  }
  return { Policy: found.policy, RevisionId: found.revisionId };
};
