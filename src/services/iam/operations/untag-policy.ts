import { changePolicy } from "../policy.ts";
import type { IamOperation } from "../ports.ts";
import { withoutTags } from "../tags.ts";

export const untagPolicy: IamOperation<"UntagPolicy"> = async (ctx, input) => {
  await changePolicy(ctx, input.PolicyArn, (policy) => ({
    ...policy,
    tags: withoutTags(policy.tags, input.TagKeys),
  }));
};
