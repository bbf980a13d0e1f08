import { existingFunction, versionOf } from "../function.ts";
import { functionReference, qualifiedArn } from "../function-name.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetRuntimeManagementConfig.html */
export const getRuntimeManagementConfig: LambdaOperation<"GetRuntimeManagementConfig"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const fn = await ctx.store.read((tx) => existingFunction(tx, reference));
  const { updateOn = "Auto", runtimeVersionArn } = fn.runtimeManagement ?? {};
  return {
    FunctionArn: qualifiedArn(fn, versionOf(fn)),
    UpdateRuntimeOn: updateOn,
    RuntimeVersionArn: runtimeVersionArn,
  };
};
