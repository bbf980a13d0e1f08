import { requireAttachable, rolesUsing } from "../attachment.ts";
import { attachments, boundaries } from "../keys.ts";
import { page } from "../pages.ts";
import type { IamOperation } from "../ports.ts";

/** Roles are the only entities there are. */
export const listEntitiesForPolicy: IamOperation<"ListEntitiesForPolicy"> = async (ctx, input) => {
  const { PolicyArn, PathPrefix = "/", EntityFilter, PolicyUsageFilter } = input;
  const { accountId } = ctx;
  const usages = PolicyUsageFilter === "PermissionsBoundary" ? boundaries : attachments;
  const { items, rest } = await ctx.store.read((tx) => {
    requireAttachable(tx, accountId, PolicyArn);
    const using = [...rolesUsing(tx, usages, { accountId, arn: PolicyArn })];
    const wanted = using.filter(({ path }) => path.startsWith(PathPrefix));
    const roles = isAboutRoles(EntityFilter) ? wanted : [];
    return page(roles, ({ name }) => name.toLowerCase(), input);
  });
  return {
    PolicyGroups: [],
    PolicyUsers: [],
    PolicyRoles: items.map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    ...rest,
  };
};

function isAboutRoles(filter: string | undefined): boolean {
  return filter === undefined || filter === "Role";
}
