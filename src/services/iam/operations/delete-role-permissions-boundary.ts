import { noBoundary } from "../errors.ts";
import { boundaries, usageKey } from "../keys.ts";
import type { IamOperation } from "../ports.ts";
import { changeRole } from "../role.ts";

export const deleteRolePermissionsBoundary: IamOperation<"DeleteRolePermissionsBoundary"> = async (
  ctx,
  input,
) => {
  const { RoleName } = input;
  await changeRole(ctx, RoleName, (role, tx) => {
    if (role.boundaryArn === undefined) {
      throw noBoundary(RoleName);
    }
    boundaries.delete(tx, usageKey(ctx.accountId, role.boundaryArn, RoleName));
    return { ...role, boundaryArn: undefined };
  });
};
