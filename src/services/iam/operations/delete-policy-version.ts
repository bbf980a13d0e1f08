import { deleteConflict } from "../errors.ts";
import { changePolicy } from "../policy.ts";
import { requireVersion } from "../policy-version.ts";
import type { IamOperation } from "../ports.ts";

export const deletePolicyVersion: IamOperation<"DeletePolicyVersion"> = async (ctx, input) => {
  await changePolicy(ctx, input.PolicyArn, (policy) => {
    const { number } = requireVersion(policy, input.VersionId);
    if (number === policy.defaultVersion) {
      throw deleteConflict("Cannot delete the default version of a policy.");
    }
    const versions = policy.versions.filter((version) => version.number !== number);
    return { ...policy, versions };
  });
};
