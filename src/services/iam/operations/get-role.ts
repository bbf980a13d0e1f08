import type { IamOperation } from "../ports.ts";
import { describeRole, readRole } from "../role.ts";

export const getRole: IamOperation<"GetRole"> = async (ctx, input) => {
  const role = await readRole(ctx, input.RoleName);
  return { Role: { ...describeRole(role), RoleLastUsed: {} } };
};
