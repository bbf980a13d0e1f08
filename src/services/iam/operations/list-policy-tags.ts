import { page } from "../pages.ts";
import { requirePolicy } from "../policy.ts";
import type { IamOperation } from "../ports.ts";
import { tagList } from "../tags.ts";

export const listPolicyTags: IamOperation<"ListPolicyTags"> = async (ctx, input) => {
  const { tags } = await ctx.store.read((tx) => requirePolicy(tx, ctx.accountId, input.PolicyArn));
  const { items, rest } = page(tagList(tags), ({ Key }) => Key, input);
  return { Tags: items, ...rest };
};
