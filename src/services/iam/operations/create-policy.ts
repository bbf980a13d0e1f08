import { entityId } from "../entity-id.ts";
import { policyAlreadyExists, quotaExceeded } from "../errors.ts";
import { nameKey, policies } from "../keys.ts";
import { POLICIES_MAX } from "../limits.ts";
import { checkManagedPolicy } from "../managed-policy.ts";
import { describePolicy, type Policy } from "../policy.ts";
import type { IamOperation } from "../ports.ts";
import { withTags } from "../tags.ts";

export const createPolicy: IamOperation<"CreatePolicy"> = async (ctx, input) => {
  const { PolicyName, PolicyDocument, Path = "/" } = input;
  checkManagedPolicy(PolicyDocument);
  const tags = withTags({}, input.Tags ?? []);
  const policy = await ctx.store.write((tx): Policy => {
    const { accountId } = ctx;
    if (policies.get(tx, nameKey(accountId, PolicyName)) !== undefined) {
      throw policyAlreadyExists(PolicyName);
    }
    if ([...policies.list(tx, { prefix: [accountId] })].length >= POLICIES_MAX) {
      throw quotaExceeded("PoliciesPerAccount", POLICIES_MAX);
    }
    const created: Policy = {
      name: PolicyName,
      id: entityId(tx.random, "policy"),
      arn: `arn:aws:iam::${accountId}:policy${Path}${PolicyName}`,
      path: Path,
      description: input.Description,
      createdMs: tx.nowMs,
      updatedMs: tx.nowMs,
      versions: [{ number: 1, document: PolicyDocument, createdMs: tx.nowMs }],
      defaultVersion: 1,
      lastVersion: 1,
      tags,
    };
    policies.put(tx, nameKey(accountId, PolicyName), created);
    return created;
  });
  const { Description: _, ...output } = describePolicy(policy, UNUSED);
  return { Policy: output };
};

const UNUSED = { AttachmentCount: 0, PermissionsBoundaryUsageCount: 0 };
