import type { IamOperation } from "../ports.ts";
import { changeRole } from "../role.ts";
import { withoutTags } from "../tags.ts";

export const untagRole: IamOperation<"UntagRole"> = async (ctx, input) => {
  await changeRole(ctx, input.RoleName, (role) => ({
    ...role,
    tags: withoutTags(role.tags, input.TagKeys),
  }));
};
