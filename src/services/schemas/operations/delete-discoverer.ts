import { requireDiscoverer } from "../discoverer.ts";
import { deleteDiscovererRule } from "../discoverer-rule.ts";
import { discoverers, ownerKey } from "../keys.ts";
import type { SchemasOperation } from "../ports.ts";

/** What it found stays. */
export const deleteDiscoverer: SchemasOperation<"DeleteDiscoverer"> = async (ctx, input) => {
  const id = input.DiscovererId;
  const { sourceArn } = await ctx.store.read((tx) => requireDiscoverer(tx, ctx, id));
  await deleteDiscovererRule(ctx, { id, sourceArn });
  await ctx.store.write((tx) => discoverers.delete(tx, [...ownerKey(ctx), id]));
};
