import { existingFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { existingUrl, shownUrl } from "../function-url.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html */
export const getFunctionUrlConfig: LambdaOperation<"GetFunctionUrlConfig"> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const url = await ctx.store.read((tx) => {
    existingFunction(tx, reference);
    return existingUrl(tx, reference);
  });
  return shownUrl(ctx.endpoint, url);
};
