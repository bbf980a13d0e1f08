import type { SchemasOperation } from "../ports.ts";
import { describedRegistry, requireRegistry } from "../registry.ts";

export const describeRegistry: SchemasOperation<"DescribeRegistry"> = async (ctx, input) => {
  const { RegistryName: name } = input;
  const registry = await ctx.store.read((tx) => requireRegistry(tx, ctx, name));
  return { ...describedRegistry(ctx, name, registry), Description: registry.description };
};
