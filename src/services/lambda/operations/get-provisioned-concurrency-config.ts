import { noProvisionedConcurrency } from "../errors.ts";
import { functionReference } from "../function-name.ts";
import { functionKey, provisioned } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";
import { provisionable, shownProvisioned } from "../provisioned-concurrency.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html */
export const getProvisionedConcurrencyConfig: LambdaOperation<
  "GetProvisionedConcurrencyConfig"
> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const config = await ctx.store.read((tx) => {
    const { qualifier } = provisionable(tx, reference);
    return provisioned.get(tx, [...functionKey(reference), qualifier]);
  });
  if (config === undefined) {
    throw noProvisionedConcurrency();
  }
  return shownProvisioned(config);
};
