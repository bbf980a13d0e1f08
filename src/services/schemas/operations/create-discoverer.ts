import type { ReadTx } from "../../../store/store.ts";
import {
  describedDiscoverer,
  discovererIdOf,
  ensureDiscovered,
  putDiscoverer,
} from "../discoverer.ts";
import { deleteDiscovererRule, putDiscovererRule } from "../discoverer-rule.ts";
import { conflict } from "../errors.ts";
import { discoverers, ownerKey } from "../keys.ts";
import type { SchemasOperation } from "../ports.ts";

/**
 * The rule is made first: cut off between the two, the discoverer is not there, and creating it
 * again finds the rule as it should be.
 */
export const createDiscoverer: SchemasOperation<"CreateDiscoverer"> = async (ctx, input) => {
  const { SourceArn: sourceArn, CrossAccount: crossAccount = true, Tags: tags = {} } = input;
  const id = discovererIdOf(sourceArn);
  const key = [...ownerKey(ctx), id];
  const exists = (tx: ReadTx): boolean => discoverers.get(tx, key) !== undefined;
  if (await ctx.store.read(exists)) {
    throw conflict(`Discoverer with id ${id} already exists.`);
  }
  try {
    await putDiscovererRule(ctx, { id, sourceArn, crossAccount });
  } catch (error) {
    await deleteDiscovererRule(ctx, { id, sourceArn });
    throw error;
  }
  const discoverer = {
    sourceArn,
    description: input.Description,
    crossAccount,
    state: "STARTED",
    tags,
  } as const;
  await ctx.store.write((tx) => {
    ensureDiscovered(tx, ctx);
    putDiscoverer(tx, ctx, id, discoverer);
  });
  return { ...describedDiscoverer(ctx, id, discoverer), Description: input.Description };
};
