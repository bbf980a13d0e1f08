import { existingCodeSigning } from "../code-signing.ts";
import { latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { functionKey, functions } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionCodeSigningConfig.html */
export const putFunctionCodeSigningConfig: LambdaOperation<"PutFunctionCodeSigningConfig"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const { CodeSigningConfigArn: codeSigningConfigArn } = input;
  await ctx.store.write((tx) => {
    existingCodeSigning(tx, ctx, codeSigningConfigArn);
    const fn = latestFunction(tx, reference);
    functions.put(tx, functionKey(fn), { ...fn, codeSigningConfigArn });
  });
  return { CodeSigningConfigArn: codeSigningConfigArn, FunctionName: reference.name };
};
