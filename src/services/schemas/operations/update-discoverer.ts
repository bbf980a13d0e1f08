import { describedDiscoverer, putDiscoverer, requireDiscoverer } from "../discoverer.ts";
import { putDiscovererRule } from "../discoverer-rule.ts";
import type { SchemasOperation } from "../ports.ts";

export const updateDiscoverer: SchemasOperation<"UpdateDiscoverer"> = async (ctx, input) => {
  const id = input.DiscovererId;
  const before = await ctx.store.read((tx) => requireDiscoverer(tx, ctx, id));
  const crossAccount = input.CrossAccount ?? before.crossAccount;
  if (crossAccount !== before.crossAccount) {
    await putDiscovererRule(ctx, { id, sourceArn: before.sourceArn, crossAccount });
  }
  const discoverer = await ctx.store.write((tx) => {
    const current = requireDiscoverer(tx, ctx, id);
    const description = input.Description ?? current.description;
    const after = { ...current, description, crossAccount };
    putDiscoverer(tx, ctx, id, after);
    return after;
  });
  return { ...describedDiscoverer(ctx, id, discoverer), Description: discoverer.description };
};
