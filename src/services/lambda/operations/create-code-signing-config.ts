import { type CodeSigningConfig, codeSigningSettings, shownCodeSigning } from "../code-signing.ts";
import { codeSigningConfigs } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";
import { checkTags } from "../tags.ts";

const ID_LENGTH = 17;

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateCodeSigningConfig.html */
export const createCodeSigningConfig: LambdaOperation<"CreateCodeSigningConfig"> = async (
  ctx,
  input,
) => {
  const { region, accountId } = ctx;
  const tags = input.Tags ?? {};
  checkTags(tags);
  const config = await ctx.store.write((tx): CodeSigningConfig => {
    const hex = Buffer.from(tx.random.bytes(ID_LENGTH)).toString("hex");
    const created: CodeSigningConfig = {
      ...codeSigningSettings(input),
      region,
      accountId,
      id: `csc-${hex.slice(0, ID_LENGTH)}`,
      modifiedMs: tx.nowMs,
      tags,
    };
    codeSigningConfigs.put(tx, [region, accountId, created.id], created);
    return created;
  });
  return { CodeSigningConfig: shownCodeSigning(config) };
};
