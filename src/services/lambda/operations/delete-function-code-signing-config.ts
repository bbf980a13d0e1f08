import { latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { functionKey, functions } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionCodeSigningConfig.html */
export const deleteFunctionCodeSigningConfig: LambdaOperation<
  "DeleteFunctionCodeSigningConfig"
> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  await ctx.store.write((tx) => {
    const fn = latestFunction(tx, reference);
    functions.put(tx, functionKey(fn), { ...fn, codeSigningConfigArn: undefined });
  });
};
