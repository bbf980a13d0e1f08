import { page } from "../pages.ts";
import { policyName, policyPath } from "../policy-arn.ts";
import type { IamOperation } from "../ports.ts";
import { readRole } from "../role.ts";

export const listAttachedRolePolicies: IamOperation<"ListAttachedRolePolicies"> = async (
  ctx,
  input,
) => {
  const { RoleName, PathPrefix = "/" } = input;
  const { attachedPolicies } = await readRole(ctx, RoleName);
  const wanted = attachedPolicies.filter((arn) => policyPath(arn).startsWith(PathPrefix)).sort();
  const { items, rest } = page(wanted, (arn) => arn, input);
  return {
    AttachedPolicies: items.map((arn) => ({ PolicyName: policyName(arn), PolicyArn: arn })),
    ...rest,
  };
};
