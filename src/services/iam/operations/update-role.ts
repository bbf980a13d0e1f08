import type { IamOperation } from "../ports.ts";
import { changeRole } from "../role.ts";

export const updateRole: IamOperation<"UpdateRole"> = async (ctx, input) => {
  await changeRole(ctx, input.RoleName, (role) => ({
    ...role,
    description: input.Description ?? role.description,
    maxSessionSeconds: input.MaxSessionDuration ?? role.maxSessionSeconds,
  }));
  return {};
};
