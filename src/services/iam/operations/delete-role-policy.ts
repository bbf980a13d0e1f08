import { noSuchRolePolicy } from "../errors.ts";
import type { IamOperation } from "../ports.ts";
import { changeRole } from "../role.ts";

export const deleteRolePolicy: IamOperation<"DeleteRolePolicy"> = async (ctx, input) => {
  const { RoleName, PolicyName } = input;
  await changeRole(ctx, RoleName, (role) => {
    const { [PolicyName]: document, ...inlinePolicies } = role.inlinePolicies;
    if (document === undefined) {
      throw noSuchRolePolicy(PolicyName);
    }
    return { ...role, inlinePolicies };
  });
};
