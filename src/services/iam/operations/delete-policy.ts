import { deleteConflict } from "../errors.ts";
import { nameKey, policies } from "../keys.ts";
import { requirePolicy, usageOf } from "../policy.ts";
import type { IamOperation } from "../ports.ts";

export const deletePolicy: IamOperation<"DeletePolicy"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const policy = requirePolicy(tx, ctx.accountId, input.PolicyArn);
    const usage = usageOf(tx, ctx.accountId, policy.arn);
    if (usage.AttachmentCount + usage.PermissionsBoundaryUsageCount > 0) {
      throw deleteConflict("Cannot delete a policy attached to entities.");
    }
    if (policy.versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    policies.delete(tx, nameKey(ctx.accountId, policy.name));
  });
};
