import { page } from "../pages.ts";
import type { IamOperation } from "../ports.ts";
import { readRole } from "../role.ts";

export const listRolePolicies: IamOperation<"ListRolePolicies"> = async (ctx, input) => {
  const { inlinePolicies } = await readRole(ctx, input.RoleName);
  const { items, rest } = page(Object.keys(inlinePolicies).sort(), (name) => name, input);
  return { PolicyNames: items, ...rest };
};
