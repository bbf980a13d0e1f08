import type { IamOperation } from "../ports.ts";
import { changeRole } from "../role.ts";
import { checkTrustPolicy } from "../trust-policy.ts";

export const updateAssumeRolePolicy: IamOperation<"UpdateAssumeRolePolicy"> = async (
  ctx,
  input,
) => {
  const { RoleName, PolicyDocument } = input;
  checkTrustPolicy(PolicyDocument);
  await changeRole(ctx, RoleName, (role) => ({ ...role, trustPolicy: PolicyDocument }));
};
