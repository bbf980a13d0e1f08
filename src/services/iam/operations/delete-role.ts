import { deleteConflict } from "../errors.ts";
import { boundaries, nameKey, roles, usageKey } from "../keys.ts";
import type { IamOperation } from "../ports.ts";
import { requireRole } from "../role.ts";

export const deleteRole: IamOperation<"DeleteRole"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const { accountId } = ctx;
    const role = requireRole(tx, accountId, input.RoleName);
    if (role.attachedPolicies.length > 0) {
      throw deleteConflict("Cannot delete entity, must detach all policies first.");
    }
    if (Object.keys(role.inlinePolicies).length > 0) {
      throw deleteConflict("Cannot delete entity, must delete policies first.");
    }
    if (role.boundaryArn !== undefined) {
      boundaries.delete(tx, usageKey(accountId, role.boundaryArn, role.name));
    }
    roles.delete(tx, nameKey(accountId, role.name));
  });
};
