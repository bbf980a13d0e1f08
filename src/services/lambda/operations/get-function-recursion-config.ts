import { latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionRecursionConfig.html */
export const getFunctionRecursionConfig: LambdaOperation<"GetFunctionRecursionConfig"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const fn = await ctx.store.read((tx) => latestFunction(tx, reference));
  return { RecursiveLoop: fn.recursiveLoop ?? "Terminate" };
};
