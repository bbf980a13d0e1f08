import { noEventInvokeConfig } from "../errors.ts";
import { existingFunction } from "../function.ts";
import { functionReference, LATEST, qualifiedArn } from "../function-name.ts";
import { eventInvokeConfigs, functionKey } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html */
export const deleteFunctionEventInvokeConfig: LambdaOperation<
  "DeleteFunctionEventInvokeConfig"
> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  await ctx.store.write((tx) => {
    const key = functionKey(existingFunction(tx, reference));
    if (eventInvokeConfigs.get(tx, key) === undefined) {
      throw noEventInvokeConfig(qualifiedArn(reference, LATEST));
    }
    eventInvokeConfigs.delete(tx, key);
  });
};
