import { latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html */
export const getFunctionConcurrency: LambdaOperation<"GetFunctionConcurrency"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const fn = await ctx.store.read((tx) => latestFunction(tx, reference));
  return { ReservedConcurrentExecutions: fn.reservedConcurrency };
};
