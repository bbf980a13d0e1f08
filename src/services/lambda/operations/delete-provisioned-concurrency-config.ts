import { functionReference } from "../function-name.ts";
import { functionKey, provisioned } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";
import {
  PROVISIONED_TOPIC,
  provisionable,
  refreshProvisioned,
} from "../provisioned-concurrency.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteProvisionedConcurrencyConfig.html */
export const deleteProvisionedConcurrencyConfig: LambdaOperation<
  "DeleteProvisionedConcurrencyConfig"
> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  await ctx.store.write((tx) => {
    const { qualifier } = provisionable(tx, reference);
    provisioned.delete(tx, [...functionKey(reference), qualifier]);
    refreshProvisioned(tx, reference);
    tx.signal(PROVISIONED_TOPIC);
  });
};
