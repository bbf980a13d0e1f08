import { requireAttachable } from "../attachment.ts";
import { boundaries, usageKey } from "../keys.ts";
import type { IamOperation } from "../ports.ts";
import { changeRole } from "../role.ts";

export const putRolePermissionsBoundary: IamOperation<"PutRolePermissionsBoundary"> = async (
  ctx,
  input,
) => {
  const { RoleName, PermissionsBoundary } = input;
  await changeRole(ctx, RoleName, (role, tx) => {
    requireAttachable(tx, ctx.accountId, PermissionsBoundary);
    if (role.boundaryArn !== undefined) {
      boundaries.delete(tx, usageKey(ctx.accountId, role.boundaryArn, RoleName));
    }
    boundaries.put(tx, usageKey(ctx.accountId, PermissionsBoundary, RoleName), true);
    return { ...role, boundaryArn: PermissionsBoundary };
  });
};
