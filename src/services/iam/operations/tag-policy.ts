import { changePolicy } from "../policy.ts";
import type { IamOperation } from "../ports.ts";
import { withTags } from "../tags.ts";

export const tagPolicy: IamOperation<"TagPolicy"> = async (ctx, input) => {
  await changePolicy(ctx, input.PolicyArn, (policy) => ({
    ...policy,
    tags: withTags(policy.tags, input.Tags),
  }));
};
