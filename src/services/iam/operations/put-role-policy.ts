import { limitExceeded } from "../errors.ts";
import { INLINE_POLICIES_SIZE_MAX } from "../limits.ts";
import { checkPolicyDocument, policySize } from "../policy-document.ts";
import type { IamOperation } from "../ports.ts";
import { changeRole } from "../role.ts";

export const putRolePolicy: IamOperation<"PutRolePolicy"> = async (ctx, input) => {
  const { RoleName, PolicyName, PolicyDocument } = input;
  checkPolicyDocument(PolicyDocument, "permissions");
  await changeRole(ctx, RoleName, (role) => {
    const inlinePolicies = { ...role.inlinePolicies, [PolicyName]: PolicyDocument };
    const sizes = Object.values(inlinePolicies).map(policySize);
    if (sizes.reduce((sum, size) => sum + size, 0) > INLINE_POLICIES_SIZE_MAX) {
      throw limitExceeded(
        `Maximum policy size of ${INLINE_POLICIES_SIZE_MAX} bytes exceeded for role ${RoleName}`,
      );
    }
    return { ...role, inlinePolicies };
  });
};
