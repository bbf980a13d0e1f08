import { functionReference } from "../function-name.ts";
import { functionKey, provisioned } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";
import {
  checkProvisioned,
  PROVISIONED_TOPIC,
  type Provisioned,
  provisionable,
  refreshProvisioned,
  shownProvisioned,
} from "../provisioned-concurrency.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html */
export const putProvisionedConcurrencyConfig: LambdaOperation<
  "PutProvisionedConcurrencyConfig"
> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const config = await ctx.store.write((tx): Provisioned => {
    const { region, accountId, name, qualifier } = provisionable(tx, reference);
    const wanted: Provisioned = {
      region,
      accountId,
      name,
      qualifier,
      requested: input.ProvisionedConcurrentExecutions,
      modifiedMs: tx.nowMs,
      status: "IN_PROGRESS",
      allocated: 0,
    };
    checkProvisioned(tx, wanted);
    provisioned.put(tx, [...functionKey(wanted), qualifier], wanted);
    refreshProvisioned(tx, wanted);
    tx.signal(PROVISIONED_TOPIC);
    return wanted;
  });
  return shownProvisioned(config);
};
