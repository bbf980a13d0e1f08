import { existingCodeSigning, shownCodeSigning } from "../code-signing.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetCodeSigningConfig.html */
export const getCodeSigningConfig: LambdaOperation<"GetCodeSigningConfig"> = async (ctx, input) => {
  const config = await ctx.store.read((tx) =>
    existingCodeSigning(tx, ctx, input.CodeSigningConfigArn),
  );
  return { CodeSigningConfig: shownCodeSigning(config) };
};
