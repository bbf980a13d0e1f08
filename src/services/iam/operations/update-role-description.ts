import type { IamOperation } from "../ports.ts";
import { changeRole, describeRole, readRole } from "../role.ts";

export const updateRoleDescription: IamOperation<"UpdateRoleDescription"> = async (ctx, input) => {
  await changeRole(ctx, input.RoleName, (role) => ({ ...role, description: input.Description }));
  return { Role: describeRole(await readRole(ctx, input.RoleName)) };
};
