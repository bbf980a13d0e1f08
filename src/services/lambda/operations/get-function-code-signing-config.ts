import { latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import type { LambdaOperation } from "../ports.ts";

/**
 * The ARN is empty for a function that has none.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionCodeSigningConfig.html
 */
export const getFunctionCodeSigningConfig: LambdaOperation<"GetFunctionCodeSigningConfig"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const fn = await ctx.store.read((tx) => latestFunction(tx, reference));
  return { CodeSigningConfigArn: fn.codeSigningConfigArn ?? "", FunctionName: fn.name };
};
