import { requireAttachable } from "../attachment.ts";
import { quotaExceeded } from "../errors.ts";
import { attachments, usageKey } from "../keys.ts";
import { ATTACHED_POLICIES_MAX } from "../limits.ts";
import type { IamOperation } from "../ports.ts";
import { changeRole } from "../role.ts";

/** Attaching twice is attaching once. */
export const attachRolePolicy: IamOperation<"AttachRolePolicy"> = async (ctx, input) => {
  const { RoleName, PolicyArn } = input;
  await changeRole(ctx, RoleName, (role, tx) => {
    requireAttachable(tx, ctx.accountId, PolicyArn);
    if (role.attachedPolicies.includes(PolicyArn)) {
      return role;
    }
    if (role.attachedPolicies.length >= ATTACHED_POLICIES_MAX) {
      throw quotaExceeded("PoliciesPerRole", ATTACHED_POLICIES_MAX);
    }
    attachments.put(tx, usageKey(ctx.accountId, PolicyArn, RoleName), true);
    return { ...role, attachedPolicies: [...role.attachedPolicies, PolicyArn] };
  });
};
