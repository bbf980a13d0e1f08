import {
  type CodeSigningConfig,
  codeSigningSettings,
  existingCodeSigning,
  shownCodeSigning,
} from "../code-signing.ts";
import { codeSigningConfigs } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateCodeSigningConfig.html */
export const updateCodeSigningConfig: LambdaOperation<"UpdateCodeSigningConfig"> = async (
  ctx,
  input,
) => {
  const config = await ctx.store.write((tx): CodeSigningConfig => {
    const current = existingCodeSigning(tx, ctx, input.CodeSigningConfigArn);
    const updated = {
      ...current,
      ...codeSigningSettings(input, current),
      modifiedMs: tx.nowMs,
    };
    codeSigningConfigs.put(tx, [current.region, current.accountId, current.id], updated);
    return updated;
  });
  return { CodeSigningConfig: shownCodeSigning(config) };
};
