import { conflict } from "../errors.ts";
import { ownerKey, registries } from "../keys.ts";
import type { SchemasOperation } from "../ports.ts";
import { checkRegistryName, putRegistry, registryArn } from "../registry.ts";

export const createRegistry: SchemasOperation<"CreateRegistry"> = async (ctx, input) => {
  const { RegistryName: name, Description, Tags = {} } = input;
  checkRegistryName(name);
  await ctx.store.write((tx) => {
    if (registries.get(tx, [...ownerKey(ctx), name]) !== undefined) {
      throw conflict(`Registry with name ${name} already exists.`);
    }
    putRegistry(tx, ctx, name, { description: Description, tags: Tags });
  });
  return { RegistryName: name, RegistryArn: registryArn(ctx, name), Description, Tags };
};
