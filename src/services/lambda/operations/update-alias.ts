import { type Alias, checkAlias, existingAlias, shownAlias, weightsOf } from "../alias.ts";
import { checkRevision, latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { aliases, functionKey, provisioned } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";
import { PROVISIONED_TOPIC, refreshProvisioned } from "../provisioned-concurrency.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html */
export const updateAlias: LambdaOperation<"UpdateAlias"> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const alias = await ctx.store.write((tx): Alias => {
    latestFunction(tx, reference);
    const current = existingAlias(tx, reference, input.Name);
    checkRevision(current.revisionId, input.RevisionId);
    const updated: Alias = {
      ...current,
      version: input.FunctionVersion ?? current.version,
      description: input.Description ?? current.description,
      weights: input.RoutingConfig === undefined ? current.weights : weightsOf(input.RoutingConfig),
      revisionId: tx.random.uuid(),
    };
    checkAlias(tx, updated);
    const key = [...functionKey(reference), input.Name];
    aliases.put(tx, key, updated);
    const config = provisioned.get(tx, key);
    if (config !== undefined && updated.version !== current.version) {
      provisioned.put(tx, key, { ...config, status: "IN_PROGRESS", allocated: 0 });
      refreshProvisioned(tx, reference);
      tx.signal(PROVISIONED_TOPIC);
    }
    return updated;
  });
  return shownAlias(alias);
};
