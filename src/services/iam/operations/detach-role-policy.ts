import { noSuchPolicy } from "../errors.ts";
import { attachments, usageKey } from "../keys.ts";
import type { IamOperation } from "../ports.ts";
import { changeRole } from "../role.ts";

export const detachRolePolicy: IamOperation<"DetachRolePolicy"> = async (ctx, input) => {
  const { RoleName, PolicyArn } = input;
  await changeRole(ctx, RoleName, (role, tx) => {
    if (!role.attachedPolicies.includes(PolicyArn)) {
      throw noSuchPolicy(PolicyArn);
    }
    attachments.delete(tx, usageKey(ctx.accountId, PolicyArn, RoleName));
    return {
      ...role,
      attachedPolicies: role.attachedPolicies.filter((arn) => arn !== PolicyArn),
    };
  });
};
