import { existingAlias, shownAlias } from "../alias.ts";
import { latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html */
export const getAlias: LambdaOperation<"GetAlias"> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const alias = await ctx.store.read((tx) => {
    latestFunction(tx, reference);
    return existingAlias(tx, reference, input.Name);
  });
  return shownAlias(alias);
};
