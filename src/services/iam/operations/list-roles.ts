import { roles } from "../keys.ts";
import { page } from "../pages.ts";
import type { IamOperation } from "../ports.ts";
import { listedRole } from "../role.ts";

export const listRoles: IamOperation<"ListRoles"> = async (ctx, input) => {
  const { PathPrefix = "/" } = input;
  const { items, rest } = await ctx.store.read((tx) => {
    const found = [...roles.list(tx, { prefix: [ctx.accountId] })].map(({ record }) => record);
    const wanted = found.filter(({ path }) => path.startsWith(PathPrefix));
    return page(wanted, ({ name }) => name.toLowerCase(), input);
  });
  return { Roles: items.map(listedRole), ...rest };
};
