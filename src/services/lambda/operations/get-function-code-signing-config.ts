import { existingFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import type { LambdaOperation } from "../ports.ts";

/** None: code signing is refused when a function is created. Clients ask nevertheless. */
export const getFunctionCodeSigningConfig: LambdaOperation<"GetFunctionCodeSigningConfig"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const fn = await ctx.store.read((tx) => existingFunction(tx, reference));
  return { CodeSigningConfigArn: "", FunctionName: fn.name };
};
