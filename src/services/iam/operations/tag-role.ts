import type { IamOperation } from "../ports.ts";
import { changeRole } from "../role.ts";
import { withTags } from "../tags.ts";

export const tagRole: IamOperation<"TagRole"> = async (ctx, input) => {
  await changeRole(ctx, input.RoleName, (role) => ({
    ...role,
    tags: withTags(role.tags, input.Tags),
  }));
};
