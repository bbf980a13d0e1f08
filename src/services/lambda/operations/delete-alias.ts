import { latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { removeUrlsOf } from "../function-url.ts";
import { aliases, eventInvokeConfigs, policies, provisioned, qualifiedKey } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";
import { PROVISIONED_TOPIC, refreshProvisioned } from "../provisioned-concurrency.ts";

/**
 * With what the alias has for itself; one that is not there is deleted already.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html
 */
export const deleteAlias: LambdaOperation<"DeleteAlias"> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const alias = { ...reference, qualifier: input.Name };
  await ctx.store.write((tx) => {
    latestFunction(tx, reference);
    for (const records of [aliases, policies, eventInvokeConfigs, provisioned]) {
      records.delete(tx, qualifiedKey(alias));
    }
    removeUrlsOf(tx, alias);
    refreshProvisioned(tx, reference);
    tx.signal(PROVISIONED_TOPIC);
  });
};
