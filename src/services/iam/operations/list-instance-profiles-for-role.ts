import type { IamOperation } from "../ports.ts";
import { readRole } from "../role.ts";

/** There are no instance profiles: those that would hold a role are none. */
export const listInstanceProfilesForRole: IamOperation<"ListInstanceProfilesForRole"> = async (
  ctx,
  input,
) => {
  await readRole(ctx, input.RoleName);
  return { InstanceProfiles: [], IsTruncated: false };
};
