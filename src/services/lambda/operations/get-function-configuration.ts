import { configuration } from "../configuration.ts";
import { existingFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html */
export const getFunctionConfiguration: LambdaOperation<"GetFunctionConfiguration"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const fn = await ctx.store.read((tx) => existingFunction(tx, reference));
  return configuration(fn, reference.qualifier);
};
