import type { SchemasOperation } from "../ports.ts";
import { describedRegistry, putRegistry, requireRegistry } from "../registry.ts";

export const updateRegistry: SchemasOperation<"UpdateRegistry"> = async (ctx, input) => {
  const { RegistryName: name } = input;
  const registry = await ctx.store.write((tx) => {
    const before = requireRegistry(tx, ctx, name);
    const after = { ...before, description: input.Description ?? before.description };
    putRegistry(tx, ctx, name, after);
    return after;
  });
  return { ...describedRegistry(ctx, name, registry), Description: registry.description };
};
