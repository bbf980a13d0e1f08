import { putDiscoverer, requireDiscoverer } from "../discoverer.ts";
import type { SchemasOperation } from "../ports.ts";

export const stopDiscoverer: SchemasOperation<"StopDiscoverer"> = async (ctx, input) => {
  const id = input.DiscovererId;
  await ctx.store.write((tx) => {
    const discoverer = requireDiscoverer(tx, ctx, id);
    putDiscoverer(tx, ctx, id, { ...discoverer, state: "STOPPED" });
  });
  return { DiscovererId: id, State: "STOPPED" };
};
