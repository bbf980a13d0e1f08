import { noSuchRolePolicy } from "../errors.ts";
import type { IamOperation } from "../ports.ts";
import { readRole } from "../role.ts";

export const getRolePolicy: IamOperation<"GetRolePolicy"> = async (ctx, input) => {
  const { RoleName, PolicyName } = input;
  const { inlinePolicies } = await readRole(ctx, RoleName);
  const document = Object.hasOwn(inlinePolicies, PolicyName) && inlinePolicies[PolicyName];
  if (!document) {
    throw noSuchRolePolicy(PolicyName);
  }
  return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(document) };
};
