import { page } from "../pages.ts";
import type { IamOperation } from "../ports.ts";
import { readRole } from "../role.ts";
import { tagList } from "../tags.ts";

export const listRoleTags: IamOperation<"ListRoleTags"> = async (ctx, input) => {
  const { tags } = await readRole(ctx, input.RoleName);
  const { items, rest } = page(tagList(tags), ({ Key }) => Key, input);
  return { Tags: items, ...rest };
};
