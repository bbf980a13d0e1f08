import { noEventInvokeConfig } from "../errors.ts";
import { existingFunction } from "../function.ts";
import { functionReference, LATEST, qualifiedArn } from "../function-name.ts";
import { eventInvokeConfigs, qualifiedKey } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html */
export const deleteFunctionEventInvokeConfig: LambdaOperation<
  "DeleteFunctionEventInvokeConfig"
> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  await ctx.store.write((tx) => {
    existingFunction(tx, reference);
    const key = qualifiedKey(reference);
    if (eventInvokeConfigs.get(tx, key) === undefined) {
      throw noEventInvokeConfig(qualifiedArn(reference, reference.qualifier ?? LATEST));
    }
    eventInvokeConfigs.delete(tx, key);
  });
};
