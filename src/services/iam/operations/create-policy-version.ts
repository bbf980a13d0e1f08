import { limitExceeded } from "../errors.ts";
import { POLICY_VERSIONS_MAX } from "../limits.ts";
import { checkManagedPolicy } from "../managed-policy.ts";
import { changePolicy } from "../policy.ts";
import { describeVersion, newestVersion } from "../policy-version.ts";
import type { IamOperation } from "../ports.ts";

export const createPolicyVersion: IamOperation<"CreatePolicyVersion"> = async (ctx, input) => {
  const { PolicyArn, PolicyDocument, SetAsDefault = false } = input;
  checkManagedPolicy(PolicyDocument);
  const policy = await changePolicy(ctx, PolicyArn, (before, tx) => {
    if (before.versions.length >= POLICY_VERSIONS_MAX) {
      throw limitExceeded(
        `A managed policy can have up to ${POLICY_VERSIONS_MAX} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    const number = before.lastVersion + 1;
    const version = { number, document: PolicyDocument, createdMs: tx.nowMs };
    return {
      ...before,
      versions: [...before.versions, version],
      lastVersion: number,
      defaultVersion: SetAsDefault ? number : before.defaultVersion,
      updatedMs: tx.nowMs,
    };
  });
  const { Document: _, ...output } = describeVersion(policy, newestVersion(policy));
  return { PolicyVersion: output };
};
