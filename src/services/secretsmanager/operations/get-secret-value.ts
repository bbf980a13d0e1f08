import { isFirstOfDay, noteAccess } from "../access.ts";
import { describeValue } from "../described.ts";
import { locateLive } from "../locate.ts";
import type { SecretsManagerOperation } from "../ports.ts";
import { selectVersion } from "../select-version.ts";

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export const getSecretValue: SecretsManagerOperation<"GetSecretValue"> = async (ctx, input) => {
  const read = await ctx.store.read((tx) => {
    const wanted = { asker: ctx, operation: "GetSecretValue", id: input.SecretId };
    const located = locateLive(tx, wanted);
    return { located, selected: selectVersion(tx, located, input) };
  });
  if (isFirstOfDay(read, ctx.nowMs)) {
    await ctx.store.write((tx) => noteAccess(tx, read));
  }
  return describeValue(read.located, read.selected);
};
