import { invalidParameterValue } from "../errors.ts";
import { existingFunction, type LambdaFunction, versionOf } from "../function.ts";
import { functionReference, qualifiedArn } from "../function-name.ts";
import { functionKey, functions, versions } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutRuntimeManagementConfig.html */
export const putRuntimeManagementConfig: LambdaOperation<"PutRuntimeManagementConfig"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const { UpdateRuntimeOn: updateOn, RuntimeVersionArn: runtimeVersionArn } = input;
  if ((updateOn === "Manual") !== (runtimeVersionArn !== undefined)) {
    throw invalidParameterValue(
      updateOn === "Manual"
        ? "RuntimeVersionArn is required when UpdateRuntimeOn is set to Manual."
        : "RuntimeVersionArn is only allowed when UpdateRuntimeOn is set to Manual.",
    );
  }
  const fn = await ctx.store.write((tx): LambdaFunction => {
    const current = existingFunction(tx, reference);
    const updated = { ...current, runtimeManagement: { updateOn, runtimeVersionArn } };
    if (current.version === undefined) {
      functions.put(tx, functionKey(current), updated);
    } else {
      versions.put(tx, [...functionKey(current), Number(current.version)], updated);
    }
    return updated;
  });
  return {
    FunctionArn: qualifiedArn(fn, versionOf(fn)),
    UpdateRuntimeOn: updateOn,
    RuntimeVersionArn: runtimeVersionArn,
  };
};
