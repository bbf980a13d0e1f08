import { existingCodeSigning } from "../code-signing.ts";
import { codeSigningConfigInUse } from "../errors.ts";
import { codeSigningConfigs, functions } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteCodeSigningConfig.html */
export const deleteCodeSigningConfig: LambdaOperation<"DeleteCodeSigningConfig"> = async (
  ctx,
  input,
) => {
  const { CodeSigningConfigArn: arn } = input;
  await ctx.store.write((tx) => {
    const { region, accountId, id } = existingCodeSigning(tx, ctx, arn);
    for (const { record } of functions.list(tx, { prefix: [region, accountId] })) {
      if (record.codeSigningConfigArn === arn) {
        throw codeSigningConfigInUse();
      }
    }
    codeSigningConfigs.delete(tx, [region, accountId, id]);
  });
  return {};
};
