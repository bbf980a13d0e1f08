import { pageOf } from "../../pages.ts";
import { ownerKey, registries } from "../keys.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { SchemasOperation } from "../ports.ts";
import { describedRegistry } from "../registry.ts";

/** There are no registries of AWS here, so with that scope there is nothing. */
export const listRegistries: SchemasOperation<"ListRegistries"> = async (ctx, input) => {
  if (input.Scope?.toUpperCase() === "AWS") {
    return { Registries: [] };
  }
  const page = await ctx.store.read((tx) =>
    pageOf(
      tx,
      { records: registries, prefix: ownerKey(ctx), namePrefix: input.RegistryNamePrefix },
      { token: input.NextToken, limit: input.Limit ?? PAGE_SIZE_DEFAULT },
    ),
  );
  return {
    Registries: page.items.map(({ name, record }) => describedRegistry(ctx, name, record)),
    NextToken: page.token,
  };
};
