import { latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { functionKey, functions } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html */
export const putFunctionRecursionConfig: LambdaOperation<"PutFunctionRecursionConfig"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const recursiveLoop = input.RecursiveLoop === "Allow" ? "Allow" : "Terminate";
  await ctx.store.write((tx) => {
    const fn = latestFunction(tx, reference);
    functions.put(tx, functionKey(fn), { ...fn, recursiveLoop });
  });
  return { RecursiveLoop: recursiveLoop };
};
