import type { StsOperation } from "../ports.ts";
import { principalOf } from "../principal.ts";

export const getCallerIdentity: StsOperation<"GetCallerIdentity"> = async (ctx) => {
  const { userId, accountId, arn } = await ctx.store.read((tx) => principalOf(tx, ctx));
  return { UserId: userId, Account: accountId, Arn: arn };
};
