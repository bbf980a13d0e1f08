import { existingFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { existingUrl, removeUrl } from "../function-url.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionUrlConfig.html */
export const deleteFunctionUrlConfig: LambdaOperation<"DeleteFunctionUrlConfig"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  await ctx.store.write((tx) => {
    existingFunction(tx, reference);
    removeUrl(tx, existingUrl(tx, reference));
  });
};
