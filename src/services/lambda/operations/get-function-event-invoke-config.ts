import { noEventInvokeConfig } from "../errors.ts";
import { shownConfig } from "../event-invoke-config.ts";
import { existingFunction } from "../function.ts";
import { functionReference, LATEST, qualifiedArn } from "../function-name.ts";
import { eventInvokeConfigs, qualifiedKey } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html */
export const getFunctionEventInvokeConfig: LambdaOperation<"GetFunctionEventInvokeConfig"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const config = await ctx.store.read((tx) => {
    existingFunction(tx, reference);
    return eventInvokeConfigs.get(tx, qualifiedKey(reference));
  });
  if (config === undefined) {
    throw noEventInvokeConfig(qualifiedArn(reference, reference.qualifier ?? LATEST));
  }
  return shownConfig(reference, config);
};
