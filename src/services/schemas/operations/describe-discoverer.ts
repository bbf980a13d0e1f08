import { describedDiscoverer, requireDiscoverer } from "../discoverer.ts";
import type { SchemasOperation } from "../ports.ts";

export const describeDiscoverer: SchemasOperation<"DescribeDiscoverer"> = async (ctx, input) => {
  const id = input.DiscovererId;
  const discoverer = await ctx.store.read((tx) => requireDiscoverer(tx, ctx, id));
  return { ...describedDiscoverer(ctx, id, discoverer), Description: discoverer.description };
};
