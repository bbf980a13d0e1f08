import { changePolicy } from "../policy.ts";
import { requireVersion } from "../policy-version.ts";
import type { IamOperation } from "../ports.ts";

export const setDefaultPolicyVersion: IamOperation<"SetDefaultPolicyVersion"> = async (
  ctx,
  input,
) => {
  await changePolicy(ctx, input.PolicyArn, (policy, tx) => ({
    ...policy,
    defaultVersion: requireVersion(policy, input.VersionId).number,
    updatedMs: tx.nowMs,
  }));
};
