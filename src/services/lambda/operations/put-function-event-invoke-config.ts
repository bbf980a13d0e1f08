import { givenConfig, shownConfig } from "../event-invoke-config.ts";
import { existingFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { eventInvokeConfigs, qualifiedKey } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html */
export const putFunctionEventInvokeConfig: LambdaOperation<"PutFunctionEventInvokeConfig"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const config = givenConfig(reference, input, ctx.nowMs);
  await ctx.store.write((tx) => {
    existingFunction(tx, reference);
    eventInvokeConfigs.put(tx, qualifiedKey(reference), config);
  });
  return shownConfig(reference, config);
};
